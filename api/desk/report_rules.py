"""What may be told of how a festival was watched. No await, no I/O.

A figure for fewer viewers than the floor is not shown, and neither is one from which such a figure follows by taking
what is shown from the whole: what is too small goes into a rest, which takes the next smallest to itself.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from api.desk.report_schemas import Portion, Stratum
from api.studio.stay_rules import FLOOR


class Cell(Struct, frozen=True, kw_only=True):
    """A part as it was counted, before it is decided whether it may be shown."""

    key: str
    viewers: int
    views: int
    seconds: float


#: How many people at least stand behind some parts together.
Together = Callable[[Sequence[int]], int]


def apart(viewers: Sequence[int]) -> int:
    """Nobody is in two parts."""
    return sum(viewers)


def overlapping(viewers: Sequence[int]) -> int:
    """The same people may be in all of them."""
    return max(viewers, default=0)


def veil(cells: Iterable[Cell], together: Together = apart) -> list[Portion]:
    """Largest first, the rest last; nothing where that would leave nothing by itself."""
    shown = sorted((cell for cell in cells if cell.viewers), key=lambda cell: (-cell.viewers, cell.key))
    hidden = [cell for cell in shown if cell.viewers < FLOOR]
    shown = [cell for cell in shown if cell.viewers >= FLOOR]
    while shown and hidden and together([cell.viewers for cell in hidden]) < FLOOR:
        hidden.append(shown.pop())
    if not shown:
        return []
    return [*map(_portion, shown), *([_rest(hidden)] if hidden else [])]


def _portion(cell: Cell) -> Portion:
    return Portion(key=cell.key, viewers=cell.viewers, views=cell.views, minutes=round(cell.seconds / 60))


def _rest(cells: Sequence[Cell]) -> Portion:
    return Portion(
        key=None,
        viewers=sum(cell.viewers for cell in cells),
        views=sum(cell.views for cell in cells),
        minutes=round(sum(cell.seconds for cell in cells) / 60),
    )


def by_key(portions: Iterable[Portion]) -> list[Portion]:
    """As time goes on, the rest last."""
    return sorted(portions, key=lambda each: (each.key is None, each.key or ""))


def strata(ballots: Mapping[str, int], of: Mapping[str, int | None]) -> tuple[int | None, list[Stratum]]:
    """Ballots of an award, and those of each way to vote, largest first."""
    total = sum(ballots.values())
    if total < FLOOR:
        return None, []
    cells = [Cell(key=tier, viewers=count, views=0, seconds=0) for tier, count in ballots.items()]
    told = veil(cells)
    return total, [
        Stratum(tier=each.key, ballots=each.viewers, of=None if each.key is None else of.get(each.key)) for each in told
    ]


def winners_of(text: str | None) -> list[int]:
    """The entries that a published result names."""
    if text is None:
        return []
    result: dict[str, Any] = json.loads(text)
    return [int(entry) for entry in result["winners"]]
