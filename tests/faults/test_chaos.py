"""Votes are exact while servers die; and the judge who says so can say otherwise."""

import asyncio
import os
import random
import sys
from pathlib import Path

import asyncpg
import httpx
import pytest

from api.db import prepare_connection
from api.voting import board, rules
from tests.conftest import SECRET
from tests.faults.chaos_history import count, finals
from tests.faults.chaos_stubs import read_list
from tests.faults.chaos_votes import Plan, Run, Scene, chaos, read_ledger

OURS = Scene(ledger=read_ledger)
#: PostgreSQL confirms what is still in its own memory, as it does by default up to 0.6 s with this first setting; the
#: others make that longer, so that ten seconds are enough to see it.
FORGETFUL = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB")
#: Redis's own default: a snapshot now and then.
SNAPSHOTS = "3600 1 300 100 60 10000"
#: The design, what is done to it, and what must be found.
BROKEN = {
    "synchronous_commit=off": (Scene(ledger=read_ledger, postgres=FORGETFUL), "kill postgres", "lost"),
    "Redis alone": (
        Scene(app="tests.faults.chaos_stubs:redis_only", valkey=SNAPSHOTS, ledger=read_list), "kill valkey", "lost",
    ),
    "a repetition is a vote": (Scene(app="tests.faults.chaos_stubs:counts_twice", ledger=read_list), "cut", "double"),
}  # fmt: skip
pytestmark = pytest.mark.alone
LONG = {"SECONDS": 1800, "KILLS": 300, "VOTES": 1_000_000}
BOARD_SECONDS = 60


def a_seed() -> int:
    """Another one each time, unless CHAOS_SEED names one; the report says which it was."""
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**6))


@pytest.mark.timeout(240)
async def test_votes_are_exact_while_servers_die(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = Plan(seed=a_seed(), seconds=60, kills=15)

    await prove(tmp_path, plan, capsys)


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
async def test_votes_are_exact_for_half_an_hour(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CHAOS_SECONDS, CHAOS_KILLS and CHAOS_VOTES shorten it."""
    seconds, kills, votes = (int(os.environ.get(f"CHAOS_{name}") or goal) for name, goal in LONG.items())
    plan = Plan(seed=a_seed(), seconds=seconds, kills=kills, votes=votes, voters=votes // 4)

    await prove(tmp_path, plan, capsys)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("design", BROKEN)
async def test_design_that_is_not_exact_is_found_out(
    design: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene, blow, violation = BROKEN[design]
    plan = Plan(seed=a_seed(), seconds=10, kills=0, voters=2_000, deck=(blow,))

    async with chaos(tmp_path, plan, scene) as run:
        with capsys.disabled():
            sys.stdout.write(f"\n{design}: {run.report.table()}\n")

        assert run.report.acked > 100
        assert violation in run.report.violations


async def prove(folder: Path, plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    async with chaos(folder, plan, OURS) as run:
        try:
            await check_counts(run)
        finally:
            with capsys.disabled():
                sys.stdout.write(f"\n{run.report.table()}\n")

        assert run.report.violations == {}
        assert run.report.slow() == {}
        assert run.report.kills >= plan.kills
        assert run.report.acked >= plan.votes


async def check_counts(run: Run) -> None:
    """Recount by the phones' memory == recount of the ledger == live board; and so is what voters see of their own."""
    last, run.report.unsure = finals(run.history, run.ledger)
    counted = count({award.id: award.kind for award in run.awards}, last)
    db = await asyncpg.connect(run.stage.database_url)
    await prepare_connection(db)
    for award in run.awards:
        found = await board.recount(db, award.id)
        lines = [row for row in run.ledger if row.key[0] == award.id]
        ours = (len(lines), len({row.key[1] for row in lines}), counted[award.id])
        theirs = (found.rows, found.ballots, {each.entry: (each.votes, each.sum) for each in found.entries})
        if ours != theirs:
            run.report.violations.setdefault("recount", []).append(f"award {award.id}: {ours} != {theirs}")
        shown = await settled_board(run, award.id, ours)
        if shown != ours:
            run.report.violations.setdefault("board", []).append(f"award {award.id}: {shown} != {ours}")
    await db.close()
    await check_own_votes(run)


Counted = tuple[int, int, dict[int, tuple[int, int]]]


async def settled_board(run: Run, award: int, expected: Counted) -> Counted:
    """The live board, after its own check has had the time to see what is wrong."""
    shown: Counted = (0, 0, {})
    async with httpx.AsyncClient(base_url=run.stage.url) as client:
        for _ in range(BOARD_SECONDS):
            told = (await client.get(f"/api/awards/{award}/board")).json()
            entries = {each["entry"]: (each["votes"], each["sum"]) for each in told["entries"] if each["votes"]}
            shown = (told["rows"], told["ballots"], entries)
            if told["source"] == "live" and shown == expected:
                break
            await asyncio.sleep(1)
    return shown


async def check_own_votes(run: Run) -> None:
    rows = {row.key: row for row in sorted(run.ledger, key=lambda row: row.revision)}
    dice = random.Random(run.report.plan.seed)
    keys = dice.sample(sorted(rows), min(60, len(rows)))
    async with httpx.AsyncClient(base_url=run.stage.url) as client:
        for award, ballot, _ in keys:
            token = rules.sign_ballot(SECRET.encode(), rules.Ballot(award, ballot, "device"))
            for _ in range(2):  # from the ledger, then from Redis
                told = (await client.get(f"/api/awards/{award}/my-votes", headers={"Ballot": token})).json()["votes"]
                ours = {str(row.id) for key, row in rows.items() if key[:2] == (award, ballot)}
                if {each["id"] for each in told} != ours:
                    run.report.violations.setdefault("own votes", []).append(f"{award} {ballot}: {told} != {ours}")
