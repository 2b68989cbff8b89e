"""The servers of the chaos test: each its own process, killed without warning and started again on what it left behind."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import psutil
from msgspec import Struct

from api import embedded
from tests.conftest import ROOT, SECRET

START_SECONDS = 120.0
#: Shifts the clock of the Python process that imports it, which it does by its name, before all else. The types of
#: `datetime` are the interpreter's own, and libraries in C ask for exactly them: so the method is replaced in place.
CLOCK = """
import ctypes, datetime, gc, os, time
shift = float(os.environ["CLOCK_SHIFT"])
seconds, nanoseconds, now = time.time, time.time_ns, datetime.datetime.now
time.time = lambda: seconds() + shift
time.time_ns = lambda: nanoseconds() + int(shift * 1e9)
names = gc.get_referents(datetime.datetime.__dict__)[0]
names["now"] = staticmethod(lambda tz=None: now(tz) + datetime.timedelta(seconds=shift))
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
"""


class Killed(Exception):
    """A server did not come back."""


class Backend:
    """A server process and its children, known by how it was started."""

    def __init__(self, name: str, command: list[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._command, self._log, self.env = command, log, env
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await embedded.spawn(self._command, self._log, self.env)

    async def kill(self) -> None:
        """All of it at once, by the signal that nothing can answer."""
        if self.process is None or self.process.returncode is not None:
            return
        family = self._family()
        for member in family:
            _send(member, signal.SIGKILL)
        await self.process.wait()
        for member in family:
            await asyncio.to_thread(_wait_for_end, member)

    def signal(self, which: signal.Signals) -> None:
        for member in self._family():
            _send(member, which)

    def _family(self) -> list[psutil.Process]:
        if self.process is None:
            return []
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    async def until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        for _ in range(int(START_SECONDS / 0.05)):
            if self.process is not None and self.process.returncode is not None:
                break
            if await ready():
                return
            await asyncio.sleep(0.05)
        raise Killed(f"{self.name}: {self._log.read_text(errors='replace')[-2000:]}")


def _wait_for_end(process: psutil.Process) -> None:
    """A dead process that nobody has collected yet holds nothing any more."""
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.005)


def _send(process: psutil.Process, which: signal.Signals) -> None:
    try:
        process.send_signal(which)
    except psutil.NoSuchProcess:
        return


OURS = "api.main:app"


class Stage(Struct):
    """PostgreSQL, Valkey and two API workers."""

    folder: Path
    database_url: str
    redis_url: str
    postgres: Backend
    valkey: Backend
    workers: list[Backend]
    ports: list[int]
    #: Where phones send votes: to one worker by its own listener, to the other by its ordinary door.
    doors: list[int]

    @property
    def url(self) -> str:
        """Where anything but votes is asked for."""
        return f"http://127.0.0.1:{self.ports[0]}"

    async def close(self) -> None:
        for backend in (*self.workers, self.valkey, self.postgres):
            await backend.kill()

    async def start_worker(self, number: int, *, shift: float = 0.0) -> None:
        """On its old port, with its clock so many seconds wrong."""
        worker = self.workers[number]
        if worker.env is None:
            raise Killed(worker.name)
        paths = [str(ROOT)]
        if shift:
            clock = self.folder / "clock"
            clock.mkdir(exist_ok=True)
            (clock / "sitecustomize.py").write_text(CLOCK)
            paths.insert(0, str(clock))
        worker.env = {**worker.env, "CLOCK_SHIFT": str(shift), "PYTHONPATH": os.pathsep.join(paths)}
        await worker.start()

    async def is_up(self, number: int) -> bool:
        async with httpx.AsyncClient(timeout=2) as probe:
            try:
                return (await probe.get(f"http://127.0.0.1:{self.ports[number]}/livez")).status_code == 200
            except httpx.TransportError:
                return False

    async def worker_is_up(self, number: int) -> None:
        await self.workers[number].until(lambda: self.is_up(number))

    async def postgres_is_up(self) -> None:
        async def ready() -> bool:
            try:
                connection = await asyncpg.connect(self.database_url, timeout=2)
            except (OSError, asyncpg.PostgresError, TimeoutError):
                return False
            await connection.close()
            return True

        await self.postgres.until(ready)

    async def valkey_is_up(self) -> None:
        port = urlsplit(self.redis_url).port or 0
        await self.valkey.until(lambda: embedded._accepts_connections(port))


async def set_up(folder: Path, *, app: str = OURS, options: tuple[str, ...] = (), keeps: str = "") -> Stage:
    """`app` is what the workers run, `options` are PostgreSQL's, `keeps` is Valkey's `save` line."""
    postgres, database_url = await _postgres(folder / "postgres", options)
    valkey, redis_url = await _valkey(folder / "valkey", keeps)
    ports = [embedded.free_port() for _ in range(2)]
    listens = [embedded.free_port() for _ in range(2)]
    doors = [listens[0], ports[1]] if app == OURS else ports
    stage = Stage(folder, database_url, redis_url, postgres, valkey, [], ports, doors)
    (folder / "storage").mkdir()
    for number, (port, listen) in enumerate(zip(ports, listens, strict=True)):
        stage.workers.append(_worker(stage, number, port, app, listen))
    return stage


async def _postgres(folder: Path, options: tuple[str, ...]) -> tuple[Backend, str]:
    server = await embedded.start_postgres(folder, options=options)
    command = psutil.Process(server.process.pid).cmdline()
    backend = Backend("postgres", [*embedded.as_owner(folder), *command], folder / "log")
    backend.process = server.process
    return backend, server.url


async def _valkey(folder: Path, keeps: str) -> tuple[Backend, str]:
    server = await embedded.start_valkey(folder)
    [binary, *_] = psutil.Process(server.process.pid).cmdline()
    config = folder / "valkey.conf"
    backend = Backend("valkey", [psutil.Process(server.process.pid).exe() or binary, str(config)], folder / "log")
    backend.process = server.process
    if keeps:
        await backend.kill()
        config.write_text(config.read_text().replace('save ""', f"save {keeps}"))
        await backend.start()
    return backend, server.url


def _worker(stage: Stage, number: int, port: int, app: str, listen: int) -> Backend:
    env = {
        **os.environ,
        "TALLSCREEN_DATABASE_URL": stage.database_url,
        "TALLSCREEN_REDIS_URL": stage.redis_url,
        "TALLSCREEN_STORAGE_URL": f"file://{stage.folder / 'storage'}",
        "TALLSCREEN_SECRET": SECRET,
        "TALLSCREEN_PUBLIC_URL": "http://phones",
        "TALLSCREEN_VOTES_LISTEN": f"127.0.0.1:{listen}",
        "TALLSCREEN_SERVE_FILES": "0",
        "TALLSCREEN_WORK_DIR": str(stage.folder),
    }
    options = ["--interface", "asgi", "--port", str(port), "--no-ws", "--log-level", "warning", *embedded.ROOM]
    command = [sys.executable, "-m", "granian", *options, app]
    return Backend(f"worker {number}", command, stage.folder / f"worker-{number}.log", env)
