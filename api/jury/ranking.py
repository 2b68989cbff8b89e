"""Three rankings of the same scores side by side. Pure, and the order of what comes in says nothing.

raw       the mean of the jurors' means, exact.
levelled  every juror's means as z-scores of their own (mean 0, standard deviation 1), then the mean of those: a harsh
          juror and a generous one count alike. Who gave everything the same grade says nothing about the order.
pairwise  the model of R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39, 1952,
          324-345, on what each juror put before what: an even score is half a win for both. Two titles are compared
          only by those who scored both, so a title does not profit from having been given to generous jurors. The
          prior is one even comparison of each title with a title of strength 1: it keeps strengths finite where one
          wins always, and makes them the only solution where nobody scored both (the likelihood is concave: D. R.
          Hunter, "MM algorithms for generalized Bradley-Terry models", The Annals of Statistics 32, 2004, 384-406).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from operator import mul

from msgspec import Struct

from api.jury.table_schemas import Method, Ranking, RankLine

METHODS: tuple[Method, ...] = ("raw", "levelled", "pairwise")
#: Floats that differ by less are equal: far above what rounding does, far below what one grade does.
SAME = Fraction(1, 10**7)
_STEPS, _CLOSE = 100, 1e-10


class Score(Struct, frozen=True, order=True):
    """One juror's mean of one title. What was skipped or recused never gets here."""

    juror: int
    series: int
    mean: Fraction


class Rankings(Struct, frozen=True):
    """`winners`: who is first in each; `disputed` where that is not the same everywhere."""

    rankings: list[Ranking]
    winners: dict[str, list[int]]
    disputed: bool


def rank(scores: Iterable[Score], titles: Iterable[int]) -> Rankings:
    given, all_titles = sorted(scores), sorted(set(titles))
    counts: dict[int, int] = defaultdict(int)
    for score in given:
        counts[score.series] += 1
    values: dict[Method, Mapping[int, Fraction]] = {
        "raw": raw(given),
        "levelled": _exactly(levelled(given)),
        "pairwise": _exactly(pairwise(given)),
    }
    rankings = [
        Ranking(
            method=method,
            lines=_lines(values[method], counts, Fraction(0) if method == "raw" else SAME),
            unranked=[series for series in all_titles if series not in counts],
        )
        for method in METHODS
    ]
    winners = {str(each.method): [line.series for line in each.lines if line.rank == 1] for each in rankings}
    firsts = list(winners.values())
    return Rankings(rankings=rankings, winners=winners, disputed=any(first != firsts[0] for first in firsts))


def raw(scores: Sequence[Score]) -> dict[int, Fraction]:
    means: dict[int, list[Fraction]] = defaultdict(list)
    for score in scores:
        means[score.series].append(score.mean)
    return {series: sum(each, Fraction()) / len(each) for series, each in means.items()}


def levelled(scores: Sequence[Score]) -> dict[int, float]:
    own: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        own[score.juror].append(score)
    levels: dict[int, list[float]] = defaultdict(list)
    for each in own.values():
        mean = sum((score.mean for score in each), Fraction()) / len(each)
        spread = sum(((score.mean - mean) ** 2 for score in each), Fraction()) / len(each)
        for score in each:
            levels[score.series].append(float(score.mean - mean) / math.sqrt(spread) if spread else 0.0)
    return {series: math.fsum(each) / len(each) for series, each in levels.items()}


class Comparisons(Struct, frozen=True):
    """`titles` in order; by their places: how often one was put first, and how often two were compared."""

    titles: list[int]
    wins: list[float]
    met: list[list[int]]


def pairwise(scores: Sequence[Score]) -> dict[int, float]:
    """Logarithms of the strengths; 0 is a title like any other. Newton's method, steps halved until they are uphill."""
    found = _comparisons(scores)
    level = [0.0] * len(found.titles)
    for _ in range(_STEPS):
        step, now = _step(found, level), _likelihood(found, level)
        share = 1.0
        while share > _CLOSE and _likelihood(found, _moved(level, step, share)) < now:
            share /= 2
        level = _moved(level, step, share)
        if max(map(abs, step), default=0) < _CLOSE:
            break
    return dict(zip(found.titles, level, strict=True))


def _moved(level: Sequence[float], step: Sequence[float], share: float) -> list[float]:
    return [here + share * by for here, by in zip(level, step, strict=True)]


def _likelihood(found: Comparisons, level: Sequence[float]) -> float:
    """Its logarithm, with the prior: half a win and half a defeat against a title of level 0."""
    parts = []
    for place, here in enumerate(level):
        parts.append((found.wins[place] + 0.5) * here - math.log1p(math.exp(here)))
        for there, met in zip(level[:place], found.met[place][:place], strict=True):
            if met:
                parts.append(-met * math.log(math.exp(here) + math.exp(there)))
    return math.fsum(parts)


def _step(found: Comparisons, level: Sequence[float]) -> list[float]:
    """From here to the top of the parabola that touches the likelihood here."""
    slope, bend = [], []
    for place, here in enumerate(level):
        first = [1 / (1 + math.exp(there - here)) for there in level]
        even = 1 / (1 + math.exp(-here))
        met = found.met[place]
        slope.append(found.wins[place] + 0.5 - even - math.fsum(map(mul, met, first)))
        row = [-n * chance * (1 - chance) for n, chance in zip(met, first, strict=True)]
        row[place] = even * (1 - even) - math.fsum(row)
        bend.append(row)
    return _solve(bend, slope)


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """By Cholesky: the matrix is symmetric, and positive because of the prior."""
    rows: list[list[float]] = []
    half: list[float] = []
    for place, line in enumerate(matrix):
        row: list[float] = []
        for other, value in zip(rows, line, strict=False):
            row.append((value - sum(map(mul, row, other))) / other[-1])
        row.append(math.sqrt(line[place] - sum(map(mul, row, row))))
        half.append((right[place] - sum(map(mul, row, half))) / row[-1])
        rows.append(row)
    solved: list[float] = [0.0] * len(rows)
    for place in reversed(range(len(rows))):
        behind = sum(rows[after][place] * solved[after] for after in range(place + 1, len(rows)))
        solved[place] = (half[place] - behind) / rows[place][place]
    return solved


def _comparisons(scores: Sequence[Score]) -> Comparisons:
    titles = sorted({score.series for score in scores})
    place = {series: number for number, series in enumerate(titles)}
    wins, met = [0.0] * len(titles), [[0] * len(titles) for _ in titles]
    own: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        own[score.juror].append(score)
    for each in own.values():
        for one, other in combinations(each, 2):
            here, there = place[one.series], place[other.series]
            met[here][there] += 1
            met[there][here] += 1
            wins[here] += 0.5 if one.mean == other.mean else float(one.mean > other.mean)
            wins[there] += 0.5 if one.mean == other.mean else float(other.mean > one.mean)
    return Comparisons(titles, wins, met)


def _exactly(values: Mapping[int, float]) -> dict[int, Fraction]:
    return {series: Fraction(value) for series, value in values.items()}


def _lines(values: Mapping[int, Fraction], counts: Mapping[int, int], same: Fraction) -> list[RankLine]:
    """The best first; who is equal shares a rank, and the next one counts them: 1, 1, 3."""
    lines: list[RankLine] = []
    last = None
    for place, (series, value) in enumerate(sorted(values.items(), key=lambda each: (-each[1], each[0])), start=1):
        rank = lines[-1].rank if last is not None and last - value <= same else place
        lines.append(RankLine(rank=rank, series=series, value=float(value), jurors=counts[series]))
        last = value
    return sorted(lines, key=lambda line: (line.rank, line.series))
