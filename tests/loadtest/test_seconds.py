"""Seconds, stretches of them and percentiles."""

import math

import pytest

from loadtest.bench.seconds import by_second, pace, percentile, running_means, slowness


def test_moments_fall_into_their_seconds_and_no_others() -> None:
    assert by_second([9.99, 10.0, 10.5, 11.0, 12.99, 13.0], 10.0, 3) == [2, 1, 1]


def test_a_stall_that_is_made_good_is_seen_and_spread_over_its_stretch() -> None:
    bins = [1_100] * 20 + [0, 2_200] + [1_100] * 38

    found = pace(bins)

    assert found.value == 1_100
    assert found.low == (4 * 1_100) / 5
    assert found.high == (4 * 1_100 + 2_200) / 5


def test_few_seconds_are_one_stretch() -> None:
    assert running_means([10, 20], 5) == [15]
    assert running_means([1, 2, 3, 4], 2) == [1.5, 2.5, 3.5]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (0.999, 100), (1, 100), (0, 1)])
def test_percentiles_are_values_that_were_seen(share: float, value: float) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_nothing_has_no_percentile() -> None:
    assert math.isnan(percentile([], 0.99))


def test_one_slow_stretch_is_what_is_judged() -> None:
    waits = [(second / 10, 10.0) for second in range(900)] + [(42.0 + tick / 100, 700.0) for tick in range(5)]

    found = slowness(waits, 0.99)

    assert found.value == 10
    assert found.low == 10
    assert found.high == 700
