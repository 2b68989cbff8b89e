"""What becomes of a vote from a kiosk's journal: when it was cast as far as anyone can know, and whose it is.

No await, no I/O. A kiosk that was off the network knows the time only so well, and says how well; two things are known
better: a record was made before it arrived, and after the last report that did not name it yet.
"""

import base64
import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct

from api.voting.journal_schemas import Outcome, RecordBody
from api.voting.rules import CHOICE_KINDS, WHOLE_BALLOT
from api.voting.schemas import AwardKind, Tier

VOTE_LABEL: Final = b"tallscreen kiosk vote\n"
FIRST_PREV: Final = bytes(32)
#: Between two visitors: nobody walks up, chooses and votes sooner after another. So at most twelve in a minute.
COOL_DOWN: Final = timedelta(seconds=5)
#: Clocks of kiosks may show anything. Nothing that is reckoned from them leaves these years.
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
#: A head-count is a count and scatters like one: the cap is the upper end of its 95 % score interval (Wilson's, for a
#: Poisson count).
_Z: Final = 1.96


class Verdict(NamedTuple):
    outcome: Outcome
    reason: str | None = None


COUNTED: Final = Verdict("counted")


class Record(Struct, frozen=True, kw_only=True):
    """One record of a request; `good` where the kiosk has signed it."""

    body: RecordBody
    text: str
    signature: bytes
    good: bool

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def prev(self) -> bytes:
        return from_base64url(self.body.prev)

    @property
    def question(self) -> int:
        return self.body.entry or WHOLE_BALLOT


class KioskAward(Struct, frozen=True, kw_only=True):
    """What of an award decides about a kiosk's votes. `ballots`: how many it has handed out here."""

    id: int
    kind: AwardKind
    min_value: int
    max_value: int
    opens_at: datetime
    closes_at: datetime
    grace: timedelta
    tiers: list[Tier]
    secret: bytes | None
    published: bool
    entries: list[int]
    ballots: int


class Known(Struct, frozen=True, kw_only=True):
    """A record that is here already."""

    counter: int
    idem: UUID
    hash: bytes
    prev: bytes
    outcome: Outcome
    reason: str | None
    receipt: str | None


class Mark(Struct, frozen=True):
    """Records up to `upto`, beyond the mark before, were made after `after`."""

    upto: int
    after: datetime


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def cap(head_count: int | None) -> int | None:
    """The most ballots of its own that a kiosk may hand out in an award, where heads were counted."""
    if head_count is None:
        return None
    return math.floor(head_count + _Z * _Z / 2 + _Z * math.sqrt(head_count + _Z * _Z / 4))


def made_after(marks: Sequence[Mark], counter: int) -> datetime | None:
    """The last moment at which this record was certainly not there yet; `marks` by `upto`."""
    return next((mark.after for mark in marks if counter <= mark.upto), None)


def claimed(body: RecordBody) -> tuple[datetime, datetime]:
    """The first and the last moment at which a record was made, as its kiosk says."""
    spread = timedelta(milliseconds=body.uncertainty_ms)
    return body.at - min(spread, body.at - _FIRST), body.at + min(spread, _LAST - body.at)


def judge_time(body: RecordBody, award: KioskAward, *, after: datetime | None, arrived: datetime) -> Verdict:
    """Whether a vote was in time: counted or refused only where that is certain, else people decide.

    `after` and `arrived` are the database's clock. What the kiosk says is believed within its own uncertainty, unless
    it contradicts these two: then they are all that is known.
    """
    earliest, latest = claimed(body)
    lies = earliest > arrived or (after is not None and latest < after)
    if lies:
        earliest, latest = after or _FIRST, arrived
    elif after is not None:
        earliest = max(earliest, after)
    latest = min(latest, arrived)
    if award.opens_at <= earliest and latest <= award.closes_at:
        return COUNTED
    if earliest > award.closes_at + award.grace:
        return Verdict("refused", "voting-closed")
    if latest < award.opens_at:
        return Verdict("refused", "voting-not-open")
    if lies:
        return Verdict("review", "clock")
    return Verdict("review", "late" if latest > award.closes_at else "early")


def tier_of(body: RecordBody) -> Tier:
    return "badge" if body.badge is not None else "kiosk"


def refusal_of(record: Record, award: KioskAward | None) -> str | None:
    """Why a vote cannot count whenever it was cast, as the code of a problem."""
    body = record.body
    asked = (record.question,) if body.choices is None else body.choices
    if award is None or not set(asked) <= set(award.entries):
        return "entry-not-found"
    if award.published or award.secret is None:
        return "result-published"
    if tier_of(body) not in award.tiers:
        return "tier-not-admitted"
    given = body.value if award.kind not in CHOICE_KINDS else None if body.choices is None else len(body.choices)
    if given is None or not award.min_value <= given <= award.max_value:
        return "value-out-of-range"
    return None


def is_whole(body: RecordBody) -> bool:
    """One answer to one entry or choices of different entries, by a visitor or a badge."""
    one = body.entry is not None and body.value is not None and body.choices is None
    many = body.entry is None and body.value is None and body.choices is not None
    return (one or (many and len(set(body.choices or ())) == len(body.choices or ()))) and (
        (body.visitor is None) != (body.badge is None)
    )


class Pace:
    """Visitors of one kiosk, in the order they came: who comes sooner after another than people can is too fast.

    A clock that was put right in between tells nothing about two visitors, and what lies within the uncertainty of both
    times is not held against anyone.
    """

    def __init__(self, visitor: UUID | None, at: datetime | None, uncertainty_ms: int) -> None:
        self._visitor, self._at, self._uncertainty = visitor, at, uncertainty_ms
        self._fast: set[UUID] = set()

    def is_too_fast(self, body: RecordBody) -> bool:
        if body.visitor is None or body.visitor == self._visitor:
            return body.visitor in self._fast
        before, known = self._at, self._uncertainty
        self._visitor, self._at, self._uncertainty = body.visitor, body.at, body.uncertainty_ms
        if before is None or body.at < before:
            return False
        least = COOL_DOWN - timedelta(milliseconds=known + body.uncertainty_ms)
        if body.at - before < least:
            self._fast.add(body.visitor)
        return body.visitor in self._fast


def chain_faults(fresh: Sequence[Record], known: dict[int, Known]) -> list[int]:
    """Counters of records that do not follow the one before them, or that the one after does not follow."""
    hashes = {counter: each.hash for counter, each in known.items()} | {each.body.counter: each.hash for each in fresh}
    faults = []
    for record in fresh:
        counter = record.body.counter
        before = FIRST_PREV if counter == 1 else hashes.get(counter - 1)
        after = known.get(counter + 1)
        if (before is not None and record.prev != before) or (after is not None and after.prev != record.hash):
            faults.append(counter)
    return faults
