"""What goes in and out of awards, ballots and votes."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.live import Tally
from api.words import NamedWords, Slug, Words

AwardState: TypeAlias = Literal["scheduled", "open", "closed"]
BoardRule: TypeAlias = Literal["open", "turnout", "hidden"]
Tier: TypeAlias = Literal["badge", "hall", "email", "device"]


class Award(Struct, frozen=True, kw_only=True):
    """An award as stored."""

    id: int
    slug: str
    name: Words
    kind: Literal["stars"]
    min_value: int
    max_value: int
    opens_at: datetime
    closes_at: datetime
    grace: timedelta
    board: BoardRule


class AwardCard(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: Words
    kind: Literal["stars"]
    min: int
    max: int
    opens_at: datetime
    closes_at: datetime
    grace_seconds: int
    state: AwardState
    board: BoardRule


class EntryCard(Struct, frozen=True, kw_only=True):
    id: int
    series: int
    slug: str
    title: Words


class AwardPage(AwardCard, frozen=True, kw_only=True):
    now: datetime
    entries: list[EntryCard]


class BallotOut(Struct, frozen=True, kw_only=True):
    """`ballot` is the token to send as the `Ballot` header of every vote."""

    ballot: str
    tier: Tier


class VoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is made on the device at the tap (UUIDv7) and stays the same in every repetition."""

    id: UUID
    entry: Annotated[int, Meta(ge=1, le=2**53)]
    value: Annotated[int, Meta(ge=-32768, le=32767)]


class VoteReceipt(Struct, frozen=True, kw_only=True):
    id: UUID
    entry: int
    value: int
    receipt: str
    cast_at: datetime


class MyVotes(Struct, frozen=True, kw_only=True):
    votes: list[VoteReceipt]


class BoardOut(Struct, frozen=True, kw_only=True):
    """`source` says whether the figures come from the live board or from a count of the ledger."""

    award: int
    rows: int
    ballots: int
    source: Literal["live", "ledger"]
    entries: tuple[Tally, ...]


class Turnout(Struct, frozen=True, kw_only=True):
    award: int
    rows: int
    ballots: int


class AwardIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    slug: Slug
    name: NamedWords
    opens_at: Annotated[datetime, Meta(tz=True)]
    closes_at: Annotated[datetime, Meta(tz=True)]
    grace_seconds: Annotated[int, Meta(ge=0, le=600)] = 60
    board: BoardRule = "turnout"
    #: Only series of this section; None takes all sections.
    section: str | None = None
