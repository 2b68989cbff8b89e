"""What plays when: the same cases are tried on the page (programme_cases.json)."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import errors
from api.kiosk import rules
from api.kiosk.plan_schemas import Block, Item, Plan, Window
from api.kiosk.rules import Film

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "programme_cases.json").read_text(encoding="utf-8"))
FILMS = msgspec.convert(GOLDEN["films"], list[Film], strict=False)
CASES = [(each["plan"], case) for each in GOLDEN["plans"] for case in each["cases"]]
NOON = datetime.fromisoformat("2026-11-26T12:00")
MOMENTS = st.integers(0, 365 * 1440).map(lambda minute: NOON + timedelta(minutes=minute))
CLOCKS = st.builds(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}", st.integers(0, 1439))


def named(each: Film | Item) -> list[Any]:
    return ["wall", each.id] if isinstance(each, Item) else [each.series, each.number]


@pytest.mark.parametrize(("plan", "case"), CASES, ids=[case["what"] for _, case in CASES])
def test_golden_case(plan: dict[str, Any], case: dict[str, Any]) -> None:
    playing = rules.playing_at(msgspec.convert(plan, Plan), datetime.fromisoformat(case["at"]), FILMS)

    found: dict[str, Any] = {"asleep": playing.asleep, "block": playing.block, "limit": playing.limit}
    found |= {"items": [named(each) for each in playing.items], "left_out": playing.left_out}
    assert found == {name: case[name] for name in found}


@given(CLOCKS, CLOCKS, MOMENTS)
def test_two_windows_that_share_their_ends_cover_each_minute_once(starts: str, ends: str, at: datetime) -> None:
    one, other = Window(starts=starts, ends=ends), Window(starts=ends, ends=starts)

    held = [rules.holds(one, at), rules.holds(other, at)]

    assert held.count(True) == (2 if starts == ends else 1)


@given(CLOCKS, CLOCKS, MOMENTS)
def test_a_window_that_holds_begins_on_exactly_one_day(starts: str, ends: str, at: datetime) -> None:
    window = Window(starts=starts, ends=ends)

    days = [day for day in range(1, 8) if rules.holds(window, at, [day])]

    assert len(days) == rules.holds(window, at)


def test_a_plan_that_says_nothing_shows_every_series() -> None:
    playing = rules.playing_at(Plan(), NOON, FILMS)

    assert [named(each) for each in playing.items] == [[11, 1], [12, 1], [21, 1]]


@pytest.mark.parametrize("item", [Item(kind="section"), Item(kind="wall"), Item(kind="all", id=3)])
def test_an_item_that_names_nothing_is_refused(item: Item) -> None:
    with pytest.raises(errors.Unprocessable):
        rules.check_plan(Plan(blocks=[Block(starts="10:00", ends="12:00", items=[item])]))
