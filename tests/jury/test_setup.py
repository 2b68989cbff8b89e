"""Juries at the desk: members, rubric, rounds and who is given what."""

from typing import Any

import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of, words
from tests.house import House
from tests.jury.rooms import RUBRIC, Room, a_room, a_seat, a_title, ok

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def room(house: House, rows: Connection) -> Room:
    return await a_room(house, rows, opened=False, jurors=3, titles=4)


def given(assignment: Any, room: Room) -> list[list[int]]:
    """By juror, in the order of the seats."""
    titles = {line["juror"]: line["series"] for line in assignment["jurors"]}
    return [titles[seat.account] for seat in room.seats]


async def test_jury_is_as_it_was_made(room: Room) -> None:
    page = await room.desk("GET", f"/{room.jury}")

    assert (page["name"], page["award"], page["frozen"]) == (words("Main jury"), words("Grand Prix"), False)
    assert [(member["id"], member["chair"]) for member in page["members"]] == [
        (seat.account, seat is room.chair) for seat in room.seats
    ]
    assert [criterion["weight"] for criterion in page["rubric"]["criteria"]] == [600, 400]
    [card] = [each for each in await room.desk("GET", "") if each["id"] == room.jury]
    assert card["rounds"] == page["rounds"]
    assert (page["rounds"][0]["titles"], page["rounds"][0]["jurors"], page["rounds"][0]["phase"]) == (4, 3, "preparing")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"members": []}, None),
        ({"section": 999_999}, "section"),
        ({"rubric": {"criteria": [{"key": "a", "name": {"en": "A"}, "weight": 999}]}}, "rubric"),
        ({"nobody": True}, "members"),
        ({"chairs": 2}, "members"),
        ({"chairs": 0}, "members"),
    ],
    ids=["empty", "section", "99.9 %", "no account", "two chairs", "no chair"],
)
async def test_jury_that_cannot_work_is_refused(room: Room, wrong: dict[str, Any], field: str | None) -> None:
    body = room.about()
    if wrong.pop("nobody", False):
        body["members"][1]["email"] = "nobody@nowhere.example"
    if (chairs := wrong.pop("chairs", None)) is not None:
        body["members"] = [{**member, "chair": number < chairs} for number, member in enumerate(body["members"])]

    answer = await room.ask("POST", "", {**body, **wrong})

    assert code_of(answer) == ((400, "bad-request") if field is None else (422, "invalid-value"))
    assert field is None or answer.json()["values"]["field"] == field


async def test_rubric_is_frozen_by_the_first_score_but_its_words_are_not(house: House, rows: Connection) -> None:
    room = await a_room(house, rows)
    await room.chair.score(room.round, room.series[0], 4)
    first, second = RUBRIC["criteria"]
    lighter = {"criteria": [{**first, "weight": 500}, {**second, "weight": 500}]}
    renamed = {"criteria": [{**first, "name": words("Tale")}, second]}

    assert code_of(await room.ask("PUT", f"/{room.jury}", room.about(rubric=lighter))) == (409, "rubric-frozen")
    page = await room.desk("PUT", f"/{room.jury}", room.about(rubric=renamed))

    assert (page["frozen"], page["rubric"]["criteria"][0]["name"]) == (True, words("Tale"))


async def test_member_who_is_left_out_sees_nothing_more_and_one_who_comes_sees_the_round(
    house: House, rows: Connection
) -> None:
    room = await a_room(house, rows)
    gone, new = room.seats.pop(), await a_seat(house)
    room.seats.append(new)

    await room.desk("PUT", f"/{room.jury}", room.about())

    assert code_of(await gone.browser.get(f"/api/jury/rounds/{room.round}")) == (404, "not-found")
    assert (await new.get(f"/rounds/{room.round}"))["titles"] == 2
    package = await rows.fetchval(
        "SELECT k.id FROM package k JOIN episode e ON e.id = k.episode_id WHERE e.series_id = $1", room.series[0]
    )
    assert (await new.browser.get(f"/api/streams/{package}")).status_code == 200
    assert code_of(await gone.browser.get(f"/api/streams/{package}")) == (404, "not-found")


async def test_juror_plays_what_they_were_given_once_the_round_is_open(room: Room, rows: Connection) -> None:
    juror, (mine, *others) = room.seats[1], room.series
    series = [{"juror": juror.account, "series": [mine]}, {"juror": room.chair.account, "series": others}]
    await room.desk("PUT", f"/rounds/{room.round}/assignment", {"kind": "each", "series": series})
    packages = "SELECT k.id FROM package k JOIN episode e ON e.id = k.episode_id WHERE e.series_id = ANY($1) ORDER BY e.series_id"
    films = [row["id"] for row in await rows.fetch(packages, room.series)]

    async def plays() -> list[int]:
        return [(await juror.browser.get(f"/api/streams/{film}")).status_code for film in films]

    prepared = await plays()
    await room.desk("POST", f"/rounds/{room.round}/open")

    assert (prepared, await plays()) == ([404] * 4, [200, 404, 404, 404])


async def test_chair_is_handed_on(room: Room) -> None:
    members = [{**member, "chair": number == 2} for number, member in enumerate(room.members())]

    page = await room.desk("PUT", f"/{room.jury}", room.about(members=members))

    assert [member["id"] for member in page["members"] if member["chair"]] == [room.seats[2].account]


async def test_everybody_sees_all_until_the_desk_says_otherwise(room: Room) -> None:
    assignment = await room.desk("GET", f"/rounds/{room.round}/assignment")

    assert (assignment["kind"], given(assignment, room)) == ("all", [room.series] * 3)


async def test_balanced_gives_each_title_as_many_jurors_as_wanted(room: Room) -> None:
    body = {"kind": "balanced", "jurors_each": 2}
    assignment = await room.desk("PUT", f"/rounds/{room.round}/assignment", body)
    await room.desk("POST", f"/rounds/{room.round}/open")

    titles = given(assignment, room)
    assert sorted(map(len, titles)) == [2, 3, 3]
    assert [sum(series in row for row in titles) for series in room.series] == [2, 2, 2, 2]
    for seat, row in zip(room.seats, titles, strict=True):
        assert [item["series"] for item in (await seat.get(f"/rounds/{room.round}"))["items"]] == row
        assert [each["id"] for each in (await seat.get("/shortlists"))[0]["series"]] == row


async def test_by_section_and_one_by_one(room: Room, rows: Connection) -> None:
    path, (first, *others) = f"/rounds/{room.round}/assignment", room.series
    section = await builders.a_section_that(rows, landscape="refuse")
    main = await rows.fetchval("SELECT section_id FROM series WHERE id = $1", others[0])
    await rows.execute("UPDATE series SET section_id = $2 WHERE id = $1", first, section)
    one, two, three = (seat.account for seat in room.seats)
    by_section = [{"juror": one, "sections": [main, section]}, {"juror": two, "sections": [section]}]
    each = [{"juror": one, "series": room.series}, {"juror": three, "series": [first]}]

    sections = await room.desk("PUT", path, {"kind": "section", "sections": by_section})
    singly = await room.desk("PUT", path, {"kind": "each", "series": each})
    all_again = await room.desk("PUT", path, {"kind": "all"})

    assert given(sections, room) == [room.series, [first], []]
    assert given(singly, room) == [room.series, [], [first]]
    assert given(all_again, room) == [room.series] * 3


@pytest.mark.parametrize("wrong", ["nobody", "not here", "how many"])
async def test_assignment_that_makes_no_sense_is_refused(room: Room, rows: Connection, wrong: str) -> None:
    bodies: dict[str, Any] = {
        "nobody": {"kind": "each", "series": [{"juror": 999_999, "series": room.series}]},
        "not here": {"kind": "each", "series": [{"juror": room.chair.account, "series": [await a_title(rows)]}]},
        "how many": {"kind": "balanced"},
    }

    assert code_of(await room.ask("PUT", f"/rounds/{room.round}/assignment", bodies[wrong])) == (422, "invalid-value")


async def test_recused_juror_is_not_given_the_title_when_it_is_balanced(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, jurors=2, titles=2)
    await ok(await room.chair.post(f"{room.round}/recusals", {"series": room.series[0], "reason": "Mine."}))

    assignment = await room.desk("PUT", f"/rounds/{room.round}/assignment", {"kind": "balanced", "jurors_each": 2})

    assert given(assignment, room) == [[room.series[1]], room.series]


async def test_round_opens_once_and_only_when_every_title_has_a_juror(room: Room) -> None:
    path, body = (
        f"/rounds/{room.round}",
        {"kind": "each", "series": [{"juror": room.chair.account, "series": room.series[:3]}]},
    )
    await room.desk("PUT", f"{path}/assignment", body)
    refused = await room.ask("POST", f"{path}/open")
    await room.desk("PUT", f"{path}/assignment", {"kind": "all"})

    opened = await room.desk("POST", f"{path}/open")

    assert code_of(refused) == (422, "invalid-value")
    assert refused.json()["values"]["series"] == room.series[3:]
    assert opened["phase"] == "scoring"
    assert code_of(await room.ask("POST", f"{path}/open")) == (409, "wrong-phase")


async def test_assignment_stays_once_somebody_has_locked(house: House, rows: Connection) -> None:
    room = await a_room(house, rows)
    for series in room.series:
        await room.chair.send(room.round, series, {}, skipped="Seen before.")
    await ok(await room.chair.lock(room.round))

    answer = await room.ask("PUT", f"/rounds/{room.round}/assignment", {"kind": "balanced", "jurors_each": 1})

    assert code_of(answer) == (409, "scores-locked")


async def test_titles_change_while_the_round_is_prepared_and_not_after(room: Room) -> None:
    path, body = f"/rounds/{room.round}", {"name": words("Long list"), "series": room.series[:2]}

    changed = await room.desk("PUT", path, body)
    await room.desk("POST", f"{path}/open")
    renamed = await room.desk("PUT", path, {**body, "name": words("First look"), "cut": {"kind": "quota", "titles": 1}})

    assert changed["series"] == room.series[:2]
    assert (renamed["name"], renamed["cut"]["titles"]) == (words("First look"), 1)
    assert code_of(await room.ask("PUT", path, {**body, "series": room.series})) == (409, "wrong-phase")


@pytest.mark.parametrize("body", [{"series": [999_999]}, {"cut": {"kind": "quota"}}], ids=["series", "cut"])
async def test_round_that_cannot_be_is_refused(room: Room, body: dict[str, Any]) -> None:
    whole = {"name": words("Second"), "series": room.series, **body}

    assert code_of(await room.ask("POST", f"/{room.jury}/rounds", whole)) == (422, "invalid-value")
    assert len((await room.desk("GET", f"/{room.jury}"))["rounds"]) == 1


async def test_second_round_comes_after_the_first(room: Room) -> None:
    made = await room.desk("POST", f"/{room.jury}/rounds", {"name": words("Second"), "series": room.series[:1]})

    assert (made["round"], made["phase"], made["jury"]) == (2, "preparing", room.jury)


async def test_every_change_is_in_the_log(room: Room, rows: Connection) -> None:
    await room.desk("PUT", f"/{room.jury}", room.about(name=words("Jury of the main competition")))
    await room.desk("PUT", f"/rounds/{room.round}/assignment", {"kind": "balanced", "jurors_each": 2})
    await room.desk("POST", f"/rounds/{room.round}/open")

    logged = await rows.fetch(
        "SELECT action FROM audit_event WHERE object = ANY($1) ORDER BY id",
        [f"jury:{room.jury}", f"round:{room.round}"],
    )

    assert [row["action"] for row in logged] == ["create", "create", "change", "assign", "open"]


async def test_plain_shortlist_is_a_jury_with_one_question(room: Room, rows: Connection) -> None:
    seat = await a_seat(room.house)
    body = {"name": words("Main competition"), "series": room.series, "jurors": [seat.email]}
    made = await ok(await room.organiser.post("/api/desk/shortlists", json=body))

    [card] = await seat.get("/rounds")

    assert (card["id"], card["titles"], card["phase"], card["chair"]) == (made["id"], 4, "scoring", False)
    answer = await seat.send(made["id"], room.series[0], {"overall": 5})
    assert answer.json()["sheet"]["mean"] == 5.0
