"""Each record of a kiosk's request gets its ballot and its verdict, in the order in which they were cast."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
from msgspec import Struct

from api.access.rules import digest
from api.db import Connection, fetch_all
from api.voting import rules
from api.voting.journal import Q
from api.voting.journal_rules import (
    COUNTED,
    KioskAward,
    Mark,
    Pace,
    Record,
    Verdict,
    cap,
    judge_time,
    made_after,
    refusal_of,
    tier_of,
)
from api.voting.journal_schemas import RecordBody
from api.voting.schemas import Tier

KIOSK_CHANNEL: Final = 2


class LastVisitor(Struct, frozen=True):
    visitor: UUID
    cast_at: datetime
    uncertainty_ms: int


class Ballot(Struct, frozen=True, kw_only=True):
    id: int
    award: int
    voter: bytes
    barred: bool
    fresh: bool


class Answered(Struct, frozen=True, kw_only=True):
    """A ballot's last answers to a question: elsewhere, and here by their place in the journal; None is no answer."""

    award: int
    ballot: int
    question: int
    answered_at: datetime | None
    counter: int | None

    def is_later_than(self, counter: int, given: datetime) -> bool:
        """Within a journal its order decides, whatever the clock showed."""
        here = self.counter is not None and self.counter > counter
        return here or (self.answered_at is not None and self.answered_at > given)


class Judged(NamedTuple):
    """`cast` is what goes into the ledger; None where nothing does. `receipt`: of a line that is there already."""

    record: Record
    verdict: Verdict
    ballot: int | None = None
    cast: rules.Cast | None = None
    receipt: str | None = None

    def is_of(self, award: int, reason: str | None) -> bool:
        return (self.record.body.award, self.verdict.reason) == (award, reason)


class Voter(NamedTuple):
    award: int
    tier: Tier
    key: bytes


class Traits(Struct, frozen=True, kw_only=True):
    """Of a kiosk: how many people came by, if that was counted, and whether its disk was ever copied or put back."""

    head_count: int | None
    forked: bool


class Case(Struct, frozen=True, kw_only=True):
    """All that the verdicts on one request need: the awards it is about, when records were made, and good badges."""

    kiosk: int
    now: datetime
    awards: dict[int, KioskAward]
    marks: list[Mark]
    last: LastVisitor | None
    badges: dict[int, str | None]
    good: set[bytes]
    traits: Traits


class Judge:
    """Judges one request, and is used once."""

    def __init__(self, case: Case) -> None:
        self._case, self._cap = case, cap(case.traits.head_count)
        last = case.last
        self._pace = Pace(None, None, 0) if last is None else Pace(last.visitor, last.cast_at, last.uncertainty_ms)
        self._issued = {each.id: each.ballots for each in case.awards.values()}
        self._over: set[int] = set()
        self._voted: set[int] = set()
        self._cast: set[UUID] = set()

    async def judge(self, tx: Connection, fresh: Sequence[Record]) -> list[Judged]:
        voters = {each.body.counter: self._voter_of(each) for each in fresh}
        ballots = await self._ballots(tx, [each for each in voters.values() if isinstance(each, Voter)])
        answered = await self._answered(tx, fresh, voters, ballots)
        there = {row["idem"]: row for row in await tx.fetch(Q["votes_by_id"], [each.body.id for each in fresh])}
        judged = []
        for record in fresh:
            voter = voters[record.body.counter]
            if isinstance(voter, Verdict):
                judged.append(Judged(record, voter))
                continue
            ballot = ballots[voter.award, voter.key]
            before = answered.get((ballot.id, record.question))
            judged.append(self._judge(record, ballot, before, there.get(record.body.id)))
        return judged

    def _voter_of(self, record: Record) -> Voter | Verdict:
        """Whose vote it is, or why it is nobody's."""
        body, award = record.body, self._case.awards.get(record.body.award)
        refused = refusal_of(record, award)
        if refused is not None or award is None or award.secret is None:
            return Verdict("refused", refused or "result-published")
        proof = f"kiosk:{self._case.kiosk}:{body.visitor}"
        if body.badge is not None:
            token = self._case.badges.get(body.counter)
            if token is None or digest(token) not in self._case.good:
                return Verdict("refused", "badge-refused")
            proof = f"badge:{token}"
        return Voter(award.id, tier_of(body), rules.voter_key(award.secret, award.id, proof))

    async def _ballots(self, tx: Connection, voters: Sequence[Voter]) -> dict[tuple[int, bytes], Ballot]:
        distinct = list(dict.fromkeys(voters))
        columns = [each.award for each in distinct], [each.tier for each in distinct], [each.key for each in distinct]
        rows = await fetch_all(tx, Q["kiosk_ballots"], self._case.kiosk, *columns, into=Ballot) if distinct else []
        return {(row.award, row.voter): row for row in rows}

    async def _answered(
        self,
        tx: Connection,
        fresh: Sequence[Record],
        voters: Mapping[int, Voter | Verdict],
        ballots: Mapping[tuple[int, bytes], Ballot],
    ) -> dict[tuple[int, int], Answered]:
        asked = [
            (voter.award, ballots[voter.award, voter.key].id, each.question)
            for each in fresh
            if isinstance(voter := voters[each.body.counter], Voter)
        ]
        columns = [list(column) for column in zip(*asked, strict=True)] if asked else [[], [], []]
        rows = await fetch_all(tx, Q["answers_of"], self._case.kiosk, *columns, into=Answered)
        self._voted |= {row.ballot for row in rows}
        return {(row.ballot, row.question): row for row in rows}

    def _judge(self, record: Record, ballot: Ballot, before: Answered | None, there: asyncpg.Record | None) -> Judged:
        body = record.body
        if there is not None:
            return _repeated(record, ballot, there)
        if body.id in self._cast:
            return Judged(record, Verdict("superseded"), ballot.id)
        if ballot.barred:
            return Judged(record, Verdict("refused", "ballot-void"), ballot.id)
        if before is not None and before.is_later_than(body.counter, self._given(body)):
            return Judged(record, Verdict("superseded"), ballot.id)
        verdict = self._verdict(record, ballot)
        if verdict.outcome == "refused":
            return Judged(record, verdict, ballot.id)
        if verdict.outcome == "review" and body.badge is not None and ballot.id in self._voted:
            # Holding back a whole badge for one late vote would take what came in time from its holder.
            return Judged(record, Verdict("superseded", verdict.reason), ballot.id)
        self._voted.add(ballot.id)
        self._cast.add(body.id)
        return Judged(record, verdict, ballot.id, to_cast(record, ballot.id))

    def _given(self, body: RecordBody) -> datetime:
        """By the screen's clock, and no earlier than the report that did not name it yet."""
        after = None if self._case.traits.forked else made_after(self._case.marks, body.counter)
        return body.at if after is None else max(body.at, after)

    def _verdict(self, record: Record, ballot: Ballot) -> Verdict:
        body, award = record.body, self._case.awards[record.body.award]
        after = made_after(self._case.marks, body.counter)
        fast = self._pace.is_too_fast(body)
        verdict = judge_time(body, award, after=after, arrived=self._case.now)
        if verdict.outcome == "refused" and self._case.traits.forked:
            # On a copied disk a vote takes another place later on, and what is known of that place says nothing of it.
            alone = judge_time(body, award, after=None, arrived=self._case.now)
            verdict = verdict if alone.outcome == "refused" else Verdict("review", "clock")
        if verdict.outcome != "counted" or body.badge is not None:
            return verdict
        return Verdict("review", "too-fast") if fast else self._within_cap(award.id, ballot)

    def _within_cap(self, award: int, ballot: Ballot) -> Verdict:
        if ballot.fresh and ballot.id not in self._voted:
            self._issued[award] += 1
            if self._cap is not None and self._issued[award] > self._cap:
                self._over.add(ballot.id)
        return Verdict("review", "too-many") if ballot.id in self._over else COUNTED


def to_cast(record: Record, ballot: int) -> rules.Cast:
    body = record.body
    return rules.Cast(
        id=body.id,
        award=body.award,
        ballot=ballot,
        question=record.question,
        value=body.value,
        choices=body.choices,
        channel=KIOSK_CHANNEL,
        receipt=rules.new_receipt(),
        exempt=True,
    )


def _repeated(record: Record, ballot: Ballot, there: asyncpg.Record) -> Judged:
    """The same vote under another counter, as after a disk was restored: it is in the ledger once."""
    body = record.body
    choices = None if there["choices"] is None else tuple(there["choices"])
    then = there["award"], there["ballot"], there["question"], there["value"], choices
    same = then == (body.award, ballot.id, record.question, body.value, body.choices)
    verdict = COUNTED if same else Verdict("refused", "vote-conflict")
    return Judged(record, verdict, ballot.id, receipt=there["receipt"] if same else None)
