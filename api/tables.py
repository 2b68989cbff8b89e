"""Tables as files that spreadsheets open. Pure."""

import csv
import io
from collections.abc import Iterable
from typing import Final

#: A spreadsheet takes what begins with one of these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(rows: Iterable[Iterable[object]], *, line_end: str = "\r\n") -> str:
    """The rows as CSV (RFC 4180), with no text in it that would be run as a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe_cell(cell: object) -> object:
    """Text that begins as a formula does is told to be text; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
