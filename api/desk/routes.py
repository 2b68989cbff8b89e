"""The organisers' desk."""

import asyncio
from datetime import datetime

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from api import errors, qr
from api.access.guards import DESK, FRESH, ORGANISER
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account, AccountIn
from api.catalog.schemas import Festival, FestivalIn, Keeping, PlayerIn, SectionChange, SectionIn, SectionRef
from api.db import Connection
from api.desk import service
from api.desk.schemas import Counts, Created, LogLine, Overview
from api.given import Given
from api.jury.schemas import ShortlistIn
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.studio import space, submission
from api.studio.refusals import NotSubmitted
from api.studio.schemas import RoomIn, Rooms
from api.studio.submission_schemas import ChangesIn

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)


@get("/overview", guards=[DESK], responses=problems(*REFUSALS))
async def overview(tx: Given[Connection], live: Given[Live], now: Given[datetime]) -> Overview:
    return await service.overview(tx, live, now=now)


@get("/counts", guards=[DESK], responses=problems(*REFUSALS))
async def counts(tx: Given[Connection]) -> Counts:
    """What stands beside the names of the desk's pages."""
    return await service.counts(tx)


@get("/series/codes", guards=[ORGANISER], responses=problems(*REFUSALS, errors.TooLarge), media_type="text/html")
async def print_codes(tx: Given[Connection], settings: Given[Settings]) -> Response[str]:
    """A page to print: a QR code for each series that can be watched, for posters and programmes."""
    codes = await service.codes_of_series(tx, public_url=settings.public_url)
    page = await asyncio.to_thread(qr.sheet, codes, qr.WALLS)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": qr.WALLS.policy}
    return Response(page, media_type="text/html", headers=headers)


@put(
    "/series/{series:int}/keeping",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS, errors.NotFound),
)
async def set_keeping(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], data: JSONBody[Keeping]
) -> None:
    """Whether phones may keep the episodes of a series for times without a network, and until when."""
    await service.set_keeping(tx, account, series, data)


@get("/rooms", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_rooms(tx: Given[Connection], settings: Given[Settings]) -> Rooms:
    """How much room each company's files have, and how much of it is used."""
    return await space.list_rooms(tx, quota=settings.quota)


@put(
    "/rooms/{company:int}",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS, errors.NotFound),
)
async def give_room(
    tx: Given[Connection], account: Given[Account], company: FromPath[int], data: JSONBody[RoomIn]
) -> None:
    await service.give_room(tx, account, company, data)


@get("/series/{series:int}/log", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound))
async def log_of_series(tx: Given[Connection], series: FromPath[int]) -> list[LogLine]:
    """Who did what to a series and its episodes, the newest first."""
    return await service.log_of_series(tx, series)


@put(
    "/series/{series:int}/changes",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable, NotSubmitted),
)
async def give_time(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    data: JSONBody[ChangesIn],
    now: Given[datetime],
) -> None:
    """Lets the producer of a submitted series correct it after the deadline, until then."""
    await submission.give_time(tx, account, series, data.until, now=now)


@post("/festival", guards=[ORGANISER], responses=problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable))
async def create_festival(tx: Given[Connection], account: Given[Account], data: JSONBody[FestivalIn]) -> Festival:
    return await service.create_festival(tx, account, data)


@put(
    "/festival/player",
    guards=[ORGANISER],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS, errors.NotFound),
)
async def set_player(tx: Given[Connection], account: Given[Account], data: JSONBody[PlayerIn]) -> None:
    """How phones play the films of this festival."""
    await service.set_player(tx, account, data)


@post(
    "/sections",
    guards=[ORGANISER],
    responses=problems(*REFUSALS, errors.AlreadyThere, errors.NotFound, errors.Unprocessable),
)
async def create_section(tx: Given[Connection], account: Given[Account], data: JSONBody[SectionIn]) -> SectionRef:
    return await service.create_section(tx, account, data)


@put(
    "/sections/{section:int}", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable)
)
async def change_section(
    tx: Given[Connection], account: Given[Account], section: FromPath[int], data: JSONBody[SectionChange]
) -> SectionRef:
    """Its name and what it asks for; its address stays."""
    return await service.change_section(tx, account, section, data)


@post(
    "/accounts",
    guards=[ORGANISER, FRESH],
    responses=problems(*REFUSALS, PasskeyNeeded, errors.AlreadyThere, errors.Unprocessable),
)
async def create_account(tx: Given[Connection], account: Given[Account], data: JSONBody[AccountIn]) -> Account:
    return await service.create_account(tx, account, data)


@post("/shortlists", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable))
async def create_shortlist(tx: Given[Connection], account: Given[Account], data: JSONBody[ShortlistIn]) -> Created:
    return await service.create_shortlist(tx, account, data)


router = Router(
    "/api/desk",
    route_handlers=[
        overview,
        counts,
        print_codes,
        set_keeping,
        list_rooms,
        give_room,
        log_of_series,
        give_time,
        create_festival,
        set_player,
        create_section,
        change_section,
        create_account,
        create_shortlist,
    ],
    tags=["desk"],
)
