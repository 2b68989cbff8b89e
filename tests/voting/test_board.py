"""The live board against the ledger: fed once per batch, rebuilt after any loss."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest

from api.db import Connection, Pool
from api.live import BatchChange, Board, Change, Live, RedisLive, Tally
from api.voting import board, rules
from api.voting.batcher import Batcher
from tests import builders


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[RedisLive]:
    live = RedisLive(redis_url)
    yield live
    await live.close()


class Hall:
    """An award with three entries and twenty ballots, and what was stored in it."""

    def __init__(self, pool: Pool, award: int, entries: list[int], ballots: list[int]) -> None:
        self.pool, self.award, self.entries, self.ballots = pool, award, entries, ballots
        self.batches: list[list[BatchChange]] = []

    @classmethod
    async def open(cls, pool: Pool) -> "Hall":
        async with pool.acquire() as db:
            award = await builders.an_award(db)
            entries = [await builders.an_entry(db, award) for _ in range(3)]
            ballots = [await builders.a_ballot(db, award) for _ in range(20)]
        return cls(pool, award, entries, ballots)

    async def vote(self, count: int, seed: int = 1) -> None:
        """Random votes, with many changes of mind, stored in batches as they come."""
        dice = random.Random(seed)
        batcher = Batcher(self.pool, self.batches.append)
        batcher.start()
        casts = [
            rules.Cast(
                id=uuid4(), award=self.award, ballot=dice.choice(self.ballots), question=dice.choice(self.entries),
                value=dice.randint(1, 5), choices=None, channel=1, receipt=rules.new_receipt(),
            )
            for _ in range(count)
        ]  # fmt: skip
        await asyncio.gather(*(batcher.store(cast) for cast in casts))
        await batcher.close()

    def changes(self) -> list[BatchChange]:
        return [change for batch in self.batches for change in batch]

    async def recount(self) -> Board:
        async with self.pool.acquire() as db:
            counted = await board.recount(db, self.award)
        return Board(rows=counted.rows, ballots=counted.ballots, entries=counted.entries)


@pytest.fixture
async def hall(pool: Pool) -> Hall:
    return await Hall.open(pool)


async def start_empty(live: Live, hall: Hall) -> None:
    await live.put(hall.award, Board(rows=0, ballots=0, entries=()), [])


async def shown(live: Live, hall: Hall) -> Board | None:
    """The live board without entries nobody votes for any more."""
    found = await live.board(hall.award)
    if found is None:
        return None
    return Board(rows=found.rows, ballots=found.ballots, entries=tuple(t for t in found.entries if t.votes))


async def test_board_fed_by_batches_equals_the_recount(hall: Hall, live: RedisLive) -> None:
    await start_empty(live, hall)
    await hall.vote(300)

    for change in hall.changes():
        assert (await live.apply(hall.award, [change])).outcome in ("told", "quiet")

    assert await shown(live, hall) == await hall.recount()
    assert len(hall.batches) < 300


async def test_batches_sent_twice_and_in_any_order_count_once(hall: Hall, live: RedisLive) -> None:
    await start_empty(live, hall)
    await hall.vote(200)
    changes = hall.changes() * 2
    random.Random(7).shuffle(changes)

    for change in changes:
        await live.apply(hall.award, [change])

    assert await shown(live, hall) == await hall.recount()


async def test_batch_for_a_board_that_is_gone_asks_for_a_rebuild(hall: Hall, live: RedisLive) -> None:
    change = BatchChange(batch=uuid4(), award=hall.award, rows=1, ballots=1, changes=(Change(1, 1, 5),))

    assert (await live.apply(hall.award, [change])).outcome == "missing"
    assert await live.board(hall.award) is None


async def test_flushall_in_the_evening_costs_nothing(hall: Hall, live: RedisLive, pool: Pool) -> None:
    await start_empty(live, hall)
    await hall.vote(100, seed=1)
    await live.forget()
    await hall.vote(100, seed=2)

    async with pool.acquire() as db:
        assert await board.check(db, live, hall.award) is False
        assert await board.check(db, live, hall.award) is True

    assert await shown(live, hall) == await hall.recount()


async def test_batch_the_rebuild_has_seen_is_not_added_again(hall: Hall, live: RedisLive, db: Connection) -> None:
    await hall.vote(50)
    async with hall.pool.acquire() as connection:
        await board.rebuild(connection, live, hall.award, why="test")

    for change in hall.changes():
        assert (await live.apply(hall.award, [change])).outcome == "known"

    assert await shown(live, hall) == await hall.recount()


async def test_drift_is_found_and_repaired(hall: Hall, live: RedisLive, pool: Pool) -> None:
    await hall.vote(40)
    await live.put(hall.award, Board(rows=12, ballots=3, entries=(Tally(hall.entries[0], 99, 400),)), [])

    async with pool.acquire() as db:
        assert await board.check(db, live, hall.award) is False

    assert await shown(live, hall) == await hall.recount()


async def test_drift_is_found_where_the_rows_are_right(hall: Hall, live: RedisLive, pool: Pool) -> None:
    """As after two processes that each took the same ballot for a new one."""
    await hall.vote(40)
    counted = await hall.recount()
    await live.put(hall.award, msgspec.structs.replace(counted, ballots=counted.ballots + 1), [])

    async with pool.acquire() as db:
        assert await board.check(db, live, hall.award) is False

    assert await shown(live, hall) == counted


async def test_ballot_under_review_leaves_the_board_by_the_next_check(hall: Hall, live: RedisLive, pool: Pool) -> None:
    await hall.vote(40)
    async with pool.acquire() as db:
        await board.rebuild(db, live, hall.award, why="test")
        await db.execute("UPDATE ballot SET quarantined_at = now() WHERE id = $1", hall.ballots[0])

        assert await board.check(db, live, hall.award) is False
        assert await board.check(db, live, hall.award) is True


async def test_board_is_read_from_the_ledger_when_redis_does_not_answer(hall: Hall, pool: Pool) -> None:
    await hall.vote(30)
    nowhere = RedisLive("redis://127.0.0.1:1/0")

    async with pool.acquire() as db:
        read = await board.read_board(db, nowhere, hall.award)
    await nowhere.close()

    counted = await hall.recount()
    assert (read.source, read.rows, read.entries) == ("ledger", counted.rows, counted.entries)


async def test_void_takes_a_vote_out_of_the_count(hall: Hall, pool: Pool) -> None:
    await hall.vote(1)
    [change] = hall.batches[0]
    await pool.execute(
        "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, channel, receipt)"
        " VALUES ($1, $2, $3, $4, $5, 2, 2, 1, $6)",
        uuid4(), uuid4(), hall.award, change.own[0].ballot, change.own[0].question, rules.new_receipt(),
    )  # fmt: skip

    assert (await hall.recount()).entries == ()
