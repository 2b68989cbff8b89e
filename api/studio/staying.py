"""Who stayed: figures of how a series was watched, counted for whole groups of viewers.

What was counted last is kept and shown until at least FLOOR viewings have come or gone on since, and the border of the
recent days passes over nobody or over as many. So whoever compares what the page says before and after somebody
watched has that person in a crowd; and a series of a million lines is read when there is news, not at each look.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.studio import stay_rules as rules
from api.studio.service import scope_of
from api.studio.stay_rules import FLOOR, Group
from api.studio.staying_schemas import Counted, Figures, Languages, Leaving, Playing, Share, Staying

Q = read_queries(Path(__file__).parent, "staying.sql")
RECENT: Final = timedelta(days=7)
#: Not counted anew more often, whatever comes, nor for less than a hundredth more viewers: figures would be the same.
REST: Final = timedelta(minutes=1)
LEAST_SHARE: Final = 100
#: A series of a million lines takes longer than other statements may.
PATIENCE: Final = 60.0


class SeriesRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    released_at: datetime | None


class EpisodeRow(Struct, frozen=True, kw_only=True):
    id: int
    number: int
    package: UUID
    duration: float


class Held(Struct, frozen=True, kw_only=True):
    """Where the last count ended, where its recent days began, and what it found."""

    seq: int
    recent_from: datetime
    counted_at: datetime
    figures: Counted | None


class PlayingRow(Struct, frozen=True, kw_only=True):
    playings: int
    viewers: int
    steady: int
    half_ms: int | None
    nine_ms: int | None


class Period(Struct, frozen=True, kw_only=True):
    """All that is counted for a time, before it is decided what of it may be shown."""

    since: datetime
    groups: list[Group]
    languages: dict[str, dict[str, int]]
    playing: PlayingRow


async def stayed(tx: Connection, account: Account, series: int, *, now: datetime) -> Staying:
    row = await _series(tx, account, series)
    if row.released_at is None:
        return _answer(None, None, None)
    held = await fetch_one(tx, Q["hold_staying"], row.id, row.released_at, now, into=Held, missing=errors.NotFound())
    held = await _go_on(tx, row.id, row.released_at, held, now)
    return _answer(row.released_at, None if held.figures is None else held.counted_at, held.figures)


async def as_csv(tx: Connection, account: Account, series: int, *, now: datetime) -> tuple[str, str]:
    """The name of the file, and what is in it."""
    row = await _series(tx, account, series)
    return f"stayed-{row.slug}.csv", rules.to_csv(await stayed(tx, account, series, now=now))


async def _series(db: Connection, account: Account, series: int) -> SeriesRow:
    scope = scope_of(account)
    return await fetch_one(db, Q["stay_series"], series, scope, into=SeriesRow, missing=errors.NotFound())


def _answer(released_at: datetime | None, counted_at: datetime | None, found: Counted | None) -> Staying:
    return Staying(
        released_at=released_at,
        floor=FLOOR,
        counted_at=counted_at,
        whole=None if found is None else found.whole,
        recent=None if found is None else found.recent,
        leaving=[] if found is None else found.leaving,
    )


async def _go_on(tx: Connection, series: int, released_at: datetime, held: Held, now: datetime) -> Held:
    """Counted anew where enough viewers have come since, or up to the same line where there are other episodes now."""
    episodes = await fetch_all(tx, Q["stay_episodes"], series, into=EpisodeRow)
    seq, recent_from = held.seq, held.recent_from
    if held.figures is None or now - held.counted_at >= REST:
        seq, recent_from = await _borders(tx, [episode.id for episode in episodes], held, now)
    known = [] if held.figures is None else [leaving.package for leaving in held.figures.leaving]
    if seq == held.seq and (held.figures is None or known == [episode.package for episode in episodes]):
        return held
    counted = await _count(tx, episodes, seq, released_at, recent_from)
    await tx.execute(Q["save_staying"], series, seq, recent_from, now, msgspec.to_builtins(counted))
    return Held(seq=seq, recent_from=recent_from, counted_at=now, figures=counted)


async def _borders(tx: Connection, ids: Sequence[int], held: Held, now: datetime) -> tuple[int, datetime]:
    news: Any = await tx.fetchrow(Q["newcomers"], ids, held.seq, timeout=PATIENCE)
    known = 0 if held.figures is None or held.figures.whole is None else held.figures.whole.viewers
    if news["viewers"] < max(FLOOR, known // LEAST_SHARE):
        return held.seq, held.recent_from
    return news["seq"], await _pass_on(tx, ids, held.recent_from, now)


async def _pass_on(tx: Connection, ids: Sequence[int], recent_from: datetime, now: datetime) -> datetime:
    wanted = (now - RECENT).replace(minute=0, second=0, microsecond=0)
    if wanted <= recent_from:
        return recent_from
    passed = await tx.fetchval(Q["passed"], ids, recent_from, wanted, timeout=PATIENCE)
    return wanted if passed == 0 or passed >= FLOOR else recent_from


async def _count(
    tx: Connection, episodes: Sequence[EpisodeRow], seq: int, released_at: datetime, recent_from: datetime
) -> Counted:
    numbers = [episode.number for episode in episodes]
    whole = await _period(tx, episodes, seq, released_at)
    recent = await _period(tx, episodes, seq, recent_from)
    left: dict[int, dict[int | None, int]] = {episode.id: {} for episode in episodes}
    for row in await tx.fetch(Q["leavings"], list(left), seq, timeout=PATIENCE):
        left[row["episode"]][row["second"]] = row["viewers"]
    return Counted(
        whole=figures_of(numbers, whole, None),
        recent=figures_of(numbers, recent, whole),
        leaving=[leaving_of(episode, left[episode.id]) for episode in episodes],
    )


async def _period(tx: Connection, episodes: Sequence[EpisodeRow], seq: int, since: datetime) -> Period:
    hour = since.replace(minute=0, second=0, microsecond=0)
    of = ([episode.id for episode in episodes], seq, hour)
    first = episodes[0].number if episodes else 0
    groups = await tx.fetch(Q["viewers"], *of, first, len(episodes), timeout=PATIENCE)
    languages: dict[str, dict[str, int]] = {"interface": {}, "subtitles": {}, "sound": {}}
    for row in await tx.fetch(Q["languages"], *of, timeout=PATIENCE):
        languages[row["kind"]][row["lang"]] = row["viewers"]
    playing: Any = await tx.fetchrow(Q["playings"], *of, timeout=PATIENCE)
    return Period(
        since=since,
        groups=[Group(**dict(row)) for row in groups],
        languages=languages,
        playing=PlayingRow(**dict(playing)),
    )


def figures_of(numbers: Sequence[int], period: Period, whole: Period | None) -> Figures | None:
    """What may be shown of a period beside the `whole` time, which is shown too."""
    groups, before = period.groups, None if whole is None else whole.groups
    viewers, began = rules.counted(groups), rules.counted(groups, began=True)
    if not rules.may_show(viewers, None if before is None else rules.counted(before)):
        return None
    points = rules.carried(numbers, groups, before)

    def share(what: str, *, began: bool = False) -> Share | None:
        def numbers_of(some: Sequence[Group]) -> tuple[int, int]:
            return rules.counted(some, began=began, **{what: True}), rules.counted(some, began=began)

        return rules.share_of(*numbers_of(groups), None if before is None else numbers_of(before))

    return Figures(
        since=period.since,
        viewers=viewers,
        began=began if rules.may_show(began, None if before is None else rules.counted(before, began=True)) else None,
        carried=points,
        step=rules.largest_step(points),
        completed=share("completed", began=True),
        typical=rules.typical(groups),
        subtitled=share("subtitled"),
        liked=share("liked"),
        languages=_languages(period.languages, None if whole is None else whole.languages),
        playing=_playing(period.playing, None if whole is None else whole.playing),
    )


def _languages(found: Mapping[str, Mapping[str, int]], whole: Mapping[str, Mapping[str, int]] | None) -> Languages:
    return Languages(
        **{kind: rules.fold(counts, None if whole is None else whole[kind]) for kind, counts in found.items()}
    )


def _playing(found: PlayingRow, whole: PlayingRow | None) -> Playing | None:
    if not rules.may_show(found.viewers, None if whole is None else whole.viewers):
        return None
    steady = round(found.steady / found.playings, 4)
    return Playing(playings=found.playings, half_ms=found.half_ms, nine_ms=found.nine_ms, steady=steady)


def leaving_of(episode: EpisodeRow, left: Mapping[int | None, int]) -> Leaving:
    """Since the release alone: stretches of two periods would tell of those between them."""
    started = sum(left.values())
    early = {second: viewers for second, viewers in left.items() if second is not None}
    found = rules.stretches(early, episode.duration)
    return Leaving(
        number=episode.number,
        package=episode.package,
        duration=episode.duration,
        started=started if rules.may_show(started) else None,
        finished=rules.share_of(left.get(None, 0), started),
        stretches=found,
        peak=rules.peak(found),
    )
