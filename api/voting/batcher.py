"""The micro-batcher: what is waiting becomes one INSERT and one COMMIT. A tick goes out only after that COMMIT.

Two lanes, each with a connection and at most one statement under way; a ballot always takes the same lane, so two of
its votes never race here. Where two processes store for the same ballot at once, a key decides and the one who lost
tries once more. Full lanes refuse at once instead of letting the wait grow.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
import structlog
import uuid_utils.compat as uuids

from api import errors
from api.db import Connection, Pool, fetch_all
from api.live import BatchChange
from api.metrics import BATCH_ROWS, BATCH_SECONDS, VOTE_SECONDS, VOTES_ACKED, VOTES_REFUSED
from api.voting import rules
from api.voting.pace import Pace
from api.voting.queries import Q

log = structlog.get_logger("batcher")
LANES = 2
BATCH_LIMIT = 512
#: For the lanes' connections: the statement's plan does not depend on its values, so it is made once.
LEDGER_SETTINGS = {"plan_cache_mode": "force_generic_plan"}
LANE_LIMIT = 2_500
#: Hears what each committed batch means for the boards.
OnStored = Callable[[list[BatchChange]], None]
#: A VoteReceipt as JSON, written once for the voter and for what Redis keeps; or why there is none.
Answer = bytes | errors.FestivalError


class Batcher:
    """Takes votes, answers each after the COMMIT of its batch."""

    def __init__(self, pool: Pool, on_stored: OnStored, pace: Pace | None = None) -> None:
        self._pool = pool
        self._on_stored = on_stored
        self._pace = pace or Pace()
        self._lanes = [_Lane() for _ in range(LANES)]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(lane), name="vote-lane") for lane in self._lanes]

    async def close(self) -> None:
        """Store what is waiting, then stop."""
        for lane in self._lanes:
            lane.closing = True
            lane.wake.set()
        await asyncio.gather(*self._tasks)

    async def store(self, cast: rules.Cast) -> bytes:
        """The receipt of this vote as JSON, or the error that says why it was not stored."""
        lane = self._lanes[cast.ballot % LANES]
        if lane.closing or len(lane.waiting) >= LANE_LIMIT:
            raise _counted(errors.VotingBusy(retry_after=1))
        if wait := self._pace.wait(cast.ballot):
            raise _counted(errors.TooManyRequests(retry_after=wait))
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        lane.waiting.append(_Waiting(cast, answer, perf_counter()))
        lane.wake.set()
        outcome = await answer
        if isinstance(outcome, errors.FestivalError):
            raise _counted(outcome)
        return outcome

    async def _run(self, lane: "_Lane") -> None:
        while lane.waiting or not lane.closing:
            if not lane.waiting:
                lane.wake.clear()
                await lane.wake.wait()
                continue
            taken = lane.take()
            try:
                answers = await self._store_batch([waiting.cast for waiting in taken])
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("batch failed", rows=len(taken), error=type(error).__name__)
                answers = {waiting.cast.id: errors.Unavailable(retry_after=1) for waiting in taken}
            for waiting in taken:
                if not waiting.answer.done():
                    waiting.answer.set_result(answers[waiting.cast.id])
            VOTE_SECONDS.observe(perf_counter() - taken[0].since)

    async def _store_batch(self, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        async with self._pool.acquire() as db:
            answers = await self._store(db, casts)
            rest = [cast for cast in casts if cast.id not in answers]
            if rest:
                answers |= await explain(db, rest)
            raced = [cast for cast in rest if isinstance(answers[cast.id], errors.Unavailable)]
            if raced:
                answers |= await self._store(db, raced)
        return answers

    async def _store(self, db: Connection, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        batch, started = UUID(str(uuids.uuid7())), perf_counter()
        stored = await fetch_all(db, Q["store_votes"], batch, *columns_of(casts), into=rules.Stored)
        BATCH_SECONDS.observe(perf_counter() - started)
        BATCH_ROWS.observe(len(casts))
        VOTES_ACKED.inc(len(stored))
        answered = [(row, msgspec.json.encode(rules.to_receipt(row))) for row in stored]
        if answered:
            self._on_stored(rules.changes_of(batch, answered))
        return {row.id: receipt for row, receipt in answered}


class _Waiting(NamedTuple):
    cast: rules.Cast
    answer: asyncio.Future[Answer]
    since: float


class _Lane:
    def __init__(self) -> None:
        self.waiting: list[_Waiting] = []
        self.wake = asyncio.Event()
        self.closing = False

    def take(self) -> list[_Waiting]:
        waiting = self.waiting
        taken, left = rules.take_batch([each.cast for each in waiting], BATCH_LIMIT)
        self.waiting = [waiting[position] for position in left]
        return [waiting[position] for position in taken] if left else waiting


def _counted(error: errors.FestivalError) -> errors.FestivalError:
    VOTES_REFUSED.labels(error.code).inc()
    return error


def columns_of(casts: list[rules.Cast]) -> tuple[list[object], ...]:
    return (
        [cast.id for cast in casts],
        [cast.award for cast in casts],
        [cast.ballot for cast in casts],
        [cast.question for cast in casts],
        [cast.value for cast in casts],
        [as_text(cast.choices) for cast in casts],
        [cast.channel for cast in casts],
        [cast.receipt for cast in casts],
    )


def as_text(choices: tuple[int, ...] | None) -> str | None:
    return None if choices is None else ",".join(map(str, choices))


async def explain(db: Connection, casts: list[rules.Cast]) -> dict[UUID, Answer]:
    ids, awards, ballots, questions, _, choices, *_ = columns_of(casts)
    rows = await fetch_all(db, Q["explain_votes"], ids, awards, ballots, questions, choices, into=rules.Known)
    known = {row.id: row for row in rows}
    return {cast.id: _settle(cast, known.get(cast.id)) for cast in casts}


def _settle(cast: rules.Cast, known: rules.Known | None) -> Answer:
    settled = errors.BallotInvalid() if known is None else rules.settle(cast, known)
    return settled if isinstance(settled, errors.FestivalError) else msgspec.json.encode(settled)
