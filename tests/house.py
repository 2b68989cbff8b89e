"""One application for the tests of a module; each test brings accounts and series of its own.

An application and a database for every test cost a third of a second, and most tests do not need to be alone.
Modules take the fixtures by `pytest_plugins = ("tests.housing",)`.
"""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
from litestar import Litestar

from api.access.schemas import Role
from api.app import in_front
from api.db import Pool, open_pool
from api.mail import CapturedMail, Mail
from api.settings import Settings
from tests import builders
from tests.apps import running_app
from transcoder.storage import Storage


class House:
    """A running application, its database, and browsers in front of it."""

    def __init__(self, app: Litestar, settings: Settings, pool: Pool, mailbox: CapturedMail) -> None:
        self.app, self.settings, self.pool, self.mailbox = app, settings, pool, mailbox
        self._browsers: list[httpx.AsyncClient] = []

    def mail_to(self, address: str) -> Mail:
        """The latest; auditors get theirs whenever something is sealed."""
        return next(mail for mail in self.mailbox.mails if mail.to == address)

    @property
    def folder(self) -> Path:
        """Where the local store lies."""
        return Path(self.settings.storage_url.removeprefix("file://"))

    def browser(self) -> httpx.AsyncClient:
        """A browser with cookies of its own and nobody signed in."""
        edge = cast("Any", in_front(self.app, self.settings))
        transport = httpx.ASGITransport(app=edge, raise_app_exceptions=False)
        self._browsers.append(httpx.AsyncClient(transport=transport, base_url=self.settings.public_url))
        return self._browsers[-1]

    async def signed_in(self, role: Role, company: int | None = None) -> httpx.AsyncClient:
        """A browser in which a new account of this role is signed in."""
        browser = self.browser()
        async with self.pool.acquire() as db:
            token = await builders.a_session(db, await builders.an_account(db, role, company))
        browser.cookies.set("__Host-sid" if self.settings.secure else "sid", token)
        return browser

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.aclose()


@contextlib.asynccontextmanager
async def opened_house(settings: Settings, storage: Storage | None = None) -> AsyncIterator[House]:
    mailbox = CapturedMail()
    pool = await open_pool(settings.database_url, size=4)
    async with running_app(settings, storage=storage, mailer=mailbox) as app:
        house = House(app, settings, pool, mailbox)
        yield house
        await house.close()
    await pool.close()
