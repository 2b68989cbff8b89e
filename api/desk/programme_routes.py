"""The desk's queue of submissions, and the programme that comes of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import Meta, Struct

from api import errors
from api.access.guards import DESK, ORGANISER
from api.access.schemas import Account
from api.catalog.schemas import Moment
from api.db import Connection
from api.desk import bulk, deciding, listing, scheduling
from api.desk.deciding_schemas import BulkIn, BulkReport, DeskDecisionIn, LetterIn, LetterOut
from api.desk.listing import Wanted
from api.desk.listing_schemas import DeskSeriesPage, OpenFlags, ReviewCard, ReviewPage, Stage, Timetable, Tray
from api.desk.paging_params import AFTER, CURSOR, MOST
from api.desk.refusals import AlreadyReleased, DecidedMeanwhile, LetterGone, SeriesNotReady
from api.desk.schemas import Released
from api.given import Given
from api.paging import LIMIT
from api.problems import problems
from api.settings import Settings
from api.studio.refusals import NotSubmitted

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)
OF_ONE = (*REFUSALS, errors.NotFound)
LISTED = problems(*REFUSALS, errors.Unprocessable)
LOOKED_FOR = Annotated[str, QueryParameter(max_length=100)]


class ScheduleIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """None takes it off the schedule."""

    at: Moment | None


class PlaceIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The series of the same section that it comes after; 0 for the first place."""

    after: Annotated[int, Meta(ge=0)]


@get("/submissions", guards=[ORGANISER], responses=LISTED)
async def list_submissions(
    tx: Given[Connection],
    tray: FromQuery[Tray | None] = None,
    section: FromQuery[int | None] = None,
    q: LOOKED_FOR = "",
    after: AFTER = 0,
    limit: MOST = LIMIT,
) -> ReviewPage:
    """What was handed in, the oldest first; `q` is looked for in titles, companies, people and names of files."""
    return await listing.submissions(tx, tray, Wanted(section=section, looked_for=q, after=after, limit=limit))


@get("/submissions/{submission:int}", guards=[ORGANISER], responses=problems(*OF_ONE))
async def show_submission(tx: Given[Connection], submission: FromPath[int]) -> ReviewCard:
    return await listing.submission(tx, submission)


@post(
    "/submissions/{submission:int}/letter",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*OF_ONE, errors.Unprocessable),
)
async def preview_letter(
    tx: Given[Connection], settings: Given[Settings], submission: FromPath[int], data: JSONBody[LetterIn]
) -> LetterOut:
    """The letter as it would be sent, in the language of its reader."""
    return await deciding.preview(tx, submission, data, public_url=settings.public_url)


@post(
    "/submissions/{submission:int}/decisions",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*OF_ONE, errors.Unprocessable, NotSubmitted, DecidedMeanwhile, AlreadyReleased),
)
async def decide(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    submission: FromPath[int],
    data: JSONBody[DeskDecisionIn],
    now: Given[datetime],
) -> ReviewCard:
    """Its letter leaves after a minute; until then it can be undone."""
    await deciding.decide(tx, account, submission, data, now=now, public_url=settings.public_url)
    return await listing.submission(tx, submission)


@post(
    "/decisions/{decision:uuid}/undo",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*OF_ONE, DecidedMeanwhile, LetterGone),
)
async def undo_decision(tx: Given[Connection], account: Given[Account], decision: FromPath[UUID]) -> ReviewCard:
    """As it was before, and no letter."""
    return await listing.submission(tx, await deciding.undo(tx, account, decision))


@post("/bulk", guards=[ORGANISER], status_code=HTTP_200_OK, responses=LISTED)
async def do_for_many(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    data: JSONBody[BulkIn],
    now: Given[datetime],
) -> BulkReport:
    """One thing for up to a hundred series; what is refused for one holds up no other."""
    return await bulk.do(tx, account, data, now=now, public_url=settings.public_url)


@get("/series", guards=[ORGANISER], responses=LISTED)
async def list_series(
    tx: Given[Connection],
    stage: FromQuery[Stage | None] = None,
    section: FromQuery[int | None] = None,
    q: LOOKED_FOR = "",
    after: AFTER = 0,
    limit: MOST = LIMIT,
) -> DeskSeriesPage:
    """In the order of the programme: by section, then by place."""
    return await listing.series(tx, stage, Wanted(section=section, looked_for=q, after=after, limit=limit))


@post(
    "/series/{series:int}/release",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*OF_ONE, SeriesNotReady),
)
async def release_series(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    now: Given[datetime],
    anyway: FromQuery[bool] = False,
) -> Released:
    """The audience may watch it from now on; `anyway` also what is not ready."""
    released_at = await scheduling.release(tx, account, series, now=now, anyway=anyway)
    return Released(series=series, released_at=released_at)


@put(
    "/series/{series:int}/schedule",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*OF_ONE, errors.Unprocessable, AlreadyReleased, SeriesNotReady),
)
async def schedule_series(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    data: JSONBody[ScheduleIn],
    now: Given[datetime],
) -> None:
    """It is released by itself at this time, if it is ready then."""
    await scheduling.schedule(tx, account, series, data.at, now=now)


@put(
    "/series/{series:int}/place",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*OF_ONE, errors.Unprocessable),
)
async def move_series(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], data: JSONBody[PlaceIn]
) -> None:
    """Where it stands among the series of its section, here and for the audience."""
    await scheduling.move(tx, account, series, data.after)


@get("/timetable", guards=[ORGANISER], responses=LISTED)
async def show_timetable(
    tx: Given[Connection],
    first: FromQuery[Moment],
    last: FromQuery[Moment],
    after: CURSOR = "",
    limit: MOST = 100,
) -> Timetable:
    """What is released or scheduled from `first` on and before `last`, in the order of time."""
    return await scheduling.timetable(tx, first, last, after, limit)


@get("/flags", guards=[DESK], responses=LISTED)
async def list_open_flags(tx: Given[Connection], after: AFTER = 0, limit: MOST = LIMIT) -> OpenFlags:
    """What looks odd in any award and is not settled, the newest first."""
    return await listing.open_flags(tx, Wanted(after=after, limit=limit))


router = Router(
    "/api/desk",
    route_handlers=[
        list_submissions,
        show_submission,
        preview_letter,
        decide,
        undo_decision,
        do_for_many,
        list_series,
        release_series,
        schedule_series,
        move_series,
        show_timetable,
        list_open_flags,
    ],
    tags=["desk"],
)
