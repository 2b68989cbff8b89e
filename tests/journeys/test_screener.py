"""A juror watches a confidential title in a real browser; what went over the wire plays nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, Page, Response, expect

from api.access.operators import issue_code
from api.db import Connection, prepare_connection
from tests import builders
from tests.journeys.conftest import House, desktop, watch
from tests.journeys.playable import make_film
from tests.playback.screeners import Screener, a_screener, pictures_in, seat

#: Runs until so many pictures have been presented; gives them and the time in the film.
SHOWN = """(video, wanted) => new Promise(resolve => {
  let seen = 0;
  const count = (_, { mediaTime }) => { seen += 1; seen < wanted ? video.requestVideoFrameCallback(count) : resolve([seen, mediaTime]); };
  video.requestVideoFrameCallback(count);
})"""
#: Runs until the film is beyond this second.
REACHED = """(video, at) => new Promise(resolve => {
  const look = () => video.currentTime > at ? resolve(true) : setTimeout(look, 100);
  look();
})"""
SECONDS = 60


@pytest.fixture
async def rows(house: House) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(house.server.database_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def screener(house: House, rows: Connection, tmp_path: Path) -> Screener:
    await make_film(tmp_path / "film", seconds=SECONDS)
    store = Path(house.server.env["TALLSCREEN_STORAGE_URL"].removeprefix("file://"))
    return await a_screener(rows, tmp_path / "film", store, seconds=SECONDS)


async def a_device(chromium: Browser, house: House, email: str) -> Page:
    context = await desktop(chromium, house)
    code = await issue_code(house.server.database_url, email)
    assert (await context.request.post("/api/access/sign-in", data={"code": code})).ok
    return await context.new_page()


async def a_juror(rows: Connection, screener: Screener) -> str:
    account = await builders.an_account(rows, "juror")
    await seat(rows, account, screener)
    return str(await rows.fetchval("SELECT email FROM account WHERE id = $1", account))


async def come_to(page: Page, screener: Screener) -> None:
    await page.goto(f"/jury/{screener.shortlist}/{screener.series}?lang=en")


async def play(page: Page, screener: Screener) -> None:
    await come_to(page, screener)
    await page.get_by_test_id("play").click()


async def shown(page: Page, pictures: int) -> int:
    found: list[float] = await page.get_by_test_id("film").evaluate(SHOWN, pictures)
    return round(found[0])


async def test_juror_watches_what_plays_nowhere_else(
    house: House, chromium: Browser, rows: Connection, screener: Screener
) -> None:
    page = await a_device(chromium, house, await a_juror(rows, screener))
    complaints, answers = watch(page, house.server.url), list[Response]()

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)

    await play(page, screener)

    assert await shown(page, 30) == 30
    wire = [each for each in answers if "/api/screeners/" in each.url]
    segments = {
        each.url.split("?")[0]: await each.body() for each in wire if ".m4s" in each.url and "/v360/" in each.url
    }
    [init] = [await each.body() for each in wire if "/v360/init.mp4" in each.url]
    assert [each.url for each in answers if "/media/" in each.url] == []
    assert {each.headers["cache-control"] for each in wire} == {"private, no-store"}
    assert len(segments) >= 2
    assert pictures_in(init + b"".join(segments[url] for url in sorted(segments))) == 0
    assert [each for each in complaints if "/api/feed" not in each] == []  # there it is asked for like a released one
    await page.context.close()


async def test_second_device_says_so_and_takes_over(
    house: House, chromium: Browser, rows: Connection, screener: Screener
) -> None:
    email = await a_juror(rows, screener)
    first, second = [await a_device(chromium, house, email) for _ in range(2)]
    await play(first, screener)
    await shown(first, 5)

    await come_to(second, screener)  # the film is asked for before anybody presses play
    stopped = second.get_by_test_id("stopped")
    await expect(stopped).to_contain_text("You are watching on another device.")
    await second.get_by_test_id("watch-here").click()
    await expect(stopped).to_have_count(0)
    await second.get_by_test_id("play").click()
    await shown(second, 5)

    await first.get_by_test_id("film").evaluate("(video, at) => { video.currentTime = at; }", SECONDS - 8)
    await expect(first.get_by_test_id("stopped")).to_contain_text("You are watching on another device.")
    await first.get_by_test_id("watch-here").click()
    await expect(first.get_by_test_id("stopped")).to_have_count(0)
    assert await first.get_by_test_id("film").evaluate(REACHED, SECONDS - 9) is True
    for page in (first, second):
        await page.context.close()


async def test_juror_who_lost_the_title_is_told_so_at_once(
    house: House, chromium: Browser, rows: Connection, screener: Screener
) -> None:
    page = await a_device(chromium, house, await a_juror(rows, screener))
    await play(page, screener)
    await shown(page, 5)

    await rows.execute("DELETE FROM assignment WHERE shortlist_id = $1", screener.shortlist)
    await page.get_by_test_id("film").evaluate("(video, at) => { video.currentTime = at; }", SECONDS - 8)

    said = page.locator(
        "[data-testid=problem][data-code=not-found]"
    )  # in the film, or the page that was first to hear it
    await expect(said.first).to_be_visible()
    await page.context.close()
