"""Score sheets: what a juror gives is kept, also when it arrives twice, late, or in another order."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests.builders import code_of
from tests.house import House
from tests.jury.rooms import Room, Seat, a_room, a_seat, new_id

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def room(house: House, rows: Connection) -> Room:
    return await a_room(house, rows)


async def put(seat: Seat, room: Room, body: dict[str, Any], series: int | None = None) -> httpx.Response:
    path = f"/api/jury/rounds/{room.round}/titles/{series or room.series[0]}/sheet"
    return await seat.browser.put(path, json=body)


def a_sheet(revision: int, story: int, **more: Any) -> dict[str, Any]:
    return {"id": new_id(), "revision": revision, "grades": {"story": story, "frame": 2}, **more}


async def standing(seat: Seat, room: Room) -> Any:
    return (await seat.get(f"/rounds/{room.round}/titles/{room.series[0]}"))["item"]["sheet"]


async def test_sheet_is_saved_with_its_weighted_mean(room: Room) -> None:
    saved = await room.chair.score(room.round, room.series[0], 5, 4)

    assert saved["applied"] is True
    assert (saved["sheet"]["grades"], saved["sheet"]["mean"]) == ({"story": 5, "frame": 4}, 4.6)
    assert await standing(room.chair, room) == saved["sheet"]


async def test_half_a_sheet_is_kept_without_a_mean(room: Room) -> None:
    answer = await room.chair.send(room.round, room.series[0], {"story": 5})

    assert answer.json()["sheet"]["mean"] is None


async def test_sheet_sent_again_changes_nothing(room: Room, rows: Connection) -> None:
    sheet = a_sheet(1, 5)
    first, again = await put(room.chair, room, sheet), await put(room.chair, room, sheet)

    assert first.json() == again.json()
    assert await rows.fetchval("SELECT count(*) FROM score_event WHERE shortlist_id = $1", room.round) == 1


async def test_older_sheet_that_arrives_late_does_not_replace_a_newer_one(room: Room) -> None:
    """The tablet was without a network; the phone went on."""
    late, newer = a_sheet(6, 1), a_sheet(7, 5)
    await put(room.chair, room, newer)

    answer = (await put(room.chair, room, late)).json()

    assert (answer["applied"], answer["sheet"]["revision"]) == (False, 7)
    assert (await standing(room.chair, room))["grades"]["story"] == 5


async def test_sheets_arrive_in_any_order_and_come_to_the_same(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, jurors=3, titles=1)
    sheets = [a_sheet(1, 2), a_sheet(2, 3), a_sheet(2, 4), a_sheet(3, 6, skipped="Again later."), a_sheet(4, 5)]
    for seat, order in zip(room.seats, ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 4, 1, 3, 2]), strict=True):
        mine = [{**sheet, "id": new_id()} for sheet in sheets]
        for place in order:
            assert (await put(seat, room, mine[place])).status_code == 200

    assert [(await standing(seat, room))["grades"]["story"] for seat in room.seats] == [5, 5, 5]
    assert [(await standing(seat, room))["skipped"] for seat in room.seats] == [None, None, None]


async def test_number_used_for_another_sheet_is_refused(room: Room) -> None:
    sheet = a_sheet(1, 5)
    await put(room.chair, room, sheet)

    other_grades = await put(room.chair, room, {**sheet, "grades": {"story": 6}})
    other_title = await put(room.chair, room, sheet, series=room.series[1])
    other_juror = await put(room.seats[1], room, sheet)

    assert [code_of(each) for each in (other_grades, other_title, other_juror)] == [(409, "score-conflict")] * 3
    assert (await standing(room.chair, room))["grades"]["story"] == 5


async def test_skipped_title_says_why_and_has_no_mean(room: Room) -> None:
    answer = await room.chair.send(
        room.round, room.series[0], {"story": 6, "frame": 6}, skipped="The sound is missing."
    )

    assert (answer.json()["sheet"]["skipped"], answer.json()["sheet"]["mean"]) == ("The sound is missing.", None)
    page = await room.chair.get(f"/rounds/{room.round}")
    assert (page["order"], page["done"]) == ([], 1)


@pytest.mark.parametrize("grades", [{"story": 7}, {"sound": 3}], ids=["beyond the scale", "unknown"])
async def test_grade_the_rubric_does_not_have_is_refused(room: Room, grades: dict[str, int]) -> None:
    assert code_of(await room.chair.send(room.round, room.series[0], grades)) == (422, "invalid-value")


async def test_own_order_so_far(room: Room) -> None:
    await room.chair.score(room.round, room.series[0], 3)
    await room.chair.score(room.round, room.series[1], 5)
    await room.seats[1].score(room.round, room.series[0], 6)

    order = (await room.chair.get(f"/rounds/{room.round}"))["order"]

    assert [(line["rank"], line["series"], line["mean"]) for line in order] == [
        (1, room.series[1], 5.0),
        (2, room.series[0], 3.0),
    ]


async def test_round_of_another_jury_does_not_exist(room: Room, house: House, rows: Connection) -> None:
    stranger = (await a_room(house, rows)).chair
    path = f"/api/jury/rounds/{room.round}"

    answers = [
        await stranger.browser.get(path),
        await stranger.browser.get(f"{path}/titles/{room.series[0]}"),
        await stranger.send(room.round, room.series[0], {"story": 5}),
        await stranger.lock(room.round),
        await stranger.browser.get(f"{path}/deliberation"),
        await stranger.browser.get(f"{path}/progress"),
        await stranger.post(f"{room.round}/recusals", {"series": room.series[0], "reason": "x"}),
        await room.organiser.get(path),
    ]

    assert [code_of(each) for each in answers] == [(404, "not-found")] * len(answers)
    assert [each["id"] for each in await stranger.get("/rounds")] != [room.round]


async def test_title_of_another_juror_does_not_exist(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, opened=False)
    mine, theirs = room.series
    given = [{"juror": room.chair.account, "series": [mine]}, {"juror": room.seats[1].account, "series": [theirs]}]
    await room.desk("PUT", f"/rounds/{room.round}/assignment", {"kind": "each", "series": given})
    await room.desk("POST", f"/rounds/{room.round}/open")

    page = await room.chair.get(f"/rounds/{room.round}")
    answers = [
        await room.chair.browser.get(f"/api/jury/rounds/{room.round}/titles/{theirs}"),
        await room.chair.send(room.round, theirs, {"story": 5}),
    ]

    assert [title["series"] for title in page["items"]] == [mine]
    assert [code_of(each) for each in answers] == [(404, "not-found")] * 2


async def test_round_that_is_prepared_does_not_exist_for_its_jurors(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, opened=False)

    assert await room.chair.get("/rounds") == []
    assert await room.chair.get("/shortlists") == []
    assert code_of(await room.chair.browser.get(f"/api/jury/rounds/{room.round}")) == (404, "not-found")


async def test_somebody_in_no_jury_has_no_rounds(house: House) -> None:
    assert await (await a_seat(house)).get("/rounds") == []


async def test_sheet_of_another_juror_of_this_device_is_not_taken_from_who_is_signed_in(room: Room) -> None:
    """What one juror wrote offline comes with their number; the next one's session does not send it as theirs."""
    first, next_one = room.seats

    refused = await put(next_one, room, a_sheet(1, 5, juror=first.account))
    kept = await put(first, room, a_sheet(1, 5, juror=first.account))

    assert code_of(refused) == (401, "sign-in-needed")
    assert await standing(next_one, room) is None
    assert kept.status_code == 200


async def test_note_of_another_juror_is_not_taken_either(room: Room) -> None:
    first, next_one = room.seats
    [(episode, _), *_] = await room.episodes()
    body = {"juror": first.account, "episode": episode, "second": 4.5, "text": "Light.", "revision": 1}

    refused = await next_one.browser.put(f"/api/jury/notes/{new_id()}", json=body)

    assert code_of(refused) == (401, "sign-in-needed")
    assert await next_one.get("/notes") == []


async def test_heartbeats_have_a_limit_for_each_juror(room: Room) -> None:
    [(episode, _), *_] = await room.episodes()
    beat = {"session": new_id(), "episode": episode, "spans": [[0, 1]]}

    answers = [(await room.chair.browser.post("/api/jury/watched", json=beat)).status_code for _ in range(130)]
    other = await room.seats[1].browser.post("/api/jury/watched", json=beat)

    assert answers[0] == other.status_code == 200
    assert answers[-1] == 429
