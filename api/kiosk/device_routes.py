"""What screens call: pairing and sessions without a session, everything else with one."""

from datetime import datetime

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT, HTTP_304_NOT_MODIFIED

from api import errors
from api.access.callers import Caller
from api.access.guards import PUBLIC, AnyRequest, CookieNames
from api.db import Connection, Pool
from api.given import Given
from api.kiosk import commands, handoffs, manifest, pairing, plays, presence, sessions
from api.kiosk.device_schemas import (
    Beat,
    Challenge,
    ChallengeIn,
    DoneIn,
    Handoff,
    HandoffIn,
    HandoffTakeIn,
    HandoffTaken,
    Heard,
    Now,
    PairingAsked,
    PairingIn,
    PlaysIn,
    PlaysOut,
    Polled,
    PollIn,
    SessionIn,
    SessionOut,
    SignedManifest,
)
from api.kiosk.guards import KIOSK
from api.kiosk.house import House
from api.kiosk.refusals import KioskUnknown
from api.kiosk.sessions import SESSION_LIFE, Kiosk
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.voting import merging
from api.voting.board import BoardKeeper
from api.voting.journal_schemas import VotesIn, VotesOut

BATCH_LIMIT = 1024 * 1024
NO_STORE = {"Cache-Control": "no-store"}
PAIRING_PROBLEMS = problems(
    errors.NotFound, errors.TooManyRequests, errors.Unprocessable, errors.Unavailable, errors.AlreadyThere
)
UNKNOWN = problems(KioskUnknown, errors.NotFound)


@post("/pairings", guards=[PUBLIC], status_code=HTTP_200_OK, responses=PAIRING_PROBLEMS)
async def ask_pairing(
    tx: Given[Connection],
    live: Given[Live],
    caller: Given[Caller],
    house: Given[House],
    now: Given[datetime],
    data: JSONBody[PairingIn],
) -> PairingAsked:
    """A code to show for ten minutes, and one to ask with."""
    return await pairing.ask(tx, live, caller, data, house=house, now=now)


@post("/pairings/poll", guards=[PUBLIC], status_code=HTTP_200_OK, responses=PAIRING_PROBLEMS)
async def poll_pairing(
    tx: Given[Connection], house: Given[House], now: Given[datetime], data: JSONBody[PollIn]
) -> Polled:
    return await pairing.poll(tx, data.device_code, house=house, now=now)


@get("/time", guards=[PUBLIC])
async def tell_time(pool: Given[Pool]) -> Response[Now]:
    """For screens that have no other clock to trust."""
    return Response(Now(now=await presence.true_time(pool)), headers=NO_STORE)


@post("/challenges", guards=[PUBLIC], status_code=HTTP_200_OK, responses=problems(errors.TooManyRequests))
async def ask_challenge(
    live: Given[Live],
    caller: Given[Caller],
    settings: Given[Settings],
    now: Given[datetime],
    data: JSONBody[ChallengeIn],
) -> Challenge:
    return await sessions.challenge(live, caller, data.kiosk, key=settings.key, now=now)


@post(
    "/sessions",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(KioskUnknown, errors.NotFound),
)
async def open_session(
    tx: Given[Connection],
    house: Given[House],
    cookie_names: Given[CookieNames],
    now: Given[datetime],
    data: JSONBody[SessionIn],
) -> Response[SessionOut]:
    """The token is for the header `Authorization`; the cookie only for the live stream, which takes no header."""
    opened = await sessions.open_session(tx, data, house=house, now=now)
    cookie = cookie_names.make(cookie_names.kiosk, opened.token, life=SESSION_LIFE)
    return Response(opened, cookies=[cookie], headers=NO_STORE)


@get("/manifest", guards=[KIOSK], responses=UNKNOWN)
async def show_manifest(
    tx: Given[Connection],
    request: AnyRequest,
    paired: Given[Kiosk],
    house: Given[House],
    now: Given[datetime],
    country: Given[str | None],
) -> Response[SignedManifest | None]:
    """All that this screen stores, signed. Its serial is its ETag."""
    serial = await manifest.serial_of(tx, paired.id)
    headers = {"Cache-Control": "private, no-cache", "ETag": f'"{serial}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    made = await manifest.signed(tx, paired.id, serial, house=house, now=now, country=country)
    return Response(made, headers=headers)


@post("/heartbeats", guards=[KIOSK], status_code=HTTP_200_OK, responses=UNKNOWN)
async def hear(
    pool: Given[Pool], live: Given[Live], paired: Given[Kiosk], now: Given[datetime], data: JSONBody[Beat]
) -> Heard:
    return await presence.hear(pool, live, paired.id, data, now=now)


@put(
    "/screenshot",
    guards=[KIOSK],
    status_code=HTTP_204_NO_CONTENT,
    request_max_body_size=presence.SHOT_LIMIT,
    responses=problems(KioskUnknown, errors.TooLarge, errors.Unprocessable, errors.Unavailable),
)
async def keep_screenshot(live: Given[Live], request: AnyRequest, paired: Given[Kiosk], now: Given[datetime]) -> None:
    """A WebP picture of the screen, as the desk asked for it."""
    await presence.keep_shot(live, paired.id, await request.body(), now=now)


@post("/commands/{command:int}/done", guards=[KIOSK], status_code=HTTP_204_NO_CONTENT, responses=UNKNOWN)
async def command_done(
    tx: Given[Connection], paired: Given[Kiosk], command: FromPath[int], data: JSONBody[DoneIn]
) -> None:
    await commands.done(tx, paired.id, command, data)


@post(
    "/votes",
    guards=[KIOSK],
    status_code=HTTP_200_OK,
    request_max_body_size=BATCH_LIMIT,
    responses=problems(KioskUnknown, errors.NotFound, errors.TooLarge, errors.Unavailable),
)
async def take_votes(
    pool: Given[Pool],
    live: Given[Live],
    keeper: Given[BoardKeeper],
    paired: Given[Kiosk],
    house: Given[House],
    data: JSONBody[VotesIn],
) -> VotesOut:
    """Records of this screen's journal, in any pieces and as often as it likes: each is taken once."""
    return await merging.merge(
        pool, live, keeper.take, merging.Sender(paired.id, paired.public_key), data, seal=house.seal
    )


@post(
    "/plays",
    guards=[KIOSK],
    status_code=HTTP_200_OK,
    request_max_body_size=BATCH_LIMIT,
    responses=problems(KioskUnknown, errors.TooLarge),
)
async def take_plays(tx: Given[Connection], paired: Given[Kiosk], data: JSONBody[PlaysIn]) -> PlaysOut:
    return await plays.take(tx, paired.id, data.plays)


@post(
    "/handoffs",
    guards=[KIOSK],
    status_code=HTTP_200_OK,
    responses=problems(KioskUnknown, errors.NotFound, errors.Unavailable),
)
async def make_handoff(
    tx: Given[Connection],
    paired: Given[Kiosk],
    country: Given[str | None],
    house: Given[House],
    now: Given[datetime],
    data: JSONBody[HandoffIn],
) -> Response[Handoff]:
    """A QR code with which one phone goes on where this visitor stops. It works once, for five minutes."""
    return Response(await handoffs.make(tx, paired.id, data, country, house=house, now=now), headers=NO_STORE)


@post(
    "/handoffs/take",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(errors.CodeRefused, errors.TooManyRequests, errors.Unavailable),
)
async def take_handoff(
    tx: Given[Connection],
    live: Given[Live],
    caller: Given[Caller],
    settings: Given[Settings],
    cookie_names: Given[CookieNames],
    request: AnyRequest,
    now: Given[datetime],
    data: JSONBody[HandoffTakeIn],
) -> Response[HandoffTaken]:
    """For the phone: where to go on; what was watched at the screen counts for this device."""
    phone = handoffs.Phone(cookie_names.device_of(request.cookies), caller)
    taken = await handoffs.take(tx, live, phone, data, key=settings.key, now=now)
    return Response(taken, cookies=[cookie_names.keep_device(phone.device)], headers=NO_STORE)


router = Router(
    "/api/kiosk",
    route_handlers=[
        ask_pairing,
        poll_pairing,
        tell_time,
        ask_challenge,
        open_session,
        show_manifest,
        hear,
        keep_screenshot,
        command_done,
        take_votes,
        take_plays,
        make_handoff,
        take_handoff,
    ],
    tags=["kiosk"],
)
