"""A folder of subtitles, one of them in an encoding nobody expected, becomes a matrix without a remark."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.journeys.conftest import House, desktop, watch
from tests.journeys.test_studio import sign_in
from tests.journeys.test_upload_to_tally import until_ready
from tests.transcoder.media import make_clip

RUSSIAN = "1\n00:00:00,200 --> 00:00:02,000\nПоследний троллейбус\nушёл.\n"
ENGLISH = "1\n00:00:00,200 --> 00:00:02,000\nThe last trolleybus\nleaves at midnight.\n"
OVERLAPPING = "1\n00:00:00,200 --> 00:00:02,000\nOne\n\n2\n00:00:01,500 --> 00:00:02,900\n\u202bTwo\u202c\n"


def file(name: str, text: str, encoding: str = "utf-8") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode(encoding)}


async def episodes(house: House, film: Path) -> None:
    await house.send(1, film)
    await until_ready(house, 1)
    for number in (2, 3):
        body = {"number": number, "title": {"en": f"Part {number}"}}
        await house.producer.post(f"/api/studio/series/{house.series}/episodes", body)


async def kept(house: House, number: int, lang: str) -> Any:
    query = "SELECT u.vtt FROM subtitle u JOIN episode e ON e.id = u.episode_id WHERE e.number = $1 AND u.lang = $2"
    return await house.sql(query, number, lang)


async def cell(page: Page, number: int, lang: str, state: str) -> None:
    await expect(page.get_by_test_id(f"cell-{number}-{lang}")).to_have_attribute("data-state", state)


async def only_the_rows_in_sight_are_in_the_page(house: House, page: Page) -> None:
    for number in range(4, 124):
        await house.producer.post(f"/api/studio/series/{house.series}/episodes", {"number": number, "title": {}})
    await page.reload()
    rows = page.locator("[data-testid^=row-]")
    await expect(page.get_by_test_id("row-1")).to_be_visible()
    assert await rows.count() < 40
    await page.get_by_test_id("matrix").evaluate("grid => { grid.scrollTop = grid.scrollHeight; }")
    await expect(page.get_by_test_id("row-123")).to_be_visible()
    await expect(page.get_by_test_id("row-1")).to_have_count(0)
    assert await rows.count() < 40
    # By keyboard one gets to every row, also to those that are not there yet.
    await page.get_by_test_id("cell-123-ru").focus()
    for _ in range(3):
        await page.keyboard.press("PageUp")
    await expect(page.get_by_test_id("cell-93-ru")).to_be_focused()


@pytest.mark.timeout(240)
async def test_dropped_subtitles_are_matched_asked_about_and_mended(
    house: House, worker: None, chromium: Browser, tmp_path: Path
) -> None:
    await episodes(house, make_clip(tmp_path / "e01.mp4", seconds=3, width=360, height=640))
    context = await desktop(chromium, house)
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    await sign_in(page, house)
    await page.get_by_test_id("series-night-bus").click()
    await page.get_by_test_id("next").click()

    await page.get_by_test_id("subtitle-files").set_input_files([
        file("E02.Russian.srt", RUSSIAN, "koi8-r"),
        file("E03.zh.srt", RUSSIAN, "windows-1251"),
        file("E01.en.srt", OVERLAPPING),
        file("ep 2.eng.srt", ENGLISH),
        file("E03.srt", ENGLISH),
        file("notes.docx", "Notes"),
    ])  # fmt: skip

    await cell(page, 2, "ru", "there")
    await cell(page, 2, "en", "there")
    await cell(page, 1, "en", "warned")
    assert "Последний троллейбус" in await kept(house, 2, "ru")
    await expect(page.get_by_test_id("count-en")).to_contain_text("2 of 3")

    await page.get_by_test_id("reading-windows-1251").click()
    await cell(page, 3, "zh", "warned")  # Russian words where Chinese ones were said to be
    nameless = page.locator("[data-doubt=no_language]")
    await nameless.get_by_test_id("lang").select_option("en")
    await nameless.get_by_test_id("answer").click()
    await cell(page, 3, "en", "there")
    await page.locator("[data-doubt=not_subtitles]").get_by_test_id("leave").click()
    await expect(page.get_by_test_id("decisions")).to_have_count(0)

    await page.get_by_test_id("cell-3-zh").click()
    await page.get_by_test_id("remove").click()
    await cell(page, 3, "zh", "missing")
    await page.get_by_test_id("put-back").click()
    await cell(page, 3, "zh", "warned")

    await page.get_by_test_id("cell-1-en").click()
    await expect(page.get_by_test_id("finding")).to_have_count(2)
    await expect(page.get_by_test_id("film")).to_be_visible()
    await page.get_by_test_id("cue-1").get_by_test_id("text").click()
    await expect(page.get_by_test_id("live")).to_contain_text("Two")
    await page.get_by_test_id("mend-all").click()
    await expect(page.get_by_test_id("fine")).to_be_visible()
    await page.keyboard.press("Control+z")
    await expect(page.get_by_test_id("finding")).to_have_count(2)
    await page.get_by_test_id("redo").click()
    await page.get_by_test_id("cue-1").get_by_test_id("text").fill("Two\nwords")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_test_id("save-state")).to_have_text("Saved")
    await page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Subtitles").click()
    await cell(page, 1, "en", "there")

    assert await kept(house, 1, "en") == (
        "WEBVTT\n\n00:00:00.200 --> 00:00:01.500\nOne\n\n00:00:01.500 --> 00:00:02.900\nTwo\nwords\n"
    )
    await only_the_rows_in_sight_are_in_the_page(house, page)
    # What a browser says of the refusal that asked how to read a file is no mistake of the page.
    assert [line for line in complaints if "422" not in line] == []
    await context.close()
