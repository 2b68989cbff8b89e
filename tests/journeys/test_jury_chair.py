"""What only the chair does: a tie at the border of a cut, names in a blind round, a lock undone, each on record."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import House, fits
from tests.journeys.jury_house import Jury, Seat
from tests.journeys.test_phone_pages import complaints_of

pytestmark = pytest.mark.timeout(300)
Gather: TypeAlias = Callable[..., Awaitable[Jury]]


@pytest.fixture
async def gather(house: House, tmp_path: Path) -> AsyncIterator[Gather]:
    gathered: list[Jury] = []

    async def make(**about: Any) -> Jury:
        gathered.append(await Jury(house).gather(tmp_path, **about))
        return gathered[-1]

    yield make
    for jury in gathered:
        await jury.close()


async def events_of(jury: Jury) -> list[tuple[str, str | None, str | None]]:
    """What the protocol says that happened: what, by whom, why."""
    protocol = await jury.house.organiser.get(f"/api/desk/juries/{jury.id}/protocol")
    return [(each["what"], each["by"], each["why"]) for each in protocol["rounds"][0]["events"]]


async def give_a_reason(page: Page, dialog: str, reason: str) -> None:
    await page.get_by_test_id(f"{dialog}-reason").fill(reason)
    await page.get_by_test_id(f"{dialog}-do").click()
    await expect(page.get_by_test_id(f"{dialog}-do")).to_have_count(0)


async def test_titles_that_are_equal_at_the_border_are_left_to_the_chair(gather: Gather, chromium: Browser) -> None:
    jury = await gather(cut={"kind": "quota", "titles": 2})
    for juror in jury.jurors:
        await juror.finish(night_bus=(6, 6), window_43=(4, 4), salt_steppe=(4, 4))
    await jury.jurors[0].person.post(f"/api/jury/rounds/{jury.round}/deliberation", {})
    seat = await Seat.take(chromium, jury.jurors[0])
    page = await seat.open("/table")
    await expect(page.get_by_test_id("cut")).to_contain_text("Night bus")
    await fits(page)
    assert await complaints_of(page) == []

    await page.get_by_test_id("cut-name").fill("Short list")
    await page.get_by_test_id("cut-do").click()
    await expect(page.get_by_test_id("cut").get_by_role("alert")).to_be_visible()
    await page.get_by_test_id(f"tie-{jury.series['salt-steppe']}").check()
    await page.get_by_test_id("cut-do").click()
    await expect(page.get_by_test_id("cut")).to_have_count(0)

    rounds = (await jury.house.organiser.get(f"/api/desk/juries/{jury.id}"))["rounds"]
    assert [(each["phase"], each["titles"]) for each in rounds] == [("decided", 3), ("preparing", 2)]
    made = await jury.house.organiser.get(f"/api/desk/juries/rounds/{rounds[1]['id']}")
    assert made["series"] == sorted([jury.series["night-bus"], jury.series["salt-steppe"]])
    assert (await events_of(jury))[-1][0] == "cut"
    await seat.context.close()


async def test_names_come_with_the_deliberation_where_only_the_scoring_is_blind(
    gather: Gather, chromium: Browser
) -> None:
    jury = await gather(blind=["scoring"])
    seat = await Seat.take(chromium, jury.jurors[1])
    page = await seat.title("night-bus")
    await expect(page.get_by_test_id("blind")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("Films")

    reason = {"reason": "The prize is tonight."}
    await jury.jurors[0].person.post(f"/api/jury/rounds/{jury.round}/deliberation", reason)
    page = await seat.title("night-bus")

    await expect(page.locator("main")).to_contain_text("Films")
    await expect(page.get_by_test_id("blind")).to_have_count(0)
    assert (await events_of(jury))[-1] == ("unblinded", None, None)
    await seat.context.close()


async def test_chair_gives_the_names_in_a_blind_deliberation_and_says_why(gather: Gather, chromium: Browser) -> None:
    jury = await gather(blind=["scoring", "deliberation"])
    for juror in jury.jurors:
        await juror.finish(night_bus=(6, 6), window_43=(5, 4), salt_steppe=(2, 2))
    other, chair = await Seat.take(chromium, jury.jurors[2]), await Seat.take(chromium, jury.jurors[0])
    table = await chair.open("/table")
    await table.get_by_test_id("open-table").click()
    await table.get_by_test_id("opening-do").click()
    await expect(table.get_by_test_id("rankings")).to_be_visible()
    page = await other.title("night-bus")
    await expect(page.get_by_test_id("blind")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text("Films")

    await unblind(chair, table)

    page = await other.title("night-bus")
    await expect(page.locator("main")).to_contain_text("Films")
    assert (await events_of(jury))[-1] == ("unblinded", "Farida Yusupova", "We know the film by now.")
    assert await jury.house.sql("SELECT count(*) FROM audit_event WHERE action = 'unblind'") == 1
    await other.context.close()
    await chair.context.close()


async def unblind(chair: Seat, table: Page) -> None:
    await table.get_by_test_id("unblind").click()
    await give_a_reason(table, "unblinding", "We know the film by now.")


async def test_chair_undoes_a_lock_within_a_day_and_it_is_on_record(gather: Gather, chromium: Browser) -> None:
    jury = await gather()
    for juror in jury.jurors[1:]:
        await juror.finish(night_bus=(6, 6), window_43=(5, 4), salt_steppe=(2, 2))
    late, early = jury.jurors[1], jury.jurors[2]
    await jury.house.sql(
        "UPDATE jury_lock SET locked_at = locked_at - interval '25 hours' WHERE account_id = $1", late.account
    )
    chair, seat = await Seat.take(chromium, jury.jurors[0]), await Seat.take(chromium, early)
    page = await seat.title("night-bus")
    await expect(page.get_by_test_id("locked")).to_be_visible()
    table = await chair.open("/table")
    await expect(table.get_by_test_id(f"progress-{late.account}")).to_be_visible()
    await expect(table.get_by_test_id(f"undo-{late.account}")).to_have_count(0)

    await table.get_by_test_id(f"undo-{early.account}").click()
    await give_a_reason(table, "undoing", "A wrong finger.")

    page = await seat.title("night-bus")
    await expect(page.get_by_test_id("locked")).to_have_count(0)
    await seat.grade("story", 1)
    await expect(page.get_by_test_id("saved")).to_have_attribute("data-state", "saved")
    protocol = await jury.house.organiser.get(f"/api/desk/juries/{jury.id}/protocol")
    undone = {lock["juror"]: (lock["undone_by"], lock["undone_why"]) for lock in protocol["rounds"][0]["locks"]}
    assert undone == {late.account: (None, None), early.account: ("Farida Yusupova", "A wrong finger.")}
    assert await jury.house.sql("SELECT detail->>'juror' FROM audit_event WHERE action = 'undo-lock'") == str(
        early.account
    )
    await seat.context.close()
    await chair.context.close()
