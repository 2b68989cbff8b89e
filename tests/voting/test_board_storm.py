"""Everything that can go wrong between the ledger and Redis, many times over and always alike: one check puts it right.

Calls are made twice, late, in any order or not at all, Redis loses everything in the middle of a rebuild, two processes
store votes of one ballot at once, ballots are put under review. What voters read of their own votes is held to the same.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from api.db import Pool
from api.live import BatchChange, Board, RedisLive
from api.voting import board, rules, service
from api.voting.batcher import Batcher
from tests import builders

FAST, LONG, BATCH = 100, 1_000, 20
KEY = b"a key of the tests"
NEVER_CALLED = 0.2
KINDS = {"stars": (1, 5), "approval": (0, 3), "ranking": (1, 3)}
VOID = """
INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, channel, receipt)
SELECT $1, $2, award_id, ballot, question, max(revision) + 1, 2, 1, $3 FROM vote_event
WHERE award_id = $4 AND ballot = $5 GROUP BY award_id, ballot, question ORDER BY question LIMIT 1
"""
LEDGER = """
SELECT ballot, idem FROM (
  SELECT DISTINCT ON (ballot, question) ballot, question, idem, kind FROM vote_event WHERE award_id = $1
  ORDER BY ballot, question, revision DESC) v
WHERE kind = 1
"""


class SlowLive(RedisLive):
    """What a read of the ledger found reaches Redis when it is told to, or at once where nobody asked it to wait."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.slow = False
        self.late: list[tuple[Any, ...]] = []

    async def keep_votes(self, *given: Any) -> None:
        if self.slow:
            self.late.append(given)
        else:
            await super().keep_votes(*given)

    async def arrive(self, which: int) -> None:
        await super().keep_votes(*self.late.pop(which))


@pytest.fixture
async def live(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlowLive]:
    monkeypatch.setattr(board, "SETTLE", (0.0,))  # in the calm nothing is on its way any more
    live = SlowLive(redis_url)
    yield live
    await live.close()


class Storm:
    """One award, two processes, and what is still on its way to Redis."""

    def __init__(self, pool: Pool, live: SlowLive, dice: random.Random) -> None:
        self.pool, self.live, self.dice = pool, live, dice
        self.award, self.kind = 0, dice.choice(sorted(KINDS))
        self.entries: list[int] = []
        self.ballots: list[int] = []
        self.calls: list[BatchChange] = []
        #: Reads of the ledger whose answers have not reached Redis yet.
        self.recounts: list[board.Count] = []
        self.never_called = dice.choice((0.0, NEVER_CALLED))
        rare = [self.begin_rebuild, self.end_rebuild, self.lose_everything, self.review, self.void]
        #: Not every storm has everything in it: one trouble may hide another.
        self._rare = dice.sample(rare, dice.randint(0, len(rare)))
        self._processes = [Batcher(pool, self._committed) for _ in range(2)]

    async def open(self) -> None:
        least, most = KINDS[self.kind]
        async with self.pool.acquire() as db:
            self.award = await builders.an_award(db, kind=self.kind, min_value=least, max_value=most)
            self.entries = [await builders.an_entry(db, self.award) for _ in range(3)]
            self.ballots = [await builders.a_ballot(db, self.award) for _ in range(5)]
        for process in self._processes:
            process.start()

    async def close(self) -> None:
        for process in self._processes:
            await process.close()

    def _committed(self, changes: list[BatchChange]) -> None:
        for change in changes:
            if self.dice.random() >= self.never_called:
                self.calls += [change, change]

    def _cast(self) -> rules.Cast:
        question, value, choices = 0, None, None
        if self.kind == "stars":
            question, value = self.dice.choice(self.entries), self.dice.randint(1, 5)
        else:
            least = KINDS[self.kind][0]
            choices = tuple(self.dice.sample(self.entries, self.dice.randint(least, 3)))
        return rules.Cast(
            id=uuid4(), award=self.award, ballot=self.dice.choice(self.ballots), question=question, value=value,
            choices=choices, channel=1, receipt=rules.new_receipt(),
        )  # fmt: skip

    async def vote(self) -> None:
        """Some votes at once, by both processes; one that both want to store first may be refused for now."""
        casts = [self._cast() for _ in range(self.dice.randint(1, 6))]
        await asyncio.gather(*(self.dice.choice(self._processes).store(cast) for cast in casts), return_exceptions=True)

    async def call(self) -> None:
        if self.calls:
            change = self.calls.pop(self.dice.randrange(len(self.calls)))
            if (await self.live.apply(change.award, [change])).outcome == "missing" and self.dice.random() < 0.5:
                await self.rebuild()

    async def rebuild(self) -> None:
        async with self.pool.acquire() as db:
            await board.rebuild(db, self.live, self.award, why="missing")

    async def begin_rebuild(self) -> None:
        async with self.pool.acquire() as db:
            counted = await board.count(db, self.live, self.award)
            assert counted is not None
            self.recounts.append(counted)

    async def end_rebuild(self) -> None:
        if self.recounts:
            count = self.recounts.pop(self.dice.randrange(len(self.recounts)))
            await self.live.put(self.award, count.begun, count.counted, count.counted.batches)

    async def lose_everything(self) -> None:
        await self.live.forget()

    async def read_own(self) -> None:
        self.live.slow = self.dice.random() < 0.5
        await self.own(self.dice.choice(self.ballots))
        self.live.slow = False

    async def end_read(self) -> None:
        if self.live.late:
            await self.live.arrive(self.dice.randrange(len(self.live.late)))

    async def review(self) -> None:
        await self.pool.execute(
            "UPDATE ballot SET quarantined_at = CASE WHEN quarantined_at IS NULL THEN now() END WHERE id = $1",
            self.dice.choice(self.ballots),
        )

    async def void(self) -> None:
        ballot = self.dice.choice(self.ballots)
        await self.pool.execute(VOID, uuid4(), uuid4(), rules.new_receipt(), self.award, ballot)

    async def step(self) -> None:
        often = [self.vote] * 5 + [self.call] * 7 + [self.read_own, self.read_own, self.end_read]
        await self.dice.choice([*often, *self._rare])()

    async def calm(self) -> None:
        """What was on its way arrives, in any order; then the one check."""
        while self.recounts:
            await self.end_rebuild()
        while self.calls:
            await self.call()
        while self.live.late:
            await self.end_read()
        async with self.pool.acquire() as db:
            await board.check(db, self.live, self.award)

    async def own(self, ballot: int) -> set[str]:
        token = rules.sign_ballot(KEY, rules.Ballot(self.award, ballot, "device"))
        mine = await service.my_votes(self.pool, self.live, self.award, token, secret=KEY)
        return {str(vote.id) for vote in mine.votes}


async def shown(storm: Storm) -> Board | None:
    found = await storm.live.board(storm.award)
    return found and msgspec.structs.replace(found, entries=tuple(each for each in found.entries if each.votes))


async def weather(pool: Pool, live: SlowLive, seed: int) -> None:
    storm = Storm(pool, live, random.Random(seed))
    await storm.open()
    for _ in range(40):
        await storm.step()
    await storm.calm()

    async with pool.acquire() as db:
        counted = await board.recount(db, storm.award)
    ledger: dict[int, set[str]] = {ballot: set() for ballot in storm.ballots}
    for row in await pool.fetch(LEDGER, storm.award):
        ledger[row["ballot"]].add(str(row["idem"]))
    expected = Board(rows=counted.rows, ballots=counted.ballots, entries=counted.entries)
    assert await shown(storm) == expected, seed
    for _ in range(2):  # from the ledger, then from Redis
        assert {ballot: await storm.own(ballot) for ballot in storm.ballots} == ledger, seed
    await storm.close()


@pytest.mark.parametrize("batch", range(FAST // BATCH))
async def test_one_check_after_a_storm_puts_the_board_right(pool: Pool, live: SlowLive, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        await weather(pool, live, seed)


@pytest.mark.long
@pytest.mark.parametrize("batch", range(FAST // BATCH, LONG // BATCH))
async def test_one_check_after_any_storm_puts_the_board_right(pool: Pool, live: SlowLive, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        await weather(pool, live, seed)
