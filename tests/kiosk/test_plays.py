"""Proof of play: what a screen wrote down is here once, at the time at which it was on."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.db import Connection
from api.kiosk import plays
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import Screen, a_screen

pytest_plugins = ("tests.housing",)
#: 23:30 in Almaty, where the festival is: half an hour before the day ends there, and long before it does in UTC.
EVENING = datetime(2026, 11, 10, 18, 30, tzinfo=UTC)
DAYS = {"first": "2026-11-09", "last": "2026-11-12"}


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    await rows.execute("DELETE FROM kiosk_play")
    return await house.signed_in("organiser")


def play(counter: int, series: int | None, episode: int | None, at: datetime, **other: Any) -> dict[str, Any]:
    return {
        "counter": counter, "kind": "film", "series": series, "episode": episode, "how": "loop",
        "started_at": at.isoformat(), "uncertainty_ms": 100, "seconds": 12.0, "whole": True,
    } | other  # fmt: skip


async def send(screen: Screen, *plays: dict[str, Any]) -> int:
    answer = await screen.browser.post("/api/kiosk/plays", json={"plays": list(plays)})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["received"])


async def a_film(rows: Connection) -> tuple[int, int]:
    series = await builders.a_watchable_series(rows, episodes=1)
    return series, int(await rows.fetchval("SELECT id FROM episode WHERE series_id = $1", series))


async def test_plays_sent_again_and_out_of_order_are_here_once(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, film = await a_screen(house, organiser), await a_film(rows)
    ten = [play(counter, *film, EVENING + timedelta(minutes=counter)) for counter in range(1, 11)]

    received = [await send(screen, *some) for some in (ten[:3], ten[5:], ten[2:6], ten)]

    assert received == [3, 3, 10, 10]
    assert await rows.fetchval("SELECT count(*) FROM kiosk_play WHERE kiosk_id = $1", screen.id) == 10


async def test_plays_of_a_disk_that_was_put_back_are_told_to_the_desk_and_change_nothing(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, film = await a_screen(house, organiser), await a_film(rows)
    before = [play(counter, *film, EVENING + timedelta(minutes=counter)) for counter in range(1, 7)]
    after = [play(counter, *film, EVENING + timedelta(hours=counter)) for counter in range(4, 9)]
    await send(screen, *before)

    received = [await send(screen, *after) for _ in range(2)]

    told = (await organiser.get(f"/api/desk/kiosks/{screen.id}/journal")).json()["findings"]
    times = "SELECT array_agg(started_at ORDER BY counter) FROM kiosk_play WHERE kiosk_id = $1"
    assert received == [8, 8]
    assert [(each["what"], each["counter"]) for each in told] == [("plays", 4)]
    assert [each.isoformat() for each in await rows.fetchval(times, screen.id)] == [
        each["started_at"] for each in (*before, *after[3:])
    ]


async def test_report_counts_days_at_the_venue(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, film = await a_screen(house, organiser, "Hall"), await a_film(rows)
    late = EVENING + timedelta(hours=1)
    await send(
        screen,
        play(1, *film, EVENING),
        play(2, *film, late, whole=False, seconds=4.5, how="visitor"),
        play(3, None, None, late, kind="wall", award=1, seconds=20),
    )

    shown = (await organiser.get("/api/desk/kiosks/plays", params=DAYS)).json()

    assert shown["days"] == [
        {"day": "2026-11-10", "plays": 1, "whole": 1, "seconds": 12.0},
        {"day": "2026-11-11", "plays": 2, "whole": 1, "seconds": 24.5},
    ]
    [title, wall] = shown["titles"]
    assert (title["kiosk_name"], title["series"], title["plays"], title["whole"], title["by_visitors"]) == (
        "Hall", film[0], 2, 1, 1,
    )  # fmt: skip
    assert (wall["series"], wall["title"], wall["seconds"]) == (None, {}, 20.0)


async def test_file_has_a_line_for_each_day_screen_and_episode(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, film = await a_screen(house, organiser, "=Hall"), await a_film(rows)
    await send(screen, *(play(counter, *film, EVENING) for counter in (1, 2)))

    answer = await organiser.get("/api/desk/kiosks/plays.csv", params=DAYS)

    [line] = csv.DictReader(io.StringIO(answer.text))
    slug = await rows.fetchval("SELECT slug FROM series WHERE id = $1", film[0])
    assert answer.headers["content-type"].startswith("text/csv")
    assert line == {
        "day": "2026-11-10", "kiosk": "'=Hall", "series": slug, "episode": "1", "kind": "film", "how": "loop",
        "plays": "2", "whole": "2", "seconds": "24.0",
    }  # fmt: skip


async def test_outage_of_six_hours_is_back_filled_with_true_times(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, film = await a_screen(house, organiser), await a_film(rows)
    start = EVENING - timedelta(hours=10)
    outage = [play(counter, *film, start + timedelta(seconds=12 * counter)) for counter in range(1, 1801)]

    for first in range(0, 1800, 600):
        await send(screen, *outage[first : first + 600])

    shown = (await organiser.get("/api/desk/kiosks/plays", params=DAYS)).json()
    assert [(day["day"], day["plays"], day["seconds"]) for day in shown["days"]] == [("2026-11-10", 1800, 21600.0)]


async def test_file_that_would_be_cut_off_is_refused(
    house: House, organiser: httpx.AsyncClient, rows: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, films = await a_screen(house, organiser), [await a_film(rows) for _ in range(3)]
    await send(screen, *(play(counter, *film, EVENING) for counter, film in enumerate(films, start=1)))
    answers = []
    for lines in (3, 2):
        monkeypatch.setattr(plays, "LINES", lines)
        answers.append(await organiser.get("/api/desk/kiosks/plays.csv", params=DAYS))

    assert (answers[0].status_code, code_of(answers[1])) == (200, (422, "invalid-value"))


async def test_clock_that_knows_nothing_holds_up_no_play(house: House, organiser: httpx.AsyncClient) -> None:
    screen = await a_screen(house, organiser)

    assert await send(screen, play(1, None, None, EVENING, kind="wall", award=1, uncertainty_ms=2**50)) == 1


@pytest.mark.parametrize(
    "days",
    [
        {"first": "2026-01-01", "last": "2026-12-31"},
        {"first": "2026-11-12", "last": "2026-11-11"},
        {"first": "9999-12-30", "last": "9999-12-31"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"last": "0001-01-01"},
        {"first": "9999-12-31"},
    ],
)
async def test_reports_are_bounded(house: House, organiser: httpx.AsyncClient, days: dict[str, str]) -> None:
    assert code_of(await organiser.get("/api/desk/kiosks/plays", params=days)) == (422, "invalid-value")


async def test_votes_of_today_are_shown_by_quarter(house: House, organiser: httpx.AsyncClient) -> None:
    shown = (await organiser.get("/api/desk/kiosks/votes")).json()

    assert (shown["day"] >= "2026-01-01", shown["quarters"]) == (True, [])
