"""Who is given which titles. Pure, and the same every time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from random import Random

from msgspec import Struct

#: Exchanges that are tried to spread the pairs: enough for any jury, and a second at most for the largest.
_TRIES = 400_000
#: Times that a few exchanges are made at random, to get out of a state that no single exchange improves.
_KICKS = 60
Given = dict[int, list[int]]
Rows = dict[int, set[int]]
Barred = Collection[tuple[int, int]]


class Plan(Struct):
    """`rows`: the jurors of each title; `met`: how many titles two jurors share."""

    barred: Barred
    rows: Rows = {}
    met: defaultdict[int, Counter[int]] = defaultdict(Counter)
    tries: int = 0

    def join(self, row: Collection[int], by: int = 1) -> None:
        for one, other in combinations(row, 2):
            self.met[one][other] += by
            self.met[other][one] += by

    def swap(self, one: int, here: int, other: int, there: int) -> None:
        """Title `one` gives juror `here` for `there` of title `other`."""
        for series, goes, comes in ((one, here, there), (other, there, here)):
            self.join(self.rows[series], -1)
            self.rows[series] = self.rows[series] - {goes} | {comes}
            self.join(self.rows[series])


def by_section(wanted: Mapping[int, Collection[int]], section_of: Mapping[int, int]) -> Given:
    """`wanted` sections of each juror, `section_of` each title."""
    return {
        juror: sorted(series for series, section in section_of.items() if section in sections)
        for juror, sections in sorted(wanted.items())
    }


def balanced(jurors: Iterable[int], titles: Iterable[int], each: int, barred: Barred) -> Given:
    """Every title gets `each` jurors, or all that are not barred from it where those are fewer.

    Jurors get equally many titles, give or take one, unless they are barred. Then jurors of two titles are exchanged,
    which leaves those numbers as they are, as long as that makes pairs of jurors meet more evenly; where no single
    exchange does, a few are made at random (from a fixed seed) and kept if what follows is better.
    """
    people, plan = sorted(set(jurors)), Plan(barred, met=defaultdict(Counter))
    load = Counter(dict.fromkeys(people, 0))
    free = {series: [juror for juror in people if (juror, series) not in barred] for series in sorted(set(titles))}
    for series in sorted(free, key=lambda series: (len(free[series]), series)):  # the hardest to fill first
        row: list[int] = []
        for _ in range(min(each, len(free[series]))):
            left = [juror for juror in free[series] if juror not in row]
            met = {juror: sum(plan.met[juror][with_] for with_ in row) for juror in left}
            row.append(min(left, key=lambda juror: (load[juror], met[juror], juror)))
            load[row[-1]] += 1
        plan.join(row)
        plan.rows[series] = set(row)
    rows = _spread(plan, people)
    return {juror: sorted(series for series, given in rows.items() if juror in given) for juror in people}


def _spread(plan: Plan, people: Sequence[int]) -> Rows:
    """The rows whose pairs meet most evenly, of all that were come by."""
    chance = Random(len(plan.rows))  # noqa: S311 - nothing secret: the same titles have to give the same plan
    _settle(plan)
    best, least = dict(plan.rows), _unevenness(plan, people)
    for _ in range(_KICKS):
        if plan.tries >= _TRIES or least[0] <= 1:
            break
        for _ in range(3):
            _exchange_any(plan, chance.sample(sorted(plan.rows), 2), chance)
        _settle(plan)
        if (found := _unevenness(plan, people)) < least:
            best, least = dict(plan.rows), found
    return best


def _settle(plan: Plan) -> None:
    better = True
    while better and plan.tries < _TRIES:
        changes = [_exchange(plan, one, other) for one, other in combinations(sorted(plan.rows), 2)]
        better = any(changes)


def _exchange(plan: Plan, one: int, other: int) -> bool:
    """Let two titles exchange one juror each where pairs meet more evenly after it."""
    ours, theirs = plan.rows[one] - plan.rows[other], plan.rows[other] - plan.rows[one]
    for here in sorted(ours):
        for there in sorted(theirs):
            if plan.tries >= _TRIES:
                return False
            plan.tries += 1
            if (here, other) in plan.barred or (there, one) in plan.barred:
                continue
            if _change(plan, here, there, ours - {here}, theirs - {there}) < 0:
                plan.swap(one, here, other, there)
                return True
    return False


def _exchange_any(plan: Plan, titles: Sequence[int], chance: Random) -> None:
    one, other = titles
    ours, theirs = sorted(plan.rows[one] - plan.rows[other]), sorted(plan.rows[other] - plan.rows[one])
    if not ours or not theirs:
        return
    here, there = chance.choice(ours), chance.choice(theirs)
    if (here, other) not in plan.barred and (there, one) not in plan.barred:
        plan.swap(one, here, other, there)


def _unevenness(plan: Plan, people: Sequence[int]) -> tuple[int, int]:
    """How far apart the pairs that meet most and least are; then the sum of squares, which alone leaves ties."""
    met = [plan.met[one][other] for one, other in combinations(people, 2)] or [0]
    return max(met) - min(met), sum(each * each for each in met)


def _change(plan: Plan, here: int, there: int, ours: Collection[int], theirs: Collection[int]) -> int:
    """By how much the sum of squares of the meetings, halved, changes with the exchange."""
    mine, yours = plan.met[here], plan.met[there]
    leave = sum(1 - mine[with_] + yours[with_] for with_ in ours)
    return leave + sum(1 - yours[with_] + mine[with_] for with_ in theirs)
