"""Decisions of the vote path, without a server."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import errors
from api.live import BatchChange, Change, OwnVote
from api.voting import rules
from api.voting.schemas import Award, VoteReceipt

KEY = b"a key of the tests"
NOW = datetime(2026, 11, 14, 20, tzinfo=UTC)


def a_cast(*, ballot: int = 1, entry: int = 1, value: int = 4) -> rules.Cast:
    return rules.Cast(
        id=uuid4(), award=1, ballot=ballot, question=entry, value=value, choices=None, channel=1,
        receipt=rules.new_receipt(),
    )  # fmt: skip


def a_line(*, ballot: int, entry: int, value: int, previous: int | None = None, first: bool = False) -> rules.Stored:
    return rules.Stored(
        cast=a_cast(ballot=ballot, entry=entry, value=value),
        revision=1 if previous is None else 2,
        kind="stars",
        receipts=True,
        cast_at=NOW,
        previous=previous,
        previous_choices=None,
        first=first,
        counts=True,
    )


def known(cast: rules.Cast, **changed: object) -> rules.Known:
    values: dict[str, object] = {
        "id": cast.id,
        "kind": "stars",
        "state": "open",
        "closes_at": NOW,
        "barred": False,
        "watched": True,
        "entries_known": True,
        "min_value": 1,
        "max_value": 5,
        "award": None,
        "ballot": None,
        "question": None,
        "value": None,
        "choices": None,
        "receipt": None,
        "cast_at": None,
    }
    return msgspec.convert(values | changed, rules.Known)


def test_ballot_token_opens_its_own_award_only() -> None:
    token = rules.sign_ballot(KEY, rules.Ballot(7, 12, "device"))

    assert rules.read_ballot(KEY, token, 7) == rules.Ballot(7, 12, "device")
    with pytest.raises(errors.BallotInvalid):
        rules.read_ballot(KEY, token, 8)


@given(st.text())
def test_ballot_token_made_up_is_refused(token: str) -> None:
    with pytest.raises(errors.BallotInvalid):
        rules.read_ballot(KEY, token, 7)


@given(st.integers(0, 200), st.integers(0, 255))
def test_ballot_token_with_one_byte_changed_is_refused(position: int, byte: int) -> None:
    token = bytearray(rules.sign_ballot(KEY, rules.Ballot(7, 12, "device")).encode())
    place = position % len(token)
    if token[place] == byte:
        return
    token[place] = byte

    with pytest.raises(errors.BallotInvalid):
        rules.read_ballot(KEY, token.decode("latin-1"), 7)


def test_ballot_token_of_another_key_is_refused() -> None:
    with pytest.raises(errors.BallotInvalid):
        rules.read_ballot(KEY, rules.sign_ballot(b"another key", rules.Ballot(7, 12, "device")), 7)


def test_voter_key_differs_by_award_so_that_awards_cannot_be_joined() -> None:
    assert rules.voter_key(KEY, 1, "device") != rules.voter_key(KEY, 2, "device")


def test_receipt_has_no_signs_that_are_mistaken_for_others() -> None:
    signs = set("".join(rules.new_receipt() for _ in range(500)))

    assert signs & set("01OILU") == set()
    assert all(len(rules.new_receipt()) == 12 for _ in range(10))


def test_batch_never_holds_two_votes_of_one_ballot_for_one_entry() -> None:
    waiting = [
        a_cast(ballot=1, entry=1),
        a_cast(ballot=1, entry=2),
        a_cast(ballot=1, entry=1),
        a_cast(ballot=2, entry=1),
    ]

    assert rules.take_batch(waiting, 512) == ([0, 1, 3], [2])


def test_batch_takes_a_repeated_tap_once() -> None:
    cast = a_cast()

    assert rules.take_batch([cast, cast], 512) == ([0], [1])


def test_batch_is_bounded() -> None:
    waiting = [a_cast(ballot=number) for number in range(5)]

    assert rules.take_batch(waiting, 3) == ([0, 1, 2], [3, 4])


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=30), st.integers(1, 10))
def test_batches_keep_the_order_of_each_ballot_and_entry(taps: list[tuple[int, int]], limit: int) -> None:
    waiting = [a_cast(ballot=ballot, entry=entry, value=number) for number, (ballot, entry) in enumerate(taps)]
    stored: list[rules.Cast] = []
    left = waiting
    while left:
        taken, rest = rules.take_batch(left, limit)
        assert 0 < len(taken) <= limit
        stored += [left[place] for place in taken]
        left = [left[place] for place in rest]

    for pair in set(taps):
        values = [cast.value for cast in stored if (cast.ballot, cast.question) == pair]
        assert values == sorted(value for value in values if value is not None)


def test_change_of_a_vote_moves_the_sum_and_not_the_count() -> None:
    rows = [a_line(ballot=1, entry=3, value=5, previous=2), a_line(ballot=2, entry=3, value=4, first=True)]
    batch = uuid4()

    own = tuple(OwnVote(row.cast.ballot, 3, row.revision, "{}") for row in rows)
    assert rules.changes_of(batch, [(row, b"{}") for row in rows]) == [
        BatchChange(batch=batch, award=1, rows=2, ballots=1, changes=(Change(entry=3, votes=1, sum=7),), own=own)
    ]


def test_two_first_lines_of_one_ballot_are_one_ballot() -> None:
    rows = [a_line(ballot=1, entry=1, value=5, first=True), a_line(ballot=1, entry=2, value=5, first=True)]

    assert rules.changes_of(uuid4(), [(row, b"{}") for row in rows])[0].ballots == 1


@dataclass(frozen=True)
class Refusal:
    changed: dict[str, object]
    error: type[errors.FestivalError]


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal({"entries_known": False}, errors.EntryNotFound),
        Refusal({"kind": "ranking"}, errors.Unprocessable),
        Refusal({"barred": True}, errors.BallotBarred),
        Refusal({"watched": False}, errors.NotWatched),
        Refusal({"state": "scheduled"}, errors.VotingNotOpen),
        Refusal({"state": "closed"}, errors.VotingClosed),
        Refusal({"max_value": 3}, errors.ValueOutOfRange),
        Refusal({"min_value": 5}, errors.ValueOutOfRange),
        Refusal({}, errors.Unavailable),
    ],
)
def test_vote_that_was_not_stored_is_told_why(refusal: Refusal) -> None:
    cast = a_cast(value=4)

    assert type(rules.settle(cast, known(cast, **refusal.changed))) is refusal.error


def test_repeated_vote_gets_its_first_receipt_also_after_closing() -> None:
    cast = a_cast()
    line = known(cast, state="closed", award=1, ballot=1, question=1, value=4, receipt="B" * 12, cast_at=NOW)

    assert rules.settle(cast, line) == VoteReceipt(
        id=cast.id, entry=1, value=4, choices=None, receipt="B" * 12, cast_at=NOW
    )


@pytest.mark.parametrize("changed", [{"ballot": 2}, {"question": 2}, {"value": 1}, {"award": 2}])
def test_same_id_with_other_content_is_a_conflict(changed: dict[str, object]) -> None:
    cast = a_cast()
    line = {"award": 1, "ballot": 1, "question": 1, "value": 4, "receipt": "B" * 12, "cast_at": NOW} | changed

    assert isinstance(rules.settle(cast, known(cast, **line)), errors.VoteConflict)


@pytest.mark.parametrize(("minutes", "state"), [(-61, "scheduled"), (-60, "open"), (59, "open"), (60, "closed")])
def test_state_follows_the_window(minutes: int, state: str) -> None:
    hour = timedelta(hours=1)
    award = Award(
        id=1,
        slug="a",
        name={"en": "A"},
        kind="stars",
        min_value=1,
        max_value=5,
        opens_at=NOW - hour,
        closes_at=NOW + hour,
        grace=timedelta(seconds=60),
        board="open",
    )

    assert rules.state_of(award, NOW + timedelta(minutes=minutes)) == state
