"""A producer in the studio page: signs in by mail, makes a series, drops files and sees what happens to them."""

import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import start_process, stop_process
from tests.journeys.conftest import House, desktop, watch
from tests.journeys.test_upload_to_tally import until_ready
from tests.transcoder.media import make_clip

MINUTE = 60_000
RUNGS = json.dumps([{"name": "v360", "progress": 100}, {"name": "v540", "progress": 43}])
#: Runs until the film has come so far; gives where it is.
REACHED = """(video, seconds) => new Promise(resolve => {
  const look = () => video.currentTime >= seconds && video.readyState >= 2 ? resolve(video.currentTime) : setTimeout(look, 50);
  look();
})"""


async def sign_in(page: Page, house: House) -> None:
    """With the code of the mail, as it stands in the demo's captured mail."""
    await page.goto("/studio?lang=en")
    await page.get_by_test_id("email").fill("producer@films.example")
    await page.get_by_test_id("sign-in-go").click()
    await expect(page.get_by_test_id("code")).to_be_visible()
    async with httpx.AsyncClient() as reader:
        mails = (await reader.get(f"{house.server.url}/dev/mail")).json()
    [code] = re.findall(r"\b\d{8}\b", mails[0]["text"])
    await page.get_by_test_id("code").fill(code)
    await page.get_by_test_id("sign-in-go").click()


@pytest.mark.timeout(240)
async def test_producer_drops_files_and_sees_each_one_ready_or_refused(
    house: House, worker: None, chromium: Browser, tmp_path: Path
) -> None:
    good = make_clip(tmp_path / "E01_good.mp4", seconds=3)
    bad = make_clip(tmp_path / "E02_damaged.mp4", seconds=3, fault="hole")
    context = await desktop(chromium, house)
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    await sign_in(page, house)
    await page.get_by_test_id("new-series").click()
    await page.get_by_test_id("title-en").fill("Window 43")
    await page.get_by_test_id("section").select_option(label="Main competition")
    await page.get_by_test_id("country").select_option("IR")
    await page.get_by_test_id("save").click()

    await page.get_by_test_id("files").first.set_input_files([str(good), str(bad)])
    await page.get_by_test_id("drop-send").click()

    await expect(page.get_by_test_id("episode-1")).to_contain_text("Ready", timeout=MINUTE)
    await expect(page.get_by_test_id("episode-2")).to_contain_text("Failed", timeout=MINUTE)
    await expect(page.get_by_test_id("said").first).to_contain_text("damaged")
    await page.reload()
    await expect(page.get_by_test_id("episode-1")).to_contain_text("Ready")
    assert complaints == []
    await context.close()


async def the_package(house: House) -> str:
    return str(await house.sql("SELECT id FROM package"))


async def go_back_to(house: House, package: str, segments: int) -> None:
    """As it was while the start rung was being made: this many of its segments are there."""
    await house.sql(
        "UPDATE package SET state = 'encoding', ready_at = NULL, updated_at = now(), preview = jsonb_set(jsonb_set(preview, '{complete}', $3::jsonb), '{segments}',"
        " (SELECT jsonb_agg(x ORDER BY n) FROM jsonb_array_elements(preview->'segments') WITH ORDINALITY t (x, n) WHERE n <= $2)) WHERE id = $1",
        package,
        segments,
        "false",
    )


@pytest.mark.timeout(240)
async def test_producer_watches_the_preview_while_it_grows_and_then_the_film(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    """A finished package is shown as it was on its way, step by step: nothing here depends on how fast a machine is."""
    env = {**house.server.env, "TALLSCREEN_PROFILE": "quick"}
    worker = await start_process(["-m", "transcoder.worker"], env, house.folder / "worker.log")
    await house.send(1, make_clip(tmp_path / "e01.mp4", seconds=9, width=360, height=640))
    await until_ready(house, 1)
    await stop_process(worker)
    package = await the_package(house)
    whole = await house.sql("SELECT preview FROM package")
    assert json.loads(whole)["complete"] is True
    await go_back_to(house, package, 2)
    await house.sql("UPDATE tier SET state = 'working', rungs = $1, seconds_left = 250 WHERE name = 'ladder'", RUNGS)
    context = await desktop(chromium, house)
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    await sign_in(page, house)
    await page.get_by_test_id("series-night-bus").click()

    row = page.get_by_test_id("episode-1")
    await expect(row).to_have_attribute("data-state", "encoding")
    await expect(row).to_contain_text("about 4 min left")
    await expect(row.get_by_test_id("sizes")).to_contain_text("540 43%")
    await row.get_by_test_id("watch-preview").click()
    dialog = page.get_by_test_id("preview-dialog")
    await expect(dialog.get_by_test_id("preview-note")).to_contain_text("0:03 of 0:09")
    film = dialog.get_by_test_id("film")
    assert await film.evaluate(REACHED, 2.5) < 3.2

    await house.sql("UPDATE package SET preview = $1, updated_at = now()", whole)
    assert await film.evaluate(REACHED, 4.0) >= 4.0
    await dialog.get_by_test_id("play").click()
    before = await film.evaluate("video => video.currentTime")

    await house.sql("UPDATE package SET state = 'ready', ready_at = now(), updated_at = now()")
    await expect(dialog).to_have_attribute("data-preview", "false", timeout=MINUTE)
    await expect(row).to_have_attribute("data-state", "ready")
    assert abs(await film.evaluate(REACHED, before - 0.5) - before) < 0.5
    await dialog.get_by_test_id("play").click()
    assert await film.evaluate(REACHED, before + 0.5) > before
    assert complaints == []
    await context.close()
