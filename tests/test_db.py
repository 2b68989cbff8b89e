"""A process that starts while PostgreSQL does waits for it."""

import asyncio

import asyncpg
import pytest

from api import db


async def test_start_waits_for_a_database_on_its_way_up(pool: db.Pool) -> None:
    met: list[Exception] = [ConnectionRefusedError(), asyncpg.CannotConnectNowError("starting up")]

    async def opening() -> db.Pool:
        if met:
            raise met.pop()
        return pool

    assert await asyncio.wait_for(db.patiently(opening), 10) is pool


async def test_start_ends_where_the_database_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    async def opening() -> db.Pool:
        raise ConnectionRefusedError

    monkeypatch.setattr(db, "PATIENCE", 0.0)
    with pytest.raises(ConnectionRefusedError):
        await db.patiently(opening)


async def test_wrong_password_is_told_at_once() -> None:
    asked = 0

    async def opening() -> db.Pool:
        nonlocal asked
        asked += 1
        raise asyncpg.InvalidPasswordError("no")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await db.patiently(opening)
    assert asked == 1
