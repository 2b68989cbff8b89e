"""One line for each playing of an episode, and nothing in it that leads to a device."""

from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest

from api.app import in_front
from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
SESSION = "01a2161e-29fa-703c-ac7a-a9520477331{}"


def a_summary(episode: int, number: int, **changed: Any) -> dict[str, Any]:
    told = {"start_ms": 420, "stalls": 1, "stalled_ms": 300, "seconds": 31.5, "liked": True}
    rungs = {"v360": 4.0, "av1-540": 27.5}
    return {"session": SESSION.format(number), "episode": episode, "rungs": rungs, **told, **changed}


async def an_episode(rows: Connection, *, released: bool = True) -> int:
    return await builders.an_episode(rows, await builders.a_series(rows, released=released))


async def test_playing_is_one_line_however_often_it_is_sent(house: House, rows: Connection) -> None:
    episode = await an_episode(rows)
    browser = house.browser()

    answers = [await browser.post("/api/playback/summaries", json=a_summary(episode, 1)) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {204}
    [line] = await rows.fetch("SELECT * FROM playback_summary WHERE episode_id = $1", episode)
    assert (line["start_ms"], line["stalls"], line["stalled_ms"], line["seconds"]) == (420, 1, 300, 31.5)
    assert line["liked"] is True
    assert line["rungs"] == {"v360": 4.0, "av1-540": 27.5}
    assert (line["hour"].minute, line["hour"].second) == (0, 0)


async def test_line_holds_nothing_of_its_sender(house: House, rows: Connection) -> None:
    columns = await rows.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'playback_summary' ORDER BY ordinal_position"
    )
    answer = await house.browser().post("/api/playback/summaries", json=a_summary(await an_episode(rows), 2))

    assert [column[0] for column in columns] == [
        "session", "episode_id", "hour", "start_ms", "stalls", "stalled_ms", "seconds", "rungs", "liked", "seq",
        "viewing", "left_at", "finished", "interface", "subtitles", "sound", "network",
    ]  # fmt: skip
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("address", "network"), [("10.1.2.3", "hall"), ("93.184.216.34", "elsewhere")])
async def test_of_the_address_one_word_is_kept(house: House, rows: Connection, address: str, network: str) -> None:
    edge = cast("Any", in_front(house.app, house.settings))
    transport = httpx.ASGITransport(app=edge, client=(address, 4711))
    summary = a_summary(await an_episode(rows), 3, session=str(uuid4()))

    async with httpx.AsyncClient(transport=transport, base_url=house.settings.public_url) as phone:
        answer = await phone.post("/api/playback/summaries", json=summary)

    line = await rows.fetchrow("SELECT * FROM playback_summary WHERE session = $1", UUID(summary["session"]))
    assert line is not None
    assert (answer.status_code, line["network"]) == (204, network)
    assert address not in str(line)


async def test_episode_nobody_may_watch_gets_no_line(house: House, rows: Connection) -> None:
    episode = await an_episode(rows, released=False)

    answer = await house.browser().post("/api/playback/summaries", json=a_summary(episode, 3))

    assert answer.status_code == 204
    assert await rows.fetchval("SELECT count(*) FROM playback_summary WHERE episode_id = $1", episode) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"stalls": -1},
        {"seconds": 1e9},
        {"rungs": {"../../x": 1}},
        {"rungs": {f"v{n}": 1 for n in range(20)}},
        {"ip": "x"},
        {"viewing": "x"},
        {"left_at": -1},
        {"interface": "../x"},
        {"sound": "en\n"},
    ],
)
async def test_nonsense_is_refused(house: House, rows: Connection, changed: dict[str, Any]) -> None:
    answer = await house.browser().post("/api/playback/summaries", json=a_summary(await an_episode(rows), 4, **changed))

    assert code_of(answer) == (400, "bad-request")


async def test_how_far_a_viewing_came_is_kept_with_its_languages(house: House, rows: Connection) -> None:
    episode = await an_episode(rows)
    stayed = {"viewing": SESSION.format("f"), "left_at": 12.5, "finished": False}
    tongues = {"interface": "fa", "subtitles": "en", "sound": "ru"}

    answer = await house.browser().post("/api/playback/summaries", json=a_summary(episode, 5, **stayed, **tongues))

    assert answer.status_code == 204
    [line] = await rows.fetch("SELECT * FROM playback_summary WHERE episode_id = $1", episode)
    assert {name: line[name] for name in (*stayed, *tongues)} == {**stayed, **tongues, "viewing": line["viewing"]}
    assert str(line["viewing"]) == stayed["viewing"]
