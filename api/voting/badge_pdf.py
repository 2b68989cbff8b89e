"""Badges as a PDF to print and cut: sheets of codes, A6 badges four to a page, or labels twenty-four to a sheet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias

from api import qr
from api.paper import print_pdf
from api.voting.voter_schemas import PrintedBadge
from api.words import Lang

PdfForm: TypeAlias = Literal["a4", "a6", "labels"]
PDF_FORMS: Final[tuple[PdfForm, ...]] = ("a4", "a6", "labels")


def print_badges(badges: Sequence[PrintedBadge], form: PdfForm, *, names: bool, lang: Lang, made_at: datetime) -> bytes:
    """Some 6 ms of a processor for each badge: call it in a thread."""
    codes = {f"{number}.svg": qr.svg(badge.url).encode() for number, badge in enumerate(badges)}
    cells = [{"label": badge.label if names else "", "code": code} for badge, code in zip(badges, codes, strict=True)]
    facts = {"form": form, "title": "QR", "badges": cells}
    return print_pdf("badges", facts, lang=lang, made_at=made_at, pictures=codes)
