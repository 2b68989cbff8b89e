"""Festivals year after year: the next one made from this one, and those before for everyone."""

from datetime import datetime

from litestar import Router, delete, get, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from api import errors
from api.access.guards import DESK, ORGANISER, PUBLIC
from api.access.schemas import Account
from api.db import Connection
from api.desk import years
from api.desk.refusals import FestivalUnderWay
from api.desk.years_schemas import EntryCount, Made, NextIn, Year
from api.given import Given
from api.problems import problems
from api.voting.schemas import EntriesIn

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
MAKING = problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable)


@get("/festivals", guards=[DESK], responses=problems(errors.SignInNeeded, errors.NotAllowed))
async def list_festivals(tx: Given[Connection]) -> list[Year]:
    return await years.list_years(tx)


@post("/festivals/preview", guards=[ORGANISER], status_code=HTTP_200_OK, responses=MAKING)
async def preview_festival(tx: Given[Connection], data: JSONBody[NextIn]) -> Made:
    """What would be made of this festival for the next, and what would be left behind."""
    return await years.preview(tx, data)


@post("/festivals", guards=[ORGANISER], responses=MAKING)
async def make_festival(tx: Given[Connection], account: Given[Account], data: JSONBody[NextIn]) -> Made:
    return await years.make(tx, account, data)


@post(
    "/festivals/{festival:int}/begin",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, FestivalUnderWay),
)
async def begin_festival(
    tx: Given[Connection], account: Given[Account], festival: FromPath[int], now: Given[datetime]
) -> Year:
    """From now on it is the festival; the one before stays to be read."""
    return await years.begin(tx, account, festival, now=now)


@delete(
    "/festivals/{festival:int}",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS),
)
async def discard_festival(tx: Given[Connection], account: Given[Account], festival: FromPath[int]) -> None:
    await years.discard(tx, account, festival)


@post(
    "/awards/{award:int}/entries",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.RulesFrozen),
)
async def take_entries(
    tx: Given[Connection],
    account: Given[Account],
    award: FromPath[int],
    data: JSONBody[EntriesIn],
    now: Given[datetime],
) -> EntryCount:
    """Takes in the series that came after the award was made, until its rules are published."""
    return await years.take_entries(tx, account, award, data, now=now)


@get("/api/festivals", guards=[PUBLIC])
async def earlier_festivals(tx: Given[Connection]) -> list[Year]:
    """The festivals that are over, with the awards whose results can still be read and checked."""
    return await years.earlier(tx)


router = Router(
    "/api/desk",
    route_handlers=[list_festivals, preview_festival, make_festival, begin_festival, discard_festival, take_entries],
    tags=["desk"],
)
