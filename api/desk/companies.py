"""Companies at the desk: how they are written, and two that are one."""

from typing import Final

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one
from api.desk.people import Q, pattern_of
from api.desk.people_schemas import CompaniesPage, CompanyCard, CompanyIn, MergeIn

PAGE: Final = 100


async def list_companies(db: Connection, *, after: int, text: str) -> CompaniesPage:
    found = await fetch_all(db, Q["list_companies"], after, pattern_of(text), PAGE + 1, into=CompanyCard)
    more = len(found) > PAGE
    return CompaniesPage(companies=found[:PAGE], next=found[PAGE - 1].id if more else None)


async def rename(tx: Connection, account: Account, company: int, data: CompanyIn) -> CompanyCard:
    await tx.execute(Q["hold_companies"], [company])
    before = await _show(tx, company)
    if await tx.fetchval(Q["company_named"], data.name) not in (None, company):
        raise errors.AlreadyThere("There is a company of this name already; join the two instead.")
    await tx.execute(Q["rename_company"], company, data.name)
    if before.name != data.name:
        await note(tx, account, "rename-company", f"company:{company}", {"from": before.name, "to": data.name})
    return await _show(tx, company)


async def merge(tx: Connection, account: Account, company: int, data: MergeIn) -> CompanyCard:
    """People, series and invitations go over to the one that stays, and the other is gone."""
    if company == data.into:
        raise errors.Unprocessable("A company cannot be joined with itself.", field="into")
    await tx.execute(Q["hold_companies"], [company, data.into])
    gone, _ = await _show(tx, company), await _show(tx, data.into)
    for step in ("move_people", "move_series", "drop_invited_twice", "move_invitations"):
        await tx.execute(Q[step], company, data.into)
    await tx.execute(Q["drop_company"], company)
    await note(tx, account, "merge-company", f"company:{data.into}", {"merged": gone.name})
    return await _show(tx, data.into)


async def _show(db: Connection, company: int) -> CompanyCard:
    return await fetch_one(db, Q["company"], company, into=CompanyCard, missing=errors.NotFound())
