"""A server of Redis dies under the votes: every vote goes on being confirmed, and each board is the ledger's again."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from api.db import Pool
from api.live import BatchChange, Change, RedisLive
from api.voting import board, rules
from api.voting.batcher import Batcher
from api.voting.board import BoardKeeper
from loadtest.proxy import Proxy
from tests import builders
from tests.redises import Cluster, Node, Watched, running_redis, until


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster, None]:
    servers = Cluster(tmp_path_factory.mktemp("cluster"))
    async with running_redis(servers):
        yield servers


@pytest.fixture
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Watched, None]:
    servers = Watched(tmp_path_factory.mktemp("watched"))
    async with running_redis(servers):
        yield servers


class Hall:
    """What a process of the service runs for the votes, and a voter."""

    def __init__(self, pool: Pool, live: RedisLive) -> None:
        self.pool, self.live = pool, live
        self.keeper = BoardKeeper(pool, live, lambda waits: None)
        self.batcher = Batcher(pool, self.keeper.take)
        self._dice = random.Random(1)

    async def open_award(self) -> int:
        async with self.pool.acquire() as db:
            award = await builders.an_award(db)
            await builders.an_entry(db, award)
            await builders.a_ballot(db, award)
        return award

    async def award_on(self, cluster: Cluster, holder: int) -> int:
        """An award whose keys lie on this server."""
        while True:
            award = await self.open_award()
            if cluster.holder(award) == holder:
                return award

    async def vote(self, award: int, count: int = 10) -> None:
        """One after the other, each confirmed before the next."""
        entry = await self.pool.fetchval("SELECT id FROM entry WHERE award_id = $1", award)
        ballot = await self.pool.fetchval("SELECT id FROM ballot WHERE award_id = $1", award)
        for _ in range(count):
            cast = rules.Cast(
                id=uuid4(), award=award, ballot=ballot, question=entry, value=self._dice.randint(1, 5), choices=None,
                channel=1, receipt=rules.new_receipt(),
            )  # fmt: skip
            assert await self.batcher.store(cast)

    async def is_exact(self, award: int) -> bool:
        """Whether the live board is there and shows what the ledger holds."""
        shown = await self.live.board(award)
        async with self.pool.acquire() as db:
            counted = await board.recount(db, award)
        return shown is not None and board.plain(shown) == board.plus(counted, [])


@asynccontextmanager
async def open_hall(pool: Pool, url: str) -> AsyncIterator[Hall]:
    live = RedisLive(url)
    hall = Hall(pool, live)
    hall.batcher.start()
    hall.keeper.start()
    yield hall
    await hall.batcher.close()
    await hall.keeper.close()
    await live.close()


@asynccontextmanager
async def listening(live: RedisLive) -> AsyncIterator[set[str]]:
    """The topics heard so far."""
    heard = set[str]()

    async def listen() -> None:
        async for topic in live.news():
            heard.add(topic)

    task = asyncio.create_task(listen())
    yield heard
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def hears(live: RedisLive, heard: set[str], award: int) -> bool:
    await live.tell_board(award)
    return f"award:{award}" in heard


async def test_cluster_goes_on_where_a_primary_dies(pool: Pool, cluster: Cluster) -> None:
    async with open_hall(pool, cluster.url) as hall, listening(hall.live) as heard:
        moved, stays = [await hall.award_on(cluster, holder) for holder in (cluster.mirrored, cluster.lonely)]
        for award in (moved, stays):
            await hall.vote(award)
            await until(partial(hall.is_exact, award))
            await until(partial(hears, hall.live, heard, award))

        await cluster.primaries[cluster.mirrored].kill()
        for award in (moved, stays):
            await hall.vote(award)

        await until(lambda: hall.is_exact(stays))
        await until(lambda: hall.is_exact(moved))
        role, *_ = await cluster.replica.do("ROLE")
        assert role == "master"
        heard.clear()
        await until(lambda: hears(hall.live, heard, moved))


async def test_cluster_takes_back_a_primary_that_has_forgotten_all(pool: Pool, cluster: Cluster) -> None:
    """Also the functions, which the others still have."""
    async with open_hall(pool, cluster.url) as hall:
        award = await hall.award_on(cluster, cluster.lonely)
        await hall.vote(award)
        await until(lambda: hall.is_exact(award))

        await cluster.primaries[cluster.lonely].kill()
        await hall.vote(award)
        assert await hall.live.board(award) is None
        await cluster.primaries[cluster.lonely].start()

        await until(lambda: hall.is_exact(award))


async def test_heir_that_the_sentinel_names_takes_over(pool: Pool, watched: Watched) -> None:
    async with open_hall(pool, watched.url) as hall, listening(hall.live) as heard:
        award = await hall.open_award()
        await hall.vote(award)
        await until(lambda: hall.is_exact(award))
        await until(lambda: hears(hall.live, heard, award))

        await watched.primary.kill()
        await hall.vote(award)

        await until(lambda: hall.is_exact(award))
        role, *_ = await watched.replica.do("ROLE")
        assert role == "master"
        heard.clear()
        await until(lambda: hears(hall.live, heard, award))


async def test_address_of_a_managed_redis_that_moves_is_followed(tmp_path: Path) -> None:
    """The old primary lives on as an empty replica of the new one, and open connections still lead to it."""
    first, second = Node(tmp_path / "first", "secret"), Node(tmp_path / "second", "secret")
    await asyncio.gather(first.start(), second.start())
    endpoint = Proxy([first.port])
    live = RedisLive(f"redis://:secret@127.0.0.1:{await endpoint.start()}/0")
    change = BatchChange(batch=uuid4(), award=1, rows=1, ballots=1, changes=(Change(7, 1, 5),))
    assert (await live.apply(1, [change])).outcome == "missing"

    endpoint.targets = [second.port]
    await first.do("REPLICAOF", "127.0.0.1", second.port)
    await until(first.follows)

    assert (await live.apply(1, [change])).outcome == "missing"
    assert await second.do("EXISTS", "batches:{1}") == 1
    await live.close()
    await endpoint.close()
    await asyncio.gather(first.stop(), second.stop())
