"""What is kept of voters ends: 30 days after publication nothing can be traced to a proof, a network or a device.

Codes by mail go sooner: when they open nothing any more.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from api.db import Connection, fetch_all, read_queries
from api.voting.gate import Q as KIOSKS
from api.voting.voiding import PATIENCE

Q = read_queries(Path(__file__).parent, "retention.sql")
KEPT: Final = timedelta(days=30)


class Destroyed(Struct, frozen=True, kw_only=True):
    """How many hashes went with an award's secret."""

    award: int
    origins: int


async def destroy_secrets(tx: Connection, *, now: datetime) -> list[Destroyed]:
    """Destroy the secrets of awards published 30 days before `now`, and what only they gave a meaning to.

    Votes, receipts and the sealed log stay: the names of ballots in it are words from now on. Issuing answers that
    voting is closed. Copies in backups end with the backups.
    """
    await tx.execute(KIOSKS["forget_bodies"], now - KEPT, timeout=PATIENCE)
    return await fetch_all(tx, Q["destroy_secrets"], now - KEPT, into=Destroyed)


async def sweep_codes(db: Connection) -> int:
    """Delete the codes by mail whose minutes are over; how many. A swept code is refused in the words of an old one."""
    status: str = await db.execute(Q["sweep_codes"])
    return int(status.rpartition(" ")[2])
