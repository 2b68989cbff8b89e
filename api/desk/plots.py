"""Bars as geometry: the desk's page and the printed report draw the same. No await, no I/O."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

_GAP: Final = 0.28
_FLOORLINE: Final = "#C9C7D3"


class Bar(Struct, frozen=True, kw_only=True):
    """`value` None: not shown. Then it has no height, and its place is kept."""

    key: str
    value: int | None
    x: float
    y: float
    width: float
    height: float


class Tick(Struct, frozen=True, kw_only=True):
    value: int
    y: float


class Plot(Struct, frozen=True, kw_only=True):
    """The axis starts at 0. `best` is the key of the highest bar, the first of them; None where nothing is shown."""

    width: float
    height: float
    bars: list[Bar]
    ticks: list[Tick]
    best: str | None


def bars(values: Sequence[tuple[str, int | None]], *, width: float, height: float) -> Plot:
    """Side by side in their order, on a scale that ends at a round number."""
    most = max((value for _, value in values if value is not None), default=0)
    top, step = scale(most)
    slot = width / max(1, len(values))
    found = [_bar(key, value, place, slot, height, top) for place, (key, value) in enumerate(values)]
    shown = [bar for bar in found if bar.value]
    return Plot(
        width=width,
        height=height,
        bars=found,
        ticks=[Tick(value=value, y=_round(height * (1 - value / top))) for value in range(0, top + 1, step)],
        best=max(shown, key=lambda bar: bar.value or 0).key if shown else None,
    )


def _bar(key: str, value: int | None, place: int, slot: float, height: float, top: int) -> Bar:
    tall = height * (value or 0) / top
    return Bar(
        key=key,
        value=value,
        x=_round((place + _GAP / 2) * slot),
        y=_round(height - tall),
        width=_round(slot * (1 - _GAP)),
        height=_round(tall),
    )


def scale(most: int) -> tuple[int, int]:
    """The end of the axis and the distance of its marks: 1, 2 or 5 times a power of ten, four marks at the most."""
    if most <= 0:
        return 1, 1
    rough = most / 4
    power = 10 ** max(0, math.floor(math.log10(rough)))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    return step * math.ceil(most / step), step


def to_svg(plot: Plot, *, highlight: str, quiet: str, mirrored: bool = False) -> str:
    """For print: bars and lines only, words stand beside it. `mirrored` where one reads from the right."""
    lines = (_line(tick.y, plot.width) for tick in plot.ticks)
    rects = (_rect(bar, plot, highlight if bar.key == plot.best else quiet, mirrored=mirrored) for bar in plot.bars)
    size = f'width="{plot.width:g}" height="{plot.height:g}" viewBox="0 0 {plot.width:g} {plot.height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_joined(lines)}{_joined(rects)}</svg>'


def _line(y: float, width: float) -> str:
    return f'<path d="M0 {y:g}H{width:g}" stroke="{_FLOORLINE}" stroke-width="0.6" fill="none"/>'


def _rect(bar: Bar, plot: Plot, colour: str, *, mirrored: bool) -> str:
    x = plot.width - bar.x - bar.width if mirrored else bar.x
    return (
        f'<rect x="{_round(x):g}" y="{bar.y:g}" width="{bar.width:g}" height="{bar.height:g}" rx="1" fill="{colour}"/>'
        if bar.height
        else ""
    )


def _joined(parts: Iterable[str]) -> str:
    return "".join(parts)


def _round(value: float) -> float:
    return round(value, 2)
