"""The jury's table: deliberation, the cut to a shorter list, the decision."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, fetch_maybe, fetch_one, read_queries
from api.jury import cutting, ranking, rounds, rules
from api.jury.ranking import Rankings, Score
from api.jury.refusals import StillScoring, WrongPhase
from api.jury.rounds import CellRow, JurorRow, Round
from api.jury.table_schemas import (
    Cut,
    CutIn,
    Decision,
    DecisionIn,
    Deliberation,
    JurorProgress,
    Next,
    OpenIn,
    Progress,
    TableCell,
    TableTitle,
)

Q = read_queries(Path(__file__).parent, "table.sql")


async def progress(db: Connection, found: Round) -> Progress:
    """How far everybody is. Not a grade in it."""
    jurors, cells = await rounds.jurors_of(db, found.id), await rounds.cells_of(db, found.id)
    return Progress(
        round=found.id,
        phase=found.phase,
        jurors=[_progress(found, juror, rounds.own(cells, juror.id)) for juror in jurors],
        all_locked=not _unlocked(jurors, cells),
    )


def _progress(found: Round, juror: JurorRow, cells: Sequence[CellRow]) -> JurorProgress:
    states = [rules.state_of(found.rubric, cell) for cell in cells]
    return JurorProgress(
        juror=rounds.to_juror(juror),
        titles=len(cells),
        seen=sum(rules.coverage_of(cell, found.must_see).enough for cell in cells),
        scored=states.count("scored"),
        skipped=states.count("skipped"),
        recused=states.count("recused"),
        locked_at=juror.locked_at,
        undo_until=juror.undo_until,
        active_at=juror.active_at,
    )


def _unlocked(jurors: Iterable[JurorRow], cells: Iterable[CellRow]) -> list[str]:
    """Names of those who have titles and have not locked."""
    busy = {cell.juror for cell in cells}
    return [juror.name for juror in jurors if juror.id in busy and juror.locked_at is None]


async def open_deliberation(tx: Connection, account: Account, round_id: int, data: OpenIn) -> Deliberation:
    """When everybody has locked, or earlier with a reason: then what was given by now counts."""
    await rounds.hold(tx, round_id)
    found = await rounds.load_for_chair(tx, round_id, account)
    rules.require_phase(found.phase, "scoring")
    unlocked = _unlocked(await rounds.jurors_of(tx, round_id), await rounds.cells_of(tx, round_id))
    if unlocked and data.reason is None:
        raise StillScoring(jurors=unlocked)
    why = data.reason if unlocked else None
    await rounds.go_on(tx, found, account, "deliberation", "deliberation", why)
    detail = {"unlocked": unlocked, "reason": why}
    await note(tx, account, "open-deliberation", f"round:{round_id}", detail)
    return await for_juror(tx, account, round_id)


async def for_juror(db: Connection, account: Account, round_id: int) -> Deliberation:
    return await _deliberation(db, await rounds.load(db, round_id, account), account.id)


async def for_desk(db: Connection, round_id: int) -> Deliberation:
    return await _deliberation(db, await rounds.load_for_desk(db, round_id), None)


async def _deliberation(db: Connection, found: Round, reader: int | None) -> Deliberation:
    """`reader` is a juror, who may see less, or None for the desk."""
    if found.deliberation_at is None:
        raise WrongPhase(phase=found.phase)
    jurors, cells = await rounds.jurors_of(db, found.id), await rounds.cells_of(db, found.id)
    titles = await titles_of(db, found.id)
    ranked = await rank(found, cells, titles)
    open_to_all = reader is None or found.visibility != "never"
    events = [event for event in await db.fetch(Q["events_of_round"], found.id) if event["what"] == "deliberation"]
    return Deliberation(
        round=found.id,
        phase=found.phase,
        opened_at=found.deliberation_at,
        early=events[-1]["why"] if events else None,
        visibility=found.visibility,
        jurors=[rounds.to_juror(juror) for juror in jurors],
        titles=titles,
        cells=table_of(found, jurors, titles, cells, lambda juror: open_to_all or juror == reader),
        rankings=ranked.rankings,
        winners=ranked.winners,
        disputed=ranked.disputed,
        cut=cut_of(found, ranked),
        decision=await decision_of(db, found.id),
    )


async def titles_of(db: Connection, round_id: int) -> list[TableTitle]:
    return [TableTitle(series=row.series, title=row.title) for row in (await rounds.titles_of(db, round_id)).values()]


async def rank(found: Round, cells: Iterable[CellRow], titles: Iterable[TableTitle]) -> Rankings:
    scores = [
        Score(cell.juror, cell.series, mean)
        for cell in cells
        if (mean := rules.score_of(found.rubric, cell)) is not None
    ]
    return await asyncio.to_thread(ranking.rank, scores, [title.series for title in titles])


def table_of(
    found: Round,
    jurors: Sequence[JurorRow],
    titles: Sequence[TableTitle],
    cells: Iterable[CellRow],
    shows: rules.Shows,
) -> list[TableCell]:
    """Every juror with every title."""
    known: Mapping[tuple[int, int], CellRow] = {(cell.juror, cell.series): cell for cell in cells}
    return [
        _cell(found, juror.id, title.series, known.get((juror.id, title.series)), shows)
        for title in titles
        for juror in jurors
    ]


def _cell(found: Round, juror: int, series: int, cell: CellRow | None, shows: rules.Shows) -> TableCell:
    if cell is None:
        return TableCell(juror=juror, series=series, state="unassigned", mean=None, grades=None)
    mean = rules.score_of(found.rubric, cell) if shows(juror) else None
    return TableCell(
        juror=juror,
        series=series,
        state=rules.state_of(found.rubric, cell),
        mean=None if mean is None else float(mean),
        grades=None if mean is None else cell.grades,
    )


def cut_of(found: Round, ranked: Rankings) -> Cut | None:
    if found.cut is None:
        return None
    [raw] = [each for each in ranked.rankings if each.method == "raw"]
    return cutting.cut(raw.lines, found.cut)


async def cut(tx: Connection, account: Account, round_id: int, data: CutIn) -> Next:
    """The next round, for the desk to assign and open. The rule was set before; equal titles are the chair's."""
    await rounds.hold(tx, round_id)
    found = await rounds.load_for_chair(tx, round_id, account)
    rules.require_phase(found.phase, "deliberation")
    ranked = await rank(found, await rounds.cells_of(tx, round_id), await titles_of(tx, round_id))
    proposed = cut_of(found, ranked)
    if proposed is None:
        raise errors.Unprocessable("This round is not cut: its jury decides.", field="cut")
    titles = cutting.choose(proposed, data.chosen)
    if not titles:
        raise errors.Unprocessable("Nothing would be left.", field="cut")
    made = await tx.fetchval(Q["next_round"], round_id, data.name, data.carry_over)
    if made is None:
        raise errors.AlreadyThere("The desk has made the next round already.")
    await tx.execute(Q["add_series"], made, titles)
    await tx.execute(Q["add_members"], made)
    await rounds.go_on(tx, found, account, "decided", "cut", None)
    await note(tx, account, "cut", f"round:{round_id}", {"next": made, "titles": titles, "chosen": data.chosen})
    return Next(round=made, titles=titles)


async def decide(tx: Connection, account: Account, round_id: int, data: DecisionIn) -> Decision:
    """What the jury has decided; said again, it replaces what was said, and both are in the protocol.

    ResultPublished once it is.
    """
    await rounds.hold(tx, round_id)
    found = await rounds.load_for_chair(tx, round_id, account)
    rules.require_phase(found.phase, "deliberation", "decided")
    if not found.last:
        raise WrongPhase(phase=found.phase)
    if await tx.fetchval(Q["published"], found.jury_id):
        raise errors.ResultPublished
    titles = await titles_of(tx, round_id)
    ranked = await rank(found, await rounds.cells_of(tx, round_id), titles)
    leaders = {series for winners in ranked.winners.values() for series in winners}
    rules.check_decision(data, {title.series for title in titles}, leaders)
    values = ([*data.prizes], data.statement, data.against, account.id)
    await tx.execute(Q["save_decision"], round_id, *values)
    await rounds.go_on(tx, found, account, "decided", "decided", data.against)
    detail = {"prizes": [{"series": prize.series, "kind": prize.kind} for prize in data.prizes]}
    await note(tx, account, "decide", f"round:{round_id}", detail)
    return await fetch_one(tx, Q["decision"], round_id, into=Decision, missing=errors.NotFound())


async def decision_of(db: Connection, round_id: int) -> Decision | None:
    return await fetch_maybe(db, Q["decision"], round_id, into=Decision)
