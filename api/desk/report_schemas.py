"""The outcome of a whole festival. Figures of viewers are None where they stand for too few of them."""

from datetime import date, datetime

from msgspec import Struct

from api.desk.plots import Plot
from api.studio.staying_schemas import LanguageUse, Share
from api.words import Words


class Portion(Struct, frozen=True, kw_only=True):
    """How a part of the programme, or of the time, was watched. `key` None: the rest, none of which is shown alone."""

    key: str | None
    viewers: int
    views: int
    minutes: int


class LinesShare(Struct, frozen=True, kw_only=True):
    """Of the time played, with pictures of so many lines."""

    lines: int
    share: float


class Playing(Struct, frozen=True, kw_only=True):
    """How films played for these viewers. `start_ms`: half of the starts took no longer, `slow_ms`: nine of ten, None
    where nobody told; `stalls_hour`: times in an hour of playing that the picture stood still; `stalled`: the share of
    the time it did. `key` is empty for all together."""

    key: str
    viewers: int
    start_ms: int | None
    slow_ms: int | None
    stalls_hour: float
    stalled: float
    lines: list[LinesShare]


class Played(Struct, frozen=True, kw_only=True):
    """`networks` are "hall" and "elsewhere"; a part that stands for too few viewers is not there."""

    whole: Playing
    sections: list[Playing]
    networks: list[Playing]
    days: list[Playing]


class Watched(Struct, frozen=True, kw_only=True):
    """Viewers count once for each series they watched. `hours` are those of the festival's clocks."""

    viewers: int
    views: int
    minutes: int
    completed: Share | None
    subtitled: Share | None
    liked: Share | None
    interface: list[LanguageUse]
    subtitles: list[LanguageUse]
    sections: list[Portion]
    countries: list[Portion]
    hours: list[Portion]
    days: list[Portion]
    #: None in what was counted before anybody asked.
    played: Played | None = None


class SectionLine(Struct, frozen=True, kw_only=True):
    """`accepted` are shown, or decided to be. Episodes and minutes are of what can be watched."""

    slug: str
    name: Words
    entered: int
    submitted: int
    accepted: int
    episodes: int
    minutes: int


class CountryLine(Struct, frozen=True, kw_only=True):
    country: str
    entered: int
    submitted: int
    accepted: int


class Stratum(Struct, frozen=True, kw_only=True):
    """Ballots of one way to vote; `of` is how many could have, where that is known. `tier` None: all the others."""

    tier: str | None
    ballots: int
    of: int | None


class Winner(Struct, frozen=True, kw_only=True):
    title: Words
    episode: int | None
    country: str


class AwardLine(Struct, frozen=True, kw_only=True):
    """`winners` only of what is published. `ballots` None: too few to tell."""

    id: int
    slug: str
    name: Words
    kind: str
    closes_at: datetime
    published_at: datetime | None
    ballots: int | None
    strata: list[Stratum]
    winners: list[Winner]


class ScreenLine(Struct, frozen=True, kw_only=True):
    """`touched` are films that somebody had chosen there."""

    name: str
    place: str
    plays: int
    touched: int
    minutes: int


class LanguageLine(Struct, frozen=True, kw_only=True):
    """Episodes that can be watched with subtitles, or heard, in a language."""

    lang: str
    subtitled: int
    voiced: int


class Access(Struct, frozen=True, kw_only=True):
    episodes: int
    subtitled: int
    languages: list[LanguageLine]


class Volumes(Struct, frozen=True, kw_only=True):
    """Bytes: what producers sent, and what can be played."""

    originals: int
    packages: int


class Plots(Struct, frozen=True, kw_only=True):
    hours: Plot
    days: Plot
    countries: Plot
    #: Milliseconds in which nine of ten starts were over, and stalls in ten hours of playing, by day.
    starts: Plot
    stalls: Plot


class Report(Struct, frozen=True, kw_only=True):
    festival: str
    name: Words
    starts_on: date
    ends_on: date
    time_zone: str
    place: Words
    made_at: datetime
    floor: int
    counted_at: datetime | None
    companies: int
    sections: list[SectionLine]
    countries: list[CountryLine]
    watched: Watched | None
    awards: list[AwardLine]
    screens: list[ScreenLine]
    access: Access
    volumes: Volumes
    plots: Plots
