"""A database, a store and the workers of one test."""

import asyncio
import contextlib
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from api.db import prepare_connection
from api.studio.service import queue_package
from tests import builders
from transcoder.contract import DESCRIPTOR, Descriptor

VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning\n"
PART_SIZE = 8 * 1024 * 1024
PATIENCE = 90.0
T = TypeVar("T")


class Episode(Struct, frozen=True):
    id: int
    package: UUID
    original: UUID
    key: str


class Hall:
    """Its workers are real processes; what they leave in rows and files is looked at from outside."""

    def __init__(self, url: str, db: "asyncpg.Connection[asyncpg.Record]", folder: Path, repository: Path) -> None:
        self.url, self.db = url, db
        self.store = folder / "store"
        self.work = folder / "work"
        self.started: list[asyncio.subprocess.Process] = []
        self._log = folder / "worker.log"
        self._env = {
            **os.environ,
            "PYTHONPATH": str(repository),
            "TALLSCREEN_DATABASE_URL": url,
            "TALLSCREEN_STORAGE_URL": f"file://{self.store}",
            "TALLSCREEN_WORK_DIR": str(self.work),
            "TALLSCREEN_HEARTBEAT_SECONDS": "1",
            "TALLSCREEN_RETRY_SECONDS": "0.1",
            "TALLSCREEN_PROFILE": "quick",
        }

    async def start_worker(self, program: str | None = None, *arguments: str, **env: str) -> asyncio.subprocess.Process:
        command = ["-m", "transcoder.worker"] if program is None else ["-c", program, *arguments]
        with self._log.open("ab") as log:
            worker = await asyncio.create_subprocess_exec(
                sys.executable, *command, env=self._env | env, stdout=log, stderr=log
            )
        self.started.append(worker)
        return worker

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection beside that of the test, for what happens at the same time."""
        connection = await asyncpg.connect(self.url)
        await prepare_connection(connection)
        yield connection
        await connection.close()

    async def submit(self, film: bytes, company: int | None = None) -> Episode:
        """An uploaded film with its queued package, as the API leaves them."""
        series = await builders.a_series(self.db, company=company)
        episode = await builders.an_episode(self.db, series)
        original = await builders.an_original(self.db, episode)
        key = f"originals/{original}"
        self.keep(key, film)
        await self.db.execute("UPDATE original SET size = $2 WHERE id = $1", original, len(film))
        for number, start in enumerate(range(0, len(film), PART_SIZE), 1):
            part = film[start : start + PART_SIZE]
            values = (original, number, len(part), hashlib.sha256(part).hexdigest())
            await self.db.execute("INSERT INTO original_part VALUES ($1, $2, $3, $4)", *values)
        await self.db.execute("INSERT INTO subtitle (episode_id, lang, vtt) VALUES ($1, 'en', $2)", episode, VTT)
        return Episode(episode, await self.queue(episode), original, key)

    def keep(self, key: str, film: bytes) -> None:
        (self.store / key).parent.mkdir(parents=True, exist_ok=True)
        (self.store / key).write_bytes(film)

    async def queue(self, episode: int) -> UUID:
        async with self.db.transaction():
            assert await queue_package(self.db, episode)
        package = await self.db.fetchval(
            "SELECT id FROM package WHERE episode_id = $1 ORDER BY created_at DESC LIMIT 1", episode
        )
        return UUID(str(package))

    async def row(self, episode: Episode) -> asyncpg.Record:
        row = await self.db.fetchrow("SELECT * FROM package WHERE id = $1", episode.package)
        assert row is not None
        return row

    async def tiers(self, episode: Episode) -> dict[str, tuple[str, int]]:
        """State and attempts of each."""
        found = await self.db.fetch("SELECT * FROM tier WHERE package_id = $1 ORDER BY created_at", episode.package)
        return {row["name"]: (row["state"], row["attempts"]) for row in found}

    async def until(self, episode: Episode, is_so: Callable[[asyncpg.Record], bool]) -> asyncpg.Record:
        async def holds() -> asyncpg.Record | None:
            row = await self.row(episode)
            return row if is_so(row) else None

        return await self.eventually(holds)

    async def eventually(self, find: Callable[[], Awaitable[T | None]]) -> T:
        for _ in range(int(PATIENCE / 0.05)):
            if found := await find():
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(self.log[-4000:])

    async def is_concluded(self, episode: Episode) -> asyncpg.Record:
        return await self.until(episode, lambda row: row["state"] in ("ready", "failed"))

    async def is_at_rest(self, episode: Episode) -> asyncpg.Record:
        """Ready or failed, and nothing is going to be added."""
        await self.is_concluded(episode)
        await self.queue_is_empty()
        return await self.row(episode)

    async def is_working(self, episode: Episode, tier: str, progress: int = 1) -> None:
        async def works() -> bool:
            row = await self.db.fetchrow(
                "SELECT state, rungs FROM tier WHERE package_id = $1 AND name = $2", episode.package, tier
            )
            return (
                row is not None
                and row["state"] == "working"
                and any(rung["progress"] >= progress for rung in row["rungs"])
            )

        await self.eventually(works)

    async def is_encoding(self, episode: Episode) -> None:
        await self.is_working(episode, "ladder")

    async def has_encoders(self, worker: int) -> list[int]:
        """The processes of a worker, waited for: between two encodes it has none."""

        async def found() -> list[int] | None:
            return family(worker) or None

        return await self.eventually(found)

    async def queue_is_empty(self) -> None:
        await self.eventually(lambda: self.db.fetchval("SELECT 1 WHERE NOT EXISTS (SELECT FROM pgqueuer)"))

    def files(self, episode: Episode) -> set[str]:
        """What is stored of its package, by path within."""
        home = self.store / "media" / str(episode.package)
        return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}

    async def named_files(self, episode: Episode) -> set[str]:
        """What its editions name, with themselves."""
        row = await self.row(episode)
        if row["descriptor"] is None:
            return set()
        named: set[str] = set()
        for edition in range(1, msgspec.convert(row["descriptor"], Descriptor).edition + 1):
            path = self.store / "media" / str(episode.package) / str(edition) / DESCRIPTOR
            descriptor = msgspec.json.decode(path.read_bytes(), type=Descriptor)
            named |= {*descriptor.files, f"{edition}/{DESCRIPTOR}"}
        return named

    @property
    def log(self) -> str:
        return self._log.read_text()

    def events(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(line) for line in self.log.splitlines() if line.startswith("{")]

    async def close(self) -> None:
        for worker in self.started:
            if worker.returncode is None:
                worker.kill()
            await worker.wait()


@contextlib.asynccontextmanager
async def opened_hall(database_url: str, folder: Path, repository: Path) -> AsyncIterator[Hall]:
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    hall = Hall(database_url, connection, folder, repository)
    yield hall
    await hall.close()
    await connection.close()


def family(pid: int) -> list[int]:
    """The processes a process has started, and those that these have."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [each for child in text.split() for each in (int(child), *family(int(child)))]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
