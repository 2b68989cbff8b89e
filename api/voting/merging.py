"""Votes from a kiosk's journal into the ledger, each exactly once, however often and in whatever pieces they are sent.

A request is one transaction under the lock of its journal: records that are new are judged, those that count go into
the ledger, all are kept with what became of them. Sent again, a record is answered with what was answered before.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
import structlog
import uuid_utils.compat as uuids

from api import errors
from api.access.rules import digest
from api.db import Connection, Pool, fetch_all, fetch_maybe, fetch_one
from api.live import BatchChange, Live
from api.metrics import VOTES_ACKED
from api.voting import journal, rules
from api.voting.batcher import BATCH_LIMIT, OnStored, as_text, receipt_of
from api.voting.journal import Q
from api.voting.journal_rules import (
    VOTE_LABEL,
    KioskAward,
    Known,
    Record,
    chain_faults,
    from_base64url,
    is_whole,
)
from api.voting.journal_schemas import RecordAnswer, RecordBody, SignedRecord, VotesIn, VotesOut
from api.voting.judging import Case, Judge, Judged, LastVisitor, Traits
from api.voting.review import build_boards, mark_reviewed
from api.voting.seals import SealKey, is_signed, read_public
from api.voting.voiding import PATIENCE
from api.voting.voiding import Q as REVIEW

log = structlog.get_logger("kiosk")
TRIES = 5


class Merged(NamedTuple):
    answer: VotesOut
    changes: list[BatchChange]
    reviewed: bool


class Sender(NamedTuple):
    """The screen whose records these are."""

    kiosk: int
    public_key: bytes


async def merge(
    pool: Pool, live: Live, on_stored: OnStored, sender: Sender, asked: VotesIn, *, seal: SealKey
) -> VotesOut:
    """Take what a kiosk has sent. A phone that votes with the same badge at the same moment makes it begin anew."""
    records, badges = await asyncio.to_thread(read_records, sender, asked.records, seal)
    for _ in range(TRIES):
        try:
            async with pool.acquire() as tx, tx.transaction():
                merged = await _merge(tx, sender.kiosk, asked.counter, records, badges)
        except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
            continue
        VOTES_ACKED.inc(sum(change.rows for change in merged.changes))
        on_stored(merged.changes)
        if merged.reviewed:
            await build_boards(pool, live)
        return merged.answer
    raise errors.Unavailable(retry_after=1)


def read_records(
    sender: Sender, signed: Sequence[SignedRecord], seal: SealKey
) -> tuple[list[Record], dict[int, str | None]]:
    """Records by counter, and the badges that were sealed in them. BadRequest where a body is none of this kiosk's."""
    key = read_public(sender.public_key)
    records = []
    for each in signed:
        try:
            body = msgspec.json.decode(each.body, type=RecordBody)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise errors.BadRequest("A record is not what the description says.") from error
        if body.kiosk != sender.kiosk or not is_whole(body):
            raise errors.BadRequest("A record is another kiosk's, or is no whole vote.")
        signature = from_base64url(each.signature)
        good = key is not None and is_signed(key, VOTE_LABEL + each.body.encode(), signature)
        records.append(Record(body=body, text=each.body, signature=signature, good=good))
    records.sort(key=lambda record: record.body.counter)
    return records, {each.body.counter: seal.open(each.body.badge) for each in records if each.good and each.body.badge}


async def _merge(
    tx: Connection, kiosk: int, newest: int, records: list[Record], badges: dict[int, str | None]
) -> Merged:
    held = await journal.hold(tx, kiosk)
    around = {counter for each in records for counter in range(each.body.counter - 1, each.body.counter + 2)}
    known = {row.counter: row for row in await fetch_all(tx, Q["known_records"], kiosk, sorted(around), into=Known)}
    fresh, answers = _sort(records, known)
    await _find_faults(tx, kiosk, fresh, known, answers)
    judged = await Judge(await _case(tx, kiosk, held, fresh, badges)).judge(tx, fresh)
    reviewed = await _hold_for_review(tx, kiosk, judged)
    changes, receipts = await _store(tx, [each for each in judged if each.cast is not None])
    await _save(tx, kiosk, judged)
    await tx.execute(Q["check_again"], sorted({change.award for change in changes}))
    for award, reason in sorted({(each.record.body.award, each.verdict.reason) for each in reviewed}):
        await _raise_flag(tx, kiosk, award, str(reason), [each for each in reviewed if each.is_of(award, reason)])
    answers += [_answer(each, receipts) for each in judged]
    counter = max([newest, held.counter, *(each.body.counter for each in records if each.good)])
    received = held.received + len(judged)
    # Votes whose place is taken come again at another one; until then the kiosk holds them.
    moving = sum(answer.outcome == "conflict" for answer in answers)
    waiting = max(0, counter - received) + moving
    await journal.note(tx, kiosk, held, counter=counter, waiting=waiting, received=received)
    arrived = await journal.arrived(tx, kiosk, counter=counter, received=received)
    out = VotesOut(
        received=arrived.received,
        of=arrived.of,
        gaps=arrived.gaps,
        head=await journal.head_of(tx, kiosk),
        votes=sorted(answers, key=lambda answer: answer.counter),
    )
    return Merged(out, changes, bool(reviewed))


def _sort(records: Iterable[Record], known: dict[int, Known]) -> tuple[list[Record], list[RecordAnswer]]:
    """Records that are new, in order, and the answers to the others."""
    fresh: dict[int, Record] = {}
    answers = []
    for record in records:
        body, there = record.body, known.get(record.body.counter)
        if not record.good:
            answers.append(_told(body, "refused", "signature"))
        elif there is not None and there.hash == record.hash:
            answers.append(_told(body, there.outcome, there.reason, there.receipt))
        elif there is not None or body.counter in fresh:
            answers.append(_told(body, "conflict"))
        else:
            fresh[body.counter] = record
    return list(fresh.values()), answers


def _told(body: RecordBody, outcome: str, reason: str | None = None, receipt: str | None = None) -> RecordAnswer:
    return msgspec.convert(
        {"counter": body.counter, "id": body.id, "outcome": outcome, "reason": reason, "receipt": receipt}, RecordAnswer
    )


def _answer(judged: Judged, receipts: dict[UUID, str | None]) -> RecordAnswer:
    body, (outcome, reason) = judged.record.body, judged.verdict
    return _told(body, outcome, reason, receipts.get(body.id, judged.receipt))


async def _find_faults(
    tx: Connection, kiosk: int, fresh: list[Record], known: dict[int, Known], answers: list[RecordAnswer]
) -> None:
    """What does not fit is written down; the votes themselves are judged like all others."""
    for counter in chain_faults(fresh, known):
        await journal.save_finding(tx, kiosk, "chain", counter, {})
    for answer in answers:
        if answer.outcome == "conflict":
            await journal.save_finding(tx, kiosk, "fork", answer.counter, {"id": str(answer.id)})
        elif answer.reason == "signature":
            await journal.save_finding(tx, kiosk, "signature", answer.counter, {"id": str(answer.id)})


async def _case(
    tx: Connection, kiosk: int, held: journal.Journal, fresh: list[Record], badges: dict[int, str | None]
) -> Case:
    awards = sorted({each.body.award for each in fresh})
    first = min((each.body.counter for each in fresh), default=1)
    hashes = [digest(token) for token in badges.values() if token is not None]
    return Case(
        kiosk=kiosk,
        now=held.now,
        awards={each.id: each for each in await fetch_all(tx, Q["kiosk_awards"], awards, kiosk, into=KioskAward)},
        marks=await journal.marks_of(tx, kiosk, held, first=first),
        last=await fetch_maybe(tx, Q["last_visitor"], kiosk, first, into=LastVisitor),
        badges=badges,
        good={row["token_hash"] for row in await tx.fetch(Q["good_badges"], hashes, kiosk)},
        traits=await fetch_one(tx, Q["traits"], kiosk, into=Traits, missing=errors.NotFound()),
    )


async def _hold_for_review(tx: Connection, kiosk: int, judged: Sequence[Judged]) -> list[Judged]:
    """Ballots whose votes wait for people do not count until these have decided."""
    waiting = [each for each in judged if each.verdict.outcome == "review" and each.cast is not None]
    for award in sorted({each.record.body.award for each in waiting}):
        ballots = sorted({each.ballot or 0 for each in waiting if each.record.body.award == award})
        await tx.fetch(REVIEW["quarantine"], award, ballots, timeout=PATIENCE)
        await mark_reviewed(tx, award)
    for each in waiting:
        if each.verdict.reason == "clock":
            detail = {"at": each.record.body.at.isoformat()}
            await journal.save_finding(tx, kiosk, "clock", each.record.body.counter, detail)
    return waiting


async def _store(tx: Connection, judged: Sequence[Judged]) -> tuple[list[BatchChange], dict[UUID, str | None]]:
    """Into the ledger, in the order of the journal; what the boards hear of it, and the receipts."""
    waiting = [each.cast for each in judged if each.cast is not None]
    changes: list[BatchChange] = []
    receipts: dict[UUID, str | None] = {}
    while waiting:
        taken, left = rules.take_batch(waiting, BATCH_LIMIT)
        casts = {waiting[position].id: waiting[position] for position in taken}
        waiting = [waiting[position] for position in left]
        batch = UUID(str(uuids.uuid7()))
        rows = await tx.fetch(Q["store_kiosk_votes"], batch, *_columns(list(casts.values())), timeout=PATIENCE)
        stored = [rules.Stored(casts[row[0]], *row[1:]) for row in rows]
        changes += rules.changes_of(batch, [(row, receipt_of(row)) for row in stored])
        receipts |= {row.cast.id: row.cast.receipt if row.receipts else None for row in stored}
    return changes, receipts


def _columns(casts: list[rules.Cast]) -> tuple[list[object], ...]:
    return (
        [cast.id for cast in casts],
        [cast.award for cast in casts],
        [cast.ballot for cast in casts],
        [cast.question for cast in casts],
        [cast.value for cast in casts],
        [as_text(cast.choices) for cast in casts],
        [cast.receipt for cast in casts],
    )


async def _save(tx: Connection, kiosk: int, judged: Sequence[Judged]) -> None:
    if not judged:
        return
    bodies = [each.record.body for each in judged]
    columns = (
        [body.counter for body in bodies],
        [body.id for body in bodies],
        [body.award for body in bodies],
        [each.record.hash for each in judged],
        [each.record.prev for each in judged],
        [each.record.text for each in judged],
        [each.record.signature for each in judged],
        [body.visitor for body in bodies],
        [body.at for body in bodies],
        [body.uncertainty_ms for body in bodies],
        [each.ballot for each in judged],
        [each.verdict.outcome for each in judged],
        [each.verdict.reason for each in judged],
    )
    await tx.execute(Q["save_records"], kiosk, *columns, timeout=PATIENCE)


async def _raise_flag(tx: Connection, kiosk: int, award: int, reason: str, waiting: Sequence[Judged]) -> None:
    seen = await tx.fetchrow(Q["votes_in_review"], award, kiosk, reason)
    numbers = {
        "kiosk": kiosk,
        "reason": reason,
        "votes": seen["votes"] if seen else len(waiting),
        "after_closing": round(seen["after_closing"]) if seen else 0,
        "uncertainty": round(float(seen["uncertainty"])) if seen else 0,
    }
    ballots = sorted({each.ballot or 0 for each in waiting})
    await tx.execute(Q["raise_flag"], award, f"kiosk:{kiosk} {reason}", ballots, numbers)
    log.info("kiosk votes wait for review", kiosk=kiosk, award=award, reason=reason, votes=len(waiting))
