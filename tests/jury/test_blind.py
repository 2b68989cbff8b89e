"""Blind rounds: who made a title is not in what jurors get, until the phase or the chair says otherwise."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests.builders import code_of
from tests.house import House
from tests.jury.rooms import Room, a_room, a_title, ok

pytest_plugins = ("tests.housing",)
SECRETS = ("Hidden Pictures", "Nobody Knows", "hidden-pictures.example", "KZ")


@pytest.fixture
async def room(house: House, rows: Connection) -> Room:
    """One juror works for the company of the title."""
    room = await a_room(house, rows, titles=1, blind=["scoring"], cut={"kind": "score", "least": 1})
    company = await rows.fetchval(
        "UPDATE company SET name = 'Hidden Pictures ' || id WHERE id = (SELECT company_id FROM series WHERE id = $1) RETURNING name",
        room.series[0],
    )
    made_by = [{"part": "director", "name": "Nobody Knows"}]
    contact = {"name": "Nobody Knows", "email": "nobody@hidden-pictures.example", "phone": ""}
    await rows.execute("UPDATE series SET credits = $2, contact = $3 WHERE id = $1", room.series[0], made_by, contact)
    await room.desk("PUT", f"/{room.jury}", room.about(blind=["scoring"], members=room.members({1: company})))
    return room


async def everything(room: Room, place: int = 0) -> str:
    """All a juror of a round can ask for, as it comes."""
    seat, path = room.seats[place], f"/api/jury/rounds/{room.round}"
    answers: list[httpx.Response] = [
        await seat.browser.get(each)
        for each in ("/api/jury/shortlists", "/api/jury/rounds", path, f"{path}/titles/{room.series[0]}")
    ]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.text for answer in answers)


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if f'"{secret}"' in text or (secret != "KZ" and secret in text)]


async def test_blind_round_tells_nothing_of_who_made_a_title(room: Room) -> None:
    assert told(await everything(room)) == []


async def test_suggestion_of_a_blind_round_says_that_and_not_what(room: Room) -> None:
    text = await everything(room, 1)
    item = (await room.seats[1].get(f"/rounds/{room.round}"))["items"][0]

    assert told(text) == []
    assert (item["maker"], item["conflicts"]) == (None, [{"kind": "company", "found": None}])


async def test_desk_sees_what_blind_jurors_do_not(room: Room) -> None:
    [line] = await room.desk("GET", f"/rounds/{room.round}/conflicts")

    assert (line["juror"], line["conflicts"][0]["found"].startswith("Hidden Pictures")) == (room.seats[1].account, True)


async def test_names_come_with_a_phase_that_is_not_blind_and_the_protocol_says_so(room: Room) -> None:
    await room.deliberate()

    item = (await room.chair.get(f"/rounds/{room.round}"))["items"][0]
    assert (item["maker"]["country"], item["maker"]["credits"]) == (
        "KZ",
        [{"part": "director", "name": "Nobody Knows"}],
    )
    events = (await room.desk("GET", f"/{room.jury}/protocol"))["rounds"][0]["events"]
    assert [(event["what"], event["by"] is None) for event in events[1:]] == [
        ("deliberation", False),
        ("unblinded", True),
    ]


async def test_chair_unblinds_earlier_with_a_reason_on_record(room: Room, rows: Connection) -> None:
    body: dict[str, Any] = {"reason": "Two films of one title."}

    assert code_of(await room.seats[1].post(f"{room.round}/unblind", body)) == (403, "chair-needed")
    assert code_of(await room.chair.post(f"{room.round}/unblind", {})) == (400, "bad-request")
    await ok(await room.chair.post(f"{room.round}/unblind", body))
    await ok(await room.chair.post(f"{room.round}/unblind", body))

    assert "Nobody Knows" in await everything(room, 1)
    events = (await room.desk("GET", f"/{room.jury}/protocol"))["rounds"][0]["events"]
    assert [(event["what"], event["why"]) for event in events[1:]] == [("unblinded", "Two films of one title.")]
    logged = await rows.fetch(
        "SELECT detail FROM audit_event WHERE action = 'unblind' AND object = $1", f"round:{room.round}"
    )
    assert [row["detail"] for row in logged] == [body]


async def test_round_that_was_cut_stays_blind_while_its_titles_are_up_in_the_next(
    house: House, rows: Connection
) -> None:
    rule = {"kind": "score", "least": 1}
    room = await a_room(house, rows, titles=1, blind=["scoring", "deliberation"], cut=rule)
    for seat in room.seats:
        await seat.score(room.round, room.series[0], 4)
    await room.deliberate()

    made = (await ok(await room.chair.post(f"{room.round}/cut", {"name": {"en": "Final"}})))["round"]
    await room.desk("POST", f"/rounds/{made}/open")

    pages = [await room.chair.get(f"/rounds/{each}") for each in (room.round, made)]
    assert [(page["phase"], page["blind"], page["items"][0]["maker"]) for page in pages] == [
        ("decided", True, None),
        ("scoring", True, None),
    ]
    lists = await room.chair.get("/shortlists")
    assert [each["series"][0]["country"] for each in lists] == [None, None]
    assert "unblinded" not in str((await room.desk("GET", f"/{room.jury}/protocol"))["rounds"])


async def test_jury_that_is_not_blind_tells_from_the_start(house: House, rows: Connection) -> None:
    room = await a_room(house, rows, titles=1)

    item = (await room.chair.get(f"/rounds/{room.round}"))["items"][0]
    [listed] = (await room.chair.get("/shortlists"))[0]["series"]

    assert (item["maker"]["country"], listed["country"]) == ("KZ", "KZ")


async def test_released_pages_are_not_what_a_blind_round_is_about(rows: Connection, house: House) -> None:
    """Its addresses give nothing away either: the title of an unreleased series is at none that is public."""
    room = await a_room(house, rows, titles=1, blind=["scoring", "deliberation"])
    series = await a_title(rows)
    slug = await rows.fetchval("SELECT slug FROM series WHERE id = $1", room.series[0])

    assert code_of(await room.chair.browser.get(f"/api/series/{slug}")) == (404, "not-found")
    assert code_of(await room.chair.browser.get(f"/api/series/{slug}/credits")) == (404, "not-found")
    assert code_of(await room.chair.browser.get(f"/api/jury/rounds/{room.round}/titles/{series}")) == (404, "not-found")
