"""A service that stands on servers of its own, for tests that take one of them away: PostgreSQL and Valkey, each behind a
proxy, and one API process with an open award.
"""

import asyncio
import contextlib
import itertools
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import httpx
import msgspec
import uuid_utils.compat as uuids

from api.access.schemas import Role
from api.db import migrate_database, prepare_connection
from api.voting import rules
from loadtest.proxy import Proxy
from tests import builders
from tests.conftest import SECRET
from tests.faults.chaos_servers import OURS, Backend, Stage, set_up

#: How long a test waits for what is to become so. Nothing is measured by it.
PATIENCE = 60.0
BALLOTS = 6_000
GIVE_OUT = """
INSERT INTO ballot (award_id, tier, voter_key)
SELECT $1, 'device', sha256(convert_to($1::bigint || ':' || n, 'UTF8')) FROM generate_series(1, $2::int) AS n RETURNING id
"""


class Service:
    """`api` is its process, number 0 of the stage; the proxies are its ways to PostgreSQL and to Valkey."""

    def __init__(self, stage: Stage, to_postgres: Proxy, to_valkey: Proxy) -> None:
        self.stage, self.to_postgres, self.to_valkey = stage, to_postgres, to_valkey
        self.browser = httpx.AsyncClient(base_url=stage.url, timeout=PATIENCE)
        self.award = self.series = self.episode = 0
        self.entries: list[int] = []
        self.ballots: list[int] = []
        self._voters = itertools.count()
        self._values = itertools.cycle((5, 4, 3, 2, 1))
        #: What each confirmed vote said: the receipt by its id.
        self.receipts: dict[UUID, str] = {}

    @property
    def api(self) -> Backend:
        return self.stage.workers[0]

    @property
    def log(self) -> str:
        """What the API process has said."""
        return self.api._log.read_text(errors="replace")

    async def furnish(self) -> None:
        """An open award for two series, a series with an episode, and thousands of ballots."""
        async with self.database() as db:
            self.award = await builders.an_award(db, board="open", closes=timedelta(hours=6))
            self.series = await builders.a_series(db)
            self.episode = await builders.an_episode(db, self.series)
            await builders.a_package(db, self.episode)
            self.entries = [await builders.an_entry(db, self.award) for _ in range(2)]
            self.ballots = [row["id"] for row in await db.fetch(GIVE_OUT, self.award, BALLOTS)]

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection that goes past the proxy."""
        db = await asyncpg.connect(self.stage.database_url, timeout=PATIENCE)
        await prepare_connection(db)
        yield db
        await db.close(timeout=2)

    async def signed_in(self, role: Role, company: int | None = None) -> httpx.AsyncClient:
        """A browser of its own, to be closed by who asked."""
        async with self.database() as db:
            token = await builders.a_session(db, await builders.an_account(db, role, company))
        return httpx.AsyncClient(base_url=self.stage.url, timeout=PATIENCE, cookies={"sid": token})

    def tap(self) -> "Tap":
        """The next voter taps on an entry."""
        voter = next(self._voters)
        return Tap(
            self, self.ballots[voter % len(self.ballots)], self.entries[voter % len(self.entries)], next(self._values)
        )

    async def vote(self, count: int = 1) -> None:
        """So many voters, each with a tick."""
        for _ in range(count):
            assert await self.tap().send() == 200

    async def eventually(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """TimeoutError where it never becomes so; a server that does not answer yet is not so yet."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(httpx.TransportError, OSError, asyncpg.PostgresError):
                    if await is_so():
                        return
                await asyncio.sleep(0.1)

    async def ledger(self) -> dict[UUID, str]:
        """The receipt of each vote by its id, as the rows have it."""
        async with self.database() as db:
            rows = await db.fetch("SELECT idem, receipt FROM vote_event WHERE award_id = $1", self.award)
        assert len({row["idem"] for row in rows}) == len(rows)
        return {UUID(str(row["idem"])): row["receipt"] for row in rows}

    async def is_as_confirmed(self) -> bool:
        """Whether the ledger holds every vote that was confirmed, with its receipt."""
        ledger = await self.ledger()
        return {id_: ledger.get(id_) for id_ in self.receipts} == self.receipts

    async def is_exact(self) -> bool:
        """Whether the live board is there and says what the ledger does."""
        board = (await self.browser.get(f"/api/awards/{self.award}/board")).json()
        return board["source"] == "live" and await self.counts(board)

    async def counts(self, board: dict[str, Any]) -> bool:
        """Whether this is what the ledger comes to."""
        async with self.database() as db:
            rows = await db.fetch(
                "SELECT question, count(*) AS votes, sum(value) AS sum FROM vote_event WHERE award_id = $1 GROUP BY 1",
                self.award,
            )
        shown = {each["entry"]: (each["votes"], each["sum"]) for each in board["entries"] if each["votes"]}
        return shown == {row["question"]: (row["votes"], row["sum"]) for row in rows}

    async def calm_down(self) -> None:
        """Whatever a test has done to it."""
        for proxy in (self.to_postgres, self.to_valkey):
            proxy.delay = proxy.pace = 0.0
            proxy.dropping = proxy.cutting = False
        for backend in (self.stage.postgres, self.stage.valkey):
            backend.signal(signal.SIGCONT)
        if self.api.process is None or self.api.process.returncode is not None:
            await self.restart()

    async def restart(self, *, shift: float = 0.0) -> None:
        """Kill the API process and start it again, its clock so many seconds wrong."""
        await self.api.kill()
        await self.stage.start_worker(0, shift=shift)
        await self.stage.worker_is_up(0)

    async def close(self) -> None:
        await self.browser.aclose()
        await self.to_postgres.close()
        await self.to_valkey.close()
        await self.stage.close()


class Tap:
    """One vote with its id; sent as often as its phone likes."""

    def __init__(self, service: Service, ballot: int, entry: int, value: int) -> None:
        self._service = service
        self.id = UUID(str(uuids.uuid7()))
        self.body = {"id": str(self.id), "entry": entry, "value": value}
        self.headers = {
            "Ballot": rules.sign_ballot(SECRET.encode(), rules.Ballot(service.award, ballot, "device")),
        }
        self.answer: httpx.Response | None = None

    @property
    def path(self) -> str:
        return f"/api/awards/{self._service.award}/votes"

    @property
    def text(self) -> bytes:
        return msgspec.json.encode(self.body)

    async def send(self, phone: httpx.AsyncClient | None = None) -> int:
        """The status. A receipt is the same one each time."""
        headers = {**self.headers, "Content-Type": "application/json"}
        self.answer = await (phone or self._service.browser).post(self.path, content=self.text, headers=headers)
        if self.answer.status_code == 200:
            receipt = self.answer.json()["receipt"]
            assert self._service.receipts.setdefault(self.id, receipt) == receipt
        return self.answer.status_code

    async def insist(self) -> None:
        """As a phone does: again and again until there is the tick."""
        await self._service.eventually(self._has_its_tick)

    async def _has_its_tick(self) -> bool:
        return await self.send() == 200


def says_when(answer: httpx.Response | None) -> tuple[int, bool]:
    """The status of a refusal, and whether it says when to come back and what to do."""
    assert answer is not None
    told = answer.json()
    return answer.status_code, int(answer.headers.get("retry-after", 0)) > 0 and bool(told["next"])


#: What says_when gives for a refusal as it should be.
LATER = (503, True)


def at_port(url: str, port: int) -> str:
    """The same address at another port of this machine."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}").geturl()


@contextlib.asynccontextmanager
async def standing(folder: Path, *, options: Iterable[str] = (), **env: str) -> AsyncIterator[Service]:
    """`options` are PostgreSQL's, `env` the API's."""
    folder.mkdir(exist_ok=True)
    stage = await set_up(folder, app=OURS, options=tuple(options))
    proxies = [Proxy([urlsplit(url).port or 0]) for url in (stage.database_url, stage.redis_url)]
    service = Service(stage, *proxies)
    try:
        to_postgres, to_valkey = [await proxy.start() for proxy in proxies]
        assert service.api.env is not None
        service.api.env = {
            **service.api.env,
            "TALLSCREEN_DATABASE_URL": at_port(stage.database_url, to_postgres),
            "TALLSCREEN_REDIS_URL": at_port(stage.redis_url, to_valkey),
            **env,
        }
        await migrate_database(stage.database_url)
        await service.furnish()
        await stage.start_worker(0)
        await stage.worker_is_up(0)
        yield service
    finally:
        await service.close()


__all__ = ["LATER", "PATIENCE", "Service", "Tap", "at_port", "says_when", "standing"]
