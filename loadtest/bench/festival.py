"""A whole festival for a bench of votes: its servers, the API, an open award, and votes for it as bytes."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from typing import Final

import asyncpg
import uuid_utils
from msgspec import Struct

from api import embedded
from api.db import migrate_database
from api.voting.rules import Ballot, sign_ballot
from loadtest.bench.rush import post

_ROOT: Final = Path(__file__).parents[2]
_START_SECONDS: Final = 120
SECRET: Final = "a secret of the bench, long enough to be one"  # noqa: S105


class Servers(Struct, frozen=True, kw_only=True):
    """PostgreSQL and Valkey with their process ids; `folder` is theirs and the storage's."""

    folder: Path
    database_url: str
    redis_url: str
    pids: tuple[int, ...]

    @property
    def env(self) -> dict[str, str]:
        return {
            "TALLSCREEN_DATABASE_URL": self.database_url,
            "TALLSCREEN_REDIS_URL": self.redis_url,
            "TALLSCREEN_STORAGE_URL": f"file://{self.folder / 'storage'}",
            "TALLSCREEN_SECRET": SECRET,
        }


class Ours(Struct, frozen=True, kw_only=True):
    """A running API: `votes_at` is its votes' listener, which a proxy sends votes to; `url` is for everything else."""

    url: str
    votes_at: str
    pid: int


@contextlib.asynccontextmanager
async def open_servers(folder: Path) -> AsyncGenerator[Servers, None]:
    """Everything but the API, with an empty database of this version."""
    logging.getLogger("pogo_core").setLevel(logging.ERROR)
    async with contextlib.AsyncExitStack() as stack:
        postgres = await embedded.start_postgres(folder / "postgres")
        stack.push_async_callback(postgres.stop)
        valkey = await embedded.start_valkey(folder / "valkey", {"maxmemory": "1gb"})
        stack.push_async_callback(valkey.stop)
        await migrate_database(postgres.url)
        (folder / "storage").mkdir()
        pids = (postgres.process.pid, valkey.process.pid)
        yield Servers(folder=folder, database_url=postgres.url, redis_url=valkey.url, pids=pids)


async def start(
    stack: contextlib.AsyncExitStack, log: Path, app: str, env: dict[str, str], *options: str
) -> tuple[str, int]:
    """`app` on one Granian worker with these options, until `stack` is left; its address and process id."""
    port = embedded.free_port()
    url = f"http://127.0.0.1:{port}"
    own = {**os.environ, "PYTHONPATH": str(_ROOT), "TALLSCREEN_PUBLIC_URL": url, **env}
    arguments = ["-m", "granian", "--interface", "asgi", "--port", str(port), "--no-ws", "--log-level", "warning"]
    process = await embedded.spawn([sys.executable, *arguments, *options, app], log, own)
    stack.push_async_callback(embedded.Server(url, process, signal.SIGTERM).stop)
    await until_open(port, log)
    return url, process.pid


async def start_ours(stack: contextlib.AsyncExitStack, log: Path, env: dict[str, str]) -> Ours:
    """The API on these servers, with room for every phone, until `stack` is left."""
    port = embedded.free_port()
    listening = {**env, "TALLSCREEN_VOTES_LISTEN": f"127.0.0.1:{port}"}
    url, pid = await start(stack, log, "api.main:app", listening, *embedded.ROOM)
    return Ours(url=url, votes_at=f"http://127.0.0.1:{port}", pid=pid)


async def until_open(port: int, log: Path) -> None:
    for _ in range(_START_SECONDS * 10):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(log.read_text(errors="replace")[-2000:])


async def fill(url: str, earlier: int, fresh: int = 400_000) -> tuple[int, list[int], Iterator[int]]:
    """An open award of ten entries; ballots that have voted, and `fresh` ones that have not."""
    db = await asyncpg.connect(url)
    try:
        await db.execute(_FESTIVAL)
        award = await db.fetchval("SELECT id FROM award")
        entries = [row["id"] for row in await db.fetch("SELECT id FROM entry ORDER BY id")]
        first = await db.fetchval(_BALLOTS, award, earlier + fresh)
        await db.execute(_EARLIER, award, first, first + earlier - 1, entries)
        await db.execute("VACUUM ANALYZE")
    finally:
        await db.close()
    return award, entries, iter(range(first + earlier, first + earlier + fresh))


_FESTIVAL: Final = """
INSERT INTO festival (slug, name, starts_on, ends_on, time_zone)
VALUES ('bench', '{"en": "Bench"}', '2026-11-06', '2026-11-14', 'Asia/Almaty');
INSERT INTO section (festival_id, slug, name) SELECT id, 'main', name FROM festival;
INSERT INTO company (name) VALUES ('Films');
INSERT INTO series (section_id, company_id, slug, title, country, rating, released_at)
SELECT s.id, c.id, 'series-' || n, '{"en": "Series"}', 'KZ', '12+', now()
FROM section s, company c, generate_series(1, 10) n;
INSERT INTO award (festival_id, slug, name, opens_at, closes_at)
SELECT id, 'audience', name, now() - interval '1 hour', now() + interval '1 day' FROM festival;
INSERT INTO entry (award_id, series_id) SELECT a.id, s.id FROM award a, series s ORDER BY s.id
"""
_BALLOTS: Final = """
WITH made AS (
  INSERT INTO ballot (award_id, tier, voter_key)
  SELECT $1, 'device', sha256(convert_to(n::text, 'UTF8')) FROM generate_series(1, $2::bigint) n RETURNING id)
SELECT min(id) FROM made
"""
_EARLIER: Final = """
INSERT INTO vote_event (idem, batch, award_id, ballot, question, revision, kind, value, channel, receipt)
SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000000', $1, n, ($4::bigint[])[1 + n % 10], 1, 1, 1 + n % 5, 1,
       upper(translate(lpad(to_hex(n), 12, 'z'), '01', 'xy'))
FROM generate_series($2::bigint, $3::bigint) n
"""


def votes(url: str, award: int, entries: Sequence[int], ballots: Iterator[int]) -> Iterator[bytes]:
    for ballot in ballots:
        token = sign_ballot(SECRET.encode(), Ballot(award, ballot, "device"))
        body = b'{"id":"%s","entry":%d,"value":%d}'
        filled = body % (str(uuid_utils.uuid7()).encode(), entries[ballot % len(entries)], 1 + ballot % 5)
        yield post(url, f"/api/awards/{award}/votes", filled, ("Ballot", token), ("Sec-Fetch-Site", "same-origin"))
