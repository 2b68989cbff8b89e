"""The live board against the ledger: fed once per batch, rebuilt after any loss."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest

from api import errors
from api.db import Connection, Pool
from api.live import BatchChange, Board, Change, Live, RedisLive, Tally
from api.voting import board, rules
from api.voting.alone import alone
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


async def put(live: Live, award: int, board: Board) -> None:
    assert await live.put(award, await live.begin_recount(award), board, [])


async def start_empty(live: Live, hall: Hall) -> None:
    await put(live, hall.award, Board(rows=0, ballots=0, entries=()))


async def shown(live: Live, hall: Hall) -> Board | None:
    """The live board without entries nobody votes for any more."""
    found = await live.board(hall.award)
    if found is None:
        return None
    return Board(rows=found.rows, ballots=found.ballots, entries=tuple(t for t in found.entries if t.votes))


async def a_count(db: Connection, live: Live, hall: Hall) -> board.Count:
    found = await board.count(db, live, hall.award)
    assert found is not None
    return found


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


async def test_one_reads_much_of_the_ledger_at_a_time_and_boards_wait_for_their_turn(
    hall: Hall, live: RedisLive, pool: Pool
) -> None:
    await hall.vote(40)
    keepers = [board.BoardKeeper(pool, live, lambda _fast: None) for _ in range(2)]
    async with pool.acquire() as db, db.transaction():
        await alone(db)
        for keeper in keepers:
            keeper.take(hall.changes())
        async with pool.acquire() as other:
            assert await board.count(other, live, hall.award) is None
            with pytest.raises(errors.Unavailable):
                await board.read_board(other, live, hall.award)
        await asyncio.sleep(2 * board.AGAIN_AFTER)
        assert await live.board(hall.award) is None

    await asyncio.wait_for(asyncio.gather(*(task for keeper in keepers for task in keeper.feeding)), 10)

    assert await shown(live, hall) == await hall.recount()


async def test_boards_that_wait_for_their_turn_leave_connections_to_requests(live: RedisLive, pool: Pool) -> None:
    halls = [await Hall.open(pool) for _ in range(12)]
    for hall in halls:
        await hall.vote(1)
    keeper = board.BoardKeeper(pool, live, lambda _fast: None)
    async with pool.acquire() as db, db.transaction():
        await alone(db)
        for hall in halls:
            keeper.take(hall.changes())
        await asyncio.sleep(board.AGAIN_AFTER)

        async with asyncio.timeout(2), pool.acquire() as other:
            assert await other.fetchval("SELECT 1") == 1

    await asyncio.wait_for(asyncio.gather(*keeper.feeding), 20)
    for hall in halls:
        assert await shown(live, hall) == await hall.recount()


async def test_board_that_another_process_built_takes_the_batches_it_may_not_have_seen(
    hall: Hall, live: RedisLive, pool: Pool
) -> None:
    await hall.vote(20, seed=1)
    async with pool.acquire() as db:
        count = await a_count(db, live, hall)
    await hall.vote(20, seed=2)
    keeper = board.BoardKeeper(pool, live, lambda _fast: None)
    async with pool.acquire() as db, db.transaction():
        await alone(db)
        keeper.take(hall.changes())
        await asyncio.sleep(2 * board.AGAIN_AFTER)
        await live.put(hall.award, count.begun, count.counted, count.counted.batches)

    await asyncio.wait_for(asyncio.gather(*keeper.feeding), 10)

    assert await shown(live, hall) == await hall.recount()


async def test_batch_the_rebuild_has_seen_is_not_added_again(hall: Hall, live: RedisLive, db: Connection) -> None:
    await hall.vote(50)
    async with hall.pool.acquire() as connection:
        await board.rebuild(connection, live, hall.award, why="test")

    for change in hall.changes():
        assert (await live.apply(hall.award, [change])).outcome == "known"

    assert await shown(live, hall) == await hall.recount()


async def test_batch_applied_while_the_ledger_was_counted_stays_on_the_board(hall: Hall, live: RedisLive) -> None:
    """The recount has not seen it, and who applied it will not come again."""
    await start_empty(live, hall)
    await hall.vote(40, seed=1)
    async with hall.pool.acquire() as db:
        count = await a_count(db, live, hall)
    await hall.vote(40, seed=2)
    for change in hall.changes():
        await live.apply(hall.award, [change])

    assert await live.put(hall.award, count.begun, count.counted, count.counted.batches)

    assert await shown(live, hall) == await hall.recount()
    assert [(await live.apply(hall.award, [change])).outcome for change in hall.changes()] == ["known"] * len(
        hall.changes()
    )


async def test_two_recounts_at_once_each_keep_what_they_have_not_seen(hall: Hall, live: RedisLive) -> None:
    await start_empty(live, hall)
    counts = []
    for seed in range(3):
        async with hall.pool.acquire() as db:
            counts.append(await a_count(db, live, hall))
        await hall.vote(20, seed)
        await live.apply(hall.award, hall.changes())

    for count in (counts[2], counts[0], counts[1]):
        assert await live.put(hall.award, count.begun, count.counted, count.counted.batches)
        assert await shown(live, hall) == await hall.recount()


async def test_recount_that_began_before_a_flush_changes_nothing(hall: Hall, live: RedisLive) -> None:
    """Nobody knows any more what was applied while it counted."""
    await hall.vote(20, seed=1)
    async with hall.pool.acquire() as db:
        old = await a_count(db, live, hall)
        await live.forget()
        await hall.vote(20, seed=2)
        await board.rebuild(db, live, hall.award, why="test")

    assert not await live.put(hall.award, old.begun, old.counted, old.counted.batches)

    assert await shown(live, hall) == await hall.recount()


async def test_check_is_exact_while_votes_arrive(hall: Hall, live: RedisLive) -> None:
    """A batch between the count and the comparison is no drift, and does not hide one."""
    await start_empty(live, hall)
    await hall.vote(40, seed=1)
    lost, *_ = hall.changes()
    await live.apply(hall.award, hall.changes()[1:])
    async with hall.pool.acquire() as db:
        drifted = await a_count(db, live, hall)
        await hall.vote(40, seed=2)
        await live.apply(hall.award, hall.changes()[1:])

        assert await board.settle(live, drifted) is False
        equal = await a_count(db, live, hall)
        await hall.vote(40, seed=3)
        await live.apply(hall.award, hall.changes()[1:])

        assert await board.settle(live, equal) is True

    assert await shown(live, hall) == await hall.recount()
    assert (await live.apply(hall.award, [lost])).outcome == "known"


async def test_votes_on_their_way_to_the_board_are_waited_for(hall: Hall, live: RedisLive) -> None:
    """The recount has seen what the board has not: nothing is built anew, so what voters voted stays known."""
    await start_empty(live, hall)
    await hall.vote(40)
    before = (await live.own_votes(hall.award, hall.ballots[0])).epoch
    async with hall.pool.acquire() as db:
        checking = asyncio.create_task(board.check(db, live, hall.award))
        await asyncio.sleep(0)
        await live.apply(hall.award, hall.changes())

        assert await checking is True

    assert (await live.own_votes(hall.award, hall.ballots[0])).epoch == before


async def test_drift_is_found_and_repaired(hall: Hall, live: RedisLive, pool: Pool) -> None:
    await hall.vote(40)
    await put(live, hall.award, Board(rows=12, ballots=3, entries=(Tally(hall.entries[0], 99, 400),)))

    async with pool.acquire() as db:
        assert await board.check(db, live, hall.award) is False

    assert await shown(live, hall) == await hall.recount()


async def test_drift_is_found_where_the_rows_are_right(hall: Hall, live: RedisLive, pool: Pool) -> None:
    """As after two processes that each took the same ballot for a new one."""
    await hall.vote(40)
    counted = await hall.recount()
    await put(live, hall.award, msgspec.structs.replace(counted, ballots=counted.ballots + 1))

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
