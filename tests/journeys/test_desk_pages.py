"""The desk's pages and the way between them: a list at the side, on a phone a bar at the foot with all pages behind it."""

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import PHONE, Desk, House, fits

PAGES = ("", "/programme", "/programme/days", "/review", "/awards", "/flags", "/voters", "/kiosks", "/settings")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "fa", "hi"])
async def test_every_page_has_a_heading_and_fits_on_both_sizes(organiser: Desk, house: House, language: str) -> None:
    page = organiser.page
    for part in PAGES:
        await page.goto(f"/desk{part}?lang={language}")
        await expect(page.locator("main h1")).to_be_visible()
        await fits(page)


async def test_side_leads_to_each_page_and_says_where_one_is(organiser: Desk, house: House) -> None:
    page = organiser.page
    await page.goto("/desk?lang=en")
    side = page.get_by_role("navigation", name="Tallscreen Desk")
    await expect(side.locator("[aria-current=page]")).to_have_text("Overview")

    await side.get_by_role("link", name="Settings").click()

    await expect(side.locator("[aria-current=page]")).to_have_text("Settings")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page.get_by_test_id("sections")).to_be_visible()
    await page.go_back()
    await expect(side.locator("[aria-current=page]")).to_have_text("Overview")


async def test_on_a_phone_the_other_pages_are_behind_the_last_button(organiser: Desk, house: House) -> None:
    page = organiser.page
    await page.set_viewport_size(PHONE)
    await page.goto("/desk?lang=en")
    bar = page.get_by_test_id("bar")
    await expect(bar).to_be_visible()
    heights = await bar.locator("a, button").evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    assert min(heights) >= 44
    await bar.get_by_role("link", name="Programme").click()
    await expect(page.get_by_test_id("series-night-bus")).to_be_visible()

    await page.get_by_test_id("more-pages").press("Enter")
    await expect(page.get_by_test_id("all-pages").get_by_test_id("me")).to_contain_text("Organiser")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("all-pages")).to_have_count(0)
    await expect(page.get_by_test_id("more-pages")).to_be_focused()
    await page.get_by_test_id("more-pages").click()
    await page.get_by_test_id("all-pages").get_by_role("link", name="Settings").click()

    await expect(page.get_by_test_id("all-pages")).to_have_count(0)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


async def test_auditor_is_shown_no_page_that_only_organisers_use(house: House, auditor: Desk) -> None:
    page = auditor.page
    await page.goto("/desk/voters?lang=en")

    side = page.get_by_role("navigation", name="Tallscreen Desk")
    await expect(side.locator("[aria-current=page]")).to_have_text("Overview")
    await expect(side.get_by_role("link", name="Voters")).to_have_count(0)
    await expect(side.get_by_role("link", name="Kiosks")).to_have_count(1)
