"""What is published has waited for every kiosk that may hold votes, or somebody has said why not."""

from pathlib import Path

from api import errors
from api.db import Connection, fetch_all, read_queries
from api.voting.journal_schemas import KioskGate
from api.voting.logbook import Q as LOGS
from api.voting.refusals import KiosksHoldVotes

Q = read_queries(Path(__file__).parent, "gate.sql")


async def show_gate(db: Connection, award: int) -> list[KioskGate]:
    """Every kiosk that could take votes for an award; those that hold up its publication are `waiting`."""
    if await db.fetchval(LOGS["gives_receipts"], award) is None:
        raise errors.NotFound
    return await fetch_all(db, Q["gate"], award, into=KioskGate)


async def check_kiosks_empty(db: Connection, award: int) -> None:
    """Raise KiosksHoldVotes, with their names, where votes may still be on their way."""
    waiting = [each for each in await show_gate(db, award) if each.state == "waiting"]
    if waiting:
        raise KiosksHoldVotes(kiosks=[{"kiosk": each.kiosk, "name": each.name} for each in waiting])
