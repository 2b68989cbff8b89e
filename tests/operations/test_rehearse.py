"""A rehearsal on a live system: all of it works, nobody sees it, and whatever ends it, nothing of it stays."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Self

import asyncpg
import httpx
import pytest
import redis.asyncio as redis

from api import embedded
from api.access.audit import verify_chain
from api.db import Connection, migrate_database, prepare_connection
from api.live import RedisLive
from api.operations import rehearse
from tests import builders
from tests.conftest import ROOT, TestServer, to_database

KEPT = {"audit_event", "audit_link"}
VOTED = "SELECT EXISTS (SELECT FROM vote_event v JOIN award a ON a.id = v.award_id WHERE a.slug = 'rehearsal')"


@pytest.fixture
async def db(server: TestServer) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(server.database_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def real(db: Connection) -> int:
    """An award of the festival itself, with a vote."""
    return await an_award_with_a_vote(db)


async def an_award_with_a_vote(db: Connection) -> int:
    award = await builders.an_award(db)
    await db.execute(
        "INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, channel, receipt)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), $1, $2, $3, 1, 1, 4, 1, 'ABCDEFGHJKMN')",
        award,
        await builders.a_ballot(db, award),
        await builders.an_entry(db, award),
    )
    return award


async def counted(db: Connection, real: int) -> dict[str, int]:
    """Rows of every table, but for those of the award that is really open: the service tends it meanwhile."""
    tables = await db.fetch(
        "SELECT t.tablename, EXISTS (SELECT FROM information_schema.columns c WHERE c.table_name = t.tablename"
        " AND c.column_name = 'award_id') AS of_award FROM pg_tables t WHERE t.schemaname = 'public'"
    )
    others = {row["tablename"]: f"award_id <> {real}" if row["of_award"] else "true" for row in tables}
    return {
        name: await db.fetchval(f'SELECT count(*) FROM "{name}" WHERE {which}')  # noqa: S608
        for name, which in others.items()
        if name not in KEPT
    }


class Run:
    """`rehearse` as a command."""

    def __init__(self, server: TestServer, *more: str) -> None:
        self._command = [sys.executable, "-m", "api.cli", "rehearse", *more]
        self._env = server.env
        self.said = ""

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            *self._command, cwd=ROOT, env=self._env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            preexec_fn=embedded.die_with_parent,
        )  # fmt: skip
        return self

    async def end(self) -> int:
        said, _ = await self.process.communicate()
        self.said = said.decode()
        assert self.process.returncode is not None
        return self.process.returncode

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


async def until(db: Connection, question: str) -> int:
    """The award of the rehearsal, once this is so; patient, as other tests keep the machine busy."""
    for _ in range(3000):
        if await db.fetchval(question):
            return int(await db.fetchval("SELECT id FROM award WHERE slug = 'rehearsal'"))
        await asyncio.sleep(0.05)
    raise AssertionError(question)


async def test_whole_evening_is_rehearsed_unseen_and_leaves_nothing(
    server: TestServer, db: Connection, real: int
) -> None:
    before = await counted(db, real)
    async with Run(server, "--voters", "12", "--seconds", "40") as run:
        award = await until(db, VOTED)
        slug = await db.fetchval("SELECT slug FROM series WHERE slug LIKE 'rehearsal-%' LIMIT 1")
        await check_hidden(server, award, real, slug)
        async with Run(server, "--voters", "1") as second:
            assert await second.end() == 1
            assert "running already" in second.said
        assert await run.end() == 0, run.said

    assert "Everything held." in run.said
    assert "right by the verifier in it" in run.said
    assert "the live board shows them" in run.said
    assert await counted(db, real) == before
    keys = redis.from_url(server.redis_url)
    assert [key async for key in keys.scan_iter(match=f"*{{{award}}}*")] == []
    await keys.aclose()
    lines = await db.fetch(
        "SELECT action, account_id, detail FROM audit_event WHERE object LIKE 'rehearsal:%' ORDER BY id"
    )
    assert [(row["action"], row["account_id"]) for row in lines] == [("rehearse", None), ("erase-rehearsal", None)]
    assert lines[1]["detail"]["lines"] >= 36
    async with db.transaction():
        assert (await verify_chain(db)).wrong == []


async def check_hidden(server: TestServer, award: int, real: int, series: str) -> None:
    """Nothing public answers for it, and no list has it."""
    async with httpx.AsyncClient(base_url=server.url) as client:
        each = f"/api/awards/{award}"
        for path in ("", "/board", "/turnout", "/log", "/rules", "/checkpoints", "/receipts/ABCDEFGH2345", "/result", "/bundle",
                     "/ceremony", "/protocol", "/protocol.pdf"):  # fmt: skip
            assert (await client.get(each + path)).status_code == 404, path
        assert (await client.get(f"/api/series/{series}")).status_code == 404
        assert (await client.get("/results/rehearsal")).status_code == 404
        assert (await client.get("/api/live", params={"topic": f"award:{award}:board"})).status_code == 404
        assert (await client.get(f"/api/awards/{real}")).status_code == 200
        for path in ("/api/awards", "/api/festival", "/api/feed", "/api/festivals", "/results"):
            answer = await client.get(path)
            assert "ehearsal" not in answer.text, path


async def test_interrupted_and_killed_ones_are_erased(server: TestServer, db: Connection, real: int) -> None:
    before = await counted(db, real)
    async with Run(server, "--voters", "2000", "--seconds", "60") as run:
        await until(db, VOTED)
        run.process.send_signal(signal.SIGTERM)
        assert await run.end() == 1
    assert "It was interrupted." in run.said
    assert await counted(db, real) == before

    async with Run(server, "--voters", "2000", "--seconds", "60") as run:
        await until(db, VOTED)
        run.process.kill()
        await run.process.wait()
    assert await db.fetchval("SELECT count(*) FROM festival WHERE state = 'rehearsal'") == 1

    nowhere = f"http://127.0.0.1:{embedded.free_port()}"
    async with Run(server, "--voters", "1", "--seconds", "3", "--url", nowhere) as run:
        assert await run.end() == 1
    assert "an earlier rehearsal that was ended by force is erased" in run.said
    assert "The service does not answer" in run.said
    assert await counted(db, real) == before


async def test_nothing_but_a_rehearsal_can_be_erased(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    async with pool.acquire() as db:
        award = await an_award_with_a_vote(db)

        assert await db.fetchval("SELECT erase_rehearsal()") is None
        for trick in (
            "DELETE FROM vote_event",
            "UPDATE festival SET state = 'rehearsal'",
            "TRUNCATE vote_event",
            "UPDATE vote_event SET value = 1",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await db.execute(trick)
        assert await db.fetchval("SELECT count(*) FROM vote_event WHERE award_id = $1", award) == 1
        house = await db.fetchval(
            "INSERT INTO festival (slug, name, starts_on, ends_on, time_zone, state)"
            " VALUES ('r', '{}', current_date, current_date, 'UTC', 'rehearsal') RETURNING id"
        )
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute("UPDATE award SET festival_id = $1", house)
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute("UPDATE festival SET state = 'archived' WHERE id = $1", house)


async def test_votes_under_way_are_waited_for(pool: "asyncpg.Pool[asyncpg.Record]", redis_url: str) -> None:
    """What came into the ledger after its award is gone would be nobody's, for ever."""
    async with pool.acquire() as db:
        await a_rehearsal(db, seconds=60)
        with pytest.raises(asyncpg.ObjectInUseError):
            await db.fetchval("SELECT erase_rehearsal()")
    live, began = RedisLive(redis_url), datetime.now(UTC)

    assert await rehearse.erase(pool, live) == 0

    assert (datetime.now(UTC) - began).total_seconds() >= 10
    await live.close()


async def a_rehearsal(db: Connection, *, seconds: int) -> None:
    await db.execute(rehearse.Q["make_house"], "rehearsal-x", 2)
    await db.fetchrow(rehearse.Q["make_award"], b"-" * 32, timedelta(seconds=seconds))


async def test_owner_without_the_right_to_delete_has_it_while_erasing_only(postgres: str) -> None:
    """As in a festival: the application's role owns the tables and is no superuser."""
    name = f"rehearsed_{os.getpid()}"
    server = await asyncpg.connect(to_database(postgres, "postgres"))
    await server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    await server.execute(f"CREATE DATABASE {name} OWNER {name}")
    url = f"postgresql://{name}:x@{to_database(postgres, name).rpartition('@')[2]}"
    try:
        await migrate_database(url)
        async with contextlib.AsyncExitStack() as stack:
            db = await asyncpg.connect(url)
            stack.push_async_callback(db.close)
            await prepare_connection(db)
            await a_rehearsal(db, seconds=1)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute("DELETE FROM vote_event")
            await asyncio.sleep(11.1)

            assert await db.fetchval("SELECT erase_rehearsal()") == 0

            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute("DELETE FROM vote_event")
            assert await db.fetchval("SELECT count(*) FROM company") == 0
            await db.execute("DELETE FROM award WHERE id = $1", await an_award_without_a_secret(db))
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.execute(f"DROP ROLE {name}")
        await server.close()


async def an_award_without_a_secret(db: Connection) -> int:
    """What is left of an award of a draft just before it is discarded."""
    award = await builders.an_award(db)
    await db.execute("DELETE FROM award_secret WHERE award_id = $1", award)
    return award
