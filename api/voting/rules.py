"""Windows, ballots, receipts and refusals. No await, no I/O."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import get_args
from uuid import UUID

from msgspec import Struct

from api import errors
from api.access.rules import CLEAR_ALPHABET
from api.live import BatchChange, Change
from api.voting.schemas import Award, AwardCard, AwardState, Tier, VoteReceipt

RECEIPT_LENGTH = 12
_SIGNATURE = 16
TIERS: tuple[Tier, ...] = get_args(Tier)


class Ballot(Struct, frozen=True):
    """The right to one ballot in one award."""

    award: int
    id: int
    tier: Tier


class Cast(Struct, frozen=True, kw_only=True):
    """One vote on its way into the ledger."""

    id: UUID
    award: int
    ballot: int
    entry: int
    value: int
    channel: int
    receipt: str


class Stored(Struct, frozen=True, kw_only=True):
    """One line of the ledger as the batch statement gives it back."""

    id: UUID
    award: int
    ballot: int
    entry: int
    value: int
    receipt: str
    cast_at: datetime
    #: What the same ballot had given the same entry before, if anything.
    previous: int | None
    #: The ballot's first line of this award.
    first: bool


class Known(Struct, frozen=True, kw_only=True):
    """What the ledger and the award say about a vote that was not stored just now."""

    id: UUID
    state: AwardState
    closes_at: datetime
    entry_known: bool
    min_value: int
    max_value: int
    award: int | None
    ballot: int | None
    entry: int | None
    value: int | None
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
    )


def voter_key(secret: bytes, award: int, proof: str) -> bytes:
    """Keyed, per award: neither the proof nor the same voter in two awards can be read from the table."""
    return hmac.digest(secret, f"voter:{award}:{proof}".encode(), hashlib.sha256)


def sign_ballot(secret: bytes, ballot: Ballot) -> str:
    body = f"{ballot.award}.{ballot.id}.{TIERS.index(ballot.tier)}"
    return f"{body}.{_signature(secret, body)}"


def read_ballot(secret: bytes, token: str | None, award: int) -> Ballot:
    """The ballot a token stands for; BallotInvalid where it is forged, or of another award."""
    body, _, signature = (token or "").rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, body).encode()):
        raise errors.BallotInvalid
    of_award, ballot, tier = (int(part) for part in body.split("."))
    if of_award != award:
        raise errors.BallotInvalid
    return Ballot(of_award, ballot, TIERS[tier])


def _signature(secret: bytes, body: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret, f"ballot:{body}".encode(), "sha256")[:_SIGNATURE]).decode()


def new_receipt() -> str:
    """Twelve signs without 0 O 1 I L U: 58 bits, so two equal ones are not to be expected, and the key refuses them."""
    return "".join(secrets.choice(CLEAR_ALPHABET) for _ in range(RECEIPT_LENGTH))


def to_receipt(stored: Stored) -> VoteReceipt:
    return VoteReceipt(
        id=stored.id, entry=stored.entry, value=stored.value, receipt=stored.receipt, cast_at=stored.cast_at
    )


def settle(cast: Cast, known: Known) -> VoteReceipt | errors.FestivalError:
    """The answer to a vote the batch did not store: its earlier receipt, or why it was refused."""
    if known.receipt is not None and known.cast_at is not None:
        same = (known.award, known.ballot, known.entry, known.value) == (
            cast.award,
            cast.ballot,
            cast.entry,
            cast.value,
        )
        if not same:
            return errors.VoteConflict()
        return VoteReceipt(id=cast.id, entry=cast.entry, value=cast.value, receipt=known.receipt, cast_at=known.cast_at)
    if not known.entry_known:
        return errors.EntryNotFound()
    if known.state == "scheduled":
        return errors.VotingNotOpen()
    if known.state == "closed":
        return errors.VotingClosed(closed_at=known.closes_at.isoformat())
    if not known.min_value <= cast.value <= known.max_value:
        return errors.ValueOutOfRange(min=known.min_value, max=known.max_value)
    return errors.Unavailable(retry_after=1)


def take_batch(waiting: Sequence[Cast], limit: int) -> tuple[list[int], list[int]]:
    """Positions to store now and to leave: no id twice, and no two votes of one ballot for one entry, in one batch."""
    taken: list[int] = []
    left: list[int] = []
    seen: set[tuple[int, int] | UUID] = set()
    for position, cast in enumerate(waiting):
        pair = (cast.ballot, cast.entry)
        if len(taken) < limit and pair not in seen and cast.id not in seen:
            taken.append(position)
            seen |= {pair, cast.id}
        else:
            seen.add(pair)  # a later vote of this ballot must not overtake this one
            left.append(position)
    return taken, left


def changes_of(batch: UUID, rows: Iterable[Stored]) -> list[BatchChange]:
    """What a committed batch means for each award's board."""
    by_award: dict[int, list[Stored]] = {}
    for row in rows:
        by_award.setdefault(row.award, []).append(row)
    return [
        BatchChange(
            batch=batch,
            award=award,
            rows=len(stored),
            ballots=len({row.ballot for row in stored if row.first}),
            changes=tuple(_entry_changes(stored)),
        )
        for award, stored in by_award.items()
    ]


def _entry_changes(stored: Iterable[Stored]) -> list[Change]:
    votes: dict[int, int] = {}
    sums: dict[int, int] = {}
    for row in stored:
        votes[row.entry] = votes.get(row.entry, 0) + (row.previous is None)
        sums[row.entry] = sums.get(row.entry, 0) + row.value - (row.previous or 0)
    return [Change(entry, votes[entry], sums[entry]) for entry in sorted(votes)]
