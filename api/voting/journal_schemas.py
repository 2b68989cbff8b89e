"""Votes from the journal of a kiosk, what is answered to each, and how far its votes have arrived."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.voting.schemas import MOST_CHOICES, EntryId

Outcome: TypeAlias = Literal["counted", "review", "superseded", "refused"]
Counter: TypeAlias = Annotated[int, Meta(ge=1, le=2**31 - 1)]
#: Whatever a clock can be wrong by: what a screen has signed it cannot take back, and one record that is refused as no
#: record would hold up all behind it.
Uncertainty: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
RECORDS = 500
WriteOffReason: TypeAlias = Literal["lost", "broken", "not_used", "other"]


class SignedRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`body` is the JSON text that was signed, word for word; `signature` 64 bytes r and s as base64url."""

    body: Annotated[str, Meta(max_length=16_384)]
    signature: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{86}(?!\n)$")]


class VotesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`counter` is the newest record the kiosk has made, whether or not it is among these."""

    counter: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    records: Annotated[list[SignedRecord], Meta(min_length=1, max_length=RECORDS)]


class RecordBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a record says. `prev` is the SHA-256 of the body before it; a voter is a visitor or a sealed badge.

    A badge is what a camera has read, so there is room for the largest QR code.
    """

    v: Literal[1]
    kiosk: int
    counter: Counter
    prev: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}(?!\n)$")]
    id: UUID
    award: EntryId
    entry: EntryId | None = None
    value: Annotated[int, Meta(ge=-32768, le=32767)] | None = None
    choices: Annotated[tuple[EntryId, ...], Meta(max_length=MOST_CHOICES)] | None = None
    visitor: UUID | None = None
    badge: Annotated[str, Meta(max_length=8192)] | None = None
    at: Annotated[datetime, Meta(tz=True)]
    uncertainty_ms: Uncertainty


class RecordAnswer(Struct, frozen=True, kw_only=True):
    """`conflict`: another record has this counter; the same vote goes after the head, under its next counter."""

    counter: int
    id: UUID
    outcome: Literal["counted", "review", "superseded", "refused", "conflict"]
    reason: str | None
    receipt: str | None


class Head(Struct, frozen=True, kw_only=True):
    """The newest record that is here, and the hash of its body."""

    counter: int
    hash: str


class Arrived(Struct, frozen=True, kw_only=True):
    """`received` of `of` records are here; `gaps` are the first and last counter of each hole."""

    received: int
    of: int
    gaps: list[tuple[int, int]]


class VotesOut(Arrived, frozen=True, kw_only=True):
    head: Head
    votes: list[RecordAnswer]


class KioskGate(Struct, frozen=True, kw_only=True):
    """Whether a kiosk may still hold votes of an award. `held` is what is known to be missing."""

    kiosk: int
    name: str
    state: Literal["empty", "waiting", "written_off"]
    received: int
    of: int
    held: int
    seen_at: datetime | None
    revoked: bool
    reason: WriteOffReason | None
    words: str | None


class WriteOffIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: WriteOffReason
    words: Annotated[str, Meta(min_length=1, max_length=1000)]
