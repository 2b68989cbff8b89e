"""Answers a file without reading it into Python where the server can send it by itself (ASGI path send)."""

import asyncio
import email.utils
from collections.abc import Iterable
from pathlib import Path

from litestar.types import Scope, Send

CHUNK = 256 * 1024
TYPES = {
    ".avif": "image/avif", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon",
    ".jpg": "image/jpeg", ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment", ".map": "application/json", ".mp4": "video/mp4", ".png": "image/png", ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8", ".vtt": "text/vtt; charset=utf-8", ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
}  # fmt: skip
IMMUTABLE = "public, max-age=31536000, immutable"


async def send_file(path: Path, scope: Scope, send: Send, *, cache: str, extra: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """The file whole, or FileNotFoundError before anything was sent. Ranges are not offered: segments are small."""
    stat = path.stat()
    if not path.is_file():
        raise FileNotFoundError(path.name)
    headers = [
        (b"content-type", TYPES.get(path.suffix, "application/octet-stream").encode()),
        (b"content-length", str(stat.st_size).encode()),
        (b"cache-control", cache.encode()),
        (b"last-modified", email.utils.formatdate(stat.st_mtime, usegmt=True).encode()),
        *extra,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    elif "http.response.pathsend" in (scope.get("extensions") or {}):
        await send({"type": "http.response.pathsend", "path": str(path)})  # type-checked below as a plain message
    else:
        await _send_chunks(path, send)


async def _send_chunks(path: Path, send: Send) -> None:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
