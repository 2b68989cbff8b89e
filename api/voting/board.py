"""The live board: fed by committed batches, checked against the ledger, rebuilt from it. Never what is published."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Literal
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct

from api.db import GONE, Connection, Pool, fetch_one, to_struct
from api.errors import NotFound, Unavailable
from api.live import LOST, BatchChange, Board, Live, Noted, Tally, end
from api.metrics import BOARD_REBUILDS, BOARD_SECONDS
from api.voting.alone import alone, try_alone
from api.voting.queries import Q
from api.voting.schemas import Award, BoardOut, Turnout

log = structlog.get_logger("board")
CHECK_EVERY = 5.0
TELL_EVERY = 0.55  # the board is told at most every half second, see live.lua
AGAIN_AFTER = 0.5
#: What came to a board while it was counted is noted for a minute: a longer count would be in vain.
COUNT_SECONDS = 50.0
#: Who asks for a board that is missing waits so often, so many seconds, for those who build it or read the ledger.
READ_TRIES, READ_AGAIN = 20, 0.1
#: Seconds between two calls of an award, the batches that go into one, and those that may wait.
FEED_EVERY, AT_ONCE = 0.02, 50
WAITING_LIMIT = 1_000
#: Seconds in which what was counted may still be on its way to a board that shows less.
SETTLE = (0.0, 0.1, 1.0)
#: Hears of ballots that vote faster than people do, and the seconds they are to wait.
OnFast = Callable[[Mapping[int, int]], None]


class Recount(Board, frozen=True, kw_only=True):
    """A count of the ledger and the batches it has seen lately."""

    batches: list[UUID]


async def recount(db: Connection, award: int) -> Recount:
    return await fetch_one(db, Q["recount"], award, into=Recount, missing=NotFound())


class Count(Struct, frozen=True, kw_only=True):
    """A recount, and the word by which Redis knows what came after it began."""

    award: int
    begun: str
    counted: Recount


async def count(db: Connection, live: Live, award: int) -> Count | None:
    """A recount for the live board; None while somebody else reads much of the ledger."""
    async with db.transaction():
        return await _count(db, live, award) if await try_alone(db) else None


async def _count(tx: Connection, live: Live, award: int) -> Count:
    begun = await live.begin_recount(award)
    row = await tx.fetchrow(Q["recount"], award, timeout=COUNT_SECONDS)
    if row is None:
        raise NotFound
    return Count(award=award, begun=begun, counted=to_struct(row, Recount))


async def rebuild(db: Connection, live: Live, award: int, *, why: str) -> bool:
    """Put a recount in place of the live board, when those who read much of the ledger now have done.

    After the loss of Redis every process misses every board at once: one counts, and False tells the others that a
    missing board is there by now. Where Redis forgot meanwhile that counting began, the next check does it.
    """
    async with db.transaction():
        await alone(db)
        if why == "missing" and await live.board(award) is not None:
            return False
        counted = await _count(db, live, award)
    await _put(live, counted, why)
    return True


async def _put(live: Live, count: Count, why: str) -> None:
    if await live.put(count.award, count.begun, count.counted, count.counted.batches):
        BOARD_REBUILDS.labels(why).inc()
        log.info("board rebuilt", award=count.award, why=why, rows=count.counted.rows)


async def read_board(db: Connection, live: Live, award: int) -> BoardOut:
    """The live board where Redis has one, else a recount; Unavailable where others read much of the ledger for long."""
    for _ in range(READ_TRIES):
        board = await glance(db, live, award)
        if board is not None:
            return board
        await asyncio.sleep(READ_AGAIN)
    raise Unavailable(retry_after=1)


async def glance(db: Connection, live: Live, award: int) -> BoardOut | None:
    """The same at once: None where there is no live board and others read much of the ledger."""
    board = await live.board(award)
    if board is not None:
        return to_out(award, board, "live")
    async with db.transaction():
        return to_out(award, await recount(db, award), "ledger") if await try_alone(db) else None


def to_out(award: int, board: Board, source: Literal["live", "ledger"]) -> BoardOut:
    return BoardOut(award=award, rows=board.rows, ballots=board.ballots, source=source, entries=board.entries)


async def shown_board(db: Connection, live: Live, award_id: int) -> BoardOut:
    """What the award's own rule lets everyone see while it runs."""
    award = await fetch_one(db, Q["award"], award_id, into=Award, missing=NotFound())
    if award.board == "hidden":
        raise NotFound
    board = await read_board(db, live, award_id)
    if award.board == "open":
        return board
    return BoardOut(award=award_id, rows=board.rows, ballots=board.ballots, source=board.source, entries=())


async def shown_turnout(db: Connection, live: Live, award_id: int) -> Turnout:
    board = await shown_board(db, live, award_id)
    return Turnout(award=award_id, rows=board.rows, ballots=board.ballots)


class BoardKeeper:
    """Feeds the boards behind the voters' backs: no tick waits for it, and what it misses the next check repairs.

    Each award is fed by itself: of a cluster, one server may be away while the others are not.
    """

    def __init__(self, pool: Pool, live: Live, on_fast: OnFast) -> None:
        self._pool, self._live, self._on_fast = pool, live, on_fast
        #: With the moment each was committed.
        self._waiting: dict[int, list[tuple[float, BatchChange]]] = {}
        self._feeding: dict[int, asyncio.Task[None]] = {}
        self._untold: set[int] = set()
        #: Boards wait for their turn one after the other: each holds a connection that requests could use.
        self._building = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._watch(), name="board-check"),
            asyncio.create_task(self._tell(), name="board-tell"),
        ]

    async def close(self) -> None:
        await end([*self._tasks, *self.feeding])

    @property
    def feeding(self) -> list[asyncio.Task[None]]:
        """Each ends when nothing waits for its board any more."""
        return list(self._feeding.values())

    def take(self, changes: list[BatchChange]) -> None:
        for change in changes:
            waiting = self._waiting.setdefault(change.award, [])
            if len(waiting) >= WAITING_LIMIT:
                continue  # Redis has been away for long: the check rebuilds from the ledger
            waiting.append((time.perf_counter(), change))
            if change.award not in self._feeding:
                task = asyncio.create_task(self._feed(change.award), name="board-feed")
                self._feeding[change.award] = task

    async def _feed(self, award: int) -> None:
        """What was committed since the last time, in one call, until nothing waits."""
        waiting = self._waiting[award]
        try:
            while waiting:
                since, changes = waiting[0][0], [change for _, change in waiting[:AT_ONCE]]
                del waiting[:AT_ONCE]
                await self._apply_all(award, changes)
                BOARD_SECONDS.observe(time.perf_counter() - since)
                await asyncio.sleep(FEED_EVERY)
        finally:
            del self._feeding[award]

    async def _apply_all(self, award: int, changes: list[BatchChange]) -> None:
        while True:
            try:
                if await self._apply(award, changes):
                    return
            except (*LOST, *GONE) as error:
                # The same batches again, whether or not they arrived: the board takes each one once.
                log.warning("board not fed", award=award, error=type(error).__name__)
            await asyncio.sleep(AGAIN_AFTER)

    async def _apply(self, award: int, changes: list[BatchChange]) -> bool:
        """False where there was no board to apply to and another process has built one: it may not have seen these."""
        applied = await self._live.apply(award, changes)
        if applied.fast:
            self._on_fast(applied.fast)
        if applied.outcome == "missing":
            async with self._building, self._pool.acquire() as db:
                if not await rebuild(db, self._live, award, why="missing"):
                    return False
        if applied.outcome in ("missing", "quiet"):
            self._untold.add(award)
        return True

    async def _tell(self) -> None:
        """The last word on a board, where it came too soon after the one before."""
        while True:
            await asyncio.sleep(TELL_EVERY)
            for award in list(self._untold):
                try:
                    await self._live.tell_board(award)
                except LOST:
                    continue
                self._untold.discard(award)

    async def _watch(self) -> None:
        while True:
            spent = 0.0
            try:
                for row in await self._pool.fetch(Q["boards_to_check"]):
                    spent += await self._check(row["id"])
            except GONE as error:
                log.warning("boards not checked", error=type(error).__name__)
            # Counting a large ledger takes a while: never more than a twentieth of the time goes into it.
            await asyncio.sleep(max(CHECK_EVERY, 20 * spent))

    async def _check(self, award: int) -> float:
        """The seconds that counting took."""
        try:
            async with self._pool.acquire() as db:
                started = time.monotonic()
                counted = await count(db, self._live, award)
                spent = time.monotonic() - started
            if counted is not None:
                await settle(self._live, counted)
        except LOST as error:
            log.warning("board not checked", award=award, error=type(error).__name__)
            return 0.0
        return spent


async def check(db: Connection, live: Live, award: int) -> bool:
    """Compare the board with the ledger and rebuild it on a difference; True where it was equal or somebody counts."""
    counted = await count(db, live, award)
    return counted is None or await settle(live, counted)


async def settle(live: Live, count: Count) -> bool:
    """Whether the board is the recount and what came after it, once what was on its way is there; else it is made so.

    Votes may arrive all the time: what was applied since the recount began and it has not seen is added to it.
    """
    missing = True
    for patience in SETTLE:
        await asyncio.sleep(patience)
        since = await live.since(count.award, count.begun)
        missing = since is None or since.board is None
        if since is None or since.board is None:
            break
        if plain(since.board) == plain(plus(count.counted, since.batches)):
            return True
    await _put(live, count, "missing" if missing else "drift")
    await live.tell_board(count.award)
    return False


def plus(counted: Recount, applied: Iterable[Noted]) -> Board:
    """What a board shows that took a recount and then those of the batches that it has not seen."""
    seen = set(counted.batches)
    rows, ballots = counted.rows, counted.ballots
    entries = {tally.entry: tally for tally in counted.entries}
    for batch in applied:
        if batch.batch in seen:
            continue
        rows, ballots = rows + batch.rows, ballots + batch.ballots
        for change in batch.changes:
            known = entries.get(change.entry, Tally(change.entry, 0, 0))
            entries[change.entry] = Tally(change.entry, known.votes + change.votes, known.sum + change.sum)
    return Board(rows=rows, ballots=ballots, entries=tuple(entries[entry] for entry in sorted(entries)))


def plain(board: Board) -> Board:
    """Without the entries that nobody votes for any more."""
    return msgspec.structs.replace(board, entries=tuple(tally for tally in board.entries if tally.votes))
