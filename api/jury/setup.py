"""Juries as the desk makes them: members, rubric, rounds, who is given what. Every change leaves a line in the log."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.jury import assigning, conflicts, cutting, rounds, rules
from api.jury.assigning import Given
from api.jury.refusals import RubricFrozen, ScoresLocked
from api.jury.rounds import Round
from api.jury.schemas import BlindPhase, Rubric, ShortlistIn, Visibility
from api.jury.service import recusal_of
from api.jury.setup_schemas import (
    Assignment,
    AssignmentIn,
    ConflictLine,
    JuryCard,
    JuryIn,
    JuryMember,
    JuryPage,
    MemberIn,
    RoundDetail,
    RoundIn,
    RoundRow,
    SeriesOf,
)
from api.words import Words

Q = read_queries(Path(__file__).parent, "setup.sql")
TABLE = read_queries(Path(__file__).parent, "table.sql")
#: What a list is scored by for which nobody made a rubric: one question.
PLAIN = msgspec.json.decode((Path(__file__).parent / "plain_rubric.json").read_bytes(), type=Rubric)


class JuryRow(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    award: Words
    section: int | None
    meets_at: datetime | None
    visibility: Visibility
    blind: list[BlindPhase]
    must_see: int | None
    rubric: Rubric
    frozen: bool


class Side(Struct, frozen=True):
    """A title with a juror, or with its section."""

    series: int
    juror: int = 0
    section: int = 0


async def list_juries(db: Connection) -> list[JuryCard]:
    rows = await fetch_all(db, Q["juries"], None, into=JuryRow)
    made = await fetch_all(db, Q["rounds"], None, None, into=RoundDetail)
    return [
        JuryCard(**_told(row, JuryCard), rounds=[_row(each) for each in made if each.jury == row.id]) for row in rows
    ]


def _told(row: Struct, into: type[Struct]) -> dict[str, Any]:
    """What both have."""
    return {name: getattr(row, name) for name in row.__struct_fields__ if name in into.__struct_fields__}


def _row(detail: RoundDetail) -> RoundRow:
    return RoundRow(**_told(detail, RoundRow))


async def jury_page(db: Connection, jury: int) -> JuryPage:
    row = await fetch_one(db, Q["juries"], jury, into=JuryRow, missing=errors.NotFound())
    made = await fetch_all(db, Q["rounds"], jury, None, into=RoundDetail)
    return JuryPage(
        **_told(row, JuryPage),
        rounds=[_row(each) for each in made],
        members=await fetch_all(db, Q["members"], jury, into=JuryMember),
    )


async def create_jury(tx: Connection, account: Account, data: JuryIn) -> JuryPage:
    await _check(tx, data)
    made = await tx.fetchval(Q["save_jury"], *_values(data))
    if made is None:
        raise errors.NotFound("There is no festival here yet.")
    await _seat(tx, made, data.members)
    await note(tx, account, "create", f"jury:{made}", {"members": len(data.members)})
    return await jury_page(tx, made)


async def change_jury(tx: Connection, account: Account, jury: int, data: JuryIn) -> JuryPage:
    await _check(tx, data)
    await tx.execute(Q["hold_jury"], jury)
    before = await jury_page(tx, jury)
    if before.frozen and not rules.same_measure(before.rubric, data.rubric):
        raise RubricFrozen
    await tx.execute(Q["change_jury"], jury, *_values(data))
    await _seat(tx, jury, data.members)
    after = await jury_page(tx, jury)
    was, now = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = [name for name in now if name not in ("rounds", "frozen") and was[name] != now[name]]
    people = {"members": [member.id for member in after.members]}
    await note(tx, account, "change", f"jury:{jury}", {"changed": changed, **people})
    return after


async def _check(db: Connection, data: JuryIn) -> None:
    rules.check_rubric(data.rubric)
    rules.check_members(data.members)
    if data.section is not None and not await db.fetchval(Q["section_exists"], data.section):
        raise errors.Unprocessable("There is no such section.", field="section")


def _values(data: JuryIn) -> tuple[object, ...]:
    """In the order of the statements."""
    names = ("name", "award", "section", "meets_at", "visibility", "blind", "must_see", "rubric")
    return tuple(getattr(data, name) for name in names)


async def _seat(tx: Connection, jury: int, members: Sequence[MemberIn]) -> None:
    emails = [member.email.lower() for member in members]
    known = {row["email"]: row["id"] for row in await tx.fetch(Q["juror_accounts"], emails)}
    if len(known) < len(emails):
        unknown = [email for email in emails if email not in known]
        raise errors.Unprocessable("An address has no juror's account.", field="members", emails=unknown)
    await tx.execute(Q["remove_members"], jury, list(known.values()))
    await tx.execute(Q["dethrone"], jury)
    for email, member in zip(emails, members, strict=True):
        await tx.execute(Q["save_member"], jury, known[email], member.chair, member.affiliation)
    await tx.execute(Q["let_members_in"], jury)


async def create_shortlist(tx: Connection, data: ShortlistIn) -> int:
    """A jury without a chair, with one plain question and one round that is open at once."""
    jury = await tx.fetchval(Q["save_jury"], data.name, data.name, None, None, "deliberation", [], None, PLAIN)
    if jury is None:
        raise errors.NotFound("There is no festival here yet.")
    made = int(await tx.fetchval(Q["save_round"], jury, data.name, None))
    await tx.execute(Q["number_round"], made, data.round)
    await _put(tx, made, data.series)
    emails = {email.lower() for email in data.jurors}
    known = await tx.fetch(Q["juror_accounts"], list(emails))
    if len(known) != len(emails):
        raise errors.Unprocessable("An address of this list has no juror's account.", field="jurors")
    for row in known:
        await tx.execute(Q["save_member"], jury, row["id"], False, "")
    await tx.execute(Q["let_members_in"], jury)
    await tx.execute(rounds.Q["set_phase"], made, "scoring")
    return made


async def _put(tx: Connection, made: int, series: Sequence[int]) -> None:
    """Exactly these titles."""
    await tx.execute(Q["drop_series"], made, list(series))
    await tx.execute(TABLE["add_series"], made, list(series))
    if (await _detail(tx, made)).titles != len(set(series)):
        raise errors.Unprocessable("A series of this list does not exist.", field="series")


async def _detail(db: Connection, round_id: int) -> RoundDetail:
    return await fetch_one(db, Q["rounds"], None, round_id, into=RoundDetail, missing=errors.NotFound())


async def round_detail(db: Connection, round_id: int) -> RoundDetail:
    return await _detail(db, round_id)


async def create_round(tx: Connection, account: Account, jury: int, data: RoundIn) -> RoundDetail:
    """Everybody sees all, until the desk says otherwise."""
    _check_cut(data)
    await tx.execute(Q["hold_jury"], jury)
    made = await tx.fetchval(Q["save_round"], jury, data.name, data.cut)
    if made is None:
        raise errors.NotFound
    await _put(tx, made, data.series)
    await tx.execute(TABLE["add_members"], made)
    await note(tx, account, "create", f"round:{made}", {"jury": jury, "series": data.series})
    return await _detail(tx, made)


def _check_cut(data: RoundIn) -> None:
    if data.cut is not None:
        cutting.check_rule(data.cut)


async def change_round(tx: Connection, account: Account, round_id: int, data: RoundIn) -> RoundDetail:
    """Its titles while it is prepared, its name and its cut until deliberation."""
    _check_cut(data)
    await rounds.hold(tx, round_id)
    before = await _detail(tx, round_id)
    rules.require_phase(before.phase, "preparing", "scoring")
    if sorted(set(data.series)) != before.series:
        rules.require_phase(before.phase, "preparing")
        await _put(tx, round_id, data.series)
    await tx.execute(Q["change_round"], round_id, data.name, data.cut)
    await note(tx, account, "change", f"round:{round_id}", {"series": data.series})
    return await _detail(tx, round_id)


async def assignment(db: Connection, round_id: int) -> Assignment:
    detail = await _detail(db, round_id)
    given = await fetch_all(db, Q["given"], round_id, into=SeriesOf)
    return Assignment(kind=detail.assigning, jurors=given)


async def assign(tx: Connection, account: Account, round_id: int, data: AssignmentIn) -> Assignment:
    await rounds.hold(tx, round_id)
    found = await rounds.load_for_desk(tx, round_id)
    rules.require_phase(found.phase, "preparing", "scoring")
    if await tx.fetchval(Q["has_locks"], round_id):
        raise ScoresLocked
    given = await _given(tx, found, data)
    await tx.execute(Q["clear_assignment"], round_id)
    await tx.execute(Q["set_assigning"], round_id, data.kind)
    pairs = [(juror, series) for juror, titles in given.items() for series in titles]
    await tx.execute(Q["assign"], round_id, [juror for juror, _ in pairs], [series for _, series in pairs])
    await note(tx, account, "assign", f"round:{round_id}", {"kind": data.kind, "titles": len(pairs)})
    return await assignment(tx, round_id)


async def _given(tx: Connection, found: Round, data: AssignmentIn) -> Given:
    """What each juror gets, where it is not everything."""
    jurors = {juror.id for juror in await rounds.jurors_of(tx, found.id)}
    sections = {row.series: row.section for row in await fetch_all(tx, Q["sections_of_titles"], found.id, into=Side)}
    named = {line.juror for line in data.sections} | {line.juror for line in data.series}
    if named - jurors:
        raise errors.Unprocessable("Somebody named here is not in this jury.", field="juror")
    match data.kind:
        case "all":
            return {}
        case "section":
            return assigning.by_section({line.juror: line.sections for line in data.sections}, sections)
        case "each":
            wanted = {line.juror: sorted(set(line.series)) for line in data.series}
            if any(set(series) - set(sections) for series in wanted.values()):
                raise errors.Unprocessable("This title is not in the round.", field="series")
            return wanted
        case _:
            if data.jurors_each is None:
                raise errors.Unprocessable("Say how many jurors a title gets.", field="jurors_each")
            recused = await fetch_all(tx, Q["standing_recusals"], found.jury_id, into=Side)
            barred = {(line.juror, line.series) for line in recused}
            return await asyncio.to_thread(assigning.balanced, jurors, sections, data.jurors_each, barred)


async def open_round(tx: Connection, account: Account, round_id: int) -> RoundDetail:
    """From now on its jurors see it. What goes on from the round before is what they begin with."""
    await rounds.hold(tx, round_id)
    found = await rounds.load_for_desk(tx, round_id)
    rules.require_phase(found.phase, "preparing")
    nobodys = [row["series_id"] for row in await tx.fetch(Q["nobodys"], round_id)]
    if nobodys:
        raise errors.Unprocessable("Nobody was given some of the titles.", field="assignment", series=nobodys)
    await rounds.go_on(tx, found, account, "scoring", "opened", None)
    await tx.execute(Q["carry_over"], round_id)
    await note(tx, account, "open", f"round:{round_id}", {"jury": found.jury_id})
    return await _detail(tx, round_id)


async def conflicts_of(db: Connection, round_id: int) -> list[ConflictLine]:
    """Where something speaks against a juror, or they have recused themselves."""
    await rounds.load_for_desk(db, round_id)
    titles = await rounds.titles_of(db, round_id)
    jurors = {juror.id: juror for juror in await rounds.jurors_of(db, round_id)}
    lines = [
        ConflictLine(
            juror=cell.juror,
            series=cell.series,
            conflicts=conflicts.suggest(jurors[cell.juror], titles[cell.series]),
            recusal=recusal_of(cell),
        )
        for cell in await rounds.cells_of(db, round_id)
    ]
    return [line for line in lines if line.conflicts or line.recusal is not None]
