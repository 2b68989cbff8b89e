"""What a vote is compared with: three plain Litestar handlers, each as a careful beginner would write it.

`noop` decodes the body and answers; nothing is stored. `insert` stores each vote by one INSERT and its COMMIT, with a
pool of eight connections. `plain` keeps votes in Redis alone: a pool, and one script per request that notes who has
voted and counts; its server writes every command to disk before it answers (AOF always), because a vote that is
confirmed must be there after a crash. None of them checks a ballot, a window or a limit.
"""

import contextlib
import os
from collections.abc import AsyncGenerator
from typing import Annotated, Final
from uuid import UUID

import asyncpg
from litestar import Litestar, post
from litestar.datastructures import State
from msgspec import Meta, Struct
from redis.asyncio import ConnectionPool, Redis

TABLE: Final = """
CREATE TABLE IF NOT EXISTS plain_vote (
  idem uuid PRIMARY KEY, voter text NOT NULL, entry bigint NOT NULL, value smallint NOT NULL,
  cast_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX IF NOT EXISTS plain_vote_voter ON plain_vote (voter, entry)
"""
_INSERT: Final = "INSERT INTO plain_vote (idem, voter, entry, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_SCRIPT: Final = """
if redis.call('SADD', KEYS[1], ARGV[1]) == 1 then redis.call('HINCRBY', KEYS[2], ARGV[2], ARGV[3]) end
return 1
"""
_POOL: Final = 8


class Vote(Struct):
    id: UUID
    voter: str
    entry: int
    value: Annotated[int, Meta(ge=1, le=5)]


class Ticked(Struct):
    id: UUID


@post("/noop", status_code=200)
async def noop(data: Vote) -> Ticked:
    return Ticked(id=data.id)


@post("/insert", status_code=200)
async def insert(data: Vote, state: State) -> Ticked:
    await state.pool.execute(_INSERT, data.id, data.voter, data.entry, data.value)
    return Ticked(id=data.id)


@post("/plain", status_code=200)
async def plain(data: Vote, state: State) -> Ticked:
    await state.script(keys=["voted", "board"], args=[f"{data.voter}:{data.entry}", data.entry, data.value])
    return Ticked(id=data.id)


@contextlib.asynccontextmanager
async def connected(app: Litestar) -> AsyncGenerator[None, None]:
    redis = Redis(connection_pool=ConnectionPool.from_url(os.environ["RIVAL_REDIS_URL"], max_connections=1_000))
    async with asyncpg.create_pool(os.environ["RIVAL_DATABASE_URL"], min_size=_POOL, max_size=_POOL) as pool:
        app.state.update(pool=pool, script=redis.register_script(_SCRIPT))
        yield
    await redis.aclose()


def make() -> Litestar:
    return Litestar([noop, insert, plain], lifespan=[connected], logging_config=None, openapi_config=None)
