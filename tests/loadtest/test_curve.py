"""The curve of the closing: who comes when, and how many votes are due in each second."""

from itertools import pairwise

import pytest

from loadtest.bench.seconds import by_second
from loadtest.crowd import PATIENCE, Evening, answer, evening_for, has_opinion, taps, users_at

SMALL = Evening(people=400, votes=5, doors=20, film=5, closing=18, plateau=12)


def due(evening: Evening) -> list[float]:
    return [tap for person in range(evening.people) for tap in taps(evening, person)]


def test_everybody_with_an_opinion_votes_within_the_closing() -> None:
    moments = due(SMALL)

    assert len(moments) == SMALL.voters * SMALL.votes
    assert min(moments) >= 0
    assert max(moments) <= SMALL.closing


def test_rate_rises_holds_and_falls() -> None:
    evening = evening_for(1_000, 10, doors=60, film=10, closing=90, plateau=60)

    bins = by_second(due(evening), 0, 90)

    assert evening.rate == pytest.approx(1_000, rel=0.002)
    assert sum(bins) == evening.voters * 10
    assert all(900 < count < 1_100 for count in bins[15:75])
    assert sum(bins[15:75]) / 60 == pytest.approx(evening.rate, rel=0.01)
    assert bins[0] < 150
    assert bins[89] < 150
    assert sum(bins[:15]) == pytest.approx(15 * evening.rate / 2, rel=0.05)


def test_crowd_is_no_larger_than_its_rate_needs() -> None:
    evening = evening_for(100, 4, doors=1, film=0, closing=30, plateau=20)

    assert evening.rate >= 100
    assert Evening(people=evening.people - 1, votes=4, doors=1, film=0, closing=30, plateau=20).rate < 100


def test_one_person_taps_in_order_and_takes_no_longer_than_said() -> None:
    for person in range(SMALL.people):
        mine = taps(SMALL, person)

        assert all(earlier < later for earlier, later in pairwise(mine))
        assert not mine or mine[-1] - mine[0] <= SMALL.tapping


def test_who_came_first_is_not_the_first_to_vote() -> None:
    firsts = [taps(SMALL, person)[0] for person in range(SMALL.people) if has_opinion(person)]

    assert firsts != sorted(firsts)


def test_a_seed_is_an_evening() -> None:
    other = Evening(people=400, votes=5, doors=20, film=5, closing=18, plateau=12, seed=2)

    assert due(SMALL) == due(SMALL)
    assert due(SMALL) != due(other)
    assert answer(SMALL, 7, 1) == answer(SMALL, 7, 1)
    assert {answer(SMALL, person, 0) for person in range(200)} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("second", "present", "wanted"),
    [
        (0, 0, (400, 20.0)),
        (30, 400, (400, 20.0)),
        (43.1, 1, (400, 20.0)),
        (43.1, 0, None),
        (43.1 + PATIENCE, 1, None),
    ],
    ids=["doors open", "film", "one still waits", "all have left", "nobody waits for ever"],
)
def test_the_evening_ends_when_all_have_left(second: float, present: int, wanted: tuple[int, float] | None) -> None:
    assert users_at(SMALL, second, present) == wanted
