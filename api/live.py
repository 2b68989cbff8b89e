"""The rush, carried by Redis or Valkey: live boards, limits, news between processes. All of it may vanish any time."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Protocol
from uuid import UUID, uuid4

import msgspec
import structlog
from msgspec import Struct
from redis.exceptions import ResponseError

from api import rush
from api.errors import TooManyRequests, Unavailable
from api.metrics import LIMITED

log = structlog.get_logger("live")
_SOURCE = (Path(__file__).parent / "live.lua").read_bytes()
VERSION = hashlib.sha256(_SOURCE).hexdigest()[:8]
LIBRARY = _SOURCE.decode().replace("VERSION", VERSION)
CHANNEL = "tallscreen:news"
LOST = rush.LOST
#: Votes of one ballot: far more than a person makes, far fewer than a script.
TAPS, TAP_SECONDS = 30, 60


class Change(Struct, frozen=True, array_like=True, gc=False):
    """What one entry of the board gains by a batch; negative where a voter changed a vote."""

    entry: int
    votes: int
    sum: int


class OwnVote(Struct, frozen=True, array_like=True, gc=False):
    """A voter's answer to one question as JSON, empty after a void; a higher revision replaces a lower one."""

    ballot: int
    question: int
    revision: int
    vote: str


class OwnVotes(Struct, frozen=True):
    """A ballot's votes as JSON, or None where Redis does not know them all; the board's epoch, None without a board.

    What is read from the ledger instead may be kept for as long as the epoch lasts: batches that the next board has
    seen are not applied to it, so what was read before it is not known to be all.
    """

    votes: list[bytes] | None = None
    epoch: bytes | None = None


class BatchChange(Struct, frozen=True, kw_only=True, gc=False):
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


class Noted(Struct, frozen=True, array_like=True):
    """A batch that was applied while somebody counted the ledger."""

    batch: UUID
    rows: int
    ballots: int
    changes: tuple[Change, ...]


class Since(Struct, frozen=True):
    """The board as it is, None without one, and the batches applied since a recount began."""

    board: Board | None
    batches: tuple[Noted, ...]


Outcome = Literal["missing", "known", "told", "quiet"]
_OUTCOMES: Final[dict[int, Outcome]] = {-1: "missing", 0: "known", 1: "told", 2: "quiet"}


class Applied(Struct, frozen=True):
    """What applying a batch came to: there is no board, the batch was known, it was told, or told too recently.

    `fast` are ballots that vote faster than people do, and the seconds they are to wait.
    """

    outcome: Outcome
    fast: dict[int, int] = {}


class Live(Protocol):
    async def apply(self, award: int, changes: Sequence[BatchChange]) -> Applied:
        """Add committed batches to their board, each once, keep what voters voted, and tell all processes."""

    async def tell_board(self, award: int) -> bool:
        """Tell all processes that the board has changed; False where that was done less than half a second ago."""

    async def own_votes(self, award: int, ballot: int) -> OwnVotes: ...

    async def keep_votes(self, award: int, ballot: int, epoch: bytes, votes: Sequence[OwnVote]) -> None:
        """All votes of a ballot as the ledger had them at this epoch. Newer ones that have come meanwhile stay."""

    async def begin_recount(self, award: int) -> str:
        """Note every batch that is applied from now on; the word by which to ask for them, good for a minute."""

    async def since(self, award: int, begun: str) -> Since | None:
        """The board now and what was applied to it since a recount began; None where that is no longer known."""

    async def put(self, award: int, begun: str, board: Board, batches: Iterable[UUID]) -> bool:
        """A recount in place of the board, with what was applied since it began and it did not see: not `batches`.

        False where that is no longer known, and nothing is changed.
        """

    async def board(self, award: int) -> Board | None:
        """The live board, or None where Redis has none or does not answer."""

    async def limit(self, key: str, *, burst: int, per_seconds: int, fail_open: bool) -> None:
        """Raise TooManyRequests beyond `burst` calls in `per_seconds`; without Redis, nothing or Unavailable.

        The word before the first colon of `key` names the limit in metrics."""

    async def daily_key(self) -> bytes | None:
        """32 random bytes that are forgotten within a day, to hash what must not be kept; None without Redis."""

    async def watch(self, device: str, episode: int, session: str, spans: Iterable[tuple[int, int]]) -> int | None:
        """Credit watched seconds, `(first, last)` of each span; the episode's unique seconds, or None without Redis."""

    async def watched(self, device: str) -> dict[int, int] | None:
        """Unique seconds of each episode on this device; None where Redis does not answer."""

    async def grant(self, device: str, episode: int, spans: Iterable[tuple[int, int]]) -> int | None:
        """Credit seconds that were watched elsewhere and are paid for there; as `watch` otherwise."""

    async def hold(self, place: str, holder: str, *, seconds: int, take: bool = False) -> str | None:
        """Who has the place that only one can have: `holder`, for so long, where nobody else has it or it is taken.

        None where Redis does not answer.
        """

    async def keep(self, key: str, value: bytes, *, seconds: int) -> None:
        """Remember a value for so long. Raises what LOST names."""

    async def kept(self, key: str) -> bytes | None:
        """The value, or None where it is forgotten. Raises what LOST names."""

    async def kept_all(self, keys: Sequence[str]) -> list[bytes | None]:
        """As `kept` of each, in one call: the keys have the same words in braces. Raises what LOST names."""

    async def drop(self, award: int) -> None:
        """Forget everything of one award. Raises what LOST names."""

    def news(self) -> AsyncIterator[str]:
        """Topics told by any process, for as long as the iterator is read; it survives the loss of Redis."""


def _keys(award: int) -> tuple[str, str]:
    """All keys of one award carry it as hash tag, so that a cluster holds them together."""
    return f"board:{{{award}}}", f"batches:{{{award}}}"


def _told_key(award: int) -> str:
    return f"told:{{{award}}}"


def _own_key(award: int) -> str:
    return f"own:{{{award}}}"


def _recent_key(award: int) -> str:
    return f"recent:{{{award}}}"


class RedisLive:
    """Live on one Redis, a cluster or Sentinels. Losing it costs the display, never a vote."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._rush = rush.open_rush(url)
        self._loading: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._loading is not None:
            await end([self._loading])
        await self._rush.close()

    async def forget(self) -> None:
        """Lose everything, functions too: what an operator's FLUSHALL or a replaced server does."""
        await self._rush.empty()

    async def apply(self, award: int, changes: Sequence[BatchChange]) -> Applied:
        packed = msgspec.msgpack.encode(
            [(str(each.batch), each.rows, each.ballots, each.changes, each.own) for each in changes]
        )
        pace = (TAP_SECONDS * 1000 // TAPS, TAPS)
        keys = (*_keys(award), _told_key(award), _own_key(award), _recent_key(award))
        outcome, *fast = await self._fcall("apply_batches", keys, [CHANNEL, f"award:{award}", *pace, packed])
        waits = zip(fast[::2], fast[1::2], strict=True)
        return Applied(_OUTCOMES[int(outcome)], {int(ballot): -(-int(wait) // 1000) for ballot, wait in waits})

    async def tell_board(self, award: int) -> bool:
        return bool(await self._call("tell", (_told_key(award),), [CHANNEL, f"award:{award}"]))

    async def own_votes(self, award: int, ballot: int) -> OwnVotes:
        try:
            found = await self._fcall("own_votes", (_keys(award)[0], _own_key(award)), [ballot])
        except LOST:
            return OwnVotes()
        if found is None:
            return OwnVotes()
        epoch, *votes = found
        return OwnVotes([bytes(vote) for vote in votes[0]] if votes else None, epoch)

    async def keep_votes(self, award: int, ballot: int, epoch: bytes, votes: Sequence[OwnVote]) -> None:
        packed = msgspec.msgpack.encode(votes)
        await self._fcall("keep_votes", (_keys(award)[0], _own_key(award)), [ballot, epoch, packed])

    async def begin_recount(self, award: int) -> str:
        return _text(await self._fcall("begin_recount", (_recent_key(award),), ()))

    async def since(self, award: int, begun: str) -> Since | None:
        found = await self._fcall("since", (_keys(award)[0], _recent_key(award)), [begun])
        if found is None:
            return None
        fields, packed = found
        texts = [_text(each) for each in fields]
        board = _to_board(dict(zip(texts[::2], texts[1::2], strict=True)))
        return Since(board, tuple(msgspec.msgpack.decode(each, type=Noted) for each in packed))

    async def put(self, award: int, begun: str, board: Board, batches: Iterable[UUID]) -> bool:
        seen = [str(batch) for batch in batches]
        fields: list[str | int] = ["epoch", uuid4().hex, "rows", board.rows, "ballots", board.ballots]
        for tally in board.entries:
            fields += [f"v:{tally.entry}", tally.votes, f"s:{tally.entry}", tally.sum]
        keys = (*_keys(award), _recent_key(award))
        return bool(await self._call("set_board", keys, [begun, len(seen), *seen, *fields]))

    async def board(self, award: int) -> Board | None:
        try:
            fields = await self._hash(_keys(award)[0])
        except LOST:
            return None
        return _to_board(fields)

    async def limit(self, key: str, *, burst: int, per_seconds: int, fail_open: bool) -> None:
        try:
            wait = await self._call("limit", (f"limit:{key}",), [per_seconds * 1000 // burst, burst])
        except LOST as error:
            if fail_open:
                return
            raise Unavailable(retry_after=2) from error
        if wait:
            LIMITED.labels(key.partition(":")[0]).inc()
            raise TooManyRequests(retry_after=-(-wait // 1000))

    async def daily_key(self) -> bytes | None:
        made = secrets.token_hex(32)
        try:
            kept = await self._rush.call("daily-key", "SET", "daily-key", made, "NX", "GET", "EX", 86_400, get=True)
        except LOST:
            return None
        return bytes.fromhex(kept.decode() if isinstance(kept, bytes) else made)

    async def watch(self, device: str, episode: int, session: str, spans: Iterable[tuple[int, int]]) -> int | None:
        arguments: list[str | int] = [episode, session, *(second for span in spans for second in span)]
        key = f"watch:{{{device}}}"
        try:
            return await self._call("watch", (key, f"{key}:{episode}"), arguments)
        except LOST:
            return None

    async def grant(self, device: str, episode: int, spans: Iterable[tuple[int, int]]) -> int | None:
        arguments: list[str | int] = [episode, *(second for span in spans for second in span)]
        key = f"watch:{{{device}}}"
        try:
            return await self._call("grant", (key, f"{key}:{episode}"), arguments)
        except LOST:
            return None

    async def hold(self, place: str, holder: str, *, seconds: int, take: bool = False) -> str | None:
        key = f"held:{place}"
        try:
            if take:
                await self._rush.call(key, "SET", key, holder, "EX", seconds)
                return holder
            found = await self._rush.call(key, "SET", key, holder, "NX", "GET", "EX", seconds, get=True)
            there = _text(found) if isinstance(found, bytes | str) else holder
            if there == holder:
                await self._rush.call(key, "EXPIRE", key, seconds)
        except LOST:
            return None
        return there

    async def keep(self, key: str, value: bytes, *, seconds: int) -> None:
        await self._rush.call(f"kept:{key}", "SET", f"kept:{key}", value, "EX", seconds)

    async def kept(self, key: str) -> bytes | None:
        found: bytes | None = await self._rush.call(f"kept:{key}", "GET", f"kept:{key}")
        return found

    async def kept_all(self, keys: Sequence[str]) -> list[bytes | None]:
        if not keys:
            return []
        names = [f"kept:{key}" for key in keys]
        found: list[bytes | None] = await self._rush.call(names[0], "MGET", *names)
        return found

    async def drop(self, award: int) -> None:
        keys = (*_keys(award), _told_key(award), _own_key(award), _recent_key(award))
        await self._rush.call(keys[0], "DEL", *keys)

    async def watched(self, device: str) -> dict[int, int] | None:
        try:
            fields = await self._hash(f"watch:{{{device}}}")
        except LOST:
            return None
        return {int(name[2:]): int(seconds) for name, seconds in fields.items() if name.startswith("e:")}

    async def news(self) -> AsyncIterator[str]:
        while True:
            try:
                async with rush.listening(self._url, CHANNEL) as channel:
                    async for message in channel.listen():
                        if message["type"] == "message":
                            yield _text(message["data"])
            except LOST:
                await asyncio.sleep(1)

    async def _hash(self, key: str) -> dict[str, str]:
        fields: dict[bytes, bytes] = await self._rush.call(key, "HGETALL", key)
        return {_text(name): _text(value) for name, value in fields.items()}

    async def _call(self, function: str, keys: Sequence[str], arguments: Sequence[str | int]) -> int:
        return int(await self._fcall(function, keys, arguments))

    async def _fcall(self, function: str, keys: Sequence[str], arguments: Sequence[str | int | bytes]) -> Any:
        """One Function call; a server that lacks the library, after a restart, a flush or a failover, is given it.

        Names carry the library's version, so that two versions of this service can run beside each other.
        """
        call = ("FCALL", f"{function}_{VERSION}", len(keys), *keys, *arguments)
        try:
            return await self._rush.call(keys[0], *call)
        except ResponseError as error:
            if "function not found" not in str(error).lower():
                raise
            await self._load()
            return await self._rush.call(keys[0], *call)

    async def _load(self) -> None:
        """Once for all calls that wait for it."""
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._rush.load(LIBRARY), name="functions")
            log.info("functions loading", version=VERSION)
        await asyncio.shield(self._loading)


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` until they have ended: the Redis client swallows a cancellation that meets it while connecting."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.1)
    await asyncio.gather(*tasks, return_exceptions=True)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _to_board(fields: Mapping[str, str]) -> Board | None:
    if not fields:
        return None
    entries = sorted(int(name[2:]) for name in fields if name.startswith("v:"))
    return Board(
        rows=int(fields.get("rows", 0)),
        ballots=int(fields.get("ballots", 0)),
        entries=tuple(Tally(entry, int(fields[f"v:{entry}"]), int(fields.get(f"s:{entry}", 0))) for entry in entries),
    )
