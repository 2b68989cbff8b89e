"""What goes in and out of the review: flags, voids, and publication by two people."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from api.voting.oddities import What

VoidReason: TypeAlias = Literal["automated", "shared_token", "bought", "staff", "other"]
BallotId: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]


class Person(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class Flag(Struct, frozen=True, kw_only=True):
    """Something odd. `numbers` are what it was judged by and differ by `what`; `sample` the first 200 of its ballots.

    `under_review` and `void` count its ballots that are so, by this flag or in another way.
    """

    id: int
    what: What
    subject: str
    numbers: dict[str, Any]
    ballots: int
    sample: list[int]
    under_review: int
    void: int
    raised_at: datetime
    quarantined_at: datetime | None
    settled_at: datetime | None
    settled_by: Person | None
    outcome: Literal["dismissed", "void"] | None


class FlagPage(Struct, frozen=True, kw_only=True):
    """A page of those that are open, or of those that are settled; how many there are of each, up to a thousand."""

    flags: list[Flag]
    open: int
    settled: int
    next: int | None


class VoidIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All ballots of a flag or of a batch of paper, or ballots by number.

    `reason` is published, `words` are for the second person.
    """

    reason: VoidReason
    words: Annotated[str, Meta(min_length=1, max_length=1000)]
    flag: BallotId | None = None
    paper: BallotId | None = None
    ballots: Annotated[list[BallotId], Meta(min_length=1, max_length=2000)] | None = None


class Void(Struct, frozen=True, kw_only=True):
    """A request to declare ballots void and what became of it: a second person decides, the first may take it back."""

    id: int
    award: int
    flag: int | None
    ballots: int
    sample: list[int]
    reason: VoidReason
    words: str
    state: Literal["waiting", "agreed", "refused", "withdrawn"]
    asked_by: Person
    asked_at: datetime
    decided_by: Person | None
    decided_at: datetime | None
    withdrawn_at: datetime | None


class Review(Struct, frozen=True, kw_only=True):
    """Ballots with votes that do not count at this moment: under review, and void by reason."""

    award: int
    under_review: int
    void: int
    void_by_reason: dict[str, int]


class Publication(Struct, frozen=True, kw_only=True):
    """`asked` by one person, `published` by another; `open` before that or when the request was taken back."""

    award: int
    state: Literal["open", "asked", "published"]
    asked_by: Person | None
    asked_at: datetime | None
    agreed_by: Person | None
    published_at: datetime | None


class TierTurnout(Struct, frozen=True, kw_only=True):
    """Lines of the ledger, and ballots with votes by tier; tiers without any are left out."""

    award: int
    rows: int
    ballots: dict[str, int]
