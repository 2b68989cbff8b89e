"""Rules are frozen when voting opens, and what the ledger gains is sealed into the award's public log.

A log is added to under an advisory lock and in one transaction: leaves and their checkpoint are there together or not
at all. Leaves of one sealing lie in the order of their receipts' hashes, which tells nothing about who voted when.
"""

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from api import errors
from api.db import Connection, fetch_all, fetch_one
from api.voting.leaves import canonical, rules_leaf
from api.voting.logbook import PATIENCE, Log, LogBook, Q, read_log, time_line
from api.voting.merkle import Tree, leaf_hash
from api.voting.notes import Checkpoint, Key, NoteError, digest, origin_of, read_note
from api.voting.signing import Signer
from api.words import Words

#: Rows of one sealing; what is more goes into the next one, at once. To find them is to read the ledger of the award.
SEAL_LIMIT = 50_000
#: Leaves of one statement: its arguments are put together where votes are received.
LEAVES_AT_ONCE = 5_000
VOID = 2


class Terms(Struct, frozen=True, kw_only=True):
    """What decides the result of an award, but for its entries."""

    id: int
    festival: str
    slug: str
    name: Words
    kind: str
    method: str
    tiers: list[str]
    weights: dict[str, float]
    min: int
    max: int
    minimum: dict[str, Any]
    watch: dict[str, Any] | None
    opens_at: datetime
    closes_at: datetime
    grace_seconds: int
    board: str
    receipts: bool
    paper_until: datetime | None = None


class TermsEntry(Struct, frozen=True, kw_only=True):
    id: int
    series: str | None
    title: Words | None
    episode: int | None


class Unsealed(Struct, frozen=True, kw_only=True):
    """A line of the ledger on its way into the log."""

    idem: UUID
    ballot: int
    tier: str
    question: int
    revision: int
    kind: int
    value: int | None
    choices: list[int] | None
    receipt: str
    reason: str | None
    #: The number on the envelope of a sheet of paper.
    batch: int | None = None


def rules_of(terms: Terms, entries: Sequence[TermsEntry], key: Key) -> str:
    """The rules as they are published: canonical JSON, times in UTC, nothing that is empty."""
    rules: dict[str, Any] = {
        "award": terms.slug,
        "festival": terms.festival,
        "name": terms.name,
        "kind": terms.kind,
        "method": terms.method,
        "tiers": sorted(terms.tiers),
        "weights": terms.weights,
        "min": terms.min,
        "max": terms.max,
        "minimum": terms.minimum,
        "watch": terms.watch,
        "opens_at": _utc(terms.opens_at),
        "closes_at": _utc(terms.closes_at),
        "grace_seconds": terms.grace_seconds,
        "board": terms.board,
        "receipts": terms.receipts,
        "entries": [_without_none(id=e.id, series=e.series, title=e.title, episode=e.episode) for e in entries],
        "key": str(key),
    }
    if terms.paper_until is not None:
        rules["paper_until"] = _utc(terms.paper_until)
    return canonical(rules)


def pseudonym(secret: bytes, ballot: int) -> str:
    """What a ballot is called in public. Who does not hold the award's secret cannot tell which ballot it is."""
    return hmac.digest(secret, f"public:{ballot}".encode(), "sha256").hex()[:16]


def vote_leaf(row: Unsealed, ballot: str) -> str:
    """The leaf of a line of the ledger; a void says why and repeats no choice."""
    void = row.kind == VOID
    return canonical(
        _without_none(
            type="vote",
            kind="void" if void else "cast",
            ballot=ballot,
            tier=row.tier,
            question=row.question,
            revision=row.revision,
            receipt=row.receipt,
            value=None if void else row.value,
            choices=None if void else row.choices,
            reason=row.reason,
            batch=row.batch,
        )
    )


def _without_none(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def check_not_frozen(db: Connection, award: int) -> None:
    """Raise RulesFrozen where the award's rules are published: whatever edits an award asks this first."""
    if await db.fetchval(Q["frozen"], award):
        raise errors.RulesFrozen


async def fetch_terms(db: Connection, award: int) -> tuple[Terms, list[TermsEntry]]:
    terms = await fetch_one(db, Q["terms"], award, into=Terms, missing=errors.NotFound())
    return terms, await fetch_all(db, Q["terms_entries"], award, into=TermsEntry)


async def lock_log(tx: Connection, award: int) -> None:
    """Wait until nobody else adds to this log; held until the transaction ends."""
    try:
        await tx.execute(Q["lock_log"], award)
    except asyncpg.LockNotAvailableError as error:
        raise errors.Unavailable(retry_after=2) from error


async def freeze_rules(tx: Connection, award: int, signer: Signer) -> bool:
    """Publish the award's rules, once: leaf 0 and the first checkpoint. The log is locked by the caller."""
    terms, entries = await fetch_terms(tx, award)
    origin = origin_of(terms.festival, terms.slug)
    rules = rules_of(terms, entries, signer.key(origin))
    if await tx.fetchval(Q["save_rules"], award, rules, sha256(rules.encode()).digest()) is None:
        return False
    leaf = rules_leaf(terms.slug, rules)
    now = await tx.fetchval("SELECT clock_timestamp()")
    checkpoint = Checkpoint(origin, 1, leaf_hash(leaf.encode()), (time_line(now),))
    await tx.execute(Q["save_leaves"], award, 0, [None], [leaf])
    await tx.execute(Q["save_checkpoint"], award, 1, checkpoint.root, signer.sign(checkpoint))
    return True


async def secret_of(db: Connection, award: int) -> bytes:
    """What ballots are named with in public."""
    secret: bytes | None = await db.fetchval(Q["award_secret"], award)
    if secret is None:
        raise errors.ProofBroken("The secret that names the ballots of this award is gone.")
    return secret


class OpenLog:
    """A log that grows in this transaction, under its lock, with a tree of its own: a rollback leaves nothing."""

    def __init__(self, tx: Connection, log: Log, book: LogBook) -> None:
        self._tx, self._book = tx, book
        self.log = log
        self._tree: Tree | None = None

    async def append(self, leaves: Mapping[str, UUID | None]) -> None:
        """Add leaves, each with its line of the ledger, and a checkpoint.

        What the log holds must give the head that was signed last, else ProofBroken: nothing is built on a changed log.
        """
        tree = self._tree or (await self._book.tree(self._tx, self.log)).copy(self.log.size)
        await asyncio.to_thread(lambda: tree.extend(leaf_hash(leaf.encode()) for leaf in leaves))
        log, signer = self.log, self._book.signer
        checkpoint = Checkpoint(log.origin, len(tree), tree.root(), (time_line(log.now), _link(log, self._book)))
        note = signer.sign(checkpoint)
        lines, texts = list(leaves.values()), list(leaves)
        for start in range(0, len(leaves), LEAVES_AT_ONCE):
            part = slice(start, start + LEAVES_AT_ONCE)
            columns = lines[part], texts[part]
            await self._tx.execute(Q["save_leaves"], log.award, log.size + start, *columns, timeout=PATIENCE)
        await self._tx.execute(Q["save_checkpoint"], log.award, checkpoint.size, checkpoint.root, note)
        self.log = structs.replace(log, size=checkpoint.size, root=checkpoint.root, note=note)
        self._tree = tree

    async def seal(self, limit: int = SEAL_LIMIT) -> int:
        """Seal up to `limit` lines of the ledger and say how many."""
        rows = await self._tx.fetch(Q["unsealed"], self.log.award, limit, timeout=PATIENCE)
        if rows:
            secret = await secret_of(self._tx, self.log.award)
            await self.append(await asyncio.to_thread(_leaves_of, rows, secret))
        return len(rows)


async def open_log(tx: Connection, award: int, book: LogBook) -> OpenLog | None:
    """The award's log to add to, if it has one and is not published. The log is locked by the caller."""
    log = await read_log(tx, award)
    return None if log is None or log.published_at is not None else OpenLog(tx, log, book)


async def seal(tx: Connection, award: int, book: LogBook, *, limit: int = SEAL_LIMIT) -> int:
    log = await open_log(tx, award, book)
    return 0 if log is None else await log.seal(limit)


def _link(log: Log, book: LogBook) -> str:
    try:
        return f"previous {digest(read_note(log.note, book.key(log)))}"
    except NoteError as error:
        raise errors.ProofBroken("The last checkpoint was not signed by the key of this installation.") from error


def _leaves_of(rows: Sequence[asyncpg.Record], secret: bytes) -> dict[str, UUID | None]:
    found = [Unsealed(**dict(row)) for row in rows]
    return {vote_leaf(row, pseudonym(secret, row.ballot)): row.idem for row in found}
