"""What an account has of its own: passkeys and sessions. Signing in by passkey, and the fresh proof."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import structs

from api import errors
from api.access import ceremonies, passkeys, rules, sessions
from api.access.callers import Caller, pass_breaker
from api.access.guards import FRESH, FRESH_TO_ENROL, PUBLIC, SIGNED_IN, UNPROVED, CookieNames
from api.access.passkey_schemas import Ceremony, NewPasskey, OwnSession, Passkey, PasskeyAnswer, PasskeyChange
from api.access.passkeys import Scene
from api.access.refusals import PasskeyNeeded, PasskeyRefused, PasskeyStays
from api.access.routes import HANDLERS, signed_in
from api.access.schemas import Me, SignInPage, Standing
from api.db import Connection
from api.given import Given
from api.live import Live
from api.problems import problems
from api.settings import Settings

#: Passkeys tried by one network in a minute.
TRIES = 60
REFUSALS = (errors.SignInNeeded, errors.NotAllowed, PasskeyNeeded)


def opened(scene: Scene) -> Scene:
    """With the browser told from others, where it has not been yet."""
    return structs.replace(scene, browser=scene.browser or rules.new_token())


def ceremony(options: Mapping[str, Any], scene: Scene, names: CookieNames) -> Response[Ceremony]:
    cookie = names.make(names.ceremony, scene.browser or "", life=ceremonies.LIFE)
    return Response(Ceremony(options=dict(options)), cookies=[cookie], headers={"Cache-Control": "no-store"})


@post("/passkeys/sign-in/challenge", guards=[PUBLIC], status_code=HTTP_200_OK, sync_to_thread=False)
def ask_to_sign_in(scene: Given[Scene], cookie_names: Given[CookieNames]) -> Response[Ceremony]:
    """Options for `navigator.credentials.get`."""
    scene = opened(scene)
    return ceremony(passkeys.ask(scene), scene, cookie_names)


@post(
    "/passkeys/sign-in",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(PasskeyRefused, errors.TooManyRequests),
)
async def sign_in_by_passkey(
    tx: Given[Connection],
    live: Given[Live],
    caller: Given[Caller],
    scene: Given[Scene],
    page: Given[SignInPage],
    cookie_names: Given[CookieNames],
    settings: Given[Settings],
    data: JSONBody[PasskeyAnswer],
) -> Response[Me]:
    await pass_breaker(live, caller, "passkey", per_minute=TRIES, fail_open=True)
    session = await passkeys.sign_in(tx, scene, page, data.credential)
    return signed_in(cookie_names, session, required=settings.passkeys_required)


@post("/proof/challenge", guards=[UNPROVED], status_code=HTTP_200_OK, responses=problems(errors.SignInNeeded))
async def ask_for_proof(
    tx: Given[Connection], scene: Given[Scene], cookie_names: Given[CookieNames]
) -> Response[Ceremony]:
    """Options to answer with a passkey of one's own."""
    scene = opened(scene)
    return ceremony(await passkeys.ask_proof(tx, scene), scene, cookie_names)


@post(
    "/proof",
    guards=[UNPROVED],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(errors.SignInNeeded, PasskeyRefused),
)
async def prove(tx: Given[Connection], scene: Given[Scene], data: JSONBody[PasskeyAnswer]) -> None:
    """The session has a fresh proof for five minutes from now."""
    await passkeys.prove(tx, scene, data.credential)


@get("/passkeys", guards=[UNPROVED], responses=problems(errors.SignInNeeded))
async def list_passkeys(tx: Given[Connection], standing: Given[Standing]) -> list[Passkey]:
    return await passkeys.list_passkeys(tx, standing.account)


@post(
    "/passkeys/challenge",
    guards=[UNPROVED, FRESH_TO_ENROL],
    status_code=HTTP_200_OK,
    responses=problems(errors.SignInNeeded, PasskeyNeeded),
)
async def ask_for_new(
    tx: Given[Connection], scene: Given[Scene], cookie_names: Given[CookieNames]
) -> Response[Ceremony]:
    """Options for `navigator.credentials.create`."""
    scene = opened(scene)
    return ceremony(await passkeys.ask_new(tx, scene), scene, cookie_names)


@post(
    "/passkeys",
    guards=[UNPROVED, FRESH_TO_ENROL],
    responses=problems(errors.SignInNeeded, PasskeyNeeded, PasskeyRefused, errors.AlreadyThere, errors.Unprocessable),
)
async def make_passkey(tx: Given[Connection], scene: Given[Scene], data: JSONBody[NewPasskey]) -> Passkey:
    return await passkeys.enrol(tx, scene, data)


@put("/passkeys/{passkey:int}", guards=[SIGNED_IN], responses=problems(*REFUSALS, errors.NotFound))
async def rename_passkey(
    tx: Given[Connection], standing: Given[Standing], passkey: FromPath[int], data: JSONBody[PasskeyChange]
) -> Passkey:
    return await passkeys.rename(tx, standing.account, passkey, data.name)


@delete(
    "/passkeys/{passkey:int}", guards=[SIGNED_IN, FRESH], responses=problems(*REFUSALS, errors.NotFound, PasskeyStays)
)
async def remove_passkey(tx: Given[Connection], standing: Given[Standing], passkey: FromPath[int]) -> None:
    await passkeys.remove(tx, standing.account, passkey)


@get("/sessions", guards=[SIGNED_IN], responses=problems(*REFUSALS))
async def list_sessions(tx: Given[Connection], standing: Given[Standing], now: Given[datetime]) -> list[OwnSession]:
    """Where this account is signed in, the latest first."""
    return await sessions.list_sessions(tx, standing, now=now)


@delete("/sessions/{session:int}", guards=[SIGNED_IN], responses=problems(*REFUSALS, errors.NotFound))
async def end_session(tx: Given[Connection], standing: Given[Standing], session: FromPath[int]) -> None:
    await sessions.end_session(tx, standing, session)


@delete("/sessions", guards=[SIGNED_IN], responses=problems(*REFUSALS))
async def end_others(tx: Given[Connection], standing: Given[Standing]) -> None:
    """All but this one."""
    await sessions.end_others(tx, standing)


router = Router(
    "/api/access",
    route_handlers=[
        *HANDLERS,
        ask_to_sign_in,
        sign_in_by_passkey,
        ask_for_proof,
        prove,
        list_passkeys,
        ask_for_new,
        make_passkey,
        rename_passkey,
        remove_passkey,
        list_sessions,
        end_session,
        end_others,
    ],
    tags=["access"],
)
