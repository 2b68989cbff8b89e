"""Who watched at a screen goes on on a phone: once, within minutes, and with no more credit than there was time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.db import Connection
from api.kiosk import handoffs
from api.kiosk.device_schemas import WatchedIn
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import Screen, a_screen

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def a_film(rows: Connection) -> tuple[int, int]:
    series = await builders.a_watchable_series(rows, episodes=2)
    return series, int(await rows.fetchval("SELECT id FROM episode WHERE series_id = $1 AND number = 1", series))


async def hand_over(screen: Screen, series: int, episode: int, *spans: tuple[float, float]) -> httpx.Response:
    body: dict[str, Any] = {"series": series, "episode": episode, "second": 9.5, "lang": "ru"}
    body["watched"] = [{"episode": episode, "spans": [list(span) for span in spans]}]
    return await screen.browser.post("/api/kiosk/handoffs", json=body)


async def take(browser: httpx.AsyncClient, handed: httpx.Response) -> httpx.Response:
    assert handed.status_code == 200, handed.text
    return await browser.post("/api/kiosk/handoffs/take", json={"code": handed.json()["url"].partition("#")[2]})


async def paired_long_ago(rows: Connection, screen: Screen) -> None:
    await rows.execute("UPDATE kiosk SET paired_at = now() - interval '1 hour' WHERE id = $1", screen.id)


async def test_phone_goes_on_where_the_visitor_stopped(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (series, episode) = await a_screen(house, organiser), await a_film(rows)
    await paired_long_ago(rows, screen)
    handed = await hand_over(screen, series, episode, (0, 10))
    phone = house.browser()

    first, second = await take(phone, handed), await take(phone, handed)

    slug = await rows.fetchval("SELECT slug FROM series WHERE id = $1", series)
    assert (handed.json()["url"].partition("#")[0], handed.json()["svg"][:4]) == ("http://testserver.local/c", "<svg")
    assert first.json() == {
        "slug": slug, "number": 1, "second": 9.5, "lang": "ru", "credited": 10,
        "episodes": [{"number": 1, "seconds": 10.0, "duration": 12.0, "done": False}],
    }  # fmt: skip
    assert code_of(second) == (401, "code-refused")


async def test_what_was_watched_counts_for_the_phones_vote(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (series, episode) = await a_screen(house, organiser), await a_film(rows)
    await paired_long_ago(rows, screen)
    award = await ballots.an_award(rows, "device", watch={"episodes": 1})
    entry = await builders.an_entry(rows, award, series)
    phone = house.browser()

    await take(phone, await hand_over(screen, series, episode, (0, 12)))
    ballot = (await phone.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    noted = await phone.post(f"/api/awards/{award}/credit", json={"entry": entry}, headers={"Ballot": ballot})

    assert (noted.status_code, noted.json()["enough"]) == (200, True)


async def test_credit_is_never_more_than_the_time_since_the_last_visitor(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (series, episode) = await a_screen(house, organiser), await a_film(rows)
    await paired_long_ago(rows, screen)

    first = await take(house.browser(), await hand_over(screen, series, episode, (0, 12)))
    at_once = await take(house.browser(), await hand_over(screen, series, episode, (0, 12)))

    assert (first.json()["credited"], at_once.json()["credited"]) == (12, 0)


async def test_what_was_watched_of_other_series_counts_as_well(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (series, episode), (_, other) = await a_screen(house, organiser), await a_film(rows), await a_film(rows)
    await paired_long_ago(rows, screen)
    watched = [{"episode": each, "spans": [[0, 12]]} for each in (other, episode, 999_999)]
    body = {"series": series, "episode": episode, "second": 3, "lang": "en", "watched": watched}

    taken = (await take(house.browser(), await screen.browser.post("/api/kiosk/handoffs", json=body))).json()

    assert (taken["credited"], [each["number"] for each in taken["episodes"]]) == (24, [1])


async def test_episode_of_another_series_is_no_place_to_go_on(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (series, _), (_, other) = await a_screen(house, organiser), await a_film(rows), await a_film(rows)

    assert code_of(await hand_over(screen, series, other)) == (404, "not-found")


async def test_code_is_good_for_five_minutes(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, film = await a_screen(house, organiser), await a_film(rows)
    handed = await hand_over(screen, *film)
    await rows.execute("UPDATE kiosk_handoff SET expires_at = now()")

    assert datetime.fromisoformat(handed.json()["expires_at"]) - datetime.now(UTC) <= timedelta(minutes=5)
    assert code_of(await take(house.browser(), handed)) == (401, "code-refused")


async def test_only_a_screen_hands_over(house: House, organiser: httpx.AsyncClient) -> None:
    answer = await organiser.post("/api/kiosk/handoffs", json={"series": 1, "episode": 1, "second": 0, "lang": "en"})

    assert code_of(answer) == (401, "kiosk-unknown")


async def test_what_is_not_released_is_handed_to_nobody(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen, (series, episode) = await a_screen(house, organiser), await a_film(rows)
    await rows.execute("UPDATE series SET released_at = NULL WHERE id = $1", series)

    assert code_of(await hand_over(screen, series, episode)) == (404, "not-found")


@pytest.mark.parametrize(
    ("budget", "spans", "kept"),
    [
        (100.0, [(0, 10.2), (20, 30)], [(0, 9), (20, 29)]),
        (12.9, [(0, 10.2), (20, 30)], [(0, 9), (20, 21)]),
        (10.0, [(0, 10), (20, 30)], [(0, 9)]),
        (0.0, [(0, 10)], []),
    ],
)
def test_budget_is_spent_in_order(budget: float, spans: list[tuple[float, float]], kept: list[tuple[int, int]]) -> None:
    assert handoffs.within(budget, [WatchedIn(episode=1, spans=spans)]) == [(1, kept)]
