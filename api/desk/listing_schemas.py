"""Lists of the desk, page by page: `next` is what the following page is asked for with, None at the end."""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from api.access.schemas import Company
from api.catalog.schemas import Keeping, Poster
from api.desk.deciding_schemas import DeskDecision
from api.studio.submission_schemas import SubmissionState
from api.voting.oddities import What
from api.words import Words

Tray: TypeAlias = Literal["waiting", "asked", "accepted", "declined", "withdrawn"]
#: How far a series is on its way to the audience.
Stage: TypeAlias = Literal["draft", "review", "declined", "accepted", "scheduled", "released"]


class ReviewRow(Struct, frozen=True, kw_only=True):
    """A submission in the queue. `ready` of its `episodes` can be watched."""

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
    poster: Poster | None
    thumbhash: str | None
    episodes: int
    ready: int


class ReviewPage(Struct, frozen=True, kw_only=True):
    """`trays` counts the submissions in each, up to a thousand."""

    submissions: list[ReviewRow]
    trays: dict[Tray, int]
    next: int | None


class ReviewCard(Struct, frozen=True, kw_only=True):
    submission: ReviewRow
    decisions: list[DeskDecision]


class DeskSeries(Struct, frozen=True, kw_only=True):
    """`missed` says why it was not released when its time had come."""

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
    poster: Poster | None
    thumbhash: str | None
    episodes: int
    ready: int
    failed: int


class DeskSeriesPage(Struct, frozen=True, kw_only=True):
    series: list[DeskSeries]
    next: int | None


class Shown(Struct, frozen=True, kw_only=True):
    """A series in the timetable."""

    id: int
    slug: str
    title: Words
    section: int
    company: str
    at: datetime
    released: bool
    missed: list[str]


class Timetable(Struct, frozen=True, kw_only=True):
    shown: list[Shown]
    next: str | None


class OpenFlag(Struct, frozen=True, kw_only=True):
    """A flag of the award `name` that nobody has settled; `ballots` counts those it is about."""

    id: int
    award: int
    name: Words
    what: What
    ballots: int
    raised_at: datetime
    quarantined_at: datetime | None


class OpenFlags(Struct, frozen=True, kw_only=True):
    flags: list[OpenFlag]
    next: int | None
