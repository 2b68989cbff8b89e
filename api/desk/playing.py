"""How films played: until the first picture, standing still, and how large the picture was; by part of the programme,
by day, and in the halls or elsewhere. Counted together with the report, so the same few people are never told of."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from api.db import Connection, fetch_all, read_queries
from api.desk import report_rules as rules
from api.desk.report_rules import Cell
from api.desk.report_schemas import LinesShare, Played, Playing
from api.playback.lines import lines_of
from api.studio.stay_rules import may_show

Q = read_queries(Path(__file__).parent, "playing.sql")
_PATIENCE: Final = 60.0


class PlayedRow(Struct, frozen=True, kw_only=True):
    """`starts` are the middle and the ninth of ten, milliseconds; `stalled` is in seconds."""

    kind: str
    key: str
    viewers: int
    views: int
    seconds: float
    starts: list[float | None] | None
    stalls: int
    stalled: float


class RungRow(Struct, frozen=True, kw_only=True):
    kind: str
    key: str
    rung: str
    seconds: float


async def count(tx: Connection, festival: int, seq: int) -> Played | None:
    rows = await fetch_all(tx, Q["played_by"], festival, seq, into=PlayedRow)
    return played_of(rows, await fetch_all(tx, Q["rungs_by"], festival, seq, into=RungRow))


def played_of(rows: Sequence[PlayedRow], rungs: Iterable[RungRow]) -> Played | None:
    """None where too few watched. A part that may not be shown is not there."""
    sizes = _by_lines(rungs)
    whole = next((row for row in rows if row.kind == "all"), None)
    if whole is None or not may_show(whole.viewers):
        return None

    def parts(kind: str, together: rules.Together) -> list[Playing]:
        known = {row.key: row for row in rows if row.kind == kind}
        cells = [Cell(key=row.key, viewers=row.viewers, views=row.views, seconds=row.seconds) for row in known.values()]
        shown = rules.by_key(rules.veil(cells, together))
        return [_playing(known[each.key], sizes) for each in shown if each.key is not None]

    return Played(
        whole=_playing(whole, sizes),
        sections=parts("section", rules.apart),
        networks=parts("network", rules.overlapping),
        days=parts("day", rules.overlapping),
    )


def _by_lines(rungs: Iterable[RungRow]) -> dict[tuple[str, str], dict[int, float]]:
    found: dict[tuple[str, str], dict[int, float]] = {}
    for row in rungs:
        lines = lines_of(row.rung)
        if lines is not None:
            part = found.setdefault((row.kind, row.key), {})
            part[lines] = part.get(lines, 0.0) + row.seconds
    return found


def _playing(row: PlayedRow, sizes: Mapping[tuple[str, str], Mapping[int, float]]) -> Playing:
    middle, ninth = row.starts or (None, None)
    played = sizes.get((row.kind, row.key), {})
    total = sum(played.values())
    return Playing(
        key=row.key,
        viewers=row.viewers,
        start_ms=None if middle is None else round(middle),
        slow_ms=None if ninth is None else round(ninth),
        stalls_hour=round(3600 * row.stalls / row.seconds, 2) if row.seconds else 0.0,
        stalled=round(row.stalled / (row.stalled + row.seconds), 4) if row.seconds else 0.0,
        lines=[LinesShare(lines=lines, share=round(played[lines] / total, 4)) for lines in sorted(played) if total],
    )
