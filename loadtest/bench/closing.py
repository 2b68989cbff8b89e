"""`make bench-closing`: the minute in which everybody votes, and what happens when five times too many do.

`closing`: locust plays the evening of loadtest/crowd.py against a whole festival on this machine, generator included.
Votes leave when the curve says; waiting is counted from that moment. Then the ledger is compared with what the phones
were told. `acked_per_second` is the mean of the sixty seconds of the plateau, judged by the worst five of them in a
row; `p99_ms` is judged by the worst five seconds of the whole closing; `misjudged` counts confirmed votes that are not
in the ledger, are there twice or say something else, votes nobody sent, and what the live board and a recount say
otherwise. `overload` is described in loadtest/bench/overload.py.
"""

import argparse
import asyncio
import contextlib
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
import uvloop
from msgspec import Struct

from api import embedded
from api.access.operators import issue_code
from loadtest.bench import overload, report
from loadtest.bench.festival import Servers, open_servers, start_ours
from loadtest.bench.seconds import by_second, pace, percentile, slowness
from loadtest.bench.trees import seconds
from loadtest.client import Person
from loadtest.crowd import Evening, evening_for
from loadtest.history import Attempt, History, Line, Orders, Reckoning, load, reckon

_ROOT: Final = Path(__file__).parents[2]
_SEED: Final = 1
_FILMS: Final = 10
_ORGANISER, PRODUCER = "organiser@bench.example", "producer@bench.example"
#: Until the last batch has reached the board.
_SETTLE: Final = 3.0
FILES: Final = 20_000
_GOALS: Final = {
    "acked_per_second": report.Goal(name="acked_per_second", goal=1_000, better="higher"),
    "p99_ms": report.Goal(name="p99_ms", goal=500, better="lower"),
    "misjudged": report.Goal(name="misjudged", goal=0, better="lower"),
}


class Hall(Struct, frozen=True, kw_only=True):
    """A festival that is open. `votes_at` is where votes go; `pids` are the servers', `env` is what they are told."""

    url: str
    votes_at: str
    award: int
    organiser: Person
    database_url: str
    pids: tuple[int, ...]
    env: dict[str, str] = {}


class Told(Struct, frozen=True, kw_only=True):
    """What an evening came to; `servers` and `crowd` are processor seconds of the closing and what led to it."""

    evening: Evening
    history: History
    reckoning: Reckoning
    disagreements: int
    servers: float
    crowd: float

    @property
    def credits_at(self) -> float:
        return self.history.begins + self.evening.credits


@contextlib.asynccontextmanager
async def open_hall(folder: Path) -> AsyncGenerator[Hall, None]:
    async with contextlib.AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(folder / "closing"))
        api = await start_ours(stack, folder / "closing.log", servers.env)
        organiser = Person(api.url)
        stack.push_async_callback(organiser.close)
        award = await found(organiser, servers, api.url)
        yield Hall(
            url=api.url,
            votes_at=api.votes_at,
            award=award,
            organiser=organiser,
            database_url=servers.database_url,
            pids=(api.pid, *servers.pids),
            env={**os.environ, "PYTHONPATH": str(_ROOT), "TALLSCREEN_WORK_DIR": str(folder / "work"), **servers.env},
        )


async def found(organiser: Person, servers: Servers, url: str) -> int:
    """A festival of ten series and one open award, made as people make them; the award's id."""
    await organiser.sign_in(await issue_code(servers.database_url, _ORGANISER, organiser="Organiser"))
    dates = {"starts_on": "2026-11-06", "ends_on": "2026-11-30", "time_zone": "Asia/Almaty"}
    await organiser.post("/api/desk/festival", {"slug": "bench", "name": {"en": "Bench"}, **dates})
    section = await organiser.post("/api/desk/sections", {"slug": "main", "name": {"en": "Main competition"}})
    account = {"email": PRODUCER, "name": "Producer", "role": "producer", "company": "Films"}
    await organiser.post("/api/desk/accounts", account)
    producer = Person(url)
    await producer.sign_in(await issue_code(servers.database_url, PRODUCER))
    for number in range(_FILMS):
        body = {"section": section["id"], "slug": f"film-{number}", "title": {"en": f"Film {number}"}, "country": "KZ"}
        series = await producer.post("/api/studio/series", body)
        await organiser.post(f"/api/desk/series/{series['id']}/release?anyway=true")
    await producer.close()
    now = datetime.now(UTC)
    window = {"opens_at": (now - timedelta(hours=1)).isoformat(), "closes_at": (now + timedelta(hours=2)).isoformat()}
    rules = {"kind": "stars", "board": "open", "receipts": True}
    return int(
        (await organiser.post("/api/desk/awards", {"slug": "audience", "name": {"en": "A"}, **window, **rules}))["id"]
    )


async def hold(hall: Hall, evening: Evening, folder: Path) -> Told:
    """One evening from the doors to the ledger."""
    before = seconds(hall.pids)
    history, crowd = await send_crowd(hall, evening, folder)
    await asyncio.sleep(_SETTLE)
    return Told(
        evening=evening,
        history=history,
        reckoning=reckon(history.attempts, await read_ledger(hall.database_url)),
        disagreements=await count_disagreements(hall),
        servers=seconds(hall.pids) - before,
        crowd=crowd,
    )


async def send_crowd(hall: Hall, evening: Evening, folder: Path) -> tuple[History, float]:
    """Run locust until everybody has voted, and say where it broke a budget; what it lived through, its CPU seconds."""
    log, orders, history = folder / "locust.log", folder / "orders", folder / "history"
    given = Orders(evening=evening, award=hall.award, votes_at=hall.votes_at, history=str(history))
    orders.write_bytes(msgspec.json.encode(given))
    options = ["--headless", "--only-summary", "--host", hall.url, "--orders", str(orders)]
    command = [sys.executable, "-m", "locust", "-f", str(_ROOT / "loadtest" / "closing.py"), *options]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = await embedded.spawn(command, log, {**os.environ, "PYTHONPATH": str(_ROOT)})
    await process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = log.read_text(errors="replace")
    if not history.exists():
        report.give_up(f"The crowd did not come: {said[-2000:]}")
    print("".join(f"  {line}\n" for line in said.splitlines() if line.startswith("over budget")), end="")
    return load(history), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def check_seats(told: Told) -> None:
    """A curve that was not walked is not measured."""
    people, seated, late = told.evening.people, told.history.seated, told.history.late
    if late or seated != people:
        report.give_up(
            f"Of {people} people {seated} found a seat, {late} of them after the credits began, so nothing was"
            " measured; let them come in more slowly (--doors)."
        )


async def read_ledger(database_url: str) -> list[Line]:
    db = await asyncpg.connect(database_url)
    try:
        rows = await db.fetch("SELECT idem::text, ballot, question, value FROM vote_event")
    finally:
        await db.close()
    return [Line(*row) for row in rows]


async def count_disagreements(hall: Hall) -> int:
    """Entries for which the live board and a recount of the ledger differ."""
    board = await hall.organiser.get(f"/api/awards/{hall.award}/board")
    recount = await hall.organiser.get(f"/api/awards/{hall.award}/recount")
    shown, counted = (
        {row["entry"]: (row["votes"], row["sum"]) for row in each["entries"]} for each in (board, recount)
    )
    return sum(shown.get(entry) != counted.get(entry) for entry in shown.keys() | counted.keys())


def acked_bins(told: Told) -> list[int]:
    """Confirmed votes in each second of the plateau, by the moment of the answer."""
    first = told.credits_at + told.evening.tapping
    return by_second(
        [each.answered for each in told.history.attempts if each.acked], first, round(told.evening.plateau)
    )


def waits(attempts: Sequence[Attempt], credits_at: float) -> list[tuple[float, float]]:
    """For each confirmed vote when it was due, in seconds after the credits, and how long its tick took, in ms."""
    return [(each.due - credits_at, (each.answered - each.due) * 1000) for each in attempts if each.acked]


def judge(told: Told) -> list[report.Verdict]:
    late = waits(told.history.attempts, told.credits_at)
    return [
        report.judge(_GOALS["acked_per_second"], pace(acked_bins(told))),
        report.judge(_GOALS["p99_ms"], slowness(late, 0.99)),
        report.judge(_GOALS["misjudged"], report.exactly(told.reckoning.errors + told.disagreements)),
    ]


def tell(told: Told) -> None:
    """Ten seconds in a row, from the credits to the end."""
    evening, credits_at = told.evening, told.credits_at
    late = waits(told.history.attempts, credits_at)
    dues = {each.id: each.due - credits_at for each in told.history.attempts}
    length = evening.closing / 9
    rows = []
    for part in range(9):
        low, high = part * length, (part + 1) * length
        due = sum(low <= each < high for each in dues.values())
        acked = sum(low <= each.answered - credits_at < high for each in told.history.attempts if each.acked)
        slow = [wait for at, wait in late if low <= at < high]
        shares = [f"{percentile(slow, share):.0f}" for share in (0.5, 0.99, 1)]
        rows.append([f"{low:.3g}-{high:.3g}", f"{due / length:,.0f}", f"{acked / length:,.0f}", *shares])
    print()
    print(report.table(["after the credits, s", "due/s", "confirmed/s", "p50, ms", "p99, ms", "longest, ms"], rows))
    again = len(told.history.attempts) - len(dues)
    counted = told.reckoning
    print(
        f"\n{told.history.seated:,} people, {len(dues):,} votes, {again:,} sent again; worst second of the plateau"
        f" {min(acked_bins(told)):,}. Ledger: {counted.stored:,} lines of {counted.acked:,} confirmed votes, "
        f"{counted.lost} lost, {counted.double} double, {counted.wrong} wrong, {counted.strange} unknown; board and"
        f" recount differ in {told.disagreements} entries. Processor seconds: servers {told.servers:.0f}, crowd"
        f" {told.crowd:.0f}."
    )


def allow_files(amount: int) -> None:
    """Every phone is a connection, here and at the server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < amount:
        report.give_up(f"A process may hold {hard} files here and {amount} are needed; raise the limit (ulimit -Hn).")
    if soft < amount:
        resource.setrlimit(resource.RLIMIT_NOFILE, (amount, hard))


async def run(given: argparse.Namespace) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tallscreen-closing-"))
    verdicts = list[report.Verdict]()
    try:
        if given.only != "overload":
            evening = evening_for(
                given.rate,
                given.votes,
                doors=given.doors,
                film=given.film,
                closing=given.closing,
                plateau=given.plateau,
            )
            async with open_hall(folder) as hall:
                print(
                    f"{evening.people:,} people, {evening.voters:,} of whom vote, {evening.rate:,.0f} votes a second."
                )
                told = await hold(hall, evening, folder)
            check_seats(told)
            tell(told)
            verdicts += judge(told)
        if given.only != "closing":
            verdicts += await overload.run(folder, given.rounds, given.seconds, given.delay)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.finish("closing", _SEED, verdicts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", choices=["closing", "overload"], help="one of the two")
    add_evening(parser)
    parser.add_argument("--rounds", type=int, default=5, help="of the overload: how often it is measured")
    parser.add_argument("--seconds", type=float, default=20, help="of the overload: what is counted of each round")
    parser.add_argument("--delay", type=float, default=0.5, help="of the overload: how long the slow disk takes")
    given = parser.parse_args()
    allow_files(FILES)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(given))


def add_evening(parser: argparse.ArgumentParser) -> None:
    """What one may choose of the curve."""
    parser.add_argument("--rate", type=float, default=1_100, help="votes a second on the plateau")
    parser.add_argument("--votes", type=int, default=10, help="votes of one voter, ten at most")
    parser.add_argument("--doors", type=float, default=110, help="seconds in which people arrive")
    parser.add_argument("--film", type=float, default=10, help="seconds until the credits")
    parser.add_argument("--closing", type=float, default=90, help="seconds from the first vote to the last")
    parser.add_argument("--plateau", type=float, default=60, help="seconds at the full rate")


if __name__ == "__main__":
    main()
