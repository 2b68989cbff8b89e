"""Votes from a screen's journal reach the ledger once each."""

import asyncio
import random
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.db import Connection
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import Screen, a_screen, ago, an_award, ledger, outcomes, paced, sign

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def test_votes_are_counted_in_their_own_stratum(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)

    told = await screen.send(*paced(screen, award, entry, 3))

    found = await ledger(rows, award)
    assert (told["received"], told["of"], told["gaps"], told["head"]["counter"]) == (3, 3, [], 3)
    assert told["head"]["hash"] == screen.prev
    assert {(row["tier"], row["channel"], row["revision"]) for row in found} == {("kiosk", 2, 1)}
    assert {vote["receipt"] for vote in told["votes"]} == {row["receipt"] for row in found}


async def test_sent_again_in_any_pieces_each_is_there_once(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    records, dice = paced(screen, award, entry, 60), random.Random(7)
    first: dict[int, Any] = {}

    for _ in range(40):
        some = dice.sample(records, dice.randint(1, 20))
        told = await screen.send(*some)
        for vote in told["votes"]:
            assert first.setdefault(vote["counter"], vote) == vote
    told = await screen.send(*records)

    assert (told["received"], told["of"], told["gaps"]) == (60, 60, [])
    assert [first[vote["counter"]] for vote in told["votes"] if vote["counter"] in first] == [
        vote for vote in told["votes"] if vote["counter"] in first
    ]
    assert len(await ledger(rows, award)) == 60


async def test_two_requests_at_once_take_turns(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    records = paced(screen, award, entry, 20)

    answers = await asyncio.gather(*(screen.post(records) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(await ledger(rows, award)) == 20


async def test_missing_records_are_named_until_they_come(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    records = paced(screen, award, entry, 10)

    early = await screen.send(*records[:2], *records[4:7])
    shown = (await organiser.get(f"/api/desk/kiosks/{screen.id}/journal")).json()
    whole = await screen.send(*records[2:4], *records[7:])

    assert (early["received"], early["of"], early["gaps"]) == (5, 10, [[3, 4], [8, 10]])
    assert (shown["gaps"], shown["findings"]) == ([[3, 4], [8, 10]], [])
    assert (whole["received"], whole["of"], whole["gaps"]) == (10, 10, [])


async def test_badge_is_one_ballot_on_screen_and_phone(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    badge = await ballots.a_badge(rows)
    phone = house.browser()
    ballot = (await phone.post(f"/api/awards/{award}/ballot", json={"badge": badge})).json()["ballot"]
    vote = {"id": str(uuid4()), "entry": entry, "value": 2}
    await phone.post(f"/api/awards/{award}/votes", json=vote, headers={"Ballot": ballot})

    told = await screen.send(screen.record(award, entry, 4, badge=badge))

    found = await ledger(rows, award)
    assert outcomes(told) == [("counted", None)]
    assert [(row["tier"], row["value"]) for row in sorted(found, key=lambda row: row["revision"])] == [
        ("badge", 2),
        ("badge", 4),
    ]
    assert len({row["ballot"] for row in found}) == 1


async def test_what_a_badge_voted_later_elsewhere_stands(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    badge = await ballots.a_badge(rows)
    queued = screen.record(award, entry, 1, badge=badge, at=ago(minutes=10))
    ballot = (await house.browser().post(f"/api/awards/{award}/ballot", json={"badge": badge})).json()["ballot"]
    vote = {"id": str(uuid4()), "entry": entry, "value": 5}
    await house.browser().post(f"/api/awards/{award}/votes", json=vote, headers={"Ballot": ballot})

    told = await screen.send(queued)

    assert (outcomes(told), told["received"]) == ([("superseded", None)], 1)
    assert [row["value"] for row in await ledger(rows, award)] == [5]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": 9}, "value-out-of-range"),
        ({"entry": 999_999}, "entry-not-found"),
        ({"award": 999_999}, "entry-not-found"),
        ({"badge": "NOSUCHBADGE"}, "badge-refused"),
        ({"badge": "A" * 2953}, "badge-refused"),  # whatever somebody holds before the camera, up to the largest code
        ({"at": ago(hours=20)}, "voting-not-open"),
    ],
    ids=["value", "entry", "award", "badge", "long badge", "too early"],
)
async def test_what_cannot_count_is_kept_and_refused(
    house: House, organiser: httpx.AsyncClient, rows: Connection, change: dict[str, Any], reason: str
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    told = await screen.send(screen.record(**({"award": award, "entry": entry} | change)))

    assert (outcomes(told), told["received"]) == ([("refused", reason)], 1)
    assert await ledger(rows, award) == []


async def test_tier_that_an_award_does_not_admit_is_refused(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, "badge")

    assert outcomes(await screen.send(screen.record(award, entry))) == [("refused", "tier-not-admitted")]


async def test_one_visitor_may_change_their_mind(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    visitor = str(uuid4())

    told = await screen.send(
        screen.record(award, entry, 2, visitor=visitor, at=ago(seconds=9)),
        screen.record(award, entry, 5, visitor=visitor, at=ago(seconds=8)),
    )

    assert outcomes(told) == [("counted", None)] * 2
    assert sorted((row["revision"], row["value"]) for row in await ledger(rows, award)) == [(1, 2), (2, 5)]


async def test_approving_of_nothing_takes_approvals_back(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    kind: dict[str, Any] = {"kind": "approval", "method": "approval", "min_value": 0, "max_value": 3}
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, **kind)
    visitor = str(uuid4())

    told = await screen.send(
        screen.record(award, None, None, choices=[entry], visitor=visitor, at=ago(seconds=9)),
        screen.record(award, None, None, choices=[], visitor=visitor, at=ago(seconds=8)),
    )

    assert outcomes(told) == [("counted", None)] * 2
    assert sorted((row["revision"], row["choices"]) for row in await ledger(rows, award)) == [(1, [entry]), (2, [])]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_last_answer_of_a_visitor_stands_in_whatever_order_they_are_sent(
    house: House, organiser: httpx.AsyncClient, rows: Connection, order: tuple[int, int]
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    visitor = str(uuid4())
    # The clock was put right in between: the place in the journal says which was later.
    answers = [
        screen.record(award, entry, 2, visitor=visitor, at=ago(minutes=10)),
        screen.record(award, entry, 5, visitor=visitor, at=ago(minutes=30)),
    ]

    told = [outcomes(await screen.send(answers[place])) for place in order]

    assert told == ([[("counted", None)]] * 2 if order == (0, 1) else [[("counted", None)], [("superseded", None)]])
    assert max((row["revision"], row["value"]) for row in await ledger(rows, award))[1] == 5


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_later_answer_of_a_badge_stands_whichever_screen_was_longer_without_a_network(
    house: House, organiser: httpx.AsyncClient, rows: Connection, order: tuple[int, int]
) -> None:
    screens, (award, entry) = [await a_screen(house, organiser) for _ in range(2)], await an_award(rows)
    badge = await ballots.a_badge(rows)
    answers = [
        screens[0].record(award, entry, 1, badge=badge, at=ago(minutes=20)),
        screens[1].record(award, entry, 5, badge=badge, at=ago(minutes=10)),
    ]

    for place in order:
        await screens[place].send(answers[place])

    assert max((row["revision"], row["value"]) for row in await ledger(rows, award))[1] == 5


async def test_answer_that_was_surely_later_stands_though_the_clock_was_behind(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    first, second = [await a_screen(house, organiser) for _ in range(2)]
    (award, entry), badge = await an_award(rows), await ballots.a_badge(rows)
    await first.send(first.record(award, entry, 1, badge=badge, at=ago(minutes=30)))
    # Ten minutes ago it was heard of, and had no vote.
    reported = "UPDATE kiosk_journal SET reported_at = now() - interval '10 minutes' WHERE kiosk_id = $1"
    await rows.execute(reported, second.id)

    told = await second.send(second.record(award, entry, 5, badge=badge, at=ago(hours=5)))

    assert outcomes(told) == [("counted", None)]
    assert max((row["revision"], row["value"]) for row in await ledger(rows, award))[1] == 5


async def test_forged_record_is_refused_and_leaves_a_hole(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    good = screen.record(award, entry)
    forged = good | {"signature": sign(Screen(house.browser()).key, f"tallscreen kiosk vote\n{good['body']}")}

    told = await screen.send(forged)

    assert (outcomes(told), told["received"], told["gaps"]) == ([("refused", "signature")], 0, [[1, 1]])
    assert outcomes(await screen.send(good)) == [("counted", None)]


async def test_record_of_another_screen_is_no_record(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, other = await a_screen(house, organiser), await a_screen(house, organiser)
    award, entry = await an_award(rows)

    assert code_of(await screen.post([other.record(award, entry)])) == (400, "bad-request")


async def test_vote_under_a_second_counter_is_counted_once(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    idem, visitor = str(uuid4()), str(uuid4())
    first = await screen.send(screen.record(award, entry, 4, id=idem, visitor=visitor))

    again = await screen.send(screen.record(award, entry, 4, id=idem, visitor=visitor))
    other = await screen.send(screen.record(award, entry, 1, id=idem, visitor=visitor))

    assert again["votes"][0]["receipt"] == first["votes"][0]["receipt"]
    assert (outcomes(again), outcomes(other)) == ([("counted", None)], [("refused", "vote-conflict")])
    assert len(await ledger(rows, award)) == 1


async def test_broken_chain_is_found_and_no_vote_is_lost(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    one = screen.record(award, entry, at=ago(seconds=20))
    screen.prev = "B" * 43
    two = screen.record(award, entry, at=ago(seconds=10))

    told = await screen.send(one, two)

    shown = (await organiser.get(f"/api/desk/kiosks/{screen.id}/journal")).json()
    assert outcomes(told) == [("counted", None)] * 2
    assert [(each["what"], each["counter"]) for each in shown["findings"]] == [("chain", 2)]


async def test_live_board_hears_of_them(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, board="open")

    await screen.send(*paced(screen, award, entry, 4))
    shown = await _board(house, award, rows=4)

    assert [(each["entry"], each["votes"]) for each in shown["entries"]] == [(entry, 4)]


async def _board(house: House, award: int, *, rows: int) -> dict[str, Any]:
    browser = house.browser()
    for _ in range(100):
        shown: dict[str, Any] = (await browser.get(f"/api/awards/{award}/board")).json()
        if shown["rows"] == rows:
            break
        await asyncio.sleep(0.05)
    return shown


async def test_queue_holds_no_badge(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    badge = await ballots.a_badge(rows)

    record = screen.record(award, entry, badge=badge)
    await screen.send(record)

    stored = await rows.fetchval("SELECT body FROM kiosk_vote WHERE kiosk_id = $1", screen.id)
    assert badge not in record["body"]
    assert badge not in stored


async def test_published_award_takes_no_more(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows, closed=3600)
    await rows.execute("UPDATE award SET published_at = now() WHERE id = $1", award)

    assert outcomes(await screen.send(screen.record(award, entry, at=ago(hours=2)))) == [
        ("refused", "result-published")
    ]


@pytest.mark.long
async def test_ten_thousand_votes_are_merged_within_ten_seconds(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    """The measure of the feature list; signing them takes longer and is not counted."""
    screen, (award, entry) = await a_screen(house, organiser), await an_award(rows)
    await rows.execute("UPDATE award SET opens_at = now() - interval '2 days' WHERE id = $1", award)
    records = [screen.record(award, entry, at=ago(seconds=7 * (10_000 - number))) for number in range(10_000)]

    started = asyncio.get_running_loop().time()
    told = await screen.send(*records)
    took = asyncio.get_running_loop().time() - started

    print(f"10,000 votes merged in {took:.2f} s")  # noqa: T201
    assert (told["received"], told["gaps"], {outcome for outcome, _ in outcomes(told)}) == (10_000, [], {"counted"})
    assert len(await ledger(rows, award)) == 10_000
    assert took < 10
