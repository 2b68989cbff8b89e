"""The rows a worker reads and writes. Every write names the attempt, so a worker that was given up writes nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar, cast
from uuid import UUID

import asyncpg
import msgspec
import structlog
from asyncpg.pool import PoolConnectionProxy
from msgspec import Struct
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from transcoder.contract import (
    ENCODE_QUEUE,
    SESSION,
    Descriptor,
    PackageState,
    Preview,
    Rejected,
    RungProgress,
    Tier,
    TierState,
    TranscodeJob,
    priority,
)
from transcoder.dub import Dubbed, Wanted
from transcoder.edition import Subtitle

log = structlog.get_logger()
T = TypeVar("T")
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

#: The server is away, starting or overloaded, or two of us got into each other's way; the statement may be all right.
DATABASE_AWAY: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver in disorder, as when a server is killed while it is being connected to
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
)
_PAUSE: Final = 1.0
_ANSWER_SECONDS: Final = 10.0


def read_statements(path: Path) -> Mapping[str, str]:
    text = path.read_text(encoding="utf-8")
    _, *chunks = re.split(r"^-- name: ([a-z_]+)\n", text, flags=re.MULTILINE)
    return dict(zip(chunks[::2], chunks[1::2], strict=True))


Q: Final = read_statements(Path(__file__).with_name("queries.sql"))


async def read_jsonb(connection: Connection) -> None:
    """Decoded, the queue also understands jobs whose writer's own codec wrapped their headers twice."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=msgspec.json.decode)


async def open_pool(url: str, *, least: int, most: int) -> Pool:
    """So many connections; a job that begins does not wait for the handshakes of the first `least`."""
    return await asyncpg.create_pool(
        url,
        min_size=least,
        max_size=most,
        command_timeout=_ANSWER_SECONDS,
        timeout=_ANSWER_SECONDS,
        init=read_jsonb,
        server_settings={
            **SESSION,
            "application_name": "tallscreen-worker",
            "idle_in_transaction_session_timeout": "10min",
        },
    )


class Ousted(Exception):
    """The job is no longer ours: taken over, superseded or done by someone else."""


class Claim(Struct, frozen=True, kw_only=True):
    """`source` is what was found out about the original before, as JSON; `recorded` whether its digest is known."""

    package: UUID
    tier: Tier
    attempt: int
    episode: int
    turn: int
    source: str | None
    original: UUID
    key: str
    size: int
    recorded: bool
    landscape: Literal["refuse", "letterbox"]
    outdated: bool

    @property
    def fence(self) -> tuple[UUID, Tier, int]:
        return (self.package, self.tier, self.attempt)

    @property
    def prefix(self) -> str:
        """Of all its files in the store."""
        return f"media/{self.package}"


class Fate(Struct, frozen=True, kw_only=True):
    package: PackageState
    tier: TierState


class Waiting(Struct, frozen=True, kw_only=True):
    package: UUID
    tier: Tier
    turn: int


class PartDigest(Struct, frozen=True, kw_only=True):
    number: int
    size: int
    sha256: str


class Place(Struct, frozen=True, kw_only=True):
    """A package whose row is held: what is in it now, and the writes that are committed together or not at all."""

    claim: Claim
    connection: Connection
    current: Descriptor | None
    #: Whether its producer has been shown anything before.
    previewed: bool

    async def still_held(self) -> None:
        """Raises one of DATABASE_AWAY where the row may have become another's: nothing more is written to the store."""
        await self.connection.execute("SELECT 1")

    async def subtitles(self) -> list[Subtitle]:
        return [Subtitle(**row) for row in await self.connection.fetch(Q["subtitles"], self.claim.episode)]

    async def sounds(self) -> list[Wanted]:
        return [Wanted(**row) for row in await self.connection.fetch(Q["wanted_sounds"], self.claim.episode)]

    async def end_sound(self, made: Dubbed) -> None:
        wanted, rejected = made.wanted, made.rejected
        code = None if rejected is None else rejected.code
        detail = rejected.detail if rejected is not None and rejected.params else None
        place = (self.claim.episode, wanted.lang, wanted.original, self.claim.package)
        await self.connection.execute(Q["end_sound"], *place, code, detail, made.off_by, made.silent)

    async def give_up_sounds(self, code: str) -> None:
        await self.connection.execute(Q["give_up_sounds"], self.claim.episode, self.claim.package, code)

    async def await_sounds(self) -> bool:
        """Whether there are any to be made for a film that has just been finished."""
        return bool(await self.connection.fetch(Q["await_sounds"], self.claim.episode))

    async def finish(self, descriptor: Descriptor) -> None:
        await self.connection.execute(Q["finish_package"], self.claim.package, _json(descriptor))

    async def await_ladder(self, preview: Preview | None) -> None:
        text = None if preview is None else _json(preview)
        await self.connection.execute(Q["await_ladder"], self.claim.package, text)
        await self.plan("ladder")

    async def end_tier(self) -> None:
        await self.connection.execute(Q["finish_tier"], self.claim.package, self.claim.tier)

    async def fail_tier(self, code: str) -> None:
        await self.connection.execute(Q["fail_tier"], self.claim.package, self.claim.tier, code)

    async def fail_package(self, rejected: Rejected) -> None:
        detail = rejected.detail if rejected.params else None
        await self.connection.execute(Q["fail_package"], self.claim.package, rejected.code, detail)

    async def plan(self, tier: Tier) -> None:
        """The tier and its job, in this transaction."""
        await self.connection.execute(Q["plan_tier"], self.claim.package, tier)
        await enqueue(self.connection, TranscodeJob(package=self.claim.package, tier=tier), self.claim.turn)


async def enqueue(connection: Connection, job: TranscodeJob, turn: int) -> None:
    driver = AsyncpgDriver(cast("asyncpg.Connection[asyncpg.Record]", connection))  # a pooled one passes calls on
    order = priority(job.tier, turn)
    await Queries(driver).enqueue(job.queue, job.encode(), order, dedupe_key=job.key, on_conflict="skip")


class Rows:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, job: TranscodeJob) -> Claim | None:
        row = await self._pool.fetchrow(Q["claim"], job.package, job.tier)
        return None if row is None else Claim(**row)

    async def fate(self, job: TranscodeJob) -> Fate | None:
        row = await self._pool.fetchrow(Q["fate"], job.package, job.tier)
        return None if row is None else Fate(**row)

    async def part_digests(self, original: UUID) -> list[PartDigest]:
        return [PartDigest(**row) for row in await self._pool.fetch(Q["part_digests"], original)]

    async def save_digest(self, original: UUID, sha256: str) -> None:
        await self._pool.execute(Q["save_digest"], original, sha256)

    async def save_source(self, claim: Claim, text: str) -> None:
        await self._write("save_source", claim, text)

    async def published(self, claim: Claim) -> Descriptor:
        found = await self._pool.fetchval(Q["published"], claim.package)
        if found is None:
            raise Ousted
        return msgspec.convert(found, Descriptor)

    async def wanted_sounds(self, claim: Claim) -> list[Wanted]:
        return [Wanted(**row) for row in await self._pool.fetch(Q["wanted_sounds"], claim.episode)]

    async def begin_sound(self, claim: Claim, wanted: Wanted) -> None:
        await self._write("begin_sound", claim, claim.episode, wanted.lang, wanted.original)

    async def tell_progress(
        self, claim: Claim, rungs: Sequence[RungProgress], seconds_left: int | None, progress: int | None
    ) -> None:
        await self._write("tell_progress", claim, _json(rungs), seconds_left, progress)

    async def show_preview(self, claim: Claim, preview: Preview, progress: int) -> None:
        await self._write("show_preview", claim, _json(preview), progress)

    @asynccontextmanager
    async def holding(self, claim: Claim) -> AsyncIterator[Place]:
        """Holds the row of the package until the end of the block, then commits; raises Ousted."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(Q["hold"], *claim.fence)
            if row is None:
                raise Ousted
            found = row["descriptor"]
            yield Place(
                claim=claim,
                connection=connection,
                current=None if found is None else msgspec.convert(found, Descriptor),
                previewed=row["previewed"],
            )

    async def put_back(self, claim: Claim, *, counts: bool) -> None:
        await self._write("put_back", claim, counts)

    async def stranded(self, silent_for: timedelta) -> list[Waiting]:
        return [Waiting(**row) for row in await self._pool.fetch(Q["stranded"], silent_for)]

    async def queue_again(self, waiting: Waiting) -> None:
        async with self._pool.acquire() as connection:
            await enqueue(connection, TranscodeJob(package=waiting.package, tier=waiting.tier), waiting.turn)

    async def better_work_waits(self, patience: timedelta) -> bool:
        """Whether anything but refining has been waiting for so long that no idle worker can be there."""
        return bool(await self._pool.fetchval(Q["better_work_waits"], ENCODE_QUEUE, priority("refine", 0), patience))

    async def outlived_previews(self, kept_for: timedelta) -> list[tuple[UUID, PackageState]]:
        found = await self._pool.fetch(Q["outlived_previews"], kept_for)
        return [(row["id"], row["state"]) for row in found]

    async def forget_preview(self, package: UUID) -> None:
        await self._pool.execute(Q["forget_preview"], package)

    async def sign_in(self, worker: UUID, facts: tuple[str, str, str, int], busy: int, *, leaving: bool) -> None:
        """`facts` are host, sandbox, ffmpeg and slots."""
        await self._pool.execute(Q["sign_in"], worker, *facts, busy, leaving)

    async def sign_out(self, worker: UUID) -> None:
        await self._pool.execute(Q["sign_out"], worker)

    async def forget_workers(self, silent_for: timedelta) -> None:
        await self._pool.execute(Q["forget_workers"], silent_for)

    async def _write(self, name: str, claim: Claim, *values: object) -> None:
        if await self._pool.fetchval(Q[name], *claim.fence, *values) is None:
            raise Ousted


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


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
