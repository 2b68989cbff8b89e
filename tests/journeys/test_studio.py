"""A producer in the studio page: signs in by mail, makes a series, drops files and sees what happens to them."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import House, desktop, watch
from tests.transcoder.media import make_clip

MINUTE = 60_000


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
    bad = make_clip(tmp_path / "E02_sound_only.mp4", fault="no-video")
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

    await expect(page.get_by_test_id("episode-1")).to_contain_text("Ready", timeout=MINUTE)
    await expect(page.get_by_test_id("episode-2")).to_contain_text("Failed", timeout=MINUTE)
    await expect(page.get_by_test_id("said").first).to_contain_text("no picture")
    await page.reload()
    await expect(page.get_by_test_id("episode-1")).to_contain_text("Ready")
    assert complaints == []
    await context.close()
