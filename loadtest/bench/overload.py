"""Five times more votes than can be stored: most of what can be is, and everybody else hears so at once.

The processor would set the capacity on a small machine, and then no generator on the same machine could offer five
times as much. So the disk sets it: a proxy holds back each answer of PostgreSQL for a fixed time, and a batch takes at
least that long. Each round measures what then can be stored, by more connections than a batch has rows, each of which
sends again when it is answered; and offers five times that by an open loop, whose requests leave when they are due and
not when others are answered. Waiting counts from the moment a request was due.

`overload_goodput` is the share of the capacity that is confirmed meanwhile, judged by the worst round; `refusal_ms` is
the slowest of all refusals. A refusal is a 503 that says when to come back; any other answer ends the
bench, and so does a ledger that has not exactly the confirmed votes.
"""

import contextlib
import itertools
import signal
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

import asyncpg
from msgspec import Struct

from api import embedded
from api.voting.batcher import BATCH_LIMIT, WAITING_LIMIT
from loadtest.bench import report
from loadtest.bench.festival import fill, open_servers, start_ours, until_open, votes
from loadtest.bench.flood import Answer, Flood
from loadtest.bench.seconds import percentile

TIMES: Final = 5
#: Seconds before counting begins: the first answers of a closed loop; the queue filling up.
_WARM_UP: Final = 3.0
#: At once in the closed loop: one batch is under way, the next is full, and a third begins.
_CLOSED: Final = 3 * BATCH_LIMIT
_OPEN: Final = WAITING_LIMIT + 4 * BATCH_LIMIT
_GOODPUT: Final = report.Goal(name="overload_goodput", goal=0.8, better="higher")
_REFUSAL: Final = report.Goal(name="refusal_ms", goal=100, better="lower")


class SlowFestival(Struct, frozen=True, kw_only=True):
    """A festival on a slow disk; `votes_at` is where votes go, `requests` are votes of people who have not voted."""

    votes_at: str
    database_url: str
    requests: Iterator[bytes]


class Round(Struct, frozen=True, kw_only=True):
    """`capacity`, `offered`, `confirmed` and `refused` are votes a second; `refusals` are waits in milliseconds.

    `late` are milliseconds by which requests left after they were due: what of a wait is the generator's own.
    """

    capacity: float
    offered: float
    confirmed: float
    refused: float
    refusals: list[float]
    late: list[float]

    @property
    def goodput(self) -> float:
        return self.confirmed / self.capacity


@contextlib.asynccontextmanager
async def open_slow(folder: Path, delay: float, fresh: int) -> AsyncGenerator[SlowFestival, None]:
    """`fresh` is how many votes can be asked for."""
    async with contextlib.AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(folder / "overload"))
        award, entries, ballots = await fill(servers.database_url, 0, fresh)
        slow = await _open_slow_disk(stack, servers.database_url, delay, folder / "proxy.log")
        env = {**servers.env, "TALLSCREEN_DATABASE_URL": slow}
        api = await start_ours(stack, folder / "overload.log", env)
        requests = votes(api.votes_at, award, entries, ballots)
        yield SlowFestival(votes_at=api.votes_at, database_url=servers.database_url, requests=requests)


async def _open_slow_disk(stack: contextlib.AsyncExitStack, url: str, delay: float, log: Path) -> str:
    """The database's address behind a proxy that holds back its answers, in a process of its own."""
    head, _, tail = url.rpartition(":")
    target, _, name = tail.partition("/")
    port = embedded.free_port()
    options = ["--port", str(port), "--target", target, "--delay", str(delay)]
    process = await embedded.spawn([sys.executable, "-m", "loadtest.proxy", *options], log)
    stack.push_async_callback(embedded.Server("", process, signal.SIGTERM).stop)
    await until_open(port, log)
    return f"{head}:{port}/{name}"


async def measure(festival: SlowFestival, length: float) -> Round:
    """One round: what can be stored, then five times that."""
    before = await count_ledger(festival.database_url)
    async with Flood(festival.votes_at, _CLOSED) as flood:
        closed = await flood.keep_busy(festival.requests, _WARM_UP + length)
    capacity = len(within(closed, length)) / length
    offered = TIMES * capacity
    requests = list(itertools.islice(festival.requests, round(offered * (_WARM_UP + length))))
    async with Flood(festival.votes_at, _OPEN) as flood:
        answers = await flood.fire(requests, offered)
    check(closed, answers, await count_ledger(festival.database_url) - before)
    counted = within(answers, length)
    refusals = [(each.answered - each.due) * 1000 for each in answers if not each.good]
    confirmed = sum(each.good for each in counted)
    return Round(
        capacity=capacity,
        offered=len(requests) / (_WARM_UP + length),
        confirmed=confirmed / length,
        refused=(len(counted) - confirmed) / length,
        refusals=refusals,
        late=[(each.sent - each.due) * 1000 for each in answers],
    )


def within(answers: Sequence[Answer], length: float) -> list[Answer]:
    """Those that came in `length` seconds after the warm-up."""
    return [each for each in answers if _WARM_UP <= each.answered < _WARM_UP + length]


def check(closed: Sequence[Answer], answers: Sequence[Answer], stored: int) -> None:
    """Nothing but ticks and deliberate refusals, and as many lines as ticks."""
    odd = {each.status for each in (*closed, *answers) if not each.good and not each.refused}
    if odd:
        report.give_up(f"There were other answers than confirmations and refusals: {sorted(odd)}.")
    good = sum(each.good for each in (*closed, *answers))
    if good != stored:
        report.give_up(f"{good} votes were confirmed and {stored} are in the ledger.")


async def count_ledger(database_url: str) -> int:
    db = await asyncpg.connect(database_url)
    try:
        return int(await db.fetchval("SELECT count(*) FROM vote_event"))
    finally:
        await db.close()


def judge(rounds: Sequence[Round]) -> list[report.Verdict]:
    slowest = [max(each.refusals, default=float("inf")) for each in rounds]
    goodputs = [each.goodput for each in rounds]
    return [
        report.judge(_GOODPUT, report.between(fmean(goodputs), goodputs)),
        report.judge(_REFUSAL, report.between(max(slowest), slowest)),
    ]


def tell(rounds: Sequence[Round]) -> None:
    rows = []
    for each in rounds:
        paces = [f"{pace:,.0f}" for pace in (each.capacity, each.offered, each.confirmed, each.refused)]
        slow = [f"{percentile(each.refusals, share):.0f}" for share in (0.5, 0.99, 0.999, 1)]
        rows.append([*paces, f"{each.goodput:.2f}", *slow, f"{percentile(each.late, 0.99):.0f}"])
    heads = ["can be stored/s", "offered/s", "confirmed/s", "refused/s", "goodput"]
    print()
    print(report.table([*heads, "refused in ms: p50", "p99", "p99.9", "slowest", "sent late, p99"], rows))


async def run(folder: Path, rounds: int, length: float, delay: float) -> list[report.Verdict]:
    fresh = round(rounds * (1 + TIMES) * (_WARM_UP + length) * BATCH_LIMIT / delay) + _CLOSED * (rounds + 1)
    async with open_slow(folder, delay, fresh) as festival:
        async with Flood(festival.votes_at, BATCH_LIMIT) as flood:  # the first statement has to be prepared
            await flood.keep_busy(festival.requests, _WARM_UP)
        found = [await measure(festival, length) for _ in range(rounds)]
    tell(found)
    return judge(found)
