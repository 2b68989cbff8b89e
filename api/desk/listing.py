"""Lists of the desk: as many rows are read as a page shows, however many there are."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from api import errors
from api.access.schemas import Company
from api.catalog import service as catalog
from api.catalog.schemas import Keeping, Poster
from api.catalog.service import poster_of, stored_poster
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, plan_each, read_queries
from api.desk import deciding
from api.desk.listing_schemas import (
    DeskSeries,
    DeskSeriesPage,
    OpenFlag,
    OpenFlags,
    ReviewCard,
    ReviewPage,
    ReviewRow,
    Stage,
    Tray,
)
from api.desk.scheduling import Q as PLACES
from api.desk.service import FOLDER
from api.paging import LIMIT, cut
from api.studio.submission_schemas import SubmissionState
from api.words import Words

Q = read_queries(FOLDER, "listing.sql")


class Looked(Struct, frozen=True, kw_only=True):
    tall: str | None
    package: UUID | None

    @property
    def poster(self) -> Poster | None:
        return stored_poster(self.tall) or poster_of(self.package)


class SubmissionRow(Looked, frozen=True, kw_only=True):
    id: int
    series: int
    slug: str
    title: Words
    country: str
    section: int
    company: Company
    state: SubmissionState
    tray: Tray
    version: int
    submitted_at: datetime
    submitted_by: str
    changes_until: datetime | None
    released_at: datetime | None
    release_at: datetime | None
    thumbhash: str | None
    episodes: int
    ready: int


class SeriesRow(Looked, frozen=True, kw_only=True):
    id: int
    slug: str
    title: Words
    country: str
    section: int
    company: Company
    submission: int | None
    state: SubmissionState | None
    submitted_at: datetime | None
    changes_until: datetime | None
    stage: Stage
    released_at: datetime | None
    release_at: datetime | None
    missed: list[str]
    keeping: Keeping
    thumbhash: str | None
    episodes: int
    ready: int
    failed: int


class Place(Struct, frozen=True, kw_only=True):
    section: int
    place: int
    id: int


class Wanted(Struct, frozen=True, kw_only=True):
    """What a list is narrowed down to, and where it goes on."""

    section: int | None = None
    looked_for: str = ""
    after: int = 0
    limit: int = LIMIT


async def submissions(db: Connection, tray: Tray | None, wanted: Wanted) -> ReviewPage:
    await plan_each(db)
    sections = await _sections(db, wanted.section)
    values = (tray, sections, await _found(db, wanted.looked_for), wanted.after, wanted.limit + 1)
    rows = await fetch_all(db, Q["submissions"], *values, into=SubmissionRow)
    page, more = cut(rows, wanted.limit)
    trays = {row["tray"]: row["count"] for row in await db.fetch(Q["count_trays"], sections)}
    return ReviewPage(submissions=[to_review(row) for row in page], trays=trays, next=page[-1].id if more else None)


async def submission(db: Connection, submission: int) -> ReviewCard:
    row = await fetch_one(db, Q["one_submission"], submission, into=SubmissionRow, missing=errors.NotFound())
    return ReviewCard(submission=to_review(row), decisions=await deciding.decisions_of(db, submission))


async def series(db: Connection, stage: Stage | None, wanted: Wanted) -> DeskSeriesPage:
    await plan_each(db)
    sections = await _sections(db, wanted.section)
    start = Place(section=min(sections, default=0), place=0, id=0)
    after = await fetch_maybe(db, PLACES["place_of"], wanted.after, into=Place) or start
    values = (sections, stage, await _found(db, wanted.looked_for), after.section, after.place, after.id)
    rows = await fetch_all(db, Q["series_list"], *values, wanted.limit + 1, into=SeriesRow)
    page, more = cut(rows, wanted.limit)
    return DeskSeriesPage(series=[_to_series(row) for row in page], next=page[-1].id if more else None)


async def open_flags(db: Connection, wanted: Wanted) -> OpenFlags:
    await plan_each(db)
    rows = await fetch_all(db, Q["open_flags"], wanted.after, wanted.limit + 1, into=OpenFlag)
    page, more = cut(rows, wanted.limit)
    return OpenFlags(flags=page, next=page[-1].id if more else None)


def pattern_of(looked_for: str) -> str:
    """What LIKE takes literally."""
    escaped = looked_for.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


async def _sections(db: Connection, asked: int | None) -> list[int]:
    """The one that is asked for, else all of this festival: those of earlier years have pages of their own."""
    there = [each.id for each in await catalog.sections(db)]
    return there if asked is None else [section for section in there if section == asked]


async def _found(db: Connection, looked_for: str) -> list[int] | None:
    """The series in which this stands; None where nothing is looked for."""
    text = looked_for.strip()
    if not text:
        return None
    return [row["series_id"] for row in await db.fetch(Q["found_series"], text, pattern_of(text))]


def to_review(row: SubmissionRow) -> ReviewRow:
    return ReviewRow(**{name: getattr(row, name) for name in ReviewRow.__struct_fields__})


def _to_series(row: SeriesRow) -> DeskSeries:
    return DeskSeries(**{name: getattr(row, name) for name in DeskSeries.__struct_fields__})
