"""The published result out of the leaves of the log. Standard library only, a part of the verifier.

The festival and whoever checks it run the same lines: a published result is right exactly when it is what these give.
"""

import base64
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from api.voting.tally import Event, Rules, Vote, effective, stability, tally, winners_by_method

#: Resamples of the bootstrap: as many as this many draws allow, within the two limits.
DRAWS, FEWEST_ROUNDS, MOST_ROUNDS = 5_000_000, 100, 1_000
_DIGITS = 9


def event_of(leaf: Mapping[str, Any]) -> Event:
    choices = leaf.get("choices")
    return Event(
        leaf["ballot"],
        leaf["tier"],
        leaf["question"],
        leaf["revision"],
        leaf["kind"],
        leaf.get("value"),
        None if choices is None else tuple(choices),
    )


class Content:
    """What the leaves of a log say, read one by one. What publication adds comes last."""

    def __init__(self, leaves: Iterable[Mapping[str, Any]] = ()) -> None:
        self.size = 0
        self.events: list[Event] = []
        #: Entry to people who saw it in the hall.
        self.attendance: dict[int, int] = {}
        #: Ballots that stay under review and do not count.
        self.quarantined: frozenset[str] = frozenset()
        #: Ballots with a vote that was declared void, and why.
        self.voids: dict[str, str] = {}
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: Mapping[str, Any]) -> None:
        self.size += 1
        match leaf["type"]:
            case "vote":
                self.events.append(event_of(leaf))
                if leaf["kind"] == "void":
                    self.voids[leaf["ballot"]] = str(leaf["reason"])
            case "attendance":
                self.attendance = {int(entry): count for entry, count in leaf["counts"].items()}
            case "quarantine":
                self.quarantined = frozenset(leaf["ballots"])

    def votes(self) -> list[Vote]:
        """The votes that count."""
        return effective(self.events, self.quarantined)


def faults_of(events: Iterable[Event], tiers: Collection[str]) -> Iterator[str]:
    """What no honest ledger holds: a ballot of two tiers or of one that was not announced, and missing revisions."""
    revisions: dict[tuple[str, int], list[int]] = {}
    known: dict[str, str] = {}
    for event in events:
        revisions.setdefault((event.ballot, event.question), []).append(event.revision)
        if known.setdefault(event.ballot, event.tier) != event.tier or event.tier not in tiers:
            yield f"Ballot {event.ballot} is of a tier it cannot be of."
    for (ballot, question), numbers in revisions.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"Ballot {ballot} has gaps among its votes on question {question}: some were left out or added."


def counting_rules(rules: Mapping[str, Any], attendance: Mapping[int, int]) -> Rules:
    return Rules(
        rules["kind"],
        rules["method"],
        tuple(entry["id"] for entry in rules["entries"]),
        rules["weights"],
        rules["minimum"],
        attendance,
        rules["min"],
        rules["max"],
    )


def count_result(rules: Mapping[str, Any], rules_hash: bytes, content: Content, root: bytes) -> dict[str, Any]:
    """All that is published of an award. `root`: the head of the whole log; nobody can choose it, so it is the seed."""
    votes, counting = content.votes(), counting_rules(rules, content.attendance)
    ballots = len({vote.ballot for vote in votes})
    result = tally(counting, votes)
    rounds = max(FEWEST_ROUNDS, min(MOST_ROUNDS, DRAWS // max(1, ballots)))
    again = stability(counting, votes, rounds=rounds, seed=int.from_bytes(root[:6], "big"))
    counted = {
        "award": rules["award"],
        "festival": rules["festival"],
        "kind": rules["kind"],
        "rules_sha256": rules_hash.hex(),
        "size": content.size,
        "root": base64.b64encode(root).decode(),
        "votes": len(votes),
        "ballots": ballots,
        "ballots_by_tier": result.ballots,
        "void_by_reason": dict(sorted(Counter(content.voids.values()).items())),
        "quarantined": len(content.quarantined),
        "method": result.method,
        "winners": result.winners,
        "ranked": result.ranked,
        "unranked": result.unranked,
        "rounds": result.rounds,
        "winners_by_method": winners_by_method(counting, votes),
        "stability": again,
    }
    return {name: plain(value) for name, value in counted.items()}


def plain(value: Any) -> Any:
    """As JSON knows it, numbers to nine decimals: the last bits of a float may differ between machines."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Collection) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
