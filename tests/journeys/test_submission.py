"""A producer says everything of a series, imports what they have, submits it, withdraws it, and meets the deadline."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import SIZES, House, desktop, fits, watch
from tests.journeys.test_studio import sign_in
from tests.transcoder.media import make_clip

SRT = "1\n00:00:00,500 --> 00:00:01,500\nThe last bus.\n"
#: As FilmFreeway exports it, with one column nobody here knows.
EXPORT = (
    "First Name,Last Name,Email,Project Title,Synopsis,Duration,Country of Origin,Language,Genres,Directors,Key Cast,Wardrobe\n"
    'Alesia,Kavalenka,alesia@films.example,Night Bus,"The last bus, and who takes it.",00:01:30,Belarus,Russian,Drama,Alesia Kavalenka,'
    '"Taisa Baranok, Yauhen Lis",Coats\n'
)


@pytest.fixture
async def page(house: House, chromium: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """A producer with one episode that has arrived, in a section with a deadline."""
    await house.sql("UPDATE series SET released_at = NULL")
    await house.sql("UPDATE section SET closes_at = now() + interval '1 hour', subtitle_langs = '{en}'")
    await house.send(1, make_clip(tmp_path / "e01.mp4", seconds=2), {"en": SRT})
    context = await desktop(chromium, house)
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    await sign_in(page, house)
    await page.get_by_test_id("series-night-bus").click()
    await expect(page.get_by_test_id("episode-1")).to_be_visible()
    yield page
    await context.close()
    # The browser writes down every refusal; the one here is asked for.
    assert [said for said in complaints if "status of 409" not in said] == []


async def go(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Tallscreen Studio").get_by_role("link", name=name).click()


async def save(page: Page) -> None:
    bar = page.get_by_test_id("save-bar")
    await expect(bar).to_have_attribute("data-changed", "true")
    await page.get_by_test_id("save").click()
    await expect(bar).to_have_attribute("data-changed", "false")


@pytest.mark.timeout(120)
async def test_from_an_export_to_a_submitted_series_and_back(house: House, page: Page, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    await go(page, "About")
    await page.get_by_test_id("import").set_input_files(str(export))

    dialog = page.get_by_test_id("import-dialog")
    await expect(dialog.get_by_test_id("import-unknown")).to_contain_text("Wardrobe")
    await expect(dialog.get_by_test_id("import-taken")).to_contain_text("Taisa Baranok, Yauhen Lis")
    await dialog.get_by_test_id("import-take").click()
    await expect(page.get_by_test_id("title")).to_have_value("Night Bus")
    assert await house.sql("SELECT credits::text FROM series") == "[]"  # nothing is saved before somebody says so
    await save(page)
    await page.reload()
    await expect(page.get_by_test_id("synopsis")).to_have_value("The last bus, and who takes it.")
    await expect(page.get_by_test_id("contact-email")).to_have_value("alesia@films.example")

    await page.get_by_test_id("next").click()
    state = page.get_by_test_id("submission-state")
    await expect(page.get_by_test_id("check-files")).to_have_attribute("data-done", "true")
    await expect(page.get_by_test_id("check-ai")).to_have_attribute("data-done", "false")
    await expect(page.get_by_test_id("submit")).to_have_count(0)
    await page.get_by_test_id("check-ai").get_by_role("link").click()
    await page.get_by_test_id("ai-none").check(force=True)
    await save(page)
    await page.get_by_test_id("next").click()
    await page.get_by_test_id("submit").click()
    await expect(state).to_have_attribute("data-submitted", "true")

    await page.get_by_test_id("withdraw").click()
    await page.get_by_test_id("withdraw-go").click()
    await expect(state).to_have_attribute("data-submitted", "false")
    await expect(page.get_by_test_id("history")).to_contain_text("withdrawn by Producer")
    await page.get_by_test_id("submit").click()
    await expect(state).to_have_attribute("data-submitted", "true")

    await house.sql("UPDATE section SET closes_at = now() - interval '1 minute'")
    await page.reload()
    await expect(state).to_have_attribute("data-window", "closed")
    await expect(page.get_by_test_id("withdraw")).to_have_count(0)
    await go(page, "About")
    await expect(page.get_by_test_id("locked")).to_be_visible()
    await expect(page.get_by_test_id("title")).to_be_disabled()
    for part, offered in (("Episodes", "files"), ("Subtitles", "subtitle-files"), ("Poster", "own")):
        await go(page, part)
        await expect(page.get_by_test_id("locked")).to_be_visible()
        await expect(page.get_by_test_id(offered)).to_have_count(0)


@pytest.mark.timeout(120)
async def test_somebody_who_saved_meanwhile_is_named_and_what_was_typed_stays(house: House, page: Page) -> None:
    await go(page, "About")
    await page.get_by_test_id("genre").fill("Drama")
    path = f"/api/studio/series/{house.series}/about"
    there = await house.producer.get(path)
    theirs = {**there["fields"], "notes": {"en": "Strobe"}, "version": there["version"], "episodes": []}
    await house.producer.put(path, theirs)

    await page.get_by_test_id("save").click()

    await expect(page.get_by_test_id("meanwhile")).to_contain_text("Producer")
    await expect(page.get_by_test_id("genre")).to_have_value("Drama")
    await page.get_by_test_id("save-over").click()
    await expect(page.get_by_test_id("save-bar")).to_have_attribute("data-changed", "false")
    assert await house.sql("SELECT genre::text FROM series") == '{"en": "Drama"}'
    await page.get_by_test_id("undo").click()
    await expect(page.get_by_test_id("notes")).to_have_value("Strobe")
    await expect(page.get_by_test_id("genre")).to_have_value("")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("lang", ["en", "fa"])
async def test_pages_fit_in_both_directions(house: House, page: Page, lang: str) -> None:
    for part, first in (("about", "about-form"), ("submission", "checklist")):
        await page.set_viewport_size(SIZES[-1])
        await page.goto(f"/studio/series/{house.series}/{part}?lang={lang}")
        await expect(page.get_by_test_id(first)).to_be_visible()
        await fits(page)
