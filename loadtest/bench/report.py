"""From paired measurements to a verdict: ratios with a 95 % confidence interval, a table, and one line of JSON."""

import math
import subprocess
import sys
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean, stdev
from typing import Final, Literal, NoReturn

import msgspec
from msgspec import Struct

_REPOSITORY: Final = Path(__file__).parents[2]
_TAIL: Final = 0.975
_STEPS: Final = 400


class Interval(Struct, frozen=True, kw_only=True):
    """`value` lies between `low` and `high` with 95 % confidence."""

    value: float
    low: float
    high: float
    pairs: int


class Goal(Struct, frozen=True, kw_only=True):
    name: str
    goal: float
    better: Literal["higher", "lower"]


class Verdict(Struct, frozen=True, kw_only=True):
    name: str
    value: float
    ci: tuple[float, float]
    goal: float
    better: Literal["higher", "lower"]
    met: bool


class Report(Struct, frozen=True, kw_only=True):
    bench: str
    commit: str
    seed: int
    goals: list[Verdict]


def interval(ratios: Sequence[float]) -> Interval:
    """The geometric mean of independent ratios; Student's t on their logarithms, which needs two at least.

    A ratio and its inverse are equally far from 1 that way. With six to ten pairs a percentile bootstrap would be
    narrower than it may be; t is not.
    """
    if len(ratios) < 2:
        raise ValueError("one pair says nothing about its own error; measure two at least")
    logs = [math.log(ratio) for ratio in ratios]
    middle, spread = fmean(logs), stdev(logs) / math.sqrt(len(logs)) * t_quantile(len(logs) - 1)
    return Interval(
        value=math.exp(middle), low=math.exp(middle - spread), high=math.exp(middle + spread), pairs=len(logs)
    )


def between(value: float, cases: Sequence[float]) -> Interval:
    """`value` of cases between the least and the greatest of them: for goals that no single case may miss."""
    return Interval(value=value, low=min(cases), high=max(cases), pairs=len(cases))


def exactly(value: float) -> Interval:
    """A count without an error of its own."""
    return Interval(value=value, low=value, high=value, pairs=1)


def by_group(rows: Iterable[tuple[Hashable, float]]) -> list[float]:
    """One ratio per group, the geometric mean of its rows: three rungs of one clip are one witness, not three."""
    groups: dict[Hashable, list[float]] = {}
    for group, ratio in rows:
        groups.setdefault(group, []).append(math.log(ratio))
    return [math.exp(fmean(logs)) for logs in groups.values()]


def judge(goal: Goal, found: Interval) -> Verdict:
    """A goal is met by the bound of the interval that is worse for us."""
    met = found.high <= goal.goal if goal.better == "lower" else found.low >= goal.goal
    return Verdict(
        name=goal.name,
        value=round(found.value, 4),
        ci=(round(found.low, 4), round(found.high, 4)),
        goal=goal.goal,
        better=goal.better,
        met=met,
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """In Markdown, so that it can be pasted as it is; aligned, so that it can be read in a terminal."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    written = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |" for line in lines
    ]
    return "\n".join([written[0], f"| {' | '.join('-' * width for width in widths)} |", *written[1:]])


def finish(bench: str, seed: int, verdicts: Sequence[Verdict]) -> None:
    """The goals as a table, then the report as the last line."""
    print()
    print(table(["goal", "value", "interval", "wanted", "met"], map(_goal_row, verdicts)))
    print()
    print(
        msgspec.json.encode(Report(bench=bench, commit=commit(), seed=seed, goals=list(verdicts))).decode(), flush=True
    )


def give_up(sentence: str) -> NoReturn:
    """A bench that lacks what it measures with says so; it never measures something else instead."""
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def commit() -> str:
    """The commit measured, with a `+` where files differ from it."""
    try:
        name = _git("rev-parse", "--short=10", "HEAD")
        return f"{name}+" if _git("status", "--porcelain", "--untracked-files=no") else name
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


@cache
def t_quantile(freedom: int) -> float:
    """The 97.5 % point of Student's t, by bisection on its distribution function (Simpson's rule)."""
    low, high = 0.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_below(middle, freedom) < _TAIL else (low, middle)
    return high


def _t_below(value: float, freedom: int) -> float:
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    step, power = value / _STEPS, -(freedom + 1) / 2.0
    weights = [1, *([4, 2] * _STEPS)[: _STEPS - 1], 1]
    heights = [math.pow(1 + (index * step) ** 2 / freedom, power) for index in range(_STEPS + 1)]
    return 0.5 + scale * step / 3 * sum(weight * height for weight, height in zip(weights, heights, strict=True))


def _goal_row(verdict: Verdict) -> list[str]:
    sign = "<=" if verdict.better == "lower" else ">="
    low, high = verdict.ci
    met = "yes" if verdict.met else "no"
    return [verdict.name, f"{verdict.value:.4g}", f"{low:.4g} to {high:.4g}", f"{sign} {verdict.goal:g}", met]


def _git(*args: str) -> str:
    return subprocess.run(["git", *args], cwd=_REPOSITORY, check=True, capture_output=True, text=True).stdout.strip()
