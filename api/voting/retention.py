"""What is kept of voters ends: 30 days after publication nothing can be traced to a proof, a network or a device.

Codes by mail go sooner: when they open nothing any more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.db import Connection, fetch_all, read_queries
from api.voting.gate import Q as KIOSKS
from api.voting.paper_gate import Q as PAPER
from api.voting.voiding import PATIENCE

Q = read_queries(Path(__file__).parent, "retention.sql")
KEPT: Final = timedelta(days=30)


class DuePhoto(Struct, frozen=True, kw_only=True):
    award: int
    photo: UUID


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


async def photos_due(db: Connection, *, now: datetime) -> list[DuePhoto]:
    """Photos of paper, which show handwriting, of awards published 30 days before `now`."""
    return await fetch_all(db, PAPER["photos_due"], now - KEPT, into=DuePhoto)


async def forget_photos(tx: Connection, photos: Sequence[DuePhoto]) -> None:
    """After they are deleted: what could not be deleted is found again."""
    await tx.execute(PAPER["forget_photos"], [each.photo for each in photos])


async def sweep_codes(db: Connection) -> int:
    """Delete the codes by mail whose minutes are over; how many. A swept code is refused in the words of an old one."""
    status: str = await db.execute(Q["sweep_codes"])
    return int(status.rpartition(" ")[2])
