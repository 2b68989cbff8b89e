"""The proof of an award as everyone may ask for it."""

import asyncio
import base64
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
import uuid_utils.compat as uuids

from api.voting import proof
from api.voting.merkle import check_inclusion
from api.voting.notes import read_key, read_note, split_notes
from api.voting.one_file import one_file
from api.voting.sealer import Sealer
from api.voting.verify import check_path
from tests.builders import code_of
from tests.house import House
from tests.voting.urn import Urn

pytest_plugins = ("tests.housing",)


async def look(house: House) -> None:
    """What the background does every few seconds, at once."""
    for _ in range(3):  # the one in the background may hold the lock of a log for a moment
        await Sealer(house.pool, house.app.state.logbook, house.mailbox).look()


@pytest.fixture
async def urn(house: House) -> Urn:
    urn = await Urn.open(house.pool)
    await urn.vote(20)
    await look(house)
    return urn


async def close_and_publish(house: House, urn: Urn) -> httpx.Response:
    """One person asks, another agrees."""
    await urn.close()
    await urn.prove(house.app.state.logbook)
    address = f"/api/desk/awards/{urn.award}/publish"
    asked = await (await house.signed_in("organiser")).post(address)
    assert asked.status_code == 200, asked.text
    return await (await house.signed_in("auditor")).post(f"{address}/agree")


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


async def test_log_shows_a_fresh_signed_head_and_the_hash_of_the_rules(house: House, urn: Urn) -> None:
    browser = house.browser()

    log = (await browser.get(f"/api/awards/{urn.award}/log")).json()
    rules = await browser.get(f"/api/awards/{urn.award}/rules")

    key = read_key(log["key"])
    head, sealed = read_note(log["note"], key), read_note(log["checkpoint"], key)
    assert (head.origin, head.size, head.root) == (log["origin"], log["size"], raw(log["root"]))
    assert (sealed.size, sealed.root) == (head.size, head.root)
    assert head.line("time") == log["signed_at"][:19] + "Z"
    assert sha256(rules.content).hexdigest() == log["rules_sha256"]
    assert rules.headers["content-type"].startswith("application/json")
    assert (log["receipts"], log["published_at"]) == (True, None)


async def test_checkpoints_are_open_to_all_while_voting_runs(house: House, urn: Urn) -> None:
    browser = house.browser()
    log = (await browser.get(f"/api/awards/{urn.award}/log")).json()

    answer = await browser.get(f"/api/awards/{urn.award}/checkpoints")

    assert answer.headers["content-type"].startswith("text/plain")
    assert [read_note(note, read_key(log["key"])).size for note in split_notes(answer.text)] == [1]


async def test_votes_are_secret_until_publication(house: House, urn: Urn) -> None:
    browser = house.browser()

    for what in ("bundle", "result"):
        assert code_of(await browser.get(f"/api/awards/{urn.award}/{what}")) == (404, "result-not-published")


@pytest.mark.parametrize("what", ["log", "rules", "checkpoints", "bundle", "result"])
async def test_award_that_is_not_there_or_has_not_opened_is_said(house: House, what: str) -> None:
    browser, fresh = house.browser(), await Urn.open(house.pool)

    assert code_of(await browser.get(f"/api/awards/999999/{what}")) == (404, "not-found")
    assert code_of(await browser.get(f"/api/awards/{fresh.award}/{what}")) == (404, "log-not-started")


async def test_every_receipt_is_found_with_a_proof_and_without_the_vote(house: House) -> None:
    urn = await Urn.open(house.pool)
    browser, receipts = house.browser(), await urn.vote(40)
    address = f"/api/awards/{urn.award}/receipts"
    waiting = (await browser.get(f"{address}/{receipts[0]}")).json()
    assert (waiting["state"], waiting["index"]) == ("waiting", None)
    await urn.close()
    await look(house)
    log = (await browser.get(f"/api/awards/{urn.award}/log")).json()

    indexes = set()
    for receipt in receipts:
        found = (await browser.get(f"{address}/{receipt}")).json()
        checkpoint = read_note(found["checkpoint"], read_key(log["key"]))
        proof = [raw(each) for each in found["proof"]]
        assert found["state"] == "sealed"
        assert check_inclusion(raw(found["leaf_hash"]), found["index"], checkpoint.size, proof, checkpoint.root)
        assert set(found) == {"award", "receipt", "state", "index", "size", "leaf_hash", "proof", "checkpoint"}
        indexes.add(found["index"])
    assert indexes == set(range(1, 41))


async def test_receipt_is_found_however_it_is_typed(house: House, urn: Urn) -> None:
    [receipt] = await urn.vote(1, 5)
    typed = f" {receipt[:4]}-{receipt[4:8].lower()} {receipt[8:]} "

    found = (await house.browser().get(f"/api/awards/{urn.award}/receipts/{typed}")).json()

    assert (found["state"], found["receipt"]) == ("waiting", receipt)


async def test_vote_of_a_phone_is_followed_from_its_receipt_to_the_published_file(house: House, tmp_path: Path) -> None:
    urn = await Urn.open(house.pool)
    phone, address = house.browser(), f"/api/awards/{urn.award}"
    ballot = (await phone.post(f"{address}/ballot")).json()["ballot"]
    taps = [{"id": str(uuids.uuid7()), "entry": urn.entries[0], "value": value} for value in (2, 5)]
    receipts = [
        (await phone.post(f"{address}/votes", json=tap, headers={"Ballot": ballot})).json()["receipt"] for tap in taps
    ]
    await look(house)

    published = await close_and_publish(house, urn)

    assert published.status_code == 200, published.text
    states = [(await phone.get(f"{address}/receipts/{receipt}")).json()["state"] for receipt in receipts]
    assert states == ["sealed", "sealed"]
    result = (await phone.get(f"{address}/result")).json()["result"]
    assert (result["votes"], result["ranked"][0]["score"], result["winners"]) == (1, 5.0, [urn.entries[0]])
    (tmp_path / "bundle.zip").write_bytes((await phone.get(f"{address}/bundle")).content)
    assert check_path(tmp_path / "bundle.zip").wrong == []


@pytest.mark.parametrize("code", ["2345ABCDEFGH", "short", "x" * 300, "0O1I-0O1I-0O1I", "%00", "ф" * 12])
async def test_receipt_of_nobody_is_unknown(house: House, urn: Urn, code: str) -> None:
    answer = await house.browser().get(f"/api/awards/{urn.award}/receipts/{code}")

    assert (answer.status_code, answer.json()["state"]) == (200, "unknown")


async def test_receipt_of_another_award_is_unknown(house: House, urn: Urn) -> None:
    other = await Urn.open(house.pool)
    [receipt] = await other.vote(1)

    assert (await house.browser().get(f"/api/awards/{urn.award}/receipts/{receipt}")).json()["state"] == "unknown"


async def test_award_without_receipts_says_so(house: House, urn: Urn) -> None:
    [receipt] = await urn.vote(1, 6)
    await house.pool.execute("UPDATE award SET receipts = false WHERE id = $1", urn.award)

    assert code_of(await house.browser().get(f"/api/awards/{urn.award}/receipts/{receipt}")) == (404, "receipts-off")
    assert code_of(await house.browser().get("/api/awards/999999/receipts/x")) == (404, "not-found")


async def test_too_many_lookups_are_slowed(house: House, urn: Urn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "LOOKUPS", 3)
    browser = house.browser()

    answers = [(await browser.get(f"/api/awards/{urn.award}/receipts/x")).status_code for _ in range(5)]

    assert (answers[:3], answers[-1]) == ([200, 200, 200], 429)


async def test_organiser_publishes_and_everyone_can_verify_alone(house: House, urn: Urn, tmp_path: Path) -> None:
    published = await close_and_publish(house, urn)

    assert published.status_code == 200, published.text
    browser = house.browser()
    result = (await browser.get(f"/api/awards/{urn.award}/result")).json()
    assert result["published_at"] == published.json()["published_at"]
    assert result["result"]["votes"] > 0
    bundle = await browser.get(f"/api/awards/{urn.award}/bundle")
    assert bundle.headers["content-type"] == "application/zip"
    assert bundle.headers["content-disposition"].startswith('attachment; filename="meridian-award-')
    (tmp_path / "bundle.zip").write_bytes(bundle.content)
    (tmp_path / "verify.py").write_bytes((await browser.get("/verify.py")).content)
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-I", "verify.py", "bundle.zip"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr, ran.stdout.splitlines()[-1]) == (0, "", "Everything agrees.")
    assert check_path(tmp_path / "bundle.zip").wrong == []


async def test_verifier_for_download_is_the_one_file(house: House) -> None:
    answer = await house.browser().get("/verify.py")

    assert (answer.status_code, answer.text) == (200, one_file())
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"


async def test_publication_takes_two_people_is_audited_once_and_refused_before_its_time(house: House, urn: Urn) -> None:
    organiser, second = await house.signed_in("organiser"), await house.signed_in("organiser")
    address = f"/api/desk/awards/{urn.award}/publish"
    assert code_of(await organiser.post(address)) == (409, "voting-not-over")
    await urn.close()
    await urn.prove(house.app.state.logbook)
    assert code_of(await second.post(f"{address}/agree")) == (409, "publication-not-asked")

    asked, again = await organiser.post(address), await organiser.post(address)
    alone = await organiser.post(f"{address}/agree")
    agreed, repeated = await second.post(f"{address}/agree"), await second.post(f"{address}/agree")

    assert (asked.status_code, asked.json()["state"], asked.json()) == (200, "asked", again.json())
    assert code_of(alone) == (403, "second-person-needed")
    assert (agreed.status_code, agreed.json()["state"], agreed.json()) == (200, "published", repeated.json())
    assert agreed.json() == (await organiser.post(address)).json()
    assert agreed.json()["asked_by"]["id"] != agreed.json()["agreed_by"]["id"]
    rows = await house.pool.fetch("SELECT action FROM audit_event WHERE object = $1 ORDER BY id", f"award:{urn.award}")
    assert [row["action"] for row in rows] == ["ask-publish", "publish"]


async def test_auditor_gets_the_checkpoints_by_mail(house: House) -> None:
    await house.signed_in("auditor")
    urn = await Urn.open(house.pool)

    await look(house)

    [note] = await urn.notes()
    assert any(note in mail.text and "Checkpoint" in mail.subject for mail in house.mailbox.mails)


async def test_result_says_what_the_page_needs(house: House, urn: Urn) -> None:
    await close_and_publish(house, urn)

    found = (await house.browser().get(f"/api/awards/{urn.award}/result")).json()["result"]

    async with house.pool.acquire() as db:
        text = await db.fetchval("SELECT text FROM award_result WHERE award_id = $1", urn.award)
    assert found == json.loads(text)
    assert {"ranked", "unranked", "winners", "winners_by_method", "stability"} <= found.keys()
