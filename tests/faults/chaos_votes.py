"""The proof that votes are exact: a crowd votes while servers are killed, frozen and emptied under it.

Every run is made by a seed: what the nemesis does and what the voters do. When which of it happens is the machine's,
as it is on the evening itself. Harness only; the tests are in `test_chaos.py`.
"""

import asyncio
import contextlib
import gc
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count as numbers
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
from msgspec import Struct

from api.db import migrate_database, prepare_connection
from api.live import RedisLive
from loadtest.proxy import Proxy
from tests import builders
from tests.conftest import ROOT, SECRET
from tests.faults.chaos_history import History, Row, judge
from tests.faults.chaos_phones import Award, Crowd
from tests.faults.chaos_servers import Backend, Stage, set_up

LIMIT = 60.0
CALM_SECONDS = 30.0
MINUTES_OFF = 10
#: So many of the slowest recoveries from a kill are told one by one.
SLOWEST = 5
#: How long the first receipt may take, in seconds from the blow. Freezes are counted from the thaw. Where others keep
#: this machine busy, as much longer as they do: the test itself asks for less than three times the processors it has.
ALLOWED = {"kill postgres": 10.0, "kill worker": 2.0, "clock": 2.0, "kill valkey": 1.0, "flushall": 1.0}
WORKERS = {"kill worker", "clock"}
KILLS = {"kill postgres", "kill worker", "kill valkey", "clock"}
#: One deck of what the nemesis does; shuffled, dealt, shuffled again.
DECK = (
    ["kill postgres"] * 5 + ["kill worker"] * 5 + ["kill valkey"] * 5 + ["clock"] * 2
    + ["freeze postgres", "freeze valkey", "flushall", "cut", "silence", "delay"]
)  # fmt: skip


BALLOTS = """
INSERT INTO ballot (award_id, tier, voter_key)
SELECT $1, 'device', sha256(convert_to($1::bigint || ':' || n, 'UTF8')) FROM generate_series(1, $2::int) AS n RETURNING id
"""
LEDGER = "SELECT idem, award_id, ballot, question, revision, value, choices, receipt FROM vote_event WHERE kind = 1"


class Blow(NamedTuple):
    """When it fell, and from when on an attempt that succeeds shows that it was survived."""

    struck: float
    mark: float


class Plan(Struct, frozen=True, kw_only=True):
    """`seconds`, `kills` and acknowledged `votes` at least, by `phones` that rest `pause` seconds between taps."""

    seed: int
    seconds: float
    kills: int
    votes: int = 0
    phones: int = 400
    pause: float = 0.3
    voters: int = 30_000
    deck: tuple[str, ...] = tuple(DECK)


class Report(Struct, kw_only=True):
    plan: Plan
    commit: str
    seconds: float = 0.0
    acked: int = 0
    outcomes: Counter[str]
    #: Per kind of blow, seconds to the first receipt after it.
    recoveries: dict[str, list[float]]
    #: The slowest after a kill, with the blow before it and when it was: to look it up in the servers' logs.
    slowest: list[tuple[float, str]]
    cut: int = 0
    unsure: int = 0
    violations: dict[str, list[str]]
    #: Times the load that this test makes alone, 1 or more.
    crowded: float = 1.0

    @property
    def kills(self) -> int:
        return sum(len(times) for blow, times in self.recoveries.items() if blow in KILLS)

    def slow(self) -> dict[str, float]:
        """Recoveries that took longer than promised."""
        worst = {blow: max(times) for blow, times in self.recoveries.items()}
        return {blow: time for blow, time in worst.items() if time > self.allowed(blow)}

    def allowed(self, blow: str) -> float:
        return ALLOWED.get(blow, 10.0) * self.crowded

    def table(self) -> str:
        attempts = ", ".join(f"{number} {name}" for name, number in sorted(self.outcomes.items()))
        head = [
            f"chaos: seed {self.plan.seed}, commit {self.commit}",
            f"{self.seconds:.0f} s, {self.kills} kills, {self.acked} votes acknowledged ({self.acked / self.seconds:.0f}/s)",
            f"attempts: {attempts}; {self.cut} answers cut; {self.unsure} questions only the ledger can settle",
            f"{'blow':<16} {'times':>5} {'first receipt after, worst':>27} {'median':>7} {'allowed':>8}",
        ]
        lines = [
            f"{blow:<16} {len(times):>5} {max(times):>25.2f} s {sorted(times)[len(times) // 2]:>5.2f} s"
            f" {self.allowed(blow):>6.1f} s"
            for blow, times in sorted(self.recoveries.items())
        ]
        lines += [f"slowest: {seconds:.2f} s, {told}" for seconds, told in self.slowest]
        bad = [f"VIOLATION {name}: {len(cases)}, such as {cases[0]}" for name, cases in self.violations.items()]
        return "\n".join([*head, *lines, *(bad or ["violations: 0 lost, 0 double, 0 wrong, 0 of any other kind"])])


class Pulse:
    """When the crowd itself stood still, on a machine that had no processor for it: nobody could have had a receipt."""

    BEAT, NOTED = 0.02, 0.1

    def __init__(self) -> None:
        #: The end and the length of each standstill.
        self._stops: list[tuple[float, float]] = []

    async def watch(self) -> None:
        while True:
            began = now()
            await asyncio.sleep(self.BEAT)
            if (stopped := now() - began - self.BEAT) > self.NOTED:
                self._stops.append((now(), stopped))

    def stopped(self, start: float, end: float) -> float:
        """Seconds of this time."""
        return sum(min(length, to - start) for to, length in self._stops if start < to <= end)


class Nemesis:
    """Deals one blow after the other and notes how long nobody had a receipt while somebody could have had one."""

    def __init__(self, stage: Stage, proxy: Proxy, history: History, plan: Plan) -> None:
        self._stage, self._proxy, self._history, self._plan = stage, proxy, history, plan
        self._pulse = Pulse()
        self._dice = random.Random(plan.seed)
        self.recoveries: dict[str, list[float]] = {}
        self._told: list[tuple[float, str]] = []
        self._workers = numbers()
        self._acts: dict[str, Callable[[], Awaitable[Blow]]] = {
            "kill postgres": self._kill_postgres,
            "kill worker": lambda: self._kill_worker(0.0),
            "kill valkey": self._kill_valkey,
            "clock": lambda: self._kill_worker(self._dice.choice((-60.0, 60.0)) * MINUTES_OFF),
            "freeze postgres": self._freeze_postgres,
            "freeze valkey": self._freeze_valkey,
            "flushall": self._flushall,
            "cut": self._cut,
            "silence": self._silence,
            "delay": self._delay,
        }

    @property
    def kills(self) -> int:
        return sum(len(times) for blow, times in self.recoveries.items() if blow in KILLS)

    @property
    def slowest(self) -> list[tuple[float, str]]:
        return sorted(self._told, reverse=True)[:SLOWEST]

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        end, deck, before = clock() + self._plan.seconds, list[str](), "nothing"
        watching = asyncio.create_task(self._pulse.watch(), name="pulse")
        while clock() < end or self.kills < self._plan.kills or self._history.acked < self._plan.votes:
            deck = deck or self._dice.sample(self._plan.deck, len(self._plan.deck))
            blow = await self._draw(deck)
            at = await self._acts[blow]()
            acked = await self._history.first_ack(at.mark, LIMIT)
            stopped = self._pulse.stopped(at.struck, acked)
            seconds = acked - at.struck - stopped
            self.recoveries.setdefault(blow, []).append(seconds)
            if blow in KILLS:
                stood = f", the crowd itself stood still for {stopped:.2f} s" if stopped else ""
                self._told.append((seconds, f"{blow} after {before}{stood}, over at {datetime.now(UTC):%H:%M:%S}"))
            before = blow
            gc.freeze()  # a million taps stay to the end: to look through them for garbage would stop the crowd for seconds
            await asyncio.sleep(self._dice.uniform(0.3, 1.7))
        watching.cancel()
        gc.unfreeze()

    async def _draw(self, deck: list[str]) -> str:
        """The next card; one that waits for a worker comes later where another can be played at once."""
        up = [await self._stage.is_up(number) for number in range(len(self._stage.workers))]
        playable = deck if all(up) else [blow for blow in deck if blow not in WORKERS] or deck
        blow = playable[-1]
        deck.remove(blow)
        return blow

    async def _kill_postgres(self) -> Blow:
        return await self._kill(self._stage.postgres)

    async def _kill_valkey(self) -> Blow:
        return await self._kill(self._stage.valkey)

    async def _kill(self, backend: Backend) -> Blow:
        struck = now()
        await backend.kill()
        dead = now()
        await backend.start()
        return Blow(struck, dead)

    async def _kill_worker(self, shift: float) -> Blow:
        """Never both at once: the other one is up before this one falls."""
        number = next(self._workers) % len(self._stage.workers)
        await self._stage.worker_is_up(1 - number)
        struck = now()
        await self._stage.workers[number].kill()
        dead = now()
        await self._stage.start_worker(number, shift=shift)
        return Blow(struck, dead)

    async def _freeze_postgres(self) -> Blow:
        await self._stage.postgres_is_up()
        return await self._freeze(self._stage.postgres)

    async def _freeze_valkey(self) -> Blow:
        await self._stage.valkey_is_up()
        return await self._freeze(self._stage.valkey)

    async def _freeze(self, backend: Backend) -> Blow:
        backend.signal(signal.SIGSTOP)
        await asyncio.sleep(self._dice.uniform(2, 5))
        backend.signal(signal.SIGCONT)
        return Blow(now(), now())

    async def _flushall(self) -> Blow:
        await self._stage.valkey_is_up()
        live = RedisLive(self._stage.redis_url)
        await live.forget()
        await live.close()
        return Blow(now(), now())

    async def _cut(self) -> Blow:
        """The votes are stored, and nobody hears of it."""
        self._proxy.cutting = True
        await asyncio.sleep(1)
        self._proxy.cutting = False
        return Blow(now(), now())

    async def _silence(self) -> Blow:
        self._proxy.dropping = True
        await asyncio.sleep(1)
        self._proxy.dropping = False
        return Blow(now(), now())

    async def _delay(self) -> Blow:
        self._proxy.delay = self._dice.uniform(0.2, 1.0)
        await asyncio.sleep(2)
        self._proxy.delay = 0.0
        return Blow(now(), now())


def now() -> float:
    return asyncio.get_running_loop().time()


class Scene(Struct, frozen=True, kw_only=True):
    """What is put to the proof: the application, how its servers are set up, and where its ledger is."""

    app: str = "api.main:app"
    #: Its log tells what took long and who waited for whom.
    postgres: tuple[str, ...] = ("log_min_duration_statement=1s", "log_lock_waits=on")
    #: Valkey's `save` line; without one it keeps nothing, as in the one-machine default.
    valkey: str = ""
    ledger: Callable[[Stage], Awaitable[list[Row]]]


class Run(Struct):
    """A crowd on a stage, after the last blow: everything is up again and all that was under way is settled."""

    stage: Stage
    awards: list[Award]
    history: History
    ledger: list[Row]
    report: Report


@contextlib.asynccontextmanager
async def chaos(folder: Path, plan: Plan, scene: Scene) -> AsyncIterator[Run]:
    stage = await set_up(folder, app=scene.app, options=scene.postgres, keeps=scene.valkey)
    proxy, history = Proxy(stage.doors), History()
    crowd = Crowd(history, SECRET.encode(), seed=plan.seed, pause=plan.pause)
    try:
        awards = await open_awards(stage.database_url, plan.voters)
        for number in range(len(stage.workers)):
            await stage.start_worker(number)
        for number in range(len(stage.workers)):
            await stage.worker_is_up(number)
        port = await proxy.start()
        nemesis = Nemesis(stage, proxy, history, plan)
        started = now()
        crowd.start(plan.phones, awards, port)
        await nemesis.run()
        seconds = now() - started
        await _calm(stage)
        await crowd.finish(CALM_SECONDS)
        ledger = await scene.ledger(stage)
        report = Report(
            plan=plan,
            commit=await asyncio.to_thread(_commit),
            seconds=seconds,
            acked=history.acked,
            outcomes=history.outcomes,
            recoveries=nemesis.recoveries,
            slowest=nemesis.slowest,
            cut=proxy.cut,
            crowded=max(1.0, os.getloadavg()[0] / (3 * (os.cpu_count() or 1))),
            violations=judge(history, ledger),
        )
        yield Run(stage, awards, history, ledger, report)
    finally:
        await crowd.finish(0)
        await proxy.close()
        await stage.close()


async def _calm(stage: Stage) -> None:
    await stage.postgres_is_up()
    await stage.valkey_is_up()
    for number in range(len(stage.workers)):
        await stage.worker_is_up(number)


async def open_awards(database_url: str, voters: int) -> list[Award]:
    """One award of each shape of ballot, and a ballot in each for everyone."""
    await migrate_database(database_url)
    db = await asyncpg.connect(database_url)
    await prepare_connection(db)
    awards = []
    for kind, (least, most) in {"stars": (1, 5), "approval": (0, 4), "ranking": (1, 4)}.items():
        award = await builders.an_award(
            db, kind=kind, min_value=least, max_value=most, closes=timedelta(hours=6), board="open"
        )
        entries = [await builders.an_entry(db, award) for _ in range(4)]
        ballots = await db.fetch(BALLOTS, award, voters)
        awards.append(Award(award, kind, entries, [row["id"] for row in ballots]))
    await db.execute("CHECKPOINT")  # whatever a broken design loses, it is votes
    await db.close()
    return awards


async def read_ledger(stage: Stage) -> list[Row]:
    """All lines, as they lie in PostgreSQL."""
    return await read_ledger_at(stage.database_url)


async def read_ledger_at(database_url: str) -> list[Row]:
    db = await asyncpg.connect(database_url)
    rows = await db.fetch(LEDGER)
    await db.close()
    return [
        Row(
            id=UUID(str(row["idem"])),
            key=(row["award_id"], row["ballot"], row["question"]),
            revision=row["revision"],
            content=(row["value"], None if row["choices"] is None else tuple(row["choices"])),
            receipt=row["receipt"],
        )
        for row in rows
    ]


def _commit() -> str:
    found = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"
