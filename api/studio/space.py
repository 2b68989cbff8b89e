"""How much room a company's files have here. The row of the company settles who comes first where two ask at once."""

from pathlib import Path

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.studio import service
from api.studio.queries import Q as STUDIO
from api.studio.refusals import QuotaExceeded
from api.studio.schemas import Room, Rooms, Space

Q = read_queries(Path(__file__).parent, "space.sql")


async def show(db: Connection, account: Account, series: int, *, quota: int) -> Space:
    """Of the company whose series this is."""
    company = await db.fetchval(Q["company_of_series"], series, service.scope_of(account))
    if company is None:
        raise errors.NotFound
    return await _space(db, company, quota)


async def require(tx: Connection, episode: int, size: int, *, quota: int) -> None:
    """Hold the company until the end of the transaction, so that no other upload of theirs counts on the same room."""
    space = await _space(tx, await tx.fetchval(STUDIO["hold_company"], episode), quota)
    if space.used + size > space.limit:
        raise QuotaExceeded(used=space.used, limit=space.limit, size=size)


async def list_rooms(db: Connection, *, quota: int) -> Rooms:
    """Of all companies, the fullest first."""
    return Rooms(standard=quota, rooms=await fetch_all(db, Q["rooms"], quota, into=Room))


async def give(tx: Connection, company: int, limit: int | None) -> None:
    """A limit of its own, or None for the one of every company. Files that are here stay."""
    if await tx.fetchval(Q["give_room"], company, limit) is None:
        raise errors.NotFound


async def _space(db: Connection, company: int, quota: int) -> Space:
    return await fetch_one(db, Q["space_of_company"], company, quota, into=Space, missing=errors.NotFound())
