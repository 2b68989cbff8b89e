"""The fixtures of a house: one application to a module."""

from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from api.db import Connection
from api.live import RedisLive
from api.settings import Settings
from tests.conftest import METRICS_TOKEN, SECRET, copy_database, drop_database
from tests.house import House, opened_house

HOST = "http://testserver.local"


@pytest.fixture(scope="module")
async def house_settings(
    postgres: str, valkey: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Settings, None]:
    """A database, an emptied Valkey under a number of its own, and an empty folder."""
    live = RedisLive(valkey)
    await live.forget()
    await live.close()
    database = await copy_database(postgres)
    yield Settings(
        database_url=database,
        redis_url=valkey.removesuffix("/0") + "/1",
        storage_url=f"file://{tmp_path_factory.mktemp('storage')}",
        secret=SECRET,
        public_url=HOST,
        metrics_token=METRICS_TOKEN,
    )
    await drop_database(database)


@pytest.fixture(scope="module")
async def house(house_settings: Settings) -> AsyncGenerator[House, None]:
    async with opened_house(house_settings) as opened:
        yield opened


@pytest.fixture
async def rows(house: House) -> AsyncIterator[Connection]:
    """A connection to the database of the house; what it writes is committed."""
    async with house.pool.acquire() as connection:
        yield connection
