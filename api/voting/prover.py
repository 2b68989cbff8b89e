"""Proves a count before people publish it: counted twice, by two programs, and by the verifier that everybody gets.

What would be published is really made, in a transaction that is rolled back: the bundle is built from it, and the
verifier in that bundle runs on it in a process of its own. What was learned is kept, with what it rests on.
"""

import asyncio
import contextlib
import hashlib
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import asyncpg
import structlog

from api import errors
from api.db import Connection, Pool, fetch_maybe, read_queries
from api.voting.approvals import show_publication
from api.voting.bundle import stream_bundle
from api.voting.gate import show_gate
from api.voting.gates import FrozenRules, GateFacts, Gates, Proof, gates_of, shut_gates, wants_proof
from api.voting.logbook import PATIENCE, LogBook, read_log
from api.voting.paper_gate import open_batches
from api.voting.publishing import Counted, PublishedResult, count_all
from api.voting.recount import Content
from api.voting.sealing import SEAL_LIMIT, fetch_terms, lock_log, rules_of, seal, secret_of
from api.voting.voiding import write_voids

Q = read_queries(Path(__file__).parent, "prover.sql")
log = structlog.get_logger("proving")
LOOK_EVERY = 10.0
#: Seconds for the verifier on the largest of bundles.
VERIFIER_PATIENCE = 1800.0
#: What of the verifier's report is kept.
SAID = 2_000


class Prover:
    """Proves what waits for it, one award after another. Every API process has one; a lock settles who does it."""

    def __init__(self, pool: Pool, book: LogBook) -> None:
        self._pool, self._book = pool, book
        self._running: dict[int, asyncio.Task[None]] = {}

    async def look(self) -> None:
        """Awards whose voting is over get their proof by themselves, and a new one when something came after it."""
        async with self._pool.acquire() as db:
            awards = [row["id"] for row in await db.fetch(Q["awards_to_prove"])]
            wanted = [award for award in awards if wants_proof(await read_facts(db, award, self._book))]
        for award in wanted:
            await self.prove(award)

    def start(self, award: int) -> None:
        """Begin a proof that this process is not at already; progress is told by the database."""
        if award not in self._running:
            task = asyncio.create_task(self.prove(award), name=f"prove-{award}")
            self._running[award] = task
            task.add_done_callback(lambda _: self._running.pop(award, None))

    async def close(self) -> None:
        for task in list(self._running.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def prove(self, award: int) -> None:
        async with self._pool.acquire() as holder:
            if not await holder.fetchval(Q["hold_proving"], award):
                return
            try:
                await self._prove(award)
            finally:
                await holder.execute(Q["end_proving"], award)

    async def _prove(self, award: int) -> None:
        proof = await self._pool.fetchval(Q["begin_proof"], award)
        ground = await self._pool.fetchval(Q["ground"], award, timeout=PATIENCE)
        try:
            await self._seal(award)
            with tempfile.TemporaryDirectory(prefix="proof-") as folder:
                await self._step(proof, "count", 0.1)
                bundle = Path(folder) / "bundle.zip"
                result = await self._make(proof, award, bundle)
                await self._step(proof, "verify", 0.7)
                await verify(bundle)
                size = bundle.stat().st_size
            await self._pool.execute(Q["end_proof"], proof, size, result)
            log.info("count proved", award=award)
        except (errors.FestivalError, asyncpg.PostgresError, OSError) as error:
            why = error.detail if isinstance(error, errors.FestivalError) else str(error)
            await self._pool.execute(Q["fail_proof"], proof, why[:SAID], ground)
            log.error("count not proved", award=award, why=why[:SAID])

    async def _step(self, proof: int, step: str, part: float) -> None:
        await self._pool.execute(Q["note_progress"], proof, step, part)

    async def _seal(self, award: int) -> None:
        """What waits goes into the log first, so that the proof names a head that everyone can see."""
        sealed = SEAL_LIMIT
        while sealed == SEAL_LIMIT:
            async with self._pool.acquire() as tx, tx.transaction():
                await lock_log(tx, award)
                await write_voids(tx, award, await secret_of(tx, award))
                sealed = await seal(tx, award, self._book)

    async def _make(self, proof: int, award: int, path: Path) -> bytes:
        """Publish for nobody: count twice, write the bundle, roll back. The hash of the result."""
        async with self._pool.acquire() as tx:
            transaction = tx.transaction()
            await transaction.start()
            try:
                await lock_log(tx, award)
                before = await read_log(tx, award)
                if before is None:
                    raise errors.LogNotStarted
                if not before.over:
                    raise errors.VotingNotOver
                ground = await tx.fetchval(Q["ground"], award, timeout=PATIENCE)
                counted = await count_all(tx, before, self._book)
                ballots = await count_again(tx, award, counted.content)
                values = (ground, before.size, before.root, ballots, len(counted.content.events))
                await self._pool.execute(Q["note_count"], proof, *values)
                await self._step(proof, "bundle", 0.4)
                await self._write(tx, counted, path)
                return hashlib.sha256(counted.text.encode()).digest()
            finally:
                await transaction.rollback()

    async def _write(self, tx: Connection, counted: Counted, path: Path) -> None:
        result = PublishedResult(text=counted.text, published_at=counted.log.now)
        with path.open("wb") as file:
            async for piece in stream_bundle(tx, counted.log, self._book, result):
                await asyncio.to_thread(file.write, piece)


async def count_again(tx: Connection, award: int, content: Content) -> int:
    """The database's own count of the ledger, which has to be what the leaves of the log give; its ballots."""
    rows = await tx.fetch(Q["count_again"], award, timeout=PATIENCE)
    ledger = {
        (row["tier"], row["question"], row["value"], None if row["choices"] is None else tuple(row["choices"])): row[
            "votes"
        ]
        for row in rows
    }
    votes = await asyncio.to_thread(content.votes)
    leaves = Counter((vote.tier, vote.question, vote.value, vote.choices) for vote in votes)
    if ledger != leaves:
        differing = sum(1 for key in ledger.keys() | leaves.keys() if ledger.get(key, 0) != leaves.get(key, 0))
        raise errors.ProofBroken("The database and the log count differently.", cells=differing)
    return len({vote.ballot for vote in votes})


async def verify(bundle: Path) -> None:
    """Run the verifier that is in the bundle on the bundle, as a stranger would; ProofBroken with what it says."""
    program = bundle.with_name("verify.py")
    with zipfile.ZipFile(bundle) as packed:
        program.write_bytes(packed.read("verify.py"))
        key = packed.read("key.txt").decode().strip()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(program), str(bundle), "--key", key,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=bundle.parent,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(), VERIFIER_PATIENCE)
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise errors.ProofBroken(said.decode(errors="replace")[-SAID:].strip())


async def read_facts(db: Connection, award: int, book: LogBook) -> GateFacts:
    """Everything the gates of an award are judged by."""
    row = await db.fetchrow(Q["gate_facts"], award)
    if row is None:
        raise errors.NotFound
    terms, entries = await fetch_terms(db, award)
    return GateFacts(
        **dict(row),
        ground=await db.fetchval(Q["ground"], award, timeout=PATIENCE),
        proof=await fetch_maybe(db, Q["newest_proof"], award, into=Proof),
        kiosks=await show_gate(db, award),
        paper_open=len(await open_batches(db, award)),
        rules=await fetch_maybe(db, Q["frozen_rules"], award, into=FrozenRules),
        rules_now=rules_of(terms, entries, book.key_of(terms.festival, terms.slug)),
        publication=await show_publication(db, award),
    )


async def show_gates(db: Connection, award: int, book: LogBook) -> Gates:
    return gates_of(await read_facts(db, award, book))


async def check_gates(db: Connection, award: int, book: LogBook) -> bytes:
    """Raise GatesShut, with their names, unless all but the people's are passed; the hash of the proved result."""
    facts = await read_facts(db, award, book)
    shut = shut_gates(gates_of(facts))
    if shut or facts.proof is None or facts.proof.result_hash is None:
        raise errors.GatesShut(gates=shut)
    return facts.proof.result_hash


def check_same(result: str, proved: bytes) -> None:
    """What is published is what was proved, to the letter."""
    if hashlib.sha256(result.encode()).digest() != proved:
        raise errors.ProofBroken("The result is not the one that was proved.")
