"""Who is given which titles. Pure, and the same every time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from msgspec import Struct

#: Exchanges that are tried to spread the pairs: enough for any jury, and a second at most for the largest.
_TRIES = 400_000
Given = dict[int, list[int]]
Barred = Collection[tuple[int, int]]


class Plan(Struct):
    """`rows`: the jurors of each title; `met`: how many titles two jurors share."""

    barred: Barred
    rows: dict[int, set[int]] = {}
    met: defaultdict[int, Counter[int]] = defaultdict(Counter)
    tries: int = 0

    def join(self, row: Collection[int], by: int = 1) -> None:
        for one, other in combinations(row, 2):
            self.met[one][other] += by
            self.met[other][one] += by


def by_section(wanted: Mapping[int, Collection[int]], section_of: Mapping[int, int]) -> Given:
    """`wanted` sections of each juror, `section_of` each title."""
    return {
        juror: sorted(series for series, section in section_of.items() if section in sections)
        for juror, sections in sorted(wanted.items())
    }


def balanced(jurors: Iterable[int], titles: Iterable[int], each: int, barred: Barred) -> Given:
    """Every title gets `each` jurors, or all that are not barred from it where those are fewer.

    Jurors get equally many titles, give or take one, unless they are barred. Then jurors of two titles are exchanged,
    which leaves those numbers as they are, as long as that makes pairs of jurors meet more evenly.
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
    _spread(plan)
    return {juror: sorted(series for series, given in plan.rows.items() if juror in given) for juror in people}


def _spread(plan: Plan) -> None:
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
                for series, goes, comes in ((one, here, there), (other, there, here)):
                    plan.join(plan.rows[series], -1)
                    plan.rows[series] = plan.rows[series] - {goes} | {comes}
                    plan.join(plan.rows[series])
                return True
    return False


def _change(plan: Plan, here: int, there: int, ours: Collection[int], theirs: Collection[int]) -> int:
    """By how much the sum of squares of the meetings, halved, changes with the exchange."""
    mine, yours = plan.met[here], plan.met[there]
    leave = sum(1 - mine[with_] + yours[with_] for with_ in ours)
    return leave + sum(1 - yours[with_] + mine[with_] for with_ in theirs)
