"""What machines that watch the service are told."""

import httpx

from api.db import Pool
from tests.builders import code_of
from tests.conftest import SCRAPER


async def test_service_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    answers = [(await client.get(path)).json() for path in ("/livez", "/readyz")]

    assert answers == [{"alive": True}, {"ready": True}]


async def test_service_without_its_tables_is_alive_and_not_ready(client: httpx.AsyncClient, pool: Pool) -> None:
    await pool.execute("ALTER TABLE vote_event RENAME TO elsewhere")

    alive, ready = await client.get("/livez"), await client.get("/readyz")

    assert (alive.status_code, code_of(ready)) == (200, (503, "unavailable"))


async def test_metrics_count_answers_by_route_method_and_status(client: httpx.AsyncClient) -> None:
    await client.get("/api/awards/4711/board")

    told = (await client.get("/metrics", headers=SCRAPER)).text.splitlines()

    counted = 'tallscreen_request_seconds_count{method="GET",route="/api/awards/{award}/board",status="404"}'
    assert [line.split(" ")[0] for line in told if line.startswith(counted)] == [counted]
