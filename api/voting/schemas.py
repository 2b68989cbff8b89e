"""What goes in and out of awards, ballots and votes."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.live import Tally
from api.words import NamedWords, Slug, Words

AwardState: TypeAlias = Literal["scheduled", "open", "closed"]
BoardRule: TypeAlias = Literal["open", "turnout", "hidden"]
Tier: TypeAlias = Literal["badge", "hall", "email", "device", "kiosk", "paper"]
#: One question per entry, answered by a value; or one question for the whole ballot, answered by choices.
AwardKind: TypeAlias = Literal["stars", "grades", "yesno", "favourite", "approval", "ranking"]
Method: TypeAlias = Literal[
    "mean",
    "imdb",
    "confidence",
    "majority_judgment",
    "wilson",
    "share",
    "attendance",
    "plurality",
    "instant_runoff",
    "schulze",
    "borda",
]
EntryId = Annotated[int, Meta(ge=1, le=2**53)]
MOST_CHOICES = 50


class Minimum(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The votes an entry needs to be ranked: a number, a share of the most voted entry's, or a number by statistics."""

    rule: Literal["none", "count", "share", "auto"]
    votes: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    share: Annotated[float, Meta(gt=0, le=1)] | None = None


class WatchRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be watched of an entry: so many episodes, or this share of its minutes, whichever comes first."""

    episodes: Annotated[int, Meta(ge=1, le=999)] | None = None
    share: Annotated[float, Meta(gt=0, le=1)] | None = None


class Award(Struct, frozen=True, kw_only=True):
    """An award as stored."""

    id: int
    slug: str
    name: Words
    kind: AwardKind
    min_value: int
    max_value: int
    opens_at: datetime
    closes_at: datetime
    grace: timedelta
    board: BoardRule
    tiers: tuple[Tier, ...] = ("device",)
    weights: dict[Tier, float] = {}
    method: Method = "mean"
    minimum: Minimum = Minimum(rule="none")
    watch: WatchRule | None = None
    receipts: bool = True
    paper_until: datetime | None = None
    published_at: datetime | None = None
    reveals_at: datetime | None = None


class AwardCard(Struct, frozen=True, kw_only=True):
    """`min` and `max` are the ends of the scale, or the fewest and most choices of a ballot.

    `paper_until` is when the last sheet of paper may be keyed; null where the award takes none.
    """

    id: int
    slug: str
    name: Words
    kind: AwardKind
    min: int
    max: int
    opens_at: datetime
    closes_at: datetime
    grace_seconds: int
    state: AwardState
    board: BoardRule
    tiers: tuple[Tier, ...]
    watch: WatchRule | None
    receipts: bool
    method: Method
    paper_until: datetime | None
    published_at: datetime | None


class EntryCard(Struct, frozen=True, kw_only=True):
    """`episode` and its title only where episodes compete, not series."""

    id: int
    series: int
    slug: str
    title: Words
    episode: int | None
    episode_title: Words | None


class AwardPage(AwardCard, frozen=True, kw_only=True):
    now: datetime
    entries: list[EntryCard]


class BallotOut(Struct, frozen=True, kw_only=True):
    """`ballot` is the token to send as the `Ballot` header of every vote."""

    ballot: str
    tier: Tier


class VoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """`entry` and `value` for stars, grades, yes or no; `choices`, best first, where the whole ballot is one vote.

    `id` is made on the device at the tap (UUIDv7) and stays the same in every repetition.
    """

    id: UUID
    entry: EntryId | None = None
    value: Annotated[int, Meta(ge=-32768, le=32767)] | None = None
    choices: Annotated[tuple[EntryId, ...], Meta(max_length=MOST_CHOICES)] | None = None


class VoteReceipt(Struct, frozen=True, kw_only=True, gc=False):
    """`receipt` is null where the award gives none."""

    id: UUID
    entry: int | None
    value: int | None
    choices: tuple[int, ...] | None
    receipt: str | None
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


class EntriesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a section, or of all of the festival."""

    section: Slug | None = None
    entries: Literal["series", "episode"] = "series"


class AwardIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`entries` says what competes; `choices` is the most a ballot of approval or ranking may name."""

    slug: Slug
    name: NamedWords
    opens_at: Annotated[datetime, Meta(tz=True)]
    closes_at: Annotated[datetime, Meta(tz=True)]
    grace_seconds: Annotated[int, Meta(ge=0, le=600)] = 60
    board: BoardRule = "turnout"
    #: Only series of this section; None takes all sections.
    section: str | None = None
    kind: AwardKind = "stars"
    entries: Literal["series", "episode"] = "series"
    choices: Annotated[int, Meta(ge=1, le=MOST_CHOICES)] | None = None
    method: Method | None = None
    tiers: Annotated[list[Tier], Meta(min_length=1, max_length=6)] = msgspec.field(default_factory=lambda: ["device"])
    weights: dict[Tier, Annotated[float, Meta(ge=0, le=1000)]] = {}
    minimum: Minimum = Minimum(rule="none")
    watch: WatchRule | None = None
    receipts: bool = True
    #: Until when ballots of paper may be keyed; where nothing is said, until voting closes.
    paper_until: Annotated[datetime, Meta(tz=True)] | None = None
