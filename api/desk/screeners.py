"""The access log of confidential films as a file."""

from collections.abc import Iterable, Iterator

from api.playback.screening_schemas import AccessLine
from api.tables import csv_of

LINES = 100_000
COLUMNS = ("at", "juror", "juror_name", "series", "title", "episode", "what", "part", "session")


def write_csv(lines: Iterable[AccessLine]) -> str:
    return csv_of([COLUMNS, *_rows(lines)])


def _rows(lines: Iterable[AccessLine]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        title = line.series_title.get("en") or next(iter(line.series_title.values()), "")
        who = (line.at.isoformat(), line.juror, line.juror_name)
        yield (*who, line.series, title, line.episode, line.what, line.part, line.session)
