"""The API as a festival runs it: `python -m api.serve`, with `-h` for its options.

SIGTERM ends it in order: its workers say for some seconds that they are about to end, so that a proxy sends what comes
to others; then they take no more connections, answer what is under way, store the votes that wait, and end.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from typing import Any, Final

from granian.constants import Interfaces
from granian.server import MPServer

from api.draining import ANNOUNCE
from api.embedded import ROOM

#: Seconds in which a proxy finds out, and in which what is under way may end; 20 is what a service manager waits.
DRAIN_SECONDS: Final = 4.0
KILL_AFTER: Final = 12
BACKLOG, BACKPRESSURE = int(ROOM[1]), int(ROOM[3])


class Server(MPServer):
    """Granian, which tells its workers before it stops them."""

    def __init__(self, *arguments: Any, drain: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._drain = drain

    def shutdown(self, exit_code: int = 0) -> None:
        for worker in multiprocessing.active_children():
            if worker.pid is not None:
                os.kill(worker.pid, ANNOUNCE)
        time.sleep(self._drain)
        stop: Any = super().shutdown  # it has no types
        stop(exit_code)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api.serve", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--drain", type=float, default=DRAIN_SECONDS, help="seconds between saying so and ending")
    return parser.parse_args(arguments)


def main() -> None:
    given = read_arguments(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="tallscreen-metrics-") as shared:
        # Workers add up their numbers in it, so that whichever of them Prometheus reaches answers for all.
        if given.workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", shared)
        serve(given)


def serve(given: argparse.Namespace) -> None:
    server = Server(
        "api.main:app",
        address=given.host,
        port=given.port,
        interface=Interfaces.ASGI,
        workers=given.workers,
        websockets=False,
        backlog=BACKLOG,
        backpressure=BACKPRESSURE,
        workers_kill_timeout=KILL_AFTER,
        log_level="warning",
        drain=given.drain,
    )
    server.serve()


if __name__ == "__main__":
    main()
