"""Private notes at a second of an episode. Sealed with the juror's own key before they reach the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from api.access.schemas import Account
from api.db import Connection, Pool, fetch_all, read_queries
from api.jury import envelope, rules, watching
from api.jury.envelope import Envelope
from api.jury.schemas import Note, NoteIn, NoteSaved
from api.tables import csv_of
from api.words import Words, choose_language, pick

Q = read_queries(Path(__file__).parent, "watching.sql")
#: Days after the festival for which jurors can still fetch their notes.
KEPT_DAYS = 30


class NoteRow(Struct, frozen=True, kw_only=True):
    id: UUID
    series: int
    title: Words
    episode: int
    number: int
    second: float
    sealed: bytes | None
    revision: int
    saved_at: datetime


class Line(Struct, frozen=True, kw_only=True):
    title: Words
    note: Note


async def notes(db: Connection, account: Account, key: bytes, series: int | None) -> list[Note]:
    return [line.note for line in await _lines(db, account, key, series=series)]


async def save(tx: Connection, account: Account, key: bytes, number: UUID, data: NoteIn) -> NoteSaved:
    """The highest revision stands; the first of two with the same."""
    rules.check_own(data.juror, account.id)
    await watching.require_episode(tx, account, data.episode)
    await tx.execute(Q["make_secret"], account.id, envelope.new_secret())
    cover = await _envelope(tx, account, key)
    if cover is None:
        raise RuntimeError("the secret was made a line above")
    sealed = None if data.text is None else cover.seal(number, data.revision, data.text)
    await tx.execute(Q["save_note"], account.id, number, data.episode, data.second, sealed, data.revision)
    found = next((line.note for line in await _lines(tx, account, key, note=number)), None)
    if found is None:
        return NoteSaved(applied=data.text is None, note=None)
    sent = (data.episode, data.second, data.text, data.revision)
    return NoteSaved(applied=(found.episode, found.second, found.text, found.revision) == sent, note=found)


async def _lines(
    db: Connection, account: Account, key: bytes, *, note: UUID | None = None, series: int | None = None
) -> list[Line]:
    """Those with a text."""
    cover = await _envelope(db, account, key)
    if cover is None:
        return []
    rows = await fetch_all(db, Q["notes"], account.id, note, series, into=NoteRow)
    return [Line(title=row.title, note=_open(cover, row, row.sealed)) for row in rows if row.sealed is not None]


def _open(cover: Envelope, row: NoteRow, sealed: bytes) -> Note:
    told = {name: getattr(row, name) for name in Note.__struct_fields__ if name != "text"}
    return Note(**told, text=cover.open(row.id, row.revision, sealed))


async def _envelope(db: Connection, account: Account, key: bytes) -> Envelope | None:
    secret: bytes | None = await db.fetchval(Q["secret"], account.id)
    return None if secret is None else Envelope(key, secret)


async def as_text(db: Connection, account: Account, key: bytes, accepted: str) -> str:
    """By title, episode and second; titles in a language that the browser takes."""
    lines = await _lines(db, account, key)
    titles = dict.fromkeys(line.note.series for line in lines)
    return "\n".join(_paragraph([line for line in lines if line.note.series == series], accepted) for series in titles)


def _paragraph(lines: Sequence[Line], accepted: str) -> str:
    told = [f"{line.note.number}, {clock(line.note.second)}  {line.note.text}" for line in lines]
    return "\n".join([_title(lines[0], accepted), *told, ""])


def _title(line: Line, accepted: str) -> str:
    return pick(line.title, choose_language(None, accepted, line.title))


async def as_csv(db: Connection, account: Account, key: bytes, accepted: str) -> str:
    lines = await _lines(db, account, key)
    heads = ("series", "episode", "time", "note")
    told = [(_title(line, accepted), line.note.number, clock(line.note.second), line.note.text) for line in lines]
    return csv_of([heads, *told])


def clock(second: float) -> str:
    minutes, seconds = divmod(int(second), 60)
    return f"{minutes}:{seconds:02d}"


async def sweep(pool: Pool) -> None:
    """After the festival nobody reads them again, the festival least of all."""
    async with pool.acquire() as tx, tx.transaction():
        await tx.execute(Q["forget_notes"], KEPT_DAYS)
