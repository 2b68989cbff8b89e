"""The micro-batcher when the database is away or too much arrives."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from api import errors
from api.db import Pool, open_ledger
from api.voting import batcher as batching
from api.voting import rules
from api.voting.batcher import Batcher
from api.voting.queries import Q
from api.voting.schemas import VoteReceipt
from tests import builders


def nothing_told(_changes: object) -> None:
    """No board is kept here."""


def receipt_of(answer: bytes) -> VoteReceipt:
    return msgspec.json.decode(answer, type=VoteReceipt)


@pytest.fixture
async def batcher(pool: Pool) -> AsyncIterator[Batcher]:
    batcher = Batcher(pool, nothing_told)
    batcher.start()
    yield batcher
    await batcher.close()


async def an_open_award(pool: Pool) -> tuple[int, int, list[int]]:
    async with pool.acquire() as db:
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award)
        return award, entry, [await builders.a_ballot(db, award) for _ in range(8)]


def a_cast(award: int, entry: int, ballot: int) -> rules.Cast:
    return rules.Cast(
        id=uuid4(), award=award, ballot=ballot, question=entry, value=4, choices=None, channel=1,
        receipt=rules.new_receipt(),
    )  # fmt: skip


async def test_votes_that_wait_together_are_stored_together(batcher: Batcher, pool: Pool) -> None:
    award, entry, ballots = await an_open_award(pool)

    await asyncio.gather(*(batcher.store(a_cast(award, entry, ballot)) for ballot in ballots for _ in range(1)))

    assert await pool.fetchval("SELECT count(*) FROM vote_event") == 8
    assert await pool.fetchval("SELECT count(DISTINCT batch) FROM vote_event") <= 2


async def test_full_queue_refuses_at_once_with_a_time_to_come_back(pool: Pool) -> None:
    award, entry, ballots = await an_open_award(pool)
    idle = Batcher(pool, nothing_told)  # not started: nothing leaves its queue
    waiting = [asyncio.create_task(idle.store(a_cast(award, entry, ballots[0]))) for _ in range(batching.WAITING_LIMIT)]
    await asyncio.sleep(0)

    with pytest.raises(errors.VotingBusy) as refusal:
        await idle.store(a_cast(award, entry, ballots[0]))

    assert refusal.value.retry_after == 1
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_failed_batch_is_refused_and_the_same_tap_counts_later(batcher: Batcher, pool: Pool) -> None:
    award, entry, ballots = await an_open_award(pool)
    cast = a_cast(award, entry, ballots[0])
    await pool.execute("ALTER TABLE vote_event RENAME TO vote_event_away")

    with pytest.raises(errors.Unavailable):
        await batcher.store(cast)
    await pool.execute("ALTER TABLE vote_event_away RENAME TO vote_event")
    receipt = await batcher.store(cast)

    assert await pool.fetchval("SELECT receipt FROM vote_event") == receipt_of(receipt).receipt


async def test_closing_stores_what_is_waiting_first(pool: Pool) -> None:
    award, entry, ballots = await an_open_award(pool)
    batcher = Batcher(pool, nothing_told)
    batcher.start()
    votes = [asyncio.create_task(batcher.store(a_cast(award, entry, ballot))) for ballot in ballots]
    await asyncio.sleep(0)

    await batcher.close()

    assert len({receipt_of(receipt).receipt for receipt in await asyncio.gather(*votes)}) == 8
    with pytest.raises(errors.VotingBusy):
        await batcher.store(a_cast(award, entry, ballots[0]))


async def test_voter_who_hangs_up_does_not_take_the_batch_along(batcher: Batcher, pool: Pool) -> None:
    award, entry, ballots = await an_open_award(pool)
    gone = asyncio.create_task(batcher.store(a_cast(award, entry, ballots[0])))
    stays = asyncio.create_task(batcher.store(a_cast(award, entry, ballots[2])))
    await asyncio.sleep(0)

    gone.cancel()

    assert receipt_of(await stays).value == 4
    await asyncio.gather(gone, return_exceptions=True)


@pytest.mark.parametrize("error", [asyncpg.InternalClientError("another operation is in progress"), KeyError("a slip")])
async def test_votes_are_stored_after_any_failure(pool: Pool, error: Exception) -> None:
    """A batcher that ends leaves a process that takes votes and answers none."""
    award, entry, ballots = await an_open_award(pool)
    failures = [error]

    def fail_once(_changes: object) -> None:
        if failures:
            raise failures.pop()

    batcher = Batcher(pool, fail_once)
    batcher.start()
    cast = a_cast(award, entry, ballots[0])

    with pytest.raises(errors.Unavailable):
        await batcher.store(cast)
    receipt = receipt_of(await asyncio.wait_for(batcher.store(cast), 5))

    assert await pool.fetchval("SELECT receipt FROM vote_event") == receipt.receipt
    await batcher.close()


async def test_votes_of_an_empty_ledger_are_planned_as_those_of_a_full_one(database_url: str) -> None:
    ledger = await open_ledger(database_url)
    try:
        async with ledger.acquire() as db:
            await db.execute("VACUUM ANALYZE vote_event")
            types = "uuid, uuid[], bigint[], bigint[], bigint[], smallint[], text[], smallint[], text[], boolean[]"
            await db.execute(f"PREPARE storing ({types}) AS {Q['store_votes']}")
            plan = await db.fetch("EXPLAIN EXECUTE storing (NULL" + ", '{}'" * 9 + ")")
    finally:
        await ledger.close()

    steps = [row[0] for row in plan if "vote_event" in row[0]]
    assert len(steps) >= 5
    assert [step for step in steps if "Seq Scan" in step] == []
