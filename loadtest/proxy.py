"""A TCP proxy before a server: it spreads connections, goes round the dead, and does harm when told to.

`python -m loadtest.proxy --port PORT --target PORT --delay SECONDS` runs one alone; before a database it
is a slow disk.
"""

import argparse
import asyncio
import itertools
import socket
import struct
from collections.abc import Callable
from typing import cast


class Proxy:
    """Each connection goes to the next of `targets` that accepts it, as a reverse proxy does."""

    def __init__(self, targets: list[int]) -> None:
        self.targets = targets
        #: Requests pass, answers do not: the connection ends instead.
        self.cutting = False
        #: What arrives is swallowed, in both directions, and nobody is told.
        self.dropping = False
        #: Seconds each answer is held back.
        self.delay = 0.0
        #: Bytes a second of each connection, in each direction; as fast as it goes where it is 0.
        self.pace = 0.0
        #: After so many further bytes to the server the connection that carries them is reset, once.
        self.reset_after: int | None = None
        self.cut = 0
        #: Told how many bytes are about to go to the server, each time some are.
        self.on_sending: Callable[[int], None] | None = None
        self._next = itertools.count()
        self._server: asyncio.Server | None = None
        self._links: set[Front] = set()

    async def start(self, port: int = 0) -> int:
        """Listen on this port of this machine, or on any that is free; which one it is."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Front(self), "127.0.0.1", port, backlog=1024)
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    def cut_all(self) -> None:
        """End every connection there is, in the middle of whatever it carries."""
        for link in list(self._links):
            link.end()

    async def close(self) -> None:
        self.cut_all()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def connect(self, front: "Front") -> None:
        first = next(self._next)
        for step in range(len(self.targets)):
            port = self.targets[(first + step) % len(self.targets)]
            try:
                await asyncio.get_running_loop().create_connection(lambda: Back(self, front), "127.0.0.1", port)
            except OSError:
                continue
            return
        front.end()

    def is_last(self, amount: int) -> bool:
        """Whether what is about to go to the server is what the reset was waiting for."""
        if self.reset_after is None:
            return False
        self.reset_after -= amount
        if self.reset_after > 0:
            return False
        self.reset_after = None
        return True

    def hold(self, source: asyncio.Transport, amount: int) -> None:
        """Read no more from there until so many bytes have had their time."""
        if self.pace:
            source.pause_reading()
            asyncio.get_running_loop().call_later(amount / self.pace, _go_on, source)

    def joined(self, front: "Front") -> None:
        self._links.add(front)

    def left(self, front: "Front") -> None:
        self._links.discard(front)


def _go_on(source: asyncio.Transport) -> None:
    if not source.is_closing():
        source.resume_reading()


def _reset(transport: asyncio.Transport) -> None:
    """End a connection so that the other side hears of an error and not of an end."""
    own: socket.socket | None = transport.get_extra_info("socket")
    if own is not None:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Front(asyncio.Protocol):
    """The side of who asks."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._waiting = b""
        self._connecting: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport | None = None
        self.back: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._proxy.joined(self)
        self._connecting = asyncio.create_task(self._proxy.connect(self))

    def data_received(self, data: bytes) -> None:
        if self._proxy.dropping:
            return
        if self._proxy.on_sending is not None:
            self._proxy.on_sending(len(data))
        if self._proxy.is_last(len(data)):
            self.reset()
            return
        if self.transport is not None:
            self._proxy.hold(self.transport, len(data))
        if self.back is None:
            self._waiting += data
        else:
            self.back.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._proxy.left(self)
        if self.back is not None:
            self.back.abort()

    def attach(self, back: asyncio.Transport) -> None:
        if self.transport is None or self.transport.is_closing():
            back.abort()
            return
        self.back = back
        if self._waiting:
            back.write(self._waiting)
            self._waiting = b""

    def answer(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def reset(self) -> None:
        """In the middle of what it carries, in both directions."""
        for transport in (self.transport, self.back):
            if transport is not None:
                _reset(transport)

    def end(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class Back(asyncio.Protocol):
    """The side of the server."""

    def __init__(self, proxy: Proxy, front: Front) -> None:
        self._proxy, self._front = proxy, front
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._front.attach(self._transport)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._proxy.hold(self._transport, len(data))
        if self._proxy.cutting:
            self._proxy.cut += 1
            self._front.end()
        elif self._proxy.dropping:
            return
        elif self._proxy.delay:
            asyncio.get_running_loop().call_later(self._proxy.delay, self._front.answer, data)
        else:
            self._front.answer(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """What it said before it hung up comes first, also where that is held back."""
        if self._proxy.delay:
            asyncio.get_running_loop().call_later(self._proxy.delay, self._front.end)
        else:
            self._front.end()


async def run(port: int, target: int, delay: float) -> None:
    """Until the process is ended."""
    proxy = Proxy([target])
    proxy.delay = delay
    await proxy.start(port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--port", type=int, required=True, help="where it listens on this machine")
    parser.add_argument("--target", type=int, required=True, help="the port of the server behind it")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds each answer is held back")
    given = parser.parse_args()
    asyncio.run(run(given.port, given.target, given.delay))
