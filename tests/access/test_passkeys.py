"""Passkeys: making, using and removing them, and everything that must not open an account."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access import ceremonies
from api.access.ceremonies import Site, site_of
from api.access.passkey_schemas import GivenCredential, GivenResponse, MadeCredential, MadeResponse
from api.access.refusals import PasskeyRefused
from api.db import Connection
from api.voting.journal_rules import to_base64url
from tests.access.authenticator import ORIGIN, PRESENT, Authenticator, enrol, options_of, prove, sign_in
from tests.access.test_sign_in import me
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
REFUSED = (401, "passkey-refused")
SITE = Site("localhost", ORIGIN, b"k" * 32)


async def holder(house: House, role: Any = "organiser") -> tuple[httpx.AsyncClient, Authenticator]:
    browser = await house.signed_in(role)
    return browser, await enrol(browser)


async def long_ago(rows: Connection, browser: httpx.AsyncClient) -> None:
    """The proof of this session is no longer fresh."""
    query = "UPDATE session SET passkey_at = now() - interval '6 minutes' WHERE account_id = $1"
    await rows.execute(query, (await me(browser))["id"])


async def test_passkey_signs_in_without_an_address(house: House) -> None:
    browser, device = await holder(house)
    other = house.browser()

    answer = await sign_in(other, device)

    assert (answer.status_code, answer.json(), await me(other)) == (
        200,
        {"account": await me(browser)},
        await me(browser),
    )


async def test_sign_in_takes_the_place_of_the_session_the_browser_had(house: House, rows: Connection) -> None:
    _, device = await holder(house)
    browser, old = house.browser(), house.browser()
    await sign_in(browser, device)
    before = browser.cookies["sid"]

    await sign_in(browser, device)

    after = browser.cookies["sid"]
    old.cookies.set("sid", before)
    assert (after == before, await me(old), (await me(browser)) is None) == (False, None, False)


async def test_authenticator_without_a_counter_is_taken_each_time(house: House) -> None:
    browser = await house.signed_in("juror")
    device = await enrol(browser, Authenticator(counts=False))

    answers = [await sign_in(house.browser(), device) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "http://localhost.evil.example"},
        {"origin": "https://localhost"},
        {"site": "evil.example"},
        {"flags": PRESENT},
        {"challenge": to_base64url(bytes(56))},
        {"challenge": ""},
    ],
    ids=["origin", "scheme", "site", "unverified", "made-up challenge", "no challenge"],
)
async def test_answer_that_does_not_fit_is_refused(house: House, lies: dict[str, Any]) -> None:
    _, device = await holder(house)
    other = house.browser()

    answer = await sign_in(other, device, **lies)

    assert (code_of(answer), await me(other)) == (REFUSED, None)


async def test_challenge_is_good_for_one_answer(house: House) -> None:
    _, device = await holder(house)
    other = house.browser()
    options = await options_of(other, "passkeys/sign-in")
    answers = [device.answer(options) for _ in range(4)]

    got = await asyncio.gather(
        *(other.post("/api/access/passkeys/sign-in", json={"credential": each}) for each in answers)
    )

    assert sorted(answer.status_code for answer in got) == [200, 401, 401, 401]


async def test_challenge_of_another_browser_is_refused(house: House) -> None:
    _, device = await holder(house)
    mine, thief = house.browser(), house.browser()
    await options_of(thief, "passkeys/sign-in")
    credential = device.answer(await options_of(mine, "passkeys/sign-in"))

    answer = await thief.post("/api/access/passkeys/sign-in", json={"credential": credential})

    assert (code_of(answer), await me(thief)) == (REFUSED, None)


async def test_challenge_for_something_else_is_refused(house: House) -> None:
    browser, device = await holder(house)
    credential = device.answer(await options_of(browser, "proof"))

    answer = await browser.post("/api/access/passkeys/sign-in", json={"credential": credential})

    assert code_of(answer) == REFUSED


async def test_challenge_ends_after_five_minutes(house: House) -> None:
    _, device = await holder(house)
    other = house.browser()
    options = await options_of(other, "passkeys/sign-in")
    site = site_of(house.settings.public_url, house.settings.key)
    minted = datetime.now(UTC) - ceremonies.LIFE - timedelta(seconds=1)
    old = ceremonies.new_challenge(site, "sign-in", other.cookies["ceremony"], minted)

    answer = await other.post(
        "/api/access/passkeys/sign-in", json={"credential": device.answer(options, challenge=to_base64url(old))}
    )

    assert code_of(answer) == REFUSED


async def test_copy_with_an_older_counter_is_refused(house: House) -> None:
    _, device = await holder(house)
    await sign_in(house.browser(), device)
    device.count -= 1  # two copies of one key count from the same number

    answer = await sign_in(house.browser(), device)

    assert code_of(answer) == REFUSED


async def test_passkey_of_another_account_proves_nothing(house: House, rows: Connection) -> None:
    mine, _ = await holder(house)
    _, theirs = await holder(house)
    await long_ago(rows, mine)

    answer = await prove(mine, theirs)

    assert code_of(answer) == REFUSED
    assert code_of(await mine.post("/api/desk/accounts", json={})) == (403, "passkey-needed")


async def test_credential_under_the_handle_of_another_account_is_refused(house: House) -> None:
    _, mine = await holder(house)
    _, theirs = await holder(house)
    mine.handle = theirs.handle

    assert code_of(await sign_in(house.browser(), mine)) == REFUSED


async def test_signature_of_another_key_is_refused(house: House) -> None:
    _, device = await holder(house)
    forged = Authenticator()
    forged.id, forged.handle, forged.count = device.id, device.handle, device.count

    assert code_of(await sign_in(house.browser(), forged)) == REFUSED


async def test_removed_passkey_opens_nothing(house: House) -> None:
    browser, lost = await holder(house)
    await enrol(browser, name="Laptop")
    [passkey, _] = (await browser.get("/api/access/passkeys")).json()

    removed = await browser.delete(f"/api/access/passkeys/{passkey['id']}")

    assert (removed.status_code, code_of(await sign_in(house.browser(), lost))) == (204, REFUSED)


async def test_passkey_of_a_disabled_account_opens_nothing(house: House, rows: Connection) -> None:
    browser, device = await holder(house)
    await rows.execute("UPDATE account SET disabled_at = now() WHERE id = $1", (await me(browser))["id"])

    assert code_of(await sign_in(house.browser(), device)) == REFUSED


async def test_organiser_keeps_the_last_one_and_a_juror_need_not(house: House) -> None:
    answers = []
    for role in ("organiser", "juror"):
        browser, _ = await holder(house, role)
        [passkey] = (await browser.get("/api/access/passkeys")).json()
        answers.append(await browser.delete(f"/api/access/passkeys/{passkey['id']}"))

    assert (code_of(answers[0]), answers[1].status_code) == ((409, "passkey-stays"), 204)


async def test_two_that_are_removed_at_once_leave_one(house: House) -> None:
    browser, _ = await holder(house)
    await enrol(browser, name="Laptop")
    found = (await browser.get("/api/access/passkeys")).json()

    answers = await asyncio.gather(*(browser.delete(f"/api/access/passkeys/{each['id']}") for each in found))

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len((await browser.get("/api/access/passkeys")).json()) == 1


async def test_passkeys_are_named_and_belong_to_their_account(house: House) -> None:
    browser, _ = await holder(house)
    other, _ = await holder(house)
    [passkey] = (await browser.get("/api/access/passkeys")).json()
    path = f"/api/access/passkeys/{passkey['id']}"

    renamed = await browser.put(path, json={"name": "Blue key"})
    foreign = [await other.put(path, json={"name": "Mine"}), await other.delete(path)]

    assert (passkey["name"], renamed.json()["name"]) == ("Phone", "Blue key")
    assert [code_of(answer) for answer in foreign] == [(404, "not-found")] * 2


async def test_same_passkey_is_not_taken_twice(house: House) -> None:
    _browser, device = await holder(house)
    other = await house.signed_in("organiser")

    credential = device.make(await options_of(other, "passkeys"))
    answer = await other.post("/api/access/passkeys", json={"name": "Copy", "credential": credential})

    assert code_of(answer) == (409, "already-there")


async def test_making_one_asks_for_verification_and_names_those_there_are(house: House) -> None:
    browser, device = await holder(house)

    options = await options_of(browser, "passkeys")

    assert options["rp"] == {"id": "localhost", "name": "Tallscreen"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert [each["id"] for each in options["excludeCredentials"]] == [to_base64url(device.id)]


@pytest.mark.parametrize("lies", [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"flags": 0x41}])
async def test_passkey_made_elsewhere_is_refused(house: House, lies: dict[str, Any]) -> None:
    browser = await house.signed_in("organiser")
    credential = Authenticator().make(await options_of(browser, "passkeys"), **lies)

    answer = await browser.post("/api/access/passkeys", json={"name": "X", "credential": credential})

    assert (code_of(answer), (await browser.get("/api/access/passkeys")).json()) == (REFUSED, [])


async def test_nothing_secret_and_no_address_is_stored_of_a_passkey(house: House, rows: Connection) -> None:
    _browser, device = await holder(house)

    row = await rows.fetchrow("SELECT * FROM passkey WHERE credential = $1", device.id)

    private = device.key.private_numbers().private_value.to_bytes(32)
    assert row is not None
    assert private not in bytes(row["public_key"])
    assert set(row.keys()) == {
        "id", "account_id", "credential", "public_key", "sign_count", "name", "synced", "made_at", "used_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "id_", "origin"),
    [
        ("https://festival.example", "festival.example", "https://festival.example"),
        ("https://festival.example:443", "festival.example", "https://festival.example"),
        ("https://festival.example:8443", "festival.example", "https://festival.example:8443"),
        ("http://192.0.2.7:8000", "localhost", "http://localhost:8000"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_site_comes_from_the_address_people_type(url: str, id_: str, origin: str) -> None:
    assert site_of(url, b"k") == Site(id_, origin, b"k")


TEXT = st.binary(max_size=300).map(to_base64url)


@given(client=TEXT, other=TEXT, signature=TEXT)
def test_bytes_that_no_authenticator_made_are_refused_and_nothing_else(client: str, other: str, signature: str) -> None:
    made = MadeCredential(
        id=other, raw_id=other, type="public-key", response=MadeResponse(client_data=client, attestation=other)
    )
    response = GivenResponse(client_data=client, authenticator_data=other, signature=signature)
    given_ = GivenCredential(id=other, raw_id=other, type="public-key", response=response)

    with pytest.raises(PasskeyRefused):
        ceremonies.verify_made(SITE, made, b"challenge")
    with pytest.raises(PasskeyRefused):
        ceremonies.verify_given(SITE, given_, b"challenge", public_key=b"key", count=0)
    with pytest.raises(PasskeyRefused):
        ceremonies.end_of(SITE, "proof", "b", ceremonies.bytes_of(client), datetime.now(UTC))
