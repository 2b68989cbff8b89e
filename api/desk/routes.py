"""The organisers' desk."""

from datetime import datetime

from litestar import Router, get, post
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import DESK, ORGANISER
from api.access.schemas import Account, AccountIn
from api.catalog.schemas import Festival, FestivalIn, SectionIn, SectionRef
from api.db import Connection
from api.desk import service
from api.desk.schemas import Created, Overview, Released
from api.jury.schemas import ShortlistIn
from api.live import Live
from api.problems import problems
from api.studio.schemas import StudioSeries
from api.voting.schemas import AwardCard, AwardIn

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)


@get("/overview", guards=[DESK], responses=problems(*REFUSALS))
async def overview(tx: Connection, live: Live, now: datetime) -> Overview:
    return await service.overview(tx, live, now=now)


@get("/series", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_series(tx: Connection, account: Account) -> list[StudioSeries]:
    return await service.list_series(tx, account)


@post(
    "/series/{series:int}/release",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.NotFound),
)
async def release_series(tx: Connection, account: Account, series: int, now: datetime) -> Released:
    return await service.release_series(tx, account, series, now=now)


@post("/festival", guards=[ORGANISER], responses=problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable))
async def create_festival(tx: Connection, account: Account, data: FestivalIn) -> Festival:
    return await service.create_festival(tx, account, data)


@post("/sections", guards=[ORGANISER], responses=problems(*REFUSALS, errors.AlreadyThere, errors.NotFound))
async def create_section(tx: Connection, account: Account, data: SectionIn) -> SectionRef:
    return await service.create_section(tx, account, data)


@post("/accounts", guards=[ORGANISER], responses=problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable))
async def create_account(tx: Connection, account: Account, data: AccountIn) -> Account:
    return await service.create_account(tx, account, data)


@post(
    "/awards",
    guards=[ORGANISER],
    responses=problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable, errors.Unavailable),
)
async def create_award(tx: Connection, account: Account, data: AwardIn, now: datetime) -> AwardCard:
    return await service.create_award(tx, account, data, now=now)


@post("/shortlists", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable))
async def create_shortlist(tx: Connection, account: Account, data: ShortlistIn) -> Created:
    return await service.create_shortlist(tx, account, data)


router = Router(
    "/api/desk",
    route_handlers=[
        overview,
        list_series,
        release_series,
        create_festival,
        create_section,
        create_account,
        create_award,
        create_shortlist,
    ],
    tags=["desk"],
)
