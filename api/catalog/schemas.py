"""What may be watched: festival, section, series, episode."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.colours import Shades
from api.words import Lang, NamedWords, Slug, Words
from transcoder.contract import POSTER_FORMATS

Rating: TypeAlias = Literal["0+", "6+", "12+", "16+", "18+"]
#: What two quick taps on a film do.
DoubleTap: TypeAlias = Literal["like", "seek"]
Landscape: TypeAlias = Literal["refuse", "letterbox"]
#: Whether a section wants to hear of the use of AI: not at all, in any case, or takes no work made with it.
AiRule: TypeAlias = Literal["open", "disclose", "refuse"]
#: A part of a production in which AI may be used.
AiStage: TypeAlias = Literal["script", "image", "voice", "music", "effects", "subtitles", "other"]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
#: Of one episode, and how many there may be.
Seconds: TypeAlias = Annotated[int, Meta(ge=1, le=3600)]
#: Of all episodes together.
TotalSeconds: TypeAlias = Annotated[int, Meta(ge=1, le=360_000)]
Episodes: TypeAlias = Annotated[int, Meta(ge=1, le=999)]
Country: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Z]{2}(?!\n)$")]


class Poster(Struct, frozen=True, kw_only=True):
    """Addresses of the same 9:16 still in three formats."""

    avif: str
    webp: str
    jpg: str

    @classmethod
    def at(cls, stem: str) -> "Poster":
        """`stem` is the address without the suffix."""
        return cls(**{kind: f"{stem}.{kind}" for kind in POSTER_FORMATS})


class EntryRef(Struct, frozen=True, kw_only=True):
    award: int
    entry: int


class SeriesCard(Struct, frozen=True, kw_only=True):
    """`episode_count` and `duration_ms` count what can be watched now, `package` is the first of it.

    `poster` is 9:16, `card` 2:3.
    """

    id: int
    slug: str
    title: Words
    country: str
    rating: Rating
    episode_count: int
    duration_ms: int
    package: UUID | None
    poster: Poster | None
    card: Poster | None
    thumbhash: str | None
    entries: list[EntryRef]


class SectionRef(Struct, frozen=True, kw_only=True):
    """`landscape`: whether files that are wider than high are refused, or shown with bars above and below.

    Series are submitted from `opens_at` until `closes_at`; None leaves that side open, as it does with the other rules.
    `min_seconds` and `max_seconds` are what one episode may last, those of `total` what all may together;
    `subtitle_langs` is what each of them must have. Where `ai_rule` is refuse, it is for `ai_parts`; none: for all.
    """

    id: int
    slug: str
    name: Words
    landscape: Landscape
    opens_at: datetime | None
    closes_at: datetime | None
    min_seconds: int | None
    max_seconds: int | None
    min_episodes: int | None
    max_episodes: int | None
    subtitle_langs: list[str]
    ai_rule: AiRule
    min_total_seconds: int | None
    max_total_seconds: int | None
    ai_parts: list[AiStage]


class SectionCard(SectionRef, frozen=True, kw_only=True):
    series: list[SeriesCard]


class Mark(Struct, frozen=True, kw_only=True):
    """A logo or a sponsor's card: where it is, and its pixels."""

    address: str
    width: int
    height: int


class Sponsor(Struct, frozen=True, kw_only=True):
    name: Words
    card: Mark


class Theme(Struct, frozen=True, kw_only=True):
    """What a festival looks like where it differs from the house."""

    shades: Shades | None = None
    logo: Mark | None = None
    sponsor: Sponsor | None = None


class Festival(Struct, frozen=True, kw_only=True):
    """`offered` are the languages of its pages in their order, none for all there are; `result_languages` those in
    which results are shown at once."""

    id: int
    slug: str
    name: Words
    starts_on: date
    ends_on: date
    time_zone: str
    double_tap: DoubleTap
    place: Words
    offered: list[str]
    result_languages: list[str]
    contact: Words
    privacy: Words
    theme: Theme


class FestivalPage(Festival, frozen=True, kw_only=True):
    """`languages` are those of its subtitles."""

    languages: list[str]
    sections: list[SectionCard]


class EpisodeBytes(Struct, frozen=True, kw_only=True):
    """Bytes of the smallest and of the largest picture that a phone loads, each with sound."""

    saver: int
    full: int


class EpisodeCell(Struct, frozen=True, kw_only=True):
    """Rating and notes only where they differ from the series."""

    id: int
    number: int
    title: Words
    duration_ms: int
    bytes: EpisodeBytes
    rating: Rating | None
    notes: Words


class SeriesPage(SeriesCard, frozen=True, kw_only=True):
    """Until `keep_until` a phone may keep episodes to play them without a network; None: not at all."""

    synopsis: Words
    genre: Words
    notes: Words
    section: SectionRef
    episodes: list[EpisodeCell]
    keep_until: datetime | None


class CreditLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`part` is one of the pages' own words, like `director`, or whatever the producer calls it."""

    part: Annotated[str, Meta(min_length=1, max_length=80)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]


class Credits(Struct, frozen=True, kw_only=True):
    """Who made a series, in the producer's order."""

    credits: list[CreditLine]
    companies: list[CreditLine]


class FestivalIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    slug: Slug
    name: NamedWords
    starts_on: date
    ends_on: date
    time_zone: Annotated[str, Meta(min_length=1, max_length=60)]
    double_tap: DoubleTap = "like"


class PlayerIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the phones of this festival play its films."""

    double_tap: DoubleTap


class SectionChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an organiser may still change of a section."""

    name: NamedWords
    landscape: Landscape = "refuse"
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    min_seconds: Seconds | None = None
    max_seconds: Seconds | None = None
    min_episodes: Episodes | None = None
    max_episodes: Episodes | None = None
    subtitle_langs: Annotated[list[Lang], Meta(max_length=20)] = []
    ai_rule: AiRule = "disclose"
    min_total_seconds: TotalSeconds | None = None
    max_total_seconds: TotalSeconds | None = None
    ai_parts: Annotated[list[AiStage], Meta(max_length=7)] = []


class SectionIn(SectionChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    slug: Slug
    position: int = 0


class SeriesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    section: int
    slug: Slug
    title: NamedWords
    country: Country
    rating: Rating = "12+"
    synopsis: Words = {}
    genre: Words = {}
    notes: Words = {}


class EpisodeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: Annotated[int, Meta(ge=1, le=999)]
    title: Words = {}
    rating: Rating | None = None
    notes: Words = {}


class Keeping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether phones may keep a series; `until` is the end of the rights, by default the end of the festival."""

    allowed: bool
    until: datetime | None = None
