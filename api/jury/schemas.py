"""The jury room: what a juror is given and what a juror sends."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import CreditLine, EntryRef, Poster, Rating
from api.words import NamedWords, Slug, Words

#: preparing: the desk works on it, jurors do not see it. A round that is cut or decided stays to be read.
Phase: TypeAlias = Literal["preparing", "scoring", "deliberation", "decided"]
#: Others' scores: never; when my own are locked, of those who have locked theirs; at once when deliberation opens.
Visibility: TypeAlias = Literal["never", "after_mine", "deliberation"]
BlindPhase: TypeAlias = Literal["scoring", "deliberation"]
Grade: TypeAlias = Annotated[int, Meta(ge=0, le=100)]
#: In thousandths: 400 is 40.0 %. The weights of a rubric make 1000.
Weight: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]
Reason: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1000)]
Revision: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
Id: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
Second: TypeAlias = Annotated[float, Meta(ge=0, le=14_400)]


class ListedSeries(Struct, frozen=True, kw_only=True):
    """`country` is None where the round is blind."""

    id: int
    slug: str
    title: Words
    country: str | None
    rating: Rating
    episode_count: int
    duration_ms: int
    package: UUID | None
    poster: Poster | None
    card: Poster | None
    thumbhash: str | None
    entries: list[EntryRef]


class Shortlist(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    round: int
    series: list[ListedSeries]


class ShortlistIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`series` by id, `jurors` by e-mail address."""

    name: NamedWords
    round: Annotated[int, Meta(ge=1, le=20)] = 1
    series: Annotated[list[int], Meta(min_length=1, max_length=200)]
    jurors: Annotated[list[str], Meta(max_length=50)]


class Criterion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`anchors` say what a grade stands for, by the grade: {"5": {"en": "Each episode earns the next one."}}."""

    key: Slug
    name: NamedWords
    weight: Weight
    required: bool = True
    anchors: Annotated[dict[Annotated[str, Meta(pattern=r"^[0-9]{1,3}(?!\n)$")], Words], Meta(max_length=101)] = {}


class Rubric(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    least: Grade = 1
    most: Grade = 6
    criteria: Annotated[list[Criterion], Meta(min_length=1, max_length=12)]


class Juror(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    chair: bool


class Maker(Struct, frozen=True, kw_only=True):
    """What blind rounds do not tell."""

    country: str
    company: str
    credits: list[CreditLine]
    companies: list[CreditLine]


class Coverage(Struct, frozen=True, kw_only=True):
    """ "5 of 5 watched": `seen` episodes of which 95 % were watched; `enough` when as many as the jury asks for."""

    seen: int
    needed: int
    episodes: int
    enough: bool


class ScoreSheet(Struct, frozen=True, kw_only=True):
    """What a juror says of a title. `mean` is None until every required criterion has its grade.

    Skipped with a reason, a title has no mean and counts in no ranking.
    """

    grades: dict[str, int]
    skipped: str | None
    mean: float | None
    revision: int
    saved_at: datetime


class SheetIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole sheet each time. `id` is a UUIDv7 made when it was changed, `revision` one more than the last known.

    Whatever arrives when, the sheet with the highest revision (then the highest id) stands. `juror` is whose it is:
    a device that kept it may have been handed on before it is sent.
    """

    id: UUID
    juror: Id | None = None
    revision: Revision
    grades: Annotated[dict[Slug, Grade], Meta(max_length=12)]
    skipped: Reason | None = None


class SheetSaved(Struct, frozen=True, kw_only=True):
    """`sheet` is the one that stands; `applied` says whether it is the one that was sent."""

    applied: bool
    sheet: ScoreSheet


class Conflict(Struct, frozen=True, kw_only=True):
    """Why a recusal is suggested; `found` is what was met, None where the round is blind."""

    kind: Literal["credit", "company", "domain"]
    found: str | None


class Recusal(Struct, frozen=True, kw_only=True):
    reason: str
    declared_at: datetime
    by_chair: bool


class OtherScore(Struct, frozen=True, kw_only=True):
    juror: Juror
    mean: float | None


class Title(Struct, frozen=True, kw_only=True):
    """A title of a round as its juror sees it. `maker` is None where the round is blind."""

    series: int
    slug: str
    title: Words
    synopsis: Words
    genre: Words
    rating: Rating
    duration_ms: int
    poster: Poster | None
    card: Poster | None
    thumbhash: str | None
    maker: Maker | None
    coverage: Coverage
    sheet: ScoreSheet | None
    conflicts: list[Conflict]
    recusal: Recusal | None


class Lock(Struct, frozen=True, kw_only=True):
    """The chair may undo it until `undo_until`."""

    locked_at: datetime
    undo_until: datetime


class Missing(Struct, frozen=True, kw_only=True):
    """What keeps a juror from locking."""

    series: int
    title: Words
    why: Literal["unseen", "unscored"]


class RoundCard(Struct, frozen=True, kw_only=True):
    """`titles` are those given to this juror, `done` those seen and scored, skipped or recused."""

    id: int
    jury: Words
    award: Words
    name: Words
    round: int
    phase: Phase
    meets_at: datetime | None
    chair: bool
    titles: int
    done: int
    locked_at: datetime | None


class OrderLine(Struct, frozen=True, kw_only=True):
    """Equal means have equal ranks."""

    rank: int
    series: int
    mean: float


class RoundPage(RoundCard, frozen=True, kw_only=True):
    """`blind` now. `order` is this juror's own order so far, `missing` what is left to do before `lock`."""

    jury_id: int
    rubric: Rubric
    visibility: Visibility
    blind: bool
    must_see: int | None
    last: bool
    jurors: list[Juror]
    items: list[Title]
    order: list[OrderLine]
    missing: list[Missing]
    lock: Lock | None


class EpisodeSeen(Struct, frozen=True, kw_only=True):
    """`seen` of its `seconds` were watched; `whole` at 95 %. What plays it: `/api/streams/{package}`."""

    id: int
    number: int
    title: Words
    seconds: int
    package: UUID
    seen: int
    whole: bool


class TitlePage(Struct, frozen=True, kw_only=True):
    """`others` is None while this juror may not see what others gave."""

    item: Title
    episodes: list[EpisodeSeen]
    others: list[OtherScore] | None


class WatchIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was played since the last one, every 10 seconds and when it ends: `spans` of seconds of the film.

    `session` is made by the player for each playing. The server's clock decides what is credited.
    """

    session: UUID
    episode: Id
    spans: Annotated[list[tuple[Second, Second]], Meta(max_length=20)]


class JurorWatched(Struct, frozen=True, kw_only=True):
    episode: int
    seen: int
    seconds: int
    whole: bool


class RecusalIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`juror` is named by the chair for another; None is oneself."""

    series: Id
    juror: Id | None = None
    reason: Reason


class Note(Struct, frozen=True, kw_only=True):
    """Only its juror can read it."""

    id: UUID
    series: int
    episode: int
    number: int
    second: float
    text: str
    revision: int
    saved_at: datetime


class NoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As with sheets the highest revision stands, and `juror` is whose it is.

    Without a text the note is gone, and so are its earlier texts.
    """

    juror: Id | None = None
    episode: Id
    second: Second
    text: Annotated[str, Meta(min_length=1, max_length=4000)] | None
    revision: Revision


class NoteSaved(Struct, frozen=True, kw_only=True):
    """`note` is the one that stands, None where it was taken away; `applied`: it is what was sent."""

    applied: bool
    note: Note | None


class LockIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`confirm` is there so that nothing locks by mistake."""

    confirm: Literal["lock"]


class ReasonIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Reason
