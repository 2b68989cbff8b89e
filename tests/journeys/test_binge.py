"""Thirty episodes in a row on a phone: with sound, by keyboard, from right to left, and as assistive technology sees it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from api.db import prepare_connection
from tests import browser as browsers
from tests.conftest import ROOT
from tests.journeys.conftest import PHONE, House, watch
from tests.journeys.playable import a_playable_episode, make_film

EPISODES, SECONDS = 30, 20
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
#: What a browser refuses to play, and how many elements a page ever made.
LISTEN = """
window.refused = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const playing = play.call(this);
  playing.catch(error => { if (error.name === "NotAllowedError" && !this.muted) window.refused.push(error.message); });
  return playing;
};
"""
SOUNDS = """() => {
  const film = document.querySelector("[data-testid=film]");
  return !film.muted && !film.paused && film.currentTime > 0.1;
}"""


@pytest.fixture(scope="module")
async def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films") / "film"
    await make_film(folder, seconds=SECONDS)
    return folder


@pytest.fixture
async def series(house: House, film: Path, tmp_path: Path) -> House:
    connection = await asyncpg.connect(house.server.database_url)
    await prepare_connection(connection)
    for number in range(1, EPISODES + 1):
        await a_playable_episode(connection, film, tmp_path / "storage", house.series, number, seconds=SECONDS)
    await connection.close()
    return house


@pytest.fixture
async def careful() -> AsyncIterator[Browser]:
    """A browser that wants a touch before it plays with sound, as phones do."""
    program = browsers.find()
    assert program is not None, browsers.HELP
    arguments = [each for each in browsers.ARGUMENTS if "autoplay" not in each]
    arguments.append("--autoplay-policy=document-user-activation-required")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        await browser.close()


async def swipe(page: Page, by: int = -400) -> None:
    """All of it sent at once: to wait for each step's answer takes so long on a busy machine that it is a hold."""
    x, y = PHONE["width"] / 2, PHONE["height"] / 2 - by / 2
    steps = [
        ("mousePressed", y),
        *(("mouseMoved", y + by * step / 3) for step in range(1, 4)),
        ("mouseReleased", y + by),
    ]
    devtools = await page.context.new_cdp_session(page)
    await asyncio.gather(
        *(
            devtools.send(
                "Input.dispatchMouseEvent", {"type": kind, "x": x, "y": at, "button": "left", "clickCount": 1}
            )
            for kind, at in steps
        )
    )
    await devtools.detach()


@pytest.mark.timeout(400)
async def test_sound_stays_on_through_thirty_episodes_after_one_touch(series: House, careful: Browser) -> None:
    context = await careful.new_context(viewport=PHONE, base_url=series.server.url, locale="en-GB")
    page = await context.new_page()
    await page.add_init_script(LISTEN)
    complaints = watch(page, series.server.url)
    await page.goto("/s/night-bus/e/1")
    await page.get_by_test_id("chrome").wait_for()
    await page.wait_for_load_state("networkidle")
    # The test's own looks at the page count as touches where they come before the film: then it has its sound already.
    if await page.get_by_test_id("unmute").count():
        await page.get_by_test_id("unmute").click()

    for number in range(1, EPISODES + 1):
        await expect(page.get_by_test_id("player")).to_have_attribute("data-episode", str(number))
        await until_sounds(page)
        if number < EPISODES:
            await swipe(page)

    assert await page.evaluate("window.refused") == []
    assert await page.evaluate("document.querySelectorAll('video').length") <= 3
    assert complaints == []
    await context.close()


async def until_sounds(page: Page) -> None:
    await until(page, SOUNDS)


async def until(page: Page, true: str) -> None:
    """The pages' policy forbids what `wait_for_function` does."""
    await page.evaluate(
        f"new Promise(resolve => {{ const look = () => ({true})() ? resolve() : setTimeout(look, 50); look(); }})"
    )


@pytest.mark.timeout(300)
async def test_next_film_plays_silently_while_a_finger_leads_to_it_and_rests_when_the_finger_goes_back(
    series: House, phone: Page
) -> None:
    playing = "[...document.querySelectorAll('video')].filter(film => !film.paused)"
    await phone.goto("/s/night-bus/e/1")
    await until(phone, "() => document.querySelectorAll('video').length === 3")
    await phone.wait_for_load_state("networkidle")
    await until(phone, f"() => {playing}.length === 1")
    x, y = PHONE["width"] / 2, PHONE["height"] / 2

    await phone.mouse.move(x, y)
    await phone.mouse.down()
    for step in range(1, 5):
        await phone.mouse.move(x, y - 90 * step)
    await until(
        phone, f"() => {playing}.some(film => film.dataset.testid !== 'film' && film.muted && film.currentTime > 0)"
    )
    await phone.mouse.move(x, y - 10)
    await phone.mouse.move(x, y - 10.5)
    await until(phone, f"() => {playing}.length === 1 && {playing}[0].dataset.testid === 'film'")
    assert await phone.evaluate(
        "[...document.querySelectorAll('video:not([data-testid])')].map(film => film.currentTime)"
    ) == [0, 0]
    await phone.mouse.up()

    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "1")


@pytest.mark.timeout(300)
async def test_film_that_ends_under_a_finger_waits_for_where_it_leads(series: House, phone: Page) -> None:
    episode, film = phone.get_by_test_id("player"), phone.get_by_test_id("film")
    await phone.goto("/s/night-bus/e/1")
    await until(phone, "() => document.querySelectorAll('video').length === 3")
    await phone.wait_for_load_state("networkidle")
    x, y = PHONE["width"] / 2, PHONE["height"] / 2

    await phone.mouse.move(x, y)
    await phone.mouse.down()
    for step in range(1, 5):
        await phone.mouse.move(x, y - 90 * step)
    await film.evaluate("film => { film.currentTime = film.duration - 0.2; }")
    await until(phone, "() => document.querySelector('[data-testid=film]').ended")
    await phone.wait_for_timeout(500)
    await expect(episode).to_have_attribute("data-episode", "1")
    await phone.mouse.up()

    await expect(episode).to_have_attribute("data-episode", "2")
    await until(phone, "() => document.querySelector('[data-testid=film]').currentTime > 0.5")
    await expect(episode).to_have_attribute("data-episode", "2")


@pytest.mark.timeout(300)
async def test_film_is_watched_by_keyboard_alone_and_says_what_it_shows(series: House, phone: Page) -> None:
    await phone.goto("/s/night-bus/e/1")
    await expect(phone.get_by_test_id("stage")).to_have_attribute("aria-label", "Night bus, episode 1")
    await phone.wait_for_load_state("networkidle")  # the keys come after the picture

    await phone.keyboard.press("ArrowDown")
    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "2")
    await phone.keyboard.press("ArrowUp")
    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "1")
    await phone.get_by_test_id("episodes").focus()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_test_id("episode-grid").get_by_role("link")).to_have_count(EPISODES)
    await phone.keyboard.press("Escape")
    await expect(phone.get_by_test_id("episode-grid")).to_have_count(0)

    await phone.evaluate(AXE.read_text(encoding="utf-8"))
    found = await phone.evaluate("axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)")
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


@pytest.mark.timeout(300)
async def test_link_to_a_second_begins_there_and_is_shared_with_it(series: House, phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url) if request.url.endswith(".m4s") else None)

    await phone.goto("/s/night-bus/e/3?t=2")

    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "3")
    assert float(await phone.get_by_test_id("film").evaluate("film => film.currentTime")) >= 2
    base = await phone.get_by_test_id("player").get_attribute("data-base")
    # The segment of that second came with the page.
    assert [url for url in asked if url.endswith(f"{base}v360/000.m4s")] == []


@pytest.mark.timeout(300)
@pytest.mark.skipif(not (ROOT / "web" / "src" / "words" / "fa").is_dir(), reason="the page does not speak Persian yet")
async def test_swipes_and_keys_follow_the_direction_of_reading(series: House, phone: Page) -> None:
    await phone.goto("/s/night-bus/e/1?lang=fa")
    await expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    film = phone.get_by_test_id("film")
    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "1")
    await phone.wait_for_load_state("networkidle")  # the keys come after the picture
    await film.evaluate("film => { film.pause(); film.currentTime = 0; }")
    await expect(film).to_have_js_property("seeking", False)

    await phone.keyboard.press("ArrowLeft")

    assert float(await film.evaluate("film => film.currentTime")) > 0


@pytest.mark.timeout(300)
async def test_two_taps_like_or_seek_as_the_festival_wants(series: House, phone: Page) -> None:
    film = phone.get_by_test_id("film")
    await phone.goto("/s/night-bus/e/1")
    await expect(phone.get_by_test_id("chrome")).to_be_visible()
    await phone.wait_for_load_state("networkidle")

    await phone.mouse.dblclick(320, 300)
    await expect(phone.get_by_test_id("heart")).to_be_attached()
    await expect(phone.get_by_test_id("like")).to_have_attribute("aria-pressed", "true")
    assert not await film.evaluate("film => film.paused")
    await phone.get_by_test_id("like").click()
    await expect(phone.get_by_test_id("like")).to_have_attribute("aria-pressed", "false")

    connection = await asyncpg.connect(series.server.database_url)
    await connection.execute("UPDATE festival SET double_tap = 'seek'")
    await connection.close()
    async with phone.expect_response("**/api/festival"):
        await phone.reload()
    await phone.wait_for_load_state("networkidle")
    await film.evaluate("film => { film.pause(); film.currentTime = 1; }")
    await phone.mouse.dblclick(320, 300)
    await expect(film).to_have_js_property("seeking", False)
    assert float(await film.evaluate("film => film.currentTime")) >= 10
    assert await phone.get_by_test_id("heart").count() == 0


@pytest.mark.timeout(300)
async def test_film_nobody_touches_asks_after_a_dozen_episodes(series: House, phone: Page) -> None:
    await phone.goto("/s/night-bus/e/1")

    for number in range(1, 14):
        await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", str(number), timeout=20_000)
        await phone.evaluate(
            "new Promise(resolve => { const look = () => {"
            " const film = document.querySelector('[data-testid=film]');"
            " if (film.duration > 1 && film.currentTime > 0.1 && !film.paused) { film.currentTime = film.duration - 0.4; resolve(); }"
            " else setTimeout(look, 50); }; look(); })"
        )

    await expect(phone.get_by_test_id("asleep")).to_be_visible(timeout=20_000)
    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "13")
    await phone.keyboard.press("Shift")
    await expect(phone.get_by_test_id("player")).to_have_attribute("data-episode", "14")
