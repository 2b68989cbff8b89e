"""Acts that want a fresh passkey, and what an organiser without one may do where passkeys are required."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute
from msgspec import structs

from api.access import rules
from api.access.guards import Fresh
from api.access.operators import issue_code
from api.access.schemas import Account, Standing
from api.db import Connection
from api.settings import Settings
from tests import builders
from tests.access.authenticator import enrol, prove, sign_in
from tests.access.test_sign_in import ask, enter, mailed, me
from tests.builders import code_of
from tests.house import House, opened_house

pytest_plugins = ("tests.housing",)
NEEDED = (403, "passkey-needed")
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
#: Every act that takes something away for good, gives a right, makes a result public or takes personal data out.
ACTS = {
    "POST /api/desk/awards/{award:int}/publish",
    "POST /api/desk/awards/{award:int}/publish/agree",
    "POST /api/desk/juries/{jury:int}/publish",
    "POST /api/desk/juries/{jury:int}/publish/agree",
    "POST /api/desk/awards/{award:int}/voids",
    "POST /api/desk/voids/{void:int}/agree",
    "POST /api/desk/awards/{award:int}/kiosks/{kiosk:int}/write-off",
    "POST /api/desk/accounts",
    "POST /api/desk/people/invitations",
    "PUT /api/desk/people/{person:int}",
    "POST /api/desk/people/{person:int}/disable",
    "POST /api/desk/people/{person:int}/forget-passkeys",
    "GET /api/desk/juries/access-log.csv",
    "POST /api/desk/audit/export/{form:str}",
    "POST /api/desk/paper/{batch:int}/refuse",
    "DELETE /api/access/passkeys/{passkey:int}",
}


@pytest.fixture(scope="module")
async def strict(house_settings: Settings) -> AsyncGenerator[House, None]:
    """The house where passkeys are required."""
    async with opened_house(structs.replace(house_settings, passkeys="required")) as opened:
        yield opened


async def by_mail(house: House, email: str) -> httpx.AsyncClient:
    browser = house.browser()
    request = await ask(browser, email)
    assert (await enter(browser, request, mailed(house, email)[0])).status_code == 200
    return browser


async def by_code(house: House, rows: Connection, role: Any = "organiser") -> httpx.AsyncClient:
    """Signed in by a code, with no passkey."""
    account = await builders.an_account(rows, role)
    return await by_mail(house, await rows.fetchval("SELECT email FROM account WHERE id = $1", account))


async def age(rows: Connection, browser: httpx.AsyncClient, minutes: int = 6) -> None:
    """So long ago this session began and last showed a passkey."""
    moved = "SET created_at = created_at - $2::interval, passkey_at = passkey_at - $2::interval"
    query = f"UPDATE session {moved} WHERE token_hash = $1"
    await rows.execute(query, rules.digest(browser.cookies["sid"]), timedelta(minutes=minutes))


async def act(browser: httpx.AsyncClient) -> httpx.Response:
    """One of the acts, on nothing: past the door it is refused for what it is."""
    return await browser.post("/api/desk/awards/999999/publish")


def need(answer: httpx.Response) -> Any:
    assert code_of(answer) == NEEDED
    return answer.json()["values"]["how"]


def standing(**values: Any) -> Standing:
    account = Account(id=1, email="a@b.example", name="A", role="organiser", company=None)
    made: dict[str, Any] = {"id": 1, "account": account, "began_at": NOW, "passkey_at": None, "passkeys": 0}
    return Standing(**{**made, **values})


FRESH_AT, OLD = NOW - timedelta(minutes=5), NOW - timedelta(minutes=5, seconds=1)


@pytest.mark.parametrize(
    ("values", "required", "enrolling", "needed"),
    [
        ({"passkeys": 1, "passkey_at": FRESH_AT}, True, False, None),
        ({"passkeys": 1, "passkey_at": OLD}, True, False, "passkey"),
        ({"passkeys": 1, "passkey_at": None}, False, False, "passkey"),
        ({"passkeys": 1, "passkey_at": None}, False, True, "passkey"),
        ({"passkeys": 0}, True, False, "enrol"),
        ({"passkeys": 0}, True, True, None),
        ({"passkeys": 0, "began_at": OLD}, True, True, "code"),
        ({"passkeys": 0}, False, False, None),
        ({"passkeys": 0, "began_at": OLD}, False, False, "code"),
    ],
)
def test_what_stands_between_a_session_and_an_act(
    values: dict[str, Any], required: bool, enrolling: bool, needed: str | None
) -> None:
    assert rules.proof_needed(standing(**values), NOW, required=required, enrolling=enrolling) == needed


def test_each_act_names_the_guard(house: House) -> None:
    guarded = {
        f"{method} {route.path}"
        for route in house.app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if any(isinstance(guard, Fresh) and not guard.enrolling for guard in handler.guards or ())
    }

    assert ACTS - guarded == set()


async def test_act_wants_a_passkey_of_the_last_five_minutes(house: House, rows: Connection) -> None:
    browser = await house.signed_in("organiser")
    device = await enrol(browser)
    assert code_of(await act(browser)) == (404, "not-found")

    await age(rows, browser)

    assert need(await act(browser)) == "passkey"
    assert (await prove(browser, device)).status_code == 204
    assert code_of(await act(browser)) == (404, "not-found")


async def test_who_has_no_passkey_enters_a_new_code_where_they_are_offered(house: House, rows: Connection) -> None:
    browser = await by_code(house, rows)
    email = (await me(browser))["email"]
    assert code_of(await act(browser)) == (404, "not-found")

    await age(rows, browser)

    assert need(await act(browser)) == "code"
    await enter(browser, await ask(browser, email), mailed(house, email)[0])
    assert code_of(await act(browser)) == (404, "not-found")


async def test_code_does_not_stand_for_a_passkey_that_is_there(house: House, rows: Connection) -> None:
    first = await by_code(house, rows)
    await enrol(first)

    thief = await by_mail(house, (await me(first))["email"])

    assert need(await act(thief)) == "passkey"
    assert need(await thief.post("/api/access/passkeys/challenge")) == "passkey"


async def test_proof_in_one_session_is_none_in_another(house: House, rows: Connection) -> None:
    here = await house.signed_in("organiser")
    device = await enrol(here)
    there = house.browser()
    await sign_in(there, device)
    await age(rows, there)

    await prove(here, device)

    assert need(await act(there)) == "passkey"


async def test_nobody_is_asked_for_a_passkey_before_who_they_are(house: House) -> None:
    assert code_of(await act(house.browser())) == (401, "sign-in-needed")
    assert code_of(await act(await house.signed_in("juror"))) == (403, "not-allowed")


# Where passkeys are required


async def test_organiser_with_a_code_alone_may_only_make_a_passkey(strict: House, rows: Connection) -> None:
    browser = await by_code(strict, rows)
    walls = [
        "/api/desk/overview",
        "/api/desk/series",
        "/api/studio/series",
        "/api/jury/shortlists",
        "/api/access/sessions",
    ]

    said = (await browser.get("/api/access/me")).json()
    closed = [need(await browser.get(path)) for path in walls]
    device = await enrol(browser)

    assert (said["account"]["role"], said["needs"], closed) == ("organiser", "enrol", ["enrol"] * len(walls))
    assert (await browser.get("/api/access/me")).json() == {"account": said["account"]}
    assert (await browser.get("/api/desk/overview")).status_code == 200
    again = strict.browser()
    assert (await sign_in(again, device)).json() == {"account": said["account"]}
    assert (await again.get("/api/desk/overview")).status_code == 200


async def test_code_of_an_organiser_who_has_a_passkey_opens_nothing_but_that_passkey(
    strict: House, rows: Connection
) -> None:
    first = await by_code(strict, rows)
    device = await enrol(first)
    browser = await by_mail(strict, (await me(first))["email"])

    assert (await browser.get("/api/access/me")).json()["needs"] == "passkey"
    assert need(await browser.post("/api/access/passkeys/challenge")) == "passkey"
    assert need(await browser.get("/api/desk/overview")) == "passkey"
    assert (await prove(browser, device)).status_code == 204
    assert (await browser.get("/api/desk/overview")).status_code == 200


async def test_issued_code_is_no_passkey_either(strict: House) -> None:
    browser = strict.browser()
    code = await issue_code(strict.settings.database_url, "new@strict.example", organiser="New")

    opened = await browser.post("/api/access/sign-in", json={"code": code})

    assert opened.json()["needs"] == "enrol"
    assert need(await browser.get("/api/desk/overview")) == "enrol"


async def test_unproved_organiser_is_nobody_where_anybody_may_come(strict: House, rows: Connection) -> None:
    browser = await by_code(strict, rows)
    series = await builders.a_series(rows, released=False)
    package = await builders.a_package(rows, await builders.an_episode(rows, series))

    seen = [await each.get(f"/api/streams/{package}") for each in (browser, await strict.signed_in("organiser"))]

    assert [answer.status_code for answer in seen] == [404, 200]


@pytest.mark.parametrize("role", ["producer", "juror", "auditor"])
async def test_others_work_without_a_passkey(strict: House, rows: Connection, role: Any) -> None:
    browser = await by_code(strict, rows, role)

    assert (await browser.get("/api/access/me")).json().get("needs") is None
    assert (await browser.get("/api/access/sessions")).status_code == 200


async def test_second_person_needs_a_passkey_too(strict: House, rows: Connection) -> None:
    auditor = await by_code(strict, rows, "auditor")

    refused = await auditor.post("/api/desk/awards/999999/publish/agree")
    await enrol(auditor)

    assert need(refused) == "enrol"
    assert code_of(await auditor.post("/api/desk/awards/999999/publish/agree")) == (404, "not-found")
