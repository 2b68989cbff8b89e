"""Without a network: kept episodes play, votes wait, and both survive a new version. And on to another phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from api.db import Connection, prepare_connection
from tests.journeys.conftest import PHONE, House
from tests.journeys.playable import a_playable_episode, make_film
from tests.journeys.test_upload_to_tally import PRESENTED

MINUTE = 60_000
CONTROLLED = "() => navigator.serviceWorker.controller !== null"
#: What a new version does at the most: another worker, and none of the old one's files.
REPLACE_WORKER = """async () => {
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
  for (const name of await caches.keys()) if (name.startsWith("tallscreen-shell-")) await caches.delete(name);
}"""
NOTHING_KEPT = """async () => (await (await caches.open("tallscreen-kept")).keys()).length === 0"""


@pytest.fixture
async def db(house: House) -> AsyncIterator[Connection]:
    db = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    yield db
    await db.close()


@pytest.fixture
async def film(house: House, db: Connection, tmp_path: Path) -> None:
    """Two episodes of the house's series that really play."""
    await make_film(tmp_path / "film")
    for number in (1, 2):
        await a_playable_episode(db, tmp_path / "film", tmp_path / "storage", house.series, number)


@pytest.fixture
async def traveller(chromium: Browser, house: House) -> AsyncIterator[BrowserContext]:
    """A phone that may lose its network; its console then says so."""
    context = await chromium.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, base_url=house.server.url, locale="en-GB"
    )
    yield context
    await context.close()


async def open_page(context: BrowserContext, path: str) -> Page:
    """A page with the worker in charge."""
    page = await context.new_page()
    await page.goto(path)
    await page.wait_for_function(CONTROLLED, timeout=MINUTE)
    await page.reload()
    return page


@pytest.mark.timeout(300)
async def test_kept_episode_plays_and_a_vote_waits_without_a_network(
    house: House, db: Connection, film: None, traveller: BrowserContext
) -> None:
    page = await open_page(traveller, "/s/night-bus")
    await page.get_by_test_id("keep").tap()
    await page.get_by_test_id("keep-2").tap()
    await expect(page.get_by_test_id("keep-state")).to_have_attribute("data-kept", "2", timeout=MINUTE)
    await page.goto("/ballots")
    entry = await db.fetchval("SELECT id FROM entry WHERE award_id = $1", house.award)
    await expect(page.get_by_test_id(f"vote-{entry}")).to_be_visible()

    await traveller.set_offline(True)
    await page.goto("/")
    await expect(page.get_by_test_id("offline")).to_be_visible()
    await page.get_by_test_id("series-night-bus").tap()
    await page.get_by_test_id("watch").tap()
    assert await page.get_by_test_id("film").evaluate(PRESENTED) > 0.2
    await page.goto("/s/night-bus/e/2")
    assert await page.get_by_test_id("film").evaluate(PRESENTED) > 0.2

    await page.goto("/ballots")
    await page.get_by_test_id(f"vote-{entry}").tap()
    await page.get_by_test_id("star-4").tap()
    await expect(page.get_by_test_id("ballot-status")).to_contain_text("is kept on this phone")
    assert await db.fetchval("SELECT count(*) FROM vote_event") == 0

    await page.evaluate(REPLACE_WORKER)
    await traveller.set_offline(False)
    await page.goto("/ballots")
    await expect(page.get_by_test_id(f"vote-row-{entry}")).to_have_attribute("data-state", "counted", timeout=MINUTE)
    assert await db.fetchval("SELECT array_agg(value) FROM vote_event") == [4]

    await page.goto("/kept")
    await expect(page.get_by_test_id("kept-night-bus")).to_be_visible()
    await page.get_by_test_id("kept-remove-2").tap()
    await expect(page.get_by_test_id("kept-play-2")).to_have_count(0)
    assert await page.get_by_test_id("kept-play-1").count() == 1
    keeping = f"/api/desk/series/{house.series}/keeping"
    await house.organiser.put(keeping, {"allowed": False})
    await page.goto("/kept")
    await expect(page.get_by_test_id("empty")).to_be_visible()
    await page.wait_for_function(NOTHING_KEPT)


async def test_what_was_watched_goes_on_on_another_phone(
    house: House, film: None, traveller: BrowserContext, chromium: Browser
) -> None:
    page = await traveller.new_page()
    await page.goto("/")
    seen = {"night-bus": {"episodes": {"1": {"seconds": 4, "duration": 6, "done": False}}, "last": 1, "at": 1000}}
    await page.evaluate("seen => localStorage.setItem('tallscreen.progress', JSON.stringify(seen))", seen)
    await page.goto("/kept")
    await page.get_by_test_id("to-handover").tap()
    await page.get_by_test_id("handover-make").tap()
    code = await page.get_by_test_id("handover-code").inner_text()

    other = await chromium.new_context(viewport=PHONE, has_touch=True, base_url=house.server.url, locale="en-GB")
    there = await other.new_page()
    await there.goto(f"/c#{code}")
    await expect(there.get_by_test_id("handover-taken")).to_have_text("1 series is here now")
    assert there.url == f"{house.server.url}/c"
    await there.get_by_test_id("handover-on").tap()
    await expect(there.get_by_test_id("continue")).to_have_attribute("href", "/s/night-bus/e/1")

    await page.goto("/c")
    await page.get_by_test_id("handover-typed").fill(code.lower())
    await page.get_by_test_id("handover-take").tap()
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await other.close()


async def test_film_waits_behind_a_question_when_the_days_megabytes_are_used_up(
    house: House, film: None, traveller: BrowserContext
) -> None:
    page = await traveller.new_page()
    await page.goto("/kept")
    await page.get_by_test_id("budget").select_option("50")
    today = await page.evaluate("new Date().toLocaleDateString('sv-SE')")
    spent = {"day": today, "bytes": 60_000_000, "more": 0}
    await page.evaluate("spent => localStorage.setItem('tallscreen.spent', JSON.stringify(spent))", spent)

    await page.goto("/s/night-bus/e/1")
    await expect(page.get_by_test_id("budget-gate")).to_contain_text("Today's 50 MB are used up.")
    assert await page.get_by_test_id("film").count() == 0
    await page.get_by_test_id("budget-more").tap()
    await expect(page.get_by_test_id("film")).to_be_visible()
