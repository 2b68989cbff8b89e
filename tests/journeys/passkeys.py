"""People with passkeys, in browsers with a virtual authenticator of Chromium's own."""

import re

import httpx
from playwright.async_api import Browser, Page, expect

from tests.conftest import TestServer
from tests.journeys.conftest import SIZES, Desk

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Holder(Desk):
    """Somebody's browser and the passkeys it keeps."""

    def __init__(self, page: Page, server: TestServer) -> None:
        super().__init__(page, server.url)
        self.expects("status of 403")  # a refusal that the page answers by asking for a passkey
        self.server = server

    @classmethod
    async def enter(cls, chromium: Browser, server: TestServer) -> "Holder":
        context = await chromium.new_context(viewport=SIZES[-1], base_url=server.url, locale="en-GB")
        # The virtual authenticator answers the offer inside the field by itself: nobody would have to ask for anything.
        await context.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
        holder = cls(await context.new_page(), server)
        devtools = await context.new_cdp_session(holder.page)
        await devtools.send("WebAuthn.enable", {"enableUI": False})
        await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        return holder

    async def mail(self, to: str) -> str:
        async with httpx.AsyncClient() as reader:
            mails = (await reader.get(f"{self.server.url}/dev/mail")).json()
        return str(next(mail["text"] for mail in mails if mail["to"] == to))

    async def enter_code(self, code: str) -> None:
        await self.page.get_by_test_id("code").fill(code)
        await self.page.get_by_test_id("sign-in-go").click()

    async def follow(self, email: str) -> None:
        """The letter of invitation, then the code that comes by mail."""
        [address] = re.findall(r"http\S+", await self.mail(email))
        await self.page.goto(address)
        await expect(self.page.get_by_test_id("email")).to_have_value(email)
        assert "#" not in self.page.url
        await self.page.get_by_test_id("sign-in-go").click()
        await expect(self.page.get_by_test_id("code")).to_be_visible()
        [code] = re.findall(r"\b\d{8}\b", await self.mail(email))
        await self.enter_code(code)

    async def make_passkey(self, name: str) -> None:
        """What an organiser is asked for before anything else."""
        await expect(self.page.get_by_test_id("first-need")).to_have_attribute("data-need", "enrol")
        await self.page.get_by_test_id("make-passkey").click()
        await expect(self.page.get_by_test_id("you")).to_contain_text(name)


async def invite(page: Page, email: str, name: str, role: str, company: str = "") -> None:
    await page.get_by_test_id("invite").click()
    await page.get_by_test_id("invite-name").fill(name)
    await page.get_by_test_id("invite-email").fill(email)
    await page.get_by_test_id("invite-role").select_option(role)
    if company:
        await page.get_by_test_id("company-name").fill(company)
    await page.get_by_test_id("invite-go").click()
    await expect(page.get_by_test_id("said")).to_contain_text(email)
