"""A producer sees who stayed: nothing of few, then a curve, the moment people left, that moment itself, and the figures."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import Browser, Page, expect

from api.db import Connection, prepare_connection
from tests.journeys.conftest import House, desktop, fits, watch
from tests.journeys.playable import a_playable_episode, make_film
from tests.journeys.test_studio import sign_in

LEFT_AT = 4.2


@pytest.fixture
async def episodes(house: House, tmp_path: Path) -> AsyncIterator[list[int]]:
    """Three that play; their ids."""
    db: Connection = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    await make_film(tmp_path / "film")
    for number in (1, 2, 3):
        await a_playable_episode(db, tmp_path / "film", tmp_path / "storage", house.series, number)
    yield await db.fetchval("SELECT array_agg(id ORDER BY number) FROM episode")
    await db.close()


@pytest.fixture
async def page(house: House, chromium: Browser) -> AsyncIterator[Page]:
    context = await desktop(chromium, house)
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    await sign_in(page, house)
    yield page
    await context.close()
    assert complaints == []


async def viewers(house: House, episodes: list[int], count: int, left_at: float = LEFT_AT) -> None:
    """Who watch these one after the other and leave in the midst of the last."""
    for _ in range(count):
        viewing = str(uuid4())
        for episode in episodes:
            leaves = episode == episodes[-1]
            line = {
                "session": str(uuid4()), "episode": episode, "start_ms": 400, "stalls": 0, "stalled_ms": 0, "liked": False,
                "seconds": left_at, "rungs": {"v360": left_at}, "viewing": viewing, "left_at": left_at if leaves else 6.0,
                "finished": not leaves, "interface": "en", "subtitles": "en", "sound": None,
            }  # fmt: skip
            await house.producer.post("/api/playback/summaries", line)


@pytest.mark.timeout(180)
async def test_producer_sees_where_people_left_and_watches_that_moment(
    house: House, episodes: list[int], page: Page
) -> None:
    await viewers(house, episodes[:1], 19)
    address = f"/studio/series/{house.series}/stayed"
    await page.goto(address)
    await expect(page.get_by_test_id("too-few")).to_contain_text("20")

    await viewers(house, episodes[:2], 41)
    await viewers(house, episodes[:2], 20, left_at=1.2)
    await house.sql("UPDATE staying SET counted_at = counted_at - interval '1 hour'")
    await page.reload()

    await expect(page.get_by_test_id("finding")).to_contain_text("between episodes 1 and 2")
    curve = page.get_by_test_id("carry")
    await expect(curve.locator("svg circle")).to_have_count(2)
    await curve.get_by_test_id("as-table").click()
    await expect(curve.get_by_role("row")).to_have_count(4)
    await expect(curve.get_by_role("row").nth(1)).to_contain_text("80")
    leave = page.get_by_test_id("leave")
    await leave.get_by_test_id("leave-episode").select_option("2")
    await expect(leave).to_contain_text("Most at 0:02")
    await leave.get_by_test_id("watch").click()
    film = page.get_by_test_id("watch-dialog").locator("video")
    await expect(film).to_have_js_property("readyState", 4)
    assert float(await film.evaluate("film => film.currentTime")) < LEFT_AT + 1
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("watch-dialog")).to_have_count(0)
    async with page.expect_download() as saved:
        await page.get_by_test_id("csv").click()
    assert "80" in Path(await (await saved.value).path()).read_text(encoding="utf-8")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_page_fits_in_both_directions(house: House, episodes: list[int], page: Page, lang: str) -> None:
    await viewers(house, episodes, 25)
    await page.goto(f"/studio/series/{house.series}/stayed?lang={lang}")
    await expect(page.get_by_test_id("carry")).to_be_visible()

    await fits(page)
