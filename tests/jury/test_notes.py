"""Private notes: the juror's own, at a second of an episode, unreadable in the database; and what a juror has watched."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from api.jury import notes
from tests.builders import code_of, words
from tests.house import House
from tests.jury.rooms import Room, Seat, a_room, a_title, new_id, ok

pytest_plugins = ("tests.housing",)
TEXT = "The cut on the spoon. Best edit so far."


@pytest.fixture
async def room(house: House, rows: Connection) -> Room:
    return await a_room(house, rows)


async def write(seat: Seat, note: str, episode: int, text: str | None, revision: int = 1, second: float = 43) -> Any:
    body = {"episode": episode, "second": second, "text": text, "revision": revision}
    return await ok(await seat.browser.put(f"/api/jury/notes/{note}", json=body))


async def episode_of(room: Room, place: int = 0) -> int:
    return (await room.episodes())[place][0]


async def test_note_is_kept_at_its_second(room: Room) -> None:
    note, episode = new_id(), await episode_of(room)
    saved = await write(room.chair, note, episode, TEXT)

    [found] = await room.chair.get(f"/notes?series={room.series[0]}")

    assert saved == {"applied": True, "note": found}
    assert (found["id"], found["episode"], found["number"], found["second"], found["text"]) == (
        note,
        episode,
        1,
        43,
        TEXT,
    )
    assert await room.chair.get(f"/notes?series={room.series[1]}") == []


async def test_note_is_nobody_elses(room: Room) -> None:
    note, episode = new_id(), await episode_of(room)
    await write(room.chair, note, episode, TEXT)

    assert await room.seats[1].get("/notes") == []
    assert (await room.organiser.get("/api/jury/notes")).json() == []
    await write(room.seats[1], note, episode, "Mine, under the same number.")
    assert [each["text"] for each in await room.chair.get("/notes")] == [TEXT]


async def test_database_does_not_hold_a_word_of_it(room: Room, rows: Connection) -> None:
    await write(room.chair, new_id(), await episode_of(room), TEXT)

    tables = [
        row["name"] for row in await rows.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    ]
    for table in tables:
        held = await rows.fetch(f'SELECT t::text AS line FROM "{table}" t')  # noqa: S608 - names of our own tables
        lines = [row["line"] or "" for row in held]
        assert not any("spoon" in line or b"spoon".hex() in line for line in lines), table


async def test_later_text_replaces_and_earlier_ones_that_arrive_late_do_not(room: Room) -> None:
    note, episode = new_id(), await episode_of(room)
    await write(room.chair, note, episode, "Third", revision=3)

    late = await write(room.chair, note, episode, "Second", revision=2)
    again = await write(room.chair, note, episode, "Third", revision=3)

    assert (late["applied"], late["note"]["text"], again["applied"]) == (False, "Third", True)


async def test_note_that_was_taken_away_stays_away(room: Room, rows: Connection) -> None:
    note, episode = new_id(), await episode_of(room)
    await write(room.chair, note, episode, TEXT)

    assert await write(room.chair, note, episode, None, revision=2) == {"applied": True, "note": None}
    assert await write(room.chair, note, episode, TEXT) == {"applied": False, "note": None}

    assert await room.chair.get("/notes") == []
    assert await rows.fetchval("SELECT sealed FROM jury_note WHERE account_id = $1", room.chair.account) is None


async def test_note_of_a_title_that_is_not_theirs_is_refused(room: Room, rows: Connection) -> None:
    episode = await rows.fetchval("SELECT id FROM episode WHERE series_id = $1", await a_title(rows))
    body = {"episode": episode, "second": 1, "text": "x", "revision": 1}

    assert code_of(await room.chair.browser.put(f"/api/jury/notes/{new_id()}", json=body)) == (404, "not-found")


async def test_notes_are_taken_home_as_text_and_as_a_table(room: Room, rows: Connection) -> None:
    await rows.execute("UPDATE series SET title = $2 WHERE id = $1", room.series[0], words("Window 43"))
    episode = await episode_of(room)
    await write(room.chair, new_id(), episode, "=1+1", second=70.4)
    await write(room.chair, new_id(), episode, TEXT, second=18)

    text = await room.chair.browser.get("/api/jury/notes.txt", headers={"Accept-Language": "ru"})
    table = await room.chair.browser.get("/api/jury/notes.csv")

    assert text.text == f"Window 43 ру\n1, 0:18  {TEXT}\n1, 1:10  =1+1\n"
    assert table.text.splitlines() == ["series,episode,time,note", f"Window 43,1,0:18,{TEXT}", "Window 43,1,1:10,'=1+1"]
    for answer in (text, table):
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "no-store"


async def test_notes_are_gone_a_while_after_their_festival(house: House, rows: Connection) -> None:
    """Also when the next one has begun by then."""
    room = await a_room(house, rows)
    await write(room.chair, new_id(), await episode_of(room), TEXT)
    await rows.execute(
        "INSERT INTO festival (slug, name, starts_on, ends_on, time_zone, state)"
        " VALUES ('next', '{}', current_date, current_date + 300, 'Asia/Almaty', 'draft')"
    )
    for days, left in ((notes.KEPT_DAYS, 1), (notes.KEPT_DAYS + 1, 0)):
        ended = (
            "UPDATE festival SET starts_on = current_date - 90, ends_on = current_date - $1::int WHERE slug <> 'next'"
        )
        await rows.execute(ended, days)
        await notes.sweep(house.pool)
        assert len(await room.chair.get("/notes")) == left
    await rows.execute("DELETE FROM festival WHERE slug = 'next'")
    secret = "SELECT count(*) FROM juror_secret WHERE account_id = $1"
    assert await rows.fetchval(secret, room.chair.account) == 0


async def beat(seat: Seat, episode: int, *spans: tuple[float, float], session: str | None = None) -> httpx.Response:
    body = {"session": session or new_id(), "episode": episode, "spans": spans}
    return await seat.browser.post("/api/jury/watched", json=body)


async def test_what_is_watched_is_coverage(room: Room) -> None:
    episode = await episode_of(room)
    path = f"/rounds/{room.round}/titles/{room.series[0]}"

    half = await ok(await beat(room.chair, episode, (0, 6)))
    whole = await ok(await beat(room.chair, episode, (4, 12)))

    assert half == {"episode": episode, "seen": 6, "seconds": 12, "whole": False}
    assert whole == {"episode": episode, "seen": 12, "seconds": 12, "whole": True}
    page = await room.chair.get(path)
    assert page["item"]["coverage"] == {"seen": 1, "needed": 1, "episodes": 1, "enough": True}
    assert [(each["id"], each["seen"], each["whole"]) for each in page["episodes"]] == [(episode, 12, True)]
    assert (await room.seats[1].get(path))["item"]["coverage"]["seen"] == 0


async def test_nobody_watches_faster_than_the_clock(room: Room) -> None:
    """Fifteen seconds are in the bank of who begins; the rest comes with time, whatever is played side by side."""
    first, second = await episode_of(room), await episode_of(room, 1)
    await ok(await beat(room.chair, first, (0, 12)))

    answer = await ok(await beat(room.chair, second, (0, 12)))

    assert answer["whole"] is False


async def test_time_that_has_passed_is_credited(room: Room, rows: Connection) -> None:
    first, second, session = await episode_of(room), await episode_of(room, 1), new_id()
    await ok(await beat(room.chair, first, (0, 12), session=session))
    await rows.execute(
        "UPDATE juror_clock SET at = at - interval '10 seconds' WHERE account_id = $1", room.chair.account
    )

    assert (await ok(await beat(room.chair, second, (0, 12), session=session)))["whole"] is True


async def test_heartbeat_of_a_title_that_is_not_theirs_is_refused(room: Room, rows: Connection) -> None:
    episode = await rows.fetchval("SELECT id FROM episode WHERE series_id = $1", await a_title(rows))

    assert code_of(await beat(room.chair, episode, (0, 5))) == (404, "not-found")
    assert await rows.fetchval("SELECT count(*) FROM juror_watched WHERE episode_id = $1", episode) == 0
