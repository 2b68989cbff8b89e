"""How often codes may be asked for and tried."""

import asyncio

import httpx

from api.access.operators import issue_code
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def ask(browser: httpx.AsyncClient, email: str) -> httpx.Response:
    return await browser.post("/api/access/codes", json={"email": email})


async def test_five_codes_may_be_asked_for_and_no_sixth(house: House) -> None:
    answers = [await ask(house.browser(), "eager@nowhere.example") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [202] * 5 + [429]


async def test_refusal_says_how_long_to_wait(house: House) -> None:
    for _ in range(5):
        await ask(house.browser(), "patient@nowhere.example")

    answer = await ask(house.browser(), "patient@nowhere.example")

    assert (code_of(answer), 0 < int(answer.headers["retry-after"]) <= 180) == ((429, "too-many-requests"), True)


async def test_the_same_address_in_capitals_is_the_same(house: House) -> None:
    for _ in range(5):
        await ask(house.browser(), "loud@nowhere.example")

    answer = await ask(house.browser(), "LOUD@nowhere.example")

    assert answer.status_code == 429


async def test_other_addresses_are_not_held_up(house: House) -> None:
    for _ in range(6):
        await ask(house.browser(), "blocked@nowhere.example")

    answer = await ask(house.browser(), "free@nowhere.example")

    assert answer.status_code == 202


async def test_no_mail_is_sent_beyond_the_limit(house: House) -> None:
    await house.pool.execute("INSERT INTO account (email, name, role) VALUES ('flood@f.example', 'F', 'organiser')")

    await asyncio.gather(*(ask(house.browser(), "flood@f.example") for _ in range(12)))

    assert len([mail for mail in house.mailbox.mails if mail.to == "flood@f.example"]) == 5


async def test_made_up_issued_codes_are_refused_and_lock_nobody_out(house: House) -> None:
    email = "right@f.example"
    code = await issue_code(house.settings.database_url, email, organiser="Right")
    tries = [house.browser().post("/api/access/sign-in", json={"code": "ABCD-EFGH-JKMN"}) for _ in range(80)]

    answers = await asyncio.gather(*tries)

    assert {answer.status_code for answer in answers} == {401}
    assert (await house.browser().post("/api/access/sign-in", json={"code": code})).status_code == 200
