"""The jury's table: deliberation at once and by the rule, three rankings, the cut, the decision."""

from typing import Any

import pytest

from api.db import Connection
from tests.builders import code_of, words
from tests.house import House
from tests.jury.rooms import Room, Seat, a_room, a_title, ok

pytest_plugins = ("tests.housing",)
CITATION = {"en": "For a house seen through one window.", "fa": "برای خانه‌ای از یک پنجره."}


async def scored(room: Room, *table: tuple[int, ...]) -> None:
    """A row for each juror, in the order of the titles; 0 is nothing."""
    for seat, row in zip(room.seats, table, strict=True):
        for series, grade in zip(room.series, row, strict=True):
            if grade:
                await seat.score(room.round, series, grade)


async def finished(room: Room) -> None:
    await room.see(*room.seats)
    for seat in room.seats:
        await ok(await seat.lock(room.round))


def means(table: Any, seat: Seat) -> list[float | None]:
    return [cell["mean"] for cell in table["cells"] if cell["juror"] == seat.account]


@pytest.fixture
async def room(house: House, rows: Connection) -> Room:
    return await a_room(house, rows)


async def test_chair_opens_when_all_have_locked(room: Room) -> None:
    await scored(room, (5, 3), (4, 2))
    await finished(room)

    table = await ok(await room.chair.post(f"{room.round}/deliberation", {}))

    assert (table["phase"], table["early"], table["disputed"]) == ("deliberation", None, False)
    assert [each["method"] for each in table["rankings"]] == ["raw", "levelled", "pairwise"]
    assert table["winners"] == {method: [room.series[0]] for method in ("raw", "levelled", "pairwise")}
    assert means(table, room.chair) == [5.0, 3.0]
    assert await room.seats[1].get(f"/rounds/{room.round}/deliberation") == table


async def test_opening_earlier_needs_a_reason_that_the_protocol_keeps(room: Room) -> None:
    await scored(room, (5, 3), (4, 0))
    await room.see(room.chair)
    await ok(await room.chair.lock(room.round))

    refused = await room.chair.post(f"{room.round}/deliberation", {})
    table = await ok(await room.chair.post(f"{room.round}/deliberation", {"reason": "A juror is ill."}))

    assert code_of(refused) == (409, "still-scoring")
    assert len(refused.json()["values"]["jurors"]) == 1
    assert table["early"] == "A juror is ill."
    assert [line["jurors"] for line in table["rankings"][0]["lines"]] == [2, 1]
    [_, opened] = (await room.desk("GET", f"/{room.jury}/protocol"))["rounds"][0]["events"]
    assert (opened["what"], opened["why"]) == ("deliberation", "A juror is ill.")


async def test_only_the_chair_opens_and_only_once(room: Room) -> None:
    body = {"reason": "Now."}

    assert code_of(await room.seats[1].post(f"{room.round}/deliberation", body)) == (403, "chair-needed")
    await room.deliberate()
    assert code_of(await room.chair.post(f"{room.round}/deliberation", body)) == (409, "wrong-phase")


async def test_nobody_sees_a_table_before_it_is_opened(room: Room) -> None:
    await scored(room, (5, 3), (4, 2))
    path = f"/api/jury/rounds/{room.round}/deliberation"

    assert code_of(await room.chair.browser.get(path)) == (409, "wrong-phase")
    assert code_of(await room.ask("GET", f"/rounds/{room.round}/deliberation")) == (409, "wrong-phase")


async def test_scores_are_over_when_the_table_is_open(room: Room) -> None:
    await room.deliberate()

    assert code_of(await room.chair.send(room.round, room.series[0], {"story": 5})) == (409, "wrong-phase")
    assert code_of(await room.chair.lock(room.round)) == (409, "wrong-phase")


async def test_jury_that_never_shows_scores_shows_rankings_and_ones_own(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, visibility="never")
    await scored(room, (5, 3), (4, 2))
    await room.deliberate()

    theirs = await room.seats[1].get(f"/rounds/{room.round}/deliberation")

    assert (means(theirs, room.chair), means(theirs, room.seats[1])) == ([None, None], [4.0, 2.0])
    assert [line["value"] for line in theirs["rankings"][0]["lines"]] == [4.5, 2.5]
    assert (await room.chair.get(f"/rounds/{room.round}/titles/{room.series[0]}"))["others"] is None
    assert means(await room.desk("GET", f"/rounds/{room.round}/deliberation"), room.chair) == [5.0, 3.0]


async def test_others_scores_come_after_my_own_lock(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, jurors=3, visibility="after_mine")
    await scored(room, (5, 3), (4, 2), (6, 6))
    await room.see(*room.seats)
    path = f"/rounds/{room.round}/titles/{room.series[0]}"
    await ok(await room.seats[1].lock(room.round))
    assert (await room.chair.get(path))["others"] is None

    await ok(await room.chair.lock(room.round))

    others = (await room.chair.get(path))["others"]
    assert [(each["juror"]["id"], each["mean"]) for each in others] == [(room.seats[1].account, 4.0)]
    assert (await room.seats[2].get(path))["others"] is None


async def test_winner_that_depends_on_the_method_is_said(house: House, rows: Connection) -> None:
    """The golden case of the rankings, from the sheets to the table."""
    room = await a_room(house, rows, titles=3)
    await scored(room, (6, 4, 2), (3, 5, 0))

    table = await room.deliberate()

    first, second, third = room.series
    assert table["disputed"] is True
    assert table["winners"] == {"raw": [first, second], "levelled": [second], "pairwise": [first, second]}
    assert [(line["rank"], line["series"]) for line in table["rankings"][0]["lines"]] == [
        (1, first),
        (1, second),
        (3, third),
    ]


async def test_desk_sees_progress_and_no_grade(room: Room) -> None:
    await scored(room, (5, 3), (4, 0))
    await room.see(room.chair)
    await ok(await room.chair.lock(room.round))

    progress = await room.desk("GET", f"/rounds/{room.round}/progress")

    chair, juror = progress["jurors"]
    assert (chair["titles"], chair["seen"], chair["scored"], chair["locked_at"] is None) == (2, 2, 2, False)
    assert (juror["seen"], juror["scored"], juror["locked_at"], progress["all_locked"]) == (0, 1, None, False)
    assert (await room.chair.get(f"/rounds/{room.round}/progress")) == progress
    protocol = await room.desk("GET", f"/{room.jury}/protocol")
    assert {cell["mean"] for cell in protocol["rounds"][0]["cells"]} == {None}
    assert code_of(await room.seats[1].browser.get(f"/api/jury/rounds/{room.round}/progress")) == (403, "chair-needed")


async def test_cut_by_quota_leaves_ties_to_the_chair(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, titles=4, cut={"kind": "quota", "titles": 2})
    await scored(room, (6, 4, 4, 2), (6, 4, 4, 2))
    first, second, third, _ = room.series
    table = await room.deliberate()
    assert (table["cut"]["through"], table["cut"]["ties"], table["cut"]["places"]) == ([first], [second, third], 1)
    body: dict[str, Any] = {"name": words("Final round"), "chosen": [third]}

    refused = await room.chair.post(f"{room.round}/cut", {**body, "chosen": []})
    not_theirs = await room.seats[1].post(f"{room.round}/cut", body)
    made = await ok(await room.chair.post(f"{room.round}/cut", body))

    assert code_of(refused) == (409, "ties-to-decide")
    assert refused.json()["values"] == {"ties": [second, third], "places": 1}
    assert code_of(not_theirs) == (403, "chair-needed")
    assert made["titles"] == [first, third]
    detail = await room.desk("GET", f"/rounds/{made['round']}")
    assert (detail["round"], detail["phase"], detail["series"], detail["jurors"]) == (2, "preparing", [first, third], 2)
    assert code_of(await room.chair.post(f"{room.round}/cut", body)) == (409, "wrong-phase")


@pytest.mark.parametrize("carry_over", [True, False], ids=["carried over", "anew"])
async def test_scores_go_on_where_the_chair_says_so(house: House, rows: Connection, *, carry_over: bool) -> None:
    room = await a_room(house, rows, cut={"kind": "score", "least": 4})
    await scored(room, (5, 2), (4, 0))
    await room.deliberate()
    body = {"name": words("Final round"), "carry_over": carry_over}
    made = (await ok(await room.chair.post(f"{room.round}/cut", body)))["round"]
    await room.desk("POST", f"/rounds/{made}/open")

    [item] = (await room.chair.get(f"/rounds/{made}"))["items"]

    assert item["series"] == room.series[0]
    if carry_over:
        assert (item["sheet"]["mean"], item["sheet"]["revision"]) == (5.0, 0)
        assert (await room.chair.score(made, room.series[0], 3))["sheet"]["mean"] == 3.0
    else:
        assert item["sheet"] is None


async def test_chair_records_the_decision(room: Room) -> None:
    await scored(room, (5, 3), (4, 2))
    await room.deliberate()
    first, second = room.series
    prizes = [
        {"series": first, "kind": "winner", "citation": CITATION},
        {"series": second, "kind": "mention", "name": words("Special mention"), "citation": {"en": "For its sound."}},
    ]

    not_theirs = await room.seats[1].browser.put(f"/api/jury/rounds/{room.round}/decision", json={"prizes": prizes})
    answer = await room.chair.browser.put(f"/api/jury/rounds/{room.round}/decision", json={"prizes": prizes})

    decision = await ok(answer)
    assert code_of(not_theirs) == (403, "chair-needed")
    assert decision["prizes"][0] == {"series": first, "kind": "winner", "name": {}, "citation": CITATION}
    table = await room.seats[1].get(f"/rounds/{room.round}/deliberation")
    assert (table["phase"], table["decision"]) == ("decided", decision)


async def test_jury_that_goes_against_every_ranking_says_why(room: Room) -> None:
    await scored(room, (5, 3), (4, 2))
    await room.deliberate()
    path, body = f"/api/jury/rounds/{room.round}/decision", {"prizes": [{"series": room.series[1], "kind": "winner"}]}

    refused = await room.chair.browser.put(path, json=body)
    decision = await ok(await room.chair.browser.put(path, json={**body, "against": "We talked until we agreed."}))

    assert code_of(refused) == (422, "invalid-value")
    assert refused.json()["values"]["field"] == "against"
    assert decision["against"] == "We talked until we agreed."


async def test_nothing_is_decided_before_deliberation_or_outside_the_round(room: Room, rows: Connection) -> None:
    path = f"/api/jury/rounds/{room.round}/decision"
    early = await room.chair.browser.put(path, json={"prizes": [{"series": room.series[0], "kind": "winner"}]})
    await room.deliberate()
    other = {"prizes": [{"series": await a_title(rows), "kind": "mention"}]}

    assert code_of(early) == (409, "wrong-phase")
    assert code_of(await room.chair.browser.put(path, json=other)) == (422, "invalid-value")


async def test_protocol_tells_how_it_came_about(room: Room) -> None:
    await scored(room, (5, 3), (4, 0))
    await room.seats[1].send(room.round, room.series[1], {}, skipped="The file stops.")
    await finished(room)
    await ok(await room.chair.post(f"{room.round}/deliberation", {}))
    body = {"prizes": [{"series": room.series[0], "kind": "winner", "citation": CITATION}]}
    decision = await ok(await room.chair.browser.put(f"/api/jury/rounds/{room.round}/decision", json=body))

    protocol = await room.desk("GET", f"/{room.jury}/protocol")

    [one] = protocol["rounds"]
    assert [juror["chair"] for juror in protocol["jurors"]] == [True, False]
    assert [event["what"] for event in one["events"]] == ["opened", "deliberation", "decided"]
    assert len(one["locks"]) == 2
    cells = {(cell["juror"], cell["series"]): cell for cell in one["cells"]}
    skipped = cells[room.seats[1].account, room.series[1]]
    assert (skipped["state"], skipped["skipped"], skipped["mean"]) == ("skipped", "The file stops.", None)
    assert skipped["coverage"] == {"seen": 1, "needed": 1, "episodes": 1, "enough": True}
    assert one["winners"]["raw"] == [room.series[0]]
    assert one["decision"] == decision
    auditor = await room.house.signed_in("auditor")
    assert (await auditor.get(f"/api/desk/juries/{room.jury}/protocol")).json() == protocol
