"""A festival with something of everything in it, and a browser for everybody who comes to it."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

from api.access.schemas import Role
from api.db import Connection
from tests import ballots, builders
from tests.architecture.titles import STATES, People, Title, a_title

Actor: TypeAlias = Role | Literal["kiosk"] | None
#: Nobody, those who sign in, and a screen; organisers come last, because they change the most.
ACTORS: tuple[Actor, ...] = (None, "kiosk", "producer", "juror", "auditor", "organiser")
#: Numbers and names that addresses are made of, by the parameter they stand for.
KNOWN = {
    "award": "SELECT id FROM award",
    "badge": "SELECT id FROM badge",
    "batch": "SELECT id FROM paper_batch",
    "command": "SELECT id FROM kiosk_command",
    "company": "SELECT id FROM company",
    "decision": "SELECT id FROM decision",
    "entry": "SELECT id FROM entry",
    "episode": "SELECT id FROM episode",
    "festival": "SELECT id FROM festival",
    "flag": "SELECT id FROM flag",
    "mark": "SELECT id FROM mark",
    "note": "SELECT id FROM jury_note",
    "invitation": "SELECT id FROM invitation",
    "juror": "SELECT account_id FROM jury_member",
    "jury": "SELECT id FROM jury",
    "kiosk": "SELECT id FROM kiosk",
    "member": "SELECT id FROM account",
    "package": "SELECT id FROM package",
    "passkey": "SELECT id FROM passkey",
    "person": "SELECT id FROM account",
    "programme": "SELECT id FROM programme",
    "round_id": "SELECT id FROM shortlist",
    "screening": "SELECT id FROM screening",
    "section": "SELECT id FROM section",
    "series": "SELECT id FROM series",
    "session": "SELECT id FROM session",
    "slug": "SELECT slug FROM series",
    "submission": "SELECT id FROM submission",
    "upload": "SELECT id FROM original",
    "void": "SELECT id FROM void_request",
}


async def fill(db: Connection, folder: Path) -> tuple[People, list[Title]]:
    """Titles in every state with their files, an award that is open, one that is over, a badge and a screening."""
    company = await builders.a_company(db)
    people = People(company, await builders.an_account(db, "juror"))
    titles = [await a_title(db, folder, people, state) for state in STATES]
    for closes in (timedelta(hours=1), timedelta(minutes=-10)):
        award = await builders.an_award(db, opens=timedelta(hours=-2), closes=closes)
        for title in titles:
            await builders.an_entry(db, award, title.series)
    await ballots.a_badge(db)
    await ballots.a_screening(db)
    return people, titles


async def known(db: Connection) -> dict[str, list[Any]]:
    """What is there to be asked for, by the name of the parameter."""
    return {name: [row[0] for row in await db.fetch(statement)] for name, statement in KNOWN.items()}


async def account_of(db: Connection, role: Role) -> int:
    """The one with a part in the titles where there is one, else a new one."""
    match role:
        case "juror":
            return int(await db.fetchval("SELECT account_id FROM assignment ORDER BY 1 LIMIT 1"))
        case "producer":
            return await builders.an_account(
                db, role, await db.fetchval("SELECT company_id FROM series ORDER BY id LIMIT 1")
            )
        case _:
            return await builders.an_account(db, role)


async def a_session_of(db: Connection, role: Role) -> str:
    return await builders.a_session(db, await account_of(db, role))
