"""From a submission to the audience: asked, answered, accepted, scheduled, released; with the letters as they arrived."""

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser, Page, expect

from api.db import prepare_connection
from tests import builders
from tests.journeys.conftest import Desk, House, fits

#: The package has no files: neither pictures nor a film, whose address is gone once it is left.
NO_FILES = ("/media/", "blob:")


@pytest.fixture
async def submitted(house: House) -> AsyncIterator[int]:
    """The producer's series, complete and handed in; the number of the submission."""
    db = await asyncpg.connect(house.server.database_url)
    await prepare_connection(db)
    await db.execute("UPDATE series SET released_at = NULL")
    await builders.say_all(db, house.series)
    await builders.a_package(db, await builders.an_episode(db, house.series))
    producer = await db.fetchval("SELECT id FROM account WHERE role = 'producer'")
    await builders.a_submission(db, house.series, account=producer)
    yield int(await db.fetchval("SELECT id FROM submission"))
    await db.close()


@pytest.fixture
async def producer(house: House, chromium: Browser) -> AsyncIterator[Desk]:
    desk = await Desk.sign_in(chromium, house, "producer@films.example")
    yield desk
    await desk.close()


async def a_minute_passes(house: House) -> None:
    await house.sql(
        "UPDATE letter SET due_at = clock_timestamp() WHERE sent_at IS NULL AND cancelled_at IS NULL RETURNING id"
    )


async def letter(house: House, page: Page, words: str) -> Any:
    """The newest mail, once one with these words has come."""
    for _ in range(100):
        mails = await (await page.context.request.get("/dev/mail")).json()
        if mails and words in mails[0]["subject"]:
            return mails[0]
        await page.wait_for_timeout(200)
    raise AssertionError(f"no letter with {words}")


@pytest.mark.timeout(240)
async def test_submission_is_asked_about_answered_accepted_scheduled_and_released(
    house: House, submitted: int, organiser: Desk, producer: Desk
) -> None:
    for each in (organiser, producer):
        each.expects(*NO_FILES)
    desk, studio = organiser.page, producer.page
    await house.sql(
        "UPDATE account SET lang = 'zh' WHERE role = 'producer' RETURNING id"
    )  # as when they last signed in
    await desk.goto("/desk/review?lang=en")
    await desk.get_by_test_id("submission-night-bus").click()
    card = desk.get_by_test_id("submission-card")
    await expect(card).to_have_attribute("data-state", "new")
    await expect(card.get_by_test_id("watch")).to_be_visible()

    await desk.keyboard.press("q")
    dialog = desk.get_by_test_id("decide-dialog")
    await dialog.get_by_test_id("decide-go").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Write what you ask.")
    await dialog.get_by_test_id("decide-words").fill("Is the night bus the number 17?")
    await expect(dialog.get_by_test_id("letter")).to_contain_text("影展")
    await expect(dialog.get_by_test_id("letter")).to_contain_text("Is the night bus the number 17?")
    await dialog.get_by_test_id("decide-go").click()
    await expect(card).to_have_attribute("data-state", "asked")
    await desk.keyboard.press("u")
    await expect(card).to_have_attribute("data-state", "new")
    await card.get_by_test_id("decide-ask").click()
    await dialog.get_by_test_id("decide-words").fill("Which number has the bus?")
    await dialog.get_by_test_id("decide-go").click()
    await expect(desk.get_by_test_id("undo-bar")).to_be_visible()
    await fits(desk)

    await a_minute_passes(house)
    mail = await letter(house, studio, "关于")
    assert (mail["to"], "Which number has the bus?" in mail["text"]) == ("producer@films.example", True)
    [address] = re.findall(r"http\S+/submission", mail["text"])
    await studio.goto(f"{address}?lang=en")
    await expect(studio.get_by_test_id("told-words")).to_have_text("Which number has the bus?")
    await studio.get_by_test_id("answer-text").fill("It is the 43.")
    await studio.get_by_test_id("answer-go").click()
    await expect(studio.get_by_test_id("own-answer")).to_have_text("It is the 43.")
    await fits(studio)

    await desk.reload()
    await expect(card).to_have_attribute("data-state", "answered")
    await expect(card.get_by_test_id("answer")).to_have_text("It is the 43.")
    await desk.set_viewport_size({"width": 1440, "height": 900})
    await desk.keyboard.press("a")
    await dialog.get_by_test_id("decide-go").click()
    await expect(card).to_have_attribute("data-state", "accepted")
    await a_minute_passes(house)
    await letter(house, studio, "已入选")

    await desk.goto("/desk/programme?lang=en")
    row = desk.get_by_test_id("series-night-bus")
    await row.get_by_test_id("schedule").click()
    await desk.get_by_test_id("schedule-at").fill("2098-12-24T18:00")
    await desk.get_by_test_id("schedule-save").click()
    await expect(row).to_have_attribute("data-stage", "scheduled")
    await house.sql("UPDATE series SET release_at = clock_timestamp() RETURNING id")
    for _ in range(100):
        if await house.sql("SELECT released_at FROM series"):
            break
        await desk.wait_for_timeout(200)
    await desk.goto("/desk/programme/days?lang=en")
    await expect(desk.get_by_test_id("shown-night-bus")).to_contain_text("Released")


@pytest.mark.timeout(120)
async def test_second_organiser_is_told_who_was_first(
    house: House, submitted: int, organiser: Desk, chromium: Browser
) -> None:
    account = {"email": "second@festival.example", "name": "Second", "role": "organiser"}
    await house.organiser.post("/api/desk/accounts", account)
    second = await Desk.sign_in(chromium, house, "second@festival.example")
    organiser.expects("status of 409")  # it was too late
    for desk in (organiser, second):
        desk.expects(*NO_FILES)
        await desk.page.goto(f"/desk/review/{submitted}?lang=en")
        await expect(desk.page.get_by_test_id("decide-accept")).to_be_visible()

    for desk, kind in ((second, "decline"), (organiser, "accept")):
        await desk.page.get_by_test_id(f"decide-{kind}").click()
        await desk.page.get_by_test_id("decide-go").click()

    await expect(organiser.page.get_by_test_id("meanwhile")).to_contain_text("Declined: Second")
    await expect(organiser.page.get_by_test_id("submission-card")).to_have_attribute("data-state", "declined")
    await second.close()


async def test_list_is_narrowed_down_in_its_address(house: House, submitted: int, organiser: Desk) -> None:
    organiser.expects(*NO_FILES)
    page = organiser.page
    await page.goto("/desk/review?lang=en")
    await page.get_by_test_id("find").fill("nothing like it")
    await expect(page.get_by_test_id("queue-empty")).to_contain_text("Nothing found")

    await page.get_by_test_id("find").fill("night b")

    await expect(page.get_by_test_id("submission-night-bus")).to_be_visible()
    assert "q=night+b" in page.url
    await page.get_by_test_id("tray-accepted").click()
    await expect(page.get_by_test_id("queue-empty")).to_be_visible()
    await page.reload()
    await expect(page.get_by_test_id("tray-accepted")).to_have_attribute("aria-pressed", "true")
