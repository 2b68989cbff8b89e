"""Every operation of the description, asked what nobody would ask, as everybody."""

import asyncio
import contextlib
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from api import cli
from api.app import create_app
from api.db import Pool
from api.live import end
from api.settings import Settings
from tests import builders, filled
from tests.architecture.test_roles import expected, routes
from tests.conftest import TestServer, start_server, stop_process
from tests.faults.walk import Caller, Found, configured, labels, say, walk
from tests.kiosk.screens import Screen

SEED = int(os.environ.get("WALK_SEED", "20261127"))
EXAMPLES = int(os.environ.get("WALK_EXAMPLES", "10"))
DESCRIPTION = json.loads(cli.openapi())


@pytest.fixture
async def festival(settings: Settings, pool: Pool, tmp_path: Path) -> AsyncIterator[TestServer]:
    async with pool.acquire() as db:
        await filled.fill(db, Path(settings.storage_url.removeprefix("file://")))
    server = await start_server(settings, tmp_path)
    yield server
    await stop_process(server.process)


async def caller(server: TestServer, pool: Pool, actor: filled.Actor) -> Caller:
    """A session for each operation, of an account of its own where it may be: what ends one ends no other."""
    async with pool.acquire() as db:
        headers = {}
        if actor == "kiosk":
            screen = await paired(server, pool)
            headers = {
                label: {"Authorization": screen.browser.headers["authorization"]} for label in labels(DESCRIPTION)
            }
        elif actor is not None:
            headers = {
                label: {"Cookie": f"sid={await filled.a_session_of(db, actor)}"} for label in labels(DESCRIPTION)
            }
        return Caller(headers, await filled.known(db))


async def paired(server: TestServer, pool: Pool) -> Screen:
    async with httpx.AsyncClient(base_url=server.url) as organiser, httpx.AsyncClient(base_url=server.url) as browser:
        async with pool.acquire() as db:
            await builders.sign_in(organiser, db, "organiser")
        screen = Screen(browser)
        await screen.ask()
        path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"
        screen.id = (await organiser.post(path, json={"name": "Foyer left"})).json()["kiosk"]
        await screen.sign_in()
        return screen


@contextlib.asynccontextmanager
async def unlimited(settings: Settings, pool: Pool) -> AsyncIterator[None]:
    """Nobody waits for a limit or for a new proof: what lies behind is what is walked."""

    redis = Redis.from_url(settings.redis_url)

    async def go_on() -> None:
        while True:
            async for key in redis.scan_iter("limit:*"):
                await redis.delete(key)
            await pool.execute("UPDATE session SET passkey_at = now()")
            await asyncio.sleep(1)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        await end([task])
        await redis.aclose()


async def walked(
    server: TestServer,
    settings: Settings,
    pool: Pool,
    actor: filled.Actor,
    only: set[str] | None,
    examples: int,
    *,
    boundaries: bool,
) -> Found:
    config = configured(server.url, seed=SEED, examples=examples, boundaries=boundaries)
    who = await caller(server, pool, actor)
    async with unlimited(settings, pool):
        found = await asyncio.to_thread(walk, DESCRIPTION, config, who, only)
    say(json.dumps({"seed": SEED, "actor": actor, "cases": found.cases, "answers": found.answers}))
    return found


def those_of(actor: filled.Actor, settings: Settings) -> set[str]:
    """Labels of the operations for which this one stands: the last of the actors that gets past the door."""
    found = set()
    for method, path, _ in routes(create_app(settings)):
        roles = expected(method, path)
        if actor == (None if roles is None else next(each for each in reversed(filled.ACTORS) if each in roles)):
            found.add(f"{method} {re.sub(r':[a-z]+}', '}', path)}")
    return found & set(labels(DESCRIPTION))


@pytest.mark.parametrize("actor", filled.ACTORS, ids=lambda actor: actor or "nobody")
async def test_short_walk_keeps_to_the_description(
    festival: TestServer, settings: Settings, pool: Pool, actor: filled.Actor
) -> None:
    only = those_of(actor, settings)

    found = await walked(festival, settings, pool, actor, only, 2, boundaries=False)

    assert found.cases >= len(only)
    assert found.findings == {}


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("actor", filled.ACTORS, ids=lambda actor: actor or "nobody")
async def test_long_walk_keeps_to_the_description(
    festival: TestServer, settings: Settings, pool: Pool, actor: filled.Actor
) -> None:
    found = await walked(festival, settings, pool, actor, None, EXAMPLES, boundaries=True)

    assert found.cases >= 3400
    assert found.findings == {}
