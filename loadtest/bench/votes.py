"""`make bench-votes`: what a vote that is confirmed after its COMMIT costs, beside handlers that do less.

All servers run at once, each Granian with one worker; they are asked in turn, in blocks of a few seconds whose order
changes from round to round, by one client that is not counted. Cost is processor time per confirmed request of
everything that serves it: the API with its supervisor, PostgreSQL and Valkey for ours, the handler and what it stores
in for each baseline. Every vote is a new ballot's; ballots exist before, as they do when the closing minute begins.

`growth` compares a ledger that holds a thousand earlier votes with one that holds a million.
"""

import argparse
import asyncio
import contextlib
import itertools
import math
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import asyncpg
import uuid_utils
import uvloop
from msgspec import Struct

from api import embedded
from loadtest.bench import report
from loadtest.bench.festival import fill, open_servers, start, start_ours, votes
from loadtest.bench.rush import post, rush
from loadtest.bench.trees import seconds
from loadtest.bench.vote_rivals import TABLE

_SEED: Final = 1
_GOALS: Final = {
    "vs_plain": report.Goal(name="vs_plain", goal=5, better="higher"),
    "vs_insert": report.Goal(name="vs_insert", goal=10, better="higher"),
    "vs_noop": report.Goal(name="vs_noop", goal=1.5, better="higher"),
    "growth": report.Goal(name="growth", goal=1.2, better="lower"),
}
_FEW, _MANY = 1_000, 1_000_000
#: Requests of one block; the faster ones get more, so that blocks last about as long.
_BLOCK: Final = {"ours": 12_000, "large": 12_000, "noop": 8_000, "insert": 3_000, "plain": 4_000}


class Contender(Struct, frozen=True, kw_only=True):
    """`servers` are the process ids whose time counts; `requests` makes an endless supply of different ones."""

    name: str
    url: str
    servers: tuple[int, ...]
    requests: Iterator[bytes]


class Block(Struct, frozen=True, kw_only=True):
    name: str
    good: int
    bad: int
    cpu: float
    wall: float

    @property
    def cost(self) -> float:
        """Microseconds of processor time per confirmed request."""
        return self.cpu / self.good * 1e6


async def measure(contender: Contender, amount: int) -> Block:
    loop = asyncio.get_running_loop()
    requests = list(itertools.islice(contender.requests, amount))
    cpu, wall = seconds(contender.servers), loop.time()
    good, bad = await rush(contender.url, iter(requests))
    # What follows a vote, such as the board, is its cost too.
    await asyncio.sleep(0.5)
    return Block(
        name=contender.name, good=good, bad=bad, cpu=seconds(contender.servers) - cpu, wall=loop.time() - wall - 0.5
    )


async def measure_rounds(contenders: Sequence[Contender], rounds: int) -> list[dict[str, Block]]:
    for contender in contenders:
        await measure(contender, _BLOCK[contender.name] // 4)  # warm-up, thrown away
    found = []
    for number in range(rounds):
        order = contenders if number % 2 == 0 else contenders[::-1]
        blocks = {each.name: await measure(each, _BLOCK[each.name]) for each in order}
        bad = {name: block.bad for name, block in blocks.items() if block.bad}
        if bad:
            report.give_up(f"Requests were refused, so nothing was measured: {bad}.")
        print("  " + ", ".join(f"{block.name} {block.cost:.0f} us" for block in blocks.values()), flush=True)
        found.append(blocks)
    return found


@contextlib.asynccontextmanager
async def open_ours(folder: Path, name: str, earlier: int) -> AsyncGenerator[Contender, None]:
    """A whole festival service on its own servers, its ledger filled with `earlier` votes."""
    async with contextlib.AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(folder / name))
        award, entries, ballots = await fill(servers.database_url, earlier)
        api = await start_ours(stack, folder / f"{name}.log", servers.env)
        requests = votes(api.votes_at, award, entries, ballots)
        yield Contender(name=name, url=api.votes_at, servers=(api.pid, *servers.pids), requests=requests)


def _plain_votes(url: str, path: str) -> Iterator[bytes]:
    for number in itertools.count():
        body = b'{"id":"%s","voter":"%d","entry":%d,"value":%d}'
        yield post(url, path, body % (str(uuid_utils.uuid7()).encode(), number, number % 10, 1 + number % 5))


@contextlib.asynccontextmanager
async def open_rivals(folder: Path) -> AsyncGenerator[list[Contender], None]:
    """Each handler in a process of its own; the stores of the two that store."""
    async with contextlib.AsyncExitStack() as stack:
        postgres = await embedded.start_postgres(folder / "rivals" / "postgres")
        stack.push_async_callback(postgres.stop)
        valkey = await embedded.start_valkey(folder / "rivals" / "valkey", _ALWAYS)
        stack.push_async_callback(valkey.stop)
        db = await asyncpg.connect(postgres.url)
        await db.execute(TABLE)
        await db.close()
        env = {"RIVAL_DATABASE_URL": postgres.url, "RIVAL_REDIS_URL": valkey.url}
        stores = {"noop": (), "insert": (postgres.process.pid,), "plain": (valkey.process.pid,)}
        rivals = []
        for name, pids in stores.items():
            url, api = await start(stack, folder / f"{name}.log", "loadtest.bench.vote_rivals:make", env, "--factory")
            rivals.append(Contender(name=name, url=url, servers=(api, *pids), requests=_plain_votes(url, f"/{name}")))
        yield rivals


_ALWAYS: Final = {"maxmemory": "1gb", "appendonly": "yes", "appendfsync": "always"}


def judge(rounds: Sequence[dict[str, Block]], name: str) -> report.Verdict:
    """Ratios of the costs of one round."""
    base: Callable[[dict[str, Block]], float]
    if name == "growth":
        base = _growth
    else:
        rival = name.removeprefix("vs_")
        base = lambda blocks: blocks[rival].cost / blocks["ours"].cost  # noqa: E731
    return report.judge(_GOALS[name], report.interval([base(blocks) for blocks in rounds]))


def _growth(blocks: dict[str, Block]) -> float:
    return blocks["large"].cost / blocks["ours"].cost


def tell(rounds: Sequence[dict[str, Block]]) -> None:
    rows = []
    for name in rounds[0]:
        blocks = [each[name] for each in rounds]
        cost = math.exp(sum(math.log(block.cost) for block in blocks) / len(blocks))
        pace = sum(block.good for block in blocks) / sum(block.wall for block in blocks)
        rows.append([_SAID[name], f"{cost:.0f}", f"{1e6 / cost:,.0f}", f"{pace:,.0f}"])
    print()
    print(report.table(["handler", "CPU, us", "per CPU second", "per second, this machine"], rows))
    report.finish("votes", _SEED, [judge(rounds, name) for name in _GOALS])


_SAID: Final = {
    "ours": "ours, 1,000 earlier votes",
    "large": "ours, 1,000,000 earlier votes",
    "noop": "Litestar, nothing stored",
    "insert": "Litestar, INSERT and COMMIT per vote",
    "plain": "Litestar, Redis alone, AOF always",
}


async def run(rounds: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tallscreen-bench-"))
    try:
        async with (
            open_ours(folder, "ours", _FEW) as ours,
            open_ours(folder, "large", _MANY) as large,
            open_rivals(folder) as rivals,
        ):
            tell(await measure_rounds([ours, *rivals, large], rounds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often everything is measured")
    uvloop.run(run(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
