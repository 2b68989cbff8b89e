"""Signing in with a mailed or an issued code, and out again."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import structs

from api import embedded
from api.access.operators import issue_code
from api.db import Connection
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House, opened_house

pytest_plugins = ("tests.housing",)
REFUSED = (401, "code-refused")


async def an_address(rows: Connection) -> str:
    return str(await rows.fetchval("SELECT email FROM account WHERE id = $1", await builders.an_account(rows)))


def mailed(house: House, email: str) -> list[str]:
    """Codes in the mails to this address, the newest first."""
    return [mail.text.split()[3].rstrip(".") for mail in house.mailbox.mails if mail.to == email]


async def ask(browser: httpx.AsyncClient, email: str) -> str:
    answer = await browser.post("/api/access/codes", json={"email": email})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["request"])


async def enter(browser: httpx.AsyncClient, request: str, code: str) -> httpx.Response:
    return await browser.post("/api/access/sessions", json={"request": request, "code": code})


async def me(browser: httpx.AsyncClient) -> Any:
    return (await browser.get("/api/access/me")).json()["account"]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


# With a mailed code


async def test_mailed_code_signs_in_the_browser_that_asked(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)

    answer = await enter(browser, request, mailed(house, email)[0])

    assert (answer.status_code, answer.json()["account"]["email"], await me(browser)) == (
        200,
        email,
        answer.json()["account"],
    )


async def test_answer_names_account_role_and_company(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows, "Steppe Films")
    producer = await house.signed_in("producer", company)

    account = await me(producer)

    row = await rows.fetchrow("SELECT id, email, name FROM account WHERE company_id = $1", company)
    assert row is not None
    assert account == {
        "id": row["id"],
        "email": row["email"],
        "name": row["name"],
        "role": "producer",
        "company": {"id": company, "name": "Steppe Films"},
    }


async def test_address_is_known_in_capitals_too(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()

    request = await ask(browser, email.upper())
    answer = await enter(browser, request, mailed(house, email.upper())[0])

    assert answer.status_code == 200


async def test_wrong_code_is_refused_and_counted(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)

    answer = await enter(browser, request, another(mailed(house, email)[0]))

    tries = await rows.fetchval("SELECT tries FROM sign_in_code WHERE id = $1", UUID(request))
    assert (code_of(answer), tries, await me(browser)) == (REFUSED, 1, None)


async def test_right_code_is_accepted_at_the_fifth_try(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    [code] = mailed(house, email)
    for _ in range(4):
        await enter(browser, request, another(code))

    answer = await enter(browser, request, code)

    assert answer.status_code == 200


async def test_right_code_is_refused_after_five_wrong_ones(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    [code] = mailed(house, email)
    for _ in range(5):
        await enter(browser, request, another(code))

    answer = await enter(browser, request, code)

    assert code_of(answer) == REFUSED


async def test_guesses_at_the_same_moment_are_counted_each(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    [code] = mailed(house, email)

    await asyncio.gather(*(enter(browser, request, another(code)) for _ in range(12)))

    assert await rows.fetchval("SELECT tries FROM sign_in_code WHERE id = $1", UUID(request)) == 12


async def test_code_typed_in_another_browser_is_refused(house: House, rows: Connection) -> None:
    email, browser, thief = await an_address(rows), house.browser(), house.browser()
    request = await ask(browser, email)

    answer = await enter(thief, request, mailed(house, email)[0])

    assert code_of(answer) == REFUSED


async def test_code_typed_with_another_browsers_cookie_is_refused(house: House, rows: Connection) -> None:
    email, browser, thief = await an_address(rows), house.browser(), house.browser()
    request = await ask(browser, email)
    await ask(thief, await an_address(rows))

    answer = await enter(thief, request, mailed(house, email)[0])

    assert code_of(answer) == REFUSED


async def test_code_is_refused_the_second_time(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    [code] = mailed(house, email)
    await enter(browser, request, code)

    answer = await enter(browser, request, code)

    assert code_of(answer) == REFUSED


async def test_code_sent_twice_at_the_same_moment_opens_one_session(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    [code] = mailed(house, email)

    answers = await asyncio.gather(*(enter(browser, request, code) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_older_code_is_refused_after_a_newer_one_was_asked_for(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    older = await ask(browser, email)
    await ask(browser, email)

    answer = await enter(browser, older, mailed(house, email)[1])

    assert code_of(answer) == REFUSED


async def test_code_of_another_request_is_refused(house: House, rows: Connection) -> None:
    mine, theirs, browser = await an_address(rows), await an_address(rows), house.browser()
    await ask(browser, theirs)
    request = await ask(browser, mine)

    answer = await enter(browser, request, mailed(house, theirs)[0])

    assert code_of(answer) == REFUSED


async def test_code_of_a_request_nobody_made_is_refused(house: House) -> None:
    answer = await enter(house.browser(), str(uuid4()), "12345678")

    assert code_of(answer) == REFUSED


async def test_expired_code_is_refused(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    await rows.execute("UPDATE sign_in_code SET expires_at = now() WHERE id = $1", UUID(request))

    answer = await enter(browser, request, mailed(house, email)[0])

    assert code_of(answer) == REFUSED


@pytest.mark.parametrize("code", ["1234567", "123456789", "1234567x", "１２３４５６７８", "12345678\n", ""])
async def test_code_that_is_not_eight_digits_is_a_bad_request(house: House, code: str) -> None:
    answer = await enter(house.browser(), str(uuid4()), code)

    assert code_of(answer) == (400, "bad-request")


async def test_refusals_of_every_kind_look_alike(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    request = await ask(browser, email)
    unknown = await ask(browser, "nobody@nowhere.example")

    answers = [
        await enter(browser, request, another(mailed(house, email)[0])),
        await enter(browser, unknown, "12345678"),
        await enter(browser, str(uuid4()), "12345678"),
    ]

    assert [ballots.said(answer) for answer in answers] == [ballots.said(answers[0])] * 3


# An unknown address


async def test_unknown_address_is_answered_like_a_known_one(house: House, rows: Connection) -> None:
    known = await house.browser().post("/api/access/codes", json={"email": await an_address(rows)})
    unknown = await house.browser().post("/api/access/codes", json={"email": "stranger@nowhere.example"})

    shapes = [
        (answer.status_code, list(answer.json()), len(answer.content), [*answer.headers], [*answer.cookies])
        for answer in (known, unknown)
    ]
    assert shapes[0] == shapes[1]


async def test_unknown_address_gets_no_mail(house: House) -> None:
    await ask(house.browser(), "nobody.here@nowhere.example")

    assert mailed(house, "nobody.here@nowhere.example") == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a@b",
        "a b@c.example",
        "a@b.example\nBcc: all@c.example",
        "a@b.example\n",
        f"{'a' * 250}@b.example",
    ],
)
async def test_text_that_is_no_address_is_a_bad_request(house: House, email: str) -> None:
    answer = await house.browser().post("/api/access/codes", json={"email": email})

    assert code_of(answer) == (400, "bad-request")


# With an issued code


async def test_issued_code_signs_in(house: House, rows: Connection) -> None:
    email, browser = await an_address(rows), house.browser()
    code = await issue_code(house.settings.database_url, email)

    answer = await browser.post("/api/access/sign-in", json={"code": code})

    assert (answer.status_code, await me(browser)) == (200, answer.json()["account"])


async def test_issued_code_is_printed_in_three_groups(house: House, rows: Connection) -> None:
    code = await issue_code(house.settings.database_url, await an_address(rows))

    assert [len(group) for group in code.split("-")] == [4, 4, 4]


async def test_issued_code_may_be_typed_small_and_without_dashes(house: House, rows: Connection) -> None:
    code = await issue_code(house.settings.database_url, await an_address(rows))

    answer = await house.browser().post("/api/access/sign-in", json={"code": code.lower().replace("-", "")})

    assert answer.status_code == 200


async def test_issued_code_is_refused_the_second_time(house: House, rows: Connection) -> None:
    code = await issue_code(house.settings.database_url, await an_address(rows))
    await house.browser().post("/api/access/sign-in", json={"code": code})

    answer = await house.browser().post("/api/access/sign-in", json={"code": code})

    assert code_of(answer) == REFUSED


async def test_issued_code_typed_twice_at_the_same_moment_opens_one_session(house: House, rows: Connection) -> None:
    code = await issue_code(house.settings.database_url, await an_address(rows))
    browsers = [house.browser() for _ in range(4)]

    answers = await asyncio.gather(*(browser.post("/api/access/sign-in", json={"code": code}) for browser in browsers))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_unknown_issued_code_is_refused(house: House) -> None:
    answer = await house.browser().post("/api/access/sign-in", json={"code": "ABCD-EFGH-JKMN"})

    assert code_of(answer) == REFUSED


async def test_mailed_code_is_no_issued_one(house: House, rows: Connection) -> None:
    email = await an_address(rows)
    await ask(house.browser(), email)

    answer = await house.browser().post("/api/access/sign-in", json={"code": f"{mailed(house, email)[0]}----"})

    assert code_of(answer) == REFUSED


async def test_first_organiser_is_made_with_a_code(house: House, rows: Connection) -> None:
    browser = house.browser()
    code = await issue_code(house.settings.database_url, "First@Festival.example", organiser="First Organiser")

    await browser.post("/api/access/sign-in", json={"code": code})

    account = await me(browser)
    assert (account["email"], account["name"], account["role"]) == (
        "first@festival.example",
        "First Organiser",
        "organiser",
    )


async def test_second_code_for_the_same_organiser_keeps_the_account(house: House, rows: Connection) -> None:
    await issue_code(house.settings.database_url, "same@festival.example", organiser="First Name")

    await issue_code(house.settings.database_url, "same@festival.example", organiser="Second Name")

    names = await rows.fetch("SELECT name FROM account WHERE email = 'same@festival.example'")
    assert [row["name"] for row in names] == ["First Name"]


# Sessions


async def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    browser = await house.signed_in("organiser")
    token = browser.cookies["sid"]

    await browser.delete("/api/access/session")
    browser.cookies.set("sid", token)

    assert await me(browser) is None


async def test_signing_out_without_a_session_is_no_error(house: House) -> None:
    answer = await house.browser().delete("/api/access/session")

    assert answer.status_code == 204


async def test_signing_out_here_leaves_the_session_elsewhere(house: House, rows: Connection) -> None:
    here, there = house.browser(), house.browser()
    account = await builders.an_account(rows)
    for browser in (here, there):
        browser.cookies.set("sid", await builders.a_session(rows, account))

    await here.delete("/api/access/session")

    assert (await me(here), (await me(there))["id"]) == (None, account)


@pytest.mark.parametrize("token", ["", "forged", "a" * 4000, "%00", "ü"])
async def test_made_up_session_is_nobody(house: House, token: str) -> None:
    answer = await house.browser().get("/api/access/me", headers={b"Cookie": f"sid={token}".encode()})

    assert (answer.status_code, answer.json()) == (200, {"account": None})


async def test_disabled_account_is_nobody_at_once(house: House, rows: Connection) -> None:
    browser = await house.signed_in("organiser")
    await rows.execute("UPDATE account SET disabled_at = now() WHERE id = $1", (await me(browser))["id"])

    answer = await browser.get("/api/desk/overview")

    assert (await me(browser), code_of(answer)) == (None, (401, "sign-in-needed"))


@pytest.mark.parametrize("path", ["/api/studio/series", "/api/jury/shortlists", "/api/desk/overview"])
async def test_nobody_is_asked_to_sign_in(house: House, path: str) -> None:
    answer = await house.browser().get(path)

    assert code_of(answer) == (401, "sign-in-needed")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("juror", "/api/studio/series"),
        ("auditor", "/api/studio/series"),
        ("producer", "/api/jury/shortlists"),
        ("auditor", "/api/jury/shortlists"),
        ("producer", "/api/desk/overview"),
        ("juror", "/api/desk/overview"),
        ("auditor", "/api/desk/series"),
    ],
)
async def test_wrong_role_is_turned_away(house: House, role: Any, path: str) -> None:
    answer = await (await house.signed_in(role)).get(path)

    assert code_of(answer) == (403, "not-allowed")


# Without Redis


async def test_mailed_codes_are_not_sent_without_the_limiter_and_issued_ones_still_open(
    house: House, rows: Connection
) -> None:
    email = await an_address(rows)
    code = await issue_code(house.settings.database_url, email)
    nowhere = structs.replace(house.settings, redis_url=f"redis://127.0.0.1:{embedded.free_port()}/0")

    async with opened_house(nowhere) as lonely:
        browser = lonely.browser()
        asked = await browser.post("/api/access/codes", json={"email": email})
        entered = await browser.post("/api/access/sign-in", json={"code": code})

    assert (*code_of(asked), asked.headers["retry-after"]) == (503, "unavailable", "2")
    assert entered.status_code == 200
    assert mailed(lonely, email) == []
