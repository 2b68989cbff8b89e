"""The outcome of a festival in figures: what was entered and accepted, how it was watched and voted on, who won.

How it was watched is counted anew only when a whole group of viewers has come since: two reports never differ by a
few people (see studio/staying.py, whose floor and whose rest this takes over).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import msgspec
from msgspec import Struct

from api import errors
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.desk import playing, plots
from api.desk import report_rules as rules
from api.desk.report_rules import Cell
from api.desk.report_schemas import (
    Access,
    AwardLine,
    CountryLine,
    LanguageLine,
    Plots,
    Report,
    ScreenLine,
    SectionLine,
    Volumes,
    Watched,
    Winner,
)
from api.studio.stay_rules import FLOOR, fold, may_show, share_of
from api.words import Words

Q = read_queries(Path(__file__).parent, "report.sql")
_PATIENCE: Final = 60.0
#: Nor for less than a hundredth more viewers: the figures would be the same.
_LEAST_SHARE: Final = 100
_WIDE, _TALL = 720.0, 180.0
_COUNTRIES: Final = 12


class FestivalRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: Words
    starts_on: date
    ends_on: date
    time_zone: str
    place: Words


class AwardRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: Words
    kind: str
    closes_at: datetime
    published_at: datetime | None
    result: str | None
    ballots: dict[str, int]
    of: dict[str, int | None]


class Held(Struct, frozen=True, kw_only=True):
    seq: int
    counted_at: datetime
    watched: Watched | None


class ShownRow(Struct, frozen=True, kw_only=True):
    episodes: int
    subtitled: int


async def report(tx: Connection, festival: int | None, *, now: datetime) -> Report:
    row = await fetch_one(tx, Q["report_festival"], festival, into=FestivalRow, missing=errors.NotFound())
    sections = await fetch_all(tx, Q["section_lines"], row.id, into=SectionLine)
    countries = await fetch_all(tx, Q["country_lines"], row.id, into=CountryLine)
    held = await _watched(tx, row.id, now)
    watched = None if held is None else held.watched
    return Report(
        festival=row.slug,
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        time_zone=row.time_zone,
        place=row.place,
        made_at=now,
        floor=FLOOR,
        counted_at=None if held is None or watched is None else held.counted_at,
        companies=int(await tx.fetchval(Q["count_companies"], row.id)),
        sections=sections,
        countries=countries,
        watched=watched,
        awards=await _awards(tx, row.id),
        screens=await fetch_all(tx, Q["screen_lines"], row.id, into=ScreenLine),
        access=await _access(tx, row.id),
        volumes=await fetch_one(tx, Q["volumes"], row.id, into=Volumes, missing=errors.NotFound()),
        plots=plots_of(watched, countries, row),
    )


def plots_of(watched: Watched | None, countries: Sequence[CountryLine], festival: FestivalRow) -> Plots:
    hours = {} if watched is None else {each.key: each.minutes for each in watched.hours}
    days = {} if watched is None else {each.key: each.minutes for each in watched.days}
    length = (festival.ends_on - festival.starts_on).days + 1
    dates = [(festival.starts_on + timedelta(days=day)).isoformat() for day in range(min(length, 31))]
    later = sorted(day for day in days if day is not None and day not in dates)
    went = {each.key: each for each in (watched.played.days if watched is not None and watched.played else ())}
    starts = [(day, went[day].slow_ms if day in went else None) for day in sorted({*dates, *later})]
    stalls = [(day, round(10 * went[day].stalls_hour) if day in went else None) for day in sorted({*dates, *later})]
    return Plots(
        hours=plots.bars([(f"{hour:02}", hours.get(f"{hour:02}")) for hour in range(24)], width=_WIDE, height=_TALL),
        days=plots.bars([(day, days.get(day)) for day in sorted({*dates, *later})], width=_WIDE, height=_TALL),
        countries=plots.bars(
            [(each.country, each.entered) for each in countries[:_COUNTRIES]], width=_WIDE, height=_TALL
        ),
        starts=plots.bars(starts, width=_WIDE, height=_TALL),
        stalls=plots.bars(stalls, width=_WIDE, height=_TALL),
    )


async def _awards(tx: Connection, festival: int) -> list[AwardLine]:
    rows = await fetch_all(tx, Q["award_lines"], festival, into=AwardRow)
    won = {row.id: rules.winners_of(row.result) for row in rows}
    entries = [entry for each in won.values() for entry in each]
    named = {row["id"]: dict(row) for row in await tx.fetch(Q["entries_named"], entries)}
    return [_award(row, [named[entry] for entry in won[row.id] if entry in named]) for row in rows]


def _award(row: AwardRow, winners: Sequence[Mapping[str, Any]]) -> AwardLine:
    ballots, strata = rules.strata(row.ballots, row.of)
    return AwardLine(
        id=row.id,
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        closes_at=row.closes_at,
        published_at=row.published_at,
        ballots=ballots,
        strata=strata,
        winners=[Winner(title=each["title"], episode=each["episode"], country=each["country"]) for each in winners],
    )


async def _access(tx: Connection, festival: int) -> Access:
    shown = await fetch_one(tx, Q["shown_episodes"], festival, into=ShownRow, missing=errors.NotFound())
    languages = await fetch_all(tx, Q["language_lines"], festival, into=LanguageLine)
    return Access(episodes=shown.episodes, subtitled=shown.subtitled, languages=languages)


async def _watched(tx: Connection, festival: int, now: datetime) -> Held | None:
    """What was counted last; anew where enough viewers have come since. None while there are too few."""
    held = await fetch_maybe(tx, Q["hold_outcome"], festival, into=Held)
    since = 0 if held is None else held.seq
    news: Any = await tx.fetchrow(Q["outcome_newcomers"], festival, since, timeout=_PATIENCE)
    known = 0 if held is None or held.watched is None else held.watched.viewers
    if news["viewers"] < max(FLOOR, known // _LEAST_SHARE):
        return held
    counted = await _count(tx, festival, news["seq"])
    await tx.execute(Q["save_outcome"], festival, news["seq"], now, msgspec.to_builtins(counted))
    return Held(seq=news["seq"], counted_at=now, watched=counted)


async def _count(tx: Connection, festival: int, seq: int) -> Watched | None:
    cells: dict[str, list[Cell]] = {}
    for row in await tx.fetch(Q["watched_by"], festival, seq, timeout=_PATIENCE):
        cell = Cell(key=row["key"], viewers=row["viewers"], views=row["views"], seconds=row["seconds"])
        cells.setdefault(row["kind"], []).append(cell)
    languages: dict[str, dict[str, int]] = {"interface": {}, "subtitles": {}}
    for row in await tx.fetch(Q["watched_languages"], festival, seq, timeout=_PATIENCE):
        languages[row["kind"]][row["lang"]] = row["viewers"]
    played = await playing.count(tx, festival, seq)
    people = cast("Any", await tx.fetchrow(Q["watchers"], festival, seq, timeout=_PATIENCE))
    counted = watched_of(cells, languages, people)
    return None if counted is None else msgspec.structs.replace(counted, played=played)


def watched_of(
    cells: Mapping[str, Sequence[Cell]], languages: Mapping[str, Mapping[str, int]], people: Mapping[str, int]
) -> Watched | None:
    whole = next(iter(cells.get("all", ())), None)
    if whole is None or not may_show(whole.viewers):
        return None
    return Watched(
        viewers=whole.viewers,
        views=whole.views,
        minutes=round(whole.seconds / 60),
        completed=share_of(people["completed"], people["began"]),
        subtitled=share_of(people["subtitled"], people["viewers"]),
        liked=share_of(people["liked"], people["viewers"]),
        interface=fold(languages["interface"]),
        subtitles=fold(languages["subtitles"]),
        sections=rules.veil(cells.get("section", ())),
        countries=rules.veil(cells.get("country", ())),
        hours=rules.by_key(rules.veil(cells.get("hour", ()), rules.overlapping)),
        days=rules.by_key(rules.veil(cells.get("day", ()), rules.overlapping)),
    )
