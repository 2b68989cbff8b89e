"""Publishing without what a kiosk may still hold: somebody says why, once, and it is on record."""

from api import errors
from api.db import Connection
from api.voting.gate import Q, show_gate
from api.voting.journal_schemas import KioskGate, WriteOffIn
from api.voting.publishing import hold_unpublished


async def write_off(tx: Connection, award: int, kiosk: int, account: int, data: WriteOffIn) -> tuple[KioskGate, bool]:
    """The kiosk as the gate sees it now, and True where this call did it. What it sends before publication counts."""
    await hold_unpublished(tx, award)
    before = await _find(tx, award, kiosk)
    if before.state == "empty":
        return before, False
    saved = await tx.fetchval(Q["write_off"], award, kiosk, data.reason, data.words, before.held, account)
    return await _find(tx, award, kiosk), saved is not None


async def _find(db: Connection, award: int, kiosk: int) -> KioskGate:
    found = [each for each in await show_gate(db, award) if each.kiosk == kiosk]
    if not found:
        raise errors.NotFound
    return found[0]
