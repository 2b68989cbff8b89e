"""All that is kept anywhere, as text to search in."""

from redis.asyncio import Redis

from api.db import Connection
from tests.house import House


async def dump_database(rows: Connection) -> str:
    """Every row of every table as text."""
    tables = await rows.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    texts = [
        await rows.fetchval(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{row['tablename']}\" t")  # noqa: S608
        for row in tables
    ]
    return "\n".join(texts)


async def dump_redis(house: House) -> str:
    """Every key and value as Python prints bytes."""
    texts = []
    async with Redis.from_url(house.settings.redis_url) as redis:
        async for key in redis.scan_iter():
            kind = await redis.type(key)
            value = await (
                redis.hgetall(key) if kind == b"hash" else redis.get(key) if kind == b"string" else redis.type(key)
            )
            texts.append(f"{key!r} {value!r}")
    return "\n".join(texts)


def spellings(secret: str) -> set[str]:
    """As it is, in small letters, and as PostgreSQL prints bytes."""
    return {secret, secret.lower(), secret.encode().hex()}
