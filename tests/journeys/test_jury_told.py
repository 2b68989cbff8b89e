"""From the chair's decision to the hall: two people at the desk, a screen without a network, a page for everyone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.journeys.conftest import Desk, House, fits
from tests.journeys.jury_house import Jury
from tests.journeys.test_phone_pages import complaints_of

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def decided(house: House, tmp_path: Path) -> AsyncIterator[Jury]:
    """The third title wins with a citation, the second is mentioned."""
    jury = await Jury(house).gather(tmp_path)
    for juror, best in zip(jury.jurors, (6, 5, 6), strict=True):
        await juror.finish(night_bus=(2, 2), window_43=(4, 3), salt_steppe=(best, 6))
    chair = jury.jurors[0].person
    await chair.post(f"/api/jury/rounds/{jury.round}/deliberation", {})
    citation = {"en": "For a horizon that stands upright.", "fa": "برای افقی که ایستاده است."}
    won = {"series": jury.series["salt-steppe"], "kind": "winner", "citation": citation}
    prizes = [won, {"series": jury.series["window-43"], "kind": "mention"}]
    await chair.put(f"/api/jury/rounds/{jury.round}/decision", {"prizes": prizes})
    yield jury
    await jury.close()


async def publish(jury: Jury, organiser: Desk, auditor: Desk) -> None:
    page = organiser.page
    await page.goto(f"/desk/juries/{jury.id}?lang=en")
    for gate in ("decided", "locked", "coverage", "recusals", "titles"):
        await expect(page.get_by_test_id(f"gate-{gate}")).to_have_attribute("data-state", "passed")
    await page.get_by_test_id("reveals").fill("2099-01-01T20:00:00")
    await page.get_by_test_id("plan-save").click()
    await expect(page.get_by_text("Saved")).to_be_visible()
    await fits(page)
    assert await complaints_of(page) == []
    await page.get_by_test_id("publish-ask").click()
    await expect(page.get_by_text("It takes another person")).to_be_visible()
    await auditor.page.goto(f"/desk/juries/{jury.id}?lang=en")
    await auditor.page.get_by_test_id("publish-agree").click()
    await expect(auditor.page.get_by_test_id("gates")).to_contain_text("Approved. It stays sealed")


async def armed(context: BrowserContext, jury: Jury) -> None:
    """A screen that has everything, and a worker that has the page."""
    page = context.pages[0]
    await page.goto(f"/ceremony/jury/{jury.id}?lang=en")
    await expect(page.get_by_test_id("arming")).to_contain_text("Everything is on this device", timeout=20_000)
    await page.evaluate("navigator.serviceWorker.ready")


async def test_jury_award_goes_from_the_desk_through_the_hall_to_everyone(
    decided: Jury, house: House, organiser: Desk, auditor: Desk, chromium: Browser
) -> None:
    await publish(decided, organiser, auditor)
    context = await chromium.new_context(base_url=house.server.url, reduced_motion="reduce")
    screen = await context.new_page()
    await armed(context, decided)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    plan = {"told_in": ["en", "fa", "zh"], "reveals_at": soon}
    await house.organiser.put(f"/api/desk/juries/{decided.id}/plan", plan)
    await expect(screen.get_by_test_id("begin")).to_be_visible(timeout=20_000)

    for _ in range(2):  # the mention, then the winner
        await screen.keyboard.press("Space")
    await expect(screen.get_by_test_id("hero")).to_have_text("Salt Steppe")
    await expect(screen.get_by_test_id("citation")).to_be_visible()
    await expect(screen.get_by_test_id("proof")).to_be_visible()
    await screen.goto("/results")
    await screen.get_by_role("link").first.click()

    for said in ("Grand Prix", "Salt Steppe", "For a horizon that stands upright.", "Special mention", "Window 43"):
        await expect(screen.locator("main")).to_contain_text(said)
    await expect(screen.locator("main")).not_to_contain_text("Night bus")
    await fits(screen)
    await context.close()


async def test_armed_screen_is_loaded_anew_without_a_network_and_still_waits_for_its_second(
    decided: Jury, house: House, organiser: Desk, auditor: Desk, chromium: Browser
) -> None:
    await publish(decided, organiser, auditor)
    code = (await house.organiser.post(f"/api/desk/juries/{decided.id}/ceremony/code", {}))["code"]
    context = await chromium.new_context(base_url=house.server.url, reduced_motion="reduce")
    screen = await context.new_page()
    await armed(context, decided)

    await context.set_offline(True)
    await screen.reload()

    await expect(screen.get_by_test_id("arming")).to_contain_text("Everything is on this device", timeout=20_000)
    await screen.get_by_test_id("code-ask").click()
    await screen.get_by_test_id("code").fill(code)
    await screen.get_by_test_id("code-open").click()
    await expect(screen.get_by_role("alert")).to_contain_text("not before")
    await expect(screen.get_by_test_id("begin")).to_have_count(0)
    kept = await screen.evaluate(KEPT)
    assert "Salt Steppe" in kept  # all titles are there, and none of them is said to have won
    assert "stands upright" not in kept

    await context.set_offline(False)
    soon = (datetime.now(UTC) + timedelta(seconds=8)).isoformat()
    plan = {"told_in": ["en", "fa", "zh"], "reveals_at": soon}
    await house.organiser.put(f"/api/desk/juries/{decided.id}/plan", plan)
    await expect(screen.get_by_test_id("countdown")).to_contain_text("0:0", timeout=20_000)
    await context.set_offline(True)
    await screen.reload()
    await screen.get_by_test_id("code").fill(code, timeout=20_000)
    await screen.get_by_test_id("code-open").click()
    await expect(screen.get_by_test_id("begin")).to_be_visible(timeout=30_000)
    for _ in range(2):
        await screen.keyboard.press("Space")
    await expect(screen.get_by_test_id("hero")).to_have_text("Salt Steppe")
    await context.close()


#: What the screen has on its disk, as text.
KEPT = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("tallscreen-ceremony");
  opening.onerror = reject;
  opening.onsuccess = () => {
    const asked = opening.result.transaction("packages").objectStore("packages").getAll();
    asked.onsuccess = () => resolve(JSON.stringify(asked.result));
  };
})"""
