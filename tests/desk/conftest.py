"""A database that a module has filled to the size of a large festival."""

from collections.abc import AsyncIterator

import pytest

from api.db import Connection, open_pool


@pytest.fixture
async def house_of(full: str) -> AsyncIterator[Connection]:
    """One transaction on the module's database `full`, rolled back at the end."""
    pool = await open_pool(full, size=1)
    async with pool.acquire() as db, db.transaction():
        yield db
    await pool.close()
