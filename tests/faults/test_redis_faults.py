"""Redis is full, frozen, gone: votes, pages and sessions go on, the board is the ledger's, and guessing stays limited."""

import signal
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from api.live import BatchChange, Board, Change, RedisLive
from tests.faults.standing import LATER, Service, says_when, standing


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Service, None]:
    async with standing(tmp_path_factory.mktemp("redis")) as service:
        yield service


@pytest.fixture
async def organiser(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    browser = await service.signed_in("organiser")
    yield browser
    await browser.aclose()


async def do(service: Service, *command: Any) -> Any:
    """Past the proxy."""
    client: Any = Redis.from_url(service.stage.redis_url)
    async with client:
        return await client.execute_command(*command)


@asynccontextmanager
async def full(service: Service) -> AsyncIterator[None]:
    """Nothing more fits in, and what is there may not be thrown out."""
    before = (await do(service, "CONFIG", "GET", "maxmemory"))[b"maxmemory"]
    await do(service, "CONFIG", "SET", "maxmemory", "1mb")
    with pytest.raises(ResponseError, match="maxmemory"):
        await do(service, "SET", "more", "x")
    yield
    await do(service, "CONFIG", "SET", "maxmemory", before.decode())


async def goes_on(service: Service, organiser: httpx.AsyncClient) -> None:
    """What people do in a hall that has lost its Redis: vote, watch, see what they voted, stay signed in."""
    await service.vote(3)
    tap = service.tap()
    await tap.insist()
    own = await service.browser.get(f"/api/awards/{service.award}/my-votes", headers=tap.headers)
    assert [vote["id"] for vote in own.json()["votes"]] == [str(tap.id)]
    slug = (await service.browser.get("/api/festival")).json()["sections"][0]["series"][0]["slug"]
    assert (await service.browser.get(f"/api/feed?series={slug}&limit=3")).status_code == 200
    assert (await organiser.get("/api/access/sessions")).status_code == 200
    assert (await service.browser.get("/readyz")).status_code == 200
    board = (await service.browser.get(f"/api/awards/{service.award}/board")).json()
    assert board["source"] == "ledger"
    assert await service.counts(board)
    assert await asks_for_a_code(service) == LATER


async def asks_for_a_code(service: Service) -> tuple[int, bool]:
    """Codes can be guessed, so that nobody gets one where nothing counts them."""
    return says_when(await service.browser.post("/api/access/codes", json={"email": "organiser@festival.example"}))


async def test_frozen_redis_costs_nothing_but_the_live_board(service: Service, organiser: httpx.AsyncClient) -> None:
    await service.vote()
    await service.eventually(service.is_exact)
    service.stage.valkey.signal(signal.SIGSTOP)
    try:
        await goes_on(service, organiser)
    finally:
        service.stage.valkey.signal(signal.SIGCONT)
    await service.eventually(service.is_exact)


async def test_redis_that_is_gone_for_good_costs_nothing_but_the_live_board(
    service: Service, organiser: httpx.AsyncClient
) -> None:
    await service.vote()
    await service.stage.valkey.kill()

    await goes_on(service, organiser)

    await service.stage.valkey.start()
    await service.stage.valkey_is_up()
    await service.eventually(service.is_exact)


async def test_full_redis_costs_no_vote_and_its_board_is_the_ledgers(
    service: Service, organiser: httpx.AsyncClient
) -> None:
    await service.vote(3)
    await service.eventually(service.is_exact)
    async with full(service):
        await service.vote(5)
        # Batches are refused; the check puts a recount in place of the board, which may always be written.
        await service.eventually(service.is_exact)
        assert await asks_for_a_code(service) == LATER
        assert (await organiser.get("/api/access/sessions")).status_code == 200
    await service.vote()
    await service.eventually(service.is_exact)
    assert await service.is_as_confirmed()


async def test_function_is_refused_as_a_whole_where_memory_ends(service: Service) -> None:
    award, live = 4711, RedisLive(service.stage.redis_url)
    change = BatchChange(batch=uuid4(), award=award, rows=2, ballots=2, changes=(Change(1, 2, 9), Change(2, 0, -3)))
    await live.put(award, await live.begin_recount(award), Board(rows=0, ballots=0, entries=()), [])
    before = await dump(service, award)

    async with full(service):
        with pytest.raises(ResponseError):
            await live.apply(award, [change])
        assert await dump(service, award) == before

    assert (await live.apply(award, [change])).outcome == "told"
    board = await live.board(award)
    assert board is not None
    assert (board.rows, [(each.entry, each.votes, each.sum) for each in board.entries]) == (2, [(1, 2, 9), (2, 0, -3)])
    await live.close()


async def dump(service: Service, award: int) -> dict[bytes, Any]:
    """Every key of an award with what it holds."""
    keys = sorted(await do(service, "KEYS", f"*{{{award}}}*"))
    return {key: await do(service, "DUMP", key) for key in keys}


async def test_connections_that_are_reset_are_made_again(service: Service) -> None:
    await service.vote()
    for _ in range(5):
        service.to_valkey.cut_all()
        await service.vote(2)
    service.to_valkey.delay = 0.5
    await service.vote(2)
    service.to_valkey.delay = 0.0

    await service.eventually(service.is_exact)
    assert await service.is_as_confirmed()


async def test_worker_killed_between_commit_and_board_leaves_a_board_that_is_mended(service: Service) -> None:
    await service.vote(2)
    await service.eventually(service.is_exact)
    service.to_valkey.dropping = True
    await service.vote(3)
    await service.api.kill()
    service.to_valkey.cut_all()
    service.to_valkey.dropping = False
    rows = await do(service, "HGET", f"board:{{{service.award}}}", "rows")
    assert int(rows) == len(service.receipts) - 3

    await service.restart()

    await service.eventually(service.is_exact)
    assert await service.is_as_confirmed()
