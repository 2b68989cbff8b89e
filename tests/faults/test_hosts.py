"""Seven hosts, one festival: each is cut off in turn, and the others go on without it.

Cables are pulled, so nobody is told: a host that is cut off believes that the others are gone, and they wait for it.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec import Struct

from loadtest import nginx
from tests import builders
from tests.faults import lan
from tests.faults.chaos_history import judge
from tests.faults.chaos_votes import open_awards, read_ledger_at
from tests.faults.hosts import APIS, HOSTS, WORKERS, Venue, opened_venue
from tests.faults.hosts_load import Load, loaded
from tests.transcoder.media import make_clip

WHY_NOT = lan.why_not() or (None if nginx.find_nginx() else "there is no nginx")
pytestmark = [pytest.mark.alone, pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))]
LIMIT = 60.0
TAKEN_OVER = 90.0
MADE = 600.0
#: The pools of the API and of the transcoder.
POOLS = {"api-1": ("api.db", "size=1"), "film-1": ("transcoder.rows", "least=1, most=1")}
#: Takes a lock and does nothing more.
HOLD = """
import asyncio, os
from {module} import open_pool
async def hold():
    pool = await open_pool(os.environ["TALLSCREEN_DATABASE_URL"], {size})
    async with pool.acquire() as db, db.transaction():
        await db.execute("SELECT FROM company WHERE id = {company} FOR UPDATE")
        print("held", flush=True)
        await asyncio.sleep(3600)
asyncio.run(hold())
"""


class Plan(Struct, frozen=True, kw_only=True):
    """Seconds: until a silent transcoder loses its job, that a host is cut off, and of the film."""

    seed: int
    heartbeat: float
    cut: float
    rounds: int
    phones: int
    seconds: float


class Told(Struct):
    """A cut, in seconds from the pulled cable: first receipt, first page, and a job that another transcoder took over."""

    host: str
    voted: float
    read: float
    taken_over: float | None = None

    def line(self) -> str:
        over = "" if self.taken_over is None else f"{self.taken_over:.1f} s"
        return f"{self.host:<8} {self.voted:>8.1f} s {self.read:>8.1f} s {over:>12}"


class Nemesis:
    def __init__(self, venue: Venue, load: Load, plan: Plan) -> None:
        self._venue, self._load, self._plan = venue, load, plan
        self.told: list[Told] = []

    async def strike(self, host: str) -> None:
        if host in WORKERS:
            await self._strike_worker(host)
        elif host in APIS:
            await self._strike(host, self._after_api)
        else:
            await self._strike(host, None)

    async def _strike(self, host: str, meanwhile: Callable[[], Coroutine[Any, Any, object]] | None) -> None:
        """`meanwhile` happens while the host is cut off; a host without another of its kind is waited for."""
        self._venue.lan.cut(host)
        struck = now()
        await asyncio.sleep(self._plan.cut)
        if meanwhile is None:
            self._venue.lan.heal(host)
            struck = now()
        self.told.append(await self._goes_on(host, struck))
        if meanwhile is not None:
            await meanwhile()
            self._venue.lan.heal(host)
        if host in APIS:
            await self._venue.until(lambda: self._venue.is_ready(host))

    async def _after_api(self) -> None:
        """Uploads go on, too."""
        await self._load.studio.send()

    async def _goes_on(self, host: str, mark: float) -> Told:
        acked = await self._load.history.first_ack(mark, LIMIT)
        assert acked < float("inf"), f"no vote while {host} was away\n{self._venue.told()}"
        await self._venue.until(lambda: answered(self._load, mark), LIMIT)
        return Told(host, acked - mark, now() - mark)

    async def _strike_worker(self, host: str) -> None:
        """In the middle of an encode, while the other one has nothing to do: that one has it within 90 seconds."""
        [other] = [each for each in WORKERS if each != host]
        await self._venue.until(self._load.studio.all_made, MADE)
        self._venue.signal(other, signal.SIGSTOP)
        await self._load.studio.send()
        await self._venue.until(lambda: busy(self._venue, host), MADE)
        self._venue.signal(other, signal.SIGCONT)
        job = await busy(self._venue, host)
        self._venue.lan.cut(host)
        struck = now()
        told = await self._goes_on(host, struck)
        await self._venue.until(lambda: over(self._venue, other, job), TAKEN_OVER)
        told.taken_over = now() - struck
        self.told.append(told)
        self._venue.lan.heal(host)
        await self._venue.until(lambda: signed_in(self._venue, len(WORKERS)), LIMIT)


def now() -> float:
    return asyncio.get_running_loop().time()


async def answered(load: Load, mark: float) -> bool:
    return load.reads.any_since(mark)


Job = tuple[str, str]


def jobs(venue: Venue, worker: str, event: str) -> list[Job]:
    return [(each["package"], each["tier"]) for each in venue.events(worker) if each["event"] == event]


async def busy(venue: Venue, worker: str) -> Job | None:
    """The encode that this worker is at, as it says itself and as the database does."""
    begun = [job for job in jobs(venue, worker, "begun") if job[1] in ("ladder", "av1")]
    if not begun or begun[-1] in jobs(venue, worker, "done"):
        return None
    query = "SELECT state = 'working' FROM tier WHERE package_id = $1::text::uuid AND name = $2"
    async with venue.connected() as db:
        return begun[-1] if await db.fetchval(query, *begun[-1]) else None


async def over(venue: Venue, worker: str, job: Job | None) -> bool:
    return job in jobs(venue, worker, "begun")


async def signed_in(venue: Venue, workers: int) -> bool:
    async with venue.connected() as db:
        query = "SELECT count(*) FROM worker WHERE seen_at > now() - interval '15 seconds'"
        return bool(await db.fetchval(query) >= workers)


async def prove(folder: Path, plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    film = make_clip(folder / "film.mp4", seconds=plan.seconds, width=540, height=960)
    async with opened_venue(folder, plan.heartbeat) as venue:
        awards = await open_awards(venue.database_url, 4_000)
        async with loaded(venue, awards, film, phones=plan.phones, seed=plan.seed) as load:
            nemesis = Nemesis(venue, load, plan)
            order = list(HOSTS)
            for _ in range(plan.rounds):
                random.Random(plan.seed).shuffle(order)
                for host in order:
                    await nemesis.strike(host)
            await venue.until(load.studio.all_made, MADE)
            await load.studio.check()
        with capsys.disabled():
            sys.stdout.write(f"\n{report(plan, load, nemesis.told)}\n")

        ledger = await read_ledger_at(venue.database_url)

        assert judge(load.history, ledger) == {}
        assert load.history.acked > 100


def report(plan: Plan, load: Load, told: list[Told]) -> str:
    reads = ", ".join(f"{number} {name}" for name, number in sorted(load.reads.outcomes.items()))
    return "\n".join(
        [
            f"hosts: seed {plan.seed}, heartbeat {plan.heartbeat:g} s; reads: {reads}",
            f"{load.history.acked} votes confirmed, {len(load.studio.films)} films made",
            f"{'cut off':<8} {'receipt':>10} {'page':>10} {'taken over':>12}",
            *(each.line() for each in told),
        ]
    )


def a_seed() -> int:
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**6))


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_hosts_are_cut_off_in_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = Plan(seed=a_seed(), heartbeat=5, cut=5, rounds=1, phones=30, seconds=6)

    await prove(tmp_path, plan, capsys)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_hosts_are_cut_off_three_times_each_with_the_leases_of_a_festival(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(seed=a_seed(), heartbeat=30, cut=30, rounds=3, phones=60, seconds=20)

    await prove(tmp_path, plan, capsys)


@pytest.mark.timeout(600)
async def test_what_a_host_has_locked_is_free_soon_after_it_is_cut_off(tmp_path: Path) -> None:
    """PostgreSQL alone would wait for the host for two hours."""
    async with opened_venue(tmp_path, 4, bare=True) as venue:
        for host, (module, size) in POOLS.items():
            async with venue.connected() as db:
                company = await builders.a_company(db)
                await hold(venue, host, HOLD.format(module=module, size=size, company=company))
                assert await is_locked(db, company)

                venue.lan.cut(host)

                await venue.until(partial(is_free, db, company), LIMIT)


async def hold(venue: Venue, host: str, program: str) -> None:
    await venue.start(host, [sys.executable, "-c", program])

    async def holds() -> bool:
        return "held" in venue.log_of(host).read_text()

    await venue.until(holds)


async def is_locked(db: "asyncpg.Connection[asyncpg.Record]", company: int) -> bool:
    return await db.fetchval("SELECT 1 FROM company WHERE id = $1 FOR UPDATE SKIP LOCKED", company) is None


async def is_free(db: "asyncpg.Connection[asyncpg.Record]", company: int) -> bool:
    return not await is_locked(db, company)
