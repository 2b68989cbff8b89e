"""`make demo`: a whole festival on one machine, filled through the public API. It ends all that it started."""

import asyncio
import contextlib
import fcntl
import io
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import segno
from msgspec import Struct

from api import embedded
from api.access.operators import issue_code
from api.db import migrate_database

ROOT = Path(__file__).parent.parent
ORGANISER = "organiser@meridian.example"
ACCOUNTS = {
    "studio": "alesia@depot-pictures.example",
    "jury": "juror@meridian.example",
    "desk": ORGANISER,
}
#: Names the servers of the demo that is running, for `status`; only its owner may read it.
RUNNING = "running.json"
NEED_BYTES = 1_500_000_000
START_SECONDS = 60


class DemoError(Exception):
    """Why the demo cannot start, in one sentence with what to do."""


class Child(Struct, frozen=True):
    name: str
    process: asyncio.subprocess.Process
    log: Path


def main(port: int, var: Path, media: Path | None) -> int:
    try:
        return asyncio.run(_main(port, var.resolve(), media))
    except (DemoError, embedded.StartError) as error:
        print(f"\ntallscreen: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\ntallscreen: {error.strerror or error}. Nothing of yours was changed.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _main(port: int, var: Path, media: Path | None) -> int:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with _lock(var):
        _check(port, var, media)
        async with contextlib.AsyncExitStack() as stack:
            running = asyncio.create_task(_run(stack, port, var, media))
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                _say("Stopping what this command started …")
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                return 0
            return running.result()


@contextlib.contextmanager
def _lock(var: Path) -> Iterator[None]:
    """One demo to a folder: two would share a database."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(f"A demo is running from {var} already; stop that one first.") from error
        yield


def _check(port: int, var: Path, media: Path | None) -> None:
    if shutil.disk_usage(var).free < NEED_BYTES:
        raise DemoError(f"The disk is nearly full: free {NEED_BYTES // 10**9 + 1} GB for {var} and start again.")
    if media is not None and not media.is_dir():
        raise DemoError(f"There is no folder {media}; give MEDIA a folder with vertical videos.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - phones in the same network are the point of the demo
        except OSError as error:
            raise DemoError(f"Port {port} is taken; free it or choose another: make demo PORT={port + 1}") from error


async def _run(stack: contextlib.AsyncExitStack, port: int, var: Path, media: Path | None) -> int:
    _say("1/6  PostgreSQL and Valkey")
    postgres = await embedded.start_postgres(var / "postgres")
    stack.push_async_callback(postgres.stop)
    valkey = await embedded.start_valkey(var / "valkey")
    stack.push_async_callback(valkey.stop)
    _say("2/6  Database schema")
    logging.getLogger("pogo_core").setLevel(logging.ERROR)
    await migrate_database(postgres.url)
    public_url = f"http://{_lan_address()}:{port}"
    env = _environment(var, postgres.url, valkey.url, public_url)
    note_running(var, env)
    stack.callback((var / RUNNING).unlink)
    local = f"http://localhost:{port}"
    _say("3/6  API")
    api = await _start(stack, "api", _api_command(port), env, var)
    await _until_ready(api, f"{local}/readyz")
    _say("4/6  Transcoder")
    worker = await _start(stack, "transcoder", [sys.executable, "-m", "transcoder.worker"], env, var)
    code = await issue_code(postgres.url, ORGANISER, organiser="Organiser")
    _say("5/6  Festival, through the public API")
    ready = await _seed(stack, local, code, media, env, var)
    await _hang_screens(stack, local, await issue_code(postgres.url, ORGANISER), env, var)
    codes = {page: await issue_code(postgres.url, email) for page, email in ACCOUNTS.items()}
    _say("6/6  Ready\n")
    print(_addresses(local, public_url, codes), flush=True)
    return await _watch([api, worker], ready)


def _environment(var: Path, database_url: str, redis_url: str, public_url: str) -> dict[str, str]:
    secret = var / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(48))
        secret.chmod(0o600)
    storage, work = var / "storage", var / "work"
    for folder in (storage, work, var / "log"):
        folder.mkdir(exist_ok=True)
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "TALLSCREEN_DATABASE_URL": database_url,
        "TALLSCREEN_REDIS_URL": redis_url,
        "TALLSCREEN_STORAGE_URL": f"file://{storage}",
        "TALLSCREEN_WORK_DIR": str(work),
        "TALLSCREEN_SECRET": secret.read_text(),
        "TALLSCREEN_PUBLIC_URL": public_url,
        "TALLSCREEN_DEMO": "1",
        "TALLSCREEN_PROFILE": os.environ.get("TALLSCREEN_PROFILE") or "quick",
    }


def note_running(var: Path, env: dict[str, str]) -> None:
    names = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET", "PUBLIC_URL")
    note = var / RUNNING
    note.touch(mode=0o600)
    note.write_text(json.dumps({name: env[name] for name in (f"TALLSCREEN_{each}" for each in names)}))


def _api_command(port: int) -> list[str]:
    options = ["--interface", "asgi", "--host", "0.0.0.0", "--port", str(port), "--workers", "1", "--no-ws"]  # noqa: S104
    return [
        sys.executable,
        "-m",
        "granian",
        *options,
        *embedded.ROOM,
        "--workers-kill-timeout",
        "15",
        "--log-level",
        "warning",
        "api.main:app",
    ]


async def _start(
    stack: contextlib.AsyncExitStack, name: str, command: list[str], env: dict[str, str], var: Path
) -> Child:
    log = var / "log" / f"{name}.log"
    process = await embedded.spawn(command, log, env)
    server = embedded.Server("", process, signal.SIGTERM)
    stack.push_async_callback(server.stop)
    return Child(name, process, log)


async def _until_ready(child: Child, url: str) -> None:
    for _ in range(START_SECONDS * 10):
        if child.process.returncode is not None:
            break
        if await asyncio.to_thread(_answers, url):
            return
        await asyncio.sleep(0.1)
    raise DemoError(f"The {child.name} did not start; its last words are in {child.log}.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


async def _seed(
    stack: contextlib.AsyncExitStack, url: str, code: str, media: Path | None, env: dict[str, str], var: Path
) -> Child:
    """Start the filling and wait until the festival can be opened; episodes go on arriving after that."""
    command = [sys.executable, "-m", "loadtest.seed", "--url", url, "--films", str(var / "films")]
    if media is not None:
        command += ["--media", str(media.resolve())]
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**env, "TALLSCREEN_CODE": code},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=embedded.die_with_parent,
    )
    stack.push_async_callback(embedded.Server("", process, signal.SIGTERM).stop)
    opened = asyncio.Event()
    follow = asyncio.create_task(_follow(process, opened))
    stack.callback(follow.cancel)
    waiting = asyncio.create_task(opened.wait())
    await asyncio.wait({waiting, follow}, return_when=asyncio.FIRST_COMPLETED)
    if not opened.is_set():
        raise DemoError("The festival could not be filled; the line above says why.")
    return Child("festival", process, var / "log")


async def _hang_screens(stack: contextlib.AsyncExitStack, url: str, code: str, env: dict[str, str], var: Path) -> Child:
    """Screens that live while the demo does; it goes on without them."""
    command = [sys.executable, "-m", "loadtest.screens", "--url", url, "--disk", str(var / "screens.json")]
    return await _start(stack, "screens", command, {**env, "TALLSCREEN_CODE": code}, var)


async def _follow(process: asyncio.subprocess.Process, opened: asyncio.Event) -> None:
    """Show what the filling says; its line OPEN means that there is something to look at."""
    if process.stdout is None:
        return
    async for raw in process.stdout:
        line = raw.decode(errors="replace").rstrip()
        if line == "OPEN":
            opened.set()
        else:
            _say(f"     {line}")


async def _watch(servers: list[Child], seed: Child) -> int:
    """Until Ctrl-C, or until something this command needs ends by itself."""
    ends = {asyncio.create_task(child.process.wait()): child for child in (*servers, seed)}
    while ends:
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            child = ends.pop(task)
            if child is seed and task.result() == 0:
                continue
            raise DemoError(f"The {child.name} stopped by itself; its last words are in {child.log}.")
    return 0


def _addresses(local: str, public_url: str, codes: dict[str, str]) -> str:
    rows = [
        f"  Phone    {local}/",
        f"  Kiosk    {local}/kiosk    shows a code to approve at the desk; {local}/kiosk/loop plays without one",
        f"  Wall     {local}/wall",
        *(
            f"  {page.title():<8} {local}/{page:<8} sign-in code  {code}   ({ACCOUNTS[page]})"
            for page, code in codes.items()
        ),
        f"  Mail     {local}/dev/mail",
    ]
    if "localhost" in public_url:
        return "\n".join([*rows, "", "  Ctrl-C ends the demo; its data stays in var/."])
    picture = io.StringIO()
    segno.make(public_url + "/", error="m").terminal(out=picture, compact=True, border=2)
    return "\n".join(
        [
            *rows,
            "",
            f"  On a phone in the same network: {public_url}/",
            picture.getvalue(),
            "  Ctrl-C ends the demo; its data stays in var/.",
        ]
    )


def _lan_address() -> str:
    """This machine's address in its network; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            address: str = probe.getsockname()[0]
        except OSError:
            return "localhost"
    return "localhost" if address.startswith("127.") else address


def _say(line: str) -> None:
    print(line, flush=True)
