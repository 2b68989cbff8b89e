"""The crowd runs against a real server, and its votes are where they belong."""

import asyncio
import os
import sys

import asyncpg
import pytest

from api.db import Pool
from tests import builders
from tests.conftest import ROOT, TestServer


@pytest.mark.timeout(120)
async def test_small_crowd_votes_without_a_failure(server: TestServer, pool: Pool) -> None:
    async with pool.acquire() as db:
        await builders.an_entry(db, await builders.an_award(db), await builders.a_watchable_series(db))

    command = [
        "-m",
        "locust",
        "-f",
        "loadtest/locustfile.py",
        "--headless",
        "--host",
        server.url,
        "-u",
        "6",
        "-r",
        "6",
        "-t",
        "5s",
        "Voter",
    ]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()

    aggregated = next(line for line in said.decode().splitlines() if "Aggregated" in line)
    assert "0(0.00%)" in aggregated, said.decode()[-2000:]
    connection = await asyncpg.connect(server.database_url)
    stored = await connection.fetchval("SELECT count(*) FROM vote_event")
    await connection.close()
    assert stored > 0
