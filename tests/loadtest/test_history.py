"""What the crowd was told, compared with the ledger."""

from pathlib import Path

from loadtest.history import Attempt, History, Line, load, reckon, save


def attempt(vote: str, status: int, *, entry: int = 1, value: int = 3) -> Attempt:
    return Attempt(vote, 0, entry, value, 1.0, 1.1, 1.2, status)


SENT = [attempt("a", 200), attempt("b", 0, entry=2), attempt("b", 200, entry=2), attempt("c", 503, entry=3)]
RIGHT = [Line("a", 7, 1, 3), Line("b", 7, 2, 3)]


def test_a_ledger_that_has_what_was_confirmed_is_right() -> None:
    found = reckon(SENT, RIGHT)

    assert (found.acked, found.stored, found.errors) == (2, 2, 0)


def test_a_vote_nobody_heard_of_may_be_there() -> None:
    assert reckon(SENT, [*RIGHT, Line("c", 7, 3, 3)]).errors == 0


def test_a_confirmed_vote_that_is_not_there_is_lost() -> None:
    found = reckon(SENT, RIGHT[:1])

    assert (found.lost, found.errors) == (1, 1)


def test_two_lines_of_one_ballot_for_one_entry_are_one_too_many() -> None:
    sent = [*SENT, attempt("again", 200)]

    found = reckon(sent, [*RIGHT, Line("again", 7, 1, 3)])

    assert (found.double, found.errors) == (1, 1)


def test_another_value_is_wrong_and_an_unknown_vote_strange() -> None:
    found = reckon(SENT, [Line("a", 7, 1, 4), Line("b", 7, 2, 3), Line("z", 8, 1, 3)])

    assert (found.wrong, found.strange, found.errors) == (1, 1, 2)


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    history = History(begins=5.0, seated=2, late=0, attempts=SENT)

    save(history, tmp_path / "history")

    assert load(tmp_path / "history") == history
