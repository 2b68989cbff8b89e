"""Rules and votes for the tests of counting, in as few words as a golden example needs."""

from typing import Any

from api.voting.tally import Rules, Vote


def rankings(*groups: tuple[int, str]) -> list[Vote]:
    """(how many ballots, the entries in order, a digit each)."""
    return [
        Vote(f"{group}.{number}", "device", 0, None, tuple(map(int, order)))
        for group, (ballots, order) in enumerate(groups)
        for number in range(ballots)
    ]


def given_values(values: dict[int, dict[int, int]]) -> list[Vote]:
    """Entry: value: how many ballots; every vote is a ballot of its own."""
    return [
        Vote(f"{entry}.{value}.{number}", "device", entry, value, None)
        for entry, row in values.items()
        for value, ballots in row.items()
        for number in range(ballots)
    ]


def rules(kind: str, method: str, entries: tuple[int, ...], **changed: Any) -> Rules:
    least, most = {"stars": (1, 5), "grades": (1, 6), "yesno": (0, 1), "favourite": (1, 1)}.get(kind, (1, len(entries)))
    return Rules(kind, method, entries, {}, {"rule": "none"}, {}, least, most)._replace(**changed)
