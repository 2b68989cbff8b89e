"""AV1 where a device says that it is easy, and H.264 in every other case: in a real browser, with a real package."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route

from tests.journeys.conftest import PHONE, House
from tests.journeys.test_upload_to_tally import until_ready
from tests.transcoder.media import make_clip

SECONDS = 5
#: A device that decodes everything with ease.
EASY = """navigator.mediaCapabilities.decodingInfo = async () => ({ supported: true, smooth: true, powerEfficient: true })"""
#: Runs until the film has played to its end; gives the pictures shown and the seconds played.
PLAYED = """video => new Promise(resolve => {
  const look = () => video.ended || video.currentTime > video.duration - 0.5
    ? resolve([video.getVideoPlaybackQuality().totalVideoFrames, video.currentTime]) : setTimeout(look, 100);
  look();
})"""


async def until_av1(house: House) -> None:
    for _ in range(900):
        if await house.sql("SELECT state FROM tier WHERE name = 'av1'") == "done":
            return
        await asyncio.sleep(0.1)
    raise AssertionError((house.folder / "worker.log").read_text()[-3000:])


@pytest.fixture
async def film(house: House, worker: None, tmp_path: Path) -> None:
    await house.send(1, make_clip(tmp_path / "e01.mp4", seconds=SECONDS))
    await until_ready(house, 1)
    await until_av1(house)


def rungs(page: Page) -> list[str]:
    """The rung of every segment of pictures that is asked for, in order."""
    asked: list[str] = []

    def note(url: str) -> None:
        if url.endswith(".m4s") and "/a64" not in url:
            asked.append(url.split("/")[-2])

    page.on("request", lambda request: note(request.url))
    return asked


@pytest.mark.timeout(240)
async def test_device_that_finds_av1_easy_changes_to_it_after_the_first_picture(
    house: House, film: None, phone: Page
) -> None:
    asked = rungs(phone)
    await phone.add_init_script(EASY)

    await phone.goto("/s/night-bus/e/1")
    frames, seconds = await phone.get_by_test_id("film").evaluate(PLAYED)

    assert asked[0] == "v360"
    assert asked[-1] == "av1-540"
    assert frames > SECONDS * 24 * 0.5
    assert seconds > SECONDS - 1


@pytest.mark.timeout(240)
async def test_device_that_fails_on_av1_plays_the_film_in_h264(house: House, film: None, chromium: Browser) -> None:
    context = await chromium.new_context(viewport=PHONE, device_scale_factor=2, base_url=house.server.url)
    page = await context.new_page()
    asked = rungs(page)

    async def spoil(route: Route) -> None:
        await route.fulfill(body=b"\x00\x00\x00\x10moofnothing of the kind", content_type="video/iso.segment")

    await page.add_init_script(EASY)
    await page.route("**/av1-540/*.m4s", spoil)

    await page.goto("/s/night-bus/e/1")
    _, seconds = await page.get_by_test_id("film").evaluate(PLAYED)

    after = asked[len(asked) - 1 - asked[::-1].index("av1-540") + 1 :]
    assert seconds > SECONDS - 1
    assert after
    assert all(rung.startswith("v") for rung in after)
    assert await page.evaluate("sessionStorage.getItem('tallscreen.av1-refused')") == "1"
    await context.close()


@pytest.mark.timeout(240)
async def test_device_that_does_not_find_av1_easy_never_asks_for_it(house: House, film: None, phone: Page) -> None:
    asked = rungs(phone)
    await phone.add_init_script(EASY.replace("powerEfficient: true", "powerEfficient: false"))

    await phone.goto("/s/night-bus/e/1")
    await phone.get_by_test_id("film").evaluate(PLAYED)

    assert {rung[0] for rung in asked} == {"v"}
