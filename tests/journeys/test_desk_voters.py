"""Who may vote, at the desk: a list of badges with a bad line, the sheet to print, and a screening with its code."""

from pathlib import Path

from playwright.async_api import FilePayload, expect
from pypdf import PdfReader

from tests.journeys.conftest import Desk, House, fits

TOKENS = {"Anna": "ANNA2222222222222222222222A", "Bo & Co": "BOCO3333333333333333333333B"}
TIMES = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}


def as_file(text: str) -> FilePayload:
    return {"name": "badges.csv", "mimeType": "text/csv", "buffer": text.encode()}


async def test_list_with_a_bad_line_is_refused_whole_then_taken_and_printed(
    organiser: Desk, house: House, tmp_path: Path
) -> None:
    page, lines = organiser.page, [f"{label},{token}" for label, token in TOKENS.items()]
    await page.goto("/desk/voters?lang=en")
    await expect(page.get_by_test_id("badges")).to_contain_text("No badges yet")

    organiser.expects("status of 422")
    await page.get_by_test_id("badges-import").set_input_files(
        as_file("\n".join(["label,token", lines[0], "Bo,short"]))
    )

    await expect(page.get_by_test_id("bad-lines").get_by_role("listitem")).to_have_count(1)
    await expect(page.get_by_test_id("bad-lines")).to_contain_text("Line 3")
    assert await house.sql("SELECT count(*) FROM badge") == 0

    await page.get_by_test_id("badges-import").set_input_files(as_file("\n".join(lines)))

    await expect(page.get_by_test_id("badges-made")).to_contain_text("2 new badges.")
    await expect(page.get_by_test_id("bad-lines")).to_have_count(0)
    await expect(page.get_by_test_id("badge-list").get_by_role("listitem")).to_have_count(2)
    await page.get_by_test_id("badges-form").select_option("a6")
    async with page.expect_download() as printing:
        await page.get_by_test_id("badges-pdf").click()
    sheet = tmp_path / "badges.pdf"
    await (await printing.value).save_as(sheet)
    pdf = PdfReader(sheet)
    assert len(pdf.pages) == 1
    assert all(name in pdf.pages[0].extract_text() for name in TOKENS)


async def test_screening_is_made_shows_its_code_and_says_when_more_ballots_go_out_than_people_came(
    organiser: Desk, house: House
) -> None:
    award = {"slug": "hall", "name": {"en": "Prize of the hall"}, "tiers": ["hall"], **TIMES}
    number = (await house.organiser.post("/api/desk/awards", award))["id"]
    page = organiser.page
    await page.goto("/desk/voters?lang=en")
    await page.get_by_test_id("screening-make").click()
    await expect(page.get_by_text("Give the screening a name")).to_be_visible()
    await page.get_by_test_id("screening-name").fill("Hall 2, Saturday night")
    await page.get_by_test_id("screening-make").click()
    row = page.get_by_role("listitem").filter(has_text="Hall 2, Saturday night")
    await expect(row).to_contain_text("No ballots")

    await house.sql("UPDATE screening SET starts_at = now() - interval '1 hour'")
    async with page.context.expect_page() as opening:
        await row.get_by_role("link").click()
    screen = await opening.value
    code = await screen.get_by_test_id("hall-code").inner_text()
    asked = await page.context.request.post(f"/api/awards/{number}/ballot", data={"hall": "".join(code.split())})
    assert asked.ok, await asked.text()
    await screen.close()
    await page.reload()
    await expect(row).to_contain_text("1 ballot, Prize of the hall.")
    await row.get_by_role("spinbutton").fill("0")
    await row.get_by_role("button").click()

    await expect(row).to_contain_text("More ballots than people")


async def test_page_fits_phones_and_desks_in_every_direction(organiser: Desk, house: House) -> None:
    await house.organiser.post("/api/desk/badges", {"count": 3, "prefix": "Late comers "})
    times = {"starts_at": "2026-11-07T18:00:00Z", "ends_at": "2026-11-07T20:00:00Z"}
    await house.organiser.post("/api/desk/screenings", {"name": {"en": "Hall 2"}, "head_count": 80, **times})
    for language in ("en", "ru", "zh", "fa"):
        await organiser.page.goto(f"/desk/voters?lang={language}")
        await expect(organiser.page.get_by_test_id("screenings").get_by_role("listitem")).to_be_visible()
        await expect(organiser.page.get_by_test_id("badge-list").get_by_role("listitem")).to_have_count(3)
        await fits(organiser.page)
