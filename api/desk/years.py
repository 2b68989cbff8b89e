"""Next year's festival, made from this one: a draft until it begins, which archives the one before.

People's things stay where they are: votes, uploads, badges, screens' keys and jurors' seats are never copied.
"""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, cast, get_args

import msgspec
from msgspec import Struct

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.desk import years_rules as rules
from api.desk.refusals import FestivalUnderWay
from api.desk.years_schemas import EntryCount, Left, Made, NextIn, NotCarried, Window, Year
from api.kiosk.plan_schemas import Plan
from api.voting import service as voting
from api.voting.schemas import EntriesIn

Q = read_queries(Path(__file__).parent, "years.sql")
#: Of a draft that is discarded, what refers to others first.
_DROPS = ("secrets", "awards", "programmes", "rounds", "juries", "sections", "festival")


class Named(Struct, frozen=True, kw_only=True):
    name: str
    plan: Plan


class _Preview(Exception):
    """Takes back what was only to be looked at."""


async def list_years(db: Connection) -> list[Year]:
    return await fetch_all(db, Q["years"], None, into=Year)


async def earlier(db: Connection) -> list[Year]:
    """Those that are over, with the awards whose results can be read."""
    years = [year for year in await list_years(db) if year.state == "archived"]
    return [
        msgspec.structs.replace(year, awards=[award for award in year.awards if award.published_at is not None])
        for year in years
    ]


async def preview(tx: Connection, data: NextIn) -> Made:
    """Exactly what would be made: it is made, looked at and taken back."""
    made: Made | None = None
    try:
        async with tx.transaction():
            made = await _make(tx, data)
            raise _Preview
    except _Preview:
        return cast("Made", made)


async def make(tx: Connection, account: Account | None, data: NextIn) -> Made:
    made = await _make(tx, data)
    detail = {"slug": data.slug, "days": made.days, "sections": len(made.sections), "awards": len(made.awards)}
    await note(tx, account, "make-next", f"festival:{made.year.id}", detail)
    return made


async def _make(tx: Connection, data: NextIn) -> Made:
    held = await tx.fetch(Q["hold_years"])
    before: Any = next((row for row in held if row["state"] == "current"), None)
    if before is None:
        raise errors.NotFound("There is no festival here yet.")
    if any(row["state"] == "draft" for row in held):
        raise errors.AlreadyThere("The next festival is a draft already.")
    if data.starts_on <= before["starts_on"]:
        raise errors.Unprocessable("The next festival starts after this one.", field="starts_on")
    days = (data.starts_on - before["starts_on"]).days
    festival = await tx.fetchval(Q["make_festival"], before["id"], data.slug, data.name, data.starts_on)
    if festival is None:
        raise errors.AlreadyThere("A festival had this address already.")
    await tx.execute(Q["make_sections"], before["id"], festival, days)
    for row in await tx.fetch(Q["make_awards"], before["id"], festival, days):
        await tx.execute(Q["make_secret"], row["id"], secrets.token_bytes(32))
    await _carry_juries(tx, before["id"], festival, days)
    dropped = await _carry_programmes(tx, before["id"], festival)
    return await _made(tx, before["id"], festival, days, dropped)


async def _carry_juries(tx: Connection, before: int, festival: int, days: int) -> None:
    """With their rounds; those without a jury as well."""
    await tx.execute(Q["make_rounds"], before, festival, None, None)
    for row in await tx.fetch(Q["jury_rows"], before, festival, days):
        jury = await tx.fetchval(Q["make_jury"], row["id"], festival, row["section"], row["meets_at"])
        await tx.execute(Q["make_rounds"], before, festival, row["id"], jury)


async def _carry_programmes(tx: Connection, before: int, festival: int) -> int:
    pairs = {(row["kind"], row["was"]): row["is"] for row in await tx.fetch(Q["pairs"], before, festival)}
    dropped = 0
    for programme in await fetch_all(tx, Q["programmes_of"], before, into=Named):
        plan, left = rules.carry(programme.plan, pairs)
        dropped += left
        await tx.execute(Q["make_programme"], festival, programme.name, plan)
    return dropped


async def _made(tx: Connection, before: int, festival: int, days: int, dropped: int) -> Made:
    year = await _year(tx, festival)
    counts = dict(cast("Any", await tx.fetchrow(Q["left_behind"], before))) | {"programme_series": dropped}
    return Made(
        year=year,
        days=days,
        sections=await fetch_all(tx, Q["sections_of"], festival, into=Window),
        awards=await fetch_all(tx, Q["awards_of"], festival, into=Window),
        juries=[row["name"] for row in await tx.fetch(Q["juries_of"], festival)],
        rounds=[row["name"] for row in await tx.fetch(Q["rounds_of"], festival)],
        programmes=[row["name"] for row in await tx.fetch(Q["programmes_of"], festival)],
        theme=bool(await tx.fetchval(Q["is_dressed"], festival)),
        left=[Left(what=what, count=counts[what]) for what in get_args(NotCarried) if counts[what]],
    )


def in_lines(made: Made) -> list[str]:
    """For a terminal."""
    windows = [("section", each) for each in made.sections] + [("award", each) for each in made.awards]
    return [
        f"{made.year.slug}: {made.year.starts_on} to {made.year.ends_on}, {made.days} days later",
        *(f"  {kind} {each.slug}: {each.opens_at or '-'} to {each.closes_at or '-'}" for kind, each in windows),
        *(f"  jury {next(iter(name.values()), '')}" for name in made.juries),
        *(f"  round {next(iter(name.values()), '')}" for name in made.rounds),
        *(f"  programme {name}" for name in made.programmes),
        "left with the one before:",
        *(f"  {left.what}: {left.count}" for left in made.left),
    ]


async def _year(db: Connection, festival: int) -> Year:
    return await fetch_one(db, Q["years"], festival, into=Year, missing=errors.NotFound())


async def begin(tx: Connection, account: Account, festival: int, *, now: datetime) -> Year:
    """The draft becomes the festival, and the one before is archived as it is. Safe to repeat."""
    await tx.fetch(Q["hold_years"])
    year = await _year(tx, festival)
    if year.state == "current":
        return year
    if year.state != "draft":
        raise errors.NotFound
    under_way = [row["slug"] for row in await tx.fetch(Q["under_way"], now)]
    if under_way:
        raise FestivalUnderWay(awards=under_way)
    archived = await tx.fetchval(Q["archive_festival"])
    await tx.execute(Q["revoke_screens"], archived, account.id)
    await tx.execute(Q["begin_festival"], festival)
    await note(tx, account, "begin", f"festival:{festival}", {"archived": archived})
    return await _year(tx, festival)


async def take_entries(tx: Connection, account: Account, award: int, data: EntriesIn, *, now: datetime) -> EntryCount:
    """An award that was made before its series came is filled with them."""
    entries = await voting.take_entries(tx, award, data, now=now)
    detail = {"section": data.section, "of": data.entries, "entries": entries}
    await note(tx, account, "take-entries", f"award:{award}", detail)
    return EntryCount(award=award, entries=entries)


async def discard(tx: Connection, account: Account, festival: int) -> None:
    """A draft that nobody needs. Nothing of people's is in it."""
    await tx.fetch(Q["hold_years"])
    if (await _year(tx, festival)).state != "draft":
        raise errors.NotFound
    for name in _DROPS:
        await tx.execute(Q[f"drop_{name}"], festival)
    await note(tx, account, "discard", f"festival:{festival}", {})
