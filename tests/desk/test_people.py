"""People and roles at the desk: who is invited, joins, changes role and leaves, and that one organiser always stays."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from api.access.operators import issue_code
from api.db import Connection
from api.letters import LETTERS
from api.words import pick
from tests import builders
from tests.access.authenticator import enrol, sign_in
from tests.access.test_sign_in import ask, enter, mailed, me
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
PEOPLE, INVITATIONS = "/api/desk/people", "/api/desk/people/invitations"
_numbers = iter(range(1, 10_000))


@pytest.fixture
async def desk(house: House, rows: Connection) -> httpx.AsyncClient:
    """An organiser's browser; another organiser is there too."""
    await builders.a_festival(rows)
    await builders.an_account(rows)
    return await house.signed_in("organiser")


def an_address() -> str:
    return f"guest{next(_numbers)}@festival.example"


async def invite(desk: httpx.AsyncClient, email: str, role: str = "juror", **more: Any) -> httpx.Response:
    body = {"email": email, "name": "Roya Daneshvar", "role": role, "lang": "en", **more}
    return await desk.post(INVITATIONS, json=body)


async def joined(house: House, email: str) -> httpx.AsyncClient:
    browser = house.browser()
    answer = await enter(browser, await ask(browser, email), mailed(house, email)[0])
    assert answer.status_code == 200, answer.text
    return browser


async def found(desk: httpx.AsyncClient, text: str) -> Any:
    [person] = (await desk.get(PEOPLE, params={"q": text})).json()["people"]
    return person


async def change(desk: httpx.AsyncClient, person: int, role: str, company: str | None = None) -> httpx.Response:
    return await desk.put(f"{PEOPLE}/{person}", json={"role": role, "company": company})


# Invitations


@pytest.mark.parametrize("role", ["organiser", "juror", "auditor"])
async def test_invited_address_gets_its_role_by_signing_in(house: House, desk: httpx.AsyncClient, role: str) -> None:
    email = an_address()

    made = await invite(desk, email.upper(), role)
    guest = await joined(house, email)

    account = await me(guest)
    assert (made.status_code, account["email"], account["role"], account["company"]) == (201, email, role, None)
    person = await found(desk, email)
    assert (person["passkeys"], person["disabled_at"], person["last_seen_at"] is None) == (0, None, False)


async def test_producer_is_invited_with_a_company_that_is_made(house: House, desk: httpx.AsyncClient) -> None:
    email = an_address()

    await invite(desk, email, "producer", company="Steppe Films")
    guest = await joined(house, email)

    assert (await me(guest))["company"]["name"] == "Steppe Films"


@pytest.mark.parametrize(("role", "company"), [("producer", None), ("juror", "Steppe Films")])
async def test_company_belongs_to_producers_and_to_nobody_else(
    desk: httpx.AsyncClient, role: str, company: str | None
) -> None:
    answer = await invite(desk, an_address(), role, company=company)

    assert code_of(answer) == (422, "invalid-value")


@pytest.mark.parametrize("lang", ["fa", "zh", "be"])
async def test_letter_comes_in_the_language_named_and_leads_to_the_page(
    house: House, desk: httpx.AsyncClient, lang: str
) -> None:
    email = an_address()

    await invite(desk, email, lang=lang)

    mail, inviter = house.mail_to(email), (await me(desk))["name"]
    festival = pick(builders.words("Meridian"), lang)
    assert mail.subject == LETTERS[lang]["invited_juror"].subject.format(inviter=inviter, festival=festival)
    assert f"http://testserver.local/jury?lang={lang}#to={email.replace('@', '%40')}" in mail.text


async def test_invited_again_the_later_role_stands(house: House, desk: httpx.AsyncClient) -> None:
    email = an_address()
    await invite(desk, email, "organiser")

    await invite(desk, email, "auditor")

    listed = [each for each in (await desk.get(INVITATIONS)).json()["invitations"] if each["email"] == email]
    assert [each["role"] for each in listed] == ["auditor"]
    assert (await me(await joined(house, email)))["role"] == "auditor"


async def test_address_with_an_account_is_not_invited(desk: httpx.AsyncClient, rows: Connection) -> None:
    known = await rows.fetchval("SELECT email FROM account WHERE id = $1", await builders.an_account(rows, "juror"))

    assert code_of(await invite(desk, known, "organiser")) == (409, "already-there")


async def test_invitation_taken_back_opens_nothing(house: House, desk: httpx.AsyncClient) -> None:
    email, browser = an_address(), house.browser()
    made = (await invite(desk, email, "organiser")).json()["id"]
    request = await ask(browser, email)

    taken = await desk.delete(f"{INVITATIONS}/{made}")

    assert (taken.status_code, code_of(await enter(browser, request, mailed(house, email)[0]))) == (
        204, (401, "code-refused"),
    )  # fmt: skip


async def test_expired_invitation_is_sent_again_in_its_own_language(
    house: House, desk: httpx.AsyncClient, rows: Connection
) -> None:
    email = an_address()
    made = (await invite(desk, email, lang="ru")).json()["id"]
    await rows.execute("UPDATE invitation SET expires_at = now() WHERE id = $1", made)
    letters = len(mailed(house, email))
    await ask(house.browser(), email)
    assert len(mailed(house, email)) == letters

    again = await desk.post(f"{INVITATIONS}/{made}/send")

    assert (again.status_code, again.json()["expired"], again.json()["lang"]) == (200, False, "ru")
    assert "?lang=ru" in house.mail_to(email).text
    await joined(house, email)


async def test_letters_to_one_address_are_limited(desk: httpx.AsyncClient) -> None:
    email = an_address()

    answers = [await invite(desk, email) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]


async def test_invitation_of_a_companys_own_page_is_in_the_list(house: House, desk: httpx.AsyncClient) -> None:
    email = an_address()
    producer = await house.signed_in("producer")
    await producer.post("/api/studio/people/invitations", json={"email": email, "name": "Pavel"})

    listed = [each for each in (await desk.get(INVITATIONS)).json()["invitations"] if each["email"] == email]

    assert [(each["role"], each["company"]["id"]) for each in listed] == [
        ("producer", (await me(producer))["company"]["id"])
    ]


# Roles


async def test_role_is_changed_and_every_session_ends(house: House, desk: httpx.AsyncClient, rows: Connection) -> None:
    juror = await house.signed_in("juror")
    person = (await me(juror))["id"]

    changed = await change(desk, person, "auditor")

    assert (changed.json()["role"], await me(juror)) == ("auditor", None)
    assert await rows.fetchval("SELECT count(*) FROM session WHERE account_id = $1", person) == 0


async def test_code_asked_for_before_a_change_opens_nothing_after_it(
    house: House, desk: httpx.AsyncClient, rows: Connection
) -> None:
    person = await builders.an_account(rows, "organiser")
    email = await rows.fetchval("SELECT email FROM account WHERE id = $1", person)
    browser = house.browser()
    request, issued = await ask(browser, email), await issue_code(house.settings.database_url, email)

    await change(desk, person, "juror")

    assert code_of(await enter(browser, request, mailed(house, email)[0])) == (401, "code-refused")
    assert code_of(await browser.post("/api/access/sign-in", json={"code": issued})) == (401, "code-refused")


async def test_same_role_again_changes_nothing(house: House, desk: httpx.AsyncClient) -> None:
    juror = await house.signed_in("juror")

    answer = await change(desk, (await me(juror))["id"], "juror")

    assert (answer.status_code, (await me(juror)) is None) == (200, False)


async def test_disabled_person_is_out_at_once_and_comes_back_as_they_were(
    house: House, desk: httpx.AsyncClient
) -> None:
    juror = await house.signed_in("juror")
    device, person = await enrol(juror), (await me(juror))["id"]

    disabled = await desk.post(f"{PEOPLE}/{person}/disable")
    out = [await me(juror), code_of(await sign_in(house.browser(), device))]
    enabled = await desk.post(f"{PEOPLE}/{person}/enable")

    assert (disabled.json()["disabled_at"] is None, out) == (False, [None, (401, "passkey-refused")])
    assert (enabled.json()["disabled_at"], enabled.json()["passkeys"]) == (None, 1)
    assert (await sign_in(house.browser(), device)).status_code == 200


async def test_nobody_takes_their_own_role_away(desk: httpx.AsyncClient) -> None:
    mine = (await me(desk))["id"]

    answers = [
        await change(desk, mine, "auditor"),
        await desk.post(f"{PEOPLE}/{mine}/disable"),
        await desk.post(f"{PEOPLE}/{mine}/forget-passkeys"),
    ]

    assert [code_of(answer) for answer in answers] == [(409, "organiser-stays")] * 3


async def test_two_organisers_who_remove_each_other_leave_one(house: House, rows: Connection) -> None:
    await rows.execute("UPDATE account SET disabled_at = now() WHERE role = 'organiser'")
    two = [await house.signed_in("organiser") for _ in range(2)]
    ids = [(await me(each))["id"] for each in two]

    answers = await asyncio.gather(two[0].post(f"{PEOPLE}/{ids[1]}/disable"), two[1].post(f"{PEOPLE}/{ids[0]}/disable"))

    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 403])
    assert await rows.fetchval("SELECT count(*) FROM account WHERE role = 'organiser' AND disabled_at IS NULL") == 1


async def test_lost_passkeys_are_forgotten_and_a_new_one_is_made(house: House, desk: httpx.AsyncClient) -> None:
    organiser = await house.signed_in("organiser")
    lost, account = await enrol(organiser), await me(organiser)

    answer = await desk.post(f"{PEOPLE}/{account['id']}/forget-passkeys")

    assert (answer.json()["passkeys"], await me(organiser)) == (0, None)
    assert code_of(await sign_in(house.browser(), lost)) == (401, "passkey-refused")
    assert "/desk?lang=" in house.mail_to(account["email"]).text
    await enrol(await joined(house, account["email"]))


async def test_operator_forgets_the_passkeys_of_the_only_organiser(house: House, rows: Connection) -> None:
    organiser = await house.signed_in("organiser")
    lost, email = await enrol(organiser), (await me(organiser))["email"]

    code = await issue_code(house.settings.database_url, email, forget_passkeys=True)

    assert code_of(await sign_in(house.browser(), lost)) == (401, "passkey-refused")
    browser = house.browser()
    await browser.post("/api/access/sign-in", json={"code": code})
    await enrol(browser)


@pytest.mark.parametrize("path", ["/999999/disable", "/999999/enable", "/999999/forget-passkeys"])
async def test_person_who_is_not_there_is_not_found(desk: httpx.AsyncClient, path: str) -> None:
    assert code_of(await desk.post(PEOPLE + path)) == (404, "not-found")


# Lists


async def test_people_come_by_name_page_by_page(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)
    desk = await house.signed_in("organiser")
    names = [f"Zed {number:03d}" for number in range(230)]
    await rows.executemany(
        "INSERT INTO account (email, name, role) VALUES ($1, $2, 'juror')",
        [(f"zed{position}@x.example", name) for position, name in enumerate(reversed(names))],
    )

    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = (await desk.get(PEOPLE, params={"after": after, "q": "zed", "role": "juror"})).json()
        seen += [person["name"] for person in page["people"]]
        after = page["next"]

    assert seen == names


@pytest.mark.parametrize("text", ["%", "_", "\\", "100%"])
async def test_signs_of_patterns_are_looked_for_as_they_are(desk: httpx.AsyncClient, text: str) -> None:
    assert (await desk.get(PEOPLE, params={"q": text})).json() == {"people": [], "next": None}


async def test_people_are_found_by_company_too(desk: httpx.AsyncClient, rows: Connection) -> None:
    company = await builders.a_company(rows, f"Nomad {next(_numbers)}")
    person = await builders.an_account(rows, "producer", company)

    assert (await found(desk, await rows.fetchval("SELECT name FROM company WHERE id = $1", company)))["id"] == person


# Companies


async def test_company_is_renamed_and_not_to_a_name_that_is_there(desk: httpx.AsyncClient, rows: Connection) -> None:
    first, second = [await builders.a_company(rows, f"House {next(_numbers)}") for _ in range(2)]
    path = f"/api/desk/companies/{first}"

    renamed = await desk.put(path, json={"name": f"New house {first}"})
    taken = await rows.fetchval("SELECT name FROM company WHERE id = $1", second)

    assert (renamed.json()["name"], code_of(await desk.put(path, json={"name": taken}))) == (
        f"New house {first}", (409, "already-there"),
    )  # fmt: skip


async def test_two_companies_become_one_with_people_series_and_invitations(
    house: House, desk: httpx.AsyncClient, rows: Connection
) -> None:
    gone, stays = await builders.a_company(rows), await builders.a_company(rows)
    producers = [await house.signed_in("producer", company) for company in (gone, stays)]
    series = await builders.a_series(rows, company=gone, released=False)
    both, one = an_address(), an_address()
    for producer, email in ((producers[0], both), (producers[1], both), (producers[0], one)):
        await producer.post("/api/studio/people/invitations", json={"email": email, "name": "X"})

    answer = await desk.post(f"/api/desk/companies/{gone}/merge", json={"into": stays})

    assert (answer.json()["people"], answer.json()["series"]) == (2, 1)
    assert [each["id"] for each in (await producers[1].get("/api/studio/series")).json()] == [series]
    [people] = (await producers[0].get("/api/studio/people")).json()
    assert sorted(each["email"] for each in people["invitations"]) == sorted([both, one])
    again = await desk.post(f"/api/desk/companies/{gone}/merge", json={"into": stays})
    assert code_of(again) == (404, "not-found")


async def test_company_is_not_joined_with_itself(desk: httpx.AsyncClient, rows: Connection) -> None:
    company = await builders.a_company(rows)

    answer = await desk.post(f"/api/desk/companies/{company}/merge", json={"into": company})

    assert code_of(answer) == (422, "invalid-value")


async def test_every_change_leaves_a_line_without_addresses(
    house: House, desk: httpx.AsyncClient, rows: Connection
) -> None:
    email, mine = an_address(), (await me(desk))["id"]
    made = (await invite(desk, email)).json()["id"]
    await desk.post(f"{INVITATIONS}/{made}/send")
    person = (await me(await joined(house, email)))["id"]
    await change(desk, person, "auditor")
    for act in ("disable", "disable", "enable", "forget-passkeys"):
        await desk.post(f"{PEOPLE}/{person}/{act}")
    other = (await invite(desk, an_address())).json()["id"]
    await desk.delete(f"{INVITATIONS}/{other}")

    lines = await rows.fetch("SELECT action, detail FROM audit_event WHERE account_id = $1 ORDER BY id", mine)

    assert [line["action"] for line in lines] == [
        "invite", "invite-again", "change-role", "disable", "enable", "forget-passkeys", "invite", "take-back-invitation",
    ]  # fmt: skip
    assert re.findall("@", str([line["detail"] for line in lines])) == []
