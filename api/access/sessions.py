"""Where an account is signed in: its own list, and the end of each."""

from datetime import datetime

from msgspec import structs

from api import errors
from api.access import rules
from api.access.passkey_schemas import OwnSession
from api.access.schemas import Standing
from api.access.service import Q
from api.db import Connection, fetch_all


async def list_sessions(db: Connection, standing: Standing, *, now: datetime) -> list[OwnSession]:
    idle = rules.IDLE[standing.account.role]
    found = await fetch_all(db, Q["list_sessions"], standing.account.id, now, idle, into=OwnSession)
    return [structs.replace(each, current=each.id == standing.id) for each in found]


async def end_session(tx: Connection, standing: Standing, session: int) -> None:
    if await tx.fetchval(Q["end_one"], standing.account.id, session) is None:
        raise errors.NotFound


async def end_others(tx: Connection, standing: Standing) -> None:
    await tx.execute(Q["end_others"], standing.account.id, standing.id)
