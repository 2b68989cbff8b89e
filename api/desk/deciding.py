"""Deciding of submissions: accept, ask, decline, and take it back before the letter has left."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.desk import deciding_rules as rules
from api.desk.deciding_rules import LetterFacts
from api.desk.deciding_schemas import DeskDecision, DeskDecisionIn, LetterIn, LetterOut
from api.desk.refusals import AlreadyReleased, DecidedMeanwhile, LetterGone
from api.desk.service import FOLDER
from api.mail import Mailer
from api.studio.refusals import NotSubmitted
from api.studio.submission_schemas import DecisionKind, SubmissionState

Q = read_queries(FOLDER, "deciding.sql")


class Held(Struct, frozen=True, kw_only=True):
    id: int
    series: int
    state: SubmissionState
    version: int
    withdrawn_at: datetime | None
    changes_until: datetime | None
    released_at: datetime | None


class Made(Struct, frozen=True, kw_only=True):
    id: UUID
    submission: int
    kind: DecisionKind
    words: str
    changes_until: datetime | None
    was: SubmissionState
    was_until: datetime | None
    undone: bool


class Last(Struct, frozen=True, kw_only=True):
    id: UUID
    kind: DecisionKind
    by: str
    at: datetime


class DecisionRow(Struct, frozen=True, kw_only=True):
    id: UUID
    kind: DecisionKind
    words: str
    changes_until: datetime | None
    decided_at: datetime
    decided_by: str
    undone_at: datetime | None
    undone_by: str | None
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None
    address: str | None
    lang: str
    subject: str
    body: str
    due_at: datetime
    sent_at: datetime | None
    can_undo: bool


async def preview(db: Connection, submission: int, data: LetterIn, *, public_url: str) -> LetterOut:
    """The letter as it would be sent."""
    return rules.letter_of(data, await _letter_facts(db, submission), public_url)


async def decisions_of(db: Connection, submission: int) -> list[DeskDecision]:
    return [_to_decision(row) for row in await fetch_all(db, Q["decisions_of"], submission, into=DecisionRow)]


async def decide(
    tx: Connection, account: Account, submission: int, data: DeskDecisionIn, *, now: datetime, public_url: str
) -> bool:
    """Whether it was decided now; the same decision again is not. The first of two stands, the second is told of it."""
    rules.check(data, now)
    held = await _hold(tx, submission)
    made = await fetch_maybe(tx, Q["decision"], data.id, into=Made)
    if made is not None and (made.submission, made.kind, made.words) == (submission, data.kind, data.words):
        return False
    if held.withdrawn_at is not None:
        raise NotSubmitted
    state = rules.BECOMES[data.kind]
    if made is not None or held.version != data.seen or held.state == state:
        raise await _meanwhile(tx, held)
    if held.released_at is not None and data.kind != "accept":
        raise AlreadyReleased
    letter = await preview(tx, submission, data, public_url=public_url)
    values = (data.kind, data.words, data.until, held.state, held.changes_until, account.id)
    await tx.execute(Q["save_decision"], data.id, submission, *values)
    await tx.execute(Q["set_state"], submission, state, data.until if data.kind == "ask" else held.changes_until)
    await tx.execute(Q["save_letter"], data.id, letter.to, letter.lang, letter.subject, letter.text, rules.UNDO_FOR)
    if data.kind != "accept":
        await _unschedule(tx, held.series)
    await note(tx, account, data.kind, f"series:{held.series}", {"submission": submission, "words": data.words})
    return True


async def undo(tx: Connection, account: Account, decision: UUID) -> int:
    """The number of the submission, which is as it was before. Safe to repeat."""
    made = await fetch_one(tx, Q["decision"], decision, into=Made, missing=errors.NotFound())
    held = await _hold(tx, made.submission)
    made = await fetch_one(tx, Q["decision"], decision, into=Made, missing=errors.NotFound())
    if made.undone:
        return made.submission
    last = await fetch_maybe(tx, Q["last_decision"], made.submission, into=Last)
    if last is None or last.id != decision or held.withdrawn_at is not None or held.released_at is not None:
        raise await _meanwhile(tx, held)
    if await tx.fetchval(Q["cancel_letter"], decision) is None:
        raise LetterGone
    await tx.execute(Q["undo_decision"], decision, account.id)
    await tx.execute(Q["set_state"], made.submission, made.was, made.was_until)
    if made.was != "accepted":
        await _unschedule(tx, held.series)
    await note(tx, account, f"undo-{made.kind}", f"series:{held.series}", {"submission": made.submission})
    return made.submission


class Due(Struct, frozen=True, kw_only=True):
    id: int
    address: str | None
    subject: str
    body: str


async def send_due(tx: Connection, mailer: Mailer) -> bool:
    """The letter whose minute was over first; False where there is none. MailServerAway leaves it for later."""
    letter = await fetch_maybe(tx, Q["take_due_letter"], into=Due)
    if letter is None:
        return False
    if letter.address is not None:
        await mailer.deliver(letter.address, letter.subject, letter.body)
    return True


async def _hold(tx: Connection, submission: int) -> Held:
    return await fetch_one(tx, Q["hold_submission"], submission, into=Held, missing=errors.NotFound())


async def _letter_facts(db: Connection, submission: int) -> LetterFacts:
    return await fetch_one(db, Q["letter_facts"], submission, into=LetterFacts, missing=errors.NotFound())


async def _unschedule(tx: Connection, series: int) -> None:
    await tx.execute(Q["unschedule"], series)


async def _meanwhile(tx: Connection, held: Held) -> DecidedMeanwhile:
    """Who decided what, and when; the state alone where its producer has changed it."""
    last = await fetch_maybe(tx, Q["last_decision"], held.id, into=Last)
    extra: dict[str, Any] = {} if last is None else {"by": last.by, "decision": last.kind, "at": last.at.isoformat()}
    return DecidedMeanwhile(state=held.state, version=held.version, **extra)


def _to_decision(row: DecisionRow) -> DeskDecision:
    shared = {
        name: getattr(row, name) for name in DeskDecision.__struct_fields__ if name not in ("letter", "undo_until")
    }
    letter = LetterOut(to=row.address, person=None, lang=row.lang, subject=row.subject, text=row.body)
    return DeskDecision(**shared, letter=letter, undo_until=row.due_at if row.can_undo else None)
