"""Who votes, shown on a phone: a badge that is scanned, the code on a hall's screen, and a code by mail."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import Struct
from playwright.async_api import Browser, BrowserContext, Page, expect

from api.db import Connection, prepare_connection
from tests import builders
from tests.journeys.conftest import PHONE, House, desktop

TIMES = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}
SLUG = "kite-season"


class Festival(Struct, frozen=True):
    house: House
    db: Connection

    async def award(self, *tiers: str) -> tuple[int, int]:
        """An award of stars that admits these tiers, and its entry for a series that can be watched."""
        slug = f"by-{'-'.join(tiers)}"
        body = {
            "slug": slug,
            "name": {"en": f"Award by {' or '.join(tiers)}"},
            "tiers": tiers,
            "board": "open",
            **TIMES,
        }
        award = (await self.house.organiser.post("/api/desk/awards", body))["id"]
        page = await self.house.organiser.get(f"/api/awards/{award}")
        return award, next(entry["id"] for entry in page["entries"] if entry["slug"] == SLUG)

    async def votes(self, award: int) -> list[tuple[str, int]]:
        """Tier and value of each vote in the ledger of an award."""
        rows = await self.db.fetch(
            "SELECT b.tier, v.value FROM vote_event v JOIN ballot b ON b.id = v.ballot WHERE v.award_id = $1", award
        )
        return [(row["tier"], row["value"]) for row in rows]

    async def badge(self) -> str:
        made = await self.house.organiser.post("/api/desk/badges", {"count": 1})
        return str(made["badges"][0]["token"])

    async def screening(self, *, minutes: int = 60) -> Any:
        now = datetime.now(UTC)
        times = {"starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(minutes=minutes)}
        body = {"name": {"en": "Hall 2, Saturday night"}, **{key: at.isoformat() for key, at in times.items()}}
        return await self.house.organiser.post("/api/desk/screenings", body)


@pytest.fixture
async def festival(house: House) -> AsyncIterator[Festival]:
    db = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    await builders.a_watchable_series(db, episodes=2, slug=SLUG)
    yield Festival(house, db)
    await db.close()


async def a_phone(chromium: Browser, house: House) -> BrowserContext:
    context = await chromium.new_context(
        viewport=PHONE, has_touch=True, base_url=house.server.url, locale="en-GB", service_workers="block"
    )
    await draw_posters(context)
    return context


async def draw_posters(context: BrowserContext) -> None:
    """These series have no files."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="3"/>'
    await context.route("**/posters/**", lambda route: route.fulfill(body=drawing, content_type="image/svg+xml"))


async def tap_four_stars(page: Page, entry: int) -> None:
    await page.goto("/ballots")
    await page.get_by_test_id(f"vote-{entry}").tap()
    await page.get_by_test_id("star-4").tap()
    await expect(page.get_by_test_id("ways")).to_be_visible()


async def is_counted(page: Page, entry: int) -> None:
    """One tap is the vote: the sheet leaves by itself once the server has confirmed it."""
    await expect(page.get_by_test_id(f"vote-row-{entry}")).to_have_attribute("data-state", "counted")
    await expect(page.get_by_test_id("ballot")).to_have_count(0)


async def test_vote_waits_for_the_badge_and_goes_when_it_is_scanned(festival: Festival, phone: Page) -> None:
    award, entry = await festival.award("badge")
    other, _ = await festival.award("badge", "device")
    token = await festival.badge()
    await draw_posters(phone.context)
    await tap_four_stars(phone, entry)
    await expect(phone.get_by_test_id("badge-code")).to_be_visible()
    await phone.get_by_test_id("ways-back").tap()
    await expect(phone.get_by_test_id("ballot-status")).to_contain_text("is kept on this phone and is not sent yet")
    assert await festival.votes(award) == []

    await phone.goto(f"/b/{token}")

    await expect(phone.get_by_test_id("entry")).to_have_attribute("data-state", "open")
    assert phone.url == f"{festival.house.server.url}/b"
    for each in (award, other):
        await expect(phone.get_by_test_id(f"opened-{each}")).to_have_attribute("data-state", "taken")
    await phone.get_by_test_id("entry-go").tap()
    await is_counted(phone, entry)
    assert await festival.votes(award) == [("badge", 4)]
    await phone.goto("/b")
    await expect(phone.get_by_test_id(f"opened-{other}")).to_be_visible()
    assert await festival.db.fetchval("SELECT count(*) FROM ballot WHERE tier = 'badge'") == 2


async def test_code_read_off_the_screen_of_the_hall_votes_on_a_phone(festival: Festival, chromium: Browser) -> None:
    award, entry = await festival.award("hall", "email")
    hall, phone = await desktop(chromium, festival.house), await a_phone(chromium, festival.house)
    screen, page = await hall.new_page(), await phone.new_page()
    await screen.clock.install()
    await screen.goto((await festival.screening())["screen"])
    await expect(screen.get_by_test_id("qr")).to_have_js_property("complete", True)
    await tap_four_stars(page, entry)
    await page.get_by_test_id("way-hall").tap()
    await page.get_by_test_id("hall-code").fill("2222 2222")
    await page.get_by_test_id("hall-go").tap()
    await expect(page.get_by_test_id("problem")).to_have_attribute("data-code", "hall-code-refused")

    code = await screen.get_by_test_id("hall-code").inner_text()
    await page.get_by_test_id("hall-code").fill("-".join(code.lower().split()))
    await page.get_by_test_id("hall-go").tap()

    await is_counted(page, entry)
    assert await festival.votes(award) == [("hall", 4)]
    await hall.set_offline(True)
    # An answer may be under way when the network goes. After a question that failed none is, and what is shown only ages.
    async with screen.expect_event("requestfailed", timeout=60_000):
        await screen.clock.fast_forward(34_000)
    await screen.clock.fast_forward(34_000)
    await expect(screen.get_by_test_id("hall-screen")).to_have_attribute("data-phase", "waiting")
    await hall.set_offline(False)
    await screen.clock.fast_forward(3_000)
    await expect(screen.get_by_test_id("hall-code")).to_be_visible()
    for context in (hall, phone):
        await context.close()


async def test_scanned_code_of_a_hall_opens_its_awards_at_once(festival: Festival, chromium: Browser) -> None:
    award, entry = await festival.award("hall")
    screening, context = await festival.screening(), await a_phone(chromium, festival.house)
    page = await context.new_page()
    shown = await festival.house.organiser.get(f"/api/screenings/{screening['screen'].rpartition('/')[2]}/code")

    await page.goto(shown["url"])
    await expect(page.get_by_test_id(f"opened-{award}")).to_have_attribute("data-state", "taken")
    assert page.url == f"{festival.house.server.url}/h"
    await page.get_by_test_id("entry-go").tap()
    await page.get_by_test_id(f"vote-{entry}").tap()
    await page.get_by_test_id("star-2").tap()

    await is_counted(page, entry)
    assert await festival.votes(award) == [("hall", 2)]
    await context.close()


async def test_code_that_came_by_mail_votes(festival: Festival, phone: Page) -> None:
    award, entry = await festival.award("email")
    await draw_posters(phone.context)
    await tap_four_stars(phone, entry)
    await phone.get_by_test_id("email").fill("viewer@films")
    await phone.get_by_test_id("mail-go").tap()
    await expect(phone.get_by_text("Type the whole address")).to_be_visible()
    await phone.get_by_test_id("email").fill("viewer@films.example")
    await phone.get_by_test_id("mail-go").tap()
    await expect(phone.get_by_test_id("mail-code")).to_be_focused()
    await phone.reload()  # as after a visit to the mail program
    await phone.get_by_test_id(f"vote-{entry}").tap()
    await phone.get_by_test_id("prove").tap()
    mail = (await festival.house.organiser.get("/dev/mail"))[0]
    code = re.findall(r"\b[0-9]{8}\b", mail["text"])[0]

    await phone.get_by_test_id("mail-code").fill(f"{code[:4]} {code[4:]}")
    await phone.get_by_test_id("mail-go").tap()

    await expect(phone.get_by_test_id("ballot-status")).to_contain_text("Counted")
    assert (mail["to"], await festival.votes(award)) == ("viewer@films.example", [("email", 4)])
