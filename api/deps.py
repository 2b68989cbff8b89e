"""Everything Litestar injects by name. What lives as long as the process comes from the application's state."""

from collections.abc import AsyncGenerator

from litestar.datastructures import State
from litestar.di import Provide

from api import errors
from api.access.callers import Caller, caller_of, country_of
from api.access.devices import device_of
from api.access.guards import AnyRequest, account_of, signed_in, standing_of, utcnow
from api.access.passkeys import Scene
from api.access.rules import digest
from api.access.schemas import Account, SignInPage, Standing
from api.db import Connection
from api.kiosk.guards import kiosk_of
from api.letters import Letters
from api.playback.grants import Grants
from api.settings import Settings

FROM_STATE = (
    "pool", "storage", "live", "batcher", "settings", "mailer", "cookie_names", "hub", "logbook", "keeper", "house",
    "prover", "drain",
)  # fmt: skip


async def provide_tx(state: State) -> AsyncGenerator[Connection, None]:
    """One request, one transaction: committed before the answer leaves, rolled back by any error."""
    async with state.pool.acquire() as connection, connection.transaction():
        yield connection


async def provide_account(request: AnyRequest) -> Account:
    account = await account_of(request)
    if account is None:
        raise errors.SignInNeeded
    return account


async def provide_viewer(request: AnyRequest) -> Account | None:
    return await account_of(request)


async def provide_standing(request: AnyRequest) -> Standing:
    return await signed_in(request)


async def provide_known(request: AnyRequest) -> Standing | None:
    return await standing_of(request)


async def provide_scene(request: AnyRequest, state: State) -> Scene:
    browser = request.cookies.get(state.cookie_names.ceremony)
    return Scene(state.site, browser, utcnow(), await standing_of(request))


def provide_sign_in_page(request: AnyRequest, state: State) -> SignInPage:
    lang = Letters(state.mailer, request.headers.get("accept-language", "")).lang
    present = request.cookies.get(state.cookie_names.session)
    return SignInPage(lang, device_of(request.headers.get("user-agent", "")), present)


def provide_caller(request: AnyRequest, state: State) -> Caller:
    peer = None if request.client is None else request.client.host
    forwarded = request.headers.getall("x-forwarded-for", [])
    settings: Settings = state.settings
    return caller_of(peer, forwarded, trusted=settings.trusted_proxies, venue=settings.venue_networks)


def provide_country(request: AnyRequest, state: State) -> str | None:
    settings: Settings = state.settings
    return country_of(request.scope, header=settings.country_header, trusted=settings.trusted_proxies)


def provide_grants(request: AnyRequest, state: State) -> Grants:
    """What this session may be given of confidential films; nobody's session has some that open nothing."""
    session = digest(request.cookies.get(state.cookie_names.session, ""))
    return Grants(state.settings.key, session, utcnow().timestamp())


def provide_letters(request: AnyRequest, state: State) -> Letters:
    return Letters(state.mailer, request.headers.get("accept-language", ""))


def from_state(name: str) -> Provide:
    def provide(state: State) -> object:
        return state[name]

    return Provide(provide, sync_to_thread=False)


DEPENDENCIES = {
    "tx": Provide(provide_tx),
    "account": Provide(provide_account),
    "viewer": Provide(provide_viewer),
    "standing": Provide(provide_standing),
    "known": Provide(provide_known),
    "scene": Provide(provide_scene),
    "page": Provide(provide_sign_in_page, sync_to_thread=False),
    "paired": Provide(kiosk_of, sync_to_thread=False),
    "caller": Provide(provide_caller, sync_to_thread=False),
    "country": Provide(provide_country, sync_to_thread=False),
    "grants": Provide(provide_grants, sync_to_thread=False),
    "letters": Provide(provide_letters, sync_to_thread=False),
    "now": Provide(utcnow, sync_to_thread=False),
    **{name: from_state(name) for name in FROM_STATE},
}
