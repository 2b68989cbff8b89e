"""The votes' own listener: HTTP/1.1 for one route, answered from the batch without a task or a future per request.

A reverse proxy sends the votes here and everything else to the server's ordinary port. In the rush a vote costs less
than half of what it costs there (DECISIONS 34); what is checked, stored and said is the same, by the same functions.
httptools, the parser of Node.js, reads the requests. What this listener does not know is refused, never passed on.

A connection carries one request at a time, which is how proxies speak; one that sends the next before its answer is
closed. Nothing waits without an end: heads and bodies have a size, and a connection that says nothing is closed.
"""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from time import perf_counter
from typing import Final, cast

import httptools
import structlog

from api import errors
from api.voting import door
from api.voting.batcher import Answer, Batcher

log = structlog.get_logger("line")
#: Bytes of a request's head and body together.
REQUEST_LIMIT: Final = 16_384
#: Connections at once, and how long one may be silent, in seconds: longer than a proxy keeps an idle one.
CONNECTIONS_LIMIT: Final = 10_000
SILENCE_LIMIT: Final = 75.0
_SWEEP_EVERY: Final = 5.0
_BACKLOG: Final = 4_096
#: The headers that say something about a vote.
_HEARD: Final = frozenset({b"ballot", b"sec-fetch-site", b"origin", b"host"})


class VoteListener:
    """Listens at `address`, "host:port". Every process of a machine may: the kernel shares the connections out."""

    def __init__(self, batcher: Batcher, *, key: bytes, secure: bool) -> None:
        self.batcher, self.key = batcher, key
        self.head = b"".join(_lines(door.headers_of_answers(secure=secure)))
        self.counted = b"HTTP/1.1 200 OK\r\n" + b"".join(_lines(door.JSON)) + self.head
        self.lines: set[Line] = set()
        self._server: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self.leaving = False

    async def open(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Line(self), host.strip("[]"), int(port), reuse_port=True, backlog=_BACKLOG
        )
        self.sweep()

    @property
    def port(self) -> int:
        """The one that was given, or was free where 0 was."""
        return 0 if self._server is None else int(self._server.sockets[0].getsockname()[1])

    def sweep(self) -> None:
        """Close what has been silent for too long."""
        loop = asyncio.get_running_loop()
        for line in [line for line in self.lines if line.is_silent(loop.time() - SILENCE_LIMIT)]:
            line.close()
        self._sweep = loop.call_later(_SWEEP_EVERY, self.sweep)

    def leave(self) -> None:
        """Each connection ends with its next answer: this process is about to end."""
        self.leaving = True

    async def close(self) -> None:
        """No new connections; those that are open end. The batcher has answered by now."""
        if self._sweep is not None:
            self._sweep.cancel()
        if self._server is not None:
            self._server.close()
        for line in list(self.lines):
            line.close()


class Line(asyncio.Protocol):
    """One connection: reads a request, queues its vote, writes the answer when the batch has one."""

    def __init__(self, listener: VoteListener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._busy, self._stays, self._size = False, True, 0
        self._heard = asyncio.get_running_loop().time()
        self.on_message_begin()

    def is_silent(self, since: float) -> bool:
        return not self._busy and self._heard < since

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # What the transport says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        if len(self._listener.lines) >= CONNECTIONS_LIMIT:
            self._transport.abort()
        else:
            self._listener.lines.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._listener.lines.discard(self)

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        if self._busy:
            self.close()
            return
        if self._size > REQUEST_LIMIT:
            self._give_up(errors.TooLarge())
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._give_up(errors.BadRequest("There is nothing to upgrade to."))
        except httptools.HttpParserCallbackError:
            log.exception("line broke")
            self.close()
        except httptools.HttpParserError:
            self._give_up(errors.BadRequest("The request is not HTTP."))

    # What the parser says.

    def on_message_begin(self) -> None:
        if self._busy:
            self.close()
            return
        self._url, self._body = b"", b""
        self._headers: dict[bytes, bytes] = {}

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in _HEARD:
            self._headers[name] = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._busy:
            return
        self._busy, self._size, self._started = True, 0, perf_counter()
        self._stays = self._parser.should_keep_alive()  # the parser forgets it with the message
        try:
            self._vote()
        except door.REFUSALS as error:
            self._refuse(error)

    def _vote(self) -> None:
        award = door.award_of(self._url.partition(b"?")[0].decode("latin-1"))
        if award is None or self._parser.get_method() != b"POST":
            raise errors.NotFound
        if len(self._body) > door.BODY_LIMIT:
            raise errors.TooLarge
        listener = self._listener
        listener.batcher.take(door.read_vote(award, self._headers, self._body, listener.key), self._answer)

    def _answer(self, answer: Answer) -> None:
        if isinstance(answer, errors.FestivalError):
            self._refuse(answer)
        else:
            self._write(self._listener.counted, answer, door.request_id())

    def _refuse(self, error: door.Refusal) -> None:
        number = door.request_id()
        status, headers, body = door.refuse(error, perf_counter() - self._started, number)
        first = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
        self._write(first + b"".join(_lines(headers)) + self._listener.head, body, number)

    def _give_up(self, error: errors.FestivalError) -> None:
        """What follows on this connection cannot be told apart any more."""
        if not self._busy:
            self._busy, self._stays, self._started = True, False, perf_counter()
            self._refuse(error)
        self.close()

    def _write(self, head: bytes, body: bytes, number: str) -> None:
        self._busy, self._heard = False, asyncio.get_running_loop().time()
        if self._transport is None or self._transport.is_closing():
            return
        self._stays = self._stays and not self._listener.leaving
        last = b"\r\n" if self._stays else b"connection: close\r\n\r\n"
        own = b"content-length: %d\r\nx-request-id: %b\r\n" % (len(body), number.encode())
        self._transport.write(head + own + last + body)
        if not self._stays:
            self._transport.close()


def _lines(headers: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    return [b"%b: %b\r\n" % header for header in headers]
