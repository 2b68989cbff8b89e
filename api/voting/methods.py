"""How counted ballots become an order: one function per method, exact.

Standard library only, and imports nothing of ours: the one-file verifier is these sources put together, so names here
are imported by name and none is used twice. What decides is an int or a Fraction; a float is only ever shown.

A weight w makes a ballot w votes. Weights are decimals, so the counts here are whole numbers of the smallest unit that
all weights share: `unit` of them are one vote of weight 1.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import cos, isqrt, pi, sin, sqrt, tan
from typing import Any, NamedTuple, Protocol

#: What was counted: ("ballots", 0, 0), ("votes", entry, 0), ("value", entry, value), ("first", entry, 0), and
#: ("above", better, worse) where a ballot names both. A ballot adds to a cell once or not at all.
Cell = tuple[str, int, int]
BALLOTS: Cell = ("ballots", 0, 0)
#: The 97.5 % point of the normal distribution: the interval of 95 %.
Z_95 = Fraction("1.959963984540054")
_ROOT_PLACES = 10**40


class Count(NamedTuple):
    """What a method decides on. `standing` are the entries that may have a place, `entries` all of the award."""

    entries: tuple[int, ...]
    standing: tuple[int, ...]
    unit: int
    cells: Counter[Cell]
    #: The least and the best value of a scale.
    scale: tuple[int, int]
    #: Rankings and how much each weighs.
    piles: Sequence[tuple[tuple[int, ...], int]]
    #: How many votes an entry needs to be ranked.
    wanted: Fraction
    attendance: Mapping[int, int]

    def votes(self, entry: int) -> Fraction:
        return Fraction(self.cells["votes", entry, 0], self.unit)

    def values(self, entry: int) -> dict[int, int]:
        """Value: how much was given of it; only what was given, the least value first."""
        least, best = self.scale
        return {v: mass for v in range(least, best + 1) if (mass := self.cells["value", entry, v])}


class Round(NamedTuple):
    """One round of an instant runoff: the votes each entry holds, those that name nobody left, and who goes."""

    votes: dict[int, float]
    exhausted: float
    out: tuple[int, ...]


class Order(NamedTuple):
    """Entries from the best; those in one group share a place. `scores` are for display."""

    groups: tuple[tuple[int, ...], ...]
    scores: dict[int, float]
    rounds: tuple[Round, ...] = ()


class Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


def in_groups(entries: Iterable[int], keys: Mapping[int, Ordered]) -> tuple[tuple[int, ...], ...]:
    """The greatest key first; equal keys are one group, listed as the award lists its entries."""
    groups: list[list[int]] = []
    for entry in sorted(entries, key=lambda each: keys[each], reverse=True):
        if groups and keys[groups[-1][0]] == keys[entry]:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return tuple(map(tuple, groups))


def by_score(count: Count, score: Callable[[int], Fraction]) -> Order:
    scores = {entry: score(entry) for entry in count.standing}
    return Order(in_groups(count.standing, scores), {entry: float(scores[entry]) for entry in scores})


def root(x: Fraction) -> Fraction:
    """The square root: exact where it is rational, else its first forty decimals or more, rounded down."""
    whole = x.numerator * x.denominator
    found = isqrt(whole)
    if found * found == whole:
        return Fraction(found, x.denominator)
    return Fraction(isqrt(whole * _ROOT_PLACES**2), x.denominator * _ROOT_PLACES)


# Scales: stars, grades, yes or no


def mean_value(values: Iterable[dict[int, int]]) -> Fraction:
    """Over everything given; 0 where nothing was."""
    masses: Counter[int] = Counter()
    for each in values:
        masses.update(each)
    return Fraction(sum(value * mass for value, mass in masses.items()), masses.total() or 1)


def by_mean(count: Count) -> Order:
    return by_score(count, lambda entry: mean_value([count.values(entry)]))


def by_weighted_rating(count: Count, least: Fraction) -> Order:
    """(v / (v+m)) R + (m / (v+m)) C: v votes with mean R, m = `least`, C the mean of all votes of the award."""
    everything = mean_value(count.values(entry) for entry in count.entries)

    def score(entry: int) -> Fraction:
        votes = count.votes(entry)
        return (votes * mean_value([count.values(entry)]) + least * everything) / (votes + least)

    return by_score(count, score)


def by_imdb(count: Count) -> Order:
    """m is the minimum the festival set, which also says who is ranked at all; without one this is the mean."""
    return by_weighted_rating(count, count.wanted)


def by_confidence(count: Count) -> Order:
    """Eventive's form: m is the lower bound of the 90 % confidence interval for the mean number of votes."""
    return by_weighted_rating(count, lower_bound_of_mean([count.votes(entry) for entry in count.entries]))


def lower_bound_of_mean(numbers: Sequence[Fraction]) -> Fraction:
    """Of the two-sided 90 % interval mean -+ t s / sqrt(n); 0 where that is less, or there are not two numbers.

    n counts every entry, also those without votes; s is the sample's deviation (n - 1), t Student's with n - 1 degrees.
    The root is taken of a ratio, so twice the votes have exactly twice the bound.
    """
    n = len(numbers)
    mean = sum(numbers, Fraction(0)) / max(n, 1)
    if n < 2 or mean == 0:
        return Fraction(0)
    variance = sum(((x - mean) ** 2 for x in numbers), Fraction(0)) / (n - 1)
    half = root(student_90(n - 1) ** 2 * variance / (n * mean**2))
    return mean * max(Fraction(0), 1 - half)


@cache
def student_90(freedom: int) -> Fraction:
    """Student's t with 90 % between -t and t, to nine decimals, so that every machine has the same."""
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_between(middle, freedom) < 0.9 else (low, middle)
    return Fraction(f"{sqrt(freedom) * tan(low):.9f}")


def _student_between(theta: float, freedom: int) -> float:
    """P(|T| < t) with t = sqrt(freedom) tan(theta): Abramowitz and Stegun, Handbook, 26.7.3 and 26.7.4."""
    odd = freedom % 2
    term, series = cos(theta) if odd else 1.0, 0.0
    for k in range(1, freedom // 2 + 1):
        series += term
        term *= cos(theta) ** 2 * ((2 * k) / (2 * k + 1) if odd else (2 * k - 1) / (2 * k))
    return 2 / pi * (theta + sin(theta) * series) if odd else sin(theta) * series


def by_majority_judgment(count: Count) -> Order:
    """Balinski and Laraki, Majority Judgment (MIT Press 2011): decided by majority-value, shown as majority-gauge."""
    values = {entry: count.values(entry) for entry in count.standing}
    keys = {entry: majority_value(values[entry]) for entry in values}
    return Order(in_groups(count.standing, keys), {entry: float(majority_gauge(values[entry])) for entry in values})


def majority_value(values: Mapping[int, int]) -> tuple[tuple[Fraction | int, ...], ...]:
    """A key that orders as the majority-value does: the (lower) median, then each next one as medians are taken away.

    Taking medians away walks out from the middle, below and above in turn, below first. After a share of 2t is gone
    the next ones are the grades at 1/2 - t and 1/2 + t. So what is written down is where, on that walk, the lower
    grade falls (the sooner the worse) or only the upper one rises (the sooner the better). With shares it is as if
    every entry had its votes copied until all had equally many: the original has as many judges for each.
    """
    grades, total = sorted(values), sum(values.values())
    below = [Fraction(sum(values[g] for g in grades if g < grade), total) for grade in grades]
    above = [Fraction(sum(values[g] for g in grades if g > grade), total) for grade in grades]
    half = Fraction(1, 2)
    low = high = next(i for i in range(len(grades)) if above[i] <= half)
    steps: list[tuple[Fraction | int, ...]] = [(grades[low],)]
    while (at := half - max(below[low], above[high])) < half:
        falls, rises = half - below[low] == at, half - above[high] == at
        low, high = low - falls, high + rises
        steps.append((-1, at, grades[low], grades[high]) if falls else (1, -at, grades[high]))
    return (*steps, (0,))


def majority_gauge(values: Mapping[int, int]) -> Fraction:
    """Median a, share p above it, share q below: a + p where p > q, else a - q."""
    total = sum(values.values())
    median = next(g for g in sorted(values) if 2 * sum(values[x] for x in values if x > g) <= total)
    p = Fraction(sum(values[g] for g in values if g > median), total)
    q = Fraction(sum(values[g] for g in values if g < median), total)
    return median + p if p > q else median - q


def yes_votes(count: Count, entry: int) -> Fraction:
    return Fraction(count.cells["value", entry, 1], count.unit)


def by_share(count: Count) -> Order:
    return by_score(count, lambda entry: yes_votes(count, entry) / count.votes(entry))


def by_attendance(count: Count) -> Order:
    return by_score(count, lambda entry: yes_votes(count, entry) / count.attendance[entry])


def by_wilson(count: Count) -> Order:
    return by_score(count, lambda entry: wilson_lower_bound(yes_votes(count, entry), count.votes(entry)))


def wilson_lower_bound(successes: Fraction, trials: Fraction) -> Fraction:
    """Of the 95 % score interval: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212."""
    spread = Z_95 * root(successes * (trials - successes) / trials + Z_95**2 / 4)
    return (successes + Z_95**2 / 2 - spread) / (trials + Z_95**2)


# Choices: favourite, approval, ranking


def by_votes(count: Count) -> Order:
    """How many ballots name it: the plurality of a favourite, or the most approvals."""
    return by_score(count, count.votes)


def by_approval_wilson(count: Count) -> Order:
    ballots = Fraction(count.cells[BALLOTS], count.unit)
    return by_score(count, lambda entry: wilson_lower_bound(count.votes(entry), ballots))


def by_first_choices(count: Count) -> Order:
    """As they are written: the first choice of an entry that is not ranked goes to nobody."""
    return by_score(count, lambda entry: Fraction(count.cells["first", entry, 0], count.unit))


def by_instant_runoff(count: Count) -> Order:
    """All who are tied for last go together; where that would be everyone left, those share the place.

    Goes on after somebody has the majority, who cannot lose it, so that everyone has a place. Entries that are not
    ranked are passed over from the start. The score is the votes held when it went.
    """
    left = dict.fromkeys(count.standing, 0)
    held: dict[int, list[tuple[tuple[int, ...], int]]] = {entry: [] for entry in left}
    moving, exhausted = count.piles, 0
    groups: list[tuple[int, ...]] = []
    rounds: list[Round] = []
    scores: dict[int, float] = {}
    while left:
        exhausted += _hand_over(moving, left, held)
        least = min(left.values())
        out = tuple(entry for entry in left if left[entry] == least)
        votes = {entry: float(Fraction(left[entry], count.unit)) for entry in left}
        last = len(out) == len(left)
        rounds.append(Round(votes, float(Fraction(exhausted, count.unit)), () if last else out))
        groups.insert(0, out)
        for entry in out:
            scores[entry] = votes[entry]
            del left[entry]
        moving = [pile for entry in out for pile in held[entry]]
    return Order(tuple(groups), scores, tuple(rounds))


def _hand_over(
    moving: Iterable[tuple[tuple[int, ...], int]],
    left: dict[int, int],
    held: Mapping[int, list[tuple[tuple[int, ...], int]]],
) -> int:
    """Give each pile to the first it names of those left; how much names none of them."""
    exhausted = 0
    for pile in moving:
        for entry in pile[0]:
            if entry in left:
                left[entry] += pile[1]
                held[entry].append(pile)
                break
        else:
            exhausted += pile[1]
    return exhausted


def preferred(count: Count, a: int, b: int) -> int:
    """How much weighs for a over b: ballots that name a, without those that name b before it."""
    return count.cells["votes", a, 0] - count.cells["above", b, a]


def by_borda(count: Count) -> Order:
    """One point for each entry placed below it on a ballot, half for each that the ballot leaves out beside it."""

    def score(entry: int) -> Fraction:
        others = [each for each in count.standing if each != entry]
        lead = sum(preferred(count, entry, each) - preferred(count, each, entry) for each in others)
        return Fraction(lead + len(others) * count.cells[BALLOTS], 2 * count.unit)

    return by_score(count, score)


def by_schulze(count: Count) -> Order:
    """M. Schulze, Social Choice and Welfare 36 (2011) 267-303, with winning votes.

    What a ballot leaves out is tied for last. A place is by how many are ahead on the strongest paths; the score is how
    many are not.
    """
    paths = strongest_paths(count)
    ahead = {
        entry: sum(back[own] > there for back, there in zip(paths, paths[own], strict=True))
        for own, entry in enumerate(count.standing)
    }
    keys = {entry: -ahead[entry] for entry in ahead}
    return Order(in_groups(count.standing, keys), {entry: float(len(ahead) - 1 - ahead[entry]) for entry in ahead})


def strongest_paths(count: Count) -> list[list[int]]:
    """From, to, as `standing` lists them: the weakest link of the strongest path (Floyd and Warshall); 0 for none."""
    wins = [[0 if a == b else preferred(count, a, b) for b in count.standing] for a in count.standing]
    paths = [[w if w > back[own] else 0 for w, back in zip(row, wins, strict=True)] for own, row in enumerate(wins)]
    for via, onward in enumerate(paths):
        for start, row in enumerate(paths):
            reach = row[via]
            if reach and start != via:
                row[:] = [
                    now if now >= reach or now >= on else min(reach, on) for now, on in zip(row, onward, strict=True)
                ]
                row[start] = 0
    return paths


#: What may be asked of each kind of award; the first is what is taken where nothing is said.
METHODS: dict[str, dict[str, Callable[[Count], Order]]] = {
    "stars": {
        "mean": by_mean,
        "imdb": by_imdb,
        "confidence": by_confidence,
        "majority_judgment": by_majority_judgment,
    },
    "grades": {
        "mean": by_mean,
        "imdb": by_imdb,
        "confidence": by_confidence,
        "majority_judgment": by_majority_judgment,
    },
    "yesno": {"wilson": by_wilson, "share": by_share, "attendance": by_attendance},
    "favourite": {"plurality": by_votes},
    "approval": {"plurality": by_votes, "wilson": by_approval_wilson},
    "ranking": {
        "schulze": by_schulze,
        "instant_runoff": by_instant_runoff,
        "borda": by_borda,
        "plurality": by_first_choices,
    },
}
