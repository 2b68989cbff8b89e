"""Choosing the poster of a series: a picture of its film, or pictures of one's own that a worker cuts and encodes.

The one before is kept until it is replaced in its turn. What nobody can go back to is removed, with its files.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from msgspec import Struct

from api import errors, jobs
from api.access.audit import note
from api.access.schemas import Account
from api.catalog.schemas import Poster
from api.db import Connection, Pool, fetch_all, fetch_maybe, fetch_one, read_queries
from api.studio import locks
from api.studio.posters_schemas import (
    Candidate,
    CandidateIn,
    CropIn,
    GoBack,
    OwnPoster,
    OwnPosterIn,
    Picture,
    PosterState,
    SeriesPoster,
    ShownPoster,
)
from api.studio.refusals import PictureUnreadable
from api.studio.service import scope_of
from transcoder.contract import Crop, PosterFiles, PosterJob, PosterSources
from transcoder.storage import Storage

Q = read_queries(Path(__file__).parent, "posters.sql")
MOST_BYTES: Final = 16 * 1024 * 1024
PICTURE_LIFE: Final = timedelta(days=1)
#: Longer than a page shows a poster that was replaced meanwhile.
UNUSED_LIFE: Final = timedelta(hours=1)
_HEAD: Final = 16


class SeriesRow(Struct, frozen=True, kw_only=True):
    id: int
    company: int
    current: UUID | None
    before: UUID | None


class CandidateRow(Struct, frozen=True, kw_only=True):
    episode: int
    number: int
    package: UUID
    posters: list[PosterFiles]


class PosterRow(Struct, frozen=True, kw_only=True):
    id: UUID
    state: PosterState
    package: UUID | None
    candidate: str | None
    created_at: datetime


class ThumbRow(Struct, frozen=True):
    thumbhash: str | None


async def show(tx: Connection, account: Account, series: int) -> SeriesPoster:
    return await _answer(tx, await _series(tx, account, series))


async def choose(tx: Connection, account: Account, series: int, data: CandidateIn, *, now: datetime) -> SeriesPoster:
    """One of the pictures of a film; at once. The one that is shown already stays as it is."""
    row = await _open_series(tx, account, series, now)
    place, missing = f"posters/{data.letter}", errors.Unprocessable("There is no such picture.", field="letter")
    found = await fetch_one(tx, Q["candidate"], row.id, data.package, place, into=ThumbRow, missing=missing)
    current = None if row.current is None else await fetch_maybe(tx, Q["poster"], row.current, into=PosterRow)
    if current is None or (current.package, current.candidate) != (data.package, data.letter):
        poster = uuid4()
        values = (row.id, data.package, data.letter, found.thumbhash, now)
        await tx.execute(Q["save_candidate"], poster, *values)
        await _show_from_now_on(tx, account, row, poster)
    return await show(tx, account, series)


async def take_picture(
    pool: Pool, storage: Storage, account: Account, series: int, chunks: AsyncIterator[bytes], *, now: datetime
) -> Picture:
    """Stored as it comes: nothing here opens it. Who sends something else than a picture is told so at once."""
    async with pool.acquire() as db, db.transaction():
        row = await _open_series(db, account, series, now)
    content, picture = await read_picture(chunks), uuid4()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        await asyncio.to_thread(path.write_bytes, content)
        async with pool.acquire() as db:
            await db.execute(Q["save_picture"], picture, row.id, len(content), now)
        await storage.put(path, f"pictures/{picture}")
    return Picture(id=picture)


async def read_picture(chunks: AsyncIterator[bytes]) -> bytes:
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > MOST_BYTES:
            raise errors.TooLarge("A picture may have 16 MiB at most.", max_bytes=MOST_BYTES)
    if not looks_like_picture(bytes(content[:_HEAD])):
        raise PictureUnreadable
    return bytes(content)


def looks_like_picture(head: bytes) -> bool:
    """By the first bytes, whatever its name says. What is behind them the worker finds out."""
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"))
    )


async def make_own(tx: Connection, account: Account, series: int, data: OwnPosterIn, *, now: datetime) -> SeriesPoster:
    """It is shown when it is made; until then the one that is shown stays."""
    row = await _open_series(tx, account, series, now)
    check_crop(data.tall, "tall")
    check_crop(data.card, "card")
    wanted = {data.tall.picture, data.card.picture}
    if len(await tx.fetch(Q["pictures_of"], row.id, list(wanted))) != len(wanted):
        raise errors.Unprocessable("There is no such picture; send it again.", field="picture")
    sources = PosterSources(tall=_crop(data.tall), card=_crop(data.card))
    if await fetch_maybe(tx, Q["poster"], data.id, into=PosterRow) is None:
        await tx.execute(Q["give_up_queued"], row.id)
    if await tx.fetchval(Q["save_own"], data.id, row.id, sources, now) is not None:
        await jobs.enqueue_poster(tx, PosterJob(poster=data.id))
        await _note(tx, account, row, data.id)
    return await show(tx, account, series)


def check_crop(crop: CropIn, field: str) -> None:
    """A hundredth of room for what browsers round."""
    if crop.left + crop.width > 1.01 or crop.top + crop.height > 1.01:
        raise errors.Unprocessable("The part lies outside of the picture.", field=field)


def _crop(data: CropIn) -> Crop:
    return Crop(picture=data.picture, left=data.left, top=data.top, width=data.width, height=data.height)


async def go_back(tx: Connection, account: Account, series: int, data: GoBack, *, now: datetime) -> SeriesPoster:
    """To the one before; once more, and one is where one was."""
    row = await _open_series(tx, account, series, now)
    if row.current == data.leaving and _may_go_back(row):
        await _show_from_now_on(tx, account, row, row.before)
    return await show(tx, account, series)


def _may_go_back(row: SeriesRow) -> bool:
    return row.current != row.before


async def _show_from_now_on(tx: Connection, account: Account, row: SeriesRow, poster: UUID | None) -> None:
    await tx.execute(Q["show_poster"], row.id, poster)
    await _note(tx, account, row, poster)


async def _note(tx: Connection, account: Account, row: SeriesRow, poster: UUID | None) -> None:
    detail = {"poster": None if poster is None else str(poster)}
    await note(tx, account, "choose-poster", f"series:{row.id}", detail)


async def _series(db: Connection, account: Account, series: int) -> SeriesRow:
    scope = scope_of(account)
    return await fetch_one(db, Q["poster_series"], series, scope, into=SeriesRow, missing=errors.NotFound())


async def _open_series(db: Connection, account: Account, series: int, now: datetime) -> SeriesRow:
    """A poster is part of what was handed in: from the deadline on it stays."""
    row = await _series(db, account, series)
    await locks.require_open(db, account, series, now=now)
    return row


async def _answer(tx: Connection, row: SeriesRow) -> SeriesPoster:
    candidates = [
        Candidate(
            number=each.number,
            package=each.package,
            letter=files.tall.rpartition("/")[2],
            second=files.second,
            tall=Poster.at(f"/media/{each.package}/{files.tall}"),
            card=Poster.at(f"/media/{each.package}/{files.card}"),
        )
        for each in await fetch_all(tx, Q["poster_candidates"], row.id, into=CandidateRow)
        for files in each.posters
    ]
    current = None if row.current is None else await fetch_maybe(tx, Q["poster"], row.current, into=PosterRow)
    return SeriesPoster(
        shown=_shown(current, candidates),
        may_go_back=_may_go_back(row),
        own=await _own(tx, row, current),
        candidates=candidates,
    )


async def _own(tx: Connection, row: SeriesRow, current: PosterRow | None) -> OwnPoster | None:
    """What was sent last, unless it is a poster by now, or another was chosen since."""
    last = await fetch_maybe(tx, Q["last_own"], row.id, into=PosterRow)
    if last is None or last.state == "ready" or (current is not None and current.created_at > last.created_at):
        return None
    return OwnPoster(id=last.id, state=last.state)


def _shown(poster: PosterRow | None, candidates: list[Candidate]) -> ShownPoster | None:
    if poster is None:
        first = next(iter(candidates), None)
        if first is None:
            return None
        return ShownPoster(id=None, package=first.package, letter=first.letter, tall=first.tall, card=first.card)
    if poster.package is None:
        tall, card = f"/media/{poster.id}/tall", f"/media/{poster.id}/card"
    else:
        tall = f"/media/{poster.package}/posters/{poster.candidate}"
        card = f"{tall}-card"
    return ShownPoster(
        id=poster.id,
        package=poster.package,
        letter=poster.candidate,
        tall=Poster.at(tall),
        card=Poster.at(card),
    )


async def sweep(pool: Pool, storage: Storage, *, now: datetime) -> None:
    """Pictures that were sent a day ago, and posters nobody can go back to. Rows last: no file is left behind."""
    for row in await pool.fetch(Q["old_pictures"], now - PICTURE_LIFE):
        await storage.delete(f"pictures/{row['id']}")
        await pool.execute(Q["forget_picture"], row["id"])
    for row in await pool.fetch(Q["unused_posters"], now - UNUSED_LIFE):
        if row["package"] is None:
            await storage.delete(f"media/{row['id']}")
        await pool.execute(Q["forget_poster"], row["id"])
