"""Proof of play: what screens wrote down, once each, with the times at which it was on."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from api import errors
from api.catalog import service as catalog
from api.db import Connection, fetch_all, read_queries
from api.kiosk.device_schemas import Play, PlaysOut
from api.kiosk.fleet_schemas import DayPlays, PlayReport, QuarterVotes, TitlePlays, VotesToday
from api.kiosk.service import Q as KIOSKS
from api.paging import LIMIT, cut
from api.tables import csv_of
from api.voting import journal

Q = read_queries(Path(__file__).parent, "plays.sql")
LONGEST: Final = timedelta(days=62)
#: Outside of these a day has no moment in every zone.
FIRST, LAST = date(1970, 1, 2), date(9999, 12, 1)
#: Of a file; a report that was cut off without a word would be a wrong one.
LINES: Final = 50_000
_MOST_PLAYS: Final = 10**15
COLUMNS: Final = ("day", "kiosk", "series", "episode", "kind", "how", "plays", "whole", "seconds")


class FullRow(Struct, frozen=True, kw_only=True):
    day: date
    kiosk: str
    series: str
    episode: int | None
    kind: str
    how: str
    plays: int
    whole: int
    seconds: float


class Days(Struct, frozen=True, kw_only=True):
    """Days at the venue, both included, and their moments."""

    first: date
    last: date
    zone: str

    @property
    def moments(self) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.zone)
        return (
            datetime.combine(self.first, time(), zone),
            datetime.combine(self.last + timedelta(days=1), time(), zone),
        )


async def take(tx: Connection, kiosk: int, plays: Sequence[Play]) -> PlaysOut:
    """Sent again, they are here once. Another play under a number that is here is told to the desk."""
    counters = [each.counter for each in plays]
    started = [each.started_at for each in plays]
    columns = (
        counters,
        [each.kind for each in plays],
        [each.series for each in plays],
        [each.episode for each in plays],
        [each.award for each in plays],
        [each.how for each in plays],
        started,
        [each.uncertainty_ms for each in plays],
        [each.seconds for each in plays],
        [each.whole for each in plays],
    )
    others = await tx.fetch(Q["plays_told_otherwise"], kiosk, counters, started)
    if others:
        # One line tells of them all: a disk that was put back says hundreds of numbers again.
        first = others[0]
        detail = {"plays": len(others), "started_at": first["started_at"].isoformat()}
        await journal.save_finding(tx, kiosk, "plays", first["counter"], detail)
    await tx.execute(Q["save_plays"], kiosk, *columns)
    return PlaysOut(received=await tx.fetchval(Q["plays_received"], kiosk))


async def _days(db: Connection, first: date | None, last: date | None, now: datetime) -> Days:
    """Where nothing is said, the week that ends today."""
    zone = (await catalog.festival(db)).time_zone
    end = last or now.astimezone(ZoneInfo(zone)).date()
    start = first or max(end, FIRST) - timedelta(days=6)
    if not FIRST <= start <= end <= LAST or end - start > LONGEST:
        raise errors.Unprocessable("A report is of two months at most, and ends after it begins.", field="last")
    return Days(first=start, last=end, zone=zone)


async def report(
    db: Connection, first: date | None, last: date | None, cursor: str = "", limit: int = LIMIT, *, now: datetime
) -> PlayReport:
    days, after = await _days(db, first, last, now), _read_cursor(cursor)
    titles, more = cut(
        await fetch_all(db, Q["plays_by_title"], *days.moments, *after, limit + 1, into=TitlePlays), limit
    )
    return PlayReport(
        first=days.first,
        last=days.last,
        days=await fetch_all(db, Q["plays_by_day"], *days.moments, days.zone, into=DayPlays),
        titles=titles,
        next=f"{titles[-1].plays}~{titles[-1].series or 0}~{titles[-1].kiosk}" if more else None,
    )


def _read_cursor(cursor: str) -> tuple[int, int, int]:
    """Plays, series and screen of the title it goes on after; more plays than any has where it begins."""
    if not cursor:
        return (_MOST_PLAYS, 0, 0)
    if (found := re.fullmatch(r"(\d{1,15})~(\d{1,15})~(\d{1,15})", cursor, re.ASCII)) is None:
        raise errors.Unprocessable("Go on with what an answer gave as `next`.", field="after")
    return (int(found[1]), int(found[2]), int(found[3]))


async def report_csv(db: Connection, first: date | None, last: date | None, *, now: datetime) -> str:
    days = await _days(db, first, last, now)
    rows = await fetch_all(db, Q["plays_in_full"], *days.moments, days.zone, LINES + 1, into=FullRow)
    if len(rows) > LINES:
        raise errors.Unprocessable(f"A file has {LINES} lines at most: ask for fewer days.", field="first")
    return csv_of([COLUMNS, *([getattr(row, name) for name in COLUMNS] for row in rows)])


async def votes_today(db: Connection, *, now: datetime) -> VotesToday:
    zone = (await catalog.festival(db)).time_zone
    day = now.astimezone(ZoneInfo(zone)).date()
    moments = Days(first=day, last=day, zone=zone).moments
    return VotesToday(day=day, quarters=await fetch_all(db, KIOSKS["votes_by_quarter"], *moments, into=QuarterVotes))
