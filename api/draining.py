"""How a process of the API ends without anybody noticing: it says so first, and stops then.

The server process tells its workers by ANNOUNCE that they are about to end (`api.serve`). From then on this one is not
ready for whoever watches it, live streams end in order (a page opens its stream again, elsewhere), and every answer
closes its connection, so that a proxy keeps none. Requests are answered as before until the server stops.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Final

#: Of the server process to its workers. Nothing else uses it.
ANNOUNCE: Final = signal.SIGUSR1
CLOSE: Final = (b"connection", b"close")


class Drain:
    """Whether this process is about to end."""

    def __init__(self) -> None:
        self.begun = False
        #: What every answer carries besides.
        self.headers: list[tuple[bytes, bytes]] = []
        self._after: list[Callable[[], None]] = []

    def listen(self, *after: Callable[[], None]) -> None:
        """Begin when the server says so, and do all of `after`; never where no signals can be heard, as in a thread."""
        self._after += after
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(ANNOUNCE, self.begin)

    def begin(self) -> None:
        if self.begun:
            return
        self.begun = True
        self.headers = [CLOSE]
        for act in self._after:
            act()
