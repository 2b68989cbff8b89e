"""A worker whose host was cut off while it published does not write over what its heir has published meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.transcoder.hall import Hall, opened_hall
from tests.transcoder.quickly import TOOLS, make_quickly
from transcoder.contract import Tier, TranscodeJob
from transcoder.job import Station, handle
from transcoder.profiles import PROFILES
from transcoder.rows import Pool, Rows, open_pool
from transcoder.storage import LocalStorage

#: Sessions that hold the row of a package; PostgreSQL ends those of a host that has been cut off.
END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'tallscreen-worker' AND state = 'idle in transaction'
"""


class Store(LocalStorage):
    """Remembers what it was asked to publish; `meanwhile` happens after the first of it."""

    def __init__(self, folder: Path, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(folder, "", 8 * 1024 * 1024)
        self._meanwhile = meanwhile
        self.published: list[str] = []

    async def publish(self, folder: Path, prefix: str) -> None:
        await super().publish(folder, prefix)
        self.published.append(prefix)
        if self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            await meanwhile()


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url, least=1, most=4)
    yield pool
    await pool.close()


async def test_worker_that_lost_its_row_publishes_nothing_more(hall: Hall, pool: Pool, tmp_path: Path) -> None:
    episode = await hall.submit(b"a film")

    def station(store: Store, name: str) -> Station:
        (tmp_path / name).mkdir(exist_ok=True)
        return Station(
            rows=Rows(pool),
            storage=store,
            tools=TOOLS,
            profile=PROFILES["quick"],
            folder=tmp_path / name,
            stopping=asyncio.Event(),
            make=make_quickly,
            heartbeat=timedelta(seconds=30),
            retry_after=timedelta(seconds=1),
        )

    async def do(store: Store, name: str, tier: Tier) -> None:
        await handle(station(store, name), TranscodeJob(package=episode.package, tier=tier))

    heirs = Store(hall.store)

    async def cut_off_for_a_while() -> None:
        await hall.db.execute(END)
        await do(heirs, "heir", "ladder")

    await do(Store(hall.store), "first", "start")
    cut_off = Store(hall.store, cut_off_for_a_while)

    await do(cut_off, "first", "ladder")

    home = f"media/{episode.package}"
    assert heirs.published == [f"{home}/a64", f"{home}/v360", f"{home}/1"]
    assert cut_off.published == [f"{home}/a64"]
    row = await hall.row(episode)
    assert (row["state"], msgspec.convert(row["descriptor"], dict)["edition"]) == ("ready", 1)
    assert await hall.named_files(episode) <= hall.files(episode)
