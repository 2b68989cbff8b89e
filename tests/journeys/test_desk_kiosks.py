"""Screens at the desk: paired by the code they show, told what to do and what to play, missed, and written off."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import expect

from api.db import prepare_connection
from loadtest.client import Person
from loadtest.screen import Screen
from tests import builders
from tests.journeys.conftest import Desk, House, fits

TIMES = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}


@pytest.fixture
async def hall(house: House) -> int:
    """An award that screens take votes for, with two watchable episodes; its number."""
    connection = await asyncpg.connect(house.server.database_url)
    try:
        await prepare_connection(connection)
        for number in (1, 2):
            await builders.a_package(connection, await builders.an_episode(connection, house.series, number))
    finally:
        await connection.close()
    award = {"slug": "hall", "name": {"en": "Prize of the hall"}, "tiers": ["kiosk"], **TIMES}
    return int((await house.organiser.post("/api/desk/awards", award))["id"])


@pytest.fixture
async def screen(house: House) -> AsyncIterator[Screen]:
    person = Person(house.server.url)
    yield Screen(person, {})
    await person.close()


async def test_screen_is_paired_by_its_code_and_does_what_it_is_told(
    organiser: Desk, house: House, screen: Screen, hall: int
) -> None:
    organiser.expects("/media/")  # the episodes have no files here
    page, code = organiser.page, await screen.ask()
    await page.goto(f"/desk/kiosks?code={code}&lang=en")
    await page.get_by_test_id("pair-name").fill("Foyer left")
    await page.get_by_test_id("pair-place").fill("Beside the cloakroom")
    await page.get_by_test_id("pair-go").click()
    await expect(page.get_by_test_id("pair-dialog")).to_have_count(0)
    screen.kept["kiosk"] = await house.sql("SELECT id FROM kiosk")
    card = page.get_by_test_id(f"kiosk-{screen.kept['kiosk']}")
    await expect(card).to_have_attribute("data-look", "new")

    await screen.sign_in()
    films = (await screen.manifest())["series"][0]
    await screen.beat(series=films["id"], episode=films["episodes"][0]["id"], second=4.0, cached=64)
    await expect(card).to_have_attribute("data-look", "loading")
    await expect(card).to_contain_text("Night bus, episode 1")
    await page.get_by_test_id("act-say").click()
    await page.get_by_test_id("say-text").fill("Please come to hall 1")
    await page.get_by_test_id("say-send").click()
    await page.get_by_test_id("act-pause").click()
    await expect(page.get_by_test_id("act-play")).to_be_visible()
    heard = await screen.beat(state="paused", counter=3, votes_waiting=3)
    assert [(each["kind"], each["text"]) for each in heard["commands"]] == [
        ("say", "Please come to hall 1"), ("pause", None),
    ]  # fmt: skip
    await expect(card).to_have_attribute("data-look", "paused")
    await expect(page.get_by_test_id("kiosk-journal")).to_contain_text("Votes 1 to 3 have not arrived yet.")

    await house.sql("UPDATE kiosk SET seen_at = now() - interval '2 minutes' RETURNING id")
    await expect(page.get_by_test_id("kiosk-late")).to_contain_text("Foyer left has been offline since")
    await expect(page.get_by_test_id("kiosk-late")).to_contain_text("3 votes are kept safely")
    await fits(page)
    await page.goto("/desk?lang=en")
    await expect(page.get_by_test_id("kiosk-late")).to_contain_text("Foyer left")


async def log_began(house: House, award: int) -> None:
    for _ in range(100):
        if await house.sql("SELECT count(*) FROM checkpoint WHERE award_id = $1", award):
            return
        await asyncio.sleep(0.2)


async def test_result_goes_on_without_a_screen_that_is_lost(
    organiser: Desk, house: House, screen: Screen, hall: int
) -> None:
    await screen.pair(house.organiser, name="Foyer left")
    await screen.sign_in()
    await screen.beat(counter=14, votes_waiting=14)
    await log_began(house, hall)
    await house.sql("UPDATE kiosk SET paired_at = now() - interval '1 hour' RETURNING id")
    await house.sql("UPDATE award SET closes_at = now() - interval '5 minutes' WHERE slug = 'hall' RETURNING id")
    page, kiosk = await organiser.open(hall), screen.kept["kiosk"]
    await expect(page.get_by_test_id("gates")).to_contain_text("1 kiosk may still hold votes.")
    await expect(page.get_by_test_id(f"gate-kiosk-{kiosk}")).to_contain_text("0 of 14 received")

    await page.get_by_test_id(f"write-off-{kiosk}").click()
    await page.get_by_test_id("off-go").click()
    await expect(page.get_by_test_id("write-off-dialog")).to_contain_text("Choose a reason.")
    await page.get_by_test_id("off-reason").select_option("broken")
    await page.get_by_test_id("off-words").fill("It fell into the fountain.")
    await page.get_by_test_id("off-go").click()

    await expect(page.get_by_test_id(f"gate-kiosk-{kiosk}")).to_have_count(0)
    await expect(page.get_by_test_id("gates")).to_contain_text("1 is written off, with a reason.")
    assert await house.sql("SELECT held FROM kiosk_write_off") == 14


async def test_programme_is_written_with_a_look_at_its_evening(organiser: Desk, house: House, hall: int) -> None:
    page = organiser.page
    await page.goto("/desk/kiosks/programmes/new?lang=en")
    await page.get_by_test_id("programme-save").click()
    await expect(page.get_by_role("alert")).to_contain_text("Give the programme a name.")
    await page.get_by_test_id("programme-name").fill("Evening")
    await page.get_by_test_id("block-0-starts").fill("18:00")
    await page.get_by_test_id("block-0-ends").fill("02:00")
    await page.get_by_test_id("item-0-0").select_option("section")
    await page.get_by_test_id("item-add-0").click()
    await page.get_by_test_id("item-0-1").select_option("wall")
    await page.get_by_test_id("preview-at").fill("2026-11-20T19:05")
    await expect(page.get_by_test_id("preview")).to_contain_text("List 1 plays.")
    await expect(page.get_by_test_id("preview")).to_contain_text("Night bus, episode 1")
    await expect(page.get_by_test_id("preview")).to_contain_text("Results: ")
    await page.get_by_test_id("sleep-add").click()
    await page.get_by_test_id("sleep-0-starts").fill("19:00")
    await expect(page.get_by_test_id("preview")).to_contain_text("It sleeps then.")
    await fits(page)

    await page.get_by_test_id("programme-save").click()
    await page.wait_for_url(re.compile(r"/programmes/\d+"))
    plan = await house.sql("SELECT plan FROM programme WHERE name = 'Evening'")
    assert '"starts": "18:00"' in plan
    await page.get_by_test_id("programme-delete").click()
    await page.wait_for_url(re.compile(r"/programmes(\?|$)"))
    assert await house.sql("SELECT count(*) FROM programme") == 0


async def test_proof_of_play_counts_by_day_and_comes_as_a_file(
    organiser: Desk, house: House, screen: Screen, hall: int, tmp_path: Path
) -> None:
    await screen.pair(house.organiser, name="Foyer left")
    await screen.sign_in()
    series = (await screen.manifest())["series"][0]
    film = {"series": series["id"], "episode": series["episodes"][0]["id"], "seconds": 12.0}
    now = datetime.now(UTC)
    await screen.played([(film, now - timedelta(hours=hours), "loop") for hours in range(26, 22, -1)])
    page = organiser.page
    await page.goto("/desk/kiosks/plays?lang=en")
    await expect(page.get_by_test_id("plays-sum")).to_contain_text("4 times, 4 of them to the end, 0:48 in all")
    await expect(page.get_by_test_id("plays-table")).to_contain_text("Foyer left")
    await fits(page)

    async with page.expect_download() as loading:
        await page.get_by_test_id("plays-csv").click()
    await (await loading.value).save_as(tmp_path / "plays.csv")

    lines = (tmp_path / "plays.csv").read_text().splitlines()
    assert lines[0].startswith("day,kiosk,series,episode")
    assert all(",Foyer left," in line for line in lines[1:])
