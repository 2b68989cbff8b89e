"""A juror's evening: scores without a network, a lock that is hard to hit, a recusal, the keyboard, right-to-left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.journeys.conftest import PHONE, House, fits
from tests.journeys.jury_house import MINUTE, SECONDS, Jury, Seat, slide
from tests.journeys.test_phone_pages import complaints_of

pytestmark = pytest.mark.timeout(300)
OWN_CHANGES = "**/api/jury/{rounds/*/titles/*/sheet,notes/*}"


@pytest.fixture
async def jury(house: House, tmp_path: Path) -> AsyncIterator[Jury]:
    jury = await Jury(house).gather(tmp_path, meets_at="2099-11-13T05:00:00Z")
    yield jury
    await jury.close()


@pytest.fixture
async def seat(jury: Jury, chromium: Browser) -> AsyncIterator[Seat]:
    """The second juror's tablet."""
    seat = await Seat.take(chromium, jury.jurors[1])
    yield seat
    await seat.context.close()


async def saved(page: Page, state: str) -> None:
    await expect(page.get_by_test_id("saved")).to_have_attribute("data-state", state)


async def test_title_is_watched_and_scored_with_its_anchor_and_the_order_grows(jury: Jury, seat: Seat) -> None:
    await seat.page.goto("/jury?lang=en")
    await seat.page.get_by_test_id(f"round-{jury.round}").click()
    await seat.page.get_by_test_id("title-night-bus").click()
    page = seat.page
    await expect(page.get_by_test_id("juror-mark")).to_contain_text("Bo Wu")
    await expect(page.get_by_test_id("title-of")).to_contain_text("of 3")

    await seat.grade("story", 5)

    await expect(page.get_by_test_id("criterion-story")).to_contain_text("Each episode earns the next one.")
    await saved(page, "saved")
    await expect(page.get_by_test_id("order-night-bus")).to_contain_text("5.0")
    await page.get_by_test_id("play").click()
    await expect(page.get_by_test_id("coverage")).to_contain_text("1 of 1", timeout=MINUTE)
    [item] = [item for item in (await jury.jurors[1].round())["items"] if item["slug"] == "night-bus"]
    assert item["coverage"]["enough"]
    assert item["sheet"]["grades"] == {"story": 5}
    assert seat.complaints == []


async def test_scores_and_notes_without_a_network_outlive_the_page_and_arrive_once(jury: Jury, seat: Seat) -> None:
    async def refuse(route: Route) -> None:
        await route.abort("internetdisconnected")

    page = await seat.title("night-bus")
    await seat.grade("story", 3)
    await saved(page, "saved")
    await seat.context.route(OWN_CHANGES, refuse)
    await seat.grade("story", 6)
    await seat.grade("frame", 4)
    await page.get_by_test_id("note-add").fill("The cut on the spoon.")
    await page.get_by_test_id("note-add").press("Enter")
    await saved(page, "kept")
    await expect(page.get_by_test_id("unsent")).to_contain_text("2 changes")
    server = next(item for item in (await jury.jurors[1].round())["items"] if item["slug"] == "night-bus")
    assert server["sheet"]["grades"] == {"story": 3}

    await page.close()
    await seat.context.unroute(OWN_CHANGES)
    seat.page = await seat.context.new_page()
    page = await seat.title("night-bus")

    await expect(page.get_by_test_id("criterion-story").get_by_test_id("grade-6")).to_be_checked()
    await expect(page.get_by_test_id("note")).to_contain_text("The cut on the spoon.")
    await saved(page, "saved")
    await expect(page.get_by_test_id("unsent")).to_have_count(0)
    server = next(item for item in (await jury.jurors[1].round())["items"] if item["slug"] == "night-bus")
    assert server["sheet"]["grades"] == {"story": 6, "frame": 4}
    notes = await jury.jurors[1].person.get(f"/api/jury/notes?series={jury.series['night-bus']}")
    assert [note["text"] for note in notes] == ["The cut on the spoon."]


@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_lock_is_refused_until_all_is_done_and_takes_a_whole_slide(jury: Jury, seat: Seat, lang: str) -> None:
    juror, series = jury.jurors[1], jury.series
    await juror.see(series["night-bus"], series["window-43"])
    for slug in ("night-bus", "window-43"):
        await juror.score(series[slug], 4, 5)
    page = await seat.open("/lock", lang)
    await expect(page.get_by_test_id("missing").get_by_role("listitem")).to_have_count(1)
    await expect(page.get_by_test_id("lock-sure")).to_be_disabled()
    await slide(page, 1)
    assert (await juror.round())["lock"] is None

    await page.get_by_test_id("missing-salt-steppe").click()
    await page.get_by_test_id("skip-open").click()
    await page.get_by_test_id("skip-do").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_test_id("skip-reason").fill("The subtitles are missing.")
    await page.get_by_test_id("skip-do").click()
    await expect(page.get_by_test_id("skipped")).to_contain_text("The subtitles are missing.")
    await saved(page, "saved")
    await page.get_by_test_id("next").click()

    await page.get_by_test_id("lock-sure").check()
    await page.get_by_test_id("lock-slide").click()
    await slide(page, 0.7)
    assert (await juror.round())["lock"] is None
    await slide(page, 1)
    await expect(page.get_by_test_id("lock-done")).to_be_visible()
    assert (await juror.round())["lock"] is not None
    await seat.title("night-bus")
    await expect(page.get_by_test_id("criterion-story").get_by_test_id("grade-5")).to_be_disabled()


async def test_recusal_is_suggested_with_its_reason_declared_and_taken_back(jury: Jury, seat: Seat) -> None:
    page = await seat.title("night-bus")
    await expect(page.get_by_test_id("suggested")).to_contain_text("Films")
    await seat.grade("story", 6)
    await expect(page.get_by_test_id("order-night-bus")).to_be_visible()

    await page.get_by_test_id("suggested-recuse").click()
    await expect(page.get_by_test_id("recuse-reason")).to_have_value("You work for its company: Films.")
    await page.get_by_test_id("recuse-reason").fill("I work for the producer.")
    await page.get_by_test_id("recuse-do").click()

    await expect(page.get_by_test_id("recused")).to_contain_text("I work for the producer.")
    await expect(page.get_by_test_id("criterion-story")).to_have_count(0)
    await expect(page.get_by_test_id("order-night-bus")).to_have_count(0)
    await page.get_by_test_id("withdraw-open").click()
    await page.get_by_test_id("withdraw-reason").fill("I have left the company.")
    await page.get_by_test_id("withdraw-do").click()
    await expect(page.get_by_test_id("criterion-story")).to_be_visible()
    assert seat.complaints == []


async def test_keyboard_alone_scores_writes_jumps_and_goes_on(jury: Jury, seat: Seat) -> None:
    page = await seat.title("night-bus")
    await expect(page.get_by_test_id("play")).to_be_visible()
    await page.keyboard.press("5")
    await page.keyboard.press("3")
    await expect(page.get_by_test_id("criterion-story").get_by_test_id("grade-5")).to_be_checked()
    await expect(page.get_by_test_id("criterion-frame").get_by_test_id("grade-3")).to_be_checked()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("2")
    await expect(page.get_by_test_id("criterion-story").get_by_test_id("grade-2")).to_be_checked()

    await page.keyboard.press("n")
    await page.keyboard.type("5 of 6, n and ?")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("note")).to_contain_text("5 of 6, n and ?")
    await expect(page.get_by_test_id("note-mark")).to_have_count(1)
    await page.keyboard.press("Space")
    await expect(page.get_by_test_id("play")).to_have_attribute("aria-label", "Pause")
    await page.keyboard.press("Space")
    await page.keyboard.press("Home")
    await page.keyboard.press("?")
    await expect(page.get_by_test_id("keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_test_id("next").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main h1")).not_to_have_text("Night bus")


async def test_note_is_written_at_its_second_and_brings_the_film_back_there(jury: Jury, seat: Seat) -> None:
    page = await seat.title("night-bus")
    await page.get_by_test_id("scrub").fill("4")
    await page.get_by_test_id("note-add").fill("Light does the work.")
    await page.get_by_test_id("note-add").press("Enter")
    await expect(page.get_by_test_id("note-jump")).to_contain_text("0:04")
    await page.get_by_test_id("scrub").fill("0")

    await page.get_by_test_id("note-jump").click()

    assert await page.get_by_test_id("film").evaluate("film => Math.round(film.currentTime)") == 4 < SECONDS
    await page.get_by_test_id("note-gone").click()
    await expect(page.get_by_test_id("note")).to_have_count(0)
    await page.reload()
    await expect(page.locator("main h1")).to_be_visible()
    await expect(page.get_by_test_id("note")).to_have_count(0)


async def test_pages_fit_in_every_direction_and_have_no_serious_barrier(
    jury: Jury, seat: Seat, chromium: Browser
) -> None:
    await jury.jurors[1].score(jury.series["window-43"], 4, 5)
    for part in ("", f"/{jury.series['night-bus']}", "/lock"):
        for lang in ("en", "fa"):
            page = await seat.open(part, lang)
            assert await complaints_of(page) == [], (part, lang)
            await fits(page)
    phone = await Seat.take(chromium, jury.jurors[2], PHONE)
    page = await phone.title("night-bus", "ur")
    assert await complaints_of(page) == []
    await phone.context.close()
