"""Twenty sheets of paper by keyboard: without a network and back, read again by somebody else, two differences settled."""

from typing import Any

import asyncpg
import pytest
from playwright.async_api import Page, expect

from api.db import prepare_connection
from tests import builders
from tests.journeys.conftest import Desk, House, fits

SHEETS = 20
#: What stands on the sheets, in their order; the sixth is blank.
KEYS = ["-" if number == 6 else f"{1 + number % 2}.{1 + number % 5}" for number in range(1, SHEETS + 1)]


async def an_award(house: House, **rules: Any) -> int:
    db = await asyncpg.connect(house.server.database_url)
    try:
        await prepare_connection(db)
        await builders.a_watchable_series(db, slug="window-43")
    finally:
        await db.close()
    times = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}
    award = {"slug": "paper", "name": {"en": "Prize on paper"}, "tiers": ["device", "paper"], **times, **rules}
    return int((await house.organiser.post("/api/desk/awards", award))["id"])


async def key(page: Page, text: str) -> None:
    """As on a keypad: no mouse, and Enter."""
    for sign in text:
        await page.keyboard.press({" ": "Space"}.get(sign, sign))
    await page.keyboard.press("Enter")


@pytest.mark.timeout(180)
async def test_sheets_are_keyed_without_network_read_again_and_settled(
    house: House, organiser: Desk, auditor: Desk
) -> None:
    award = await an_award(house)
    page = organiser.page
    await page.goto("/desk/paper?lang=en")
    await page.get_by_test_id("paper-paper").click()
    await page.get_by_test_id("paper-open").click()
    await expect(page.get_by_text("Say where the sheets come from.")).to_be_visible()
    await page.get_by_test_id("paper-place").fill("Hall 2")
    await page.get_by_test_id("paper-sheets").fill(str(SHEETS))
    await page.get_by_test_id("paper-open").click()
    await expect(page.get_by_test_id("sheet-input")).to_be_focused()
    batch = int(page.url.partition("?")[0].rpartition("/")[2])

    await key_with_a_mistake(page)
    await expect(page.get_by_test_id("paper-net")).to_contain_text("All sent")
    organiser.expects("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
    await page.context.set_offline(True)
    for text in KEYS[4:]:
        await key(page, text)
    await expect(page.get_by_test_id("keyed-count")).to_contain_text("20")
    await expect(page.get_by_test_id("paper-net")).to_contain_text("not sent yet: 16")
    await expect(page.get_by_test_id("end-keying")).to_have_count(0)
    await page.route("**/sheets", lambda route: route.abort())
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_test_id("keyed-count")).to_contain_text("20")
    await expect(page.get_by_test_id("paper-net")).to_contain_text("not sent yet: 16")
    assert await house.sql("SELECT count(*) FROM paper_sheet WHERE batch_id = $1", batch) == 4
    await page.unroute("**/sheets")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.get_by_test_id("paper-net")).to_contain_text("All sent")
    await fits(page)
    await page.get_by_test_id("end-keying").click()
    await expect(page.get_by_test_id("waits")).to_contain_text("it cannot be you")

    await read_again(auditor.page, award, batch)
    assert await house.sql("SELECT count(*) FROM vote_event WHERE award_id = $1", award) == 0
    await settle(auditor.page)
    assert await house.sql("SELECT count(*) FROM vote_event WHERE award_id = $1 AND channel = 3", award) == SHEETS - 1
    assert await house.sql("SELECT count(*) FROM ballot WHERE paper_id = $1", batch) == SHEETS - 1
    wanted = sum(int(text[-1]) for text in KEYS if text != "-") + (5 - int(KEYS[8][-1]))
    assert await house.sql("SELECT sum(value) FROM vote_event WHERE award_id = $1", award) == wanted


async def key_with_a_mistake(page: Page) -> None:
    """Four sheets. What is no film is refused, and the last sheet is taken back and keyed again."""
    await key(page, KEYS[0])
    await key(page, "9.1")
    await expect(page.get_by_test_id("sheet-wrong")).to_contain_text("There is no film 9.")
    await page.keyboard.press("Escape")
    await key(page, KEYS[1])
    await key(page, "1.1")
    await page.keyboard.press("Backspace")
    await expect(page.get_by_test_id("sheet-input")).to_have_value("1.1")
    await page.keyboard.press("Escape")
    await key(page, KEYS[2])
    for sign in KEYS[3]:
        await page.keyboard.press(sign)
    await expect(page.get_by_test_id("echo")).to_contain_text("5 of 5")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("keyed-count")).to_contain_text("4")


async def read_again(page: Page, award: int, batch: int) -> None:
    """Two sheets are read in another way than the first time."""
    await page.goto(f"/desk/paper/{award}/{batch}?lang=en")
    await expect(page.get_by_test_id("second-note")).to_contain_text("You do not see the first reading.")
    await expect(page.get_by_test_id("keyed-count")).to_contain_text("0")
    await expect(page.get_by_test_id("sheet-input")).to_be_focused()
    for number, text in enumerate(KEYS, start=1):
        await key(page, "2.2" if number in (3, 9) else text)
    await page.get_by_test_id("check-batch").click()
    await expect(page.get_by_test_id("differences")).to_contain_text("Sheets to look at: 2")
    await fits(page)


async def settle(page: Page) -> None:
    """One reading is right for the third sheet, and none for the ninth."""
    await page.get_by_test_id("take-first-3").click()
    await expect(page.get_by_test_id("differences")).to_contain_text("Sheets to look at: 1")
    await page.get_by_test_id("own-9").fill("1.5")
    await page.get_by_test_id("own-take-9").click()
    await expect(page.get_by_test_id("differences")).to_contain_text("All differences are settled.")
    await page.get_by_test_id("check-batch").click()
    await expect(page.get_by_test_id("counted")).to_contain_text("This batch counts")


async def test_audit_log_is_searched_in_the_readers_words(house: House, organiser: Desk) -> None:
    page = organiser.page
    await page.goto("/desk/audit?lang=en")
    first = page.get_by_test_id("audit-lines").get_by_role("listitem")
    await expect(first.first).to_be_visible()
    every = await first.count()
    await page.get_by_test_id("audit-find").fill("night bus")
    await expect(first).to_have_count(1)
    await expect(first).to_contain_text("Released Series: Night bus")
    assert every > 1
    async with page.expect_download() as taking:
        await page.get_by_test_id("audit-jsonl").click()
    assert (await taking.value).suggested_filename == "audit.jsonl"
    await page.get_by_test_id("audit-find").fill("")
    await expect(first.first).to_contain_text("Exported")
    for language in ("zh", "fa", "ru"):
        await page.goto(f"/desk/audit?lang={language}")
        await expect(first.first).to_be_visible()
        await fits(page)
