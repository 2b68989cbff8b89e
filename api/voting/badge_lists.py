"""Lists of badges: read from CSV, written as CSV and as a sheet to print. No await, no I/O."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from api import errors, qr
from api.access.rules import CLEAR_ALPHABET, digest
from api.voting.voter_schemas import PrintedBadge

LINES = 5000
SHOWN_LINES = 100
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{21,63}")
#: No control characters, and no beginning that a spreadsheet would take for a formula.
_LABEL = re.compile(r"[^\x00-\x1f\x7f=+@\t-][^\x00-\x1f\x7f]{0,79}")
_COLUMNS = ("label", "token", "url")


class Line(Struct, frozen=True):
    """One badge of a list; without a token one is to be made."""

    label: str
    token: str | None


def read_list(text: str, *, labels: bool) -> list[Line]:
    """The badges of a list, or BadLines naming every line that is not one.

    A line is `token`, `label,token` or what `write_csv` wrote; with `labels` it is a label. Empty lines and a first
    line of column names are passed over.
    """
    lines: list[Line] = []
    wrong: list[dict[str, object]] = []
    seen: set[str] = set()
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    for cells in _rows(rows):
        given = [cell.strip() for cell in cells]
        if not any(given) or (not lines and not wrong and _is_header(given)):
            continue
        line, why = _read_line(given, labels=labels)
        name = "" if line is None else line.token or line.label
        if why is None and name in seen:
            why = "twice"
        if why is not None or line is None:
            wrong.append({"line": rows.line_num, "why": why})
        else:
            seen.add(name)
            lines.append(line)
        if len(lines) + len(wrong) > LINES:
            raise errors.TooLarge(f"A list has {LINES} lines at most.", limit=LINES)
    if wrong:
        raise errors.BadLines(lines=wrong[:SHOWN_LINES], bad=len(wrong))
    return lines


def _rows(rows: Iterable[list[str]]) -> Iterable[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise errors.Unprocessable("This is not a list of lines with commas.", field="csv") from error


def _is_header(cells: Sequence[str]) -> bool:
    return [cell.lower() for cell in cells] in (["token"], ["label"], list(_COLUMNS[:2]), list(_COLUMNS))


def _read_line(cells: Sequence[str], *, labels: bool) -> tuple[Line | None, str | None]:
    """The badge of a line, or why there is none."""
    if len(cells) > (1 if labels else len(_COLUMNS)):
        return None, "columns"
    token = None if labels else cells[0] if len(cells) == 1 else cells[1]
    if token is not None and not _TOKEN.fullmatch(token):
        return None, "token"
    label = made_label(token) if token is not None and len(cells) == 1 else cells[0]
    if not _LABEL.fullmatch(label):
        return None, "label"
    return Line(label, token), None


def made_label(token: str) -> str:
    """A name for a badge that came without one; it tells nothing of the token."""
    number = int.from_bytes(digest(f"label:{token}")[:8])
    return "".join(CLEAR_ALPHABET[number // 30**place % 30] for place in range(10))


def write_csv(badges: Iterable[PrintedBadge]) -> str:
    """`label,token,url` lines, which `read_list` reads back."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((badge.label, badge.token, badge.url) for badge in badges)
    return text.getvalue()


def require_printable(count: int, form: str) -> None:
    """TooLarge before anything is kept whose tokens could then not be told."""
    if form == "sheet" and count > qr.SHEET:
        raise errors.TooLarge(f"A sheet has {qr.SHEET} badges at most.", limit=qr.SHEET)


def write_sheet(badges: Iterable[PrintedBadge]) -> str:
    """A page to print: a QR code for each badge with its label under it."""
    return qr.sheet((qr.Code(badge.url, (badge.label,)) for badge in badges), qr.BADGES)
