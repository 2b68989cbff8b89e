"""What plays at a time of day. No await, no I/O; the page has the same rules, and `programme_cases.json` tries both."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from api import errors
from api.catalog.schemas import Rating
from api.kiosk.plan_schemas import Block, Item, Plan

RATINGS: Final[tuple[Rating, ...]] = ("0+", "6+", "12+", "16+", "18+")
#: What plays where a plan says nothing.
ATTRACT: Final = (Item(kind="all"),)


class Span(Protocol):
    """Anything with two times of day."""

    @property
    def starts(self) -> str: ...
    @property
    def ends(self) -> str: ...


class Film(Struct, frozen=True, kw_only=True):
    """An episode as far as playlists care."""

    section: int
    series: int
    episode: int
    number: int
    rating: Rating
    seconds: float


class Playing(Struct, frozen=True, kw_only=True):
    """`items` are films and walls in their order; `left_out` films are above the hour's limit."""

    asleep: bool
    block: int | None
    limit: Rating
    items: list[Film | Item]
    left_out: int


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def holds(span: Span, at: datetime, days: Sequence[int] = ()) -> bool:
    """Whether `at`, as clocks at the venue show it, is within; `days` are those on which it begins."""
    starts, ends, now = minutes(span.starts), minutes(span.ends), at.hour * 60 + at.minute
    today = at.isoweekday()
    if starts < ends:
        begins = today if starts <= now < ends else None
    elif now >= starts:
        begins = today
    else:
        begins = (today - 2) % 7 + 1 if now < ends else None
    return begins is not None and (not days or begins in days)


def limit_at(plan: Plan, at: datetime) -> Rating:
    """The highest rating that may be shown."""
    held = [RATINGS.index(window.max) for window in plan.ratings if holds(window, at)]
    return RATINGS[min(held, default=len(RATINGS) - 1)]


def block_at(plan: Plan, at: datetime) -> int | None:
    """The place of the block that plays."""
    return next((place for place, block in enumerate(plan.blocks) if holds(block, at, block.days)), None)


def playing_at(plan: Plan, at: datetime, films: Sequence[Film]) -> Playing:
    """`films` by series in the order of the programme, and by number within."""
    place, limit = block_at(plan, at), limit_at(plan, at)
    wanted: Sequence[Item] = ATTRACT if place is None else plan.blocks[place].items
    found = [each for item in wanted for each in expand(item, films)]
    allowed = [each for each in found if isinstance(each, Item) or may_show(each.rating, limit)]
    asleep = any(holds(window, at) for window in plan.sleep)
    return Playing(asleep=asleep, block=place, limit=limit, items=allowed, left_out=len(found) - len(allowed))


def may_show(rating: Rating, limit: Rating) -> bool:
    return RATINGS.index(rating) <= RATINGS.index(limit)


def expand(item: Item, films: Iterable[Film]) -> list[Film | Item]:
    """The films of an item, or the item itself where it is a wall."""
    if item.kind == "wall":
        return [item]
    found: list[Film | Item] = []
    seen: set[int] = set()
    for film in films:
        ours = item.kind == "all" or item.id == (film.section if item.kind == "section" else film.series)
        if ours and (item.episodes == "all" or film.series not in seen):
            found.append(film)
        if ours:
            seen.add(film.series)
    return found


def check_plan(plan: Plan) -> None:
    """Unprocessable where an item names nothing."""
    for block in plan.blocks:
        _check_block(block)


def _check_block(block: Block) -> None:
    if len(set(block.days)) != len(block.days):
        raise errors.Unprocessable("Each day is named once.", field="days")
    for item in block.items:
        if (item.kind == "all") != (item.id == 0):
            raise errors.Unprocessable("A section, a series and a wall are named by their number.", field="items")
