"""Screens as the desk sees and sets them."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from api.kiosk.device_schemas import Beat, CommandKind
from api.kiosk.manifest_schemas import Sound
from api.kiosk.plan_schemas import Name
from api.words import Words

Place: TypeAlias = Annotated[str, Meta(max_length=200)]
ProgrammeId: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]


class Pairing(Struct, frozen=True, kw_only=True):
    """A screen that shows this code; `decided` where it is paired or refused already."""

    code: str
    version: str
    asked_at: datetime
    expires_at: datetime
    decided: bool


class PairIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    place: Place = ""
    programme: ProgrammeId | None = None


class Paired(Struct, frozen=True, kw_only=True):
    kiosk: int


class KioskIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a screen is set. `side` is the short side of the pictures it stores; `head_count` caps its own ballots."""

    name: Name
    place: Place = ""
    programme: ProgrammeId | None = None
    rotation: Literal[0, 90, 180, 270] = 0
    sound: Sound = "touched"
    volume: Annotated[float, Meta(ge=0, le=1)] = 0.7
    touch: bool = True
    idle_seconds: Annotated[int, Meta(ge=10, le=300)] = 30
    side: Literal[360, 540, 720, 1080] = 720
    head_count: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None


class CommandIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`text` is what is said, and only then."""

    kind: CommandKind
    text: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class OnScreen(Struct, frozen=True, kw_only=True):
    """What it plays as its last heartbeat says; `of` is the length in seconds."""

    title: Words
    number: int
    second: float
    of: float
    poster: str | None


class FleetKiosk(Struct, frozen=True, kw_only=True):
    """A screen. `late`: nothing was heard of it for a minute. `beat` is its last word, None where that is forgotten.

    `received` of `of` votes are here, `waiting` it says it holds; `commands` still wait.
    """

    id: int
    name: str
    place: str
    programme: int | None
    rotation: int
    sound: str
    volume: float
    touch: bool
    idle_seconds: int
    side: int
    head_count: int | None
    mode: str
    paired_at: datetime
    seen_at: datetime | None
    late: bool
    received: int
    of: int
    waiting: int
    last_vote_at: datetime | None
    findings: int
    commands: int
    beat: Beat | None
    on_screen: OnScreen | None
    screenshot_at: datetime | None


class LateKiosk(Struct, frozen=True, kw_only=True):
    """A screen that was not heard of for a minute; `held` is how many votes it keeps as far as is known."""

    id: int
    name: str
    seen_at: datetime
    held: int


class Fleet(Struct, frozen=True, kw_only=True):
    """A page of the screens; `late` and the votes that are `held` are of all there are."""

    kiosks: list[FleetKiosk]
    late: list[LateKiosk]
    held: int
    next: int | None


class QuarterVotes(Struct, frozen=True, kw_only=True):
    at: datetime
    votes: int


class VotesToday(Struct, frozen=True, kw_only=True):
    """Votes at all screens by the quarter of an hour in which they were cast, of a day at the venue."""

    day: date
    quarters: list[QuarterVotes]


class DayPlays(Struct, frozen=True, kw_only=True):
    day: date
    plays: int
    whole: int
    seconds: float


class TitlePlays(Struct, frozen=True, kw_only=True):
    """A series on one screen; without a series, walls of results."""

    kiosk: int
    kiosk_name: str
    series: int | None
    title: Words
    plays: int
    whole: int
    by_visitors: int
    seconds: float


class PlayReport(Struct, frozen=True, kw_only=True):
    """Proof of play from one day to another, both included, by the true times screens wrote down.

    All days, and a page of the titles, the most played first.
    """

    first: date
    last: date
    days: list[DayPlays]
    titles: list[TitlePlays]
    next: str | None


class FindingOut(Struct, frozen=True, kw_only=True):
    what: Literal["fork", "chain", "clock", "signature", "plays"]
    counter: int
    found_at: datetime


class KioskJournal(Struct, frozen=True, kw_only=True):
    """How the votes of a screen have arrived, and what does not fit."""

    received: int
    of: int
    gaps: list[tuple[int, int]]
    findings: list[FindingOut]
