"""Rounds as they are loaded: for a juror who is in them, or for the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.jury import rules
from api.jury.conflicts import JurorFacts, TitleFacts
from api.jury.refusals import ChairNeeded
from api.jury.schemas import BlindPhase, Juror, Phase, Rubric, Visibility
from api.jury.setup_schemas import Assigning
from api.jury.table_schemas import CutRule
from api.words import Words

Q = read_queries(Path(__file__).parent)


class Round(Struct, frozen=True, kw_only=True):
    """`chair` of whom it was loaded for; `last` of its jury."""

    id: int
    name: Words
    round: int
    phase: Phase
    assigning: Assigning
    cut: CutRule | None
    cut_from: int | None
    carry_over: bool
    deliberation_at: datetime | None
    unblinded_at: datetime | None
    jury_id: int
    jury: Words
    award: Words
    section_id: int | None
    meets_at: datetime | None
    visibility: Visibility
    blind: list[BlindPhase]
    must_see: int | None
    rubric: Rubric
    chair: bool
    last: bool

    @property
    def is_blind(self) -> bool:
        return rules.is_blind(self.phase, self.blind, unblinded=self.unblinded_at is not None, last=self.last)


class CellRow(rules.Given, frozen=True, kw_only=True):
    revision: int | None
    saved_at: datetime | None
    recused_at: datetime | None
    recused_by_chair: bool


class JurorRow(JurorFacts, frozen=True, kw_only=True):
    chair: bool
    locked_at: datetime | None
    undo_until: datetime | None
    active_at: datetime | None


class TitleRow(TitleFacts, frozen=True, kw_only=True):
    title: Words
    synopsis: Words
    genre: Words
    country: str


async def load(db: Connection, round_id: int, account: Account) -> Round:
    """NotFound for whoever is not in it: a list of others does not exist."""
    return await fetch_one(db, Q["round"], round_id, account.id, into=Round, missing=errors.NotFound())


async def load_for_chair(db: Connection, round_id: int, account: Account) -> Round:
    found = await load(db, round_id, account)
    if not found.chair:
        raise ChairNeeded
    return found


async def load_for_desk(db: Connection, round_id: int) -> Round:
    return await fetch_one(db, Q["round"], round_id, None, into=Round, missing=errors.NotFound())


async def hold(tx: Connection, round_id: int) -> None:
    await tx.execute(Q["hold_round"], round_id)


async def rounds_of(db: Connection, account: Account) -> list[Round]:
    return [await load(db, row["id"], account) for row in await db.fetch(Q["rounds_of"], account.id)]


async def jurors_of(db: Connection, round_id: int) -> list[JurorRow]:
    """The chair first."""
    return await fetch_all(db, Q["jurors"], round_id, rules.UNDO_HOURS, into=JurorRow)


def to_juror(row: JurorRow) -> Juror:
    return Juror(id=row.id, name=row.name, chair=row.chair)


async def cells_of(
    db: Connection, round_id: int, *, juror: int | None = None, series: int | None = None
) -> list[CellRow]:
    return await fetch_all(db, Q["cells"], round_id, juror, series, rules.WHOLE, into=CellRow)


async def cell_of(db: Connection, round_id: int, juror: int, series: int) -> CellRow:
    missing = errors.NotFound()
    return await fetch_one(db, Q["cells"], round_id, juror, series, rules.WHOLE, into=CellRow, missing=missing)


async def titles_of(db: Connection, round_id: int) -> Mapping[int, TitleRow]:
    return {row.series: row for row in await fetch_all(db, Q["titles"], round_id, into=TitleRow)}


class LockRow(Struct, frozen=True, kw_only=True):
    locked_at: datetime
    undo_until: datetime


async def lock_of(db: Connection, round_id: int, juror: int) -> LockRow | None:
    return await fetch_maybe(db, Q["lock"], round_id, juror, rules.UNDO_HOURS, into=LockRow)


async def tell(tx: Connection, round_id: int, account: Account | None, what: str, why: str | None) -> None:
    """A line of the protocol."""
    await tx.execute(Q["save_event"], round_id, None if account is None else account.id, what, why)


async def go_on(tx: Connection, found: Round, account: Account, phase: Phase, what: str, why: str | None) -> None:
    """Bring a round to its next phase. Where that tells who made the titles, the protocol says that too."""
    await tx.execute(Q["set_phase"], found.id, phase)
    await tell(tx, found.id, account, what, why)
    unblinded = found.unblinded_at is not None
    after = rules.is_blind(phase, found.blind, unblinded=unblinded, last=found.last and what != "cut")
    if found.is_blind and not after:
        await tell(tx, found.id, None, "unblinded", None)


def own(cells: Sequence[CellRow], juror: int) -> list[CellRow]:
    return [cell for cell in cells if cell.juror == juror]
