"""An organiser looks at what a producer submitted, gives time for corrections, and is asked once more before a release."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from playwright.async_api import expect

from api.db import prepare_connection
from tests import builders
from tests.journeys.conftest import Desk, House, fits


@pytest.mark.timeout(120)
async def test_organiser_sees_what_is_missing_gives_time_and_releases_knowingly(house: House, organiser: Desk) -> None:
    db = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    await db.execute("UPDATE series SET released_at = NULL")
    await builders.a_package(db, await builders.an_episode(db, house.series))
    organiser.expects("/media/", "status of 409")  # the episode has no files; its release is refused once
    page = organiser.page
    await page.goto("/desk/programme?lang=en")

    row = page.get_by_test_id("series-night-bus")
    await expect(row).to_contain_text("Not submitted")
    await row.get_by_test_id("submission").click()
    dialog = page.get_by_test_id("submission-dialog")
    await expect(dialog.get_by_test_id("check-synopsis")).to_have_attribute("data-done", "false")
    await expect(dialog.get_by_test_id("changes-until")).to_have_count(0)
    await dialog.get_by_test_id("submission-close").click()
    await row.get_by_test_id("release").click()
    await page.get_by_test_id("release-go").click()
    await expect(page.get_by_test_id("release-go")).to_have_attribute("data-sure", "true")
    await expect(page.get_by_test_id("release-reasons")).to_contain_text("It is not submitted.")
    assert await db.fetchval("SELECT released_at FROM series") is None
    await page.get_by_test_id("release-go").click()
    await expect(row).to_contain_text("Released")

    await builders.a_submission(db, house.series)
    await page.reload()
    await expect(row).to_contain_text("Submitted")
    await row.get_by_test_id("submission").click()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await dialog.get_by_test_id("changes-until").fill(tomorrow.strftime("%Y-%m-%dT12:00"))
    await dialog.get_by_test_id("changes-save").click()
    await expect(row).to_contain_text("corrections until")
    assert await db.fetchval("SELECT changes_until FROM submission") > datetime.now(UTC)
    await db.close()


@pytest.mark.timeout(120)
async def test_section_gets_its_rules_at_the_desk(house: House, organiser: Desk) -> None:
    page = organiser.page
    await page.goto("/desk/settings?lang=en")
    await page.get_by_test_id("section-change").click()
    await page.get_by_test_id("section-minSeconds").fill("60")
    await page.get_by_test_id("section-maxSeconds").fill("30")
    await page.get_by_test_id("section-save").click()
    await expect(page.get_by_test_id("section-form").get_by_role("alert")).to_contain_text("not smaller")
    await page.get_by_test_id("section-maxSeconds").fill("180")
    await page.get_by_test_id("section-closes").fill("2026-12-24T18:00")
    await page.get_by_test_id("section-lang-ru").check(force=True)
    await fits(page)
    await page.get_by_test_id("section-save").click()

    section = page.get_by_test_id("section-main")
    await expect(section).to_contain_text("60–180")
    await expect(section).to_contain_text("Русский")
    # Six in the evening in Almaty.
    assert await house.sql("SELECT closes_at = '2026-12-24T13:00:00Z' FROM section")
