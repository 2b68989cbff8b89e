"""The protocol of a jury: everything that says how its decision came about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_all, fetch_one
from api.jury import rounds, rules, table
from api.jury.rounds import CellRow, Round
from api.jury.schemas import BlindPhase, Juror, Rubric, Visibility
from api.jury.table import Q
from api.jury.table_schemas import (
    Protocol,
    ProtocolCell,
    ProtocolEvent,
    ProtocolLock,
    ProtocolRecusal,
    ProtocolRound,
    TableTitle,
)
from api.words import Words


class JuryRow(Struct, frozen=True, kw_only=True):
    jury: int
    name: Words
    award: Words
    section: Words | None
    meets_at: datetime | None
    visibility: Visibility
    blind: list[BlindPhase]
    must_see: int | None
    rubric: Rubric


async def protocol_of(db: Connection, jury: int) -> Protocol:
    """Nothing of the scores of a round before its deliberation. NotFound where there is no such jury."""
    row = await fetch_one(db, Q["jury"], jury, into=JuryRow, missing=errors.NotFound())
    found = [await rounds.load_for_desk(db, each["id"]) for each in await db.fetch(Q["rounds_of_jury"], jury)]
    return Protocol(
        **{name: getattr(row, name) for name in row.__struct_fields__},
        jurors=await fetch_all(db, Q["people_of_jury"], jury, into=Juror),
        recusals=await fetch_all(db, Q["recusals_of_jury"], jury, into=ProtocolRecusal),
        rounds=[await _round(db, each) for each in found],
    )


async def _round(db: Connection, found: Round) -> ProtocolRound:
    cells, titles = await rounds.cells_of(db, found.id), await table.titles_of(db, found.id)
    opened = found.deliberation_at is not None
    return ProtocolRound(
        id=found.id,
        name=found.name,
        round=found.round,
        phase=found.phase,
        titles=titles,
        cells=[_cell(found, cell, opened=opened) for cell in cells],
        locks=await fetch_all(db, Q["locks_of_round"], found.id, into=ProtocolLock),
        events=await fetch_all(db, Q["events_of_round"], found.id, into=ProtocolEvent),
        **await _ranked(found, cells, titles, opened=opened),
        decision=await table.decision_of(db, found.id),
    )


async def _ranked(
    found: Round, cells: Sequence[CellRow], titles: Sequence[TableTitle], *, opened: bool
) -> dict[str, Any]:
    if not opened:
        return {"rankings": [], "winners": {}, "disputed": False, "cut": None}
    ranked = await table.rank(found, cells, titles)
    told = {name: getattr(ranked, name) for name in ranked.__struct_fields__}
    return {**told, "cut": table.cut_of(found, ranked)}


def _cell(found: Round, cell: CellRow, *, opened: bool) -> ProtocolCell:
    mean = rules.score_of(found.rubric, cell) if opened else None
    return ProtocolCell(
        juror=cell.juror,
        series=cell.series,
        state=rules.state_of(found.rubric, cell),
        coverage=rules.coverage_of(cell, found.must_see),
        mean=None if mean is None else float(mean),
        skipped=cell.skipped,
        recused=cell.recused,
    )
