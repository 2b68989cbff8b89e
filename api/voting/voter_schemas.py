"""What goes in and out of getting a ballot: badges, screenings, codes by mail, watch credit."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.access.schemas import Email
from api.voting.schemas import EntryId, WatchRule
from api.words import NamedWords, Words

Counted: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]


class BallotIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What proves the right to a ballot: a badge, a hall's code, or a mailed code with its request; else the device."""

    badge: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    hall: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    email_request: UUID | None = None
    code: Annotated[str, Meta(pattern=r"^[0-9]{8}(?!\n)$")] | None = None


class BallotCodeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email


class BallotCodeSent(Struct, frozen=True, kw_only=True):
    """The same whether or not the address has a ballot already."""

    request: UUID


class BadgesWanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Labels are the prefix and a serial number that goes on from the badges there are."""

    count: Annotated[int, Meta(ge=1, le=2000)]
    prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*(?!\n)$", max_length=20)] = "B"


class BadgeListIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of `token` or `label,token`; with `labels` each line is a label, and a token is made for it."""

    csv: Annotated[str, Meta(max_length=400_000)]
    labels: bool = False


class PrintedBadge(Struct, frozen=True, kw_only=True):
    """`token` is told here and never again: the database has only its hash. `url` is what the QR code holds."""

    label: str
    token: str
    url: str


class PrintedBadges(Struct, frozen=True, kw_only=True):
    """`badges` are all of the list whose token is known now; `known` were there before, withdrawn ones included."""

    added: int
    known: int
    badges: list[PrintedBadge]


class Badge(Struct, frozen=True, kw_only=True):
    id: int
    label: str
    created_at: datetime
    revoked_at: datetime | None


class BadgePage(Struct, frozen=True, kw_only=True):
    """`next` is the id to ask `after` for the following page; None at the end."""

    badges: list[Badge]
    next: int | None


class ScreeningIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes are shown and taken from `starts_at` until `ends_at`, so the end leaves time to scan."""

    name: NamedWords
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]
    head_count: Counted | None = None


class ScheduledScreening(Struct, frozen=True, kw_only=True):
    """What everyone may know of a screening."""

    id: int
    name: Words
    starts_at: datetime
    ends_at: datetime


class Issued(Struct, frozen=True, kw_only=True):
    """Ballots of one award issued at a screening; `alarm` where they are more than 110 % of the heads."""

    award: int
    ballots: int
    alarm: bool


class Screening(Struct, frozen=True, kw_only=True):
    """`screen` is the address for the hall's screen; whoever has it can show the codes, without an account."""

    id: int
    name: Words
    starts_at: datetime
    ends_at: datetime
    head_count: int | None
    screen: str
    issued: list[Issued]
    alarm: bool


class HallCode(Struct, frozen=True, kw_only=True):
    """What a hall's screen shows: `code` changes in `seconds_left`. Before and after the screening there is none."""

    name: Words
    starts_at: datetime
    ends_at: datetime
    now: datetime
    code: str | None
    url: str | None
    qr: str | None
    seconds_left: float


class Credit(Struct, frozen=True, kw_only=True):
    """Of one entry: whole episodes (80 % of their seconds) and seconds, had and needed; None where no rule asks."""

    entry: int
    enough: bool
    episodes_have: int
    episodes_needed: int | None
    seconds_have: int
    seconds_needed: int | None


class CreditPage(Struct, frozen=True, kw_only=True):
    """`rule` is None where the award asks for no watching. `source` is `ledger` where live counts are not to be had."""

    award: int
    rule: WatchRule | None
    source: Literal["live", "ledger"]
    entries: list[Credit]


class CreditIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    entry: EntryId
