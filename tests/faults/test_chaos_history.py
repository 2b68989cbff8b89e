"""The judge of the chaos test: silent about what is exact, and not about anything else."""

from collections.abc import Callable
from uuid import uuid4

import msgspec
import pytest

from tests.faults.chaos_history import OK, UNKNOWN, Attempt, Content, History, Row, Tap, count, finals, judge

KEY = (1, 2, 3)
Harm = Callable[[History, list[Row]], object]


def a_tap(value: int, started: float, acked: float | None) -> Tap:
    attempts = [Attempt(started, started + 1, UNKNOWN)]
    if acked is not None:
        attempts.append(Attempt(started + 1, acked, OK))
    receipt = None if acked is None else f"receipt {value}"
    return Tap(
        id=uuid4(), key=KEY, content=(value, None), started=started, acked=acked, receipt=receipt,
        left=acked is None, attempts=attempts,
    )  # fmt: skip


def lived() -> tuple[History, list[Row]]:
    """Three votes of one ballot one after the other, then one that nobody heard of, which was stored."""
    history = History()
    history.taps = [a_tap(1, 10, 12), a_tap(2, 20, 22), a_tap(3, 30, 32), a_tap(4, 40, None)]
    ledger = [
        Row(id=tap.id, key=KEY, revision=number, content=tap.content, receipt=f"receipt {number}")
        for number, tap in enumerate(history.taps, 1)
    ]
    return history, ledger


def with_row(ledger: list[Row], number: int, **changes: object) -> None:
    ledger[number] = msgspec.structs.replace(ledger[number], **changes)


def swap(ledger: list[Row]) -> None:
    with_row(ledger, 0, revision=2)
    with_row(ledger, 1, revision=1)


HARMS: dict[str, tuple[Harm, set[str]]] = {
    "nothing": (lambda history, ledger: None, set()),
    "the unknown one is not there": (lambda history, ledger: ledger.pop(), set()),
    "the last one is gone": (lambda history, ledger: ledger.pop(2), {"lost", "gap"}),
    "one is there twice": (
        lambda history, ledger: ledger.append(msgspec.structs.replace(ledger[0], revision=5)), {"double", "overtaken"},
    ),
    "another value": (lambda history, ledger: with_row(ledger, 1, content=(5, None)), {"wrong"}),
    "another receipt": (lambda history, ledger: with_row(ledger, 1, receipt="of somebody else"), {"wrong"}),
    "another ballot": (lambda history, ledger: with_row(ledger, 3, key=(1, 9, 3), revision=1), {"wrong"}),
    "one nobody cast": (lambda history, ledger: with_row(ledger, 3, id=uuid4()), {"stranger"}),
    "a revision is missing": (lambda history, ledger: with_row(ledger, 3, revision=5), {"gap"}),
    "a revision is there twice": (lambda history, ledger: with_row(ledger, 3, revision=3), {"gap"}),
    "an earlier vote counts": (lambda history, ledger: swap(ledger), {"overtaken"}),
    "a voter waits for ever": (lambda history, ledger: setattr(history.taps[3], "left", False), {"stuck"}),
    "two receipts": (lambda history, ledger: history.odd.append("two receipts"), {"odd"}),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_judge_names_each_kind_of_violation(harm: str) -> None:
    (history, ledger), (do, expected) = lived(), HARMS[harm]

    do(history, ledger)

    assert set(judge(history, ledger)) == expected


def test_last_answer_is_known_where_nothing_can_have_come_after() -> None:
    history, ledger = lived()
    assert finals(history, ledger) == ({KEY: (4, None)}, 1)

    history.taps.pop()
    assert finals(history, ledger[:2]) == ({KEY: (3, None)}, 0)


def test_count_takes_values_choices_and_first_places() -> None:
    kinds = {1: "stars", 2: "approval", 3: "ranking"}
    last: dict[tuple[int, int, int], Content] = {
        (1, 1, 7): (4, None), (1, 2, 7): (2, None), (2, 1, 0): (None, (7, 8)), (2, 2, 0): (None, ()),
        (3, 1, 0): (None, (8, 7)),
    }  # fmt: skip

    assert count(kinds, last) == {1: {7: (2, 6)}, 2: {7: (1, 1), 8: (1, 1)}, 3: {8: (1, 1)}}
