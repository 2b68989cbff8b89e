"""Who is given which titles."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.jury.assigning import Given, balanced, by_section

people = st.sets(st.integers(1, 40), min_size=1, max_size=9)
films = st.sets(st.integers(100, 400), min_size=1, max_size=24)


def jurors_of(given: Given) -> dict[int, set[int]]:
    """The other way round: by title."""
    titles: dict[int, set[int]] = {}
    for juror, series in given.items():
        for each in series:
            titles.setdefault(each, set()).add(juror)
    return titles


def meetings(given: Given) -> list[int]:
    """How many titles each pair of jurors shares."""
    return [len(set(given[one]) & set(given[other])) for one, other in combinations(given, 2)]


@settings(deadline=None)
@given(people, films, st.integers(1, 6))
def test_every_title_gets_as_many_jurors_as_wanted(jurors: set[int], titles: set[int], each: int) -> None:
    found = jurors_of(balanced(jurors, titles, each, set()))

    assert {series: len(row) for series, row in found.items()} == dict.fromkeys(titles, min(each, len(jurors)))


@settings(deadline=None)
@given(people, films, st.integers(1, 6))
def test_jurors_get_equally_many_give_or_take_one(jurors: set[int], titles: set[int], each: int) -> None:
    loads = [len(series) for series in balanced(jurors, titles, each, set()).values()]

    assert max(loads) - min(loads) <= 1


@settings(deadline=None)
@given(people, films, st.integers(1, 6), st.data())
def test_nobody_is_given_a_title_they_are_barred_from(
    jurors: set[int], titles: set[int], each: int, data: st.DataObject
) -> None:
    cells = [(juror, series) for juror in sorted(jurors) for series in sorted(titles)]
    barred = set(data.draw(st.lists(st.sampled_from(cells), max_size=20)))

    found = jurors_of(balanced(jurors, titles, each, barred))

    for series in titles:
        free = {juror for juror in jurors if (juror, series) not in barred}
        assert found.get(series, set()) <= free
        assert len(found.get(series, set())) == min(each, len(free))


@settings(deadline=None)
@given(people, films, st.integers(1, 6))
def test_same_every_time_and_in_any_order(jurors: set[int], titles: set[int], each: int) -> None:
    assert balanced(sorted(jurors), sorted(titles), each, set()) == balanced(
        sorted(jurors, reverse=True), sorted(titles, reverse=True), each, set()
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 9), st.integers(6, 30), st.integers(2, 4))
@example(6, 8, 4).via("no single exchange makes it more even, yet there is something better")
@example(6, 23, 4).via("the same")
@example(7, 18, 4).via("the same")
@example(9, 8, 4).via("the same")
def test_pairs_of_jurors_meet_about_equally_often(jurors: int, titles: int, each: int) -> None:
    met = meetings(balanced(range(jurors), range(100, 100 + titles), min(each, jurors - 1), set()))

    assert max(met) - min(met) <= 2


@pytest.mark.parametrize(
    ("jurors", "titles", "each", "met"), [(7, 7, 3, 1), (9, 60, 3, 5), (5, 20, 3, 6)], ids=["fano", "sixty", "five"]
)
def test_where_all_pairs_can_meet_equally_often_they_do(jurors: int, titles: int, each: int, met: int) -> None:
    assert set(meetings(balanced(range(jurors), range(titles), each, set()))) == {met}


def test_pairs_are_spread_better_than_by_taking_turns() -> None:
    """Taking turns, 1-2-3 and 4-5-6 always sit together."""
    turns = {juror: [series for series in range(12) if series % 2 == (juror > 2)] for juror in range(6)}
    found = balanced(range(6), range(12), 3, set())

    assert Counter(map(len, found.values())) == Counter(map(len, turns.values()))
    assert max(meetings(found)) < max(meetings(turns))


def test_by_section_gives_each_juror_the_titles_of_theirs() -> None:
    assert by_section({2: [7], 1: [7, 8], 3: []}, {30: 8, 10: 7, 20: 9}) == {1: [10, 30], 2: [10], 3: []}
