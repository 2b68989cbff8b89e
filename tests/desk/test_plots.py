"""Bars: to scale, from zero, and nothing drawn for what is not shown."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk import plots
from api.desk.plots import Bar, Plot, Tick

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=1, max_size=40)


def test_golden_plot() -> None:
    plot = plots.bars([("a", 30), ("b", None), ("c", 80)], width=300, height=100)

    assert plot == Plot(
        width=300,
        height=100,
        bars=[
            Bar(key="a", value=30, x=14.0, y=62.5, width=72.0, height=37.5),
            Bar(key="b", value=None, x=114.0, y=100.0, width=72.0, height=0.0),
            Bar(key="c", value=80, x=214.0, y=0.0, width=72.0, height=100.0),
        ],
        ticks=[Tick(value=value, y=y) for value, y in ((0, 100), (20, 75), (40, 50), (60, 25), (80, 0))],
        best="c",
    )


def test_golden_picture() -> None:
    plot = plots.bars([("a", 1), ("b", 2)], width=20, height=10)

    assert plots.to_svg(plot, highlight="#C8730A", quiet="#888888") == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10">'
        '<path d="M0 10H20" stroke="#C9C7D3" stroke-width="0.6" fill="none"/>'
        '<path d="M0 5H20" stroke="#C9C7D3" stroke-width="0.6" fill="none"/>'
        '<path d="M0 0H20" stroke="#C9C7D3" stroke-width="0.6" fill="none"/>'
        '<rect x="1.4" y="5" width="7.2" height="5" rx="1" fill="#888888"/>'
        '<rect x="11.4" y="0" width="7.2" height="10" rx="1" fill="#C8730A"/></svg>'
    )


def test_mirrored_picture_runs_from_the_right() -> None:
    plot = plots.bars([("a", 1), ("b", 2)], width=20, height=10)
    picture = ET.fromstring(plots.to_svg(plot, highlight="#000000", quiet="#888888", mirrored=True))  # noqa: S314

    assert [rect.get("x") for rect in picture.iter("{http://www.w3.org/2000/svg}rect")] == ["11.4", "1.4"]


@pytest.mark.parametrize(
    ("most", "end", "step"),
    [(0, 1, 1), (1, 1, 1), (3, 3, 1), (4, 4, 1), (5, 6, 2), (80, 80, 20), (81, 100, 50), (1234, 1500, 500)],
)
def test_scale_ends_at_a_round_number(most: int, end: int, step: int) -> None:
    assert plots.scale(most) == (end, step)


@given(VALUES)
def test_heights_are_to_scale_and_inside(values: list[int | None]) -> None:
    plot = plots.bars([(str(place), value) for place, value in enumerate(values)], width=720, height=180)
    top = plot.ticks[-1].value

    assert len(plot.ticks) <= 6
    for bar in plot.bars:
        assert bar.height == pytest.approx(180 * (bar.value or 0) / top, abs=0.01)
        assert 0 <= bar.x <= bar.x + bar.width <= 720.01
        assert bar.y + bar.height == pytest.approx(180, abs=0.02)
