"""Windows, ballots, receipts and refusals. No await, no I/O."""

import hashlib
import hmac
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, get_args
from uuid import UUID

import msgspec
from msgspec import Struct

from api import errors
from api.access.rules import CLEAR_ALPHABET
from api.live import BatchChange, Change, OwnVote
from api.voting import methods
from api.voting.schemas import (
    MOST_CHOICES,
    Award,
    AwardCard,
    AwardIn,
    AwardKind,
    AwardState,
    Method,
    Tier,
    VoteIn,
    VoteReceipt,
)

RECEIPT_LENGTH = 12
_SIGNATURE = 16
TIERS: tuple[Tier, ...] = get_args(Tier)
#: How each kind may be counted; the first is what is taken where nothing is said. Converted, so that a name the schemas
#: do not know stops the start.
METHODS: Final = msgspec.convert(
    {kind: tuple(each) for kind, each in methods.METHODS.items()}, dict[AwardKind, tuple[Method, ...]]
)
SCALES: Final[dict[AwardKind, tuple[int, int]]] = {"stars": (1, 5), "grades": (1, 6), "yesno": (0, 1)}
WATCHED_ELSEWHERE: Final[frozenset[Tier]] = frozenset({"hall", "kiosk", "paper"})
CHOICE_KINDS: Final = frozenset(METHODS) - frozenset(SCALES)
#: The question of a ballot that answers for the whole award.
WHOLE_BALLOT: Final = 0


class Ballot(Struct, frozen=True, gc=False):
    """The right to one ballot in one award."""

    award: int
    id: int
    tier: Tier


class Cast(Struct, frozen=True, kw_only=True, gc=False):
    """One vote on its way into the ledger: a value for the entry `question`, or choices for question 0."""

    id: UUID
    award: int
    ballot: int
    question: int
    value: int | None
    choices: tuple[int, ...] | None
    channel: int
    receipt: str
    #: Nothing need have been watched: the ballot was given out where it was shown.
    exempt: bool = False


class Answered(Struct, frozen=True, kw_only=True):
    """A ballot's answer to one question, as the ledger has it; a void has neither value nor choices."""

    id: UUID
    ballot: int
    question: int
    value: int | None
    choices: tuple[int, ...] | None
    revision: int
    receipt: str | None
    cast_at: datetime

    def as_own(self) -> OwnVote:
        """A void leaves an empty vote, which takes the place of the one it voids."""
        if self.value is None and self.choices is None:
            return OwnVote(self.ballot, self.question, self.revision, "")
        entry = self.question or None
        receipt = VoteReceipt(
            id=self.id,
            entry=entry,
            value=self.value,
            choices=self.choices,
            receipt=self.receipt,
            cast_at=self.cast_at,
        )
        return OwnVote(self.ballot, self.question, self.revision, msgspec.json.encode(receipt).decode())


class Stored(Struct, frozen=True, gc=False):
    """A vote that is in the ledger now, and what the batch statement says of it, in the order of its columns."""

    cast: Cast
    revision: int
    kind: AwardKind
    receipts: bool
    cast_at: datetime
    #: What the same ballot had answered to the same question before, if anything.
    previous: int | None
    previous_choices: tuple[int, ...] | None
    #: The ballot's first line of this award.
    first: bool
    #: False while the ballot is under review.
    counts: bool


class Known(Struct, frozen=True, kw_only=True):
    """What the ledger and the award say about a vote that was not stored just now."""

    id: UUID
    kind: AwardKind
    state: AwardState
    closes_at: datetime
    barred: bool
    watched: bool
    entries_known: bool
    min_value: int
    max_value: int
    award: int | None
    ballot: int | None
    question: int | None
    value: int | None
    choices: tuple[int, ...] | None
    receipt: str | None
    cast_at: datetime | None


def state_of(award: Award, now: datetime) -> AwardState:
    """For display; what is stored is decided by the database's clock, grace included."""
    if now < award.opens_at:
        return "scheduled"
    return "open" if now < award.closes_at else "closed"


def to_card(award: Award, now: datetime) -> AwardCard:
    return AwardCard(
        id=award.id,
        slug=award.slug,
        name=award.name,
        kind=award.kind,
        min=award.min_value,
        max=award.max_value,
        opens_at=award.opens_at,
        closes_at=award.closes_at,
        grace_seconds=int(award.grace.total_seconds()),
        state=state_of(award, now),
        board=award.board,
        tiers=award.tiers,
        watch=award.watch,
        receipts=award.receipts,
        method=award.method,
        paper_until=award.paper_until,
        published_at=None if award.reveals_at and award.reveals_at > now else award.published_at,
    )


def method_of(data: AwardIn) -> Method:
    """The award's method; Unprocessable where it does not fit the kind or something it needs is missing."""
    method = data.method or METHODS[data.kind][0]
    if method not in METHODS[data.kind]:
        raise errors.Unprocessable("This way of counting does not fit this kind of ballot.", field="method")
    if method == "imdb" and data.minimum.votes is None:
        raise errors.Unprocessable("This way of counting needs a minimum number of votes.", field="minimum")
    return method


def check_award(data: AwardIn) -> None:
    if data.opens_at >= data.closes_at:
        raise errors.Unprocessable("An award closes after it opens.", field="closes_at")
    if len(set(data.tiers)) != len(data.tiers) or not set(data.weights) <= set(data.tiers):
        raise errors.Unprocessable("Each way to vote is named once, and only those have a weight.", field="tiers")
    minimum = data.minimum
    if (minimum.rule == "count" and minimum.votes is None) or (minimum.rule == "share" and minimum.share is None):
        raise errors.Unprocessable("The minimum lacks its number.", field="minimum")
    if data.paper_until is not None and ("paper" not in data.tiers or data.paper_until < data.closes_at):
        raise errors.Unprocessable("Paper is keyed until a time after voting closes, if at all.", field="paper_until")
    if data.watch is not None and data.watch.episodes is None and data.watch.share is None:
        raise errors.Unprocessable("The rule of what must be watched lacks its number.", field="watch")


def paper_until_of(data: AwardIn) -> datetime | None:
    return (data.paper_until or data.closes_at) if "paper" in data.tiers else None


def range_of(data: AwardIn) -> tuple[int, int]:
    """The ends of the scale, or the fewest and most choices."""
    if data.kind in SCALES:
        return SCALES[data.kind]
    if data.kind == "favourite":
        return 1, 1
    return (0 if data.kind == "approval" else 1), data.choices or MOST_CHOICES


def voter_key(secret: bytes, award: int, proof: str) -> bytes:
    """Keyed, per award: neither the proof nor the same voter in two awards can be read from the table."""
    return hmac.digest(secret, f"voter:{award}:{proof}".encode(), hashlib.sha256)


def sign_ballot(secret: bytes, ballot: Ballot) -> str:
    body = f"{ballot.award}.{ballot.id}.{TIERS.index(ballot.tier)}"
    return f"{body}.{_signature(secret, body).decode()}"


def read_ballot(secret: bytes, token: str | None, award: int) -> Ballot:
    """The ballot a token stands for; BallotInvalid where it is forged, or of another award."""
    body, _, signature = (token or "").rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, body)):
        raise errors.BallotInvalid
    of_award, ballot, tier = body.split(".")
    if int(of_award) != award:
        raise errors.BallotInvalid
    return Ballot(award, int(ballot), TIERS[int(tier)])


def _signature(secret: bytes, body: str) -> bytes:
    """Keyed BLAKE2b (RFC 7693), a fifth of the price of HMAC; its keys have 64 bytes at most."""
    key = secret if len(secret) <= hashlib.blake2b.MAX_KEY_SIZE else hashlib.sha512(secret).digest()
    return hashlib.blake2b(body.encode(), key=key, digest_size=_SIGNATURE, person=b"ballot").hexdigest().encode()


#: Three signs at a time: a third of the divisions.
_TRIPLES: Final = ["".join(signs) for signs in itertools.product(CLEAR_ALPHABET, repeat=3)]
_DRAW: Final = 12


def _draws() -> Iterator[int]:
    """96 bits each. The system is asked for a thousand at a time: a call costs more than the bits."""
    while True:
        drawn = os.urandom(1024 * _DRAW)
        for start in range(0, len(drawn), _DRAW):
            yield int.from_bytes(drawn[start : start + _DRAW])


_draw: Final = _draws().__next__


def new_receipt() -> str:
    """Twelve signs without 0 O 1 I L U: 58 bits, so two equal ones are not to be expected, and the key refuses them.

    One draw of 96 bits instead of twelve: the remainder favours no receipt by more than 2^-36.
    """
    number, first = divmod(_draw(), len(_TRIPLES))
    number, second = divmod(number, len(_TRIPLES))
    number, third = divmod(number, len(_TRIPLES))
    return _TRIPLES[first] + _TRIPLES[second] + _TRIPLES[third] + _TRIPLES[number % len(_TRIPLES)]


def to_cast(vote: VoteIn, ballot: Ballot, channel: int) -> Cast:
    """BadRequest where it is neither one answer to one entry nor choices of different entries."""
    one = vote.entry is not None and vote.value is not None and vote.choices is None
    many = vote.entry is None and vote.value is None and vote.choices is not None
    if not one and not many:
        raise errors.BadRequest("A vote has an entry and a value, or choices.")
    if vote.choices is not None and len(set(vote.choices)) != len(vote.choices):
        raise errors.BadRequest("An entry is chosen once.")
    return Cast(
        id=vote.id,
        award=ballot.award,
        ballot=ballot.id,
        question=vote.entry or WHOLE_BALLOT,
        value=vote.value,
        choices=vote.choices,
        channel=channel,
        receipt=new_receipt(),
        exempt=ballot.tier in WATCHED_ELSEWHERE,
    )


def to_receipt(cast: Cast, cast_at: datetime, receipt: str | None) -> VoteReceipt:
    """`receipt` is that of the line which is in the ledger, or None where the award gives none."""
    return VoteReceipt(
        id=cast.id,
        entry=cast.question or None,
        value=cast.value,
        choices=cast.choices,
        receipt=receipt,
        cast_at=cast_at,
    )


def settle(cast: Cast, known: Known) -> VoteReceipt | errors.FestivalError:
    """The answer to a vote the batch did not store: its earlier receipt, or why it was refused."""
    if known.cast_at is not None:
        return _repeated(cast, known, known.cast_at)
    if (cast.choices is not None) != (known.kind in CHOICE_KINDS):
        return errors.Unprocessable("This award takes another kind of ballot.", field="choices")
    if not known.entries_known:
        return errors.EntryNotFound()
    if known.state == "scheduled":
        return errors.VotingNotOpen()
    if known.state == "closed":
        return errors.VotingClosed(closed_at=known.closes_at.isoformat())
    if known.barred:
        return errors.BallotBarred()
    given = cast.value if cast.choices is None else len(cast.choices)
    if given is None or not known.min_value <= given <= known.max_value:
        return errors.ValueOutOfRange(min=known.min_value, max=known.max_value)
    if not known.watched:
        return errors.NotWatched()
    return errors.Unavailable(retry_after=1)


def _repeated(cast: Cast, known: Known, cast_at: datetime) -> VoteReceipt | errors.FestivalError:
    then = (known.award, known.ballot, known.question, known.value, known.choices)
    if then != (cast.award, cast.ballot, cast.question, cast.value, cast.choices):
        return errors.VoteConflict()
    return to_receipt(cast, cast_at, known.receipt)


def take_batch(waiting: Sequence[Cast], limit: int) -> tuple[list[int], list[int]]:
    """Positions to store now and to leave: in one batch no id twice, nor two answers of one ballot to one question."""
    taken: list[int] = []
    left: list[int] = []
    seen: set[tuple[int, int] | UUID] = set()
    for position, cast in enumerate(waiting):
        pair = (cast.ballot, cast.question)
        if len(taken) < limit and pair not in seen and cast.id not in seen:
            taken.append(position)
            seen.add(pair)
            seen.add(cast.id)
        else:
            seen.add(pair)  # a later vote of this ballot must not overtake this one
            left.append(position)
    return taken, left


def changes_of(batch: UUID, answered: Iterable[tuple[Stored, bytes]]) -> list[BatchChange]:
    """What a committed batch means for each award's board, and for what its voters see of their own votes.

    `answered` are its rows with their receipts as JSON.
    """
    by_award: dict[int, list[tuple[Stored, bytes]]] = {}
    for pair in answered:
        by_award.setdefault(pair[0].cast.award, []).append(pair)
    return [
        BatchChange(
            batch=batch,
            award=award,
            rows=len(pairs),
            ballots=len({row.cast.ballot for row, _ in pairs if row.first}),
            changes=tuple(_entry_changes([row for row, _ in pairs])),
            own=tuple(
                OwnVote(row.cast.ballot, row.cast.question, row.revision, receipt.decode()) for row, receipt in pairs
            ),
        )
        for award, pairs in by_award.items()
    ]


def _entry_changes(stored: Iterable[Stored]) -> list[Change]:
    votes: Counter[int] = Counter()
    sums: Counter[int] = Counter()
    for row in stored:
        if not row.counts:
            continue
        if row.cast.value is not None:
            votes[row.cast.question] += row.previous is None
            sums[row.cast.question] += row.cast.value - (row.previous or 0)
        for entry in counted(row.kind, row.cast.choices):
            votes[entry] += 1
            sums[entry] += 1
        for entry in counted(row.kind, row.previous_choices):
            votes[entry] -= 1
            sums[entry] -= 1
    return [Change(entry, votes[entry], sums[entry]) for entry in sorted(votes)]


def counted(kind: AwardKind, choices: tuple[int, ...] | None) -> tuple[int, ...]:
    """The entries that choices give a vote on the live board: of a ranking only the first."""
    return () if choices is None else choices[:1] if kind == "ranking" else choices
