"""Everything asked of Redis, asked of one server, of a cluster and of a primary that a Sentinel names: all do the same."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from uuid import uuid4

import pytest

from api import status
from api.errors import TooManyRequests
from api.live import BatchChange, Board, Change, OwnVote, RedisLive, Tally
from tests.redises import Cluster, Watched, running_redis

#: Awards whose keys lie on different servers of a cluster.
AWARDS = range(1, 13)
EMPTY = Board(rows=0, ballots=0, entries=())


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster, None]:
    servers = Cluster(tmp_path_factory.mktemp("cluster"))
    async with running_redis(servers):
        yield servers


@pytest.fixture(scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Watched, None]:
    servers = Watched(tmp_path_factory.mktemp("watched"))
    async with running_redis(servers):
        yield servers


@pytest.fixture(params=["server", "cluster", "sentinel"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "server":
        return str(request.getfixturevalue("valkey"))
    place: Cluster | Watched = request.getfixturevalue("cluster" if request.param == "cluster" else "watched")
    return place.url


@pytest.fixture
async def live(url: str) -> AsyncIterator[RedisLive]:
    live = RedisLive(url)
    await live.forget()
    yield live
    await live.close()


def a_vote(award: int, *, revision: int = 1) -> BatchChange:
    own = (OwnVote(award * 100, 7, revision, f'{{"n":{revision}}}'),)
    return BatchChange(batch=uuid4(), award=award, rows=1, ballots=1, changes=(Change(7, 1, 5),), own=own)


async def put_empty(live: RedisLive, award: int) -> None:
    assert await live.put(award, await live.begin_recount(award), EMPTY, [])


async def test_awards_are_spread_over_the_servers_of_a_cluster(cluster: Cluster) -> None:
    assert {cluster.holder(award) for award in AWARDS} == {0, 1, 2}


async def test_board_of_every_award_takes_each_batch_once(live: RedisLive) -> None:
    for award in AWARDS:
        await put_empty(live, award)
        change = a_vote(award)

        outcomes = [
            (await live.apply(award, [change, a_vote(award)])).outcome,
            (await live.apply(award, [change])).outcome,
        ]

        assert outcomes == ["told", "known"]
    boards = [await live.board(award) for award in AWARDS]
    assert boards == [Board(rows=2, ballots=2, entries=(Tally(7, 2, 10),))] * len(AWARDS)


async def test_board_that_is_not_there_is_missing(live: RedisLive) -> None:
    assert [(await live.apply(award, [a_vote(award)])).outcome for award in AWARDS] == ["missing"] * len(AWARDS)
    assert [await live.board(award) for award in AWARDS] == [None] * len(AWARDS)


async def test_what_was_applied_since_a_recount_began_is_told_and_kept(live: RedisLive) -> None:
    for award in AWARDS:
        await put_empty(live, award)
        seen, later = a_vote(award), a_vote(award)
        await live.apply(award, [a_vote(award)])
        begun = await live.begin_recount(award)
        await live.apply(award, [seen, later])

        since = await live.since(award, begun)
        assert since is not None
        assert [note.batch for note in since.batches] == [seen.batch, later.batch]
        assert since.board == Board(rows=3, ballots=3, entries=(Tally(7, 3, 15),))
        assert await live.put(award, begun, Board(rows=2, ballots=2, entries=(Tally(7, 2, 10),)), [seen.batch])

        assert await live.board(award) == since.board


async def test_batch_without_changes_is_noted_too(live: RedisLive) -> None:
    """As the vote of a ballot that is under review."""
    await put_empty(live, 1)
    begun = await live.begin_recount(1)
    await live.apply(1, [BatchChange(batch=uuid4(), award=1, rows=1, ballots=1, changes=())])

    since = await live.since(1, begun)

    assert since is not None
    assert [note.changes for note in since.batches] == [()]


async def test_own_votes_are_told_once_all_are_known(live: RedisLive) -> None:
    for award in AWARDS:
        await put_empty(live, award)
        await live.apply(award, [a_vote(award, revision=2)])
        found = await live.own_votes(award, award * 100)
        assert (found.votes, found.epoch is None) == (None, False)

        await live.keep_votes(award, award * 100, found.epoch or b"", [OwnVote(award * 100, 7, 1, "{}")])

        assert (await live.own_votes(award, award * 100)).votes == [b'{"n":2}']


async def test_ballot_that_votes_faster_than_people_do_is_named(live: RedisLive) -> None:
    applied = await live.apply(3, [a_vote(3, revision=number) for number in range(1, 40)])

    assert list(applied.fast) == [300]


async def test_limits_hold_whichever_server_counts(live: RedisLive) -> None:
    for number in range(12):
        for _ in range(2):
            await live.limit(f"code:{number}", burst=2, per_seconds=600, fail_open=False)

        with pytest.raises(TooManyRequests):
            await live.limit(f"code:{number}", burst=2, per_seconds=600, fail_open=False)


async def test_many_calls_at_once_wait_for_each_other(live: RedisLive) -> None:
    await asyncio.gather(
        *(live.limit(f"rush:{number}", burst=1, per_seconds=60, fail_open=False) for number in range(50))
    )


async def test_daily_key_is_the_same_for_all(live: RedisLive, url: str) -> None:
    other = RedisLive(url)

    keys = {await each.daily_key() for each in (live, other, live)}

    await other.close()
    assert [len(key or b"") for key in keys] == [32]


async def test_watched_seconds_are_credited(live: RedisLive) -> None:
    for device in map(str, range(12)):
        assert await live.watch(device, 1, "session", [(0, 4)]) == 5
        assert await live.watch(device, 2, "session", [(0, 1)]) == 2

        assert await live.watched(device) == {1: 5, 2: 2}


async def test_news_of_every_award_is_heard_everywhere(live: RedisLive, url: str) -> None:
    other, heard = RedisLive(url), set[str]()
    all_heard = asyncio.Event()

    async def listen() -> None:
        async for topic in other.news():
            heard.add(topic)
            if len(heard) == len(AWARDS):
                all_heard.set()

    listening = asyncio.create_task(listen())
    async with asyncio.timeout(20):
        while not all_heard.is_set():  # who subscribes a moment later hears the next word
            for award in AWARDS:
                await live.tell_board(award)
            await asyncio.sleep(0.2)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await other.close()

    assert heard == {f"award:{award}" for award in AWARDS}


async def test_functions_that_are_gone_are_loaded_again(live: RedisLive) -> None:
    await live.limit("before", burst=1, per_seconds=60, fail_open=False)
    await live.forget()

    for number in range(12):
        await live.limit(f"after:{number}", burst=1, per_seconds=60, fail_open=False)


async def test_status_says_that_it_answers(url: str) -> None:
    report = await status.look(
        {"TALLSCREEN_DATABASE_URL": "postgresql://127.0.0.1:1/none", "TALLSCREEN_REDIS_URL": url}
    )

    assert report.servers[1] == status.Server(name="Redis", error=None)


async def test_values_with_the_same_words_in_braces_are_had_in_one_call(live: RedisLive) -> None:
    place = f"{{{uuid4()}}}"
    await live.keep(f"{place}:1", b"one", seconds=60)
    await live.keep(f"{place}:3", b"three", seconds=60)

    assert await live.kept_all([f"{place}:{number}" for number in (1, 2, 3)]) == [b"one", None, b"three"]
    assert await live.kept_all([]) == []
