"""For machines that watch the service: alive, ready, metrics."""

import hmac
from datetime import datetime

from litestar import Response, get
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST

from api import errors
from api.access.guards import PUBLIC, AnyRequest
from api.db import Pool
from api.desk import facts
from api.draining import Drain
from api.given import Given
from api.metrics import to_text
from api.problems import problems
from api.settings import Settings


class Alive(Struct, frozen=True):
    alive: bool = True


class Ready(Struct, frozen=True):
    ready: bool = True


@get("/livez", guards=[PUBLIC], tags=["health"])
async def livez() -> Alive:
    """The event loop turns."""
    return Alive()


@get("/readyz", guards=[PUBLIC], responses=problems(errors.Unavailable), tags=["health"])
async def readyz(pool: Given[Pool], drain: Given[Drain]) -> Ready:
    """The database is there and migrated, and this process is not about to end.

    Redis and storage are not asked: without them we are worse, not down.
    """
    if drain.begun:
        raise errors.Unavailable("This server is about to restart.", retry_after=2)
    async with pool.acquire() as db:
        if await db.fetchval("SELECT pg_is_in_recovery() OR to_regclass('vote_event') IS NULL", timeout=1):
            raise errors.Unavailable("The database is not ready to take votes.")
    return Ready()


@get("/metrics", guards=[PUBLIC], include_in_schema=False)
async def metrics(
    request: AnyRequest, settings: Given[Settings], pool: Given[Pool], now: Given[datetime]
) -> Response[bytes]:
    """For those who know the token; for everybody else there is nothing here."""
    if not may_scrape(settings.metrics_token, request.headers.get("authorization", "")):
        raise errors.NotFound
    told = to_text(await facts.load(pool, settings, now))
    return Response(told, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_scrape(token: str | None, said: str) -> bool:
    return token is not None and hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
