"""A company whose room is full asks the festival, and an organiser gives more."""

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Desk, House, fits


@pytest.mark.timeout(120)
async def test_organiser_gives_a_company_more_room_and_takes_it_back(house: House, organiser: Desk) -> None:
    company = await house.sql("SELECT company_id FROM series")
    limit = "SELECT quota_bytes FROM company WHERE id = $1"
    page = organiser.page
    await page.goto("/desk/settings?lang=en")
    row = page.get_by_test_id(f"room-{company}")
    await expect(row).to_contain_text("0 kB of 215 GB")

    await row.get_by_test_id("change-room").click()
    dialog = page.get_by_test_id("room-dialog")
    await dialog.get_by_test_id("room-own").check()
    await dialog.get_by_test_id("room-size").fill("0")
    await dialog.get_by_test_id("room-save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("from 1 to 100,000")
    await dialog.get_by_test_id("room-size").fill("400.5")
    await dialog.get_by_test_id("room-save").click()
    await expect(dialog).to_have_count(0)
    await expect(row).to_contain_text("401 GB")
    assert await house.sql(limit, company) == 400_500_000_000

    await row.get_by_test_id("change-room").click()
    await dialog.get_by_test_id("room-standard").check()
    await dialog.get_by_test_id("room-save").click()
    await expect(row).to_contain_text("215 GB")
    assert await house.sql(limit, company) is None


@pytest.mark.timeout(120)
async def test_rooms_fit_in_both_directions(house: House, organiser: Desk) -> None:
    await organiser.page.goto("/desk/settings?lang=fa")
    await expect(organiser.page.get_by_test_id("rooms")).to_be_visible()

    await fits(organiser.page)
