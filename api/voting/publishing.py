"""A result is published when three counts of it agree: of the ledger, of the log, and of whoever checks them later."""

import asyncio
import json
from collections.abc import Collection, Sequence
from datetime import datetime

import asyncpg
from msgspec import Struct

from api import errors
from api.db import Connection, fetch_maybe
from api.voting.alone import alone
from api.voting.gate import check_kiosks_empty
from api.voting.leaves import attendance_leaf, canonical, paper_leaf, quarantine_leaf
from api.voting.logbook import PAGE, PATIENCE, Log, LogBook, Q, find_log
from api.voting.merkle import Tree, leaf_hash
from api.voting.paper_gate import Q as PAPER
from api.voting.paper_gate import check_paper_done
from api.voting.recount import Content, count_result, faults_of
from api.voting.sealing import SEAL_LIMIT, VOID, OpenLog, lock_log, pseudonym, secret_of
from api.voting.tally import Event
from api.voting.voiding import Q as REVIEW
from api.voting.voiding import write_voids

#: Tenths of a second.
WRITERS_PATIENCE = 50


class PublishedResult(Struct, frozen=True, kw_only=True):
    """`text` is result.json, word for word. It is for nobody's eyes until `reveals_at`, where there is one."""

    text: str
    published_at: datetime
    reveals_at: datetime | None = None
    revealed: bool = True


class Counted(Struct, frozen=True):
    """A log that is complete, what its leaves say, and its result as text."""

    log: Log
    content: Content
    text: str


async def find_result(db: Connection, award: int) -> PublishedResult:
    """What everyone may see, or why there is nothing: also while a published result waits for its ceremony."""
    found = await stored_result(db, award)
    if found is None or not found.revealed:
        await find_log(db, award)
        raise errors.ResultNotPublished
    return found


async def stored_result(db: Connection, award: int) -> PublishedResult | None:
    """What was published, whoever may see it yet; the database's clock says whether that is everyone."""
    return await fetch_maybe(db, Q["result"], award, into=PublishedResult)


async def publish_result(tx: Connection, award: int, account: int, book: LogBook) -> tuple[PublishedResult, bool]:
    """Seal what waits, close the log, count, compare, publish; True where it was this call that did.

    Raises VotingNotOver while a vote can still arrive, KiosksHoldVotes while a screen may hold some, PaperOpen while
    sheets of paper wait for their second person, VoidsOpen while people have not decided whether ballots are void, and
    ProofBroken where any two counts differ.
    """
    await lock_log(tx, award)
    await tx.execute(Q["hold_award"], award)
    log = await find_log(tx, award)
    published = await stored_result(tx, award)
    if published is not None:
        return published, False
    if not log.over:
        raise errors.VotingNotOver
    if await tx.fetchval(REVIEW["open_voids"], award):
        raise errors.VoidsOpen
    await check_kiosks_empty(tx, award)
    await check_paper_done(tx, award)
    counted = await count_all(tx, log, book)
    published_at = await tx.fetchval(Q["save_result"], award, counted.text, account)
    await tx.execute(Q["mark_published"], award, published_at)
    return await _saved(tx, award), True


async def _saved(tx: Connection, award: int) -> PublishedResult:
    saved = await stored_result(tx, award)
    if saved is None:
        raise errors.ProofBroken("The result that was saved is not there.")
    return saved


async def count_all(tx: Connection, log: Log, book: LogBook) -> Counted:
    """Seal what waits, close the log, compare it with the ledger and count it: all of it in this transaction.

    Who rolls back has learned what the result would be and left nothing. The log is locked by the caller.
    """
    await alone(tx)
    await _let_writers_end(tx)
    secret = await secret_of(tx, log.award)
    await write_voids(tx, log.award, secret)
    open_log = OpenLog(tx, log, book)
    while await open_log.seal() == SEAL_LIMIT:
        pass
    ending = await _ending(tx, log.award, secret)
    if ending:
        await open_log.append(dict.fromkeys(ending))
    log = open_log.log
    content = await read_content(tx, log)
    await check_ledger(tx, log, secret, content)
    return Counted(log, content, await asyncio.to_thread(_count, log, content))


async def hold_unpublished(tx: Connection, award: int) -> None:
    """Hold an award until the transaction ends: nobody publishes it or reviews its ballots meanwhile.

    NotFound, or ResultPublished where it is too late.
    """
    if await tx.fetchval(Q["hold_award"], award) is None:
        raise errors.NotFound
    await check_not_published(tx, award)


async def check_not_published(tx: Connection, award: int) -> None:
    """Raise ResultPublished where it is; what else adds to the ledger asks this first, in the same transaction."""
    if await tx.fetchval(Q["published"], award) is not None:
        raise errors.ResultPublished


async def _let_writers_end(tx: Connection) -> None:
    """Wait for the transactions that were writing when voting was found to be over; later ones the clock refuses.

    A vote that came in time may be in one that has not ended, where the server was held up.
    """
    before = await _writers(tx)
    for _ in range(WRITERS_PATIENCE):
        if not before & await _writers(tx):
            return
        await asyncio.sleep(0.1)
    raise errors.Unavailable(retry_after=5)


async def _writers(tx: Connection) -> set[str]:
    return {row["virtualtransaction"] for row in await tx.fetch(Q["writers"])}


async def _ending(tx: Connection, award: int, secret: bytes) -> list[str]:
    """The leaves that close a log: who saw what, what became of the paper, and the ballots that stay under review."""
    attendance = {row["entry"]: row["attendance"] for row in await tx.fetch(Q["attendance"], award)}
    quarantined = [pseudonym(secret, row["id"]) for row in await tx.fetch(Q["quarantined"], award)]
    batches = [dict(row) for row in await tx.fetch(PAPER["paper_ends"], award)]
    leaves = [attendance_leaf(attendance)] if attendance else []
    leaves += [paper_leaf(batches)] if batches else []
    return [*leaves, quarantine_leaf(quarantined)] if quarantined else leaves


async def read_content(tx: Connection, log: Log) -> Content:
    """The log as it is in the database now, which has to give the head just signed."""
    content, tree = Content(), Tree()
    while rows := await tx.fetch(Q["leaves"], log.award, content.size, PAGE, timeout=PATIENCE):
        await asyncio.to_thread(_add, content, tree, [row["leaf"] for row in rows])
    if len(tree) != log.size or tree.root() != log.root:
        raise errors.ProofBroken("The leaves of this log do not give the tree head that was signed.")
    return content


def _add(content: Content, tree: Tree, leaves: Sequence[str]) -> None:
    tree.extend(leaf_hash(leaf.encode()) for leaf in leaves)
    for leaf in leaves:
        content.add(json.loads(leaf))


async def check_ledger(tx: Connection, log: Log, secret: bytes, content: Content) -> None:
    """Every line of the ledger is in the log as it is, nothing else is, and no void ballot counts."""
    ledger: list[Event] = []
    barred: set[str] = set()
    names: dict[int, str] = {}
    async for row in tx.cursor(Q["ledger"], log.award, prefetch=5_000):
        name = names.get(row["ballot"]) or names.setdefault(row["ballot"], pseudonym(secret, row["ballot"]))
        ledger.append(_event(row, name))
        if row["barred"]:
            barred.add(name)
    await asyncio.to_thread(_compare, ledger, content, barred)
    faults = await asyncio.to_thread(lambda: list(faults_of(content.events, json.loads(log.rules)["tiers"])))
    if faults:
        raise errors.ProofBroken(faults[0])


def _compare(ledger: Sequence[Event], content: Content, barred: Collection[str]) -> None:
    if len(ledger) != len(content.events) or _by_key(ledger) != _by_key(content.events):
        raise errors.ProofBroken("The log is not what the ledger says.")
    counted = {vote.ballot for vote in content.votes()} & set(barred)
    if counted:
        raise errors.ProofBroken("A ballot that was declared void would count.", ballots=len(counted))


def _event(row: asyncpg.Record, ballot: str) -> Event:
    void = row["kind"] == VOID
    choices = None if void or row["choices"] is None else tuple(row["choices"])
    kind = "void" if void else "cast"
    return Event(ballot, row["tier"], row["question"], row["revision"], kind, None if void else row["value"], choices)


def _by_key(events: Sequence[Event]) -> dict[tuple[str, int, int], Event]:
    return {(event.ballot, event.question, event.revision): event for event in events}


def _count(log: Log, content: Content) -> str:
    try:
        return canonical(count_result(json.loads(log.rules), log.rules_sha256, content, log.root))
    except (ValueError, KeyError) as error:  # a vote the rules do not allow, or a method this kind does not have
        raise errors.ProofBroken(f"The votes cannot be counted by the published rules: {error}.") from error
