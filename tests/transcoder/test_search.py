"""The search for a CRF on made-up quality curves: it must land close, in four probes, whatever the curve does."""

import random
from collections.abc import Callable

import pytest

from transcoder.search import MOST_PROBES, Probe, Range, Score, at, choose, next_crf, percentile

BOUNDS = Range(least=16, most=36, step=0.25, slope=1.5)
Curve = Callable[[float], Score]


def line(crf_of_target: float, slope: float, spread: float = 3) -> Curve:
    """Mean 95 at `crf_of_target`, falling by `slope` per CRF, the 5th percentile `spread` below the mean."""

    def curve(crf: float) -> Score:
        mean = min(100.0, 95 - slope * (crf - crf_of_target))
        return Score(mean=mean, low=min(100.0, mean - spread))

    return curve


def bent(crf_of_target: float) -> Curve:
    """Flat near 100 and steep below, as the phone model is."""

    def curve(crf: float) -> Score:
        below = max(0.0, crf - crf_of_target + 5)
        mean = 100 - 0.2 * below**2
        return Score(mean=mean, low=mean - 2)

    return curve


def search(curve: Curve, first: float = 26, bounds: Range = BOUNDS) -> tuple[float, list[Probe]]:
    probes: list[Probe] = []
    while (crf := next_crf(probes, first, bounds)) is not None:
        probes.append(Probe(crf=crf, score=curve(crf)))
    return choose(probes, bounds), probes


@pytest.mark.parametrize("slope", [0.6, 1.5, 3.0])
@pytest.mark.parametrize("target", [18, 23.3, 27, 31, 34.5])
def test_finds_the_highest_crf_that_meets_the_target(target: float, slope: float) -> None:
    curve = line(target, slope)

    crf, probes = search(curve)

    assert len(probes) <= MOST_PROBES
    assert -0.3 <= curve(crf).margin <= 1.0


@pytest.mark.parametrize("target", [21, 24, 28, 32])
def test_follows_a_bent_curve(target: float) -> None:
    curve = bent(target)

    crf, _ = search(curve)

    assert abs(curve(crf).margin) <= 1.2


def test_the_fifth_percentile_decides_where_it_is_worse_than_the_mean() -> None:
    crf, _ = search(line(30, 1.5, spread=9.5))

    assert crf == pytest.approx(27, abs=0.5)


def test_noise_neither_misleads_nor_prolongs_the_search() -> None:
    chance = random.Random(3)
    misses = []
    for _ in range(200):
        target = chance.uniform(20, 33)
        true = line(target, chance.uniform(0.8, 2.5))

        def noisy(crf: float, true: Curve = true) -> Score:
            noise = chance.gauss(0, 0.25)
            score = true(crf)
            return Score(mean=score.mean + noise, low=score.low + noise)

        crf, probes = search(noisy)
        assert len(probes) <= MOST_PROBES
        misses.append(abs(crf - target))

    assert percentile(misses, 0.9) < 0.8
    assert max(misses) < 2


def test_a_curve_that_rises_in_between_is_taken_as_flat() -> None:
    probes = [
        Probe(crf=24, score=Score(mean=97, low=94)),
        Probe(crf=26, score=Score(mean=97.4, low=95)),
        Probe(crf=30, score=Score(mean=92, low=88)),
    ]

    assert 26 < choose(probes, BOUNDS) < 30


def test_a_cap_that_binds_ends_the_search_where_quality_stops_rising() -> None:
    def capped(crf: float) -> Score:
        return Score(mean=min(91.0, 91 - 1.5 * (crf - 25)), low=86)

    crf, probes = search(capped)

    assert len(probes) <= 3
    assert crf >= 22


def test_the_smallest_picture_is_not_given_bits_the_next_one_uses_better() -> None:
    bounds = BOUNDS.above(24)

    assert bounds.near(19.5) == 24
    assert choose([Probe(crf=24, score=Score(mean=88, low=80))], bounds) == 24
    assert BOUNDS.above(0) == BOUNDS


def test_an_encoder_is_never_asked_for_more_than_its_range() -> None:
    assert search(line(10, 1.5))[0] == BOUNDS.least
    assert search(line(50, 1.5))[0] == BOUNDS.most


def test_whole_steps_are_rounded_towards_quality() -> None:
    whole = Range(least=20, most=60, step=1, slope=0.8)

    assert whole.near(41.9) == 41
    assert search(line(43.6, 0.8), 44, whole)[0] in (43, 42)


def test_quality_between_probes_is_on_the_line() -> None:
    probes = [Probe(crf=30, score=Score(mean=90, low=80)), Probe(crf=26, score=Score(mean=96, low=92))]

    assert at(probes, 27) == Score(mean=94.5, low=89)
    assert at(probes, 20) == probes[1].score
    assert at(probes, 40) == probes[0].score


def test_percentiles_are_interpolated() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(101)), 0.05) == 5
    assert percentile([0, 10], 0.05) == 0.5
    assert percentile([7], 0.05) == 7
