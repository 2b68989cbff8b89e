"""How films played, as organisers read it."""

import random
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Desk, House, fits

EPISODE = "INSERT INTO episode (series_id, number, title) VALUES ($1, 1, '{}') RETURNING id"
PLAYING = """
INSERT INTO playback_summary (session, episode_id, hour, start_ms, stalls, stalled_ms, seconds, rungs, liked, viewing, interface, network)
VALUES (gen_random_uuid(), $1, '2026-11-07 05:00Z'::timestamptz + $2 * interval '1 day', $3, $4, $4 * 700, 90, $5::jsonb, false, $6, 'en', $7)
"""


async def play(house: House, people: int) -> None:
    """Half of them in the halls, where pictures are smaller and later."""
    dice = random.Random(8)
    db = await asyncpg.connect(house.server.database_url)
    episode = await db.fetchval(EPISODE, house.series)
    for person in range(people):
        hall = person % 2 == 0
        start = dice.randint(400, 2_600) if hall else dice.randint(120, 900)
        rungs = '{"v360": 60, "v540s": 30}' if hall else '{"av1-540": 20, "v720": 70}'
        viewing, network = UUID(int=dice.getrandbits(128), version=4), "hall" if hall else "elsewhere"
        await db.execute(
            PLAYING, episode, person % 5, start, dice.randint(0, 2) if hall else 0, rungs, viewing, network
        )
    await db.close()


@pytest.mark.timeout(240)
async def test_how_films_played_is_told_in_the_halls_and_elsewhere(house: House, organiser: Desk) -> None:
    await play(house, 200)
    page = organiser.page

    await page.goto("/desk/reports?lang=en")

    await expect(page.get_by_test_id("report-played")).to_contain_text(
        "Half of all films showed their first picture within"
    )
    hall, elsewhere = page.get_by_test_id("played-network-hall"), page.get_by_test_id("played-network-elsewhere")
    await expect(hall.locator("td").first).to_have_text("100")
    await expect(elsewhere.locator("td").nth(3)).to_have_text("0")
    await expect(page.get_by_test_id("lines-network-hall").locator("li").first).to_contain_text("360p")
    await expect(page.get_by_test_id("lines-network-elsewhere").locator("li").first).to_contain_text("720p")
    await expect(page.get_by_test_id("plot-starts").locator("rect")).to_have_count(5)
    await page.get_by_test_id("plot-starts-table").click()
    await expect(page.get_by_test_id("plot-starts").locator("tbody tr").nth(1)).to_contain_text(" s")
    await fits(page)
