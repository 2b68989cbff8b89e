"""Who may call a route, and the cookies that say who is calling."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.handlers.base import BaseRouteHandler

from api import errors
from api.access import displaced, rules, service
from api.access.schemas import Account, Role

AnyRequest = Request[Any, Any, State]


class CookieNames:
    """Names of our cookies: with the __Host- prefix where the site is https, which browsers only then accept."""

    def __init__(self, *, secure: bool) -> None:
        prefix = "__Host-" if secure else ""
        self.secure = secure
        self.session, self.browser, self.device = (f"{prefix}{name}" for name in ("sid", "browser", "device"))
        self.kiosk = f"{prefix}kiosk"

    def make(self, name: str, value: str, *, life: timedelta) -> Cookie:
        """For this site only, unreadable by scripts."""
        return Cookie(
            key=name,
            value=value,
            path="/",
            httponly=True,
            secure=self.secure,
            samesite="lax",
            max_age=int(life.total_seconds()),
        )

    def device_of(self, cookies: Mapping[str, str]) -> str:
        """What tells this device from others; a new one where it has not said."""
        return cookies.get(self.device) or rules.new_token()

    def keep_device(self, device: str) -> Cookie:
        return self.make(self.device, device, life=rules.DEVICE_LIFE)


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
            raise await why_not_signed_in(connection)
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
        token = connection.cookies.get(connection.app.state.cookie_names.session)
        connection.state.account = None
        if token:
            async with connection.app.state.pool.acquire() as db:
                connection.state.account = await service.account_of(db, token, now=utcnow())
    found: Account | None = connection.state.account
    return found


async def why_not_signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> errors.SignInNeeded:
    token = connection.cookies.get(connection.app.state.cookie_names.session)
    if not token:
        return errors.SignInNeeded()
    async with connection.app.state.pool.acquire() as db:
        return await displaced.why_not(db, token)


def utcnow() -> datetime:
    return datetime.now(UTC)
