"""Two hundred episodes while four files are sent: what moves is drawn, and nothing else is touched."""

import asyncio
from pathlib import Path

import pytest
from msgspec import structs
from playwright.async_api import Browser, Route, expect

from api.settings import Settings
from tests.journeys.conftest import House
from tests.journeys.studio_page import Studio, clips, stored, studio, sums

PART = 65536
ROWS = 200
#: Notes, for so many milliseconds, in which rows anything changes.
TOUCHED = """async (milliseconds) => {
  const touched = new Set();
  let changes = 0;
  const watching = new MutationObserver((records) => {
    for (const { target } of records) {
      const row = (target instanceof Element ? target : target.parentElement)?.closest("[data-testid^=episode-]");
      if (row) { touched.add(row.dataset.testid); changes += 1; }
    }
  });
  watching.observe(document.querySelector("[role=table]"), { subtree: true, childList: true, attributes: true, characterData: true });
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  watching.disconnect();
  return { touched: [...touched].sort(), changes };
}"""
DRAWN = """() => {
  const rows = [...document.querySelectorAll("[data-testid^=episode-]")];
  const drawn = rows.filter((row) => row.firstElementChild.checkVisibility({ contentVisibilityAuto: true })).length;
  return { rows: rows.length, drawn, elements: document.querySelectorAll("[role=table] *").length };
}"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small parts, so that small films have many."""
    return structs.replace(settings, storage_url=f"{settings.storage_url}?part={PART}")


async def two_hundred(house: House) -> None:
    await house.sql(
        "WITH made AS (INSERT INTO episode (series_id, number) SELECT $1, n FROM generate_series(5, $2::int) n RETURNING id)"
        " SELECT count(*) FROM made",
        house.series,
        ROWS,
    )


async def trickle(tab: Studio) -> None:
    """Let a part through now and then, so that four files move for as long as the test looks."""
    await tab.page.route("**/storage/parts/**", later)


async def later(route: Route) -> None:
    await asyncio.sleep(0.3)
    await route.continue_()


@pytest.mark.timeout(120)
async def test_long_list_draws_what_is_seen_and_changes_only_rows_that_move(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    films = clips(tmp_path / "films", 4)
    await two_hundred(house)
    tab = await studio(chromium, house)
    await trickle(tab)
    await expect(tab.row(ROWS)).to_be_attached()
    await tab.drop(*films)
    await tab.send()
    await tab.are("sending", 1, 2, 3, 4)

    seen = await tab.page.evaluate(TOUCHED, 2_000)
    drawn = await tab.page.evaluate(DRAWN)

    assert seen["touched"] == [f"episode-{number}" for number in (1, 2, 3, 4)]
    assert seen["changes"] < 400
    assert drawn["rows"] == ROWS
    assert drawn["drawn"] < 60
    assert drawn["elements"] < ROWS * 40
    await tab.are("queued", 1, 2, 3, 4)
    assert await stored(house) == sums(films)
    await tab.page.context.close()


@pytest.mark.timeout(120)
async def test_rows_out_of_sight_are_found_by_keyboard_and_by_their_text(house: House, chromium: Browser) -> None:
    await two_hundred(house)
    tab = await studio(chromium, house)
    last = tab.row(ROWS)

    await last.get_by_test_id("more").focus()

    await expect(last).to_be_in_viewport()
    await expect(last).to_contain_text("No file yet")
    assert await tab.page.evaluate("window.find('200', false, true)")
    await tab.page.context.close()


@pytest.mark.timeout(120)
async def test_all_of_two_hundred_moving_episodes_are_told_of_on_one_stream(house: House, chromium: Browser) -> None:
    await two_hundred(house)
    tab = await studio(chromium, house)
    streams: list[str] = []
    tab.page.on("request", lambda request: streams.append(request.url) if "/api/live" in request.url else None)
    await tab.page.reload()
    await expect(tab.row(ROWS)).to_be_attached()

    await house.sql(
        "WITH made AS (INSERT INTO original (id, episode_id, account_id, file_name, size, part_size, storage_key, storage_upload, expires_at)"
        " SELECT gen_random_uuid(), e.id, (SELECT min(id) FROM account), 'E' || e.number || '.mov', 1000, 1000, 'originals/x', 'x', now() + interval '1 day'"
        " FROM episode e RETURNING id) SELECT count(*) FROM made"
    )

    await tab.are("uploading", 5, 120, ROWS)
    assert len([url for url in streams if "states" in url]) == 1
    await tab.page.context.close()
