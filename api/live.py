"""The rush, carried by Redis or Valkey: live boards, limits, news between processes. All of it may vanish any time."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Protocol, cast
from uuid import UUID, uuid4

import structlog
from msgspec import Struct
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from api.errors import TooManyRequests, Unavailable

log = structlog.get_logger("live")
_SOURCE = (Path(__file__).parent / "live.lua").read_bytes()
VERSION = hashlib.sha256(_SOURCE).hexdigest()[:8]
LIBRARY = _SOURCE.decode().replace("VERSION", VERSION)
CHANNEL = "tallscreen:news"
TIMEOUT = 2.0
#: Votes do not wait longer than this for a Redis that hangs, and then leave it alone for a while.
PACE_TIMEOUT, AWAY_SECONDS = 0.25, 2.0
LOST = (RedisError, OSError, TimeoutError)


class Change(Struct, frozen=True):
    """What one entry of the board gains by a batch; negative where a voter changed a vote."""

    entry: int
    votes: int
    sum: int


class OwnVote(Struct, frozen=True):
    """A voter's answer to one question as JSON; a higher revision takes the place of a lower one."""

    ballot: int
    question: int
    revision: int
    vote: str


class BatchChange(Struct, frozen=True, kw_only=True):
    batch: UUID
    award: int
    rows: int
    ballots: int
    changes: tuple[Change, ...]
    own: tuple[OwnVote, ...] = ()


class Tally(Struct, frozen=True):
    entry: int
    votes: int
    sum: int


class Board(Struct, frozen=True, kw_only=True):
    """Rows is the number of ledger lines behind it; ballots the number of ballots that voted."""

    rows: int
    ballots: int
    entries: tuple[Tally, ...]


#: What applying a batch comes to: there is no board, the batch was known, it was told, or told too recently.
Applied = Literal["missing", "known", "told", "quiet"]
_APPLIED: Final[dict[int, Applied]] = {-1: "missing", 0: "known", 1: "told", 2: "quiet"}


class Live(Protocol):
    async def apply(self, change: BatchChange) -> Applied:
        """Add one committed batch to its board, once, keep what its voters voted, and tell all processes."""

    async def tell_board(self, award: int) -> bool:
        """Tell all processes that the board has changed; False where that was done less than half a second ago."""

    async def own_votes(self, award: int, ballot: int) -> list[str] | None:
        """A ballot's votes as JSON, or None where Redis does not know them all."""

    async def keep_votes(self, award: int, ballot: int, votes: Sequence[OwnVote]) -> None:
        """All votes of a ballot as the ledger has them. Newer ones that have come meanwhile stay."""

    async def pace(self, award: int, ballots: Sequence[int], *, burst: int, per_seconds: int) -> list[int]:
        """For each ballot the seconds to wait, 0 where it may vote; without Redis nobody waits."""

    async def put(self, award: int, board: Board, batches: Iterable[UUID]) -> None: ...

    async def board(self, award: int) -> Board | None:
        """The live board, or None where Redis has none or does not answer."""

    async def limit(self, key: str, *, burst: int, per_seconds: int, fail_open: bool) -> None:
        """Raise TooManyRequests beyond `burst` calls in `per_seconds`; without Redis, nothing or Unavailable."""

    async def daily_key(self) -> bytes | None:
        """32 random bytes that are forgotten within a day, to hash what must not be kept; None without Redis."""

    async def watch(self, device: str, episode: int, session: str, spans: Iterable[tuple[int, int]]) -> int | None:
        """Credit watched seconds, `(first, last)` of each span; the episode's unique seconds, or None without Redis."""

    async def watched(self, device: str) -> dict[int, int] | None:
        """Unique seconds of each episode on this device; None where Redis does not answer."""

    async def tell(self, topic: str) -> None: ...

    def news(self) -> AsyncIterator[str]:
        """Topics told by any process, for as long as the iterator is read; it survives the loss of Redis."""


def _keys(award: int) -> tuple[str, str]:
    """All keys of one award carry it as hash tag, so that a cluster holds them together."""
    return f"board:{{{award}}}", f"batches:{{{award}}}"


def _told_key(award: int) -> str:
    return f"told:{{{award}}}"


def _own_key(award: int, ballot: int) -> str:
    return f"own:{{{award}}}:{ballot}"


class RedisLive:
    """Live on one multiplexed client. Every call is bounded in time; losing Redis costs the display, never a vote."""

    def __init__(self, url: str) -> None:
        # Calls beyond the connections wait for one; the plain pool would call that a lost Redis.
        pool = BlockingConnectionPool.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 1),
            max_connections=16,
            timeout=TIMEOUT,
        )
        self._redis = Redis.from_pool(pool)
        self._news = Redis.from_url(url, decode_responses=True, socket_connect_timeout=TIMEOUT, max_connections=2)
        self._away_until = 0.0

    async def close(self) -> None:
        await self._redis.aclose()
        await self._news.aclose()

    async def forget(self) -> None:
        """Lose everything, functions too: what an operator's FLUSHALL or a replaced server does."""
        await self._redis.flushall()
        await self._redis.function_flush()

    async def apply(self, change: BatchChange) -> Applied:
        news = (CHANNEL, f"award:{change.award}")
        counts = (str(change.batch), _now_ms(), change.rows, change.ballots, len(change.changes))
        arguments: list[str | int] = [*news, *counts]
        for each in change.changes:
            arguments += (each.entry, each.votes, each.sum)
        for own in change.own:
            arguments += (own.question, own.revision, own.vote)
        states = (_own_key(change.award, own.ballot) for own in change.own)
        keys = (*_keys(change.award), _told_key(change.award), *states)
        return _APPLIED[await self._call("apply_batch", keys, arguments)]

    async def tell_board(self, award: int) -> bool:
        return bool(await self._call("tell", (_told_key(award),), [CHANNEL, f"award:{award}"]))

    async def own_votes(self, award: int, ballot: int) -> list[str] | None:
        keys = (_keys(award)[0], _own_key(award, ballot))
        try:
            found = await self._fcall("own_votes", keys, [])
        except LOST:
            return None
        return None if found is None else [str(vote) for vote in found]

    async def keep_votes(self, award: int, ballot: int, votes: Sequence[OwnVote]) -> None:
        arguments: list[str | int] = []
        for own in votes:
            arguments += (own.question, own.revision, own.vote)
        await self._call("keep_votes", (_keys(award)[0], _own_key(award, ballot)), arguments)

    async def pace(self, award: int, ballots: Sequence[int], *, burst: int, per_seconds: int) -> list[int]:
        if self._away_until > time.monotonic():
            return [0] * len(ballots)
        keys = tuple(f"pace:{{{award}}}:{ballot}" for ballot in ballots)
        try:
            async with asyncio.timeout(PACE_TIMEOUT):
                waits = await self._fcall("pace", keys, [_now_ms(), per_seconds * 1000 // burst, burst])
        except LOST:
            self._away_until = time.monotonic() + AWAY_SECONDS
            return [0] * len(ballots)
        return [-(-int(wait) // 1000) for wait in waits]

    async def put(self, award: int, board: Board, batches: Iterable[UUID]) -> None:
        seen = [str(batch) for batch in batches]
        fields: list[str | int] = ["epoch", uuid4().hex, "rows", board.rows, "ballots", board.ballots]
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

    async def daily_key(self) -> bytes | None:
        made = secrets.token_hex(32)
        try:
            kept = await self._redis.set("daily-key", made, nx=True, get=True, ex=86_400)
        except LOST:
            return None
        return bytes.fromhex(str(kept or made))

    async def watch(self, device: str, episode: int, session: str, spans: Iterable[tuple[int, int]]) -> int | None:
        arguments: list[str | int] = [episode, session, *(second for span in spans for second in span)]
        key = f"watch:{{{device}}}"
        try:
            return await self._call("watch", (key, f"{key}:{episode}"), arguments)
        except LOST:
            return None

    async def watched(self, device: str) -> dict[int, int] | None:
        try:
            fields = await self._redis.hgetall(f"watch:{{{device}}}")
        except LOST:
            return None
        counted = cast("dict[str, str]", fields)
        return {int(name[2:]): int(seconds) for name, seconds in counted.items() if name.startswith("e:")}

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

    async def _call(self, function: str, keys: Sequence[str], arguments: Sequence[str | int]) -> int:
        return int(await self._fcall(function, keys, arguments))

    async def _fcall(self, function: str, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """One Function call; a Redis that has lost the library, after a restart or a flush, is given it again.

        Names carry the library's version, so that two versions of this service can run beside each other.
        """
        name = f"{function}_{VERSION}"
        try:
            return await self._redis.fcall(name, len(keys), *keys, *map(str, arguments))
        except ResponseError as error:
            if "function not found" not in str(error).lower():
                raise
            await self._redis.function_load(LIBRARY, replace=True)
            log.info("functions loaded", version=VERSION)
            return await self._redis.fcall(name, len(keys), *keys, *map(str, arguments))


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
