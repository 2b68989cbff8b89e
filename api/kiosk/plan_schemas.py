"""What screens play, hour by hour."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from api.catalog.schemas import Rating
from api.words import Words

#: A time of day in the festival's zone. A window that ends at or before its start goes over midnight.
Clock: TypeAlias = Annotated[str, Meta(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9](?!\n)$")]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
Weekday: TypeAlias = Annotated[int, Meta(ge=1, le=7)]


class Window(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    starts: Clock
    ends: Clock


class RatingWindow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing above `max` is shown in these hours."""

    starts: Clock
    ends: Clock
    max: Rating


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a playlist: films of everything, of a section or series (`id`), or the wall of an award (`id`)."""

    kind: Literal["all", "section", "series", "wall"]
    id: Annotated[int, Meta(ge=0, le=2**53)] = 0
    episodes: Literal["first", "all"] = "first"
    seconds: Annotated[int, Meta(ge=5, le=600)] = 20


class Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A playlist for some hours; `days` (1 is Monday) are those on which the window begins, none means every day."""

    starts: Clock
    ends: Clock
    items: Annotated[list[Item], Meta(min_length=1, max_length=30)]
    days: Annotated[list[Weekday], Meta(max_length=7)] = []


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first block that holds plays; where none does, the first episode of every series. `sleep`: a dark screen."""

    blocks: Annotated[list[Block], Meta(max_length=40)] = []
    ratings: Annotated[list[RatingWindow], Meta(max_length=20)] = []
    sleep: Annotated[list[Window], Meta(max_length=10)] = []


class ProgrammeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    plan: Plan


class StoredProgramme(Struct, frozen=True, kw_only=True):
    """`kiosks` is how many screens play it."""

    id: int
    name: str
    plan: Plan
    updated_at: datetime
    kiosks: int


class PreviewIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`at` is what clocks at the venue show, without a zone."""

    plan: Plan
    at: Annotated[datetime, Meta(tz=False)]


class PreviewItem(Struct, frozen=True, kw_only=True):
    """A film, or the wall of an award, where `award` says which."""

    series: int | None
    title: Words
    number: int | None
    rating: Rating | None
    seconds: float
    award: int | None


class Preview(Struct, frozen=True, kw_only=True):
    """What plays then: `block` by its place in the plan, None where none holds; `left_out` for their age rating."""

    asleep: bool
    block: int | None
    limit: Rating
    items: list[PreviewItem]
    left_out: int
    seconds: float
