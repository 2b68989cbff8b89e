"""Printed pages: every language of the project in its own letters, the same bytes for the same facts, text as text."""

import io
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from api import qr
from api.paper import draw_pages, print_pdf

SAMPLE = str(Path(__file__).with_name("sample_paper"))
MADE = datetime(2026, 11, 14, 22, 41, tzinfo=UTC)
HASH = "7f3a91c2e04b" * 8
SAID = {
    "en": "Protocol of the count",
    "zh": "计票记录：最后一班电车",
    "ru": "Протокол подсчёта",
    "hi": "मतगणना का प्रोटोकॉल",
    "ur": "گنتی کا ریکارڈ",
    "fa": "صورت‌جلسهٔ شمارش",
    "kk": "Санау хаттамасы: әғқңөұүһі",
    "ky": "Эсептөө протоколу: өүң",
    "tg": "Протоколи ҳисоб: ғӣқӯҳҷ",
    "uz": "Hisob bayonnomasi: oʻ gʻ",
    "be": "Пратакол падліку: ў і",
}


def facts(title: str) -> dict[str, Any]:
    return {"title": title, "pairs": [["#panic()", "$x$ *bold* \\ `code`"], [title, "1"]], "hash": HASH}


def printed(lang: str, title: str) -> bytes:
    pictures = {"code.svg": qr.svg("https://festival.example/results/audience").encode()}
    return print_pdf(SAMPLE, facts(title), lang=lang, made_at=MADE.replace(microsecond=7), pictures=pictures)


def letters_of(text: str) -> set[str]:
    """What is written, whatever order and forms a PDF keeps it in."""
    return {each for each in unicodedata.normalize("NFKC", text) if each.isalnum()}


@pytest.mark.parametrize("lang", sorted(SAID))
def test_every_letter_of_a_language_is_in_the_file(lang: str) -> None:
    pdf = PdfReader(io.BytesIO(printed(lang, SAID[lang])))

    assert letters_of(SAID[lang]) <= letters_of(pdf.pages[0].extract_text())
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.creation_date) == (SAID[lang], MADE)


def test_text_is_never_markup() -> None:
    text = PdfReader(io.BytesIO(printed("en", SAID["en"]))).pages[0].extract_text()

    assert "#panic()" in text
    assert "$x$ *bold* \\ `code`" in text
    assert HASH in text.replace("\n", "").replace("\u200b", "")


def test_same_facts_give_the_same_bytes() -> None:
    assert printed("fa", SAID["fa"]) == printed("fa", SAID["fa"])
    assert printed("fa", SAID["fa"]) != printed("fa", SAID["ur"])


@pytest.mark.parametrize(("lang", "starts_left"), [("en", True), ("fa", False)])
def test_page_begins_where_its_language_does(lang: str, starts_left: bool) -> None:
    pictures = {"code.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'}
    [page] = draw_pages(SAMPLE, facts(SAID[lang]), lang=lang, pictures=pictures)

    picture = Image.open(io.BytesIO(page)).convert("L")
    half = picture.width // 2
    title = [picture.crop((x, 55, x + half, 95)).histogram() for x in (0, half)]
    left, right = (sum(shades[:128]) for shades in title)
    assert (left > right) is starts_left
