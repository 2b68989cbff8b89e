"""PostgreSQL: the pool, statements from `queries.sql` files, and rows as Structs. Knows nothing of HTTP."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from pogo_core.error import BadMigrationError
from pogo_core.util import migrate

from api.errors import FestivalError
from transcoder.contract import SESSION

if TYPE_CHECKING:
    from asyncpg.pool import PoolAcquireContext

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    _Reset: TypeAlias = Callable[[Connection], Awaitable[None]]
else:  # the classes are generic for the type checker only, and the framework reads these names when it starts
    Connection = asyncpg.Connection | PoolConnectionProxy
    Pool = asyncpg.Pool
    _Reset = Callable
T = TypeVar("T")

MIGRATIONS = Path(__file__).parent.parent / "migrations"
#: What the driver raises when it loses the server. InternalClientError is its own state machine in disorder, as when a
#: server is killed while a connection is being made; it is no kind of the others.
GONE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
#: What connecting meets while PostgreSQL is away or on its way up; wrong names and passwords are none of these.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
#: Seconds that a starting process waits for PostgreSQL before it gives up.
PATIENCE = 60.0
COMMAND_TIMEOUT = timedelta(seconds=5)
_HEADER = re.compile(r"^-- name: ([a-z0-9_]+)\s*$", re.MULTILINE)


def read_queries(folder: Path, file: str = "queries.sql") -> Mapping[str, str]:
    """Named statements of a domain's file. A name given twice is an error of ours and stops the start."""
    _, *chunks = _HEADER.split((folder / file).read_text(encoding="utf-8"))
    queries: dict[str, str] = {}
    for name, statement in zip(chunks[::2], chunks[1::2], strict=True):
        if name in queries:
            raise ValueError(f"{folder.name}/{file} names {name} twice")
        queries[name] = statement.strip()
    return queries


async def prepare_connection(connection: Connection) -> None:
    """Give `jsonb` columns as decoded values and take Structs, maps and lists for them; text is JSON already."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_to_json, decoder=msgspec.json.decode)


def _to_json(value: Any) -> str:
    """Text passes as it is: the job queue, which shares our connections, writes its own JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


#: No request takes more than one of the database's processors from the others, and what a killed process had asked for
#: is not worked on to its end: a count of a large ledger takes seconds, in which nobody else may count.
_SETTINGS = {
    **SESSION,
    "application_name": "tallscreen-api",
    "lock_timeout": "5s",
    "max_parallel_workers_per_gather": "0",
    "client_connection_check_interval": "500ms",
}


class BoundedPool(Pool):
    """Nobody waits for a connection for longer than for an answer: neither for one that is in use, nor for one to a
    server that says nothing."""

    def acquire(self, *, timeout: float | None = None) -> "PoolAcquireContext[asyncpg.Record]":
        return super().acquire(timeout=timeout or COMMAND_TIMEOUT.total_seconds())


async def _open(url: str, *, size: int, reset: _Reset | None = None, settings: Mapping[str, str] = _SETTINGS) -> Pool:
    seconds = COMMAND_TIMEOUT.total_seconds()
    return await BoundedPool(
        url,
        init_size=1,
        min_size=1,
        max_size=size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
        connect=None,
        setup=None,
        init=prepare_connection,
        reset=reset,
        loop=None,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        command_timeout=seconds,
        timeout=seconds,
        server_settings=dict(settings),
    )


async def connect_to_listen(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of its own, for news that PostgreSQL tells."""
    timeout = COMMAND_TIMEOUT.total_seconds()
    settings = {**SESSION, "application_name": "tallscreen-listener"}
    return await asyncpg.connect(url, timeout=timeout, command_timeout=timeout, server_settings=settings)


async def open_pool(url: str, *, size: int = 10) -> Pool:
    return await _open(url, size=size)


async def patiently(opening: Callable[[], Awaitable[Pool]]) -> Pool:
    """A pool, also of a database that is just starting: a process that ends here would only be started again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return await opening()
        except AWAY:
            if time.monotonic() > until:
                raise
        await asyncio.sleep(0.2)


async def open_ledger(url: str) -> Pool:
    """One connection for the statement that stores votes, whatever the other requests are doing.

    Its plan does not depend on its values, so it is made once; it leaves nothing behind that had to be reset. Made
    while the ledger is empty, it would read all of it for every vote until the next ANALYZE: so it may read none whole.
    """
    settings = {**_SETTINGS, "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
    return await _open(url, size=1, reset=_leave_as_it_is, settings=settings)


async def _leave_as_it_is(_connection: Connection) -> None:
    """Saves a round trip with four statements per batch."""


def to_struct(row: asyncpg.Record, into: type[T]) -> T:
    return msgspec.convert(dict(row), into, strict=False)


async def fetch_all(db: Connection, query: str, *values: Any, into: type[T]) -> list[T]:
    return [to_struct(row, into) for row in await db.fetch(query, *values)]


async def plan_each(db: Connection) -> None:
    """Until the transaction ends, a list is planned for the filters it is asked for, not for all that could be."""
    await db.execute("SET LOCAL plan_cache_mode = force_custom_plan")


async def fetch_maybe(db: Connection, query: str, *values: Any, into: type[T]) -> T | None:
    row = await db.fetchrow(query, *values)
    return None if row is None else to_struct(row, into)


async def fetch_one(db: Connection, query: str, *values: Any, into: type[T], missing: FestivalError) -> T:
    """The one row as `into`; raises `missing` where there is none."""
    found = await fetch_maybe(db, query, *values, into=into)
    if found is None:
        raise missing
    return found


#: Of a migration: how long one statement may wait for a lock, and run. What has to run for longer says so itself.
_WHILE_MIGRATING = ("lock_timeout = '1s'", "statement_timeout = '30s'")
_MIGRATION_TRIES = 20
_LOCKED = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


async def apply_patiently(connection: "asyncpg.Connection[asyncpg.Record]", folder: Path) -> None:
    """Run the migrations of `folder` that were not run; one that found its tables in use is tried again, 20 times."""
    for turn in range(_MIGRATION_TRIES):
        try:
            await migrate.apply(connection, folder, schema_name="public")
        except BadMigrationError as error:
            if not isinstance(error.__cause__, _LOCKED) or turn == _MIGRATION_TRIES - 1:
                raise
        else:
            return
        await asyncio.sleep(random.uniform(0.2, 1.0))  # noqa: S311 - not a secret: two machines part ways by it


async def migrate_database(url: str) -> None:
    """Bring the schema, ours and the job queue's, to this version. Safe to run again, and by two machines at once.

    Also while people vote: a migration that waits for a lock gives up before the votes behind it do, and tries again.
    """
    connection = await asyncpg.connect(url, server_settings={"application_name": "tallscreen-migrate"})
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('tallscreen-migrate'))")
        for setting in _WHILE_MIGRATING:
            await connection.execute(f"SET {setting}")
        await apply_patiently(connection, MIGRATIONS)
        queue = Queries(AsyncpgDriver(connection))
        if await queue.schema_is_installed():
            await queue.upgrade()
        else:
            await queue.install()
    finally:
        await connection.close()
