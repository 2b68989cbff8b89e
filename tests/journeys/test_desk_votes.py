"""An award from its first rule to its result, at the desk: one makes it, two void a flag's ballots, two publish."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from api.db import Pool, open_pool
from loadtest.client import Person
from tests import builders
from tests.journeys.conftest import Desk, House, fits
from tests.voting.urn import Urn

SERIES = ("kite-season", "window-43")


@pytest.fixture
async def pool(house: House) -> AsyncIterator[Pool]:
    pool = await open_pool(house.server.database_url)
    yield pool
    await pool.close()


@pytest.mark.timeout(240)
async def test_organiser_makes_an_award_and_two_people_void_and_publish(
    house: House, pool: Pool, organiser: Desk, auditor: Desk
) -> None:
    async with pool.acquire() as db:
        for slug in SERIES:
            await builders.a_watchable_series(db, slug=slug)

    award = await make_award(organiser.page)
    organiser.expects(f"/api/awards/{award}/log")  # which begins a moment after voting: the page waits for it
    flag = await run_vote(pool, house.organiser, award)
    await void_the_flag(organiser, auditor, award, flag)
    await publish(organiser, auditor, award)
    await tell_everyone(house, organiser, auditor, award)

    result = auditor.page.get_by_test_id("result")
    await expect(result).to_contain_text(f"{SERIES[1]} wins")
    await expect(result).to_contain_text("5 ballots counted")
    await expect(result.get_by_test_id("methods").get_by_role("listitem")).to_have_count(4)
    await expect(result.get_by_test_id("bundle")).to_have_attribute("href", f"/api/awards/{award}/bundle")
    await expect(auditor.page.get_by_test_id("void")).to_have_text("4")
    await auditor.page.goto(f"/desk/awards/{award}?lang=ru")
    await expect(auditor.page.get_by_test_id("result")).to_contain_text("Победитель")
    await fits(auditor.page)


async def make_award(page: Page) -> int:
    """Refused in place without a name and by its minimum, then made; the number in its address."""
    await page.goto("/desk/awards?lang=en")
    await page.get_by_test_id("new-award").click()
    await page.get_by_test_id("closes").fill("2099-01-01T22:00")
    await page.get_by_test_id("tier-hall").check()
    await page.get_by_test_id("weight-hall").fill("0.5")
    await page.get_by_test_id("method-imdb").click()
    await page.get_by_test_id("award-save").click()
    await expect(page.get_by_text("Give the award a name")).to_be_visible()
    await expect(page.get_by_test_id("minimum-error")).to_be_visible()
    await page.get_by_test_id("method-mean").click()
    await page.get_by_test_id("name-en").fill("Prize of the hall")
    await expect(page.get_by_test_id("summary")).to_contain_text("halls (weight 0.5) and phones")
    await expect(page.get_by_test_id("summary")).to_contain_text("Once voting opens these rules cannot be changed.")
    await page.get_by_test_id("award-save").click()
    await expect(page.get_by_role("heading", name="Prize of the hall")).to_be_visible()
    await expect(page.get_by_test_id("rules")).to_contain_text("fixed when voting opens")
    return int(page.url.partition("/awards/")[2].partition("?")[0])


async def run_vote(pool: Pool, reader: Person, award: int) -> int:
    """Voting opens; four ballots for one film come from one network, five honest ones like the other. The flag."""
    await pool.execute(
        "UPDATE award SET opens_at = now() - interval '1 hour', closes_at = now() + interval '20 seconds', grace = '0' WHERE id = $1",
        award,
    )
    page = await reader.get(f"/api/awards/{award}")
    entries = {entry["slug"]: entry["id"] for entry in page["entries"]}
    async with pool.acquire() as db:
        ballots = [await builders.a_ballot(db, award, "device" if number % 2 else "hall") for number in range(9)]
    urn = Urn(pool, award, "stars", list(entries.values()), ballots)
    for number, ballot in enumerate(ballots):
        await urn.write(ballot, entries[SERIES[0 if number < 4 else 1]], 5 if number < 4 else 4)
    for _ in range(400):  # until the rules are published
        if await pool.fetchval("SELECT count(*) FROM sealed WHERE award_id = $1", award) > 0:
            break
        await asyncio.sleep(0.05)
    numbers = {"ballots": 4, "next": 1, "entry": entries[SERIES[0]], "supporters": 4, "share": 1, "usual": 0.0}
    return int(
        await pool.fetchval(
            "INSERT INTO flag (award_id, what, subject, ballots, numbers) VALUES ($1, 'one_network', 'network:01', $2, $3)"
            " RETURNING id",
            award,
            ballots[:4],
            numbers,
        )
    )


async def void_the_flag(organiser: Desk, auditor: Desk, award: int, flag: int) -> None:
    page = await organiser.open(award)
    await expect(page.get_by_test_id("turnout-ballots")).to_have_text("9")
    await expect(page.get_by_test_id(f"flag-{flag}")).to_contain_text(
        f"4 ballots came from one network outside the venue, the next largest has 1. 100% of them support “{SERIES[0]}”"
    )
    await page.get_by_test_id(f"quarantine-{flag}").click()
    await expect(page.get_by_test_id("under-review")).to_have_text("4")
    await page.get_by_test_id(f"void-{flag}").click()
    await page.get_by_test_id("void-ask").click()
    await expect(page.get_by_text("Choose a reason.")).to_be_visible()
    await ask_void(page, "staff", "They work at the desk.")
    await expect(page.get_by_test_id("second-person")).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name="Take the request back").click()
    await expect(page.get_by_test_id("voids")).to_contain_text("Taken back")
    await expect(page.get_by_test_id("gate-flags")).to_have_attribute("data-state", "passed")
    await page.get_by_test_id(f"void-{flag}").click()
    await ask_void(page, "automated", "A script in a hotel.")
    await expect(page.get_by_test_id("second-person")).to_contain_text("somebody else decides")
    await expect(page.get_by_test_id("gate-flags")).to_contain_text("wait for a second person: 1")

    page = await auditor.open(award)
    await expect(page.get_by_test_id("voids")).to_contain_text("A script in a hotel.")
    await page.get_by_role("button", name="Agree: void them").click()
    await expect(page.get_by_test_id("void")).to_have_text("4")
    await expect(page.get_by_test_id("gate-flags")).to_have_attribute("data-state", "passed")


async def ask_void(page: Page, reason: str, found: str) -> None:
    await page.get_by_test_id("void-reason").select_option(reason)
    await page.get_by_test_id("void-words").fill(found)
    await page.get_by_test_id("void-ask").click()


async def publish(organiser: Desk, auditor: Desk, award: int) -> None:
    page = await auditor.open(award)
    await expect(page.get_by_test_id("publish-shut")).to_be_visible()
    await expect(page.get_by_test_id("result")).to_have_count(0)
    page = await organiser.open(award)
    for gate in ("recount", "bundle", "flags", "kiosks", "rules"):
        await expect(page.get_by_test_id(f"gate-{gate}")).to_have_attribute("data-state", "passed", timeout=60_000)
    await expect(page.get_by_test_id("gates-passed")).to_contain_text("5 of 6")
    await page.get_by_test_id("reveals").fill("2099-01-01T20:00:00")
    await page.get_by_test_id("plan-save").click()
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.get_by_test_id("publish-ask").click(timeout=20_000)
    await expect(page.get_by_text("It takes another person")).to_be_visible()
    page = await auditor.open(award)
    await page.get_by_test_id("publish-agree").click()
    await expect(page.get_by_test_id("gates")).to_contain_text("stays sealed for everyone until", timeout=20_000)
    await expect(page.get_by_test_id("result")).to_have_count(0)


async def tell_everyone(house: House, organiser: Desk, auditor: Desk, award: int) -> None:
    """An armed screen opens at its second, by itself; from then on the result is everybody's."""
    browser, plan = organiser.page.context.browser, f"/api/desk/awards/{award}/plan"
    assert browser is not None
    screen = await browser.new_page(base_url=house.server.url)
    await screen.goto(f"/ceremony/{award}?lang=en")
    await expect(screen.get_by_test_id("arming")).to_contain_text("Everything is on this device", timeout=20_000)
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    await house.organiser.put(plan, {"told_in": ["en", "ru", "zh"], "reveals_at": soon, "target": 40})
    await expect(screen.get_by_test_id("begin")).to_be_visible(timeout=20_000)
    for _ in range(2):  # two films compete: the second, then the first
        await screen.keyboard.press("Space")
    await expect(screen.get_by_test_id("hero")).to_have_text(SERIES[1])
    await expect(screen.get_by_test_id("proof")).to_be_visible()
    await screen.goto("/results")
    await screen.get_by_role("link").first.click()
    for said in (f"{SERIES[1]}", "Winner", "Победитель", "获奖"):
        await expect(screen.locator("main")).to_contain_text(said)
    await screen.close()
    await auditor.open(award)
    await expect(auditor.page.get_by_test_id("result")).to_be_visible(timeout=20_000)
