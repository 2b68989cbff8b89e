"""From the desk to the decision: a jury is made, its round opened, its scores laid on the table, its prize written down."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.conftest import Desk, House, fits
from tests.journeys.jury_house import Jury, Seat, assign_all, make_round, write_jury
from tests.journeys.test_phone_pages import complaints_of

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def blind(house: House, tmp_path: Path) -> AsyncIterator[Jury]:
    jury = await Jury(house).gather(tmp_path, blind=["scoring"])
    yield jury
    await jury.close()


async def test_jury_is_made_at_the_desk_and_sees_its_round_once_it_is_opened(
    organiser: Desk, house: House, chromium: Browser
) -> None:
    for number in (1, 2):
        account = {"email": f"juror{number}@jury.example", "name": f"Juror {number}", "role": "juror"}
        await house.organiser.post("/api/desk/accounts", account)
    page = organiser.page
    await write_jury(page, "juror1@jury.example", "juror2@jury.example")
    await page.get_by_test_id("criterion-weight-0").fill("40")
    await expect(page.get_by_test_id("weights")).to_have_attribute("data-missing", "10")
    await page.get_by_test_id("jury-save").click()
    await expect(page.get_by_test_id("jury-wrong")).to_contain_text("100 %")

    await page.get_by_test_id("weights-spread").click()
    await page.get_by_test_id("jury-save").click()
    await make_round(page, "night-bus")
    await page.get_by_test_id("assign-kind").select_option("balanced")
    await page.get_by_test_id("jurors-each").fill("1")
    await page.get_by_test_id("assign").click()
    await expect(page.get_by_test_id("spread")).to_contain_text("Between 0 and 1")
    await assign_all(page, "1 title")
    await fits(page)
    await page.get_by_test_id("round-open").click()
    await expect(page.get_by_test_id("progress")).to_be_visible()
    assert await complaints_of(page) == []
    assert await house.sql("SELECT count(*) FROM assignment") >= 2
    assert organiser.complaints == []


async def test_blind_round_shows_no_names_and_says_so(blind: Jury, chromium: Browser) -> None:
    seat = await Seat.take(chromium, blind.jurors[2])
    page = await seat.title("night-bus")
    await expect(page.get_by_test_id("blind")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("Films")
    await expect(page.locator("main")).not_to_contain_text("Belarus")
    await seat.context.close()


async def test_table_is_opened_by_the_chair_shows_who_leads_and_takes_the_decision(
    blind: Jury, organiser: Desk, chromium: Browser
) -> None:
    await blind.jurors[0].finish(night_bus=(6, 6), window_43=(5, 5), salt_steppe=(1, 1))
    await blind.jurors[1].finish(night_bus=(5, 4), window_43=(6, 5), salt_steppe=(2, 3))
    others = await Seat.take(chromium, blind.jurors[1])
    await others.page.goto(f"/jury/{blind.round}/table?lang=en")
    await expect(others.page.get_by_test_id("not-open")).to_be_visible()
    seat = await Seat.take(chromium, blind.jurors[0])
    page = await seat.open("/table")
    await expect(page.get_by_test_id("progress").get_by_role("listitem")).to_have_count(3)
    await page.get_by_test_id("open-table").click()
    await page.get_by_test_id("opening-do").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_test_id("opening-reason").fill("One juror is ill.")
    await page.get_by_test_id("opening-do").click()

    await expect(page.get_by_test_id("rankings")).to_be_visible()
    await expect(page.get_by_test_id("early")).to_contain_text("One juror is ill.")
    await expect(page.get_by_test_id("score-table")).to_contain_text("Farida Yusupova")
    assert await complaints_of(page) == []
    await fits(page)
    await page.get_by_test_id(f"winner-{blind.series['salt-steppe']}").check()
    await page.get_by_test_id("decide").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_test_id("against").fill("It dares the most.")
    await page.get_by_test_id(f"citation-{blind.series['salt-steppe']}").fill("For a horizon that stands upright.")
    await page.get_by_test_id("decide").click()

    await expect(page.get_by_test_id("decision")).to_contain_text("For a horizon that stands upright.")
    await others.page.reload()
    await expect(others.page.get_by_test_id("decision")).to_contain_text("It dares the most.")
    await organiser.page.goto(f"/desk/juries/{blind.id}/rounds/{blind.round}?lang=en")
    await expect(organiser.page.get_by_test_id("decision")).to_contain_text("Salt Steppe")
    await others.context.close()
    await seat.context.close()
