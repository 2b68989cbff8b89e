"""Votes of which nobody can say when they were cast, or which came too fast, wait for people and are not lost."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.db import Connection
from api.voting import fraud
from tests import ballots, builders
from tests.house import House
from tests.kiosk.screens import a_screen, ago, an_award, ledger, outcomes, paced

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def test_votes_cast_in_time_count_however_late_they_come(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=1200)

    told = await screen.send(screen.record(award, entry, at=ago(seconds=1300)))

    assert outcomes(told) == [("counted", None)]


async def test_doubtful_votes_wait_for_people(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=1200)
    late = screen.record(award, entry, at=ago(seconds=1205), uncertainty_ms=20_000)

    told = await screen.send(late)
    [flag] = (await organiser.get(f"/api/desk/awards/{award}/flags")).json()["flags"]
    before = (await organiser.get(f"/api/awards/{award}/recount")).json()
    await organiser.post(f"/api/desk/awards/{award}/flags/{flag['id']}/dismiss")
    after = (await organiser.get(f"/api/awards/{award}/recount")).json()

    assert outcomes(told) == [("review", "late")]
    assert (flag["what"], flag["subject"], flag["under_review"]) == ("kiosk", f"kiosk:{screen.id} late", 1)
    assert (flag["numbers"]["votes"], flag["numbers"]["uncertainty"]) == (1, 20)
    assert ([each["votes"] for each in before["entries"]], [each["votes"] for each in after["entries"]]) == ([], [1])


async def test_flag_that_was_settled_opens_again_for_new_votes(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=1200)
    doubtful: dict[str, Any] = {"at": ago(seconds=1205), "uncertainty_ms": 20_000}
    first, second = [screen.record(award, entry, **doubtful) for _ in range(2)]
    await screen.send(first)
    [flag] = (await organiser.get(f"/api/desk/awards/{award}/flags")).json()["flags"]
    await organiser.post(f"/api/desk/awards/{award}/flags/{flag['id']}/dismiss")

    await screen.send(second)

    [again] = (await organiser.get(f"/api/desk/awards/{award}/flags")).json()["flags"]
    assert (again["settled_at"], again["ballots"], again["under_review"]) == (None, 2, 1)


async def test_badge_that_voted_in_time_keeps_that_vote(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=1200)
    badge = await ballots.a_badge(rows)
    in_time = screen.record(award, entry, 2, badge=badge, at=ago(seconds=1300))
    late = screen.record(award, entry, 5, badge=badge, at=ago(seconds=1195), uncertainty_ms=1000)

    told = await screen.send(in_time, late)

    assert outcomes(told) == [("counted", None), ("superseded", "late")]
    assert [(row["value"], row["quarantined_at"]) for row in await ledger(rows, award)] == [(2, None)]


async def test_clock_that_lies_is_found_out_by_the_report_before(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=300)
    await screen.beat()
    await rows.execute(
        "UPDATE kiosk_journal SET reported_at = now() - interval '10 minutes' WHERE kiosk_id = $1", screen.id
    )

    told = await screen.send(screen.record(award, entry, at=ago(hours=5), uncertainty_ms=100))

    shown = (await organiser.get(f"/api/desk/kiosks/{screen.id}/journal")).json()
    assert outcomes(told) == [("review", "clock")]
    assert [(each["what"], each["counter"]) for each in shown["findings"]] == [("clock", 1)]


async def test_vote_that_no_report_knew_after_closing_is_refused(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=3600)
    await screen.beat()

    told = await screen.send(screen.record(award, entry, at=ago(hours=2)))

    assert outcomes(told) == [("refused", "voting-closed")]


async def test_children_who_tap_fast_wait_for_people(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    fast = [screen.record(award, entry, at=ago(seconds=60 - number), uncertainty_ms=0) for number in range(5)]

    told = await screen.send(*fast)

    assert outcomes(told) == [("counted", None)] + [("review", "too-fast")] * 4
    assert len([row for row in await ledger(rows, award) if row["quarantined_at"]]) == 4


async def test_pace_is_kept_over_requests(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    await screen.send(screen.record(award, entry, at=ago(seconds=60), uncertainty_ms=0))

    told = await screen.send(screen.record(award, entry, at=ago(seconds=58), uncertainty_ms=0))

    assert outcomes(told) == [("review", "too-fast")]


async def test_more_ballots_than_people_came_by_wait(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    await rows.execute("UPDATE kiosk SET head_count = 0 WHERE id = $1", screen.id)

    first = await screen.send(*paced(screen, award, entry, 5))

    assert [outcome for outcome, _ in outcomes(first)] == ["counted"] * 3 + ["review"] * 2
    assert outcomes(first)[-1] == ("review", "too-many")


async def test_restored_disk_is_told_where_to_go_on(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    before, prev = screen.counter, screen.prev
    await screen.send(*paced(screen, award, entry, 2))
    screen.counter, screen.prev = before, prev
    again = screen.record(award, entry, 3, at=ago(seconds=30))

    told = await screen.send(again)
    screen.counter, screen.prev = told["head"]["counter"], told["head"]["hash"]
    anew = await screen.send(screen.record(award, entry, 3, at=ago(seconds=30), id=told["votes"][0]["id"]))

    shown = (await organiser.get(f"/api/desk/kiosks/{screen.id}/journal")).json()
    assert outcomes(told) == [("conflict", None)]
    assert (outcomes(anew), anew["received"], anew["of"]) == ([("counted", None)], 3, 3)
    assert [each["what"] for each in shown["findings"]] == ["fork"]


async def test_vote_that_a_copied_disk_has_to_move_waits_for_people(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    """Its new place was not there when the screen was last heard, long after the vote was cast."""
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=1200)
    before, prev = screen.counter, screen.prev
    await screen.send(screen.record(award, entry, at=ago(seconds=1400)))
    screen.counter, screen.prev = before, prev
    cast: dict[str, Any] = {"at": ago(seconds=1300), "id": str(uuid4()), "visitor": str(uuid4())}
    told = await screen.send(screen.record(award, entry, 3, **cast))
    screen.counter, screen.prev = told["head"]["counter"], told["head"]["hash"]
    await screen.beat(votes_waiting=1)

    anew = await screen.send(screen.record(award, entry, 3, **cast))

    assert (outcomes(told), outcomes(anew)) == ([("conflict", None)], [("review", "clock")])
    assert len(await ledger(rows, award)) == 2


@pytest.mark.parametrize(
    "told",
    [{"at": "2099-12-31T23:59:59Z", "uncertainty_ms": 2**42}, {"at": "0001-01-02T00:00:00Z", "uncertainty_ms": 2**53}],
)
async def test_clock_that_knows_nothing_holds_up_no_vote(
    house: House, organiser: httpx.AsyncClient, rows: Connection, told: dict[str, Any]
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)

    answer = await screen.send(screen.record(award, entry, **told), screen.record(award, entry))

    assert [outcome for outcome, _ in outcomes(answer)] == ["review", "counted"]


async def test_badges_that_a_screen_hands_over_at_once_are_no_rush(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    badges = [await ballots.a_badge(rows) for _ in range(25)]
    await screen.send(*[screen.record(award, entry, badge=badge, at=ago(minutes=30)) for badge in badges])

    await fraud.check_award(house.pool, award, now=datetime.now(UTC) + timedelta(minutes=2))

    assert len(await ledger(rows, award)) == 25
    assert await rows.fetch("SELECT FROM entry_minute WHERE award_id = $1", award) == []
    assert await rows.fetch(fraud.Q["fast_entries"], award, [entry], [100.0]) == []


async def test_votes_that_come_after_the_last_look_for_fraud_are_looked_at(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=1200)
    finished = ago(minutes=15)
    await rows.execute(
        "INSERT INTO award_watch (award_id, check_at, finished_at) VALUES ($1, $2, $2)"
        " ON CONFLICT (award_id) DO UPDATE SET check_at = $2, finished_at = $2",
        award, finished,
    )  # fmt: skip

    await screen.send(screen.record(award, entry, at=ago(seconds=1300)))

    assert await rows.fetchval("SELECT finished_at FROM award_watch WHERE award_id = $1", award) != finished
