"""Several people of one company: who may invite, join, see and remove whom, and what nobody is told."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.db import Connection
from api.letters import LETTERS
from tests import builders
from tests.access.test_sign_in import ask, enter, mailed, me
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
PEOPLE, INVITATIONS = "/api/studio/people", "/api/studio/people/invitations"
_numbers = iter(range(1, 1000))


class Company:
    """A company with one producer, who is signed in."""

    def __init__(self, house: House, browser: httpx.AsyncClient, id_: int) -> None:
        self.house, self.browser, self.id = house, browser, id_

    async def people(self) -> Any:
        [company] = (await self.browser.get(PEOPLE)).json()
        return company

    async def invite(self, email: str, name: str = "Pavel Rahoza", **headers: str) -> httpx.Response:
        return await self.browser.post(INVITATIONS, json={"email": email, "name": name}, headers=headers)

    async def joined(self, email: str) -> httpx.AsyncClient:
        """A browser in which the invited address has signed in."""
        browser = self.house.browser()
        answer = await enter(browser, await ask(browser, email), mailed(self.house, email)[0])
        assert answer.status_code == 200, answer.text
        return browser


@pytest.fixture
async def company(house: House, rows: Connection) -> Company:
    made = await builders.a_company(rows)
    return Company(house, await house.signed_in("producer", made), made)


def an_address() -> str:
    return f"colleague{next(_numbers)}@films.example"


async def test_invited_address_joins_by_signing_in_and_sees_the_series(company: Company, rows: Connection) -> None:
    email, series = an_address(), await builders.a_series(rows, company=company.id, released=False)
    await company.invite(email.upper())

    colleague = await company.joined(email)

    account = await me(colleague)
    assert (account["email"], account["name"], account["role"], account["company"]["id"]) == (
        email, "Pavel Rahoza", "producer", company.id,
    )  # fmt: skip
    assert [each["id"] for each in (await colleague.get("/api/studio/series")).json()] == [series]
    people = await company.people()
    assert ([each["email"] for each in people["members"]][-1], people["invitations"]) == (email, [])


async def test_there_is_no_account_before_the_sign_in(company: Company, rows: Connection) -> None:
    email = an_address()

    await company.invite(email)

    assert await rows.fetchval("SELECT count(*) FROM account WHERE email = $1", email) == 0
    [standing] = (await company.people())["invitations"]
    assert (standing["email"], standing["name"], standing["expired"]) == (email, "Pavel Rahoza", False)


async def test_letter_comes_in_the_language_of_the_inviting_page_and_leads_to_the_studio(company: Company) -> None:
    email = an_address()

    await company.invite(email, **{"Accept-Language": "fa"})

    mail, name = company.house.mail_to(email), (await me(company.browser))["company"]["name"]
    assert mail.subject == LETTERS["fa"]["invited"].subject.format(
        inviter=(await me(company.browser))["name"], company=name
    )
    assert "http://testserver.local/studio" in mail.text


async def test_name_with_a_line_break_makes_no_header(company: Company, rows: Connection) -> None:
    await rows.execute("UPDATE company SET name = $2 WHERE id = $1", company.id, f"Films\nBcc: all {company.id}")
    email = an_address()

    answer = await company.invite(email)

    assert (answer.status_code, "\n" in company.house.mail_to(email).subject) == (201, False)


async def test_known_and_unknown_addresses_are_answered_alike_and_only_the_letter_differs(
    company: Company, rows: Connection
) -> None:
    unknown = an_address()
    theirs = await rows.fetchval("SELECT email FROM account WHERE id = $1", await builders.an_account(rows, "juror"))

    answers = [await company.invite(unknown), await company.invite(theirs)]

    def plain(answer: httpx.Response) -> Any:
        return {**answer.json(), "id": 0, "email": "", "sent_at": "", "expires_at": ""}

    assert [answer.status_code for answer in answers] == [201, 201]
    assert plain(answers[0]) == plain(answers[1])
    assert [each["email"] for each in (await company.people())["invitations"]] == [theirs, unknown]
    texts = [re.sub(r"colleague\d+|person\d+", "x", company.house.mail_to(email).text) for email in (unknown, theirs)]
    assert "has an account here already" in texts[1]
    assert "has an account" not in texts[0]


@pytest.mark.parametrize("role", ["juror", "organiser", "auditor", "producer"])
async def test_address_with_an_account_signs_in_to_its_own_account(
    company: Company, rows: Connection, role: Any
) -> None:
    account = await builders.an_account(rows, role)
    email = await rows.fetchval("SELECT email FROM account WHERE id = $1", account)
    await company.invite(email)

    browser = await company.joined(email)

    assert (await me(browser))["role"] == role
    assert await rows.fetchval("SELECT company_id FROM account WHERE id = $1", account) != company.id


async def test_invitation_taken_back_opens_nothing(company: Company) -> None:
    email, browser = an_address(), company.house.browser()
    invitation = (await company.invite(email)).json()["id"]
    request = await ask(browser, email)
    code = mailed(company.house, email)[0]

    taken = await company.browser.delete(f"{INVITATIONS}/{invitation}")

    assert (taken.status_code, (await company.people())["invitations"]) == (204, [])
    assert code_of(await enter(browser, request, code)) == (401, "code-refused")
    assert code_of(await company.browser.delete(f"{INVITATIONS}/{invitation}")) == (404, "not-found")


async def test_invitation_ends_after_fourteen_days_and_can_be_sent_again(company: Company, rows: Connection) -> None:
    email, browser = an_address(), company.house.browser()
    invitation = (await company.invite(email)).json()
    assert invitation["expires_at"][:10] > invitation["sent_at"][:10]
    await rows.execute("UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = $1", invitation["id"])
    letters = len(mailed(company.house, email))

    await ask(browser, email)

    assert len(mailed(company.house, email)) == letters
    assert (await company.people())["invitations"][0]["expired"] is True
    again = await company.browser.post(f"{INVITATIONS}/{invitation['id']}/send")
    assert (again.status_code, again.json()["expired"]) == (200, False)
    await company.joined(email)


async def test_code_used_twice_at_the_same_moment_joins_once(company: Company, rows: Connection) -> None:
    email = an_address()
    await company.invite(email)
    browser = company.house.browser()
    request = await ask(browser, email)
    code = mailed(company.house, email)[0]

    answers = await asyncio.gather(*(enter(browser, request, code) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    assert await rows.fetchval("SELECT count(*) FROM account WHERE email = $1", email) == 1


async def test_letters_to_one_address_are_limited(company: Company) -> None:
    email = an_address()

    answers = [await company.invite(email) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert len((await company.people())["invitations"]) == 1


async def test_member_is_not_invited(company: Company) -> None:
    mine = (await me(company.browser))["email"]

    assert code_of(await company.invite(mine)) == (409, "already-there")


async def test_removed_member_is_signed_out_at_once_and_can_come_back(company: Company, rows: Connection) -> None:
    email = an_address()
    await company.invite(email)
    colleague = await company.joined(email)
    member = (await me(colleague))["id"]

    removed = await company.browser.delete(f"{PEOPLE}/{member}")

    assert (removed.status_code, await me(colleague)) == (204, None)
    assert code_of(await colleague.get("/api/studio/series")) == (401, "sign-in-needed")
    assert await rows.fetchval("SELECT count(*) FROM session WHERE account_id = $1", member) == 0
    await company.invite(email)
    back = await company.joined(email)
    assert (await me(back))["company"]["id"] == company.id


async def test_nobody_removes_themselves_or_the_last(company: Company, house: House) -> None:
    mine = (await me(company.browser))["id"]

    answers = [
        await company.browser.delete(f"{PEOPLE}/{mine}"),
        await (await house.signed_in("organiser")).delete(f"{PEOPLE}/{mine}"),
    ]

    assert [code_of(answer) for answer in answers] == [(409, "member-stays")] * 2


async def test_two_who_remove_each_other_leave_one(company: Company) -> None:
    email = an_address()
    await company.invite(email)
    colleague = await company.joined(email)
    mine, theirs = (await me(company.browser))["id"], (await me(colleague))["id"]

    answers = await asyncio.gather(company.browser.delete(f"{PEOPLE}/{theirs}"), colleague.delete(f"{PEOPLE}/{mine}"))

    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 403], [204, 404])
    left = [browser for browser in (company.browser, colleague) if await me(browser) is not None]
    assert len(left) == 1


async def test_people_of_another_company_do_not_exist(company: Company, house: House, rows: Connection) -> None:
    other = await builders.a_company(rows)
    stranger = await house.signed_in("producer", other)
    invitation = (await company.invite(an_address())).json()["id"]
    mine = (await me(company.browser))["id"]

    answers = [
        await stranger.delete(f"{INVITATIONS}/{invitation}"),
        await stranger.post(f"{INVITATIONS}/{invitation}/send"),
        await stranger.delete(f"{PEOPLE}/{mine}"),
    ]

    assert [code_of(answer) for answer in answers] == [(404, "not-found")] * 3
    [seen] = (await stranger.get(PEOPLE)).json()
    assert (seen["company"]["id"], seen["invitations"]) == (other, [])


async def test_organiser_sees_all_companies_and_invites_for_none(company: Company, house: House) -> None:
    organiser = await house.signed_in("organiser")

    seen = [each["company"]["id"] for each in (await organiser.get(PEOPLE)).json()]
    answer = await organiser.post(INVITATIONS, json={"email": an_address(), "name": "X"})

    assert company.id in seen
    assert code_of(answer) == (403, "not-allowed")


async def test_every_change_leaves_a_line(company: Company, rows: Connection) -> None:
    email = an_address()
    invitation = (await company.invite(email)).json()["id"]
    await company.browser.post(f"{INVITATIONS}/{invitation}/send")
    colleague = (await me(await company.joined(email)))["id"]
    await company.browser.delete(f"{PEOPLE}/{colleague}")
    second = (await company.invite(an_address())).json()["id"]
    await company.browser.delete(f"{INVITATIONS}/{second}")

    lines = await rows.fetch(
        "SELECT action, detail FROM audit_event WHERE detail->>'company' = $1 ORDER BY id", str(company.id)
    )

    assert [line["action"] for line in lines] == [
        "invite", "invite-again", "join-company", "remove-member", "invite", "take-back-invitation",
    ]  # fmt: skip
    assert email not in str([line["detail"] for line in lines])


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "x", "name": "X"}, {"email": "a@b.example"}, {"email": "a@b.example", "name": ""},
     {"email": "a@b.example", "name": "X\nY"}, {"email": "a@b.example", "name": "X", "company": 1}],
)  # fmt: skip
async def test_invitation_that_is_not_described_rightly_is_refused(company: Company, body: Any) -> None:
    answer = await company.browser.post(INVITATIONS, json=body)

    assert (code_of(answer), (await company.people())["invitations"]) == ((400, "bad-request"), [])


def test_life_of_an_invitation_is_that_of_its_letter() -> None:
    from api.studio.people import LIFE

    assert timedelta(days=14) == LIFE
