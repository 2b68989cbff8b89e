"""Screens at the desk: their last words, commands that arrive at once and wait while a screen is away, pictures."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from api.db import Connection
from api.kiosk import fleet
from api.live import RedisLive
from api.settings import Settings
from tests import builders
from tests.builders import code_of
from tests.conftest import SCRAPER, start_server, stop_process
from tests.house import House
from tests.kiosk.screens import Screen, a_screen
from tests.test_streams import listening

pytest_plugins = ("tests.housing",)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(28)


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def card(organiser: httpx.AsyncClient, screen: Screen) -> dict[str, Any]:
    shown = await organiser.get("/api/desk/kiosks")
    [found] = [each for each in shown.json()["kiosks"] if each["id"] == screen.id]
    return dict(found)


async def test_desk_sees_the_last_word_of_a_screen(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Foyer left", place="By the stairs")
    series = await builders.a_watchable_series(rows, episodes=1)
    episode = await rows.fetchval("SELECT id FROM episode WHERE series_id = $1", series)

    before = await card(organiser, screen)
    await screen.beat(series=series, episode=episode, second=4.5, cached=64, counter=3, votes_waiting=3)
    after = await card(organiser, screen)

    assert (before["seen_at"], before["late"], before["beat"]) == (None, False, None)
    assert (after["name"], after["place"], after["late"], after["beat"]["cached"]) == (
        "Foyer left", "By the stairs", False, 64,
    )  # fmt: skip
    assert (after["on_screen"]["number"], after["on_screen"]["second"], after["on_screen"]["of"]) == (1, 4.5, 12.0)
    assert (after["received"], after["of"], after["waiting"]) == (0, 3, 3)


async def test_screen_is_late_after_a_minute(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen = await a_screen(house, organiser)
    await screen.beat()
    await rows.execute("UPDATE kiosk SET seen_at = now() - interval '61 seconds' WHERE id = $1", screen.id)

    assert (await card(organiser, screen))["late"] is True
    told = (await organiser.get("/api/desk/overview")).json()["late"]
    assert [(each["id"], each["held"]) for each in told] == [(screen.id, 0)]


async def test_silence_is_counted_for_the_metrics(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    await rows.execute("UPDATE kiosk SET seen_at = NULL")
    await rows.execute("UPDATE kiosk_journal SET waiting = 0, counter = received")
    screen, other = await a_screen(house, organiser), await a_screen(house, organiser)
    await screen.beat(counter=14, votes_waiting=14)
    await other.beat(counter=3, votes_waiting=3)
    await rows.execute("UPDATE kiosk SET seen_at = now() - interval '61 seconds' WHERE id = $1", screen.id)

    shown = (await house.browser().get("/metrics", headers=SCRAPER)).text.splitlines()

    assert 'tallscreen_kiosks{state="late"} 1.0' in shown
    assert 'tallscreen_kiosks{state="online"} 1.0' in shown
    assert "tallscreen_kiosk_votes_held 14.0" in shown
    assert "tallscreen_kiosk_votes_waiting 17.0" in shown


async def test_heartbeat_is_answered_with_what_a_screen_should_know(house: House, organiser: httpx.AsyncClient) -> None:
    screen = await a_screen(house, organiser)
    await organiser.post(f"/api/desk/kiosks/{screen.id}/commands", json={"kind": "pause"})

    heard = await screen.beat(counter=2, votes_waiting=2)

    assert (heard["received"], heard["of"], heard["gaps"], heard["mode"]) == (0, 2, [[1, 2]], "pause")
    assert [command["kind"] for command in heard["commands"]] == ["pause"]
    assert heard["serial"] > 0


async def test_newer_command_takes_the_place_of_one_that_waits(house: House, organiser: httpx.AsyncClient) -> None:
    screen = await a_screen(house, organiser)
    path = f"/api/desk/kiosks/{screen.id}/commands"
    for command in ({"kind": "pause"}, {"kind": "say", "text": "Ten minutes"}, {"kind": "reload"}, {"kind": "blank"}):
        await organiser.post(path, json=command)

    waiting = (await screen.beat())["commands"]

    assert [(command["kind"], command["text"]) for command in waiting] == [
        ("say", "Ten minutes"), ("reload", None), ("blank", None),
    ]  # fmt: skip


async def test_done_command_waits_no_more(house: House, organiser: httpx.AsyncClient) -> None:
    screen, other = await a_screen(house, organiser), await a_screen(house, organiser)
    given = (await organiser.post(f"/api/desk/kiosks/{screen.id}/commands", json={"kind": "identify"})).json()
    path = f"/api/kiosk/commands/{given['id']}/done"

    foreign = await other.browser.post(path, json={"outcome": "done"})
    done = [(await screen.browser.post(path, json={"outcome": "done"})).status_code for _ in range(2)]

    assert (code_of(foreign), done, (await screen.beat())["commands"]) == ((404, "not-found"), [204, 204], [])


async def test_word_that_is_too_old_to_be_said_waits_no_more(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser)
    for command in ({"kind": "say", "text": "Ten minutes"}, {"kind": "reload"}):
        await organiser.post(f"/api/desk/kiosks/{screen.id}/commands", json=command)
    await rows.execute(
        "UPDATE kiosk_command SET asked_at = now() - interval '11 minutes' WHERE kiosk_id = $1", screen.id
    )

    assert [each["kind"] for each in (await screen.beat())["commands"]] == ["reload"]
    assert (await card(organiser, screen))["commands"] == 1


@pytest.mark.parametrize("command", [{"kind": "say"}, {"kind": "pause", "text": "x"}])
async def test_only_what_is_said_has_words(house: House, organiser: httpx.AsyncClient, command: dict[str, str]) -> None:
    screen = await a_screen(house, organiser)

    assert code_of(await organiser.post(f"/api/desk/kiosks/{screen.id}/commands", json=command)) == (
        422, "invalid-value",
    )  # fmt: skip


async def test_picture_of_the_screen_is_shown_as_nothing_else(house: House, organiser: httpx.AsyncClient) -> None:
    screen = await a_screen(house, organiser)
    none = await organiser.get(f"/api/desk/kiosks/{screen.id}/screenshot")

    sent = await screen.browser.put("/api/kiosk/screenshot", content=WEBP)
    shown = await organiser.get(f"/api/desk/kiosks/{screen.id}/screenshot")

    assert (code_of(none), sent.status_code) == ((404, "not-found"), 204)
    assert (shown.content, shown.headers["content-type"]) == (WEBP, "image/webp")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert (await card(organiser, screen))["screenshot_at"] is not None


@pytest.mark.parametrize(
    ("body", "refusal"), [(b"<svg/>", (422, "invalid-value")), (WEBP + bytes(200_000), (413, "too-large"))]
)
async def test_what_is_no_picture_is_refused(
    house: House, organiser: httpx.AsyncClient, body: bytes, refusal: tuple[int, str]
) -> None:
    screen = await a_screen(house, organiser)

    assert code_of(await screen.browser.put("/api/kiosk/screenshot", content=body)) == refusal


async def test_settings_reach_the_screen_with_a_new_serial(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Metro")
    before = (await screen.beat())["serial"]
    settings = {"name": "Metro stop", "rotation": 90, "sound": "off", "volume": 0.25, "touch": False, "idle_seconds": 45,
                "side": 1080, "head_count": 400}  # fmt: skip

    changed = await organiser.put(f"/api/desk/kiosks/{screen.id}", json=settings)
    shown = await card(organiser, screen)

    assert changed.status_code == 204, changed.text
    assert {name: shown[name] for name in settings} == settings
    assert (await screen.beat())["serial"] > before


async def test_settings_of_two_screens_keep_their_names_apart(house: House, organiser: httpx.AsyncClient) -> None:
    await a_screen(house, organiser, "Twin")
    other = await a_screen(house, organiser, "Other twin")

    refused = await organiser.put(f"/api/desk/kiosks/{other.id}", json={"name": "TWIN"})
    unknown = await organiser.put(f"/api/desk/kiosks/{other.id}", json={"name": "Other twin", "programme": 999_999})

    assert (code_of(refused), code_of(unknown)) == ((409, "already-there"), (422, "invalid-value"))


async def test_fleet_is_shown_without_redis(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen, away = await a_screen(house, organiser), RedisLive("redis://127.0.0.1:1/0")
    await screen.beat()

    shown = await fleet.fleet(rows, away, now=builders.NOW)

    await away.close()
    assert {each.id: each.beat for each in shown.kiosks}[screen.id] is None


@pytest.fixture(scope="module")
async def outside(house_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[str, None]:
    """The same database behind a server of its own: streams have no end and need a real connection."""
    started = await start_server(house_settings, tmp_path_factory.mktemp("outside"))
    yield started.url
    await stop_process(started.process)


def moved(browser: httpx.AsyncClient, url: str) -> httpx.AsyncClient:
    """The same browser, at the other server."""
    return httpx.AsyncClient(base_url=url, cookies=dict(browser.cookies), headers=browser.headers, timeout=20)


async def test_commands_arrive_over_the_stream(house: House, organiser: httpx.AsyncClient, outside: str) -> None:
    screen = await a_screen(house, organiser)

    async with moved(screen.browser, outside) as page, listening(page, f"kiosk:{screen.id}:commands") as events:
        first = (await events.next())[1]
        await organiser.post(f"/api/desk/kiosks/{screen.id}/commands", json={"kind": "reload"})
        given = await asyncio.wait_for(_until(events, lambda state: bool(state["commands"])), 10)
        await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")
        last = await asyncio.wait_for(_until(events, lambda state: state["revoked"]), 10)

    assert first == {"revoked": False, "commands": []}
    assert [command["kind"] for command in given["commands"]] == ["reload"]
    assert last["revoked"] is True


async def _until(events: Any, wanted: Any) -> dict[str, Any]:
    while True:
        _, state = await events.next()
        if wanted(state):
            return dict(state)


async def test_stream_of_a_screen_is_its_own(house: House, organiser: httpx.AsyncClient) -> None:
    screen, other = await a_screen(house, organiser), await a_screen(house, organiser)
    topic = {"topic": f"kiosk:{screen.id}:commands"}

    answers = [await browser.get("/api/live", params=topic) for browser in (other.browser, organiser, house.browser())]

    assert [code_of(answer) for answer in answers] == [(401, "kiosk-unknown")] * 3


@pytest.mark.parametrize(("role", "refusal"), [(None, (401, "sign-in-needed")), ("producer", (403, "not-allowed"))])
async def test_fleet_is_the_desks(house: House, role: Any, refusal: tuple[int, str]) -> None:
    browser = house.browser() if role is None else await house.signed_in(role)

    assert code_of(await browser.get("/api/live", params={"topic": "kiosks:fleet"})) == refusal
