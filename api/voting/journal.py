"""The journals of kiosks: how far each has arrived, what is missing, and what does not fit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.voting.journal_rules import FIRST_PREV, Mark, to_base64url
from api.voting.journal_schemas import Arrived, Head

Q = read_queries(Path(__file__).parent, "journal.sql")
#: How long a report may have been on its way: records made meanwhile are not called older than they are.
ON_ITS_WAY = timedelta(seconds=60)


FindingKind: TypeAlias = Literal["fork", "chain", "clock", "signature", "plays"]


class Journal(Struct, frozen=True, kw_only=True):
    """A journal as it is stored; `now` is the database's clock."""

    counter: int
    received: int
    waiting: int
    reported_at: datetime
    now: datetime


class Finding(Struct, frozen=True, kw_only=True):
    what: FindingKind
    counter: int
    found_at: datetime


class HeadRow(Struct, frozen=True):
    counter: int
    hash: bytes


async def open_journal(tx: Connection, kiosk: int) -> None:
    """When a kiosk is paired."""
    await tx.execute(Q["open_journal"], kiosk)


async def hold(tx: Connection, kiosk: int) -> Journal:
    """The journal, to oneself until the transaction ends."""
    return await fetch_one(tx, Q["hold_journal"], kiosk, into=Journal, missing=errors.NotFound())


async def find(db: Connection, kiosk: int) -> Journal:
    """The journal, to look at only."""
    return await fetch_one(db, Q["journal"], kiosk, into=Journal, missing=errors.NotFound())


async def report(tx: Connection, kiosk: int, *, counter: int, waiting: int) -> Arrived:
    """What a kiosk says of itself: the newest record it has made, and how many votes it still has to send."""
    journal = await hold(tx, kiosk)
    await note(tx, kiosk, journal, counter=counter, waiting=waiting, received=journal.received)
    return await arrived(tx, kiosk, counter=max(counter, journal.counter), received=journal.received)


async def note(tx: Connection, kiosk: int, journal: Journal, *, counter: int, waiting: int, received: int) -> None:
    """Remember a report. Where it names more than the one before, the new records were made between the two."""
    if counter > journal.counter:
        await tx.execute(Q["mark_records"], kiosk, counter, journal.reported_at - ON_ITS_WAY)
    newest = max(counter, journal.counter)
    await tx.execute(Q["save_report"], kiosk, newest, received, waiting, journal.now)


async def marks_of(db: Connection, kiosk: int, journal: Journal, *, first: int) -> list[Mark]:
    """What is known of when records from `first` on were made; the last report holds for all that it did not name."""
    marks = await fetch_all(db, Q["marks"], kiosk, first, into=Mark)
    return [*marks, Mark(2**31, journal.reported_at - ON_ITS_WAY)]


async def arrived(db: Connection, kiosk: int, *, counter: int, received: int) -> Arrived:
    gaps = await db.fetch(Q["gaps"], kiosk, counter) if received < counter else []
    return Arrived(received=received, of=counter, gaps=[(row["first"], row["last"]) for row in gaps])


async def head_of(db: Connection, kiosk: int) -> Head:
    found = await fetch_maybe(db, Q["head"], kiosk, into=HeadRow)
    head = HeadRow(0, FIRST_PREV) if found is None else found
    return Head(counter=head.counter, hash=to_base64url(head.hash))


async def save_finding(tx: Connection, kiosk: int, what: FindingKind, counter: int, detail: Mapping[str, Any]) -> None:
    await tx.execute(Q["save_finding"], kiosk, what, counter, detail)


async def findings(db: Connection, kiosk: int) -> list[Finding]:
    """What does not fit in this journal, the newest first."""
    return await fetch_all(db, Q["findings"], kiosk, into=Finding)
