"""Series, episodes and their states, as a producer works with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from api import errors, jobs
from api.access.schemas import Account, Company
from api.catalog import service as catalog
from api.catalog.schemas import EpisodeIn, Keeping, Poster, SectionRef, SeriesIn
from api.catalog.service import poster_of
from api.db import Connection, fetch_all, fetch_one
from api.studio import locks, previews, rules
from api.studio.queries import Q
from api.studio.schemas import EpisodeState, FailureOut, SoundState, State, StudioSeries
from api.words import Words
from transcoder.contract import RungProgress, TranscodeJob, failure


class SoundRow(Struct, frozen=True, kw_only=True):
    lang: str
    state: Literal["uploading", "queued", "encoding", "ready", "failed"]
    file_name: str | None
    size: int | None
    upload: UUID | None
    off_by: float | None
    silent: bool
    failure_code: str | None
    failure_detail: str | None


class StateRow(Struct, frozen=True, kw_only=True):
    id: int
    series: int
    number: int
    title: Words
    state: State
    progress: int
    rungs: list[RungProgress]
    seconds_left: int | None
    improving: bool
    failure_code: str | None
    failure_detail: str | None
    file_name: str | None
    size: int | None
    upload: UUID | None
    package: UUID | None
    preview: UUID | None
    duration: float | None
    queue_position: int | None
    subtitles: list[str]
    sounds: list[SoundRow]
    updated_at: datetime


class SeriesRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    title: Words
    country: str
    released: bool
    section: SectionRef
    company: Company
    keeping: Keeping


def scope_of(account: Account) -> int | None:
    """The company whose series this account may touch; None stands for all of them."""
    if account.role == "organiser":
        return None
    if account.company is None:
        raise errors.NotAllowed
    return account.company.id


async def list_series(db: Connection, account: Account, *, now: datetime) -> list[StudioSeries]:
    return await _series(db, scope_of(account), None, now=now)


async def open_series(db: Connection, account: Account, series: int, *, now: datetime) -> StudioSeries:
    found = await _series(db, scope_of(account), series, now=now)
    if not found:
        raise errors.NotFound
    return found[0]


async def _series(db: Connection, company: int | None, series: int | None, *, now: datetime) -> list[StudioSeries]:
    rows = await fetch_all(db, Q["studio_series"], company, series, into=SeriesRow)
    states = await states_of(db, [row.id for row in rows])
    standing = await locks.standing_of(db, [row.id for row in rows], now=now)
    chosen = await catalog.chosen_posters(db, [row.id for row in rows])
    return [
        StudioSeries(
            id=row.id,
            slug=row.slug,
            title=row.title,
            country=row.country,
            section=row.section,
            company=row.company,
            released=row.released,
            keeping=row.keeping,
            submission=standing.get(row.id),
            poster=chosen.get(row.id) or first_still(states, row.id),
            episodes=[state for state in states if state.series == row.id],
        )
        for row in rows
    ]


def first_still(states: Sequence[EpisodeState], series: int) -> Poster | None:
    return next((state.poster for state in states if state.series == series and state.poster), None)


async def states_of(db: Connection, series: Sequence[int]) -> list[EpisodeState]:
    return [to_state(row) for row in await fetch_all(db, Q["episode_states"], list(series), into=StateRow)]


async def state_of(db: Connection, episode: int) -> EpisodeState:
    return to_state(await fetch_one(db, Q["episode_state"], episode, into=StateRow, missing=errors.NotFound()))


def to_state(row: StateRow) -> EpisodeState:
    return EpisodeState(
        id=row.id,
        series=row.series,
        number=row.number,
        title=row.title,
        state=row.state,
        progress=row.progress,
        rungs=row.rungs,
        seconds_left=row.seconds_left,
        improving=row.improving,
        queue_position=row.queue_position,
        file_name=row.file_name,
        size=row.size,
        duration_ms=None if row.duration is None else round(row.duration * 1000),
        poster=poster_of(row.package),
        upload=row.upload,
        failure=_told(row),
        package=row.package,
        preview=None if row.preview is None else previews.address_of(row.preview),
        subtitles=row.subtitles,
        sounds=[_to_sound(sound) for sound in row.sounds],
        updated_at=row.updated_at,
    )


def _to_sound(row: SoundRow) -> SoundState:
    return SoundState(
        lang=row.lang,
        state=row.state,
        file_name=row.file_name,
        size=row.size,
        upload=row.upload,
        off_by=row.off_by,
        silent=row.silent,
        failure=_told(row),
    )


def _told(row: StateRow | SoundRow) -> FailureOut | None:
    if row.failure_code is None or row.state != "failed":
        return None
    known = failure(row.failure_code, row.failure_detail)
    values = msgspec.json.decode(row.failure_detail) if row.failure_detail else {}
    return FailureOut(code=known.code, happened=known.happened, kept=known.kept, next=known.next, values=values)


async def create_series(tx: Connection, account: Account, data: SeriesIn, *, now: datetime) -> StudioSeries:
    company = scope_of(account)
    if company is None:
        raise errors.NotAllowed("A series belongs to a company; sign in as its producer.")
    series = await catalog.create_series(tx, data, company=company)
    return await open_series(tx, account, series, now=now)


async def create_episode(
    tx: Connection, account: Account, series: int, data: EpisodeIn, *, now: datetime
) -> EpisodeState:
    await require_series(tx, account, series)
    await locks.require_open(tx, account, series, now=now)
    return await state_of(tx, await catalog.create_episode(tx, series, data))


async def require_series(db: Connection, account: Account, series: int) -> None:
    """Not found where the series is not this account's."""
    await catalog.require_series(db, series, scope_of(account))


async def require_episode(db: Connection, account: Account, episode: int) -> None:
    """Not found where the episode is not this account's."""
    if await db.fetchval(Q["episode_owner"], episode, scope_of(account)) is None:
        raise errors.NotFound


async def retry(tx: Connection, account: Account, episode: int) -> EpisodeState:
    await require_episode(tx, account, episode)
    await tx.execute(Q["hold_episode"], episode)
    if (await state_of(tx, episode)).state != "failed" or not await queue_package(tx, episode):
        raise errors.NotRetryable
    return await state_of(tx, episode)


async def replace_package(tx: Connection, episode: int) -> None:
    """A newer file has arrived: what was being made of the older one is given up."""
    await tx.execute(Q["hold_episode"], episode)
    await tx.execute(Q["supersede_package"], episode)
    await queue_package(tx, episode)


async def queue_package(tx: Connection, episode: int) -> bool:
    """A new package of the newest file, and its job in the same transaction; False where one is under way."""
    package, company = uuid4(), await tx.fetchval(Q["hold_company"], episode)
    turn = await tx.fetchval(Q["queue_package"], package, episode, company)
    if turn is None:
        return False
    await tx.execute(Q["plan_tiers"], package)
    await jobs.enqueue(tx, TranscodeJob(package=package, tier="start"), turn=turn)
    return True


async def renew(tx: Connection, episode: int, tier: Literal["edition", "sound"]) -> None:
    """Of what viewers get: a new edition, with the subtitles and sounds there are then, or its further sounds.

    A package under way reads both when it is published.
    """
    package = rules.newest_ready(await fetch_all(tx, Q["hold_packages"], episode, into=rules.HeldPackage))
    if package is not None and await tx.fetchval(Q["queue_tier"], package.id, tier) is not None:
        await jobs.enqueue(tx, TranscodeJob(package=package.id, tier=tier), turn=package.turn)
