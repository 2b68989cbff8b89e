"""The API as it runs, and beside it the rivals' pages: one server, the same files, the same packing for all."""

import os
from pathlib import Path
from typing import Final

from litestar.enums import ScopeType
from litestar.types import HTTPScope, Receive, Scope, Send

from api import errors, files
from api.app import create_asgi
from api.settings import Settings

RIVALS: Final = Path(os.environ["BENCH_RIVALS"])
_PREFIX: Final = "/rival/"
_own = create_asgi(Settings.from_env())


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(_PREFIX):
        await _own(scope, receive, send)
        return
    await _send_rival(scope, send)


async def _send_rival(scope: HTTPScope, send: Send) -> None:
    name = scope["path"].removeprefix(_PREFIX)
    built = {path.name for path in RIVALS.iterdir()}
    if name not in built:
        raise errors.NotFound
    cache = "no-cache" if name.endswith(".html") else files.IMMUTABLE
    await files.send_file(RIVALS / files.smallest(name, scope, built), scope, send, cache=cache)
