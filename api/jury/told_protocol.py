"""The public protocol of a jury: how it decided, without a juror's score, and without the titles that have no prize."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from api.access import audit
from api.access.audit import public_name
from api.db import Connection, fetch_all, read_queries
from api.jury import told_rules
from api.jury.table_schemas import Protocol
from api.jury.told_schemas import JuryTold, ToldRecusal
from api.voting.leaves import canonical
from api.voting.protocol import utc
from api.voting.told_schemas import ToldRow

Q = read_queries(Path(__file__).parent, "told.sql")
VERSION = 1


async def text_of(
    tx: Connection, found: Protocol, about: JuryTold, people: Sequence[int], asked_at: datetime | None
) -> str:
    """Canonical JSON: the same facts are the same bytes. `people` are who asked and who agreed."""
    rows = {row["id"]: public_name(row["role"], row["name"]) for row in await tx.fetch(Q["people"], people)}
    titles = told_rules.prized(found)
    entries = await fetch_all(tx, Q["told_titles"], found.jury, titles, into=ToldRow)
    objects = [f"jury:{found.jury}", *(f"round:{each.id}" for each in found.rounds)]
    asked_by, agreed_by = (rows.get(person) for person in people)
    said = {
        "version": VERSION,
        "jury": found.jury,
        "name": found.name,
        "award": found.award,
        "festival": {"slug": about.festival_slug, "name": about.festival, "time_zone": about.time_zone},
        "languages": about.told_in,
        "published_at": about.published_at,
        "reveals_at": about.reveals_at,
        "people": {
            "asked_by": asked_by,
            "asked_at": asked_at,
            "agreed_by": agreed_by,
            "agreed_at": about.published_at,
        },
        "must_see": found.must_see,
        "rubric": _rubric(found),
        "entries": [
            {"id": row.id, "series": row.slug, "title": row.title, "country": row.country, "directors": row.directors}
            for row in entries
        ],
        "result": told_rules.result_of(found),
        "rankings": told_rules.places_of(found),
        "coverage": told_rules.coverage_of(found),
        "rounds": told_rules.rounds_of(found),
        "recusals": await _recusals(tx, found.jury, titles),
        "audit": [
            {"at": line.at, "by": line.by, "action": line.action, "object": line.object}
            for line in await audit.lines_about(tx, objects)
        ],
    }
    return canonical(_plain(msgspec.to_builtins(said, builtin_types=(datetime,))))


def _rubric(found: Protocol) -> dict[str, Any]:
    rubric = found.rubric
    criteria = [{"name": each.name, "weight": each.weight, "required": each.required} for each in rubric.criteria]
    return {"least": rubric.least, "most": rubric.most, "criteria": criteria}


async def _recusals(tx: Connection, jury: int, titles: Sequence[int]) -> list[ToldRecusal]:
    return [
        ToldRecusal(
            juror=public_name(row["role"], row["name"]),
            entry=row["series"] if row["series"] in titles else None,
            by_chair=row["by_chair"],
            declared_at=row["declared_at"],
            withdrawn_at=row["withdrawn_at"],
        )
        for row in await tx.fetch(Q["recusals"], jury)
    ]


def _plain(value: Any) -> Any:
    """Moments in one spelling."""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
