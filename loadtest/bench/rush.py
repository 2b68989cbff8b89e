"""A closed loop of requests over kept connections, as cheap as Python can make it: what is measured is the server."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final, cast
from urllib.parse import urlsplit

CONNECTIONS: Final = 256
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_OK: Final = b"http/1.1 200"


class _Line(asyncio.Protocol):
    """One connection: sends the next request as soon as the last one is answered."""

    def __init__(self, requests: Iterator[bytes], done: Callable[[bool], None]) -> None:
        self._requests, self._done = requests, done
        self._transport: asyncio.Transport | None = None
        self._seen = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self._next()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        fields = fields_of(self._seen)
        if fields is None:
            return
        self._done(fields.startswith(_OK))
        self._seen = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _next(self) -> None:
        assert self._transport is not None  # noqa: S101
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)


def fields_of(seen: bytes) -> bytes | None:
    """The head of an answer in small letters, each line with its end; None until the answer has come whole."""
    head = seen.find(_HEAD_END)
    if head < 0:
        return None
    fields = seen[: head + 2].lower()
    length = fields.find(_LENGTH)
    size = int(fields[length + len(_LENGTH) : fields.index(b"\r", length)]) if length >= 0 else 0
    return fields if len(seen) >= head + len(_HEAD_END) + size else None


async def rush(url: str, requests: Iterator[bytes], connections: int = CONNECTIONS) -> tuple[int, int]:
    """Sends all `requests`; how many were answered with 200, and how many with anything else."""
    place = urlsplit(url)
    good = bad = 0

    def count(is_good: bool) -> None:
        nonlocal good, bad
        good, bad = good + is_good, bad + (not is_good)

    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Line(requests, count), str(place.hostname), int(place.port or 80))
        for _ in range(connections)
    ]
    await asyncio.gather(*(line.ended for _, line in opened))
    return good, bad


def post(url: str, path: str, body: bytes, *headers: tuple[str, str]) -> bytes:
    """A whole request as bytes."""
    place = urlsplit(url)
    lines = [f"POST {path} HTTP/1.1", f"Host: {place.netloc}", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + _HEAD_END + body
