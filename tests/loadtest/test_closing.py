"""A small evening on a real server: everybody votes, and the ledger says what the phones were told. Counts, no times."""

from pathlib import Path

import pytest

from api.access.operators import issue_code
from api.db import Pool
from loadtest.bench import overload
from loadtest.bench.closing import (
    Hall,
    Told,
    acked_bins,
    check_seats,
    hold,
    judge,
    read_ledger,
    waits,
)
from loadtest.bench.flood import Answer
from loadtest.bench.overload import Round
from loadtest.client import Person
from loadtest.crowd import Evening
from loadtest.history import Attempt, History, Reckoning, reckon
from tests import builders
from tests.conftest import TestServer

EVENING = Evening(people=40, votes=3, doors=2, film=1, closing=4, plateau=2)


@pytest.mark.timeout(240)
async def test_everybody_votes_and_every_confirmed_vote_is_there_once(
    server: TestServer, pool: Pool, tmp_path: Path
) -> None:
    async with pool.acquire() as db:
        award = await builders.an_award(db, board="open")
        for _ in range(3):
            await builders.an_entry(db, award, await builders.a_series(db))
    organiser = Person(server.url)
    await organiser.sign_in(await issue_code(server.database_url, "organiser@bench.example", organiser="Organiser"))
    hall = Hall(
        url=server.url,
        votes_at=server.url,
        award=award,
        organiser=organiser,
        database_url=server.database_url,
        pids=(server.process.pid,),
    )

    evening = await hold(hall, EVENING, tmp_path)

    ledger = await read_ledger(server.database_url)
    found = evening.reckoning
    assert evening.history.seated == 40
    assert (found.acked, found.stored, found.errors) == (114, 114, 0)
    assert evening.disagreements == 0
    assert reckon(evening.history.attempts, ledger[1:]).lost == 1
    await organiser.close()


def told(attempts: list[Attempt], *, seated: int = 40, late: int = 0, lost: int = 0) -> Told:
    return Told(
        evening=EVENING,
        history=History(begins=100.0, seated=seated, late=late, attempts=attempts),
        reckoning=Reckoning(acked=0, stored=0, lost=lost, double=0, wrong=0, strange=0),
        disagreements=0,
        servers=0,
        crowd=0,
    )


def attempts(wait: float, status: int = 200, *, rate: int = 1_000) -> list[Attempt]:
    """So many a second from the credits, which begin at 103, to the end of the closing."""
    dues = [103 + number / rate for number in range(4 * rate)]
    return [Attempt(str(due), 0, 1, 3, due, due, due + wait, status) for due in dues]


def test_waiting_is_counted_from_the_moment_a_vote_was_due() -> None:
    late = Attempt("a", 0, 1, 3, 104.0, 104.25, 104.5, 200)

    assert waits([late], 103.0) == [(1.0, 500.0)]


def test_only_what_was_confirmed_on_the_plateau_counts() -> None:
    assert acked_bins(told(attempts(0.0))) == [1_000, 1_000]
    assert acked_bins(told(attempts(0.0, 503))) == [0, 0]


@pytest.mark.parametrize(
    ("evening", "met"),
    [
        (told(attempts(0.1)), [True, True, True]),
        (told(attempts(0.1, rate=900)), [False, True, True]),
        (told(attempts(0.6)), [True, False, True]),
        (told(attempts(0.1), lost=1), [True, True, False]),
    ],
    ids=["good", "too few", "too slow", "one lost"],
)
def test_each_goal_of_the_closing_can_be_missed(evening: Told, met: list[bool]) -> None:
    assert [verdict.met for verdict in judge(evening)] == met


@pytest.mark.parametrize(("seated", "late"), [(39, 0), (40, 1)])
def test_an_evening_that_was_not_as_planned_is_not_judged(seated: int, late: int) -> None:
    with pytest.raises(SystemExit):
        check_seats(told([], seated=seated, late=late))


def a_round(confirmed: float, refusals: list[float]) -> Round:
    return Round(capacity=1_000, offered=5_000, confirmed=confirmed, refused=4_000, refusals=refusals, late=[0.0])


@pytest.mark.parametrize(
    ("rounds", "met"),
    [
        ([a_round(900, [10.0, 99.0]), a_round(850, [20.0])], [True, True]),
        ([a_round(990, [10.0]), a_round(790, [20.0])], [False, True]),
        ([a_round(900, [10.0, 101.0]), a_round(900, [20.0])], [True, False]),
        ([a_round(900, [])], [True, False]),
    ],
    ids=["good", "one weak round", "one slow refusal", "nobody was refused"],
)
def test_each_goal_of_the_overload_can_be_missed(rounds: list[Round], met: list[bool]) -> None:
    assert [verdict.met for verdict in overload.judge(rounds)] == met


def test_only_answers_after_the_warm_up_are_counted() -> None:
    answers = [Answer(0, 0, at, 200, later=False) for at in (2.9, 3.0, 4.9, 5.0)]

    assert [each.answered for each in overload.within(answers, 2)] == [3.0, 4.9]


@pytest.mark.parametrize(
    ("statuses", "stored"),
    [([200, 200], 1), ([200, 200], 3), ([200, 500], 1), ([200, 503], 1)],
    ids=["a vote lost", "a vote too many", "an error", "a refusal that says nothing"],
)
def test_an_overload_with_other_answers_or_another_ledger_is_not_judged(statuses: list[int], stored: int) -> None:
    answers = [Answer(0, 0, 1, status, later=False) for status in statuses]

    with pytest.raises(SystemExit):
        overload.check(answers, [], stored)


def test_deliberate_refusals_and_a_full_ledger_are_as_it_should_be() -> None:
    answers = [Answer(0, 0, 1, 200, later=False), Answer(0, 0, 1, 503, later=True)]

    overload.check(answers, answers, 2)
