"""A festival that is over: its jurors reach nothing of it any more, the desk still reads it."""

from datetime import date
from uuid import uuid4

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.jury.rooms import a_room

pytest_plugins = ("tests.housing",)


async def test_jurors_reach_nothing_of_a_festival_that_is_over(house: House, rows: Connection) -> None:
    room = await a_room(house, rows)
    seat, series = room.chair, room.series[0]
    found = await rows.fetchrow(
        "SELECT e.id, c.id AS package FROM episode e JOIN current_package c ON c.episode_id = e.id WHERE e.series_id = $1",
        series,
    )
    assert found is not None
    episode, package = found["id"], found["package"]
    reached = [
        f"/api/jury/rounds/{room.round}",
        f"/api/jury/rounds/{room.round}/titles/{series}",
        f"/api/screeners/{package}/key",
    ]
    before = [(await seat.browser.get(path)).status_code for path in reached]
    assert len(await seat.get("/rounds")) == 1

    await rows.execute("UPDATE festival SET state = 'archived'")
    await rows.execute(
        "INSERT INTO festival (slug, name, starts_on, ends_on, time_zone) VALUES ('next', $1, $2, $2, 'Asia/Almaty')",
        builders.words("Next"),
        date(2027, 11, 5),
    )

    assert before == [200, 200, 200]
    assert [code_of(await seat.browser.get(path))[0] for path in reached] == [404, 404, 404]
    assert await seat.get("/rounds") == []
    assert await seat.get("/shortlists") == []
    assert code_of(await seat.send(room.round, series, {"story": 4, "frame": 4})) == (404, "not-found")
    assert code_of(await seat.lock(room.round)) == (404, "not-found")
    beat = {"session": str(uuid4()), "episode": episode, "spans": [[0, 5]]}
    assert code_of(await seat.browser.post("/api/jury/watched", json=beat)) == (404, "not-found")
    assert await room.desk("GET", "") == []
    assert (await room.desk("GET", f"/rounds/{room.round}"))["id"] == room.round
