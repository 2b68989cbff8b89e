"""`python -m api.cli status`: the whole service on one screen of text, and an exit code for machines that watch it."""

import asyncio
import os
import urllib.error
import urllib.request
from collections.abc import Awaitable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncpg
from msgspec import Struct

from api import backup, rush
from api.db import GONE, Connection, prepare_connection
from api.desk import status as preparing
from api.desk.schemas import Worker
from api.desk.status import Status, Work
from api.errors import SettingsError
from transcoder import storage as store

TIMEOUT: Final = 5.0
SHOWN: Final = 12


class Server(Struct, frozen=True, kw_only=True):
    """`error` is None where it answers."""

    name: str
    error: str | None


class Report(Struct, frozen=True, kw_only=True):
    """`preparing` is None where the database does not answer, `backups` where the environment names no folder."""

    at: datetime
    servers: list[Server]
    preparing: Status | None
    backups: backup.Standing | None = None
    troubles: list[str]


async def look(env: Mapping[str, str]) -> Report:
    """Ask every server that the environment names."""
    asked = asyncio.gather(*_probes(env))
    database, others = await _load(env["TALLSCREEN_DATABASE_URL"]), await asked
    servers = [Server(name="PostgreSQL", error=None if isinstance(database, Status) else database), *others]
    found = database if isinstance(database, Status) else None
    silent = [f"{server.name} does not answer: {server.error}" for server in servers if server.error is not None]
    folder, now = env.get("TALLSCREEN_BACKUP_DIR"), datetime.now(UTC)
    backups = backup.standing(backup.Vault(Path(folder))) if folder else None
    late = backup.troubles(backups, now) if backups else []
    troubles = [*silent, *(preparing.troubles(found) if found else []), *late]
    return Report(at=now, servers=servers, preparing=found, backups=backups, troubles=troubles)


async def _load(url: str) -> Status | str:
    try:
        connection = await asyncpg.connect(url, timeout=TIMEOUT, command_timeout=TIMEOUT)
    except GONE as error:
        return said(error)
    try:
        await prepare_connection(connection)
        await _write(connection)
        return await preparing.load(connection)
    except asyncpg.UndefinedTableError:
        return "the database is not at this version; run: python -m api.cli migrate"
    except GONE as error:
        return said(error)
    finally:
        await connection.close(timeout=1)


async def _write(connection: Connection) -> None:
    """A page of a table that is gone at once: a server on a full disk answers and stores nothing."""
    async with connection.transaction():
        await connection.execute("CREATE TEMPORARY TABLE room (page text STORAGE EXTERNAL) ON COMMIT DROP")
        await connection.execute("INSERT INTO room SELECT repeat('x', 100000)")


def _probes(env: Mapping[str, str]) -> list[Awaitable[Server]]:
    probes: list[Awaitable[Server]] = []
    if url := env.get("TALLSCREEN_REDIS_URL"):
        probes.append(_probe("Redis", _redis(url)))
    if url := env.get("TALLSCREEN_STORAGE_URL"):
        probes.append(_probe("Storage", _storage(url, env.get("TALLSCREEN_SECRET", ""))))
    if url := env.get("TALLSCREEN_PUBLIC_URL"):
        probes.append(_probe("API", asyncio.to_thread(_api, url)))
    return probes


async def _probe(name: str, asking: Awaitable[None]) -> Server:
    try:
        await asyncio.wait_for(asking, TIMEOUT)
    except (*rush.LOST, ValueError, SettingsError, store.StorageError) as error:
        return Server(name=name, error=said(error))
    return Server(name=name, error=None)


async def _redis(url: str) -> None:
    asked = rush.open_rush(url)
    try:
        await asked.check()
    finally:
        await asked.close()


async def _storage(url: str, secret: str) -> None:
    parts = urlsplit(url)
    folder = Path(unquote(parts.path))
    if parts.scheme == "file" and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise OSError(f"the folder {folder} is missing or may not be written")
    storage = store.make_storage(url, secret)
    try:
        await storage.read("status", limit=1)
    except store.ObjectMissing:
        pass  # the answer of a store that is there
    finally:
        await storage.close()


def _api(url: str) -> None:
    with urllib.request.urlopen(f"{url.rstrip('/')}/readyz", timeout=TIMEOUT):  # noqa: S310 - an address of our own
        pass


def said(error: BaseException) -> str:
    """Without what may stand in a message beside the cause: addresses with passwords in them."""
    if isinstance(error, urllib.error.HTTPError):
        return f"it answered {error.code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__


def to_text(report: Report) -> str:
    lines = [f"Tallscreen, {report.at:%Y-%m-%d %H:%M} UTC", ""]
    lines += _block("Servers", [_server(server) for server in report.servers])
    if report.preparing is not None:
        lines += _preparing(report.preparing, report.at)
    if report.backups is not None:
        lines += _block("Backup", _backups(report.backups, report.at))
    return "\n".join([*lines, *_block("To do", [f"! {trouble}" for trouble in report.troubles] or ["nothing"])]) + "\n"


def _preparing(status: Status, at: datetime) -> list[str]:
    queue = "   ".join(f"{tier} {count}" for tier, count in status.waiting.items())
    failed = [f"{f'{each.series}, {each.number}':<30}{each.happened}" for each in status.failed]
    return [
        *_block("Workers", [_worker(worker, at) for worker in status.workers]),
        *_block("Queue", [queue]),
        *_block("At work", [_work(work) for work in status.working]),
        *_block("Failed", failed),
    ]


def _backups(backups: backup.Standing, at: datetime) -> list[str]:
    ages = {"base": backups.base_at, "log": backups.log_at, "proven": backups.proven_at}
    return [f"{name:<12}{'never' if when is None else f'{_age(at - when)} ago'}" for name, when in ages.items()]


def _age(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{round(hours)} h" if hours >= 2 else f"{max(0, round(hours * 60))} min"


def _block(name: str, rows: Iterable[str]) -> list[str]:
    every = list(rows) or ["none"]
    shown = [*every[:SHOWN], *([f"and {len(every) - SHOWN} more"] if len(every) > SHOWN else [])]
    return [f"{name if number == 0 else '':<10}{row}" for number, row in enumerate(shown)] + [""]


def _server(server: Server) -> str:
    return f"{server.name:<12}{'answers' if server.error is None else f'! {server.error}'}"


def _worker(worker: Worker, at: datetime) -> str:
    guard = "! no sandbox" if worker.sandbox == "none" else worker.sandbox
    seen = max(0, round((at - worker.seen_at).total_seconds()))
    leaving = ", leaving" if worker.leaving else ""
    return f"{worker.host:<24}{guard:<14}{worker.busy} of {worker.slots} busy, seen {seen} s ago{leaving}"


def _work(work: Work) -> str:
    rungs = "  ".join(
        f"{rung.name.removeprefix('v')} {'✓' if rung.progress == 100 else f'{rung.progress} %'}" for rung in work.rungs
    )
    left = "" if work.seconds_left is None else f", about {_length(work.seconds_left)} left"
    return f"{f'{work.series}, {work.number}':<30}{work.tier:<8}{rungs}{left}"


def _length(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{round(seconds / 60)} min"
