"""The rush, carried by Redis or Valkey: live boards, limits, news between processes. All of it may vanish any time."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import UUID

import structlog
from msgspec import Struct
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from api.errors import TooManyRequests, Unavailable

log = structlog.get_logger("live")
LIBRARY = (Path(__file__).parent / "live.lua").read_text(encoding="utf-8")
CHANNEL = "tallscreen:news"
TIMEOUT = 2.0
LOST = (RedisError, OSError, TimeoutError)


class Change(Struct, frozen=True):
    """What one entry of the board gains by a batch; negative where a voter changed a vote."""

    entry: int
    votes: int
    sum: int


class BatchChange(Struct, frozen=True, kw_only=True):
    batch: UUID
    award: int
    rows: int
    ballots: int
    changes: tuple[Change, ...]


class Tally(Struct, frozen=True):
    entry: int
    votes: int
    sum: int


class Board(Struct, frozen=True, kw_only=True):
    """Rows is the number of ledger lines behind it; ballots the number of ballots that voted."""

    rows: int
    ballots: int
    entries: tuple[Tally, ...]


class Live(Protocol):
    async def apply(self, change: BatchChange) -> bool:
        """Add one committed batch to its board, once; False where there is no board and it must be rebuilt."""

    async def put(self, award: int, board: Board, batches: Iterable[UUID]) -> None: ...

    async def board(self, award: int) -> Board | None:
        """The live board, or None where Redis has none or does not answer."""

    async def limit(self, key: str, *, burst: int, per_seconds: int, fail_open: bool) -> None:
        """Raise TooManyRequests beyond `burst` calls in `per_seconds`; without Redis, nothing or Unavailable."""

    async def tell(self, topic: str) -> None: ...

    def news(self) -> AsyncIterator[str]:
        """Topics told by any process, for as long as the iterator is read; it survives the loss of Redis."""


def _keys(award: int) -> tuple[str, str]:
    return f"board:{{{award}}}", f"batches:{{{award}}}"


class RedisLive:
    """Live on one multiplexed client. Every call is bounded in time; losing Redis costs the display, never a vote."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 1),
            max_connections=16,
        )
        self._news = Redis.from_url(url, decode_responses=True, socket_connect_timeout=TIMEOUT, max_connections=2)

    async def close(self) -> None:
        await self._redis.aclose()
        await self._news.aclose()

    async def forget(self) -> None:
        """Lose everything, functions too: what an operator's FLUSHALL or a replaced server does."""
        await self._redis.flushall()
        await self._redis.function_flush()

    async def apply(self, change: BatchChange) -> bool:
        arguments: list[str | int] = [str(change.batch), _now_ms(), change.rows, change.ballots]
        for each in change.changes:
            arguments += [each.entry, each.votes, each.sum]
        return await self._call("apply_batch", _keys(change.award), arguments) != -1

    async def put(self, award: int, board: Board, batches: Iterable[UUID]) -> None:
        seen = [str(batch) for batch in batches]
        fields: list[str | int] = ["rows", board.rows, "ballots", board.ballots]
        for tally in board.entries:
            fields += [f"v:{tally.entry}", tally.votes, f"s:{tally.entry}", tally.sum]
        await self._call("set_board", _keys(award), [_now_ms(), len(seen), *seen, *fields])

    async def board(self, award: int) -> Board | None:
        try:
            fields = await self._redis.hgetall(_keys(award)[0])
        except LOST:
            return None
        return _to_board(cast("dict[str, str]", fields)) if fields else None  # decode_responses is on

    async def limit(self, key: str, *, burst: int, per_seconds: int, fail_open: bool) -> None:
        try:
            wait = await self._call("limit", (f"limit:{key}",), [_now_ms(), per_seconds * 1000 // burst, burst])
        except LOST as error:
            if fail_open:
                return
            raise Unavailable(retry_after=2) from error
        if wait:
            raise TooManyRequests(retry_after=-(-wait // 1000))

    async def tell(self, topic: str) -> None:
        await self._redis.publish(CHANNEL, topic)

    async def news(self) -> AsyncIterator[str]:
        while True:
            try:
                async with self._news.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            yield str(message["data"])
            except LOST:
                await asyncio.sleep(1)

    async def _call(self, function: str, keys: tuple[str, ...], arguments: list[str | int]) -> int:
        """One Function call; a Redis that has lost the library, after a restart or a flush, is given it again."""
        try:
            return int(await self._redis.fcall(function, len(keys), *keys, *map(str, arguments)))
        except ResponseError as error:
            if "function not found" not in str(error).lower():
                raise
            await self._redis.function_load(LIBRARY, replace=True)
            log.info("functions loaded")
            return int(await self._redis.fcall(function, len(keys), *keys, *map(str, arguments)))


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` until they have ended: the Redis client swallows a cancellation that meets it while connecting."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.1)
    await asyncio.gather(*tasks, return_exceptions=True)


def _to_board(fields: Mapping[str, str]) -> Board:
    entries = sorted(int(name[2:]) for name in fields if name.startswith("v:"))
    return Board(
        rows=int(fields.get("rows", 0)),
        ballots=int(fields.get("ballots", 0)),
        entries=tuple(Tally(entry, int(fields[f"v:{entry}"]), int(fields.get(f"s:{entry}", 0))) for entry in entries),
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
