"""Uploads that survive: a browser that crashes, a page that is left, another tab, a sign-in that ends in the middle."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from msgspec import structs
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from api.access.operators import issue_code
from api.settings import Settings
from tests import browser as browsers
from tests.journeys.conftest import SIZES, House
from tests.journeys.studio_page import MINUTE, PRODUCER, Studio, clips, parts_there, sign_in, stored, studio, sums

PART = 65536
#: A drop as a browser makes one, of files of its own private folder: it gives handles for them, as for files on a disk.
DROP_WITH_HANDLES = """async (files) => {
  const folder = await navigator.storage.getDirectory();
  const handles = [];
  for (const { name, base64 } of files) {
    const handle = await folder.getFileHandle(name, { create: true });
    const writing = await handle.createWritable();
    await writing.write(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)));
    await writing.close();
    handles.push(handle);
  }
  const items = handles.map((handle) => ({ kind: "file", webkitGetAsEntry: () => null, getAsFileSystemHandle: async () => handle }));
  const event = new DragEvent("drop", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "dataTransfer", { value: { items, files: [], types: ["Files"] } });
  document.body.dispatchEvent(event);
}"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small parts, so that small films have many."""
    return structs.replace(settings, storage_url=f"{settings.storage_url}?part={PART}")


async def launched(profile: Path, house: House) -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch_persistent_context(
            str(profile), executable_path=browsers.find(), args=browsers.ARGUMENTS, viewport=SIZES[-1], locale="en-GB"
        )


def crash(profile: Path) -> None:
    """End the browser of this profile by the signal that nothing can answer."""
    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={profile}" in (process.info["cmdline"] or []):
            process.kill()
            process.wait(10)


@pytest.mark.timeout(240)
async def test_drop_goes_on_after_the_browser_crashed_and_only_the_rest_is_sent(house: House, tmp_path: Path) -> None:
    films = clips(tmp_path / "films", 3)
    profile = tmp_path / "profile"
    async for context in launched(profile, house):
        await sign_in(context, house)
        tab = await Studio.open(context, house)
        await tab.hold_after(4)
        await tab.drop(*films)
        await tab.send()
        await until_stored(house, 4)
        crash(profile)
    before = await parts_there(house)

    async for context in launched(profile, house):
        await sign_in(context, house)
        tab = await Studio.open(context, house)
        await expect(tab.page.get_by_test_id("take-up")).to_contain_text("3 files were on their way")
        await tab.drop(*films)
        await tab.send()
        await tab.are("queued", 1, 2, 3)
        await expect(tab.page.get_by_test_id("take-up")).to_have_count(0)

        assert before & set(tab.puts) == set()
        assert await stored(house) == sums(films)
        await context.close()


async def until_stored(house: House, parts: int) -> None:
    for _ in range(300):
        if len(await parts_there(house)) >= parts:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await parts_there(house))


@pytest.mark.timeout(120)
async def test_files_with_handles_go_on_after_a_reload_with_one_touch(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    films = clips(tmp_path / "films", 2)
    tab = await studio(chromium, house)
    payload = [{"name": film.name, "base64": base64.b64encode(film.read_bytes()).decode()} for film in films]
    await tab.hold_after(3)
    await tab.page.evaluate(DROP_WITH_HANDLES, payload)
    await tab.send()
    await until_stored(house, 3)
    before = await parts_there(house)

    await tab.page.unroute_all(behavior="ignoreErrors")
    await tab.page.reload()
    tab.puts.clear()
    await tab.page.get_by_test_id("go-on-kept").click()

    await tab.are("queued", 1, 2)
    assert before & set(tab.puts) == set()
    assert await stored(house) == sums(films)
    await tab.page.context.close()


@pytest.mark.timeout(120)
async def test_two_tabs_never_send_the_same_file_twice(house: House, chromium: Browser, tmp_path: Path) -> None:
    films = clips(tmp_path / "films", 2)
    first = await studio(chromium, house)
    second = await Studio.open(first.page.context, house)
    await first.hold_after(2)
    await first.drop(*films)
    await first.send()
    await until_stored(house, 2)

    await second.are("elsewhere", 1, 2)
    await expect(second.row(1)).to_contain_text("Sent in another tab")
    await second.drop(*films)
    await second.send()
    await second.are("elsewhere", 1, 2)
    first.release()

    for tab in (first, second):
        await tab.are("queued", 1, 2)
    assert max(Counter([*first.puts, *second.puts]).values()) == 1
    assert await house.sql("SELECT count(*) FROM original") == 2
    assert await stored(house) == sums(films)
    await first.page.context.close()


@pytest.mark.timeout(120)
async def test_tab_that_waits_takes_over_from_one_that_is_closed(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    films = clips(tmp_path / "films", 1)
    first = await studio(chromium, house)
    second = await Studio.open(first.page.context, house)
    await first.hold_after(2)
    await first.drop(*films)
    await until_stored(house, 2)
    before = await parts_there(house)
    await second.drop(*films)
    await second.are("elsewhere", 1)

    first.release()
    await first.page.close(run_before_unload=False)

    await second.are("queued", 1)
    assert before & set(second.puts) == set()
    assert await stored(house) == sums(films)
    await second.page.context.close()


@pytest.mark.timeout(120)
async def test_sign_in_that_ends_in_the_middle_is_asked_for_in_place_and_the_drop_goes_on(
    house: House, chromium: Browser, tmp_path: Path
) -> None:
    films = clips(tmp_path / "films", 2)
    tab = await studio(chromium, house)
    await tab.hold_after(2)
    await tab.drop(*films)
    await tab.send()
    await until_stored(house, 2)

    await house.sql("DELETE FROM session WHERE account_id = (SELECT id FROM account WHERE email = $1)", PRODUCER)
    tab.release()

    dialog = tab.page.get_by_test_id("sign-in-again")
    await expect(dialog).to_contain_text("Everything here is kept", timeout=MINUTE)
    await tab.are("signed_out", 1, 2)
    await dialog.get_by_test_id("sign-in-other").click()
    await dialog.get_by_test_id("code").fill(await issue_code(house.server.database_url, PRODUCER))
    await dialog.get_by_test_id("sign-in-go").click()

    await expect(dialog).to_have_count(0)
    await tab.are("queued", 1, 2)
    assert await stored(house) == sums(films)
    await tab.page.context.close()


@pytest.mark.timeout(120)
async def test_upload_that_was_given_up_meanwhile_begins_anew(house: House, chromium: Browser, tmp_path: Path) -> None:
    films = clips(tmp_path / "films", 1)
    tab = await studio(chromium, house)
    await tab.hold_after(2)
    await tab.drop(*films)
    await until_stored(house, 2)

    [upload] = {upload for upload, _ in await parts_there(house)}
    await house.sql("UPDATE original SET state = 'aborted' WHERE id = $1", upload)
    tab.release()

    await tab.are("queued", 1)
    assert await stored(house) == sums(films)
    await tab.page.context.close()
