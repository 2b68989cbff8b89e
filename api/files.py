"""Answers a file without reading it into Python where the server can send it by itself (ASGI path send)."""

import asyncio
import email.utils
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import cast

from litestar.types import HTTPScope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent

from api import errors
from transcoder.storage import content_type

CHUNK = 256 * 1024
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
#: How a built file may be packed beside itself, the smallest first: the coding's name on the wire, and its suffix.
CODINGS = {"br": ".br", "gzip": ".gz"}
#: For what people have sent, opened by its own address: it runs nothing, loads nothing and is of no origin.
FILE_POLICY = "default-src 'none'; sandbox"
IMMUTABLE = "public, max-age=31536000, immutable"


def codings(scope: HTTPScope) -> list[str]:
    """Suffixes of the packings this client takes, the smallest first."""
    accepted = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
    names = {
        part.split(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.replace(" ", "").split(";")
    }
    return [suffix for name, suffix in CODINGS.items() if name in names]


def smallest(name: str, scope: HTTPScope, built: Collection[str]) -> str:
    """The name of the smallest copy of a built file that this client takes."""
    return next((f"{name}{suffix}" for suffix in codings(scope) if f"{name}{suffix}" in built), name)


def coding_of(path: Path) -> str | None:
    """How a file is packed, as the wire names it; None for one that is not."""
    return next((name for name, suffix in CODINGS.items() if path.suffix == suffix), None)


async def send_file(
    path: Path,
    scope: HTTPScope,
    send: Send,
    *,
    cache: str,
    extra: Iterable[tuple[bytes, bytes]] = (),
    status: int = 200,
) -> None:
    """The file whole, or NotFound before anything was sent. Ranges are not offered: segments are small.

    A packed copy (`coding_of`) is sent as what it is a copy of.
    """
    coding = coding_of(path)
    plain = path if coding is None else path.with_suffix("")
    kind = TYPES.get(plain.suffix, content_type(plain.name))
    if coding is not None:
        extra = [*extra, (b"content-encoding", coding.encode()), (b"vary", b"Accept-Encoding")]
    if not path.is_file():
        raise errors.NotFound
    stat = path.stat()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(stat.st_size).encode()),
        (b"cache-control", cache.encode()),
        (b"last-modified", email.utils.formatdate(stat.st_mtime, usegmt=True).encode()),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    elif "http.response.pathsend" in (scope.get("extensions") or {}):
        message = {"type": "http.response.pathsend", "path": str(path)}
        await send(cast("HTTPResponseBodyEvent", message))  # the framework's types do not list this message
    else:
        await _send_chunks(path, send)


async def _send_chunks(path: Path, send: Send) -> None:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
