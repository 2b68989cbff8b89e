"""The desk's screens: pairing, settings, commands, programmes, proof of play, and what holds up a publication."""

from datetime import date, datetime

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from api import errors
from api.access.guards import DESK, FRESH, ORGANISER
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account
from api.db import Connection
from api.desk import kiosks as desk
from api.desk.paging_params import AFTER, CURSOR, MOST
from api.files import FILE_POLICY
from api.given import Given
from api.kiosk import fleet, pairing, plays, presence, programmes
from api.kiosk.device_schemas import Command
from api.kiosk.fleet_schemas import (
    CommandIn,
    Fleet,
    KioskIn,
    KioskJournal,
    Paired,
    PairIn,
    Pairing,
    PlayReport,
    VotesToday,
)
from api.kiosk.plan_schemas import Preview, PreviewIn, ProgrammeIn, StoredProgramme
from api.kiosk.refusals import PairingDecided
from api.live import Live
from api.paging import LIMIT
from api.problems import problems
from api.settings import Settings
from api.voting import gate
from api.voting.journal_schemas import KioskGate, WriteOffIn

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
PAIR_PROBLEMS = problems(*REFUSALS, errors.AlreadyThere, PairingDecided, errors.TooManyRequests)
DENY_PROBLEMS = problems(*REFUSALS, errors.AlreadyThere, PairingDecided)
APPROVE_PROBLEMS = problems(*REFUSALS, errors.AlreadyThere, PairingDecided, errors.Unprocessable)
CHANGE_PROBLEMS = problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable)


@get("/kiosks", guards=[DESK], responses=problems(*REFUSALS, errors.Unprocessable))
async def show_fleet(
    tx: Given[Connection], live: Given[Live], now: Given[datetime], after: AFTER = 0, limit: MOST = LIMIT
) -> Fleet:
    """Screens that are paired, by name, and their last words."""
    return await fleet.fleet(tx, live, after, limit, now=now)


@get("/kiosks/pairings/{code:str}", guards=[ORGANISER], responses=PAIR_PROBLEMS)
async def look_up_pairing(
    tx: Given[Connection],
    live: Given[Live],
    account: Given[Account],
    settings: Given[Settings],
    now: Given[datetime],
    code: FromPath[str],
) -> Pairing:
    """The screen that shows this code now."""
    return await pairing.look_up(tx, live, account.id, code, key=settings.key, now=now)


@post(
    "/kiosks/pairings/{code:str}/approve",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=APPROVE_PROBLEMS,
)
async def approve_pairing(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    now: Given[datetime],
    code: FromPath[str],
    data: JSONBody[PairIn],
) -> Paired:
    """The screen is paired under this name; again is the same."""
    return await desk.approve(tx, account, code, data, key=settings.key, now=now)


@post("/kiosks/pairings/{code:str}/deny", guards=[ORGANISER], status_code=HTTP_204_NO_CONTENT, responses=DENY_PROBLEMS)
async def deny_pairing(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    now: Given[datetime],
    code: FromPath[str],
) -> None:
    await desk.deny(tx, account, code, key=settings.key, now=now)


@put("/kiosks/{kiosk:int}", guards=[ORGANISER], status_code=HTTP_204_NO_CONTENT, responses=CHANGE_PROBLEMS)
async def change_kiosk(
    tx: Given[Connection], account: Given[Account], kiosk: FromPath[int], data: JSONBody[KioskIn]
) -> None:
    await desk.change_kiosk(tx, account, kiosk, data)


@post("/kiosks/{kiosk:int}/revoke", guards=[ORGANISER], status_code=HTTP_204_NO_CONTENT, responses=problems(*REFUSALS))
async def revoke_kiosk(
    tx: Given[Connection], account: Given[Account], kiosk: FromPath[int], now: Given[datetime]
) -> None:
    """Its next request is refused, and it asks to be paired anew. Votes that it holds cannot be sent any more."""
    await desk.revoke(tx, account, kiosk, now=now)


@post(
    "/kiosks/{kiosk:int}/commands",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.Unprocessable),
)
async def command_kiosk(
    tx: Given[Connection], account: Given[Account], kiosk: FromPath[int], data: JSONBody[CommandIn]
) -> Command:
    """It waits until the screen has done it."""
    return await desk.command(tx, account, kiosk, data)


@get("/kiosks/{kiosk:int}/journal", guards=[DESK], responses=problems(*REFUSALS))
async def show_journal(tx: Given[Connection], kiosk: FromPath[int]) -> KioskJournal:
    """How its votes have arrived, what is missing and what does not fit."""
    return await fleet.show_journal(tx, kiosk)


@get(
    "/kiosks/{kiosk:int}/screenshot",
    guards=[DESK],
    media_type="image/webp",
    responses=problems(*REFUSALS, errors.Unavailable),
)
async def show_screenshot(live: Given[Live], kiosk: FromPath[int]) -> Response[bytes]:
    picture = await presence.shot_of(live, kiosk)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": FILE_POLICY}
    return Response(picture, media_type="image/webp", headers=headers)


@get("/kiosks/votes", guards=[DESK], responses=problems(*REFUSALS))
async def show_votes(tx: Given[Connection], now: Given[datetime]) -> VotesToday:
    """Votes at screens today, by the quarter of an hour in which they were cast."""
    return await plays.votes_today(tx, now=now)


@get("/kiosks/plays", guards=[DESK], responses=problems(*REFUSALS, errors.Unprocessable))
async def show_plays(
    tx: Given[Connection],
    now: Given[datetime],
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
    after: CURSOR = "",
    limit: MOST = LIMIT,
) -> PlayReport:
    """Proof of play of these days at the venue, both included; by itself of the last seven."""
    return await plays.report(tx, first, last, after, limit, now=now)


@get(
    "/kiosks/plays.csv",
    guards=[DESK],
    media_type="text/csv",
    responses=problems(*REFUSALS, errors.Unprocessable),
)
async def download_plays(
    tx: Given[Connection],
    now: Given[datetime],
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
) -> Response[str]:
    """The same by day, screen and episode, as a file."""
    text = await plays.report_csv(tx, first, last, now=now)
    headers = {"Content-Disposition": 'attachment; filename="plays.csv"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv", headers=headers)


@get("/programmes", guards=[DESK], responses=problems(*REFUSALS))
async def list_programmes(tx: Given[Connection]) -> list[StoredProgramme]:
    return await programmes.list_programmes(tx)


@post("/programmes", guards=[ORGANISER], responses=CHANGE_PROBLEMS)
async def create_programme(
    tx: Given[Connection], account: Given[Account], data: JSONBody[ProgrammeIn]
) -> StoredProgramme:
    return await desk.create_programme(tx, account, data)


@put("/programmes/{programme:int}", guards=[ORGANISER], responses=CHANGE_PROBLEMS)
async def change_programme(
    tx: Given[Connection], account: Given[Account], programme: FromPath[int], data: JSONBody[ProgrammeIn]
) -> StoredProgramme:
    """Screens that play it take it over with their next heartbeat."""
    return await desk.change_programme(tx, account, programme, data)


@delete("/programmes/{programme:int}", guards=[ORGANISER], responses=problems(*REFUSALS, errors.AlreadyThere))
async def delete_programme(tx: Given[Connection], account: Given[Account], programme: FromPath[int]) -> None:
    await desk.delete_programme(tx, account, programme)


@post(
    "/programmes/preview",
    guards=[DESK],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.Unprocessable),
)
async def preview_programme(tx: Given[Connection], data: JSONBody[PreviewIn]) -> Preview:
    """What a plan plays at a time, also before it is saved."""
    return await programmes.preview(tx, data)


@get("/awards/{award:int}/kiosks", guards=[DESK], responses=problems(*REFUSALS))
async def show_gate(tx: Given[Connection], award: FromPath[int]) -> list[KioskGate]:
    """Screens that could take votes for an award, and whether all of these are here."""
    return await gate.show_gate(tx, award)


@post(
    "/awards/{award:int}/kiosks/{kiosk:int}/write-off",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, PasskeyNeeded, errors.ResultPublished),
)
async def write_off_kiosk(
    tx: Given[Connection],
    account: Given[Account],
    award: FromPath[int],
    kiosk: FromPath[int],
    data: JSONBody[WriteOffIn],
) -> KioskGate:
    """Publication does not wait for this screen any more. What it sends before then counts all the same."""
    return await desk.write_off(tx, account, award, kiosk, data)


router = Router(
    "/api/desk",
    route_handlers=[
        show_fleet,
        look_up_pairing,
        approve_pairing,
        deny_pairing,
        change_kiosk,
        revoke_kiosk,
        command_kiosk,
        show_journal,
        show_screenshot,
        show_votes,
        show_plays,
        download_plays,
        list_programmes,
        create_programme,
        change_programme,
        delete_programme,
        preview_programme,
        show_gate,
        write_off_kiosk,
    ],
    tags=["desk"],
)
