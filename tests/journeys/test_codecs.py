"""AV1 where a device says that it is easy, and H.264 in every other case: in a real browser, with a real package."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route

from tests.journeys.conftest import PHONE, House, watch
from tests.journeys.test_upload_to_tally import until_ready
from tests.transcoder.media import make_clip

SECONDS = 9
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


@contextlib.asynccontextmanager
async def a_phone(chromium: Browser, house: House, capabilities: str) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page, and the rung of every segment of pictures that it asks for, in order."""
    context = await chromium.new_context(viewport=PHONE, device_scale_factor=2, base_url=house.server.url)
    page = await context.new_page()
    asked: list[str] = []

    def note(url: str) -> None:
        if url.endswith(".m4s") and "/a64" not in url:
            asked.append(url.split("/")[-2])

    page.on("request", lambda request: note(request.url))
    await page.add_init_script(capabilities)
    yield page, asked
    await context.close()


async def played(page: Page) -> tuple[int, float]:
    await page.goto("/s/night-bus/e/1")
    frames, seconds = await page.get_by_test_id("film").evaluate(PLAYED)
    return frames, seconds


@pytest.mark.timeout(300)
async def test_codec_follows_what_a_device_finds_easy(
    house: House, worker: None, chromium: Browser, tmp_path: Path
) -> None:
    await house.send(1, make_clip(tmp_path / "e01.mp4", seconds=SECONDS, fps=12))
    await until_ready(house, 1)
    await until_av1(house)

    async with a_phone(chromium, house, EASY) as (page, asked):
        complaints = watch(page, house.server.url)
        frames, seconds = await played(page)

        assert (asked[0], asked[-1]) == ("v360", "av1-540")  # the first picture does not wait for the decision
        assert frames > SECONDS * 12 * 0.5
        assert seconds > SECONDS - 1
        assert complaints == []

    async with a_phone(chromium, house, EASY.replace("powerEfficient: true", "powerEfficient: false")) as (page, asked):
        await played(page)

        assert {rung[0] for rung in asked} == {"v"}

    async def spoil(route: Route) -> None:
        await route.fulfill(body=b"\x00\x00\x00\x10moofnothing of the kind", content_type="video/iso.segment")

    async with a_phone(chromium, house, EASY) as (page, asked):
        await page.route("**/av1-540/*.m4s", spoil)
        _, seconds = await played(page)

        after = asked[len(asked) - asked[::-1].index("av1-540") :]
        assert {rung[0] for rung in after} == {"v"}
        assert seconds > SECONDS - 1
        assert await page.evaluate("sessionStorage.getItem('tallscreen.av1-refused')") == "1"
