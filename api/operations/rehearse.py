"""`python -m api.cli rehearse`: a fake award on the live system, from its making to a verified bundle, and erased.

Ballots and votes go through the public door and the live board; sealing, counting and the verifier are the same code,
run in this process, so that nothing in the background is at an award that is about to vanish, and no auditor gets mail
about it. What was made is a festival of the state `rehearsal`, which nothing shows; a transaction of the database's
own function erases it, and the audit log keeps that it was there.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final

import asyncpg
from msgspec import Struct, field

from api import errors
from api.access import audit
from api.access.rules import digest, new_clear_code
from api.db import GONE, Pool, fetch_maybe, open_pool, read_queries
from api.live import LOST, RedisLive
from api.operations.phones import Heard, PhoneError, vote_late, vote_with
from api.settings import Settings
from api.voting import board
from api.voting.gates import Proof
from api.voting.logbook import LogBook
from api.voting.proofs import BADGE_LENGTH
from api.voting.prover import Prover
from api.voting.prover import Q as PROVER
from api.voting.sealing import SEAL_LIMIT, freeze_rules, lock_log, seal
from api.voting.signing import Signer

Q = read_queries(Path(__file__).parent, "rehearse.sql")
ENTRIES: Final = 3
#: Erasing is tried so often, so many seconds apart: the database may be what the rehearsal found to be failing.
ERASE_TRIES, ERASE_AGAIN = 15, 2.0
ERASE_PATIENCE: Final = 60.0
#: Looks at the live board, a fifth of a second apart, until it has what was counted.
BOARD_LOOKS: Final = 50


class RehearsalFailed(Exception):
    """A step did not do what it promises; the message is the sentence."""


class Plan(Struct, frozen=True, kw_only=True):
    """So many voters, for so long; where phones reach the service."""

    voters: int
    seconds: float
    url: str


class Step(Struct, frozen=True):
    did: str
    seconds: float


class Report(Struct, kw_only=True):
    """`failed` is why it ended early; `erased` the lines of the ledger that are gone, None where none were."""

    steps: list[Step] = field(default_factory=list)
    failed: str | None = None
    erased: int | None = None


Say = Callable[[str], None]


class Rehearsal:
    def __init__(self, settings: Settings, plan: Plan, pool: Pool, live: RedisLive, say: Say) -> None:
        self._plan, self._pool, self._live, self._say = plan, pool, live, say
        self._book = LogBook(Signer(settings.key))
        self._badges = [new_clear_code(BADGE_LENGTH) for _ in range(plan.voters)]
        self._entries: list[int] = []
        self._award = 0
        self._heard = Heard()
        self._stop = Event()
        self.report = Report()

    async def run(self) -> None:
        """All steps; RehearsalFailed where one does not do what it promises."""
        for act in (self._make, self._open, self._vote, self._close, self._compare_board, self._seal, self._prove):
            await self._step(act)

    def stop(self) -> None:
        """No phone sends another tap."""
        self._stop.set()

    async def _step(self, act: Callable[[], Awaitable[str]]) -> None:
        started = time.monotonic()
        try:
            did = await act()
        except errors.FestivalError as error:
            raise RehearsalFailed(error.detail) from error
        except PhoneError as error:
            raise RehearsalFailed(str(error)) from error
        step = Step(did, time.monotonic() - started)
        self.report.steps.append(step)
        self._say(_line(step))

    async def _make(self) -> str:
        async with self._pool.acquire() as tx, tx.transaction():
            await tx.execute(Q["make_house"], f"rehearsal-{secrets.token_hex(4)}", ENTRIES)
            await tx.execute(Q["make_badges"], [digest(badge) for badge in self._badges])
            row = await tx.fetchrow(Q["make_award"], secrets.token_bytes(32), timedelta(seconds=self._plan.seconds))
            if row is None:
                raise RehearsalFailed("The award was not made.")
            self._award = row["id"]
            self._entries = [each["id"] for each in await tx.fetch(Q["make_entries"], self._award)]
            detail = {"voters": self._plan.voters, "entries": len(self._entries)}
            await audit.note(tx, None, "rehearse", f"rehearsal:{row['house']}", detail)
        return f"a hidden award with {len(self._entries)} entries and {len(self._badges)} badges was made"

    async def _open(self) -> str:
        async with self._pool.acquire() as tx, tx.transaction():
            await lock_log(tx, self._award)
            if not await freeze_rules(tx, self._award, self._book.signer):
                raise RehearsalFailed("The rules were not published.")
        return "voting is open and its rules are signed"

    async def _vote(self) -> str:
        given = self._plan.url, self._award, self._badges, self._entries, self._stop
        self._heard = heard = await asyncio.to_thread(vote_with, *given)
        times = sorted(heard.seconds)
        if not times:
            raise RehearsalFailed("Nobody voted.")
        again = f", {heard.again} sent again" if heard.again else ""
        return (
            f"{len(self._badges)} ballots given out, {heard.lines} votes confirmed{again};"
            f" half within {_ms(times[len(times) // 2])}, the slowest in {_ms(times[-1])}"
        )

    async def _close(self) -> str:
        await self._wait("closes")
        status = await asyncio.to_thread(vote_late, self._plan.url, self._award, self._badges[0], self._entries[0])
        if status != errors.VotingClosed.status:
            raise RehearsalFailed(f"A vote after closing was answered {status} instead of being refused.")
        await self._wait("over")
        return "voting has closed, and a late vote was refused"

    async def _wait(self, what: str) -> None:
        row = await self._pool.fetchrow(Q["until"], self._award)
        await asyncio.sleep(max(0.0, row[what] + 0.05) if row else 0.0)

    async def _compare_board(self) -> str:
        async with self._pool.acquire() as db:
            counted = await board.recount(db, self._award)
        found = {each.entry: (each.votes, each.sum) for each in counted.entries}
        if counted.rows != self._heard.lines or found != self._heard.tally():
            raise RehearsalFailed(
                f"The ledger has {counted.rows} lines, {self._heard.lines} were confirmed, or they say something else."
            )
        shown = await self._board_shows(counted)
        board_too = "and the live board shows them" if shown else "and there is no live board without Redis"
        return f"the ledger holds all {counted.rows} confirmed votes, {board_too}"

    async def _board_shows(self, counted: board.Recount) -> bool:
        """False without Redis; RehearsalFailed where the board shows something else for long."""
        shown = None
        for _ in range(BOARD_LOOKS):
            shown = await self._live.board(self._award)
            if shown is not None and board.plain(shown).entries == board.plain(counted).entries:
                return True
            await asyncio.sleep(0.2)
        if shown is None:
            return False
        raise RehearsalFailed("The live board does not show what the ledger holds.")

    async def _seal(self) -> str:
        lines, sealed = 0, SEAL_LIMIT
        while sealed == SEAL_LIMIT:
            async with self._pool.acquire() as tx, tx.transaction():
                await lock_log(tx, self._award)
                sealed = await seal(tx, self._award, self._book)
            lines += sealed
        if lines != self._heard.lines:
            raise RehearsalFailed(f"{lines} of {self._heard.lines} lines were sealed.")
        return f"{lines} lines sealed under a signed checkpoint"

    async def _prove(self) -> str:
        await Prover(self._pool, self._book).prove(self._award)
        async with self._pool.acquire() as db:
            proof = await fetch_maybe(db, PROVER["newest_proof"], self._award, into=Proof)
        if proof is None or proof.verified_at is None:
            raise RehearsalFailed(f"The count was not proved: {(proof and proof.wrong) or 'it did not begin'}")
        return (
            f"counted twice to the same end; the bundle of {-(-(proof.bundle_size or 0) // 1024)} KiB"
            " is right by the verifier in it"
        )


def _ms(seconds: float) -> str:
    return f"{round(seconds * 1000)} ms"


def _said(error: BaseException) -> str:
    return str(error).rstrip(".") or type(error).__name__


def _line(step: Step) -> str:
    return f"  ok  {step.did}  ({step.seconds:.1f} s)"


async def erase(pool: Pool, live: RedisLive) -> int | None:
    """Erase the rehearsal there is, once no vote of it can be under way; its lines in the ledger, None without one."""
    if await pool.fetchval(Q["house"]) is None:
        return None
    closed = await pool.fetch(Q["close"])
    for row in closed:
        left = await pool.fetchrow(Q["until"], row["id"])
        await asyncio.sleep(max(0.0, left["over"] + 0.05) if left else 0.0)
    async with pool.acquire() as tx, tx.transaction():
        house = await tx.fetchval(Q["house"])
        lines = await tx.fetchval(Q["erase"], timeout=ERASE_PATIENCE)
        await audit.note(tx, None, "erase-rehearsal", f"rehearsal:{house}", {"lines": lines})
    with contextlib.suppress(*LOST):
        for row in closed:
            await live.drop(row["id"])
    return int(lines)


async def _erase_patiently(pool: Pool, live: RedisLive) -> int | None:
    for turn in range(ERASE_TRIES):
        try:
            return await erase(pool, live)
        except GONE as error:
            if isinstance(error, asyncpg.InsufficientPrivilegeError) or turn == ERASE_TRIES - 1:
                raise
        await asyncio.sleep(ERASE_AGAIN)
    return None


async def rehearse(settings: Settings, plan: Plan, say: Say) -> Report:
    """Make, vote, count, prove and erase. Whatever happens, cancellation included, it ends with erasing."""
    pool = await open_pool(settings.database_url, size=5)
    live = RedisLive(settings.redis_url)
    try:
        async with pool.acquire() as holder:
            if not await holder.fetchval(Q["hold"]):
                raise errors.SettingsError("A rehearsal is running already; wait until it has ended.")
            if (left := await _erase_patiently(pool, live)) is not None:
                say(f"  ok  an earlier rehearsal that was ended by force is erased: {left} lines of the ledger")
            return await _rehearse(Rehearsal(settings, plan, pool, live, say), pool, live)
    finally:
        await live.close()
        await pool.close()


async def _rehearse(rehearsal: Rehearsal, pool: Pool, live: RedisLive) -> Report:
    report = rehearsal.report
    try:
        await rehearsal.run()
    except RehearsalFailed as error:
        report.failed = str(error)
    except GONE as error:
        report.failed = f"The database was lost: {_said(error)}"
    except asyncio.CancelledError:
        report.failed = "It was interrupted."
    rehearsal.stop()
    try:
        report.erased = await _erase_patiently(pool, live)
    except GONE as error:
        left = f"It is not erased: {_said(error)}. Run it again to erase it."
        report.failed = f"{report.failed} {left}" if report.failed else left
    return report
