"""A producer drops a folder: all of it is shown before a byte is sent, and what cannot be used is said there."""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.journeys.conftest import House, fits, footage
from tests.journeys.studio_page import MINUTE, clips, sign_in, stored, studio, sums
from tests.transcoder.media import make_clip


def series_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """Films as producers name them, and two files that are none; real ones where there are some."""
    folder.mkdir()
    real = footage()
    bad = [folder / "E04_cut.mp4", folder / "E05.mp4"]
    if real is None:
        names = ("E01 first run.mp4", "第2集.mp4", "3 серия - провода.mp4")
        good = [make_clip(folder / name, seconds=3) for name in names]
        make_clip(bad[0], seconds=3, fault="cut")
        make_clip(bad[1], fault="text")
        return good, bad
    sources = {
        "E01 first run.mp4": "clips/c07_phone_hdr10_av1_native_720x1280.mp4",
        "第2集.mov": "clips/c14_tos_crop_404x720_24fps_prores_pcm.mov",
        "3 серия - провода.mp4": "clips/c06_phone_hlg_hevc10_rot90_vfr_editlist.mp4",
        bad[0].name: "bad/x1_no_moov.mp4",
        bad[1].name: "bad/x5_pdf.mp4",
    }
    for name, source in sources.items():
        shutil.copy(real / source, folder / name)
    return [folder / name for name in list(sources)[:3]], bad


@pytest.mark.timeout(240)
async def test_folder_with_two_bad_files_is_judged_before_sending_and_its_films_become_ready(
    house: House, worker: None, chromium: Browser, tmp_path: Path
) -> None:
    good, bad = series_folder(tmp_path / "Night bus")
    tab = await studio(chromium, house)
    page = tab.page

    await page.get_by_test_id("folder").set_input_files(str(tmp_path / "Night bus"))

    sheet = page.get_by_test_id("drop-sheet")
    await expect(sheet.get_by_test_id("drop-totals")).to_contain_text("3 files to send", timeout=MINUTE)
    lines = sheet.get_by_test_id("drop-line")
    verdicts = {
        await line.locator("bdi").inner_text(): await line.get_attribute("data-code") for line in await lines.all()
    }
    assert {name: verdicts[name] for name in (path.name for path in bad)} == {
        bad[0].name: "unreadable-file",
        bad[1].name: "not-a-video",
    }
    assert {verdicts[path.name] for path in good} == {""}
    assert (await house.sql("SELECT count(*) FROM episode"), tab.puts) == (0, [])

    await tab.send()
    await expect(lines).to_have_count(2)
    await page.get_by_test_id("drop-cancel").click()
    await expect(sheet).to_have_count(0)

    await tab.are("ready", 1, 2, 3)
    assert await stored(house) == sums(good)
    assert tab.complaints == []
    await page.context.close()


@pytest.mark.timeout(120)
async def test_numbers_are_decided_on_the_sheet_with_the_keyboard(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    first, second, third = clips(tmp_path / "films", 3)
    twin = second.rename(second.with_name("1 серия.mp4"))
    nameless = third.rename(third.with_name("final final.mp4"))
    tab = await studio(chromium, house)
    page = tab.page

    await tab.drop(first, twin, nameless)
    sheet = page.get_by_test_id("drop-sheet")
    asks = sheet.locator("[data-grade=asks]")
    await expect(asks).to_have_count(3, timeout=MINUTE)
    await expect(page.get_by_test_id("drop-send")).to_be_disabled()
    await expect(page.get_by_test_id("drop-notes")).to_contain_text("The same number")

    fields = sheet.get_by_test_id("number")
    await fields.nth(0).focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("۲")
    await page.keyboard.press("Enter")
    await page.keyboard.type("2")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(asks).to_have_count(0)
    await expect(page.get_by_test_id("drop-notes")).to_contain_text("Missing so far: episode 3")
    await fits(page)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await tab.send()

    await tab.are("queued", 1, 2, 4)
    assert await stored(house) == sums([first, twin, nameless])
    await page.context.close()


@pytest.mark.timeout(120)
async def test_one_good_film_starts_at_once_and_one_bad_film_does_not(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    [film] = clips(tmp_path / "films", 1)
    tab = await studio(chromium, house)

    await tab.drop(film)
    await tab.are("queued", 1)
    await tab.drop(make_clip(tmp_path / "E02.mp4", fault="no-video"))

    line = tab.page.get_by_test_id("drop-line")
    await expect(line).to_have_attribute("data-code", "no-video-track")
    await expect(line.get_by_test_id("verdict")).to_contain_text("no picture")
    assert await house.sql("SELECT count(*) FROM episode") == 1
    await tab.page.context.close()


@pytest.mark.timeout(120)
async def test_drop_of_two_series_takes_the_folder_that_is_chosen(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    for name in ("Night bus", "Window"):
        (tmp_path / "all").mkdir(exist_ok=True)
        clips(tmp_path / "all" / name, 2)
    tab = await studio(chromium, house)
    page = tab.page

    await page.get_by_test_id("folder").set_input_files(str(tmp_path / "all"))
    await expect(page.get_by_test_id("folders")).to_contain_text("2 folders")
    await expect(page.get_by_test_id("drop-send")).to_be_disabled()
    await page.get_by_test_id("folders").get_by_text("all/Window").click()
    await tab.send()

    await tab.are("queued", 1, 2)
    assert await stored(house) == sums(sorted((tmp_path / "all" / "Window").iterdir()))
    await page.context.close()


@pytest.mark.timeout(120)
async def test_company_without_room_is_told_and_goes_on_when_it_has_some(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    films = clips(tmp_path / "films", 2)
    await house.sql("UPDATE company SET quota_bytes = $1", films[0].stat().st_size)
    tab = await studio(chromium, house)
    page = tab.page

    await tab.drop(*films)
    await expect(page.get_by_test_id("drop-notes")).to_contain_text("more than the room", timeout=MINUTE)
    await tab.send()

    await tab.are("failed", 2)
    await expect(tab.row(2)).to_contain_text("space of your company")
    await house.sql("UPDATE company SET quota_bytes = NULL")
    await page.get_by_test_id("go-on-all").click()
    await tab.are("queued", 1, 2)
    assert await stored(house) == sums(films)
    await page.context.close()


async def test_names_that_mislead_are_files_like_others(house: House, chromium: Browser, tmp_path: Path) -> None:
    names = [
        "../E01.mp4",
        "“E02” 🎬's.mp4",
        "E03\u202e4pm.mp4",
        f"E04 {'я' * 110}.mp4",
        "<img src=x onerror=alert(1)> E05.mp4",
    ]
    films = clips(tmp_path / "films", len(names))
    tab = await studio(chromium, house)
    payload: list[FilePayload] = [
        {"name": name, "mimeType": "video/mp4", "buffer": film.read_bytes()}
        for name, film in zip(names, films, strict=True)
    ]

    await tab.page.get_by_test_id("files").first.set_input_files(payload)
    await tab.send()

    await tab.are("queued", 1, 2, 3, 4, 5)
    assert await stored(house) == sums(films)
    assert tab.complaints == []
    await tab.page.context.close()


async def test_somebody_who_is_not_signed_in_sees_no_series(house: House, chromium: Browser) -> None:
    context = await chromium.new_context(base_url=house.server.url, locale="en-GB")
    page = await context.new_page()
    await page.goto(f"/studio/series/{house.series}")
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    await sign_in(context, house)
    await page.reload()
    await expect(page.get_by_test_id("empty")).to_be_visible()
    await context.close()
