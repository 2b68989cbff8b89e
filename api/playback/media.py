"""Media files of the one-machine default: released packages to everyone, the others to those who may."""

import time
from typing import Any
from uuid import UUID

from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from api import errors, files
from api.access.guards import PUBLIC, account_of
from api.db import Pool
from api.playback import rules, service

REMEMBER_SECONDS = 10.0
REMEMBER_LIMIT = 10_000


class ReleasedPackages:
    """Which packages everyone may read, remembered for a moment: a popular episode is not a query per segment."""

    def __init__(self) -> None:
        self._until: dict[UUID, float] = {}

    def knows(self, package: UUID) -> bool:
        return self._until.get(package, 0.0) > time.monotonic()

    def note(self, package: UUID) -> None:
        if len(self._until) >= REMEMBER_LIMIT:
            self._until.clear()
        self._until[package] = time.monotonic() + REMEMBER_SECONDS


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
    public = state.released.knows(package)
    if not public:
        public = await _check(ASGIConnection(scope), state.pool, package)
        if public:
            state.released.note(package)
    path = await state.storage.open_path(f"media/{package}/{name}")
    if path is None:
        raise errors.NotFound
    await files.send_file(path, scope, send, cache=files.IMMUTABLE if public else "private, no-store")


async def _check(request: ASGIConnection[Any, Any, Any, Any], pool: Pool, package: UUID) -> bool:
    account = await account_of(request)
    async with pool.acquire() as db:
        return await service.require_readable(db, package, account)
