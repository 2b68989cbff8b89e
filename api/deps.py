"""Everything Litestar injects."""

from collections.abc import AsyncGenerator

from litestar.datastructures import State
from litestar.di import Provide

from api import errors
from api.access.guards import AnyRequest, CookieNames, account_of, utcnow
from api.access.schemas import Account
from api.db import Connection, Pool
from api.hub import Hub
from api.live import Live
from api.mail import Mailer
from api.settings import Settings
from api.voting.batcher import Batcher
from transcoder.storage import Storage


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


def provide_cookie_names(state: State) -> CookieNames:
    cookie_names: CookieNames = state.cookie_names
    return cookie_names


def provide_hub(state: State) -> Hub:
    hub: Hub = state.hub
    return hub


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
    "cookie_names": Provide(provide_cookie_names, sync_to_thread=False),
    "hub": Provide(provide_hub, sync_to_thread=False),
}
