"""What to buy for so many viewers, from what was measured: `python -m api.cli capacity --viewers 50000`.

Figures come from `measured.json`, each with its bench and commit; what nobody measured is an assumption and is printed.
Beyond one machine's figures this is arithmetic: nobody has run it.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from api.errors import SettingsError

_FIGURES: Final = Path(__file__).with_name("measured.json")
_GB: Final = 1_000_000
#: A card of one ordinary host, in Gbit/s; beyond it, viewers are a CDN's.
CARD: Final = 10.0
#: That one API process keeps to PostgreSQL at most: its pool, the ledger's own, and the one that listens.
CONNECTIONS: Final = 12


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`line` is where the README shows it, or, of a mean, one of the rows it was made of."""

    name: str
    value: float
    unit: str
    bench: str
    commit: str
    line: str


class Evening(Struct, frozen=True, kw_only=True):
    """What is assumed of a festival. `viewers` are there at the same time, each with a phone and a ballot."""

    viewers: int
    #: In which all of them vote once the credits roll.
    voting_seconds: float = 90.0
    #: Of the viewers who watch at the same moment.
    watching: float = 0.5
    #: Of the phones that play AV1.
    av1: float = 0.5
    #: How busy a core may be in the worst minute.
    busy: float = 0.5
    #: Of the viewers who have a live page open, such as a board.
    live: float = 0.2
    #: Of the media bytes that a CDN does not have itself.
    cdn_misses: float = 0.01
    #: Minutes of film in the programme, and hours until all of it has to be encoded.
    film_minutes: float = 600.0
    encode_hours: float = 24.0
    #: kB of a minute as producers upload it: 8 Mbit/s.
    original_kb: float = 60_000.0


class Need(Struct, frozen=True, kw_only=True):
    """Cores are whole; bandwidth in Gbit/s; storage in GB. `votes` are a second in the worst seconds."""

    viewers: int
    votes: float
    server_cores: int
    database_cores: int
    processes: int
    connections: int
    egress: float
    cdn: bool
    origin: float
    proxy_cores: int
    film_per_core_hour: float
    transcoder_cores: int
    storage: float


@cache
def figures() -> Mapping[str, Figure]:
    known = msgspec.json.decode(_FIGURES.read_bytes(), type=list[Figure])
    return {figure.name: figure for figure in known}


def values() -> Mapping[str, float]:
    return {name: figure.value for name, figure in figures().items()}


def plan(evening: Evening, measured: Mapping[str, float], streams: int) -> Need:
    """`streams` are the live pages one process keeps open. SettingsError where an assumption makes no sense."""
    _check(evening)
    votes = _peak_votes(evening, measured)
    # The whole evening of a person, pages and ballot and watching and votes, as if it fell into the voting.
    evenings = evening.viewers * measured["server_seconds"] / measured["people"] / evening.voting_seconds
    work = max(evenings, votes / measured["votes_per_core"])
    inserts = votes * measured["insert_us"] / 1_000_000
    egress = _egress(evening, measured)
    cdn = egress > CARD
    origin = egress * evening.cdn_misses if cdn else egress
    film = 600.0 / measured["ladder_seconds"]
    server_cores = _cores(work, evening.busy)
    processes = max(2, server_cores, math.ceil(evening.viewers * evening.live / streams))
    return Need(
        viewers=evening.viewers,
        votes=votes,
        server_cores=server_cores,
        database_cores=_cores(inserts, evening.busy),
        processes=processes,
        connections=processes * CONNECTIONS,
        egress=egress,
        cdn=cdn,
        origin=origin,
        proxy_cores=_cores(origin * 1e9 / 8 / measured["media_bytes"], evening.busy),
        film_per_core_hour=film,
        transcoder_cores=_cores(evening.film_minutes / film / evening.encode_hours, 1.0),
        storage=evening.film_minutes * (measured["package_kb"] + evening.original_kb) / _GB,
    )


def _check(evening: Evening) -> None:
    shares = (evening.watching, evening.av1, evening.live, evening.cdn_misses)
    amounts = (evening.viewers, evening.voting_seconds, evening.film_minutes, evening.encode_hours, evening.busy)
    if not all(0 <= share <= 1 for share in shares) or min(amounts) <= 0 or evening.busy > 1:
        raise SettingsError("Shares lie between 0 and 1, and everything else is more than nothing.")


def _peak_votes(evening: Evening, measured: Mapping[str, float]) -> float:
    """As many for each person as on the plateau that was played, in 90 seconds; fewer where there is more time."""
    return evening.viewers * measured["plateau"] / measured["people"] * 90.0 / evening.voting_seconds


def _egress(evening: Evening, measured: Mapping[str, float]) -> float:
    kb = evening.av1 * measured["av1_kb"] + (1 - evening.av1) * measured["h264_kb"]
    return evening.viewers * evening.watching * kb * 8 / 60 / _GB


def _cores(work: float, busy: float) -> int:
    return max(1, math.ceil(work / busy))


def assumptions(evening: Evening) -> Mapping[str, float]:
    return {name: value for name, value in msgspec.to_builtins(evening).items() if name != "viewers"}


ROWS: Final[Mapping[str, str]] = {
    "phones at once": "viewers",
    "votes a second at worst": "votes",
    "cores: API, PostgreSQL, Valkey": "server_cores",
    "of these PostgreSQL's for the ledger": "database_cores",
    "API processes": "processes",
    "connections to PostgreSQL": "connections",
    "to viewers, Gbit/s": "egress",
    "CDN": "cdn",
    "from the proxy, Gbit/s": "origin",
    "cores: proxy, without TLS": "proxy_cores",
    "minutes of film per core and hour": "film_per_core_hour",
    "cores: transcoders": "transcoder_cores",
    "storage, GB": "storage",
}


def table(needs: Sequence[Need]) -> str:
    """A table in Markdown, one column for each."""
    lines = [["what", *(f"{need.viewers:,}" for need in needs)]]
    lines += [[said, *(_shown(getattr(need, name)) for need in needs)] for said, name in ROWS.items()]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def _shown(value: float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.2g}" if value < 1 else f"{value:,.1f}"


def capacity_page(evening: Evening, streams: int) -> str:
    need = plan(evening, values(), streams)
    assumed = ", ".join(f"{name} {value:g}" for name, value in assumptions(evening).items())
    sources = [f"  {each.value:g} {each.unit} (bench-{each.bench}, {each.commit})" for each in figures().values()]
    return "\n".join([table([need]), "", f"Assumed: {assumed}.", "Measured:", *sources])
