"""A producer chooses a poster: a picture of the film, then one of their own, and goes back; the audience sees each."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.journeys.conftest import House, desktop, fits, watch
from tests.journeys.test_studio import sign_in
from tests.journeys.test_upload_to_tally import until_ready
from tests.transcoder.media import make_clip

MINUTE = 60_000


def a_picture() -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (1600, 1400), (20, 120, 60)).save(file, "PNG")
    return {"name": "poster.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def shown_at_home(page: Page) -> str:
    await page.goto("/?lang=en")
    picture = page.get_by_test_id("series-night-bus").locator("img").first
    await expect(picture).to_have_js_property("complete", value=True)
    return str(await picture.evaluate("image => image.currentSrc"))


@pytest.mark.timeout(240)
async def test_poster_from_the_film_then_an_own_one_and_back(
    house: House, worker: None, chromium: Browser, phone: Page, tmp_path: Path
) -> None:
    await house.send(1, make_clip(tmp_path / "e01.mp4", seconds=6, width=360, height=640))
    await until_ready(house, 1)
    context = await desktop(chromium, house)
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    await sign_in(page, house)
    await page.get_by_test_id("series-night-bus").click()
    await page.get_by_role("link", name="Poster").click()
    shown = page.get_by_test_id("shown")
    await expect(shown).to_have_attribute("data-poster", "")

    await page.get_by_test_id("candidate-1-b").click()

    await expect(page.get_by_test_id("candidate-1-b")).to_have_attribute("aria-pressed", "true")
    assert "/posters/b" in await shown_at_home(phone)

    from_film = await shown.get_attribute("data-poster")
    await page.get_by_test_id("picture").set_input_files(a_picture())
    frame = page.get_by_test_id("crop-tall")
    before = await frame.evaluate("frame => frame.style.left")
    await frame.focus()
    await page.keyboard.press("ArrowRight")
    assert await frame.evaluate("frame => frame.style.left") != before
    await fits(page)
    await page.evaluate("document.documentElement.dir = 'ltr'")
    await page.get_by_test_id("save-own").click()

    await expect(shown).not_to_have_attribute("data-poster", from_film or "", timeout=MINUTE)
    await expect(page.get_by_test_id("making")).to_have_count(0)
    own = await shown.get_attribute("data-poster")
    assert own is not None
    assert f"/media/{own}/card" in await shown_at_home(phone)

    await page.get_by_test_id("go-back").click()

    await expect(shown).to_have_attribute("data-poster", from_film or "")
    assert "/posters/b" in await shown_at_home(phone)
    assert complaints == []
    await context.close()
