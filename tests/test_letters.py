"""Mails in every language of the pages, and in the language of the page that asks for them."""

import re
from pathlib import Path

import pytest

from api.db import Connection
from api.letters import LETTERS, write
from api.mail import CapturedMail
from api.voting.logbook import LogBook
from api.voting.sealer import Sealer
from tests import builders
from tests.house import House
from tests.voting.test_sealing import SIGNER, urn  # noqa: F401
from tests.voting.urn import Urn

pytest_plugins = ("tests.housing",)
SPOKEN = re.findall(
    r'\{ code: "([a-z]+)"', (Path(__file__).parents[1] / "web/src/shared/languages.ts").read_text(encoding="utf-8")
)
HOLE = re.compile(r"\{(\w+)\}")


def holes(lang: str) -> dict[str, tuple[set[str], set[str]]]:
    return {
        kind: (set(HOLE.findall(letter.subject)), set(HOLE.findall(letter.text)))
        for kind, letter in LETTERS[lang].items()
    }


def test_every_language_of_the_pages_has_every_letter() -> None:
    assert len(set(SPOKEN)) == 11
    assert {lang: holes(lang) for lang in LETTERS} == {lang: holes("en") for lang in SPOKEN}


@pytest.mark.parametrize("lang", sorted(LETTERS))
def test_no_letter_is_left_in_english(lang: str) -> None:
    english = {text for letter in LETTERS["en"].values() for text in (letter.subject, letter.text)}
    said = {text for letter in LETTERS[lang].values() for text in (letter.subject, letter.text)}

    assert lang == "en" or not english & said


def test_letter_in_an_unknown_language_is_english() -> None:
    assert write("sign_in", "xx", code="1") == write("sign_in", None, code="1") == write("sign_in", "en", code="1")


async def test_code_is_mailed_in_the_language_of_the_page(house: House, rows: Connection) -> None:
    email = await rows.fetchval("SELECT email FROM account WHERE id = $1", await builders.an_account(rows, "juror"))
    browser = house.browser()

    asked = await browser.post("/api/access/codes", json={"email": email}, headers={"Accept-Language": "fa"})

    mail = house.mail_to(email)
    [code] = re.findall(r"\d{8}", mail.text)
    assert (mail.to, mail.subject, mail.text) == (
        email,
        LETTERS["fa"]["sign_in"].subject,
        LETTERS["fa"]["sign_in"].text.format(code=code),
    )
    entered = await browser.post(
        "/api/access/sessions",
        json={"request": asked.json()["request"], "code": code},
        headers={"Accept-Language": "ur"},
    )
    assert entered.status_code == 200
    assert await rows.fetchval("SELECT lang FROM account WHERE email = $1", email) == "ur"


async def test_checkpoint_comes_in_the_language_of_its_auditor(urn: Urn) -> None:  # noqa: F811
    async with urn.pool.acquire() as db:
        auditor = await builders.an_account(db, "auditor")
        await db.execute("UPDATE account SET lang = 'be' WHERE id = $1", auditor)
        email = await db.fetchval("SELECT email FROM account WHERE id = $1", auditor)
    mailbox = CapturedMail()

    await Sealer(urn.pool, LogBook(SIGNER), mailbox).look()

    [mail] = [mail for mail in mailbox.mails if mail.to == email]
    start = LETTERS["be"]["checkpoint"].text.split("{notes}", maxsplit=1)[0]
    assert mail.text.startswith(start)
