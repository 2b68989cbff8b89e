"""Score sheets: saved as they are filled in, also when the tablet was without a network for a while.

Each state of a sheet is a line that stays, under the number its page made. The highest revision stands, then the
highest number: sent twice, late or in another order, they come to the same.
"""

from uuid import UUID

from msgspec import Struct

from api.access.schemas import Account
from api.db import Connection, fetch_maybe, fetch_one
from api.errors import NotFound
from api.jury import rounds, rules
from api.jury.refusals import ScoreConflict
from api.jury.rounds import Q
from api.jury.schemas import SheetIn, SheetSaved
from api.jury.service import sheet_of


class EventRow(Struct, frozen=True, kw_only=True):
    round: int
    juror: int
    series: int
    revision: int
    grades: dict[str, int]
    skipped: str | None


class StandingRow(Struct, frozen=True, kw_only=True):
    id: UUID


async def save(tx: Connection, account: Account, round_id: int, series: int, data: SheetIn) -> SheetSaved:
    rules.check_own(data.juror, account.id)
    await tx.execute(Q["hold_sheets"], round_id, account.id)
    found = await rounds.load(tx, round_id, account)
    cell = await rounds.cell_of(tx, round_id, account.id, series)
    sent = _event(account, round_id, series, data)
    if not await _is_kept(tx, data.id, sent):
        lock = await rounds.lock_of(tx, round_id, account.id)
        rules.check_may_score(found.phase, locked=lock is not None, recused=cell.recused is not None)
        rules.check_grades(found.rubric, data.grades)
        await _keep(tx, data.id, sent)
    standing = await fetch_one(tx, Q["sheet"], round_id, account.id, series, into=StandingRow, missing=NotFound())
    sheet = sheet_of(found, await rounds.cell_of(tx, round_id, account.id, series))
    if sheet is None:
        raise NotFound
    return SheetSaved(applied=standing.id == data.id, sheet=sheet)


def _event(account: Account, round_id: int, series: int, data: SheetIn) -> EventRow:
    return EventRow(
        round=round_id,
        juror=account.id,
        series=series,
        revision=data.revision,
        grades=data.grades,
        skipped=data.skipped,
    )


async def _is_kept(tx: Connection, number: UUID, sent: EventRow) -> bool:
    """Whether this very sheet is here already; ScoreConflict where its number stands for another."""
    kept = await fetch_maybe(tx, Q["score_event"], number, into=EventRow)
    if kept is not None and kept != sent:
        raise ScoreConflict
    return kept is not None


async def _keep(tx: Connection, number: UUID, sent: EventRow) -> None:
    values = (sent.round, sent.juror, sent.series, sent.revision, sent.grades, sent.skipped)
    if await tx.fetchval(Q["save_score"], number, *values) is None:
        await _is_kept(tx, number, sent)  # another request brought it a moment ago
