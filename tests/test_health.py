"""What machines that watch the service are told."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.db import Pool
from api.health import may_scrape
from api.metrics import forget_dead
from tests.builders import code_of
from tests.conftest import METRICS_TOKEN, ROOT, SCRAPER


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


@pytest.mark.parametrize(
    "said", [None, "", "Bearer ", METRICS_TOKEN, "Bearer something else", f"bearer {METRICS_TOKEN}"]
)
async def test_metrics_are_told_to_nobody_without_the_token(client: httpx.AsyncClient, said: str | None) -> None:
    answer = await client.get("/metrics", headers={} if said is None else {"Authorization": said})

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize("said", ["", "Bearer ", "Bearer None"])
def test_without_a_token_of_its_own_a_house_tells_nobody(said: str) -> None:
    assert not may_scrape(None, said)


async def test_metrics_say_that_the_database_is_away(client: httpx.AsyncClient, pool: Pool) -> None:
    before = (await client.get("/metrics", headers=SCRAPER)).text.splitlines()
    await pool.execute("ALTER TABLE vote_event RENAME TO elsewhere")

    after = (await client.get("/metrics", headers=SCRAPER)).text.splitlines()

    assert ("tallscreen_database_away 0.0" in before, "tallscreen_database_away 1.0" in after) == (True, True)
    assert not any(line.startswith("tallscreen_kiosks{") for line in after)
    assert any(line.startswith("tallscreen_storage_free_bytes ") for line in after)


def test_what_a_dead_process_had_open_is_forgotten_and_what_it_counted_is_not(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from api.metrics import STREAMS, VOTES_ACKED; STREAMS.inc(3); VOTES_ACKED.inc(5)"],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        check=True,
    )
    left = {path.name.split("_")[0] for path in tmp_path.iterdir()}

    forget_dead(tmp_path)

    assert (done.returncode, "gauge" in left) == (0, True)
    assert [path.name for path in tmp_path.glob("gauge_live*")] == []
    assert list(tmp_path.glob("counter_*"))
