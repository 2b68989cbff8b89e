"""How a result is told: its plan, the ceremony's envelope, and what the public pages are made of."""

import base64
import secrets
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import structs

from api import errors, qr
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.voting import envelope
from api.voting.logbook import PATIENCE
from api.voting.made_up import made_up_result
from api.voting.proof_schemas import Result
from api.voting.publishing import PublishedResult, stored_result
from api.voting.told_schemas import (
    CeremonyCode,
    Curtain,
    Plan,
    ShownCeremony,
    TellingIn,
    ToldAward,
    ToldEntry,
    ToldPlan,
    ToldPlanIn,
    ToldRow,
    TurnoutHour,
    TurnoutHours,
)
from api.voting.told_words import MESSAGES
from api.words import Words

Q = read_queries(Path(__file__).parent, "told.sql")
C = TypeVar("C", bound=Curtain)


async def find_told(db: Connection, *, award: int | None = None, slug: str | None = None) -> ToldAward:
    return await fetch_one(db, Q["told_award"], award, slug, into=ToldAward, missing=errors.NotFound())


async def entries_of(db: Connection, award: int) -> list[ToldEntry]:
    return [row.as_entry() for row in await fetch_all(db, Q["told_entries"], award, into=ToldRow)]


async def result_of(db: Connection, award: int) -> Result:
    """What everyone may see; ResultNotPublished before that."""
    stored = await stored_result(db, award)
    if stored is None or not stored.revealed:
        raise errors.ResultNotPublished
    return msgspec.json.decode(stored.text, type=Result)


async def show_plan(db: Connection, award: int) -> ToldPlan:
    return await fetch_one(db, Q["plan"], award, into=ToldPlan, missing=errors.NotFound())


async def set_plan(tx: Connection, award: int, data: ToldPlanIn) -> tuple[ToldPlan, ToldPlan]:
    """The plan before and after; ResultPublished once it has been told, for nothing can be sealed again."""
    before = await fetch_one(tx, Q["hold_plan"], award, into=ToldPlan, missing=errors.NotFound())
    check_plan(before, data)
    await tx.execute(Q["set_plan"], award, data.told_in, data.reveals_at, data.target)
    return before, await show_plan(tx, award)


def check_plan(before: Plan, data: TellingIn) -> None:
    """ResultPublished where the ceremony has been: its second has come and is no more to be moved."""
    if before.told and data.reveals_at != before.reveals_at:
        raise errors.ResultPublished
    if len(set(data.told_in)) < len(data.told_in) or not set(data.told_in) <= MESSAGES.keys():
        raise errors.Unprocessable("Each language is named once, and is one the pages speak.", field="told_in")


async def arm(tx: Connection, award: int, result: PublishedResult) -> None:
    """Put a result into the envelope of its ceremony, in the transaction that publishes it: once, under one key."""
    await tx.execute(Q["save_ceremony"], award, *put_away(result.text))


def put_away(result: str) -> tuple[str, bytes, bytes]:
    """A result in an envelope, from its JSON: the new code that opens it, the salt, the envelope."""
    code, salt = envelope.new_code(), secrets.token_bytes(envelope.SALT)
    return code, salt, envelope.close_envelope({"result": msgspec.json.decode(result)}, code, salt)


async def show_code(tx: Connection, award: int) -> CeremonyCode:
    """What opens the envelopes without a network; NotFound before there are any."""
    code = await tx.fetchval(Q["ceremony"], award)
    if code is None:
        raise errors.NotFound
    return CeremonyCode(code=code)


async def show_ceremony(db: Connection, award: int, public_url: str) -> ShownCeremony:
    """For a screen: everything it needs, and of the result no more than everyone may know at this moment."""
    told = await find_told(db, award=award)
    base = _waiting(told, await entries_of(db, award), public_url)
    stored = await stored_result(db, award)
    if stored is None:
        return base
    if stored.revealed:
        return structs.replace(base, state="told", result=msgspec.json.decode(stored.text, type=Result))
    sealed = await db.fetchrow(Q["ceremony"], award)
    if sealed is None:
        return base
    return seal(base, sealed["salt"], sealed["envelope"])


def seal(curtain: C, salt: bytes, closed: bytes) -> C:
    """The same with its envelope, for a screen that waits for the second."""
    return structs.replace(
        curtain,
        state="sealed",
        salt=base64.b64encode(salt).decode(),
        envelope=base64.b64encode(closed).decode(),
        rounds=envelope.ROUNDS,
    )


async def rehearse(db: Connection, award: int, public_url: str) -> ShownCeremony:
    """The same screen with a result that nobody voted for. It reads no vote and writes nothing."""
    told = await find_told(db, award=award)
    entries = await entries_of(db, award)
    base = _waiting(told, entries, public_url)
    return structs.replace(base, state="told", rehearsal=True, reveals_at=None, result=made_up(told, entries))


def made_up(told: ToldAward, entries: list[ToldEntry]) -> Result:
    ids = [entry.id for entry in entries]
    named, scale = (told.slug, told.festival_slug), (told.min, told.max)
    return made_up_result(named, told.kind, told.method, scale, ids, seed=secrets.randbits(48))


def _waiting(told: ToldAward, entries: list[ToldEntry], public_url: str) -> ShownCeremony:
    address = f"{public_url}/results/{told.slug}"
    return ShownCeremony(
        award=told.award,
        slug=told.slug,
        name=told.name,
        festival=told.festival,
        kind=told.kind,
        min=told.min,
        max=told.max,
        langs=told.told_in,
        state="waiting",
        rehearsal=False,
        reveals_at=told.reveals_at,
        now=told.now,
        entries=entries,
        bundle_url=address,
        bundle_qr=qr.svg(address),
    )


async def show_hours(db: Connection, award: int) -> TurnoutHours:
    """When ballots came and which way: never for whom."""
    plan = await show_plan(db, award)
    hours = [
        msgspec.convert(dict(row), TurnoutHour) for row in await db.fetch(Q["turnout_hours"], award, timeout=PATIENCE)
    ]
    visitors = await db.fetchval(Q["visitors"], award)
    return TurnoutHours(award=award, visitors=visitors, target=plan.target, hours=hours)


async def list_told(db: Connection) -> tuple[list[tuple[str, Words]], list[str], str]:
    """Slug and name of every award that is told, of audience and juries, and the languages and the zone to say them in.

    A jury's award has the slug "jury/<its number>", as its page has it.
    """
    rows = await db.fetch(Q["told_list"])
    langs = list(dict.fromkeys(lang for row in rows for lang in row["told_in"]))[:3] or ["en", "ru", "zh"]
    zone = await db.fetchval(Q["zone"]) or "UTC"
    return [(row["slug"], row["name"]) for row in rows], langs, zone
