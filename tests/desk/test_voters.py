"""Badges on the desk: lists come in whole or not at all, tokens are told once, and sheets can be printed."""

import asyncio
import csv
import io
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from api import errors, qr
from api.db import Connection
from api.voting import badge_lists
from api.voting.badge_lists import Line, read_list
from api.voting.voter_schemas import PrintedBadge
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
TOKENS = [f"TICKET{number:022d}" for number in range(10)]


@pytest.fixture
async def desk(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    await rows.execute("DELETE FROM badge")
    return await house.signed_in("organiser")


async def bring(desk: httpx.AsyncClient, text: str, **more: Any) -> httpx.Response:
    return await desk.post("/api/desk/badges/import", json={"csv": text} | more)


async def count(rows: Connection) -> int:
    return int(await rows.fetchval("SELECT count(*) FROM badge"))


async def test_made_badges_get_a_ballot_and_go_on_in_number(
    house: House, rows: Connection, desk: httpx.AsyncClient
) -> None:
    award = await ballots.an_award(rows, "badge")

    first = (await desk.post("/api/desk/badges", json={"count": 2})).json()
    second = (await desk.post("/api/desk/badges", json={"count": 1, "prefix": "Press "})).json()

    assert [badge["label"] for badge in first["badges"] + second["badges"]] == ["B0001", "B0002", "Press 0003"]
    assert (first["added"], first["known"]) == (2, 0)
    for badge in first["badges"]:
        assert badge["url"] == f"{house.settings.public_url}/b/{badge['token']}"
        answer = await house.browser().post(f"/api/awards/{award}/ballot", json={"badge": badge["token"]})
        assert answer.json()["tier"] == "badge"


async def test_list_of_tokens_comes_in_once_however_often_it_is_sent(rows: Connection, desk: httpx.AsyncClient) -> None:
    text = f"label,token\n\nRow 1,{TOKENS[0]}\n{TOKENS[1]}\n"

    first, second = (await bring(desk, text)).json(), (await bring(desk, text)).json()

    assert (first["added"], first["known"], second["added"], second["known"]) == (2, 0, 0, 2)
    assert first["badges"] == second["badges"]
    assert [badge["token"] for badge in first["badges"]] == TOKENS[:2]
    assert await count(rows) == 2


async def test_list_of_labels_gets_tokens_once_also_when_it_comes_twice_at_the_same_time(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(bring(desk, "Anna\nBoris\n", labels=True) for _ in range(8)))

    outcomes = sorted((answer.json()["added"], answer.json()["known"]) for answer in answers)
    assert outcomes == [(0, 2)] * 7 + [(2, 0)]
    assert await count(rows) == 2
    assert (await bring(desk, "Anna\nVera\n", labels=True)).json()["added"] == 1


async def test_bad_lines_are_named_by_number_and_nothing_is_imported(rows: Connection, desk: httpx.AsyncClient) -> None:
    lines = [
        TOKENS[0],
        "short",
        f"=1+1,{TOKENS[1]}",
        f"a,{TOKENS[2]},c,d",
        "",
        TOKENS[0],
        f"ok,{TOKENS[3]}",
        "name,to ken",
    ]

    answer = await bring(desk, "\n".join(lines))

    assert code_of(answer) == (422, "bad-lines")
    assert answer.json()["values"] == {
        "lines": [
            {"line": 2, "why": "token"},
            {"line": 3, "why": "label"},
            {"line": 4, "why": "columns"},
            {"line": 6, "why": "twice"},
            {"line": 8, "why": "token"},
        ],
        "bad": 5,
    }
    assert await count(rows) == 0


async def test_list_that_is_too_long_is_refused(rows: Connection, desk: httpx.AsyncClient) -> None:
    longest = "\n".join(f"person {number}" for number in range(badge_lists.LINES))

    assert code_of(await bring(desk, f"{longest}\none more", labels=True)) == (413, "too-large")
    assert await count(rows) == 0
    assert (await bring(desk, longest, labels=True)).json()["added"] == badge_lists.LINES


async def test_csv_that_was_saved_brings_the_same_badges_and_their_sheet_again(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    saved = await desk.post("/api/desk/badges?as=csv", json={"count": 5})

    sheet = await desk.post("/api/desk/badges/import?as=sheet", json={"csv": saved.text})

    assert saved.headers["content-type"].startswith("text/csv")
    assert [row["label"] for row in csv.DictReader(io.StringIO(saved.text))] == [
        f"B000{number}" for number in range(1, 6)
    ]
    assert (sheet.text.count("<svg"), sheet.text.count("B000"), await count(rows)) == (5, 5, 5)
    assert {answer.headers["cache-control"] for answer in (saved, sheet)} == {"no-store"}


async def test_sheet_shows_labels_as_text_and_loads_nothing(rows: Connection, desk: httpx.AsyncClient) -> None:
    sheet = await desk.post("/api/desk/badges/import?as=sheet", json={"csv": "<b>Anna</b> & Co\n", "labels": True})

    assert await rows.fetchval("SELECT label FROM badge") == "<b>Anna</b> & Co"
    assert "&lt;b&gt;Anna&lt;/b&gt; &amp; Co" in sheet.text
    assert "<b>" not in sheet.text
    assert "default-src 'none'" in sheet.headers["content-security-policy"]
    assert [word for word in ("<script", "<link", "<img", "@import", "url(") if word in sheet.text] == []


async def test_sheet_that_is_too_long_is_refused_before_tokens_are_made(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    made = await desk.post("/api/desk/badges?as=sheet", json={"count": qr.SHEET + 1})
    labels = "\n".join(f"person {number}" for number in range(qr.SHEET + 1))
    brought = await desk.post("/api/desk/badges/import?as=sheet", json={"csv": labels, "labels": True})

    assert [code_of(answer) for answer in (made, brought)] == [(413, "too-large")] * 2
    assert await count(rows) == 0


async def test_withdrawn_badge_gets_no_ballot_and_does_not_come_back_with_its_list(
    house: House, rows: Connection, desk: httpx.AsyncClient
) -> None:
    award = await ballots.an_award(rows, "badge")
    await bring(desk, f"Row 1,{TOKENS[0]}")
    [badge] = (await desk.get("/api/desk/badges")).json()["badges"]

    revoked = [(await desk.post(f"/api/desk/badges/{badge['id']}/revoke")).json() for _ in range(2)]
    again = (await bring(desk, f"Row 1,{TOKENS[0]}")).json()

    assert revoked[0] == revoked[1]
    assert revoked[0]["revoked_at"] is not None
    assert (again["added"], again["known"], again["badges"]) == (0, 1, [])
    answer = await house.browser().post(f"/api/awards/{award}/ballot", json={"badge": TOKENS[0]})
    assert code_of(answer) == (401, "badge-refused")
    assert code_of(await desk.post("/api/desk/badges/999999/revoke")) == (404, "not-found")


async def test_badges_are_listed_in_pages(rows: Connection, desk: httpx.AsyncClient) -> None:
    await desk.post("/api/desk/badges", json={"count": 501})

    first = (await desk.get("/api/desk/badges")).json()
    second = (await desk.get(f"/api/desk/badges?after={first['next']}")).json()

    assert (len(first["badges"]), len(second["badges"]), second["next"]) == (500, 1, None)
    assert "token" not in first["badges"][0]


async def test_changes_are_in_the_audit_log_without_tokens(rows: Connection, desk: httpx.AsyncClient) -> None:
    before = int(await rows.fetchval("SELECT count(*) FROM audit_event"))

    await desk.post("/api/desk/badges", json={"count": 1})
    await bring(desk, TOKENS[0])

    noted = await rows.fetch("SELECT action, object, detail FROM audit_event ORDER BY id OFFSET $1", before)
    assert [tuple(row) for row in noted] == [
        ("make", "badges", {"added": 1}),
        ("import", "badges", {"added": 1, "known": 0}),
    ]


@pytest.mark.parametrize(
    ("text", "labels", "lines"),
    [
        ("", False, []),
        ("token\n", False, []),
        (TOKENS[0], False, [(badge_lists.made_label(TOKENS[0]), TOKENS[0])]),
        (f"﻿label,token,url\r\n\"Doe, Jo\",{TOKENS[0]},https://x/b/1\r\n", False, [("Doe, Jo", TOKENS[0])]),
        ("Anna\n\nБорис\n", True, [("Anna", None), ("Борис", None)]),
    ],
)  # fmt: skip
def test_lists_are_read(text: str, labels: bool, lines: list[tuple[str, str | None]]) -> None:
    assert read_list(text, labels=labels) == [Line(*line) for line in lines]


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_a_list_or_is_refused_with_a_sentence(text: str, labels: bool) -> None:
    try:
        lines = read_list(text, labels=labels)
    except errors.FestivalError:
        return
    assert all(0 < len(line.label) <= 80 and "\n" not in line.label for line in lines)


@given(st.lists(st.sampled_from(TOKENS), unique=True))
def test_what_is_written_is_read_back(tokens: list[str]) -> None:
    badges = [PrintedBadge(label=f'a, "{token[-1]}"', token=token, url=f"https://x/b/{token}") for token in tokens]

    lines = read_list(badge_lists.write_csv(badges), labels=False)

    assert lines == [Line(badge.label, badge.token) for badge in badges]


def pdf_of(answer: httpx.Response) -> PdfReader:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text[:200]
    assert answer.headers["cache-control"] == "no-store"
    return PdfReader(io.BytesIO(answer.content))


@pytest.mark.parametrize(("form", "pages"), [("a4", 4), ("a6", 13), ("labels", 3)])
async def test_badges_are_printed_as_a_pdf_of_whole_sheets(desk: httpx.AsyncClient, form: str, pages: int) -> None:
    """Each with its name, on as many A4 pages as it takes."""
    pdf = pdf_of(await desk.post("/api/desk/badges", params={"as": form}, json={"count": 50, "prefix": "Guest "}))

    assert len(pdf.pages) == pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.pages} == {(595, 842)}
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert all(f"Guest {number:04d}" in text for number in range(1, 51))


async def test_codes_are_printed_without_names_where_these_are_nobodys_business(desk: httpx.AsyncClient) -> None:
    asked = {"as": "labels", "names": "false"}

    pdf = pdf_of(await desk.post("/api/desk/badges", params=asked, json={"count": 3, "prefix": "Guest "}))

    assert pdf.pages[0].extract_text().strip() == ""


async def test_list_with_its_tokens_can_be_printed_again_and_in_any_script(desk: httpx.AsyncClient) -> None:
    text = f"label,token\n李 明,{TOKENS[0]}\nآیدا,{TOKENS[1]}\n"

    for _ in range(2):
        pdf = pdf_of(await desk.post("/api/desk/badges/import?as=a6", json={"csv": text}))
        assert "李" in pdf.pages[0].extract_text()
