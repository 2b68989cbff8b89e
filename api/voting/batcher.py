"""The micro-batcher: what is waiting becomes one INSERT and one COMMIT. A tick goes out only after that COMMIT.

Two lanes, each with a connection and at most one statement under way; a ballot always takes the same lane, so two of
its votes never race here. Where two processes store for the same ballot at once, a key decides and the one who lost
tries once more. Full lanes refuse at once instead of letting the wait grow.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Protocol
from uuid import UUID

import asyncpg
import structlog
import uuid_utils.compat as uuids

from api import errors
from api.db import Connection, Pool, fetch_all
from api.metrics import BATCH_ROWS, BATCH_SECONDS, VOTES_ACKED, VOTES_REFUSED
from api.voting import rules
from api.voting.queries import Q
from api.voting.schemas import VoteReceipt

log = structlog.get_logger("batcher")
LANES = 2
BATCH_LIMIT = 512
LANE_LIMIT = 2_500
#: Taps of one ballot, counted by Redis: far more than a person makes, far fewer than a script.
TAPS, TAP_SECONDS = 30, 60
OnStored = Callable[[UUID, list[rules.Stored]], Awaitable[None] | None]
Answer = VoteReceipt | errors.FestivalError


class Pace(Protocol):
    """What the batcher asks of Redis, once per award and batch."""

    async def pace(self, award: int, ballots: list[int], *, burst: int, per_seconds: int) -> list[int]: ...


class Batcher:
    """Takes votes, answers each after the COMMIT of its batch."""

    def __init__(self, pool: Pool, on_stored: OnStored, pace: Pace | None = None) -> None:
        self._pool = pool
        self._on_stored = on_stored
        self._pace = pace
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

    async def store(self, cast: rules.Cast) -> VoteReceipt:
        """The receipt of this vote, or the error that says why it was not stored."""
        lane = self._lanes[cast.ballot % LANES]
        if lane.closing or len(lane.waiting) >= LANE_LIMIT:
            VOTES_REFUSED.labels("voting-busy").inc()
            raise errors.VotingBusy(retry_after=1)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        lane.waiting.append((cast, answer))
        lane.wake.set()
        outcome = await answer
        if isinstance(outcome, errors.FestivalError):
            VOTES_REFUSED.labels(outcome.code).inc()
            raise outcome
        VOTES_ACKED.inc()
        return outcome

    async def _run(self, lane: "_Lane") -> None:
        while lane.waiting or not lane.closing:
            if not lane.waiting:
                lane.wake.clear()
                await lane.wake.wait()
                continue
            taken = lane.take()
            try:
                answers = await self._answer([cast for cast, _ in taken])
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("batch failed", rows=len(taken), error=type(error).__name__)
                answers = {cast.id: errors.Unavailable(retry_after=1) for cast, _ in taken}
            for cast, answer in taken:
                if not answer.done():
                    answer.set_result(answers[cast.id])

    async def _answer(self, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        answers = await self._too_many(casts)
        fitting = [cast for cast in casts if cast.id not in answers] if answers else casts
        if fitting:
            answers |= await self._store_batch(fitting)
        return answers

    async def _too_many(self, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        """Those whose ballots tap faster than people do."""
        if self._pace is None:
            return {}
        refused: dict[UUID, Answer] = {}
        for award, group in by_award(casts).items():
            ballots = [cast.ballot for cast in group]
            waits = await self._pace.pace(award, ballots, burst=TAPS, per_seconds=TAP_SECONDS)
            refused |= {
                cast.id: errors.TooManyRequests(retry_after=wait)
                for cast, wait in zip(group, waits, strict=True)
                if wait
            }
        return refused

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
        if stored:
            told = self._on_stored(batch, stored)
            if told is not None:
                await told
        return {row.id: rules.to_receipt(row) for row in stored}


class _Lane:
    def __init__(self) -> None:
        self.waiting: deque[tuple[rules.Cast, asyncio.Future[Answer]]] = deque()
        self.wake = asyncio.Event()
        self.closing = False

    def take(self) -> list[tuple[rules.Cast, asyncio.Future[Answer]]]:
        waiting = list(self.waiting)
        taken, left = rules.take_batch([cast for cast, _ in waiting], BATCH_LIMIT)
        self.waiting = deque(waiting[position] for position in left)
        return [waiting[position] for position in taken]


def by_award(casts: list[rules.Cast]) -> dict[int, list[rules.Cast]]:
    groups: dict[int, list[rules.Cast]] = {}
    for cast in casts:
        groups.setdefault(cast.award, []).append(cast)
    return groups


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
    return {
        cast.id: rules.settle(cast, known[cast.id]) if cast.id in known else errors.BallotInvalid() for cast in casts
    }
