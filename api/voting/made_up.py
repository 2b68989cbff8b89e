"""A result that nobody voted for, to try out a ceremony and a results page with. Pure; it looks at no vote."""

from collections.abc import Sequence
from random import Random
from typing import Any, Final

import msgspec

from api.voting.proof_schemas import Result
from api.voting.recount import plain
from api.voting.tally import Rules, Vote, stability, tally, winners_by_method

BALLOTS: Final = 240
ROUNDS: Final = 200
_SCALES: Final = frozenset({"stars", "grades", "yesno"})


def made_up_result(
    named: tuple[str, str], kind: str, method: str, scale: tuple[int, int], entries: Sequence[int], *, seed: int
) -> Result:
    """Counted by the lines that count real votes. `named`: award and festival. The seed is new for each rehearsal."""
    dice = Random(seed)  # noqa: S311 - votes of nobody
    attendance = dict.fromkeys(entries, BALLOTS)
    rules = Rules(kind, method, tuple(entries), {}, {"rule": "none"}, attendance, *scale)
    order = dice.sample(rules.entries, len(rules.entries))
    votes = [vote for number in range(BALLOTS) for vote in _ballot(dice, rules, f"{number:016x}", order)]
    result = tally(rules, votes)
    said: dict[str, Any] = {
        "award": named[0],
        "festival": named[1],
        "kind": kind,
        "rules_sha256": "0" * 64,
        "size": 0,
        "root": "",
        "votes": len(votes),
        "ballots": BALLOTS,
        "ballots_by_tier": result.ballots,
        "void_by_reason": {"automated": 3},
        "quarantined": 0,
        "method": method,
        "winners": result.winners,
        "ranked": result.ranked,
        "unranked": result.unranked,
        "rounds": result.rounds,
        "winners_by_method": winners_by_method(rules, votes),
        "stability": stability(rules, votes, rounds=ROUNDS, seed=seed),
    }
    return msgspec.convert({name: plain(value) for name, value in said.items()}, Result)


def _ballot(dice: Random, rules: Rules, name: str, order: Sequence[int]) -> list[Vote]:
    liking = {entry: dice.gauss(0.72 - 0.035 * place, 0.2) for place, entry in enumerate(order)}
    tier = dice.choice(("device", "device", "device", "kiosk"))
    least, most = rules.min_value, rules.max_value
    if rules.kind in _SCALES:
        seen = dice.sample(rules.entries, min(len(rules.entries), dice.randint(2, 6)))
        marks = {entry: round(least + liking[entry] * (most - least)) for entry in seen}
        return [Vote(name, tier, entry, min(most, max(least, mark)), None) for entry, mark in marks.items()]
    best = sorted(liking, key=lambda entry: -liking[entry])
    return [Vote(name, tier, 0, None, tuple(best[: dice.randint(max(least, 1), min(most, len(best)))]))] if best else []
