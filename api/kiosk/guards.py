"""Routes for screens: a session's token in the header `Authorization`."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from api.access.guards import Allow, AnyRequest, utcnow
from api.kiosk import sessions
from api.kiosk.refusals import KioskUnknown
from api.kiosk.sessions import Kiosk

_BEARER = "Bearer "


class PairedOnly(Allow):
    """Guard of a route: only a screen that is paired, whoever is signed in beside it."""

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        header = connection.headers.get("authorization", "")
        kiosk = await kiosk_with(connection, header.removeprefix(_BEARER)) if header.startswith(_BEARER) else None
        if kiosk is None:
            raise KioskUnknown
        connection.state.kiosk = kiosk


KIOSK = PairedOnly()


async def kiosk_with(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> Kiosk | None:
    """The screen that holds this token."""
    state = connection.app.state
    async with state.pool.acquire() as db:
        return await sessions.identify(db, token, key=state.settings.key, now=utcnow())


def kiosk_of(request: AnyRequest) -> Kiosk:
    """The screen that the guard let in."""
    kiosk: Kiosk = request.state.kiosk
    return kiosk
