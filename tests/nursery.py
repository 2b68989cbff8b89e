"""API servers that begin where their imports end.

Every server of a test would spend two seconds of a processor on the same modules and the same routes. Here one process
has made them, and forks into `api.serve` for each server that is wanted: its own process, port, settings and database
as ever. Servers with settings of their own are started from nothing, as a festival's are (`tests.conftest.start_server`).
"""

import asyncio
import gc
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import api.app
from api import serve
from api.embedded import die_with_parent
from api.settings import Settings
from tests import apps

#: What the routes of every forked server depend on; the rest comes with each one's environment.
ROUTES = Settings(
    database_url="postgresql://nobody",
    redis_url="redis://nowhere",
    storage_url="file:///",
    secret="nothing is signed with this secret",
    public_url="http://nowhere.example",
    demo=True,
)


class Server:
    """One that was forked; what `asyncio.subprocess.Process` has of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks, as its parent sees it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()
        self._born: asyncio.Queue[Server] = asyncio.Queue()
        self._servers: dict[int, Server] = {}

    async def fork(self, port: int, env: Mapping[str, str], log: Path) -> Server:
        async with self._asking:
            process = self._process = self._process or await self._start()
            assert process.stdin is not None
            process.stdin.write(json.dumps({"port": port, "env": dict(env), "log": str(log)}).encode() + b"\n")
            return await self._born.get()

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.nursery",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        assert process.stdout is not None
        self._reader = asyncio.create_task(self._listen(process.stdout))
        return process

    async def _listen(self, told: asyncio.StreamReader) -> None:
        async for line in told:
            news = json.loads(line)
            if news["what"] == "born":
                server = self._servers[news["pid"]] = Server(news["pid"])
                self._born.put_nowait(server)
            else:
                self._servers.pop(news["pid"]).end(news["code"])

    async def close(self) -> None:
        if self._process is None or self._reader is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reader


def _main() -> None:
    multiprocessing.set_start_method("fork")
    apps.lay_aside(apps.take(ROUTES), ROUTES)
    api.app.create_app = apps.take
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, lambda *_: _bury())
    for line in sys.stdin.buffer:
        wanted = json.loads(line)
        # The news of a death may not come before that of the birth.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            _live(wanted["port"], wanted["env"], wanted["log"])
        _tell(what="born", pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])


def _live(port: int, env: dict[str, str], log: str) -> None:
    """In the child: it never comes back."""
    code = 1
    try:
        os.setsid()
        die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
            os.dup2(source, number)
        os.environ.clear()
        os.environ.update(env)
        serve.serve(serve.read_arguments(["--port", str(port), "--drain", "0"]))
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def _bury() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(what="ended", pid=pid, code=os.waitstatus_to_exitcode(status))


def _tell(**news: object) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    _main()
