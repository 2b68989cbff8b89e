"""A jury of three with an open round, for browsers: jurors who sign in, titles that play."""

import itertools
from pathlib import Path
from typing import Any

import asyncpg
import uuid_utils.compat as uuids
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from api.access.operators import issue_code
from api.db import prepare_connection
from loadtest.client import Person
from tests.journeys.conftest import House, watch
from tests.journeys.playable import a_playable_episode, make_film

TABLET: ViewportSize = {"width": 1024, "height": 1366}
NAMES = ("Farida Yusupova", "Bo Wu", "Anna Sokolova")
SECONDS = 6
MINUTE = 60_000
RUBRIC = {
    "least": 1,
    "most": 6,
    "criteria": [
        {"key": "story", "name": {"en": "Story in short form", "fa": "داستان کوتاه"}, "weight": 600,
         "anchors": {"5": {"en": "Each episode earns the next one."}}},
        {"key": "frame", "name": {"en": "Use of the tall frame"}, "weight": 400},
    ],
}  # fmt: skip


class Juror:
    """One of the jury: what they send without a page, and their browser."""

    def __init__(self, jury: "Jury", email: str, name: str) -> None:
        self.jury, self.email, self.name = jury, email, name
        self.person = Person(jury.house.server.url)
        self.account = 0
        self._revision = itertools.count(1)

    async def arrive(self) -> None:
        await self.person.sign_in(await issue_code(self.jury.house.server.database_url, self.email))
        self.account = (await self.person.get("/api/access/me"))["account"]["id"]

    async def score(self, series: int, story: int, frame: int) -> None:
        body = {"id": str(uuids.uuid7()), "revision": next(self._revision), "grades": {"story": story, "frame": frame}}
        await self.person.put(f"/api/jury/rounds/{self.jury.round}/titles/{series}/sheet", body)

    async def see(self, *series: int) -> None:
        """Watched whole: put where the heartbeats put it."""
        bits = ((1 << SECONDS) - 1).to_bytes((SECONDS + 7) // 8, "little")
        await self.jury.house.sql(
            "INSERT INTO juror_watched SELECT $1, id, $3 FROM episode WHERE series_id = ANY($2)"
            " ON CONFLICT (account_id, episode_id) DO UPDATE SET seconds = $3",
            self.account, list(series), bits,
        )  # fmt: skip

    async def finish(self, **grades: tuple[int, int]) -> None:
        """Everything seen and scored, and locked."""
        await self.see(*self.jury.series.values())
        for slug, (story, frame) in grades.items():
            await self.score(self.jury.series[slug.replace("_", "-")], story, frame)
        await self.person.post(f"/api/jury/rounds/{self.jury.round}/lock", {"confirm": "lock"})

    async def round(self) -> Any:
        return await self.person.get(f"/api/jury/rounds/{self.jury.round}")


class Jury:
    def __init__(self, house: House) -> None:
        self.house = house
        self.series: dict[str, int] = {"night-bus": house.series}
        self.jurors: list[Juror] = []
        self.id = self.round = 0

    async def gather(self, folder: Path, cut: dict[str, Any] | None = None, **about: Any) -> "Jury":
        """Three titles, of which the first one plays, three jurors, everything open."""
        await self._titles(folder)
        for number, name in enumerate(NAMES):
            account = {"email": f"juror{number}@jury.example", "name": name, "role": "juror"}
            await self.house.organiser.post("/api/desk/accounts", account)
            self.jurors.append(Juror(self, account["email"], name))
        members = [
            {"email": juror.email, "chair": number == 0, "affiliation": "Films" if number == 1 else ""}
            for number, juror in enumerate(self.jurors)
        ]
        said = {"name": {"en": "Main Competition"}, "award": {"en": "Grand Prix"}, "rubric": RUBRIC, "members": members}
        self.id = (await self.house.organiser.post("/api/desk/juries", {**said, **about}))["id"]
        body = {"name": {"en": "final round"}, "series": list(self.series.values()), "cut": cut}
        self.round = (await self.house.organiser.post(f"/api/desk/juries/{self.id}/rounds", body))["id"]
        await self.house.organiser.post(f"/api/desk/juries/rounds/{self.round}/open")
        for juror in self.jurors:
            await juror.arrive()
        return self

    async def _titles(self, folder: Path) -> None:
        section = await self.house.sql("SELECT section_id FROM series WHERE id = $1", self.house.series)
        for slug, title in (("window-43", "Window 43"), ("salt-steppe", "Salt Steppe")):
            body = {"section": section, "slug": slug, "title": {"en": title}, "country": "KZ"}
            self.series[slug] = (await self.house.producer.post("/api/studio/series", body))["id"]
            await self.house.organiser.post(f"/api/desk/series/{self.series[slug]}/release?anyway=true")
        await make_film(folder / "film", seconds=SECONDS)
        db = await asyncpg.connect(self.house.server.database_url)
        await prepare_connection(db)
        try:
            rows = await db.fetch("SELECT series_id FROM episode WHERE number = 1")
            for series in set(self.series.values()) - {row["series_id"] for row in rows}:
                await a_playable_episode(db, folder / "film", folder / "storage", series, 1, seconds=SECONDS)
        finally:
            await db.close()

    async def close(self) -> None:
        for juror in self.jurors:
            await juror.person.close()


class Seat:
    """A juror's tablet."""

    def __init__(self, context: BrowserContext, page: Page, jury: Jury) -> None:
        self.context, self.page, self.jury = context, page, jury
        self.complaints = watch(page, jury.house.server.url)

    @classmethod
    async def take(cls, chromium: Browser, juror: Juror, viewport: ViewportSize = TABLET) -> "Seat":
        house = juror.jury.house
        context = await chromium.new_context(
            viewport=viewport, base_url=house.server.url, locale="en-GB", has_touch=True, reduced_motion="reduce"
        )
        code = await issue_code(house.server.database_url, juror.email)
        answer = await context.request.post("/api/access/sign-in", data={"code": code})
        assert answer.ok, await answer.text()
        return cls(context, await context.new_page(), juror.jury)

    async def open(self, part: str = "", lang: str = "en") -> Page:
        await self.page.goto(f"/jury/{self.jury.round}{part}?lang={lang}")
        await expect(self.page.locator("main h1")).to_be_visible(timeout=MINUTE)
        return self.page

    async def title(self, slug: str, lang: str = "en") -> Page:
        return await self.open(f"/{self.jury.series[slug]}", lang)

    async def grade(self, criterion: str, grade: int) -> None:
        await give(self.page, criterion, grade)


async def give(page: Page, criterion: str, grade: int) -> None:
    """Touch a grade on the sheet of a title."""
    boxes = page.get_by_test_id(f"criterion-{criterion}").locator("label")
    await boxes.filter(has=page.get_by_test_id(f"grade-{grade}")).click()


async def slide(page: Page, share: float) -> None:
    """Pull the handle along so much of its line, in reading direction."""
    await page.get_by_test_id("lock-slide").scroll_into_view_if_needed()
    knob = await page.get_by_test_id("lock-slide").bounding_box()
    line = await page.get_by_test_id("lock-slide").locator("xpath=..").bounding_box()
    assert knob is not None
    assert line is not None
    sign = -1 if await page.evaluate("document.documentElement.dir") == "rtl" else 1
    start, height = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
    await page.mouse.move(start, height)
    await page.mouse.down()
    await page.mouse.move(start + sign * share * (line["width"] - knob["width"]), height, steps=8)
    await page.mouse.up()


async def write_jury(page: Page, *emails: str) -> None:
    """At the desk, in the form of a new jury: who decides what, by which two criteria. It is not saved yet."""
    await page.goto("/desk/juries?lang=en")
    await page.get_by_test_id("new-jury").click()
    await page.get_by_test_id("jury-name").fill("Main Competition")
    await page.get_by_test_id("jury-award").fill("Grand Prix")
    await page.get_by_test_id("criterion-name-0").fill("Story")
    await page.get_by_test_id("criterion-name-1").fill("Frame")
    for number, email in enumerate(emails):
        await page.get_by_test_id(f"member-{number}").fill(email)


async def make_round(page: Page, *slugs: str) -> None:
    """From a jury's page to its round with these titles, which nobody is assigned to yet."""
    await page.get_by_test_id("round-new").click()
    await page.get_by_test_id("round-name").fill("Final round")
    for slug in slugs:
        await page.get_by_test_id(f"choose-{slug}").check()
    await page.get_by_test_id("round-save").click()


async def assign_all(page: Page, titles: str) -> None:
    """Every juror gets every title: so many, as the page says it."""
    await page.get_by_test_id("assign-kind").select_option("all")
    await page.get_by_test_id("assign").click()
    await expect(page.get_by_test_id("spread")).to_contain_text(f"Each juror has {titles}")
