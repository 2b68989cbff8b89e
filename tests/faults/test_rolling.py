"""Two API processes are restarted one after the other while people vote: nobody notices."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.db import migrate_database, prepare_connection
from loadtest.proxy import Proxy
from tests import builders
from tests.faults.chaos_servers import Stage, set_up
from tests.faults.poll import open_poll, stored_votes

PHONES, PAUSE = 20, 0.2
ROUNDS = 2
pytestmark = pytest.mark.alone


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[Stage, None]:
    """PostgreSQL, Valkey and two API processes, each started as in a festival."""
    stage = await set_up(tmp_path)
    try:
        await migrate_database(stage.database_url)
        for worker, port in zip(stage.workers, stage.ports, strict=True):
            worker._command = [sys.executable, "-m", "api.serve", "--port", str(port)]
        for number in range(2):
            await stage.start_worker(number)
        for number in range(2):
            await ready(stage, number)
        yield stage
    finally:
        await stage.close()


async def is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def ready(stage: Stage, number: int) -> None:
    async with httpx.AsyncClient() as client:
        await stage.workers[number].until(lambda: is_ready(client, stage.ports[number]))


async def watch(stage: Stage, proxy: Proxy) -> None:
    """What a reverse proxy does: connections go to those that say they are ready."""
    async with httpx.AsyncClient() as client:
        while True:
            up = [await is_ready(client, port) for port in stage.ports]
            proxy.targets = [door for door, good in zip(stage.doors, up, strict=True) if good]
            await asyncio.sleep(0.1)


@pytest.mark.timeout(300)
async def test_votes_go_on_while_processes_are_restarted(stage: Stage) -> None:
    poll = await open_poll(stage.database_url, PHONES, pause=PAUSE)
    proxy = Proxy(list(stage.doors))
    poll.start(await proxy.start())
    watching = asyncio.create_task(watch(stage, proxy))

    for number in list(range(2)) * ROUNDS:
        before = len(poll.acked)
        await restart(stage, number)
        assert len(poll.acked) > before

    await poll.finish()
    watching.cancel()
    await proxy.close()
    assert poll.failed == []
    assert await stored_votes(stage.database_url) == poll.acked
    assert len(poll.acked) > 100


async def restart(stage: Stage, number: int) -> None:
    process = stage.workers[number].process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    await stage.start_worker(number)
    await ready(stage, number)


@pytest.mark.timeout(400)
async def test_live_pages_are_told_to_ask_again(stage: Stage) -> None:
    """Their stream ends in order and early, and a new one is refused: the process that ends is no place for it."""
    db = await asyncpg.connect(stage.database_url)
    await prepare_connection(db)
    topic = f"award:{await builders.an_award(db)}:turnout"
    await db.close()
    process = stage.workers[0].process
    assert process is not None
    async with httpx.AsyncClient(base_url=stage.url, timeout=30) as client:
        async with client.stream("GET", "/api/live", params={"topic": topic}) as stream:
            lines = stream.aiter_lines()
            while (await anext(lines)) != f"event: {topic}":
                pass
            process.send_signal(signal.SIGTERM)
            rest = [line async for line in lines]
        assert rest[0].startswith("data: ")
        assert process.returncode is None
        with contextlib.suppress(httpx.TransportError):  # by now it may take nobody any more
            answer = await client.get("/api/live", params={"topic": topic})
            assert answer.status_code == 503
            assert answer.headers["connection"] == "close"
    assert await asyncio.wait_for(process.wait(), 20) == 0
