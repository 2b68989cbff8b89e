"""The micro-batcher: what is waiting becomes one INSERT and one COMMIT. A tick goes out only after that COMMIT.

One statement is under way at a time; what arrives meanwhile is the next one's, so batches grow with the rush and two
votes of one ballot never race here. Where two processes store for the same ballot at once, a key decides and the one
who lost is told to send again. A full queue refuses at once instead of letting the wait grow.
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
from api.db import COMMAND_TIMEOUT, GONE, Connection, Pool, fetch_all
from api.live import BatchChange
from api.metrics import BATCH_ROWS, BATCH_SECONDS, VOTE_SECONDS, VOTES_ACKED, VOTES_REFUSED, VOTES_WAITING
from api.voting import rules
from api.voting.pace import Pace
from api.voting.queries import Q

log = structlog.get_logger("batcher")
BATCH_LIMIT = 512
WAITING_LIMIT = 5_000
#: Hears what each committed batch means for the boards.
OnStored = Callable[[list[BatchChange]], None]
#: A VoteReceipt as JSON, written once for the voter and for what Redis keeps; or why there is none.
Answer = bytes | errors.FestivalError
#: Called once for each vote taken, after the COMMIT of its batch.
OnAnswer = Callable[[Answer], None]


class Batcher:
    """Takes votes, answers each after the COMMIT of its batch."""

    def __init__(self, pool: Pool, on_stored: OnStored, pace: Pace | None = None) -> None:
        self._pool = pool
        self._on_stored = on_stored
        self._pace = pace or Pace()
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="votes")
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Whatever broke it, the next vote is stored: a process that takes votes and stores none is worse than dead."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("batcher failed", exc_info=error)
            self.start()

    async def close(self) -> None:
        """Store what is waiting, then stop."""
        self._closing = True
        self._wake.set()
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    def take(self, cast: rules.Cast, on_answer: OnAnswer) -> None:
        """Queue a vote; refused at once where too many wait, or where its ballot votes faster than people do."""
        if self._closing or len(self._waiting) >= WAITING_LIMIT:
            raise _counted(errors.VotingBusy(retry_after=1))
        if wait := self._pace.wait(cast.ballot):
            raise _counted(errors.TooManyRequests(retry_after=wait))
        self._waiting.append(_Waiting(cast, on_answer, perf_counter()))
        self._wake.set()

    async def store(self, cast: rules.Cast) -> bytes:
        """The receipt of this vote as JSON, or the error that says why it was not stored."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.take(cast, lambda outcome: None if answer.done() else answer.set_result(outcome))
        outcome = await answer
        if isinstance(outcome, errors.FestivalError):
            raise outcome
        return outcome

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            taken, answers = self._take(), dict[UUID, Answer]()
            VOTES_WAITING.set(len(taken) + len(self._waiting))
            try:
                answers = await self._store_batch([waiting.cast for waiting in taken])
            except GONE as error:
                log.error("batch failed", rows=len(taken), error=type(error).__name__)
                taken = taken + self._take_late()
            finally:
                for waiting in taken:
                    waiting.tell(answers.get(waiting.cast.id) or errors.Unavailable(retry_after=1))
            VOTE_SECONDS.observe(perf_counter() - taken[0].since)
            VOTES_WAITING.set(len(self._waiting))

    def _take(self) -> list["_Waiting"]:
        waiting = self._waiting
        taken, left = rules.take_batch([each.cast for each in waiting], BATCH_LIMIT)
        self._waiting = [waiting[position] for position in left]
        return [waiting[position] for position in taken] if left else waiting

    def _take_late(self) -> list["_Waiting"]:
        """Where the database does not answer, nobody waits for their turn longer than one waits for an answer."""
        since = perf_counter() - COMMAND_TIMEOUT.total_seconds()
        late = [each for each in self._waiting if each.since < since]
        self._waiting = [each for each in self._waiting if each.since >= since]
        return late

    async def _store_batch(self, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        async with self._pool.acquire() as db:
            answers = await self._store(db, casts)
            if len(answers) < len(casts):
                answers |= await explain(db, [cast for cast in casts if cast.id not in answers])
        return answers

    async def _store(self, db: Connection, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        batch, started = UUID(str(uuids.uuid7())), perf_counter()
        try:
            rows = await db.fetch(Q["store_votes"], batch, *columns_of(casts))
        except asyncpg.UniqueViolationError:
            return await self._store_halves(db, casts)
        BATCH_SECONDS.observe(perf_counter() - started)
        BATCH_ROWS.observe(len(casts))
        VOTES_ACKED.inc(len(rows))
        known = {cast.id: cast for cast in casts}
        answered = [(row, receipt_of(row)) for row in (rules.Stored(known[row[0]], *row[1:]) for row in rows)]
        if answered:
            self._on_stored(rules.changes_of(batch, answered))
        return {row.cast.id: receipt for row, receipt in answered}

    async def _store_halves(self, db: Connection, casts: list[rules.Cast]) -> dict[UUID, Answer]:
        """Another process was first with an answer of one of these ballots: find out whose, and store the others."""
        if len(casts) == 1:
            return {}
        middle = len(casts) // 2
        return await self._store(db, casts[:middle]) | await self._store(db, casts[middle:])


class _Waiting(NamedTuple):
    cast: rules.Cast
    on_answer: OnAnswer
    since: float

    def tell(self, answer: Answer) -> None:
        """Whatever becomes of one voter's line, the others of its batch hear their answers."""
        if isinstance(answer, errors.FestivalError):
            _counted(answer)
        try:
            self.on_answer(answer)
        except (RuntimeError, OSError) as error:  # the voter asks again with the same id and hears it then
            log.warning("answer not told", error=type(error).__name__)


def _counted(error: errors.FestivalError) -> errors.FestivalError:
    VOTES_REFUSED.labels(error.code).inc()
    return error


def receipt_of(stored: rules.Stored) -> bytes:
    receipt = stored.cast.receipt if stored.receipts else None
    return msgspec.json.encode(rules.to_receipt(stored.cast, stored.cast_at, receipt))


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
        [cast.exempt for cast in casts],
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
