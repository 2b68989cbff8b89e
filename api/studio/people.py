"""Several people work for one company: inviting, joining, leaving. Every change leaves a line in the audit log.

Whoever invites is told the same of every address. That one has an account here already is told to its owner alone, by
the letter: an address belongs to one company, so that invitation can never be accepted.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from api import errors
from api.access.audit import note
from api.access.schemas import Account, Company
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries
from api.letters import Kind, Letters
from api.live import Live
from api.studio.people_schemas import CompanyPeople, Invitation, InvitationIn, Member
from api.studio.refusals import MemberStays
from api.studio.service import scope_of

Q = read_queries(Path(__file__).parent, "people.sql")
LIFE: Final = timedelta(days=14)
MOST_STANDING: Final = 50
#: Letters to one address in an hour, and of one company in a day: nobody is to be written to through us.
TO_ONE, OF_ONE = 3, 60


class Post(Struct, frozen=True):
    """By whom letters are written, how many, and where they lead."""

    letters: Letters
    live: Live
    public_url: str


class MemberRow(Member, frozen=True, kw_only=True):
    company: int


class InvitationRow(Invitation, frozen=True, kw_only=True):
    company: int


async def people(db: Connection, account: Account, *, now: datetime) -> list[CompanyPeople]:
    """A producer's own company; organisers see all."""
    companies = await fetch_all(db, Q["companies"], scope_of(account), into=Company)
    ids = [company.id for company in companies]
    members = await fetch_all(db, Q["members"], ids, into=MemberRow)
    invitations = await fetch_all(db, Q["invitations"], ids, now, into=InvitationRow)
    return [
        CompanyPeople(
            company=company,
            members=[_member(row) for row in members if row.company == company.id],
            invitations=[_invitation(row) for row in invitations if row.company == company.id],
        )
        for company in companies
    ]


def _member(row: MemberRow) -> Member:
    return Member(**{name: getattr(row, name) for name in Member.__struct_fields__})


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(**{name: getattr(row, name) for name in Invitation.__struct_fields__})


async def invite(tx: Connection, post: Post, account: Account, data: InvitationIn, *, now: datetime) -> Invitation:
    """Somebody who is invited already is written to again."""
    company, email = account.company, data.email.lower()
    if company is None:
        raise errors.NotAllowed("People are invited by their own company; accounts of others are made at the desk.")
    await _limit(post.live, company.id, email)
    await tx.execute(Q["hold_company"], company.id)
    if await tx.fetchval(Q["is_member"], company.id, email):
        raise errors.AlreadyThere("This person belongs to your company already.")
    values = (company.id, email, data.name, account.id, now, now + LIFE, MOST_STANDING)
    row = await fetch_maybe(tx, Q["save_invitation"], *values, into=InvitationRow)
    if row is None:
        raise errors.Unprocessable(f"{MOST_STANDING} invitations are standing; take some back first.", field="email")
    await note(tx, account, "invite", f"invitation:{row.id}", {"company": company.id})
    await _write(tx, post, account, row)
    return _invitation(row)


async def send_again(tx: Connection, post: Post, account: Account, invitation: int, *, now: datetime) -> Invitation:
    scope, missing = scope_of(account), errors.NotFound()
    found = await fetch_one(tx, Q["invitation"], invitation, scope, into=InvitationRow, missing=missing)
    await _limit(post.live, found.company, found.email)
    row = await fetch_one(tx, Q["send_again"], invitation, now, now + LIFE, into=InvitationRow, missing=missing)
    await note(tx, account, "invite-again", f"invitation:{row.id}", {"company": row.company})
    await _write(tx, post, account, row)
    return _invitation(row)


async def take_back(tx: Connection, account: Account, invitation: int) -> None:
    """A code that was asked for by it signs nobody in any more."""
    company = await tx.fetchval(Q["take_back"], invitation, scope_of(account))
    if company is None:
        raise errors.NotFound
    await note(tx, account, "take-back-invitation", f"invitation:{invitation}", {"company": company})


async def remove_member(tx: Connection, account: Account, member: int, *, now: datetime) -> None:
    company = await tx.fetchval(Q["company_of"], member, scope_of(account))
    if company is None:
        raise errors.NotFound
    await tx.execute(Q["hold_company"], company)
    members = [row["id"] for row in await tx.fetch(Q["member_ids"], company)]
    check_may_remove(members, None if account.company is None else account.id, member)
    await tx.execute(Q["remove_member"], member, now)
    await note(tx, account, "remove-member", f"account:{member}", {"company": company})


def check_may_remove(members: Sequence[int], remover: int | None, member: int) -> None:
    """`remover` is None for somebody from outside the company. Whoever was removed a moment ago removes nobody."""
    if member not in members:
        raise errors.NotFound
    if remover is not None and remover not in members:
        raise errors.NotAllowed
    if member == remover or len(members) == 1:
        raise MemberStays


async def _limit(live: Live, company: int, email: str) -> None:
    address = hashlib.sha256(email.encode()).hexdigest()[:16]
    await live.limit(f"invite:{company}:{address}", burst=TO_ONE, per_seconds=3600, fail_open=False)
    await live.limit(f"invite:{company}", burst=OF_ONE, per_seconds=86_400, fail_open=False)


async def _write(tx: Connection, post: Post, account: Account, row: InvitationRow) -> None:
    company = await tx.fetchval(Q["company_name"], row.company)
    kind: Kind = "invited_elsewhere" if await tx.fetchval(Q["has_account"], row.email) else "invited"
    values = {"inviter": on_one_line(account.name), "company": on_one_line(company), "address": row.email}
    await post.letters.send(row.email, kind, **values, days=LIFE.days, url=f"{post.public_url}/studio")


def on_one_line(name: str) -> str:
    """Names stand in the subject of a letter."""
    return " ".join(name.split())
