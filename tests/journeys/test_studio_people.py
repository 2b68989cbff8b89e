"""A producer invites a colleague, who signs in for the first time and sees the company's series."""

import re

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import House, desktop, fits, watch
from tests.journeys.test_studio import sign_in

COLLEAGUE = "pavel@films.example"


async def code_for(house: House, email: str) -> str:
    async with httpx.AsyncClient() as reader:
        mails = (await reader.get(f"{house.server.url}/dev/mail")).json()
    [code] = re.findall(r"\b\d{8}\b", next(mail["text"] for mail in mails if mail["to"] == email))
    return str(code)


async def join(page: Page, house: House) -> None:
    await page.goto("/studio?lang=ru")
    await page.get_by_test_id("email").fill(COLLEAGUE)
    await page.get_by_test_id("sign-in-go").click()
    await expect(page.get_by_test_id("code")).to_be_visible()
    await page.get_by_test_id("code").fill(await code_for(house, COLLEAGUE))
    await page.get_by_test_id("sign-in-go").click()


@pytest.mark.timeout(120)
async def test_colleague_is_invited_joins_sees_the_series_and_is_removed(house: House, chromium: Browser) -> None:
    context, theirs = await desktop(chromium, house), await desktop(chromium, house)
    page, other = await context.new_page(), await theirs.new_page()
    complaints = watch(page, house.server.url) + watch(other, house.server.url)
    await sign_in(page, house)
    await page.get_by_role("link", name="People").click()
    await expect(page.get_by_test_id("member")).to_have_count(1)

    await page.get_by_test_id("invite-name").fill("Pavel Rahoza")
    await page.get_by_test_id("invite-email").fill(COLLEAGUE)
    await page.get_by_test_id("invite-go").click()

    await expect(page.get_by_test_id("said")).to_contain_text(COLLEAGUE)
    await expect(page.get_by_test_id("invitation")).to_contain_text("Pavel Rahoza")
    await fits(page)
    await page.evaluate("document.documentElement.dir = 'ltr'")

    await join(other, house)

    await expect(other.get_by_test_id("series-night-bus")).to_be_visible()
    await page.reload()
    await expect(page.get_by_test_id("member")).to_have_count(2)
    await expect(page.get_by_test_id("invitation")).to_have_count(0)
    await page.get_by_test_id("remove").click()
    await page.get_by_test_id("remove-sure").click()

    await expect(page.get_by_test_id("member")).to_have_count(1)
    await other.reload()
    await expect(other.get_by_test_id("sign-in")).to_be_visible()
    assert complaints == []
    await context.close()
    await theirs.close()
