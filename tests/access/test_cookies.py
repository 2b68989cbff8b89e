"""Cookies: unreadable by scripts, for this site only, and bound to https where the site has it."""

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import httpx
import pytest
from msgspec import structs

from api.db import Connection
from tests import builders
from tests.house import House, opened_house

pytest_plugins = ("tests.housing",)
HOUR, DAY = 3600, 24 * 3600


def set_by(answer: httpx.Response) -> dict[str, dict[str, str]]:
    """Attributes of each cookie this answer sets, without its value."""
    found: dict[str, dict[str, str]] = {}
    for header in answer.headers.get_list("set-cookie"):
        for name, morsel in SimpleCookie(header).items():
            found[name] = {key: value for key, value in morsel.items() if value}
    return found


def safe(life: int) -> dict[str, object]:
    return {"max-age": str(life), "path": "/", "samesite": "lax", "httponly": True}


async def sign_in(house: House, browser: httpx.AsyncClient, rows: Connection, role: str) -> list[httpx.Response]:
    """The answers to asking for a code and to entering it."""
    email = f"{role}-{house.settings.secure}@festival.example".lower()
    company = await builders.a_company(rows)
    await rows.execute(
        "INSERT INTO account (email, name, role, company_id) VALUES ($1, 'A', $2, $3)", email, role, company
    )
    asked = await browser.post("/api/access/codes", json={"email": email})
    code = house.mail_to(email).text.split()[3].rstrip(".")
    entry = {"request": asked.json()["request"], "code": code}
    return [asked, await browser.post("/api/access/sessions", json=entry)]


@pytest.fixture
async def secure(house: House) -> AsyncIterator[House]:
    """The same festival under an https address."""
    async with opened_house(structs.replace(house.settings, public_url="https://festival.example")) as opened:
        yield opened


async def test_code_is_bound_to_the_browser_for_its_ten_minutes(house: House) -> None:
    answer = await house.browser().post("/api/access/codes", json={"email": "nobody@nowhere.example"})

    assert set_by(answer) == {"browser": safe(600)}


@pytest.mark.parametrize(
    ("role", "life"),
    [("organiser", 12 * HOUR), ("auditor", 12 * HOUR), ("juror", 12 * HOUR), ("producer", 30 * DAY)],
)
async def test_session_cookie_lives_as_long_as_the_session(
    house: House, rows: Connection, role: str, life: int
) -> None:
    _, entered = await sign_in(house, house.browser(), rows, role)

    assert set_by(entered) == {"sid": safe(life)}


async def test_device_cookie_comes_with_the_first_ballot(house: House, rows: Connection) -> None:
    award = await builders.an_award(rows)

    answer = await house.browser().post(f"/api/awards/{award}/ballot")

    assert set_by(answer) == {"device": safe(180 * DAY)}


async def test_sign_out_forgets_the_session_cookie(house: House) -> None:
    answer = await (await house.signed_in("organiser")).delete("/api/access/session")

    assert set_by(answer) == {"sid": safe(0)}


async def test_cookies_belong_to_the_host_where_the_site_is_https(secure: House, rows: Connection) -> None:
    browser = secure.browser()

    asked, entered = await sign_in(secure, browser, rows, "organiser")
    left = await browser.delete("/api/access/session")

    assert [set_by(answer) for answer in (asked, entered, left)] == [
        {"__Host-browser": {**safe(600), "secure": True}},
        {"__Host-sid": {**safe(12 * HOUR), "secure": True}},
        {"__Host-sid": {**safe(0), "secure": True}},
    ]


async def test_cookie_without_the_host_prefix_is_nobody_where_the_site_is_https(
    secure: House, rows: Connection
) -> None:
    browser = secure.browser()
    browser.cookies.set("sid", await builders.a_session(rows, await builders.an_account(rows)))

    answer = await browser.get("/api/access/me")

    assert answer.json() == {"account": None}
