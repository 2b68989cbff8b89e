"""Media files of the one-machine default: released packages to everyone, the others to those who may."""

import math
import time
from typing import Any
from uuid import UUID

from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from api import errors, files
from api.access.callers import country_of
from api.access.guards import PUBLIC, account_of
from api.playback import rules, service
from api.settings import Settings

REMEMBER_SECONDS = 10.0
REMEMBER_LIMIT = 10_000


class ReleasedPackages:
    """Which packages everyone may read, remembered for a moment: a popular episode is not a query per segment."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[float, float]] = {}

    def seconds(self, package: UUID) -> int:
        """For how long anybody may be given it; 0 where that is not known at the moment."""
        until, end = self._known.get(package, (0.0, 0.0))
        now = time.monotonic()
        return int(min(rules.FOREVER, end - now)) if until > now else 0

    def note(self, package: UUID, seconds: int) -> None:
        """Nothing is remembered beyond the end of its rights."""
        if len(self._known) >= REMEMBER_LIMIT:
            self._known.clear()
        now = time.monotonic()
        end = math.inf if seconds == rules.FOREVER else now + seconds
        self._known[package] = (min(now + REMEMBER_SECONDS, end), end)


@asgi("/media", is_mount=True, copy_scope=True, guards=[PUBLIC])
async def media(scope: Scope, receive: Receive, send: Send) -> None:
    """`/media/<package id>/<file>`: immutable and cacheable by everyone once released, else kept nowhere."""
    if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
        raise errors.MethodNotAllowed
    found = rules.read_media_path(scope["path"].removeprefix("/media").strip("/"))
    if found is None:
        raise errors.NotFound
    package, name = found
    state = scope["app"].state
    seconds = state.released.seconds(package)
    if seconds <= 0:
        seconds = await _check(ASGIConnection(scope), package)
        if seconds > 0:
            state.released.note(package, seconds)
    path = await state.storage.open_path(f"media/{package}/{name}")
    if path is None:
        raise errors.NotFound
    policy = (b"content-security-policy", files.FILE_POLICY.encode())
    await files.send_file(path, scope, send, cache=rules.cache_of(seconds), extra=[policy])


async def _check(request: ASGIConnection[Any, Any, Any, Any], package: UUID) -> int:
    state, account = request.app.state, await account_of(request)
    settings: Settings = state.settings
    country = country_of(request.scope, header=settings.country_header, trusted=settings.trusted_proxies)
    async with state.pool.acquire() as db:
        return await service.require_readable(db, package, account, country)
