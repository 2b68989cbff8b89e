"""When a vote at a kiosk was cast, as far as anyone can know, and what follows from that."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.voting import journal_rules as rules
from api.voting.journal_rules import KioskAward, Mark, Pace, Verdict
from api.voting.journal_schemas import RecordBody

CLOSES = datetime(2026, 11, 14, 22, tzinfo=UTC)
OPENS = CLOSES - timedelta(hours=8)
DAY = 86_400
AWARD = KioskAward(
    id=1, kind="stars", min_value=1, max_value=5, opens_at=OPENS, closes_at=CLOSES, grace=timedelta(seconds=60),
    tiers=["kiosk", "badge"], secret=b"s", published=False, entries=[7], ballots=0,
)  # fmt: skip
COUNTED, LATE, EARLY = Verdict("counted"), Verdict("review", "late"), Verdict("review", "early")
CLOCK, CLOSED, NOT_OPEN = (
    Verdict("review", "clock"),
    Verdict("refused", "voting-closed"),
    Verdict("refused", "voting-not-open"),
)


def body(seconds: float = 0, *, uncertainty: float = 0, visitor: UUID | None = None, counter: int = 1) -> RecordBody:
    """A vote at so many seconds after closing."""
    return RecordBody(
        v=1, kiosk=1, counter=counter, prev="A" * 43, id=uuid4(), award=1, entry=7, value=5, visitor=visitor or uuid4(),
        at=CLOSES + timedelta(seconds=seconds), uncertainty_ms=round(uncertainty * 1000),
    )  # fmt: skip


def judged(at: float, uncertainty: float, arrived: float, after: float | None = None) -> Verdict:
    return rules.judge_time(
        body(at, uncertainty=uncertainty),
        AWARD,
        after=None if after is None else CLOSES + timedelta(seconds=after),
        arrived=CLOSES + timedelta(seconds=arrived),
    )


# Times are seconds after closing: of the vote, its uncertainty, its arrival, and the report before it, if any.
@pytest.mark.parametrize(
    ("at", "uncertainty", "arrived", "after", "verdict"),
    [
        (-600, 1, -599, None, COUNTED),
        (-600, 1, DAY, None, COUNTED),
        (-1, 1, 3600, None, COUNTED),
        (-1, 1.1, 3600, None, LATE),
        (-1, 1.1, -0.5, None, COUNTED),  # it was here before closing, whatever the kiosk thinks of the time
        (30, 1, 3600, None, LATE),  # within the grace that phones have as well
        (61, 1, 3600, None, LATE),
        (61.1, 1, 3600, None, CLOSED),
        (500, 900, 3600, None, LATE),  # a clock that ran alone for days: nobody can say
        (-DAY, 1, 3600, None, NOT_OPEN),
        (-8 * 3600 - 1, 5, 3600, None, EARLY),
        (-8 * 3600 - 10, 5, 3600, None, NOT_OPEN),
        # A clock set a day back: a report after closing did not name the vote, so it was cast later.
        (-600 - DAY, 1, 3600, -700, CLOCK),
        (-DAY + 600, 1, 3600, 120, CLOSED),
        # Or a day ahead: it cannot have been cast after it came.
        (DAY - 600, 1, -590, -700, COUNTED),
        (DAY - 600, 1, 3600, -700, CLOCK),
        (DAY - 600, 1, 3600, 120, CLOSED),
        (DAY - 600, 1, 3600, None, CLOCK),
        # A report narrows what the kiosk itself does not know.
        (0, 900, -1, -100, COUNTED),
        (0, 900, 3600, 70, CLOSED),
        (0, 900, 3600, 30, LATE),
        # A clock that knows nothing at all: the marks alone stand.
        (50 * 365 * DAY, 2**43, -1, -100, COUNTED),
        (-2000 * 365 * DAY, 2**43, 3600, 70, CLOSED),
    ],
)
def test_time_decides(at: float, uncertainty: float, arrived: float, after: float | None, verdict: Verdict) -> None:
    assert judged(at, uncertainty, arrived, after) == verdict


MS = 1000
SPREADS = st.integers(0, 2 * DAY * MS).flatmap(lambda most: st.tuples(st.just(most), st.integers(-most, most)))


@given(st.integers(-3 * DAY * MS, 3 * DAY * MS), SPREADS, st.integers(0, 2 * DAY * MS), st.integers(0, 2 * DAY * MS))
def test_a_vote_is_never_counted_or_refused_wrongly_within_what_is_known(
    true: int, spread: tuple[int, int], before: int, until: int
) -> None:
    """`true` is when it was cast; the kiosk is wrong by no more than it says, and the server's marks hold."""
    uncertainty, wrong = spread

    verdict = judged((true + wrong) / MS, uncertainty / MS, (true + until) / MS, (true - before) / MS)

    in_time = OPENS <= CLOSES + timedelta(milliseconds=true) <= CLOSES
    if verdict.outcome == "counted":
        assert in_time
    if verdict.outcome == "refused":
        assert not in_time


@given(
    st.integers(-7 * 3600, 3 * DAY), st.sampled_from([-DAY, DAY]), st.integers(0, DAY - 60), st.integers(1, DAY - 60)
)
def test_a_clock_that_is_a_day_wrong_is_found_out_between_a_report_and_the_arrival(
    true: int, wrong: int, before: int, until: int
) -> None:
    verdict = judged(true + wrong, 1, true + until, true - before)

    if verdict.outcome == "counted":
        assert true <= 0
    if verdict.outcome == "refused":
        assert true > 0


def test_marks_say_what_a_report_did_not_name_yet() -> None:
    marks = [Mark(10, OPENS), Mark(14, CLOSES), Mark(2**31, CLOSES + timedelta(hours=1))]

    found = [rules.made_after(marks, counter) for counter in (1, 10, 11, 14, 15)]

    assert found == [OPENS, OPENS, CLOSES, CLOSES, CLOSES + timedelta(hours=1)]
    assert rules.made_after([], 3) is None


@pytest.mark.parametrize(("heads", "most"), [(0, 3), (1, 5), (10, 18), (100, 121), (1000, 1063), (None, None)])
def test_cap_is_the_upper_end_of_a_score_interval(heads: int | None, most: int | None) -> None:
    assert rules.cap(heads) == most


def paced(*visits: tuple[UUID, float, float]) -> list[bool]:
    pace = Pace(None, None, 0)
    return [pace.is_too_fast(body(at, uncertainty=spread, visitor=visitor)) for visitor, at, spread in visits]


def test_who_comes_sooner_than_five_seconds_after_another_is_too_fast() -> None:
    a, b, c, d = (uuid4() for _ in range(4))

    assert paced((a, 0, 0), (a, 1, 0), (b, 5, 0), (c, 9.9, 0), (c, 30, 0), (d, 40, 0)) == [
        False, False, False, True, True, False,
    ]  # fmt: skip


def test_uncertain_and_corrected_clocks_are_held_against_nobody() -> None:
    a, b, c = (uuid4() for _ in range(3))

    assert paced((a, 0, 2), (b, 2, 1.5), (c, -300, 0)) == [False, False, False]


def test_pace_goes_on_from_the_last_visitor_of_the_request_before() -> None:
    pace = Pace(uuid4(), CLOSES, 0)

    assert pace.is_too_fast(body(2))
