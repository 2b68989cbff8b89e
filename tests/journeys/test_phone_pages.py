"""The pages around the player: without a script, and for people who do not see or do not touch them."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from api.db import Connection, prepare_connection
from tests.conftest import ROOT
from tests.journeys.conftest import PHONE, House
from tests.journeys.playable import a_playable_episode, make_film

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2 AA and what axe itself calls serious or critical.
RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(" ")).join(", ")}`);
}"""

SHIFTS = """() => new Promise((resolve) => {
  let moved = 0;
  const add = (entries) => { for (const { value } of entries) moved += value; };
  new PerformanceObserver((list) => add(list.getEntries())).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(moved), 100);
})"""
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
TITLE = '<div class="over"><h1>Night bus</h1><p>'
#: Long enough for a browser to paint what it has.
_PIECE_SECONDS = 0.5


@pytest.fixture
async def film(house: House, tmp_path: Path) -> AsyncIterator[Connection]:
    db = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    await make_film(tmp_path / "film", seconds=2)
    synopsis = {"en": "A night on the last bus.", "ru": "Ночь в последнем автобусе."}
    people = [
        {"part": part, "name": name}
        for part, name in (("director", "Alesia Kavalenka"), ("Stunts", "شهرام"), ("director", "Bo Wu"))
    ]
    await db.execute(
        "UPDATE series SET synopsis = $1, notes = $2, credits = $3, companies = $4",
        synopsis, {"en": "Flashing light"}, people, [{"part": "production", "name": "Salt & Sons"}],
    )  # fmt: skip
    await db.execute(
        "INSERT INTO screening (festival_id, name, starts_at, ends_at, secret)"
        " SELECT id, $1, now(), now() + interval '2 hours', $2 FROM festival",
        {"en": "Opening night"}, bytes(32),
    )  # fmt: skip
    for number in (1, 2):
        await a_playable_episode(db, tmp_path / "film", tmp_path / "storage", house.series, number)
    yield db
    await db.close()


async def complaints_of(page: Page) -> Any:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    return await page.evaluate(RUN_AXE)


async def test_pages_have_no_serious_barrier(house: House, film: Connection, chromium: Browser) -> None:
    context = await chromium.new_context(
        viewport=PHONE, has_touch=True, base_url=house.server.url, locale="en-GB", reduced_motion="reduce"
    )
    page = await context.new_page()
    places = {
        "/": "festival", "/s/night-bus": "credits", "/ballots": "ballots", "/kept": "kept-page", "/schedule": "schedule",
        "/c": "handover", "/receipt": "code", "/b": "entry", "/h": "entry",
    }  # fmt: skip
    found = {}
    for address, testid in places.items():
        await page.goto(address)
        await expect(page.get_by_test_id(testid)).to_be_visible()
        await expect(page.locator("#link")).to_have_count(0)
        found[address] = await complaints_of(page)
    await page.goto("/s/night-bus")
    await page.get_by_test_id("keep").tap()
    await expect(page.get_by_test_id("keep-sheet")).to_be_visible()
    found["keep"] = await complaints_of(page)

    assert found == {address: [] for address in found}
    await context.close()


async def test_series_names_who_made_it_in_the_readers_language(house: House, film: Connection, phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url.partition("/api/series/")[2]))
    await phone.goto("/s/night-bus?lang=ru")

    rows = phone.get_by_test_id("credits").locator("div")

    await expect(rows).to_have_count(3)
    said = [(await row.inner_text()).split("\n") for row in await rows.all()]
    assert said == [["Режиссёр", "Alesia Kavalenka", "Bo Wu"], ["Stunts", "شهرام"], ["Производство", "Salt & Sons"]]
    await phone.wait_for_load_state("networkidle")
    await phone.wait_for_timeout(500)
    # The series is asked for before the page is there, and again by it; nothing asks for ever.
    assert sorted(filter(None, asked)) == ["night-bus", "night-bus", "night-bus/credits"]


async def in_pieces(page: Page, text: str, cut: int) -> None:
    """Shows a page that breaks off for a moment."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n")
        writer.write(text[:cut].encode())
        await writer.drain()
        await asyncio.sleep(_PIECE_SECONDS)
        writer.write(text[cut:].encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        await page.goto(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


async def test_first_screen_does_not_move_wherever_the_page_breaks_off(
    house: House, film: Connection, chromium: Browser
) -> None:
    phone = await chromium.new_page(viewport=PHONE)
    async with httpx.AsyncClient(base_url=house.server.url) as client:
        whole = SCRIPT.sub("", (await client.get("/s/night-bus/e/1")).text)
    start = whole.index(TITLE)
    moved = {}
    for cut in ('<div class="over">', '<div class="over"><h1>Night', TITLE):
        await in_pieces(phone, whole, start + len(cut))
        await expect(phone.get_by_role("heading", name="Night bus")).to_be_visible()
        moved[cut] = await phone.evaluate(SHIFTS)

    assert moved == dict.fromkeys(moved, 0)
    await phone.close()


async def test_first_screen_is_useful_without_a_script(house: House, film: Connection, chromium: Browser) -> None:
    context = await chromium.new_context(
        viewport=PHONE, base_url=house.server.url, locale="ru-RU", java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_role("link", name="Night bus").click()

    await expect(page.get_by_role("heading", name="Night bus")).to_be_visible()
    await expect(page.get_by_text("Ночь в последнем автобусе.")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await page.get_by_role("link", name="Серия 2").click()
    assert page.url == f"{house.server.url}/s/night-bus/e/2"
    await expect(page.locator("#link video")).to_be_visible()
    assert await page.title() == "Night bus · Серия 2"
    await context.close()
