"""Everything Litestar injects, and who may call a route."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers.base import BaseRouteHandler

from api import errors
from api.access import service as access
from api.access.schemas import Account, Role
from api.db import Connection, Pool
from api.live import Live
from api.mail import Mailer
from api.settings import Settings
from api.voting.batcher import Batcher
from transcoder.storage import Storage

AnyRequest = Request[Any, Any, State]


class Cookies:
    """Names of our cookies: with the __Host- prefix where the site is https, which browsers only then accept."""

    def __init__(self, *, secure: bool) -> None:
        prefix = "__Host-" if secure else ""
        self.secure = secure
        self.session, self.browser, self.device = (f"{prefix}{name}" for name in ("sid", "browser", "device"))


class Allow:
    """Guard of a route: which signed-in roles may call it. `PUBLIC` lets everyone in; no route is without one."""

    def __init__(self, *roles: Role, public: bool = False) -> None:
        self.roles = frozenset(roles)
        self.public = public

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if self.public:
            return
        account = await account_of(connection)
        if account is None:
            raise errors.SignInNeeded
        if account.role not in self.roles:
            raise errors.NotAllowed


PUBLIC = Allow(public=True)
PRODUCER = Allow("producer", "organiser")
JUROR = Allow("juror", "organiser")
ORGANISER = Allow("organiser")
DESK = Allow("organiser", "auditor")
SIGNED_IN = Allow("producer", "juror", "organiser", "auditor")


async def account_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Account | None:
    """The signed-in account of this request, read once."""
    if "account" not in connection.state:
        token = connection.cookies.get(connection.app.state.cookies.session)
        connection.state.account = None
        if token:
            async with connection.app.state.pool.acquire() as db:
                connection.state.account = await access.account_of(db, token, now=utcnow())
    found: Account | None = connection.state.account
    return found


def utcnow() -> datetime:
    return datetime.now(UTC)


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


def provide_pool(state: State) -> Pool:
    pool: Pool = state.pool
    return pool


def provide_storage(state: State) -> Storage:
    storage: Storage = state.storage
    return storage


def provide_live(state: State) -> Live:
    live: Live = state.live
    return live


def provide_batcher(state: State) -> Batcher:
    batcher: Batcher = state.batcher
    return batcher


def provide_settings(state: State) -> Settings:
    settings: Settings = state.settings
    return settings


def provide_mailer(state: State) -> Mailer:
    mailer: Mailer = state.mailer
    return mailer


def provide_cookies(state: State) -> Cookies:
    cookies: Cookies = state.cookies
    return cookies


DEPENDENCIES = {
    "tx": Provide(provide_tx),
    "account": Provide(provide_account),
    "viewer": Provide(provide_viewer),
    "now": Provide(utcnow, sync_to_thread=False),
    "pool": Provide(provide_pool, sync_to_thread=False),
    "storage": Provide(provide_storage, sync_to_thread=False),
    "live": Provide(provide_live, sync_to_thread=False),
    "batcher": Provide(provide_batcher, sync_to_thread=False),
    "settings": Provide(provide_settings, sync_to_thread=False),
    "mailer": Provide(provide_mailer, sync_to_thread=False),
    "cookies": Provide(provide_cookies, sync_to_thread=False),
}
