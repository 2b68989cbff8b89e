"""A producer at the page of a series, with the network in the test's hands."""

import asyncio
import hashlib
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

from api.access.operators import issue_code
from tests.journeys.conftest import House, desktop, watch
from tests.transcoder.media import make_clip

PUT = re.compile(r"/storage/parts/originals/([0-9a-f-]+)/(\d+)")
PRODUCER = "producer@films.example"
MINUTE = 60_000


async def sign_in(context: BrowserContext, house: House) -> None:
    code = await issue_code(house.server.database_url, PRODUCER)
    answer = await context.request.post(f"{house.server.url}/api/access/sign-in", data={"code": code})
    assert answer.ok, await answer.text()


class Studio:
    """One tab. `held` parts wait until `release` is called; `puts` are the parts that were let through."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house
        self.complaints = watch(page, house.server.url)
        self.puts: list[tuple[str, int]] = []
        self._let = 10**6
        self._open = asyncio.Event()
        self._open.set()

    @classmethod
    async def open(cls, context: BrowserContext, house: House) -> "Studio":
        studio = cls(await context.new_page(), house)
        studio.page.on("request", studio._note)
        await studio.page.goto(f"{house.server.url}/studio/series/{house.series}?lang=en")
        await expect(studio.page.locator("h1")).to_have_text("Episodes")
        return studio

    def _note(self, request: Request) -> None:
        part = PUT.search(request.url)
        if part and request.method == "PUT":
            self.puts.append((part[1], int(part[2])))

    async def hold_after(self, parts: int) -> None:
        """Let so many parts through and keep the others until `release`."""
        self._let = parts
        self._open.clear()
        await self.page.route(PUT, self._pass)

    async def _pass(self, route: Route) -> None:
        self._let -= 1
        if self._let < 0:
            await self._open.wait()
        await route.continue_()

    def release(self) -> None:
        self._open.set()

    async def drop(self, *files: Path) -> None:
        await self.page.get_by_test_id("files").first.set_input_files([str(file) for file in files])

    async def send(self) -> None:
        """Once all files have been looked at: whatever is looked at later stays on the sheet."""
        await expect(self.page.get_by_test_id("drop-totals")).to_contain_text("to send", timeout=MINUTE)
        await self.page.get_by_test_id("drop-send").click()

    def row(self, number: int) -> Locator:
        return self.page.get_by_test_id(f"episode-{number}")

    async def are(self, state: str, *numbers: int) -> None:
        for number in numbers:
            await expect(self.row(number)).to_have_attribute("data-state", state, timeout=MINUTE)


async def studio(chromium: Browser, house: House) -> Studio:
    context = await desktop(chromium, house)
    await sign_in(context, house)
    return await Studio.open(context, house)


def clips(folder: Path, count: int) -> list[Path]:
    """Films that the look before sending finds nothing wrong with; each a few hundred kilobytes."""
    folder.mkdir(exist_ok=True)
    return [
        make_clip(folder / f"E{number:02d}.mp4", seconds=2 + number / 4, width=720, height=1280)
        for number in range(1, count + 1)
    ]


async def stored(house: House) -> list[str]:
    """SHA-256 of the files that have arrived whole."""
    folder = Path(house.server.env["TALLSCREEN_STORAGE_URL"].removeprefix("file://").partition("?")[0]) / "originals"
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*"))


def sums(files: list[Path]) -> list[str]:
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


async def parts_there(house: House) -> set[tuple[str, int]]:
    """Parts of open uploads that the server has."""
    found: set[tuple[str, int]] = set()
    series: Any = await house.producer.get(f"/api/studio/series/{house.series}")
    for upload in (each["upload"] for each in series["episodes"] if each["upload"]):
        told = await house.producer.get(f"/api/studio/uploads/{upload}")
        found |= {(upload, part["number"]) for part in told["stored"]}
    return found
