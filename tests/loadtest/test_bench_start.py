"""What `make bench-start` makes of what a phone tells."""

import pytest

from loadtest.bench import start
from loadtest.bench.phone import Fetched, largest_per_interaction
from loadtest.bench.waste import Trace, wasted_share

BASE = "/media/01a2161e-29fa-703c-ac7a-a95204773315/"
DURATIONS = {BASE: {"v360": [1.0, 2.0, 4.0], "v540": [1.0, 2.0, 4.0], "a64": [1.0, 2.0, 4.0]}}


def fetched(name: str, size: int) -> Fetched:
    return Fetched(f"http://127.0.0.1{BASE}{name}.m4s", size)


def test_bytes_are_wasted_as_far_as_their_seconds_were_not_played() -> None:
    answers = [fetched("v360/000", 100), fetched("v360/001", 200), fetched("v360/002", 400), fetched("a64/000", 100)]

    assert wasted_share(answers, {BASE: [(0.0, 2.0)]}, DURATIONS) == pytest.approx(1 - (100 + 100 + 100) / 800)
    assert wasted_share(answers, {BASE: [(0.0, 7.0)]}, DURATIONS) == 0
    assert wasted_share(answers, {}, DURATIONS) == 1


def test_second_fetched_twice_was_watched_once() -> None:
    answers = [fetched("v360/000", 100), fetched("v540/000", 300)]

    assert wasted_share(answers, {BASE: [(0.0, 7.0)]}, DURATIONS) == pytest.approx(0.25)


def test_other_files_are_no_film() -> None:
    answers = [Fetched("http://127.0.0.1/assets/a.js", 1000), fetched("v360/000", 100)]

    assert wasted_share(answers, {BASE: [(0.0, 1.0)]}, DURATIONS) == 0


def test_trace_is_always_the_same_and_has_its_shares() -> None:
    dwells = Trace(swipes=50, seed=1).dwells(60)

    assert dwells == Trace(swipes=50, seed=1).dwells(60)
    assert [dwells.count(stay) for stay in (3.0, 20.0, 60)] == [20, 15, 15]


def test_interaction_lasts_as_long_as_its_slowest_event() -> None:
    assert largest_per_interaction([(1, 20, "pointerdown"), (1, 70, "click"), (2, 30, "click")]) == [70, 30]


def test_quantile_has_an_interval_around_it() -> None:
    found = start.quantile_interval([float(value) for value in range(1, 101)], 0.95)

    assert found.value == 96
    assert found.low <= found.value <= found.high
    assert found.low > 80
