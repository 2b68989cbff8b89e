"""An organiser dresses the festival, and phones wear it; prepares the next one; and takes the report home."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Page, expect

from tests.journeys.conftest import Desk, House, fits

UNREADABLE, NEAREST = "#8a1538", "#d55f75"


def a_logo(folder: Path) -> Path:
    """A disc on nothing."""
    image = Image.new("RGBA", (400, 200))
    ImageDraw.Draw(image).ellipse((110, 10, 290, 190), fill=(255, 255, 255, 255))
    path = folder / "logo.png"
    image.save(path)
    return path


async def lamp_of(page: Page) -> str:
    return str(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--lamp').trim()"))


@pytest.mark.timeout(240)
@pytest.mark.usefixtures("worker")
async def test_accent_and_logo_are_chosen_at_the_desk_and_seen_on_the_phone(
    house: House, organiser: Desk, phone: Page
) -> None:
    organiser.expects("status of 422")  # nobody could read that accent
    page = organiser.page
    await page.goto("/desk/settings?lang=en")
    await page.get_by_test_id("accent").fill(UNREADABLE)
    await expect(page.get_by_test_id("accent-unreadable")).to_contain_text("contrast 1.81 to 1")
    await page.get_by_test_id("theme-save").click()
    await expect(page.get_by_test_id("settings-theme").get_by_role("alert")).to_contain_text("cannot be read")

    await page.get_by_test_id("accent-nearest").click()
    await expect(page.get_by_test_id("accent")).to_have_value(NEAREST)
    await expect(page.get_by_test_id("accent-readable")).to_be_visible()
    await page.get_by_test_id("theme-save").click()
    await page.get_by_test_id("mark-logo-file").set_input_files(a_logo(house.folder))
    await expect(page.get_by_test_id("mark-logo-shown")).to_be_visible(timeout=60_000)

    await phone.goto("/?lang=en")
    logo = phone.get_by_test_id("logo")
    await expect(logo).to_be_visible()
    assert await lamp_of(phone) == NEAREST
    assert await logo.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [181, 181]


@pytest.mark.timeout(120)
async def test_phone_offers_the_languages_of_the_festival_in_their_order(
    house: House, organiser: Desk, phone: Page
) -> None:
    page = organiser.page
    await page.goto("/desk/settings?lang=en")
    for code in ("kk", "ru"):
        await page.get_by_test_id(f"settings-offered-add-{code}").click()
    await page.get_by_test_id("settings-offered-up-ru").click()
    await page.get_by_test_id("settings-save").click()
    await expect(page.get_by_test_id("settings-festival")).to_contain_text("Saved")

    await phone.goto("/")
    await expect(phone.locator("html")).to_have_attribute("lang", "ru")
    await phone.get_by_test_id("language").click()
    offered = phone.get_by_test_id("language-sheet").locator("li button")
    await expect(offered).to_have_text(["Русский", "Қазақша"])


@pytest.mark.timeout(120)
async def test_next_festival_is_looked_at_made_and_discarded(house: House, organiser: Desk) -> None:
    organiser.expects("status of 409")  # a festival begins when the one before is over
    page = organiser.page
    await page.goto("/desk/settings?lang=en")
    await page.get_by_test_id("year-next").click()
    await expect(page.get_by_test_id("next-starts")).to_have_value("2027-11-06")
    await page.get_by_test_id("next-go").click()
    shown = page.get_by_test_id("next-preview")
    await expect(shown).to_contain_text("Main competition")
    await expect(shown).to_contain_text("Series: 1")
    await page.get_by_test_id("next-go").click()
    await expect(page.get_by_test_id("year-draft")).to_be_visible()
    assert await house.sql("SELECT state FROM festival WHERE slug = 'meridian-2027'") == "draft"

    await page.get_by_test_id("year-begin").click()
    await page.get_by_test_id("year-begin-sure").click()
    await expect(page.get_by_test_id("years").get_by_role("alert")).to_contain_text("is not over")
    await page.get_by_test_id("year-discard").click()
    await expect(page.get_by_test_id("year-next")).to_be_visible()
    assert await house.sql("SELECT count(*) FROM festival") == 1


@pytest.mark.timeout(120)
async def test_report_is_read_and_taken_home(organiser: Desk) -> None:
    page = organiser.page
    await page.goto("/desk/reports?lang=en")
    await expect(page.get_by_test_id("tile-submitted")).to_be_visible()
    await expect(page.get_by_test_id("report-few")).to_contain_text("20 viewers")
    await page.get_by_test_id("report-language").select_option("ru")

    async with page.expect_download() as printed:
        await page.get_by_test_id("report-pdf").click()
    async with page.expect_download() as listed:
        await page.get_by_test_id("report-csv").click()

    pdf, sheet = await printed.value, await listed.value
    assert (pdf.suggested_filename, sheet.suggested_filename) == ("report-meridian-ru.pdf", "report-meridian.csv")
    assert Path(await pdf.path()).read_bytes().startswith(b"%PDF")
    assert "Меридиан" in Path(await sheet.path()).read_text(encoding="utf-8")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("path", ["/desk/settings", "/desk/reports"])
async def test_pages_fit_in_both_directions(organiser: Desk, path: str) -> None:
    await organiser.page.goto(f"{path}?lang=fa")
    await expect(organiser.page.get_by_role("heading", level=1)).to_be_visible()

    await fits(organiser.page)
