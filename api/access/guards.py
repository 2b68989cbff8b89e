"""Who may call a route, and the cookies that say who is calling."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.handlers.base import BaseRouteHandler

from api import errors
from api.access import displaced, rules, service
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account, Role, Standing

AnyRequest = Request[Any, Any, State]
AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, Any]


class CookieNames:
    """Names of our cookies: with the __Host- prefix where the site is https, which browsers only then accept."""

    def __init__(self, *, secure: bool) -> None:
        prefix = "__Host-" if secure else ""
        self.secure = secure
        self.session, self.browser, self.device = (f"{prefix}{name}" for name in ("sid", "browser", "device"))
        self.kiosk, self.ceremony = f"{prefix}kiosk", f"{prefix}ceremony"

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
    """Guard of a route: which signed-in roles may call it. `PUBLIC` lets everyone in; no route is without one.

    Where passkeys are required, an organiser's session that has shown none gets past an `unproved` guard only.
    """

    def __init__(self, *roles: Role, public: bool = False, unproved: bool = False) -> None:
        self.roles = frozenset(roles)
        self.public, self.unproved = public, unproved

    async def __call__(self, connection: AnyConnection, _: BaseRouteHandler) -> None:
        if self.public:
            return
        standing = await signed_in(connection)
        if standing.account.role not in self.roles:
            raise errors.NotAllowed
        need = rules.first_need(standing, required=connection.app.state.settings.passkeys_required)
        if need is not None and not self.unproved:
            raise PasskeyNeeded(how=need)


class Fresh:
    """Second guard of a route that wants a passkey of the last five minutes, or what stands for one: see `rules`."""

    def __init__(self, *, enrolling: bool = False) -> None:
        self.enrolling = enrolling

    async def __call__(self, connection: AnyConnection, _: BaseRouteHandler) -> None:
        required = connection.app.state.settings.passkeys_required
        standing = await signed_in(connection)
        need = rules.proof_needed(standing, utcnow(), required=required, enrolling=self.enrolling)
        if need is not None:
            raise PasskeyNeeded(how=need)


PUBLIC = Allow(public=True)
PRODUCER = Allow("producer", "organiser")
JUROR = Allow("juror", "organiser")
ORGANISER = Allow("organiser")
DESK = Allow("organiser", "auditor")
SIGNED_IN = Allow("producer", "juror", "organiser", "auditor")
UNPROVED = Allow("producer", "juror", "organiser", "auditor", unproved=True)
FRESH = Fresh()
FRESH_TO_ENROL = Fresh(enrolling=True)


async def account_of(connection: AnyConnection) -> Account | None:
    """The signed-in account of this request; nobody where a passkey has to be shown first."""
    standing = await standing_of(connection)
    required = connection.app.state.settings.passkeys_required
    held_back = standing is None or rules.is_held_back(standing, required=required)
    return None if standing is None or held_back else standing.account


async def standing_of(connection: AnyConnection) -> Standing | None:
    """The session of this request, read once."""
    if "standing" not in connection.state:
        token = connection.cookies.get(connection.app.state.cookie_names.session)
        connection.state.standing = None
        if token:
            async with connection.app.state.pool.acquire() as db:
                connection.state.standing = await service.standing_of(db, token, now=utcnow())
    found: Standing | None = connection.state.standing
    return found


async def signed_in(connection: AnyConnection) -> Standing:
    standing = await standing_of(connection)
    if standing is None:
        raise await why_not_signed_in(connection)
    return standing


async def why_not_signed_in(connection: AnyConnection) -> errors.SignInNeeded:
    token = connection.cookies.get(connection.app.state.cookie_names.session)
    if not token:
        return errors.SignInNeeded()
    async with connection.app.state.pool.acquire() as db:
        return await displaced.why_not(db, token)


def utcnow() -> datetime:
    return datetime.now(UTC)
