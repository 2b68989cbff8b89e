"""Processes whose clocks are minutes apart share one Redis: what they keep there goes by its clock."""

import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import msgspec
import pytest

from api.live import BatchChange, Board, Change, OwnVote, RedisLive

MINUTES = 11 * 60 * 10**9


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[RedisLive]:
    live = RedisLive(redis_url)
    yield live
    await live.close()


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """This process's clock is eleven minutes ahead until the patch is undone."""
    right = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: right() + MINUTES)
    return monkeypatch


async def test_taps_do_not_wait_for_a_process_ahead_of_time(live: RedisLive, ahead: pytest.MonkeyPatch) -> None:
    own = (OwnVote(7, 1, 1, "{}"),)
    await live.apply(1, [msgspec.structs.replace(one_vote(1, uuid4()), own=own)])
    ahead.undo()

    assert (await live.apply(1, [msgspec.structs.replace(one_vote(1, uuid4()), own=own)])).fast == {}


async def test_limit_does_not_grow_by_a_process_ahead_of_time(live: RedisLive, ahead: pytest.MonkeyPatch) -> None:
    await live.limit("mail", burst=5, per_seconds=60, fail_open=False)
    ahead.undo()

    await live.limit("mail", burst=5, per_seconds=60, fail_open=False)


async def test_batch_counts_once_also_when_a_process_ahead_of_time_was_between(
    live: RedisLive, monkeypatch: pytest.MonkeyPatch
) -> None:
    award, first, right = 1, uuid4(), time.time_ns
    await live.put(award, await live.begin_recount(award), Board(rows=0, ballots=0, entries=()), [])

    await live.apply(award, [one_vote(award, first)])
    monkeypatch.setattr(time, "time_ns", lambda: right() + MINUTES)
    await live.apply(award, [one_vote(award, uuid4())])
    monkeypatch.undo()

    assert (await live.apply(award, [one_vote(award, first)])).outcome == "known"


def one_vote(award: int, batch: UUID) -> BatchChange:
    return BatchChange(batch=batch, award=award, rows=1, ballots=1, changes=(Change(1, 1, 5),))
