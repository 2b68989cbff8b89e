"""Leaves of the public log, each one line of canonical JSON. Standard library only, a part of the verifier.

The first leaf holds the rules; a leaf for each line of the ledger follows; at publication the last ones tell how many
people saw what, where somebody counted, what became of each batch of paper, and which ballots stay under review and do
not count.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any


def canonical(value: Any) -> str:
    """JSON in one spelling: keys sorted, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def rules_leaf(award: str, rules: str) -> str:
    """The first leaf, around the text of the rules as it was published."""
    return f'{{"award":{canonical(award)},"rules":{rules},"type":"rules"}}'


def attendance_leaf(counts: Mapping[int, int]) -> str:
    return canonical({"counts": {str(entry): count for entry, count in counts.items()}, "type": "attendance"})


def paper_leaf(batches: Iterable[Mapping[str, Any]]) -> str:
    """Of each batch its number, its sheets, how they were read twice, and how many ballots they came to."""
    return canonical({"batches": [dict(batch) for batch in batches], "type": "paper"})


def quarantine_leaf(ballots: Iterable[str]) -> str:
    return canonical({"ballots": sorted(ballots), "type": "quarantine"})
