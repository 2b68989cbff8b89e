"""Many connections and requests that are bytes already: a closed loop, or an open one that waits for nobody."""

import asyncio
import itertools
import math
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, Self, cast
from urllib.parse import urlsplit

from msgspec import Struct

from loadtest.bench.rush import fields_of

_AT_ONCE: Final = 200
#: Seconds after which a request that is not answered never will be.
_PATIENCE: Final = 60.0


class Answer(Struct, frozen=True):
    """Seconds since the run began. `status` is 0 where the connection was lost; `later` is a Retry-After."""

    due: float
    sent: float
    answered: float
    status: int
    later: bool

    @property
    def good(self) -> bool:
        return self.status == 200

    @property
    def refused(self) -> bool:
        return self.status == 503 and self.later


class _Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, flood: "Flood") -> None:
        self._flood = flood
        self._transport: asyncio.Transport | None = None
        self._seen = b""
        self._due = self._sent = math.nan

    @property
    def busy(self) -> bool:
        return not math.isnan(self._due)

    @property
    def open(self) -> bool:
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, due: float, now: float) -> None:
        self._due, self._sent = due, now
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._seen = self._seen + data if self._seen else data
        fields = fields_of(self._seen)
        if fields is None:
            return
        self._seen = b""
        self._answer(int(fields[9:12]), later=b"\r\nretry-after: " in fields)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self.busy:
            self._answer(0, later=False)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _answer(self, status: int, *, later: bool) -> None:
        due, sent, self._due = self._due, self._sent, math.nan
        self._flood.answered(self, due, sent, status, later=later)


class Flood:
    """So many open connections to one address, for one run."""

    def __init__(self, url: str, connections: int) -> None:
        place = urlsplit(url)
        self._place = (str(place.hostname), int(place.port or 80))
        self._connections = connections
        self._lines: list[_Line] = []
        self._free = deque[_Line]()
        self._late = deque[tuple[float, bytes]]()
        self._more: Iterator[bytes] = iter(())
        self._answers: list[Answer] = []
        self._begun = 0.0
        self._out = 0
        self._quiet = asyncio.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for first in range(0, self._connections, _AT_ONCE):
            many = range(first, min(first + _AT_ONCE, self._connections))
            opened = await asyncio.gather(*(loop.create_connection(lambda: _Line(self), *self._place) for _ in many))
            self._lines += [line for _, line in opened]
        self._free.extend(self._lines)
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()
        await asyncio.sleep(0)

    async def keep_busy(self, requests: Iterator[bytes], length: float) -> list[Answer]:
        """A closed loop for `length` seconds: each connection sends its next request when the last was answered."""
        self._begin()
        loop = asyncio.get_running_loop()
        until = loop.time() + length
        self._more = itertools.takewhile(lambda _: loop.time() < until, requests)
        while self._free and (request := next(self._more, None)) is not None:
            self._send(self._free.popleft(), request, loop.time() - self._begun)
        await self._all_answered()
        return self._answers

    async def fire(self, requests: Sequence[bytes], rate: float) -> list[Answer]:
        """An open loop: so many a second, evenly. A request that finds no connection free waits, and that counts."""
        self._begin()
        loop = asyncio.get_running_loop()
        for number, request in enumerate(requests):
            due = number / rate
            wait = due - (loop.time() - self._begun)
            if wait > 0:
                await asyncio.sleep(wait)
            if self._free:
                self._send(self._free.popleft(), request, due)
            else:
                self._late.append((due, request))
            if number % 16 == 0:
                await asyncio.sleep(0)
        await self._all_answered()
        return self._answers

    def answered(self, line: _Line, due: float, sent: float, status: int, *, later: bool) -> None:
        now = asyncio.get_running_loop().time() - self._begun
        self._answers.append(Answer(due, sent, now, status, later))
        self._out -= 1
        if not line.open:
            self._lines.remove(line)
        elif self._late:
            due, request = self._late.popleft()
            self._send(line, request, due)
        elif request := next(self._more, b""):
            self._send(line, request, now)
        else:
            self._free.append(line)
        if self._out == 0:
            self._quiet.set()

    def _begin(self) -> None:
        self._begun, self._answers, self._more = asyncio.get_running_loop().time(), [], iter(())

    def _send(self, line: _Line, request: bytes, due: float) -> None:
        self._out += 1
        self._quiet.clear()
        line.send(request, due, asyncio.get_running_loop().time() - self._begun)

    async def _all_answered(self) -> None:
        if self._out:
            await asyncio.wait_for(self._quiet.wait(), _PATIENCE)
