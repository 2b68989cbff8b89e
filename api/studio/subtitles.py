"""Subtitles of episodes: read from whatever was sent, looked over, kept as WebVTT, and published without an encode."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.catalog import service as catalog
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.studio import encodings, lint, locks, rules, service, submission
from api.studio.queries import Q as STUDIO
from api.studio.refusals import SubtitleChanged
from api.studio.schemas import EpisodeState
from api.studio.subtitle_schemas import Cue, CuesIn, Finding, SubtitleCell, SubtitleFile, SubtitleIn, SubtitleSaved

Q = read_queries(Path(__file__).parent, "subtitles.sql")


class Saved(Struct, frozen=True, kw_only=True):
    version: int
    updated_at: datetime


class Stored(Saved, frozen=True, kw_only=True):
    vtt: str


class CellRow(Struct, frozen=True, kw_only=True):
    episode: int
    lang: str
    version: int
    cues: int
    warned: int
    ends_ms: int
    film_ms: int | None
    updated_at: datetime


class Unseen(Struct, frozen=True, kw_only=True):
    episode: int
    lang: str
    version: int
    vtt: str


class FileRow(Struct, frozen=True, kw_only=True):
    number: int
    lang: str
    vtt: str


class _Summary(Struct, frozen=True):
    """What is kept of a look at subtitles, apart from how long the film is: that may change."""

    cues: int
    warned: int
    ends_ms: int

    @classmethod
    def of(cls, cues: Sequence[Cue], lang: str) -> "_Summary":
        return cls(len(cues), len(lint.look_over(cues, lang, None)), max(cue.end for cue in cues))


async def save(
    tx: Connection, account: Account, episode: int, lang: str, data: SubtitleIn, *, now: datetime
) -> SubtitleSaved:
    """A package under way reads them when it is published; one that is ready gets a new edition."""
    await service.require_episode(tx, account, episode)
    await locks.require_open_episode(tx, account, episode, now=now)
    reading = _read(data, rules.check_language(lang))
    vtt = rules.to_vtt(reading.text)
    cues = rules.cues_of(vtt)
    summary = _Summary.of(cues, lang)
    await tx.execute(STUDIO["hold_episode"], episode)
    values = (vtt, data.version, summary.cues, summary.warned, summary.ends_ms)
    saved = await fetch_one(tx, Q["save_subtitle"], episode, lang, *values, into=Saved, missing=SubtitleChanged())
    await service.renew(tx, episode, "edition")
    state = await service.state_of(tx, episode)
    return SubtitleSaved(
        **{name: getattr(state, name) for name in EpisodeState.__struct_fields__},
        encoding=reading.encoding,
        saved=await _looked_over(tx, episode, lang, saved, cues),
    )


def _read(data: SubtitleIn, lang: str) -> encodings.Reading:
    if data.content is not None:
        return encodings.read(data.content, lang, data.encoding)
    if data.text is None:
        raise errors.Unprocessable("Send the text or the bytes of a file.", field="text")
    return encodings.Reading(text=data.text, encoding="utf-8")


async def show(db: Connection, account: Account, episode: int, lang: str) -> SubtitleFile:
    await service.require_episode(db, account, episode)
    stored = await fetch_one(db, Q["subtitle"], episode, lang, into=Stored, missing=errors.NotFound())
    return await _looked_over(db, episode, lang, stored, rules.cues_of(stored.vtt))


async def _looked_over(db: Connection, episode: int, lang: str, saved: Saved, cues: list[Cue]) -> SubtitleFile:
    film_ms = await db.fetchval(Q["film_length"], episode)
    return SubtitleFile(
        lang=lang,
        version=saved.version,
        cues=cues,
        findings=lint.look_over(cues, lang, film_ms),
        film_ms=film_ms,
        updated_at=saved.updated_at,
    )


async def check(db: Connection, account: Account, episode: int, lang: str, data: CuesIn) -> list[Finding]:
    """What would be noticed if these were saved."""
    await service.require_episode(db, account, episode)
    return lint.look_over(data.cues, rules.check_language(lang), await db.fetchval(Q["film_length"], episode))


async def remove(tx: Connection, account: Account, episode: int, lang: str, *, now: datetime) -> EpisodeState:
    await service.require_episode(tx, account, episode)
    await locks.require_open_episode(tx, account, episode, now=now)
    await tx.execute(STUDIO["hold_episode"], episode)
    if await tx.fetchval(Q["remove_subtitle"], episode, lang) is None:
        raise errors.NotFound
    await service.renew(tx, episode, "edition")
    state = await service.state_of(tx, episode)
    await submission.require_subtitles(tx, account, state.series, lang)
    return state


async def cells(tx: Connection, account: Account, series: int) -> list[SubtitleCell]:
    """What there is of every episode in every language."""
    await catalog.require_series(tx, series, service.scope_of(account))
    await _look_at_unseen(tx, series)
    rows = await fetch_all(tx, Q["subtitle_cells"], series, into=CellRow)
    return [
        SubtitleCell(
            episode=row.episode,
            lang=row.lang,
            version=row.version,
            cues=row.cues,
            warned=row.warned + lint.is_beyond(row.ends_ms, row.film_ms),
            updated_at=row.updated_at,
        )
        for row in rows
    ]


async def _look_at_unseen(tx: Connection, series: int) -> None:
    """Those of an earlier version are looked over when somebody asks for the first time."""
    for unseen in await fetch_all(tx, Q["unseen_subtitles"], series, into=Unseen):
        summary = _Summary.of(rules.cues_of(unseen.vtt), unseen.lang)
        place = (unseen.episode, unseen.lang, unseen.version)
        await tx.execute(Q["note_subtitle"], *place, summary.cues, summary.warned, summary.ends_ms)


async def bundle(db: Connection, account: Account, series: int, lang: str | None) -> bytes:
    """All of a series as a ZIP: a folder for each language, named so that it can be dropped here again."""
    await catalog.require_series(db, series, service.scope_of(account))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in await fetch_all(db, Q["subtitle_files"], series, lang, into=FileRow):
            archive.writestr(f"{row.lang}/E{row.number:02d}.{row.lang}.vtt", row.vtt)
    return packed.getvalue()
