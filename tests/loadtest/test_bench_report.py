"""The statistics every bench is judged by."""

import json
import math
import random

import pytest

from loadtest.bench.report import Goal, by_group, finish, give_up, interval, judge, t_quantile, table


@pytest.mark.parametrize(("freedom", "value"), [(1, 12.7062), (4, 2.7764), (9, 2.2622), (29, 2.0452), (500, 1.9647)])
def test_quantiles_are_those_of_the_tables(freedom: int, value: float) -> None:
    assert t_quantile(freedom) == pytest.approx(value, abs=2e-3)


def test_the_middle_is_the_geometric_mean_and_inverts_with_its_bounds() -> None:
    found, inverse = interval([0.5, 0.8, 0.6]), interval([2, 1.25, 1 / 0.6])

    assert found.value == pytest.approx(0.24 ** (1 / 3))
    assert (found.low, found.high) == pytest.approx((1 / inverse.high, 1 / inverse.low))


def test_the_interval_covers_the_truth_nineteen_times_of_twenty() -> None:
    chance = random.Random(7)
    hits = 0
    for _ in range(2000):
        found = interval([0.7 * math.exp(chance.gauss(0, 0.2)) for _ in range(7)])
        hits += found.low <= 0.7 <= found.high

    assert 0.935 <= hits / 2000 <= 0.965


def test_one_pair_is_not_an_interval() -> None:
    with pytest.raises(ValueError, match="two at least"):
        interval([0.5])


def test_rungs_of_one_clip_are_one_witness() -> None:
    assert by_group([("a", 0.5), ("b", 0.9), ("a", 0.72)]) == pytest.approx([0.6, 0.9])


@pytest.mark.parametrize(
    ("better", "ratios", "met"),
    [
        ("lower", [0.70, 0.71, 0.72], True),
        ("lower", [0.60, 0.70, 0.90], False),
        ("higher", [0.76, 0.762, 0.764], True),
        ("higher", [0.76, 0.90, 1.30], False),
    ],
)
def test_a_goal_is_met_by_the_worse_bound(better: str, ratios: list[float], met: bool) -> None:
    goal = Goal(name="g", goal=0.75, better="lower" if better == "lower" else "higher")

    assert judge(goal, interval(ratios)).met is met


def test_the_last_line_is_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    finish("bytes", 1, [judge(Goal(name="h264_equal", goal=0.75, better="lower"), interval([0.6, 0.62]))])

    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(last) == ["bench", "commit", "seed", "goals"]
    assert last["goals"][0]["name"] == "h264_equal"
    assert last["goals"][0]["ci"][0] < last["goals"][0]["value"] < last["goals"][0]["ci"][1]


def test_tables_are_aligned() -> None:
    assert table(["a", "long"], [["xyz", "1"]]) == "| a   | long |\n| --- | ---- |\n| xyz | 1    |"


def test_giving_up_is_said_and_counts_as_neither_met_nor_missed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        give_up("There is no footage.")

    assert end.value.code == 2
    assert "no footage" in capsys.readouterr().err
