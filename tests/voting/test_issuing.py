"""Who gets a ballot: one for each badge, seat, mailbox and device, and none for anybody else."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from api import errors
from api.access.callers import Caller
from api.db import Connection
from api.live import RedisLive
from api.voting import issuing
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
NOWHERE = "redis://127.0.0.1:1/0"


async def ask(browser: httpx.AsyncClient, award: int, **proof: str) -> httpx.Response:
    return await browser.post(f"/api/awards/{award}/ballot", json=proof)


async def count(rows: Connection, award: int) -> int:
    return int(await rows.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award))


async def ask_mail(house: House, browser: httpx.AsyncClient, award: int, email: str) -> dict[str, str]:
    """The proof of a mailbox: a request and the code that came for it."""
    answer = await browser.post(f"/api/awards/{award}/ballot-codes", json={"email": email})
    assert answer.status_code == 202, answer.text
    return {"email_request": answer.json()["request"], "code": house.mail_to(email).text.split()[3].rstrip(".")}


async def test_one_badge_from_fifty_devices_at_once_is_one_ballot(house: House, rows: Connection) -> None:
    award, phones = await ballots.an_award(rows, "badge"), [house.browser() for _ in range(50)]

    for _ in range(20):
        before, badge = await count(rows, award), await ballots.a_badge(rows)
        answers = await asyncio.gather(*(ask(phone, award, badge=badge) for phone in phones))

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["ballot"] for answer in answers}) == 1
        assert await count(rows, award) == before + 1


async def test_badge_in_twenty_private_windows_brings_no_second_ballot(house: House, rows: Connection) -> None:
    award, badge = await ballots.an_award(rows, "badge", "kiosk"), await ballots.a_badge(rows)

    held = {(await ask(house.browser(), award, badge=badge)).json()["ballot"] for _ in range(20)}

    assert (len(held), await count(rows, award)) == (1, 1)


async def test_badge_has_a_ballot_of_its_own_in_each_award_and_the_keys_cannot_be_joined(
    house: House, rows: Connection
) -> None:
    first, second, badge = (
        await ballots.an_award(rows, "badge"),
        await ballots.an_award(rows, "badge"),
        await ballots.a_badge(rows),
    )

    for award in (first, second):
        assert (await ask(house.browser(), award, badge=badge)).json()["tier"] == "badge"

    keys = await rows.fetch("SELECT DISTINCT voter_key FROM ballot WHERE award_id = ANY($1)", [first, second])
    assert len(keys) == 2


@pytest.mark.parametrize("revoked", [True, False])
async def test_badge_that_was_withdrawn_or_never_made_is_refused(house: House, rows: Connection, revoked: bool) -> None:
    award = await ballots.an_award(rows, "badge")
    badge = await ballots.a_badge(rows, revoked=True) if revoked else "2" * 27

    assert code_of(await ask(house.browser(), award, badge=badge)) == (401, "badge-refused")
    assert await count(rows, award) == 0


@pytest.mark.parametrize(
    ("admitted", "proof"),
    [
        ("device", {"badge": "2" * 27}),
        ("device", {"hall": "ABCD2345"}),
        ("device", {"email_request": str(uuid4()), "code": "12345678"}),
        ("badge", {}),
        ("kiosk", {}),
    ],
)
async def test_tier_that_is_not_admitted_is_refused_and_the_admitted_are_named(
    house: House, rows: Connection, admitted: str, proof: dict[str, str]
) -> None:
    award = await ballots.an_award(rows, admitted)

    answer = await ask(house.browser(), award, **proof)

    assert code_of(answer) == (403, "tier-not-admitted")
    assert answer.json()["values"]["admitted"] == [admitted]
    assert await count(rows, award) == 0


async def test_code_by_mail_is_not_sent_where_mail_is_not_admitted(house: House, rows: Connection) -> None:
    award, sent = await ballots.an_award(rows, "device"), len(house.mailbox.mails)

    answer = await house.browser().post(f"/api/awards/{award}/ballot-codes", json={"email": "a@b.example"})

    assert (code_of(answer), len(house.mailbox.mails)) == ((403, "tier-not-admitted"), sent)


@pytest.mark.parametrize(
    "proof",
    [
        {"badge": "2" * 27, "hall": "ABCD2345"},
        {"code": "12345678"},
        {"email_request": str(uuid4())},
    ],
)
async def test_two_proofs_or_half_a_proof_are_refused(house: House, rows: Connection, proof: dict[str, str]) -> None:
    award = await ballots.an_award(rows, "badge", "hall", "email", "device")

    assert code_of(await ask(house.browser(), award, **proof)) == (422, "invalid-value")


@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_device_keeps_its_ballot_with_an_empty_body_or_none(house: House, rows: Connection, body: bytes) -> None:
    award, phone = await ballots.an_award(rows), house.browser()

    first, second = [(await phone.post(f"/api/awards/{award}/ballot", content=body)).json() for _ in range(2)]

    assert first == second
    assert (first["tier"], await count(rows, award)) == ("device", 1)


async def test_award_whose_secret_was_destroyed_issues_no_ballot(house: House, rows: Connection) -> None:
    award, badge = await ballots.an_award(rows, "device", "badge", "email"), await ballots.a_badge(rows)
    await rows.execute("DELETE FROM award_secret WHERE award_id = $1", award)

    answers = [await ask(house.browser(), award), await ask(house.browser(), award, badge=badge)]
    answers.append(await house.browser().post(f"/api/awards/{award}/ballot-codes", json={"email": "a@b.example"}))

    assert [code_of(answer) for answer in answers] == [(410, "voting-closed")] * 3


async def test_award_gets_its_secret_when_it_is_made(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)
    desk = await house.signed_in("organiser")
    times = {"opens_at": "2026-11-06T10:00:00Z", "closes_at": "2036-11-06T10:00:00Z"}

    made = await desk.post("/api/desk/awards", json={"slug": "grand", "name": {"en": "Grand"}, **times})

    assert made.status_code == 201, made.text
    assert len(await issuing.secret_of(rows, made.json()["id"])) == 32


async def test_mailbox_spelled_five_ways_is_one_ballot(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "email")
    ways = [
        "Jo.Doe@Gmail.com",
        "jo.doe+one@gmail.com",
        "jodoe@gmail.com",
        "JODOE+2@GOOGLEMAIL.COM",
        "j.odoe@googlemail.com",
    ]

    held = set()
    for way in ways:
        phone = house.browser()
        held.add((await ask(phone, award, **await ask_mail(house, phone, award, way))).json()["ballot"])

    assert (len(held), await count(rows, award)) == (1, 1)


async def test_code_by_mail_works_once(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, "email"), house.browser()
    proof = await ask_mail(house, phone, award, "once@mail.example")

    answers = await asyncio.gather(*(ask(phone, award, **proof) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 9


async def test_code_by_mail_is_gone_after_five_wrong_tries(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, "email"), house.browser()
    proof = await ask_mail(house, phone, award, "guessed@mail.example")
    wrong = {**proof, "code": "00000000" if proof["code"] != "00000000" else "11111111"}

    tries = await asyncio.gather(*(ask(house.browser(), award, **wrong) for _ in range(5)))

    assert {code_of(each) for each in tries} == {(401, "code-refused")}
    assert code_of(await ask(phone, award, **proof)) == (401, "code-refused")
    assert await count(rows, award) == 0


async def test_code_by_mail_is_refused_after_ten_minutes_and_in_another_award(house: House, rows: Connection) -> None:
    award, other, phone = await ballots.an_award(rows, "email"), await ballots.an_award(rows, "email"), house.browser()
    proof = await ask_mail(house, phone, award, "late@mail.example")

    assert code_of(await ask(phone, other, **proof)) == (401, "code-refused")
    await rows.execute("UPDATE ballot_code SET expires_at = clock_timestamp() WHERE award_id = $1", award)
    assert code_of(await ask(phone, award, **proof)) == (401, "code-refused")


async def test_newer_code_retires_the_older(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, "email"), house.browser()
    older = await ask_mail(house, phone, award, "twice@mail.example")
    newer = await ask_mail(house, phone, award, "TWICE@mail.example")

    assert code_of(await ask(phone, award, **older)) == (401, "code-refused")
    assert (await ask(phone, award, **newer)).status_code == 200


async def test_answer_is_the_same_whether_the_mailbox_has_a_ballot_or_not(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, "email"), house.browser()
    await ask(phone, award, **await ask_mail(house, phone, award, "known@mail.example"))

    known, new = [
        await house.browser().post(f"/api/awards/{award}/ballot-codes", json={"email": f"{who}@mail.example"})
        for who in ("known", "new")
    ]

    assert (known.status_code, known.json().keys()) == (new.status_code, new.json().keys()) == (202, {"request"})


async def test_sixth_mail_to_one_box_waits_however_it_is_spelled(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "email")

    answers = [
        await house.browser().post(f"/api/awards/{award}/ballot-codes", json={"email": f"full+{number}@mail.example"})
        for number in range(6)
    ]

    assert [answer.status_code for answer in answers] == [202] * 5 + [429]


async def test_without_redis_no_code_is_mailed_or_guessed_but_devices_and_badges_get_ballots() -> None:
    live = RedisLive(NOWHERE)
    phone = Caller("198.51.100.0/24", venue=False)

    for tier in ("device", "badge", "email"):
        await issuing.slow_down(live, phone, tier)
    with pytest.raises(errors.Unavailable):
        await issuing.slow_down(live, phone, "hall")
    with pytest.raises(errors.Unavailable):
        await issuing.slow_down_codes(live, phone)
    await live.close()
