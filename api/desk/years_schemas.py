"""Festivals of a house, year after year: the one that is current, those before, and the next one as a draft."""

from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from api.words import NamedWords, Slug, Words

YearState: TypeAlias = Literal["draft", "current", "archived"]
#: What a new festival does not take over, because it is people's, or of last year alone.
NotCarried: TypeAlias = Literal[
    "series", "entries", "votes", "badges", "showings", "screens", "jurors", "shortlisted", "programme_series"
]


class YearAward(Struct, frozen=True, kw_only=True):
    """`published_at` None: there is no result to be read."""

    id: int
    slug: str
    name: Words
    published_at: datetime | None


class Year(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: Words
    starts_on: date
    ends_on: date
    time_zone: str
    state: YearState
    awards: list[YearAward]


class EntryCount(Struct, frozen=True, kw_only=True):
    award: int
    entries: int


class NextIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything else follows: it lasts as long as the one before, and all times move along with its first day."""

    slug: Slug
    name: NamedWords
    starts_on: date


class Window(Struct, frozen=True, kw_only=True):
    slug: str
    name: Words
    opens_at: datetime | None
    closes_at: datetime | None


class Left(Struct, frozen=True, kw_only=True):
    what: NotCarried
    count: int


class Made(Struct, frozen=True, kw_only=True):
    """A festival made from another: what is in it, and what was left behind."""

    year: Year
    days: int
    sections: list[Window]
    awards: list[Window]
    juries: list[Words]
    rounds: list[Words]
    programmes: list[str]
    theme: bool
    left: list[Left]
