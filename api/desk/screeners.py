"""The access log of confidential films as a file."""

import csv
import io
from collections.abc import Iterable

from api.playback.screening_schemas import AccessLine

LINES = 100_000
COLUMNS = ("at", "juror", "juror_name", "series", "title", "episode", "what", "part", "session")
#: A spreadsheet takes what begins with these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(lines: Iterable[AccessLine]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        title = line.series_title.get("en") or next(iter(line.series_title.values()), "")
        who = (line.at.isoformat(), line.juror, _safe(line.juror_name))
        writer.writerow((*who, line.series, _safe(title), line.episode, line.what, line.part, line.session))
    return out.getvalue()


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
