"""Methods against the literature and against numbers worked out by hand."""

import ast
import sys
from collections import Counter
from fractions import Fraction
from itertools import pairwise, permutations
from math import lcm
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.voting import methods
from api.voting.methods import METHODS
from api.voting.schemas import AwardKind, Method
from api.voting.tally import Rules, Vote, tally, winners_by_method
from tests.given import given_values, rankings, rules

#: Wikipedia, "Instant-runoff voting", "Borda count", "Schulze method": which city should be the capital of Tennessee.
MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE = CITIES = (1, 2, 3, 4)
TENNESSEE = [(42, "1234"), (26, "2341"), (15, "3421"), (17, "4321")]
#: M. Schulze (2011), example 1, and Wikipedia, "Schulze method": 45 voters; A to E are 1 to 5.
A, B, C, D, E = SCHULZE_ENTRIES = (1, 2, 3, 4, 5)
SCHULZE = [
    (5, "13254"),
    (5, "14532"),
    (8, "25413"),
    (3, "31254"),
    (7, "31524"),
    (2, "32145"),
    (7, "43521"),
    (8, "52143"),
]


def ranked(rules: Rules, votes: list[Vote]) -> list[tuple[int, int, float]]:
    return [(each.place, each.entry, round(each.score, 6)) for each in tally(rules, votes).ranked]


def test_plurality_of_tennessee_is_memphis() -> None:
    found = ranked(rules("ranking", "plurality", CITIES), rankings(*TENNESSEE))

    assert found == [(1, MEMPHIS, 42), (2, NASHVILLE, 26), (3, KNOXVILLE, 17), (4, CHATTANOOGA, 15)]


def test_instant_runoff_of_tennessee_is_knoxville() -> None:
    result = tally(rules("ranking", "instant_runoff", CITIES), rankings(*TENNESSEE))

    # Chattanooga goes, its 15 to Knoxville; Nashville goes, its 26 past Chattanooga to Knoxville: 58 against 42.
    assert result.winners == (KNOXVILLE,)
    assert [each.out for each in result.rounds] == [(CHATTANOOGA,), (NASHVILLE,), (MEMPHIS,), ()]
    assert [each.votes for each in result.rounds] == [
        {MEMPHIS: 42, NASHVILLE: 26, CHATTANOOGA: 15, KNOXVILLE: 17},
        {MEMPHIS: 42, NASHVILLE: 26, KNOXVILLE: 32},
        {MEMPHIS: 42, KNOXVILLE: 58},
        {KNOXVILLE: 100},
    ]


def test_borda_of_tennessee_is_nashville() -> None:
    found = ranked(rules("ranking", "borda", CITIES), rankings(*TENNESSEE))

    # Nashville 42*2 + 26*3 + 15*1 + 17*1; Chattanooga 42 + 52 + 45 + 34; Memphis 42*3; Knoxville 26 + 30 + 51.
    assert found == [(1, NASHVILLE, 194), (2, CHATTANOOGA, 173), (3, MEMPHIS, 126), (4, KNOXVILLE, 107)]


def test_schulze_of_tennessee_is_nashville() -> None:
    found = ranked(rules("ranking", "schulze", CITIES), rankings(*TENNESSEE))

    assert found == [(1, NASHVILLE, 3), (2, CHATTANOOGA, 2), (3, KNOXVILLE, 1), (4, MEMPHIS, 0)]


def test_schulze_of_45_voters_is_as_in_the_paper() -> None:
    found = ranked(rules("ranking", "schulze", SCHULZE_ENTRIES), rankings(*SCHULZE))

    assert [entry for _, entry, _ in found] == [E, A, C, B, D]


def test_strongest_paths_of_45_voters_are_as_in_the_paper() -> None:
    paths = methods.strongest_paths(count_of(rankings(*SCHULZE), SCHULZE_ENTRIES))

    assert paths == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]


def count_of(votes: list[Vote], entries: tuple[int, ...]) -> methods.Count:
    """What the methods of rankings look at, filled in the plainest way."""
    count = methods.Count(entries, entries, 1, Counter(), (1, len(entries)), [], Fraction(0), {})
    for vote in votes:
        order = vote.choices or ()
        count.cells["ballots", 0, 0] += 1
        for position, entry in enumerate(order):
            count.cells["votes", entry, 0] += 1
            for worse in order[position + 1 :]:
                count.cells["above", entry, worse] += 1
    return count


def prefers(vote: Vote, a: int, b: int) -> bool:
    order = vote.choices or ()
    return a in order and (b not in order or order.index(a) < order.index(b))


def schulze_by_every_path(votes: list[Vote], entries: tuple[int, ...]) -> set[int]:
    """The definition, word for word: every path without a circle, its weakest link, the strongest of them."""
    support = {(a, b): sum(prefers(vote, a, b) for vote in votes) for a, b in permutations(entries, 2)}

    def link(a: int, b: int) -> int:
        return support[a, b] if support[a, b] > support[b, a] else 0

    def strongest(a: int, b: int) -> int:
        others = [each for each in entries if each not in (a, b)]
        paths = [(a, *middle, b) for size in range(len(others) + 1) for middle in permutations(others, size)]
        return max(min(link(x, y) for x, y in pairwise(path)) for path in paths)

    return {a for a in entries if all(strongest(a, b) >= strongest(b, a) for b in entries if b != a)}


some_rankings = st.lists(
    st.tuples(st.integers(1, 4), st.permutations("1234"), st.integers(1, 4)).map(
        lambda drawn: (drawn[0], "".join(drawn[1][: drawn[2]]))
    ),
    min_size=1,
    max_size=8,
).map(lambda groups: rankings(*groups))


@settings(deadline=None)
@given(some_rankings)
def test_schulze_is_what_every_path_says(votes: list[Vote]) -> None:
    named = tuple(entry for entry in CITIES if any(entry in (vote.choices or ()) for vote in votes))

    result = tally(rules("ranking", "schulze", CITIES), votes)

    assert set(result.winners) == schulze_by_every_path(votes, named)


@settings(deadline=None)
@given(some_rankings)
def test_schulze_elects_who_beats_everybody(votes: list[Vote]) -> None:
    def beats(a: int, b: int) -> bool:
        return sum(prefers(vote, a, b) for vote in votes) > sum(prefers(vote, b, a) for vote in votes)

    condorcet = [a for a in CITIES if all(beats(a, b) for b in CITIES if b != a)]

    assert not condorcet or tally(rules("ranking", "schulze", CITIES), votes).winners == tuple(condorcet)


@settings(deadline=None)
@given(some_rankings)
def test_instant_runoff_keeps_every_ballot(votes: list[Vote]) -> None:
    result = tally(rules("ranking", "instant_runoff", CITIES), votes)

    assert [sum(each.votes.values()) + each.exhausted for each in result.rounds] == [len(votes)] * len(result.rounds)


def test_instant_runoff_lets_all_that_are_tied_for_last_go_together() -> None:
    # 1 has 4, 2 has 3, 3 and 4 have 2 each: both go, and their ballots name 2 next. One by one, 3 would have gone to 4.
    votes = rankings((4, "1"), (3, "2"), (2, "342"), (2, "42"))

    result = tally(rules("ranking", "instant_runoff", CITIES), votes)

    assert result.winners == (2,)
    assert result.rounds[0].out == (3, 4)
    assert [(each.entry, each.place) for each in result.ranked] == [(2, 1), (1, 2), (3, 3), (4, 3)]


def test_instant_runoff_where_everyone_left_is_tied_has_them_all_win() -> None:
    result = tally(rules("ranking", "instant_runoff", (1, 2, 3)), rankings((3, "1"), (3, "2"), (1, "3")))

    assert result.winners == (1, 2)
    assert result.rounds[-1] == methods.Round({1: 3.0, 2: 3.0}, 1.0, ())


def test_borda_gives_half_a_point_beside_what_a_ballot_leaves_out() -> None:
    found = ranked(rules("ranking", "borda", CITIES, max_value=2), rankings((1, "1"), (1, "23"), (1, "4")))

    # "1": 3 to 1 and 1 to each other; "23": 3, 2 and a half each for 1 and 4; "4" like "1". Six points a ballot.
    assert found == [(1, 2, 5), (2, 1, 4.5), (2, 4, 4.5), (4, 3, 4)]


def test_majority_judgment_of_tennessee_is_nashville() -> None:
    # Wikipedia, "Majority judgment": excellent 4, good 3, fair 2, poor 1.
    votes = given_values(
        {
            MEMPHIS: {4: 42, 1: 58},  # poor, 42 % above: poor+
            NASHVILLE: {4: 26, 2: 74},  # fair, 26 % above and none below: fair+
            CHATTANOOGA: {4: 15, 3: 17, 2: 26, 1: 42},  # fair, 32 % above, 42 % below: fair-
            KNOXVILLE: {4: 17, 3: 15, 2: 26, 1: 42},  # the same gauge; its excellent ones come sooner
        }
    )

    found = ranked(rules("grades", "majority_judgment", CITIES), votes)

    assert found == [(1, NASHVILLE, 2.26), (2, KNOXVILLE, 1.58), (3, CHATTANOOGA, 1.58), (4, MEMPHIS, 1.42)]


def test_majority_judgment_with_one_median_is_decided_by_the_gauge() -> None:
    # Ten votes each, the median of all is 4. Means would say 3, 1, 2, 4.
    votes = given_values(
        {
            1: {5: 4, 4: 5, 3: 1},  # p .4 > q .1: 4+
            2: {6: 3, 4: 5, 3: 2},  # p .3 > q .2: 4+, with fewer above
            3: {6: 4, 4: 2, 3: 4},  # p .4 = q .4: 4-
            4: {5: 1, 4: 6, 1: 3},  # p .1 < q .3: 4-, with fewer below
        }
    )

    found = ranked(rules("grades", "majority_judgment", CITIES), votes)

    assert found == [(1, 1, 4.4), (2, 2, 4.3), (3, 4, 3.7), (4, 3, 3.6)]


def medians_taken_away(grades: list[int]) -> list[int]:
    """The definition: the lower middlemost, then that of the rest, until none is left."""
    rest, sequence = sorted(grades), []
    while rest:
        sequence.append(rest.pop((len(rest) - 1) // 2))
    return sequence


some_grades = st.lists(st.integers(1, 6), min_size=1, max_size=7)


@settings(deadline=None)
@given(st.lists(some_grades, min_size=2, max_size=4))
def test_majority_value_orders_as_taking_medians_away_does(entries: list[list[int]]) -> None:
    copies = lcm(*(len(grades) for grades in entries))
    values = [Counter(grades) for grades in entries]
    plain = [medians_taken_away(grades * (copies // len(grades))) for grades in entries]
    keys = [methods.majority_value(each) for each in values]

    for first, second in permutations(range(len(entries)), 2):
        assert (keys[first] < keys[second], keys[first] == keys[second]) == (
            plain[first] < plain[second],
            plain[first] == plain[second],
        )


@pytest.mark.parametrize(
    ("yes", "votes", "bound"),
    # z = 1.959964, z^2 = 3.841459. n of n: n / (n + z^2), none: 0. 8 of 10: (8 + 1.920729 - 1.959964 sqrt(1.6 + 0.960365))
    # / 13.841459 = (9.920729 - 3.136144) / 13.841459.
    [(1, 1, 0.206549), (10, 10, 0.722467), (0, 5, 0.0), (8, 10, 0.490162), (1, 2, 0.094531)],
)
def test_wilson_lower_bound_is_as_worked_out(yes: int, votes: int, bound: float) -> None:
    assert round(float(methods.wilson_lower_bound(Fraction(yes), Fraction(votes))), 6) == bound


def test_wilson_without_a_yes_is_exactly_zero() -> None:
    bounds = {methods.wilson_lower_bound(Fraction(0), Fraction(votes)) for votes in range(1, 200)}

    assert bounds == {Fraction(0)}


def test_yes_or_no_under_each_method() -> None:
    votes = given_values({1: {1: 8, 0: 2}, 2: {1: 1}, 3: {1: 30, 0: 10}})
    # Vancouver: 8 yes of 10 people beat 30 of 100.
    known = rules("yesno", "wilson", (1, 2, 3), attendance={1: 10, 3: 100})

    assert ranked(known, votes) == [(1, 3, 0.59806), (2, 1, 0.490162), (3, 2, 0.206549)]
    assert ranked(known._replace(method="share"), votes) == [(1, 2, 1.0), (2, 1, 0.8), (3, 3, 0.75)]
    assert ranked(known._replace(method="attendance"), votes) == [(1, 1, 0.8), (2, 3, 0.3)]
    assert winners_by_method(known, votes) == {"wilson": (3,), "share": (2,), "attendance": (1,)}


@pytest.mark.parametrize(
    ("freedom", "t"),
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.95.
    [(1, 6.314), (2, 2.920), (3, 2.353), (4, 2.132), (5, 2.015), (10, 1.812), (29, 1.699), (30, 1.697), (100, 1.660)],
)
def test_students_t_is_as_in_the_table(freedom: int, t: float) -> None:
    assert round(float(methods.student_90(freedom)), 3) == t


@pytest.mark.parametrize(
    ("votes", "bound"),
    [
        # mean 20, s 10, n 3, t(2) 2.919986: 20 - 2.919986 * 10 / sqrt(3) = 20 - 16.858545
        ((10, 20, 30), 3.141455),
        # mean 34, s 57.157677: 34 - 96.36 is less than 0
        ((1, 1, 100), 0.0),
        ((12, 12, 12, 12), 12.0),
        # An entry nobody voted for is one of the entries: mean 10, s 10, 10 - 16.86
        ((0, 10, 20), 0.0),
        ((7,), 0.0),
        ((0, 0), 0.0),
        ((), 0.0),
    ],
)
def test_lower_bound_of_the_mean_number_of_votes_is_as_worked_out(votes: tuple[int, ...], bound: float) -> None:
    assert round(float(methods.lower_bound_of_mean([Fraction(each) for each in votes])), 6) == bound


#: 10 votes with mean 5, 20 with 4, 30 with 3; the mean of all is 220 / 60 = 3.666667.
RATED = {1: {5: 10}, 2: {4: 20}, 3: {1: 15, 5: 15}}


def test_imdb_form_is_as_worked_out() -> None:
    found = ranked(rules("stars", "imdb", (1, 2, 3), minimum={"rule": "count", "votes": 10}), given_values(RATED))

    # m = 10: (50 + 36.666667) / 20, (80 + 36.666667) / 30, (90 + 36.666667) / 40.
    assert found == [(1, 1, 4.333333), (2, 2, 3.888889), (3, 3, 3.166667)]


def test_confidence_form_is_as_worked_out() -> None:
    found = ranked(rules("stars", "confidence", (1, 2, 3)), given_values(RATED))

    # m = 3.141455, m C = 11.518667: (50 + 11.518667) / 13.141455, (80 + 11.518667) / 23.141455, (90 + ...) / 33.141455.
    assert found == [(1, 1, 4.681268), (2, 2, 3.954750), (3, 3, 3.063193)]


def test_weighted_ratings_look_at_the_votes_of_entries_that_are_not_ranked_too() -> None:
    above = rules("stars", "imdb", (1, 2, 3), minimum={"rule": "count", "votes": 15})

    # m = 15, C as before: (80 + 55) / 35, (90 + 55) / 45; and the other form has the same m and C as before.
    assert ranked(above, given_values(RATED)) == [(1, 2, 3.857143), (2, 3, 3.222222)]
    assert ranked(above._replace(method="confidence"), given_values(RATED)) == [(1, 2, 3.954750), (2, 3, 3.063193)]


def test_imdb_form_without_a_minimum_is_the_mean() -> None:
    assert ranked(rules("stars", "imdb", (1, 2, 3)), given_values(RATED)) == [(1, 1, 5), (2, 2, 4), (3, 3, 3)]


def test_six_grades_are_decided_by_the_best_mean() -> None:
    votes = given_values({1: {6: 2, 5: 1}, 2: {6: 1, 5: 2}, 3: {4: 3}})

    assert ranked(rules("grades", "mean", (1, 2, 3)), votes) == [(1, 1, 5.666667), (2, 2, 5.333333), (3, 3, 4)]


def test_favourite_is_who_was_chosen_most() -> None:
    votes = rankings((3, "2"), (1, "1"), (2, "3"))

    assert ranked(rules("favourite", "plurality", (1, 2, 3)), votes) == [(1, 2, 3), (2, 3, 2), (3, 1, 1)]


def test_approval_counts_ballots_and_those_that_approve_nobody() -> None:
    votes = rankings((8, "12"), (2, ""))
    open_to_none = rules("approval", "wilson", (1, 2), min_value=0)

    # 8 of 10 ballots name each of them.
    assert ranked(open_to_none, votes) == [(1, 1, 0.490162), (1, 2, 0.490162)]
    assert tally(open_to_none, votes).ballots == {"device": 10}
    assert winners_by_method(open_to_none, votes) == {"plurality": (1, 2), "wilson": (1, 2)}


@pytest.mark.parametrize("kind", METHODS)
def test_every_method_counts_no_votes_at_all(kind: str) -> None:
    assert winners_by_method(rules(kind, "", (1, 2)), []) == dict.fromkeys(METHODS[kind], ())


def test_every_kind_and_every_method_an_award_may_ask_for_can_be_counted() -> None:
    assert list(METHODS) == list(get_args(AwardKind))
    assert {method for found in METHODS.values() for method in found} == set(get_args(Method))


def test_the_count_needs_nothing_but_python() -> None:
    """The one-file verifier is made of these sources."""
    for name in ("methods", "tally"):
        tree = ast.parse((Path(methods.__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        found |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}

        assert {each for each in found if each.split(".")[0] not in sys.stdlib_module_names} <= {"api.voting.methods"}
