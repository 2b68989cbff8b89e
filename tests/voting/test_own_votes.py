"""What a voter is told of their own votes, where Redis has heard less than the ledger."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from api.db import Pool
from api.live import OwnVote, RedisLive
from api.voting import board, rules, service
from api.voting.batcher import Batcher
from tests import builders

KEY = b"a key of the tests"


class Voter:
    """One ballot in one award, whose board is there."""

    def __init__(self, pool: Pool, live: RedisLive, award: int, ballot: int, entry: int) -> None:
        self.pool, self.live, self.award, self.ballot, self.entry = pool, live, award, ballot, entry

    async def vote(self, value: int) -> None:
        """Stored, and Redis hears nothing of it."""
        batcher = Batcher(self.pool, lambda changes: None)
        batcher.start()
        await batcher.store(
            rules.Cast(
                id=uuid4(), award=self.award, ballot=self.ballot, question=self.entry, value=value, choices=None,
                channel=1, receipt=rules.new_receipt(),
            )
        )  # fmt: skip
        await batcher.close()

    async def void(self) -> None:
        await self.pool.execute(
            "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, channel, receipt)"
            " VALUES ($1, $2, $3, $4, $5, 2, 2, 1, $6)",
            uuid4(), uuid4(), self.award, self.ballot, self.entry, rules.new_receipt(),
        )  # fmt: skip

    async def rebuild(self) -> None:
        async with self.pool.acquire() as db:
            await board.rebuild(db, self.live, self.award, why="test")

    async def told(self) -> list[int | None]:
        token = rules.sign_ballot(KEY, rules.Ballot(self.award, self.ballot, "device"))
        mine = await service.my_votes(self.pool, self.live, self.award, token, secret=KEY)
        return [vote.value for vote in mine.votes]


@pytest.fixture
async def voter(pool: Pool, redis_url: str) -> AsyncIterator[Voter]:
    live = RedisLive(redis_url)
    async with pool.acquire() as db:
        award = await builders.an_award(db)
        voter = Voter(pool, live, award, await builders.a_ballot(db, award), await builders.an_entry(db, award))
    await voter.rebuild()
    yield voter
    await live.close()


async def test_voided_vote_is_not_told_again(voter: Voter) -> None:
    await voter.vote(4)
    assert await voter.told() == [4]

    await voter.void()
    await voter.rebuild()

    assert [await voter.told(), await voter.told()] == [[], []]


async def test_votes_read_before_a_rebuild_are_not_taken_for_all_after_it(voter: Voter) -> None:
    """The board that has seen a vote does not take it again, so an older read must not count as complete."""
    before = await voter.live.own_votes(voter.award, voter.ballot)
    await voter.vote(4)
    await voter.rebuild()

    await voter.live.keep_votes(voter.award, voter.ballot, before.epoch or b"", [])

    assert await voter.told() == [4]


async def test_votes_read_from_the_ledger_are_told_by_redis_the_next_time(voter: Voter) -> None:
    await voter.vote(4)
    await voter.told()

    found = await voter.live.own_votes(voter.award, voter.ballot)

    assert len(found.votes or []) == 1


async def test_newer_vote_stays_when_an_older_read_arrives(voter: Voter) -> None:
    before = await voter.live.own_votes(voter.award, voter.ballot)
    newer, older = (OwnVote(voter.ballot, voter.entry, revision, "{}" * revision) for revision in (2, 1))
    assert before.epoch is not None

    await voter.live.keep_votes(voter.award, voter.ballot, before.epoch, [newer])
    await voter.live.keep_votes(voter.award, voter.ballot, before.epoch, [older])

    assert (await voter.live.own_votes(voter.award, voter.ballot)).votes == [b"{}{}"]
