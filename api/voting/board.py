"""The live board: fed by committed batches, checked against the ledger, rebuilt from it. Never what is published."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Literal
from uuid import UUID

import structlog

from api.db import GONE, Connection, Pool, fetch_one
from api.errors import NotFound
from api.live import LOST, BatchChange, Board, Live, end
from api.metrics import BOARD_REBUILDS
from api.voting.queries import Q
from api.voting.schemas import Award, BoardOut, Turnout

log = structlog.get_logger("board")
CHECK_EVERY = 5.0
TELL_EVERY = 0.55  # the board is told at most every half second, see live.lua
AGAIN_AFTER = 0.5
#: Seconds between two calls, and the batches that go into one.
FEED_EVERY, AT_ONCE = 0.02, 50
WAITING_LIMIT = 1_000
#: Hears of ballots that vote faster than people do, and the seconds they are to wait.
OnFast = Callable[[Mapping[int, int]], None]


class Recount(Board, frozen=True, kw_only=True):
    """A count of the ledger and the batches it has seen lately."""

    batches: list[UUID]


async def recount(db: Connection, award: int) -> Recount:
    return await fetch_one(db, Q["recount"], award, into=Recount, missing=NotFound())


async def rebuild(db: Connection, live: Live, award: int, *, why: str) -> None:
    """Put a recount in place of the live board, with the batches it has seen."""
    counted = await recount(db, award)
    await live.put(award, counted, counted.batches)
    BOARD_REBUILDS.labels(why).inc()
    log.info("board rebuilt", award=award, why=why, rows=counted.rows)


async def read_board(db: Connection, live: Live, award: int) -> BoardOut:
    """The live board where Redis has one, else a recount."""
    board = await live.board(award)
    return to_out(award, await recount(db, award), "ledger") if board is None else to_out(award, board, "live")


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
    """Feeds the boards behind the voters' backs: no tick waits for it, and what it misses the next check repairs."""

    def __init__(self, pool: Pool, live: Live, on_fast: OnFast) -> None:
        self._pool, self._live, self._on_fast = pool, live, on_fast
        self._waiting: asyncio.Queue[BatchChange] = asyncio.Queue(WAITING_LIMIT)
        self._untold: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._feed(), name="board-feed"),
            asyncio.create_task(self._watch(), name="board-check"),
            asyncio.create_task(self._tell(), name="board-tell"),
        ]

    async def close(self) -> None:
        await end(self._tasks)

    def take(self, changes: list[BatchChange]) -> None:
        for change in changes:
            if self._waiting.full():
                return  # Redis has been away for long: the check rebuilds from the ledger
            self._waiting.put_nowait(change)

    async def _feed(self) -> None:
        """What was committed since the last time, in one call per award."""
        while True:
            changes = [await self._waiting.get()]
            while len(changes) < AT_ONCE and not self._waiting.empty():
                changes.append(self._waiting.get_nowait())
            for award in {change.award for change in changes}:
                await self._apply_all(award, [change for change in changes if change.award == award])
            await asyncio.sleep(FEED_EVERY)

    async def _apply_all(self, award: int, changes: list[BatchChange]) -> None:
        while True:
            try:
                await self._apply(award, changes)
                return
            except (*LOST, *GONE) as error:
                # The same batches again, whether or not they arrived: the board takes each one once.
                log.warning("board not fed", award=award, error=type(error).__name__)
                await asyncio.sleep(AGAIN_AFTER)

    async def _apply(self, award: int, changes: list[BatchChange]) -> None:
        applied = await self._live.apply(award, changes)
        if applied.fast:
            self._on_fast(applied.fast)
        if applied.outcome == "missing":
            async with self._pool.acquire() as db:
                await rebuild(db, self._live, award, why="missing")
        if applied.outcome in ("missing", "quiet"):
            self._untold.add(award)

    async def _tell(self) -> None:
        """The last word on a board, where it came too soon after the one before."""
        while True:
            await asyncio.sleep(TELL_EVERY)
            for award in list(self._untold):
                try:
                    await self._live.tell_board(award)
                except LOST:
                    break
                self._untold.discard(award)

    async def _watch(self) -> None:
        while True:
            started = time.monotonic()
            try:
                async with self._pool.acquire() as db:
                    for award in [row["id"] for row in await db.fetch(Q["boards_to_check"])]:
                        await check(db, self._live, award)
            except (*LOST, *GONE) as error:
                log.warning("boards not checked", error=type(error).__name__)
            # Counting a large ledger takes a while: never more than a twentieth of the time goes into it.
            await asyncio.sleep(max(CHECK_EVERY, 20 * (time.monotonic() - started)))


async def check(db: Connection, live: Live, award: int) -> bool:
    """Compare the board with the ledger and rebuild it on a difference; True where it was equal."""
    before = await live.board(award)
    rows = await db.fetchval(Q["count_rows"], award)
    after = await live.board(award)
    if before is not None and after is not None:
        if before.rows != after.rows:
            return True  # votes are arriving this moment and the next check compares again
        if rows == after.rows and is_count(after, await recount(db, award)):
            return True
    await rebuild(db, live, award, why="missing" if after is None else "drift")
    await live.tell_board(award)
    return False


def is_count(board: Board, counted: Board) -> bool:
    """Whether a board shows what was counted, or more has arrived since.

    Its rows alone do not say: two processes may both have counted a ballot as new, and a ballot may have come under
    review while its vote was on its way.
    """
    shown = tuple(each for each in board.entries if each.votes)
    return board.rows != counted.rows or (board.ballots, shown) == (counted.ballots, counted.entries)
