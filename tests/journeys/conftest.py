"""A festival as it runs: API and worker as processes of their own, and people with browsers."""

import os
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright, expect

from api.access.operators import issue_code
from loadtest.client import Person
from tests import browser as browsers
from tests.conftest import TestServer, start_process, stop_process
from tests.transcoder.media import make_clip

PHONE: ViewportSize = {"width": 390, "height": 844}


def footage() -> Path | None:
    """The folder with real films, where this machine has one."""
    folder = os.environ.get("TEST_MEDIA")
    return Path(folder) if folder and Path(folder).is_dir() else None


class House:
    """A running festival with one organiser, one producer and a series of theirs."""

    def __init__(self, server: TestServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.organiser, self.producer = Person(server.url), Person(server.url)
        self.series = 0
        self.award = 0

    async def found(self, *, by_mail: bool = True) -> None:
        """Mail is captured by the process that sends it: where there are several, the producer has a code."""
        code = await issue_code(self.server.database_url, "organiser@festival.example", organiser="Organiser")
        await self.organiser.sign_in(code)
        words = {"en": "Meridian", "zh": "子午线", "ru": "Меридиан"}
        dates = {"starts_on": "2026-11-06", "ends_on": "2026-11-30", "time_zone": "Asia/Almaty"}
        await self.organiser.post("/api/desk/festival", {"slug": "meridian", "name": words, **dates})
        section = await self.organiser.post("/api/desk/sections", {"slug": "main", "name": {"en": "Main competition"}})
        account = {"email": "producer@films.example", "name": "Producer", "role": "producer", "company": "Films"}
        await self.organiser.post("/api/desk/accounts", account)
        if by_mail:
            await self.producer.sign_in_by_mail(account["email"])
        else:
            await self.producer.sign_in(await issue_code(self.server.database_url, account["email"]))
        body = {"section": section["id"], "slug": "night-bus", "title": {"en": "Night bus"}, "country": "BY"}
        self.series = (await self.producer.post("/api/studio/series", body))["id"]
        await self.organiser.post(f"/api/desk/series/{self.series}/release?anyway=true")
        times = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}
        award = {"slug": "audience", "name": {"en": "Audience Award"}, "board": "open", **times}
        self.award = (await self.organiser.post("/api/desk/awards", award))["id"]

    async def send(self, number: int, film: Path, subtitles: dict[str, str] | None = None) -> int:
        """Enter an episode and upload its file; the episode's id."""
        body = {"number": number, "title": {"en": film.stem}}
        episode = (await self.producer.post(f"/api/studio/series/{self.series}/episodes", body))["id"]
        for lang, text in (subtitles or {}).items():
            await self.producer.put(f"/api/studio/episodes/{episode}/subtitles/{lang}", {"text": text})
        await self.producer.upload(episode, film)
        return int(episode)

    async def state(self, number: int) -> Any:
        series = await self.producer.get(f"/api/studio/series/{self.series}")
        return next(episode for episode in series["episodes"] if episode["number"] == number)

    async def sql(self, query: str, *values: object) -> Any:
        connection = await asyncpg.connect(self.server.database_url)
        try:
            return await connection.fetchval(query, *values)
        finally:
            await connection.close()

    async def close(self) -> None:
        await self.organiser.close()
        await self.producer.close()


@pytest.fixture
async def house(server: TestServer, tmp_path: Path) -> AsyncIterator[House]:
    house = House(server, tmp_path)
    await house.found()
    yield house
    await house.close()


@pytest.fixture
async def worker(house: House) -> AsyncGenerator[None, None]:
    env = {**house.server.env, "TALLSCREEN_PROFILE": "quick"}
    process = await start_process(["-m", "transcoder.worker"], env, house.folder / "worker.log")
    yield
    await stop_process(process)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = browsers.find()
    assert program is not None, browsers.HELP
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=browsers.ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def phone(chromium: Browser, house: House) -> AsyncIterator[Page]:
    """A phone that fails the test where a page logs an error, breaks its security policy or asks another host.

    Without a service worker: what that asks for, a test can neither see nor answer. test_offline.py is about it.
    """
    context = await chromium.new_context(
        viewport=PHONE,
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale="en-GB",
        base_url=house.server.url,
        service_workers="block",
    )
    page = await context.new_page()
    complaints = watch(page, house.server.url)
    yield page
    await context.close()
    assert complaints == []


def watch(page: Page, home: str) -> list[str]:
    """What no page may do."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on(
        "console",
        lambda line: complaints.append(f"console: {line.text} {line.location}") if line.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((home, "blob:", "data:"))
            else complaints.append(f"foreign request: {request.url}")
        ),
    )
    return complaints


SIZES: tuple[ViewportSize, ...] = (PHONE, {"width": 1440, "height": 900})


async def fits(page: Page) -> None:
    """In both directions and on both sizes nothing is cut off at a side, and what is touched is large enough."""
    for size in SIZES:
        await page.set_viewport_size(size)
        for direction in ("ltr", "rtl"):
            await page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
            room, wide, *heights = await page.evaluate(
                "[document.documentElement.clientWidth, document.documentElement.scrollWidth,"
                " ...Array.from(document.querySelectorAll('main .btn'), (each) => each.getBoundingClientRect().height)]"
            )
            assert wide <= room
            assert min(heights, default=36) >= 36


async def desktop(chromium: Browser, house: House) -> BrowserContext:
    return await chromium.new_context(viewport=SIZES[-1], base_url=house.server.url, locale="en-GB")


class Desk:
    """Somebody's browser at the desk. A journey names what its browser will note beside what a page may do."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self._noted, self._expected = watch(page, home), list[str]()

    @classmethod
    async def sign_in(cls, chromium: Browser, house: House, email: str) -> "Desk":
        context = await desktop(chromium, house)
        code = await issue_code(house.server.database_url, email)
        answer = await context.request.post("/api/access/sign-in", data={"code": code})
        assert answer.ok, await answer.text()
        return cls(await context.new_page(), house.server.url)

    def expects(self, *parts: str) -> None:
        """Notes with one of these parts in them are no complaints."""
        self._expected += parts

    @property
    def complaints(self) -> list[str]:
        return [line for line in self._noted if not any(part in line for part in self._expected)]

    async def open(self, award: int) -> Page:
        await self.page.goto(f"/desk/awards/{award}?lang=en")
        await expect(self.page.get_by_test_id("gates")).to_be_visible()
        return self.page

    async def close(self) -> None:
        await self.page.context.close()
        assert self.complaints == []


@pytest.fixture
async def organiser(house: House, chromium: Browser) -> AsyncIterator[Desk]:
    desk = await Desk.sign_in(chromium, house, "organiser@festival.example")
    yield desk
    await desk.close()


@pytest.fixture
async def auditor(house: House, chromium: Browser) -> AsyncIterator[Desk]:
    account = {"email": "auditor@festival.example", "name": "Auditor", "role": "auditor"}
    await house.organiser.post("/api/desk/accounts", account)
    desk = await Desk.sign_in(chromium, house, "auditor@festival.example")
    yield desk
    await desk.close()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A short film: real where there is one, else generated."""
    real = footage()
    if real is not None:
        return real / "clips" / "c01_conf_crowd_native_404x720_30fps.mp4"
    return make_clip(tmp_path / "e01.mp4", seconds=8)
