"""Migrations are applied one by one while people vote, and no vote fails."""

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator
from graphlib import TopologicalSorter
from pathlib import Path

import asyncpg
import pytest

from api.db import _WHILE_MIGRATING, MIGRATIONS, apply_patiently
from loadtest.proxy import Proxy
from tests.faults.chaos_servers import Stage, set_up
from tests.faults.poll import open_poll, stored_votes

PHONES, PAUSE = 40, 0.2
#: The ledger as it is now, and what its statements read, begin with this one.
FIRST_WITH_VOTES = "20261126_07"
#: Seconds of votes before and after each migration.
BETWEEN = 1.0
pytestmark = pytest.mark.alone


def in_order() -> list[Path]:
    """Every migration behind those it depends on."""
    files = {path.stem: path for path in MIGRATIONS.glob("*.sql")}
    needs = {name: re.findall(r"^-- depends: (.+)$", path.read_text(), re.MULTILINE) for name, path in files.items()}
    names = TopologicalSorter({name: " ".join(said).split() for name, said in needs.items()}).static_order()
    return [files[name] for name in names]


ORDER = in_order()
WITH_VOTES = next(place for place, path in enumerate(ORDER) if path.name.startswith(FIRST_WITH_VOTES)) + 1


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[Stage, None]:
    stage = await set_up(tmp_path)
    try:
        yield stage
    finally:
        await stage.close()


@pytest.mark.timeout(400)
async def test_votes_go_on_during_the_last_three(stage: Stage, tmp_path: Path) -> None:
    await migrate_under_votes(stage, tmp_path / "migrations", len(ORDER) - 3)


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_votes_go_on_during_every_migration(stage: Stage, tmp_path: Path) -> None:
    await migrate_under_votes(stage, tmp_path / "migrations", WITH_VOTES)


async def migrate_under_votes(stage: Stage, folder: Path, first: int) -> None:
    """The migrations from this place on, each applied on its own."""
    folder.mkdir()
    for path in ORDER[:first]:
        shutil.copy(path, folder)
    db = await asyncpg.connect(stage.database_url)
    await apply_patiently(db, folder)
    for setting in _WHILE_MIGRATING:
        await db.execute(f"SET {setting}")
    poll = await open_poll(stage.database_url, PHONES, pause=PAUSE)
    for number in range(2):
        await stage.start_worker(number)
        await stage.worker_is_up(number)
    proxy = Proxy(list(stage.doors))
    poll.start(await proxy.start())

    for path in ORDER[first:]:
        before = len(poll.acked)
        await asyncio.sleep(BETWEEN)
        shutil.copy(path, folder)
        await apply_patiently(db, folder)
        assert poll.failed == [], path.name
        assert len(poll.acked) > before

    await asyncio.sleep(BETWEEN)
    await poll.finish()
    await proxy.close()
    await db.close()
    assert poll.failed == []
    assert await stored_votes(stage.database_url) == poll.acked
