"""People and passkeys as organisers meet them, in browsers with a virtual authenticator of Chromium's own."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, expect

from api.access.operators import issue_code
from api.settings import Settings
from tests.conftest import TestServer, start_server, stop_process
from tests.journeys.conftest import Desk, House, fits
from tests.journeys.passkeys import Holder, invite

FIRST, SECOND, JUROR = "first@festival.example", "second@festival.example", "juror@festival.example"


@pytest.fixture
async def strict(settings: Settings, tmp_path: Path) -> AsyncIterator[TestServer]:
    """A festival where passkeys are required, under a name for which browsers have them."""
    started = await start_server(settings, tmp_path, host="localhost", TALLSCREEN_PASSKEYS="required")
    yield started
    await stop_process(started.process)


async def sql(server: TestServer, query: str, *values: object) -> Any:
    connection = await asyncpg.connect(server.database_url)
    try:
        return await connection.fetchval(query, *values)
    finally:
        await connection.close()


@pytest.mark.timeout(300)
async def test_organiser_makes_a_passkey_invites_another_and_shows_it_again_for_what_matters(
    strict: TestServer, chromium: Browser
) -> None:
    first = await Holder.enter(chromium, strict)
    page = first.page
    await page.goto("/desk?lang=en")
    await page.get_by_test_id("sign-in-other").click()
    await first.enter_code(await issue_code(strict.database_url, FIRST, organiser="Aruzhan Bekova"))

    await expect(page.get_by_test_id("first-need")).to_be_visible()
    await fits(page)
    await first.make_passkey("Aruzhan Bekova")

    await page.goto("/desk/people?lang=en")
    await invite(page, SECOND, "Roya Daneshvar", "organiser")
    await expect(page.get_by_test_id("invitation")).to_contain_text("Roya Daneshvar")
    await fits(page)

    second = await Holder.enter(chromium, strict)
    await second.follow(SECOND)
    await second.make_passkey("Roya Daneshvar")

    await sign_out_and_in_by_passkey(second)
    await end_the_second_persons_access(first, second)
    await first.close()
    await second.close()


async def sign_out_and_in_by_passkey(holder: Holder) -> None:
    page = holder.page
    await page.get_by_test_id("sign-out").first.click()
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    await page.get_by_test_id("use-passkey").click()
    await expect(page.get_by_test_id("you")).to_be_visible()
    await page.get_by_test_id("you").click()
    await expect(page.get_by_test_id("passkey")).to_have_count(1)
    await expect(page.get_by_test_id("session")).to_have_count(1)
    await expect(page.get_by_test_id("session")).to_contain_text("Chrome on Linux")
    await expect(page.get_by_test_id("remove")).to_have_count(0)
    await fits(page)
    await page.get_by_test_id("you-back").click()


async def end_the_second_persons_access(first: Holder, second: Holder) -> None:
    """Ten minutes later: the page asks for the passkey, and what was asked for is done after it."""
    page = first.page
    await sql(first.server, "UPDATE session SET passkey_at = now() - interval '10 minutes'")
    await page.goto("/desk/people?lang=en")
    await page.locator(f'[data-email="{SECOND}"]').get_by_test_id("change").click()
    await page.get_by_test_id("disable").click()
    await expect(page.get_by_test_id("proof")).to_be_visible()
    await page.get_by_test_id("proof-cancel").click()
    await expect(page.get_by_test_id("problem")).to_have_attribute("data-code", "passkey-needed")
    assert await sql(first.server, "SELECT count(*) FROM account WHERE disabled_at IS NOT NULL") == 0

    await page.get_by_test_id("disable").click()
    await page.get_by_test_id("proof-go").click()

    await expect(page.get_by_test_id("said")).to_contain_text("Roya Daneshvar is disabled")
    await second.page.reload()
    await expect(second.page.get_by_test_id("sign-in")).to_be_visible()
    await page.get_by_test_id("undo").click()
    await expect(page.get_by_test_id("said")).to_contain_text("may sign in again")
    await second.page.get_by_test_id("use-passkey").click()
    await expect(second.page.get_by_test_id("you")).to_be_visible()


@pytest.mark.timeout(120)
async def test_where_passkeys_are_only_offered_a_new_code_stands_for_one(house: House, organiser: Desk) -> None:
    organiser.expects("status of 403")
    page = organiser.page
    await house.organiser.post("/api/desk/accounts", {"email": JUROR, "name": "Li Wen", "role": "juror"})
    await house.sql("UPDATE session SET created_at = now() - interval '10 minutes'")
    await page.goto("/desk/people?lang=en")
    await page.locator(f'[data-email="{JUROR}"]').get_by_test_id("change").click()
    await page.get_by_test_id("person-role").select_option("auditor")

    async with page.expect_response("**/api/access/codes"):
        await page.get_by_test_id("person-save").click()
    await expect(page.get_by_test_id("proof")).to_be_visible()
    async with httpx.AsyncClient() as reader:
        mails = (await reader.get(f"{house.server.url}/dev/mail")).json()
    [code] = re.findall(
        r"\b\d{8}\b", next(mail["text"] for mail in mails if mail["to"] == "organiser@festival.example")
    )
    await page.get_by_test_id("proof-code").fill(code)
    await page.get_by_test_id("proof-go").click()

    await expect(page.get_by_test_id("said")).to_contain_text("Li Wen is now: Auditor.")
