"""The count of an award: effective votes in, places out. Pure, and the same on every machine.

Standard library only: the one-file verifier is this, `methods.py` and the sources it checks the log with, put together.
No comparison of floats decides anything; who is level shares the place, and a tie for the first has several winners.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import ceil, lcm
from random import Random
from typing import Any, NamedTuple

from api.voting.methods import BALLOTS, METHODS, Cell, Count, Order, Round, lower_bound_of_mean

SCALES = frozenset({"stars", "grades", "yesno"})
_Piles = list[tuple[tuple[int, ...], int]]
#: A result is called stable where this share of the resamples has the same winners.
STABLE = Fraction(95, 100)


class UnlawfulVote(ValueError):
    """A vote the rules do not allow: it should not have been stored, and nothing is counted before somebody looks."""

    def __init__(self, ballot: str, what: str) -> None:
        super().__init__(f"ballot {ballot}: {what}")
        self.ballot, self.what = ballot, what


class Event(NamedTuple):
    """A line of the ledger. `kind` is cast or void; `question` an entry, or 0 where the ballot is one question."""

    ballot: str
    tier: str
    question: int
    revision: int
    kind: str
    value: int | None = None
    choices: tuple[int, ...] | None = None


class Vote(NamedTuple):
    """What counts of one ballot and question."""

    ballot: str
    tier: str
    question: int
    value: int | None
    choices: tuple[int, ...] | None


class Rules(NamedTuple):
    """What was published at opening. `weights`: tier to decimal, 1 where not named; `attendance`: entry to people."""

    kind: str
    method: str
    entries: tuple[int, ...]
    weights: Mapping[str, float]
    minimum: Mapping[str, Any]
    attendance: Mapping[int, int]
    min_value: int
    max_value: int


class Standing(NamedTuple):
    """`votes` are weighted, `ballots` as many as there are, those of weight 0 among them."""

    entry: int
    place: int
    score: float
    votes: float
    ballots: int


class Unranked(NamedTuple):
    """`reason`: no_votes, too_few_votes (`wanted` of which there are `votes`) or no_attendance."""

    entry: int
    reason: str
    wanted: float | None
    votes: float
    ballots: int


class Result(NamedTuple):
    """`ballots` is by tier, unweighted; `rounds` are those of an instant runoff."""

    method: str
    ranked: tuple[Standing, ...]
    unranked: tuple[Unranked, ...]
    winners: tuple[int, ...]
    ballots: dict[str, int]
    rounds: tuple[Round, ...]


class Stability(NamedTuple):
    """What other audiences of the same kind would have decided.

    `wins`: share of the resamples an entry wins, alone or level with others; `same`: share that has the same winners as
    the count; `scores`: the middle 95 % of an entry's scores, without one that never had any.
    """

    rounds: int
    seed: int
    wins: dict[int, float]
    same: float
    scores: dict[int, tuple[float, float]]
    stable: bool


class _Stack(NamedTuple):
    """Ballots of one tier that say the same. `content`: (entry, value) or (entry, position); `mass`: of one of them."""

    tier: str
    content: tuple[tuple[int, int], ...]
    ballots: int
    mass: int
    choices: tuple[int, ...]


class _Decision(NamedTuple):
    order: Order
    unranked: tuple[tuple[int, str], ...]
    basis: Count

    @property
    def winners(self) -> tuple[int, ...]:
        return self.order.groups[0] if self.order.groups else ()


def effective(events: Iterable[Event], quarantined: Collection[str] = ()) -> list[Vote]:
    """The highest revision of each ballot and question, in order of these; voids and ballots under review left out."""
    last: dict[tuple[str, int], Event] = {}
    seen: set[tuple[str, int, int]] = set()
    for event in events:
        key, revision = (event.ballot, event.question), (event.ballot, event.question, event.revision)
        if revision in seen:
            raise UnlawfulVote(event.ballot, "revision_twice")
        seen.add(revision)
        if key not in last or last[key].revision < event.revision:
            last[key] = event
    return [
        Vote(event.ballot, event.tier, event.question, event.value, event.choices)
        for _, event in sorted(last.items())
        if event.kind == "cast" and event.ballot not in quarantined
    ]


def tally(rules: Rules, votes: Iterable[Vote], method: str | None = None) -> Result:
    """By the published method, or another that fits the kind (KeyError where it does not)."""
    stacks = _stack(rules, votes)
    method = method or rules.method
    decision = _decide(rules, method, *_count(rules, stacks))
    order, count = decision.order, decision.basis
    ballots: Counter[int] = Counter()
    tiers: Counter[str] = Counter()
    for stack in stacks:
        tiers[stack.tier] += stack.ballots
        for entry in stack.choices:
            ballots[entry] += stack.ballots
    ranked: list[Standing] = []
    for group in order.groups:
        place = len(ranked) + 1
        ranked += [Standing(e, place, order.scores[e], float(count.votes(e)), ballots[e]) for e in group]
    wanted = float(count.wanted)
    unranked = tuple(
        Unranked(e, reason, wanted if reason == "too_few_votes" else None, float(count.votes(e)), ballots[e])
        for e, reason in decision.unranked
    )
    return Result(method, tuple(ranked), unranked, decision.winners, dict(sorted(tiers.items())), order.rounds)


def winners_by_method(rules: Rules, votes: Iterable[Vote]) -> dict[str, tuple[int, ...]]:
    """The winners under each method that fits the kind of award."""
    cells, piles = _count(rules, _stack(rules, votes))
    return {method: _decide(rules, method, cells, piles).winners for method in METHODS[rules.kind]}


def stability(rules: Rules, votes: Iterable[Vote], *, rounds: int, seed: int) -> Stability:
    """Bootstrap: `rounds` times as many ballots are drawn from the ballots, with replacement, and counted.

    Ballots of weight 0 are not drawn: they decide nothing here either.
    """
    stacks = [stack for stack in _stack(rules, votes) if stack.mass]
    counted = set(_decide(rules, rules.method, *_count(rules, stacks)).winners)
    wins: Counter[int] = Counter()
    same = 0
    scores: dict[int, list[float]] = {}
    for cells, piles in _resample(rules, stacks, rounds, seed):
        decision = _decide(rules, rules.method, cells, piles)
        wins.update(decision.winners)
        same += bool(counted) and set(decision.winners) == counted
        for entry, score in decision.order.scores.items():
            scores.setdefault(entry, []).append(score)
    return Stability(
        rounds,
        seed,
        {entry: wins[entry] / rounds for entry in rules.entries},
        same / rounds,
        {entry: _middle(sorted(scores[entry])) for entry in rules.entries if entry in scores},
        same >= STABLE * rounds,
    )


def _stack(rules: Rules, votes: Iterable[Vote]) -> list[_Stack]:
    """Ballots by what they say; sorted, so the order in which votes come in decides nothing, a draw of lots neither."""
    tiers: dict[str, str] = {}
    contents: dict[str, list[tuple[int, int]]] = {}
    for vote in votes:
        if tiers.setdefault(vote.ballot, vote.tier) != vote.tier:
            raise UnlawfulVote(vote.ballot, "two_tiers")
        contents.setdefault(vote.ballot, []).extend(_read(rules, vote))
    for ballot, content in contents.items():
        if len(dict(content)) < len(content):
            raise UnlawfulVote(ballot, "entry_twice")
    alike = Counter(
        (tiers[ballot], tuple(content if rules.kind == "ranking" else sorted(content)))
        for ballot, content in contents.items()
    )
    weights = {tier: Fraction(str(weight)) for tier, weight in rules.weights.items()}
    unit = _unit(rules)
    return [
        _Stack(tier, content, ballots, int(weights.get(tier, Fraction(1)) * unit), tuple(e for e, _ in content))
        for (tier, content), ballots in sorted(alike.items())
    ]


def _read(rules: Rules, vote: Vote) -> list[tuple[int, int]]:
    """(entry, value) of a scale, (entry, 0) of choices; UnlawfulVote for what the rules do not allow."""
    if rules.kind in SCALES:
        if vote.choices is not None or vote.value is None or not rules.min_value <= vote.value <= rules.max_value:
            raise UnlawfulVote(vote.ballot, "value_out_of_range")
        content = [(vote.question, vote.value)]
    else:
        if vote.value is not None or vote.choices is None or vote.question:
            raise UnlawfulVote(vote.ballot, "not_choices")
        if not rules.min_value <= len(vote.choices) <= rules.max_value:
            raise UnlawfulVote(vote.ballot, "number_of_choices")
        content = [(entry, 0) for entry in vote.choices]
    if any(entry not in rules.entries for entry, _ in content):
        raise UnlawfulVote(vote.ballot, "no_such_entry")
    return content


def _unit(rules: Rules) -> int:
    """How much one vote of weight 1 is, so that every weight is whole. A weight is the decimal it was written as."""
    weights = [Fraction(str(weight)) for weight in rules.weights.values()]
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is less than 0")
    return lcm(*(weight.denominator for weight in weights))


def _count(
    rules: Rules, stacks: Sequence[_Stack], numbers: Sequence[int] | None = None
) -> tuple[Counter[Cell], _Piles]:
    """Every cell a method may ask for, with `numbers` ballots in the stacks."""
    cells: Counter[Cell] = Counter()
    numbers = numbers or [stack.ballots for stack in stacks]
    for stack, number in zip(stacks, numbers, strict=True):
        mass = number * stack.mass
        for cell in _cells_of(rules.kind, stack):
            cells[cell] += mass
    return cells, _pile(rules, stacks, numbers)


def _cells_of(kind: str, stack: _Stack) -> Iterator[Cell]:
    yield BALLOTS
    for entry, value in stack.content:
        yield "votes", entry, 0
        if kind in SCALES:
            yield "value", entry, value
    if kind == "ranking" and stack.choices:
        yield "first", stack.choices[0], 0
        for better, worse in combinations(stack.choices, 2):
            yield "above", better, worse


def _pile(rules: Rules, stacks: Sequence[_Stack], numbers: Iterable[int]) -> _Piles:
    if rules.kind != "ranking":
        return []
    pairs = zip(stacks, numbers, strict=True)
    return [(stack.choices, number * stack.mass) for stack, number in pairs if number and stack.mass]


def _decide(rules: Rules, method: str, cells: Counter[Cell], piles: _Piles) -> _Decision:
    """Who may be ranked, and in which order. An entry below the minimum is left out as if it had withdrawn."""
    order_of = METHODS[rules.kind][method]
    scale = (rules.min_value, rules.max_value)
    every = Count(rules.entries, (), _unit(rules), cells, scale, piles, Fraction(0), rules.attendance)
    votes = {entry: every.votes(entry) for entry in rules.entries}
    wanted = votes_wanted(rules.minimum, list(votes.values()))
    standing: list[int] = []
    unranked: list[tuple[int, str]] = []
    for entry in rules.entries:
        if not votes[entry]:
            unranked.append((entry, "no_votes"))
        elif votes[entry] < wanted:
            unranked.append((entry, "too_few_votes"))
        elif method == "attendance" and not rules.attendance.get(entry):
            unranked.append((entry, "no_attendance"))
        else:
            standing.append(entry)
    count = every._replace(standing=tuple(standing), wanted=wanted)
    return _Decision(order_of(count), tuple(unranked), count)


def votes_wanted(minimum: Mapping[str, Any], votes: Sequence[Fraction]) -> Fraction:
    """How many votes an entry needs: a number, a share of what the most voted one has, or the bound of the mean."""
    match minimum["rule"]:
        case "none":
            return Fraction(0)
        case "count":
            return Fraction(minimum["votes"])
        case "share":
            return Fraction(str(minimum["share"])) * max(votes, default=Fraction(0))
        case "auto":
            return lower_bound_of_mean(votes)
    raise ValueError("no such minimum")


def _resample(rules: Rules, stacks: Sequence[_Stack], rounds: int, seed: int) -> Iterator[tuple[Counter[Cell], _Piles]]:
    """What each round's draw comes to.

    All rounds are counted at once: the number of ballots in a stack is one long number with a field of `width` bytes
    per round, and adding such numbers adds field by field. No field runs over: it is wide enough for all ballots.
    """
    if not stacks:
        return
    drawn = _draw(stacks, rounds, seed)
    most = sum(stack.ballots for stack in stacks) * max(stack.mass for stack in stacks)
    width = most.bit_length() // 8 + 1
    packed = [int.from_bytes(b"".join([number.to_bytes(width, "little") for number in row]), "little") for row in drawn]
    cells, _ = _count(rules, stacks, packed)
    fields = {cell: total.to_bytes(width * rounds, "little") for cell, total in cells.items()}
    for number in range(rounds):
        part = slice(number * width, (number + 1) * width)
        counted = Counter({cell: int.from_bytes(field[part], "little") for cell, field in fields.items()})
        runoff = rules.method == "instant_runoff"
        yield counted, _pile(rules, stacks, [row[number] for row in drawn]) if runoff else []


def _draw(stacks: Sequence[_Stack], rounds: int, seed: int) -> list[Sequence[int]]:
    """How many ballots of each stack each round draws. Only `random()` is asked: its sequence is promised by Python."""
    lots = [position for position, stack in enumerate(stacks) for _ in range(stack.ballots)]
    number, random = len(lots), Random(seed).random  # noqa: S311 - lots for a statistic, not a secret
    drawn = array("Q", bytes(8 * rounds * len(stacks)))
    for start in range(0, rounds * len(stacks), len(stacks)):
        for _ in range(number):
            drawn[start + lots[int(random() * number)]] += 1
    return [drawn[position :: len(stacks)] for position in range(len(stacks))]


def _middle(numbers: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of sorted numbers, by nearest rank."""
    rank = ceil(Fraction(25, 1000) * len(numbers))
    return numbers[rank - 1], numbers[-rank]
