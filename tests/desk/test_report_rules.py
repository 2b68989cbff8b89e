"""Nothing is told of fewer viewers than the floor, nor what leads to it."""

from hypothesis import given
from hypothesis import strategies as st

from api.desk import report_rules as rules
from api.desk.report_rules import Cell
from api.studio.stay_rules import FLOOR

COUNTS = st.lists(st.integers(0, 60), max_size=12)


def cells(counts: list[int]) -> list[Cell]:
    return [
        Cell(key=f"k{place:02}", viewers=count, views=2 * count, seconds=60.0 * count)
        for place, count in enumerate(counts)
    ]


def told(counts: list[int]) -> list[tuple[str | None, int]]:
    return [(each.key, each.viewers) for each in rules.veil(cells(counts))]


def test_what_is_too_small_goes_into_a_rest_that_takes_the_next_smallest() -> None:
    assert told([100, 3, 40, 25]) == [("k00", 100), ("k02", 40), (None, 28)]
    assert told([100, 12, 9]) == [("k00", 100), (None, 21)]
    assert told([100, 40]) == [("k00", 100), ("k01", 40)]
    assert told([19, 18]) == told([25, 3]) == told([]) == []


def test_hours_may_hold_the_same_people_so_their_rest_holds_one_that_may_be_shown() -> None:
    hours = rules.veil(cells([100, 40, 15, 15]), rules.overlapping)

    assert [(each.key, each.minutes) for each in hours] == [("k00", 100), (None, 70)]


@given(COUNTS)
def test_no_part_stands_for_too_few_and_the_parts_are_the_whole(counts: list[int]) -> None:
    shown = rules.veil(cells(counts))

    assert all(each.viewers >= FLOOR for each in shown)
    if shown:
        assert sum(each.viewers for each in shown) == sum(counts)
        assert sum(each.views for each in shown) == 2 * sum(counts)


def test_strata_of_too_few_ballots_are_told_together() -> None:
    ballots, strata = rules.strata({"device": 200, "badge": 30, "hall": 5}, {"badge": 60, "hall": None})

    assert ballots == 235
    assert [(each.tier, each.ballots, each.of) for each in strata] == [("device", 200, None), (None, 35, None)]
    assert rules.strata({"device": 19}, {}) == (None, [])


def test_winners_are_read_from_what_was_published() -> None:
    assert rules.winners_of('{"winners": [4, 9]}') == [4, 9]
    assert rules.winners_of(None) == []
