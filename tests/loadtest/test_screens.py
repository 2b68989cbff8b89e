"""The screens of a demo do what a real one does: they pair, play, vote, fall silent and send what was written down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.db import Connection
from loadtest.client import Person
from loadtest.screen import Screen
from loadtest.screens import DAYS_BEFORE, HELD, SCREENS, SENT, Disk, Life, set_up
from tests import ballots, builders
from tests.house import House

pytest_plugins = ("tests.housing",)


def person_of(browser: httpx.AsyncClient) -> Person:
    person = Person("http://testserver.local")
    person.http = browser
    return person


@pytest.fixture
async def festival(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)
    await builders.a_section(rows)
    if await rows.fetchval("SELECT count(*) FROM award WHERE slug = 'audience'"):
        return
    series = [await builders.a_watchable_series(rows, episodes=2) for _ in range(3)]
    award = await ballots.an_award(rows, "device", "kiosk")
    await rows.execute("UPDATE award SET slug = 'audience' WHERE id = $1", award)
    for each in series:
        await builders.an_entry(rows, award, each)


@pytest.fixture
async def lives(house: House, festival: None, rows: Connection, tmp_path: Path) -> list[Life]:
    disk = Disk(tmp_path / "screens.json")
    found = [Life(Screen(person_of(house.browser()), disk.of(plan.name)), plan, disk) for plan in SCREENS[:2]]
    organiser = person_of(await house.signed_in("organiser"))
    known = {each["name"]: each["id"] for each in (await organiser.get("/api/desk/kiosks"))["kiosks"]}
    for life in found:
        if life.plan.name in known:
            await organiser.post(f"/api/desk/kiosks/{known[life.plan.name]}/revoke")
    await set_up(organiser, found)
    for life in found:
        await life.screen.sign_in()
        await rows.execute(
            "UPDATE kiosk_journal SET reported_at = now() - interval '1 day' WHERE kiosk_id = $1",
            life.screen.kept["kiosk"],
        )
    return found


async def card(house: House, name: str) -> Any:
    desk = await house.signed_in("auditor")
    cards = (await desk.get("/api/desk/kiosks")).json()["kiosks"]
    return next(each for each in cards if each["name"] == name)


async def test_screens_are_paired_with_place_programme_and_head_count(house: House, lives: list[Life]) -> None:
    shown = await card(house, "Foyer right")

    assert (shown["place"], shown["head_count"]) == ("Right of the cloakroom", 800)
    assert shown["programme"] is not None


async def test_screen_plays_and_fills_in_the_days_before(house: House, lives: list[Life]) -> None:
    life = lives[1]
    for _ in range(3):
        await life.tick(timedelta(seconds=5))

    shown = await card(house, "Foyer right")
    desk = await house.signed_in("auditor")
    days = [day for day in (await desk.get("/api/desk/kiosks/plays")).json()["days"] if day["plays"] > 0]
    assert shown["on_screen"] is not None
    assert len(days) >= DAYS_BEFORE
    assert life.disk.of("Foyer right")["filled"] is True


async def test_screen_that_is_cut_off_keeps_its_votes(house: House, lives: list[Life]) -> None:
    life = lives[0]
    for _ in range(SENT + HELD + 5):
        await life.tick(timedelta(seconds=5))

    shown = await card(house, "Foyer left")
    assert (shown["received"], shown["of"]) == (SENT, SENT + HELD)
    assert len(life.screen.unsent) == HELD


async def test_disk_goes_on_where_it_stopped(house: House, lives: list[Life], tmp_path: Path) -> None:
    life = lives[1]
    await life.tick(timedelta(seconds=5))
    life.vote()
    await life.screen.send()
    life.disk.save()

    again = Screen(person_of(house.browser()), Disk(tmp_path / "screens.json").of("Foyer right"))
    await again.sign_in()
    again.vote(life.award, life.entries[0], 4)
    await again.send()

    shown = await card(house, "Foyer right")
    assert (shown["received"], shown["of"], shown["findings"]) == (2, 2, 0)
    assert datetime.fromisoformat(shown["last_vote_at"]) > datetime.now(UTC) - timedelta(minutes=1)
