"""A ballot to fill in by hand says in every language what the award takes, with the numbers that are keyed later."""

import io

import pytest
from pypdf import PdfReader

from api.db import Connection
from api.voting import paper
from api.voting.blank_ballot import SAID, facts_of
from api.voting.schemas import AwardKind
from api.voting.told_words import MESSAGES, Teller
from tests.builders import code_of
from tests.house import House
from tests.voting.bundles import KINDS
from tests.voting.papers import PaperDesk

pytest_plugins = ("tests.housing",)
MARKS = {"stars": ("values", 5), "grades": ("values", 6), "yesno": ("words", 2), "favourite": ("one", 0), "approval": ("one", 0), "ranking": ("write", 0)}  # fmt: skip


def test_every_language_says_everything() -> None:
    assert set(SAID) == set(MESSAGES)
    assert {frozenset(said) for said in SAID.values()} == {frozenset(SAID["en"])}


@pytest.mark.parametrize("kind", KINDS)
async def test_boxes_are_those_of_the_kind_and_numbers_those_that_are_keyed(house: House, kind: AwardKind) -> None:
    desk = await PaperDesk.open(house.pool, kind)
    async with house.pool.acquire() as db, db.transaction():
        page = await paper.paper_of(db, desk.award, desk.first)

    facts = facts_of(page, Teller("ru", "UTC"))

    assert (facts["marks"], len(facts["values"])) == MARKS[kind]
    assert [line["number"] for line in facts["entries"]] == [str(entry.number) for entry in page.entries]
    assert "{" not in facts["how"]
    if kind in ("approval", "ranking"):
        assert str(min(page.max, len(page.entries))) in facts["how"]


@pytest.mark.parametrize("lang", ["en", "ru", "uz"])
async def test_pdf_names_the_films_and_leaves_room_for_batch_and_sheet(house: House, lang: str) -> None:
    desk = await PaperDesk.open(house.pool, entries=40)
    auditor = await house.signed_in("auditor")
    page = (await auditor.get(f"/api/desk/awards/{desk.award}/paper")).json()

    answer = await auditor.get(f"/api/desk/awards/{desk.award}/paper.pdf", params={"lang": lang})

    read = PdfReader(io.BytesIO(answer.content))
    # The marks by which typst keeps words of both directions apart are letters for the reader.
    text = "\n".join(sheet.extract_text() for sheet in read.pages).replace("\u2069", "")
    assert (answer.headers["content-type"], len(read.pages) > 1) == ("application/pdf", True)
    assert all(words in text for words in (SAID[lang]["batch"], SAID[lang]["sheet"], SAID[lang]["name"]))
    assert all(entry["title"]["en"] in text for entry in page["entries"])


async def test_award_without_paper_has_no_ballot_of_paper(house: House, rows: Connection) -> None:
    desk = await PaperDesk.open(house.pool)
    await rows.execute("UPDATE award SET paper_until = NULL WHERE id = $1", desk.award)
    auditor = await house.signed_in("auditor")

    answer = await auditor.get(f"/api/desk/awards/{desk.award}/paper.pdf")

    assert code_of(answer)[1] == "tier-not-admitted"
