"""Three rankings: golden values made by hand, and what must hold for any scores."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.jury.ranking import Score, levelled, pairwise, rank, raw
from api.jury.table_schemas import RankLine

A, B, C = 10, 20, 30
#: The first juror gave A 6, B 4, C 2, the second A 3 and B 5.
TWO_JURORS = [(1, A, 6), (1, B, 4), (1, C, 2), (2, A, 3), (2, B, 5)]


def scores(*given: tuple[int, int, int]) -> list[Score]:
    return [Score(juror, series, Fraction(mean)) for juror, series, mean in given]


many = st.dictionaries(
    st.tuples(st.integers(1, 5), st.integers(1, 8)),
    st.fractions(min_value=1, max_value=6, max_denominator=10),
    min_size=1,
    max_size=40,
).map(lambda cells: [Score(juror, series, mean) for (juror, series), mean in sorted(cells.items())])


def test_raw_is_the_mean_of_the_jurors_means() -> None:
    assert raw(scores(*TWO_JURORS)) == {A: Fraction(9, 2), B: Fraction(9, 2), C: 2}


def test_levelled_is_the_mean_of_each_jurors_z_scores() -> None:
    # First juror: mean 4, variance (4 + 0 + 4) / 3, so z = 2 / sqrt(8/3) = sqrt(1.5), 0, -sqrt(1.5).
    # Second juror: mean 4, standard deviation 1, so z = -1 and 1.
    z = math.sqrt(1.5)

    assert levelled(scores(*TWO_JURORS)) == pytest.approx({A: (z - 1) / 2, B: 0.5, C: -z})


def test_pairwise_of_two_titles_is_the_root_of_its_equation() -> None:
    # One win for A, and for both half a win and half a defeat against a title of strength 1. With b = 1/a by symmetry:
    # a^2 / (a^2 + 1) + a / (a + 1) = 3/2, that is a^3 - a^2 - a - 3 = 0, whose one real root is 2.1303954...
    strength = 2.130395434767279
    assert strength**3 - strength**2 - strength - 3 == pytest.approx(0, abs=1e-12)

    assert pairwise(scores((1, A, 5), (1, B, 2))) == pytest.approx({A: math.log(strength), B: -math.log(strength)})


def test_pairwise_of_three_titles_solves_its_equations() -> None:
    # A and B won two of three each, C none of two: A = B = p and C = q with
    # p / (p + q) + p / (p + 1) = 3/2 and 2 q / (p + q) + q / (q + 1) = 1/2, solved by bisection on p / (p + q).
    level = pairwise(scores(*TWO_JURORS))
    p, q = math.exp(level[A]), math.exp(level[C])

    assert level == pytest.approx({A: 0.5707666011392807, B: 0.5707666011392807, C: -1.2533550213714593})
    assert p / (p + q) + p / (p + 1) == pytest.approx(1.5)
    assert 2 * q / (p + q) + q / (q + 1) == pytest.approx(0.5)


def test_pairwise_does_not_reward_generous_jurors() -> None:
    """C was given to the generous juror only; both who saw A and B put A first, and the generous one put C last."""
    given = scores((1, A, 3), (1, B, 1), (2, A, 6), (2, B, 5), (2, C, 4))

    found = rank(given, [A, B, C])

    assert [line.series for line in found.rankings[0].lines] == [A, C, B]
    assert [line.series for line in found.rankings[2].lines] == [A, B, C]


def test_winner_that_depends_on_the_method_is_said() -> None:
    found = rank(scores(*TWO_JURORS), [A, B, C])

    assert (found.winners, found.disputed) == ({"raw": [A, B], "levelled": [B], "pairwise": [A, B]}, True)


def test_winner_of_all_methods_is_undisputed() -> None:
    found = rank(scores((1, A, 6), (1, B, 4), (2, A, 3), (2, B, 2)), [A, B])

    assert (found.winners, found.disputed) == ({"raw": [A], "levelled": [A], "pairwise": [A]}, False)


def test_equal_titles_share_a_rank_and_the_next_one_counts_them() -> None:
    lines = rank(scores((1, A, 5), (1, B, 5), (1, C, 2)), [A, B, C]).rankings[0].lines

    assert [(line.rank, line.series, line.jurors) for line in lines] == [(1, A, 1), (1, B, 1), (3, C, 1)]


def test_title_that_nobody_scored_is_not_ranked() -> None:
    for ranking in rank(scores((1, A, 5)), [A, B]).rankings:
        assert ([line.series for line in ranking.lines], ranking.unranked) == ([A], [B])


def test_nothing_scored_ranks_nothing() -> None:
    found = rank([], [A])

    assert ([each.lines for each in found.rankings], found.disputed) == ([[], [], []], False)


def test_juror_who_gave_everything_the_same_says_nothing_about_the_levelled_order() -> None:
    with_them = levelled(scores(*TWO_JURORS, (3, A, 4), (3, B, 4), (3, C, 4)))

    assert sorted(with_them, key=lambda series: -with_them[series]) == [B, A, C]


@settings(deadline=None)
@given(many, st.lists(st.fractions(Fraction(1, 5), 5), min_size=5, max_size=5), st.integers(-3, 3))
def test_harshness_does_not_change_the_levelled_order(given: list[Score], factors: list[Fraction], offset: int) -> None:
    harsh = [Score(each.juror, each.series, each.mean * factors[each.juror - 1] + offset) for each in given]

    assert levelled(harsh) == pytest.approx(levelled(given), abs=1e-9)
    assert _order(rank(harsh, []).rankings[1].lines) == _order(rank(given, []).rankings[1].lines)


@settings(deadline=None)
@given(many)
def test_pairwise_knows_only_what_each_juror_put_before_what(given: list[Score]) -> None:
    bent = [Score(each.juror, each.series, each.mean**3 + each.juror) for each in given]

    assert pairwise(bent) == pairwise(given)


@settings(deadline=None)
@given(many, st.randoms(use_true_random=False))
def test_order_of_what_comes_in_says_nothing(given: list[Score], dice: random.Random) -> None:
    mixed = list(given)
    dice.shuffle(mixed)

    assert rank(mixed, [8, 3, 99]) == rank(given, [99, 8, 3])


@settings(max_examples=50, deadline=None)
@given(many)
def test_pairwise_is_where_the_likelihood_is_flat(given: list[Score]) -> None:
    """Each title is expected to win as often as it did, by the model's own strengths."""
    level = pairwise(given)

    for here in level:
        won, expected = 0.5, 1 / (1 + math.exp(-level[here]))
        for mine in (each for each in given if each.series == here):
            for other in (each for each in given if each.juror == mine.juror and each.series != here):
                won += (mine.mean > other.mean) + (mine.mean == other.mean) / 2
                expected += 1 / (1 + math.exp(level[other.series] - level[here]))
        assert won == pytest.approx(expected, abs=1e-6)


def _order(lines: list[RankLine]) -> list[tuple[int, int]]:
    return [(line.rank, line.series) for line in lines]
