"""The rows a worker reads and writes. Every write names the attempt, so a worker that was given up writes nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog
from asyncpg.pool import PoolConnectionProxy
from msgspec import Struct

from transcoder.assemble import Subtitle
from transcoder.contract import Descriptor, Rejected

log = structlog.get_logger()
T = TypeVar("T")
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

#: The server is away, starting or overloaded; the statement itself may be all right.
DATABASE_AWAY: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
_PAUSE: Final = 1.0


def _read_queries() -> Mapping[str, str]:
    text = Path(__file__).with_name("queries.sql").read_text(encoding="utf-8")
    _, *chunks = re.split(r"^-- name: ([a-z_]+)\n", text, flags=re.MULTILINE)
    return dict(zip(chunks[::2], chunks[1::2], strict=True))


Q: Final = _read_queries()


async def read_jsonb(connection: Connection) -> None:
    """Decoded, the queue also understands jobs whose writer's own codec wrapped their headers twice."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=msgspec.json.decode)


class Ousted(Exception):
    """The job is no longer ours: taken over, superseded or done by someone else."""


class Claim(Struct, frozen=True, kw_only=True):
    package: UUID
    episode: int
    attempt: int
    original: UUID
    key: str
    size: int
    part_size: int


class PartDigest(Struct, frozen=True, kw_only=True):
    number: int
    size: int
    sha256: str


class Rows:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, package: UUID) -> Claim | None:
        row = await self._pool.fetchrow(Q["claim"], package)
        return None if row is None else Claim(**row)

    async def part_digests(self, original: UUID) -> list[PartDigest]:
        return [PartDigest(**row) for row in await self._pool.fetch(Q["part_digests"], original)]

    async def save_digest(self, original: UUID, sha256: str) -> None:
        await self._pool.execute(Q["save_digest"], original, sha256)

    async def subtitles(self, episode: int) -> list[Subtitle]:
        return [Subtitle(**row) for row in await self._pool.fetch(Q["subtitles"], episode)]

    async def tell_progress(self, claim: Claim, progress: int, rung: str | None) -> None:
        await self._write("tell_progress", claim, progress, rung)

    @asynccontextmanager
    async def publishing(self, claim: Claim) -> AsyncIterator[Callable[[Descriptor], Awaitable[None]]]:
        """Holds the row while its package is published; gives what declares it ready in the same transaction."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(Q["hold"], claim.package, claim.attempt) is None:
                raise Ousted

            async def declare_ready(descriptor: Descriptor) -> None:
                text = msgspec.json.encode(descriptor).decode()
                await connection.fetchval(Q["finish"], claim.package, claim.attempt, text)

            yield declare_ready

    async def fail(self, claim: Claim, rejected: Rejected) -> None:
        await self._write("fail", claim, rejected.code, rejected.detail if rejected.params else None)

    async def put_back(self, claim: Claim, *, counts: bool) -> None:
        await self._write("put_back", claim, counts)

    async def stranded(self, silent_for: timedelta) -> list[UUID]:
        return [row["id"] for row in await self._pool.fetch(Q["stranded"], silent_for)]

    async def _write(self, name: str, claim: Claim, *values: object) -> None:
        if await self._pool.fetchval(Q[name], claim.package, claim.attempt, *values) is None:
            raise Ousted


async def insist(work: Callable[[], Awaitable[T]], stopping: asyncio.Event) -> T:
    """A finished encode is not thrown away because PostgreSQL restarts: asks again until it answers."""
    while True:
        try:
            return await work()
        except DATABASE_AWAY as error:
            if stopping.is_set():
                raise
            log.warning("database away", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
