"""Who may do what: people with their roles, invitations to a role, and the end of either.

Whatever takes a role away ends all sessions of that person in the same transaction.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from api import errors
from api.access import passkeys
from api.access import service as access
from api.access.audit import note
from api.access.refusals import OrganiserStays
from api.access.schemas import Account, Role
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.desk.people_schemas import (
    InvitationsPage,
    PeoplePage,
    PersonCard,
    RoleIn,
    RoleInvitation,
    RoleInvitationIn,
)
from api.letters import Kind, Letters
from api.live import Live
from api.words import pick

Q = read_queries(Path(__file__).parent, "people.sql")
LIFE: Final = timedelta(days=14)
PAGE: Final = 100
#: Letters to one address in an hour, and of one organiser in a day.
TO_ONE, OF_ONE = 3, 300
PAGES: Final[dict[Role, str]] = {"organiser": "desk", "auditor": "desk", "juror": "jury", "producer": "studio"}
INVITED: Final[dict[Role, Kind]] = {
    "organiser": "invited_organiser",
    "auditor": "invited_auditor",
    "juror": "invited_juror",
    "producer": "invited_producer",
}


class Post(Struct, frozen=True):
    """By whom letters are written, how many, and where they lead."""

    letters: Letters
    live: Live
    public_url: str


class Wanted(Struct, frozen=True):
    """Which people a list shows."""

    after: int = 0
    role: Role | None = None
    text: str = ""


def pattern_of(text: str) -> str | None:
    """What contains these words, for ILIKE; None for everything."""
    plain = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%" if plain else None


async def list_people(db: Connection, wanted: Wanted) -> PeoplePage:
    values = (wanted.after, wanted.role, pattern_of(wanted.text), PAGE + 1)
    found = await fetch_all(db, Q["list_people"], *values, into=PersonCard)
    more = len(found) > PAGE
    return PeoplePage(people=found[:PAGE], next=found[PAGE - 1].id if more else None)


async def list_invitations(db: Connection, *, after: int, now: datetime) -> InvitationsPage:
    found = await fetch_all(db, Q["list_invitations"], after, now, PAGE + 1, into=RoleInvitation)
    more = len(found) > PAGE
    return InvitationsPage(invitations=found[:PAGE], next=found[PAGE - 1].id if more else None)


async def invite(
    tx: Connection, post: Post, account: Account, data: RoleInvitationIn, *, now: datetime
) -> RoleInvitation:
    """Somebody who is invited already is written to again; the role of the later letter stands."""
    check_company(data.role, data.company)
    email = data.email.lower()
    await _limit(post.live, account.id, email)
    disabled = await tx.fetchval(Q["standing_account"], email)
    if disabled is not None:
        said = "There is a disabled account with this address: let it in again." if disabled else None
        raise errors.AlreadyThere(said or "There is an account with this address: change its role.")
    values = (email, data.name, data.lang, account.id, now, now + LIFE)
    if data.company is None:
        made = await tx.fetchval(Q["invite_to_role"], data.role, *values)
    else:
        company = await tx.fetchval(access.Q["save_company"], data.company)
        made = await tx.fetchval(Q["invite_to_company"], company, *values)
    await note(tx, account, "invite", f"invitation:{made}", {"role": data.role})
    return await _write(tx, post, account, made, now)


def check_company(role: Role, company: str | None) -> None:
    if (role == "producer") != (company is not None):
        raise errors.Unprocessable("A producer belongs to a company, and nobody else does.", field="company")


async def send_again(tx: Connection, post: Post, account: Account, invitation: int, *, now: datetime) -> RoleInvitation:
    missing = errors.NotFound()
    found = await fetch_one(tx, Q["invitation"], invitation, now, into=RoleInvitation, missing=missing)
    await _limit(post.live, account.id, found.email)
    await tx.fetchval(Q["send_again"], invitation, now, now + LIFE)
    await note(tx, account, "invite-again", f"invitation:{invitation}", {"role": found.role})
    return await _write(tx, post, account, invitation, now)


async def take_back(tx: Connection, account: Account, invitation: int) -> None:
    """A code that was asked for by it signs nobody in any more."""
    role = await tx.fetchval(Q["take_back"], invitation)
    if role is None:
        raise errors.NotFound
    await note(tx, account, "take-back-invitation", f"invitation:{invitation}", {"role": role})


async def change_role(tx: Connection, account: Account, person: int, data: RoleIn, *, now: datetime) -> PersonCard:
    """Their sessions end, so that nothing of the old role is left open anywhere."""
    check_company(data.role, data.company)
    await _hold(tx, account, person)
    before = await show(tx, person)
    company = None if data.company is None else await tx.fetchval(access.Q["save_company"], data.company)
    if (before.role, before.company.id if before.company else None) == (data.role, company):
        return before
    await tx.execute(Q["change_role"], person, data.role, company)
    await tx.execute(access.Q["end_all"], person, now)
    await note(tx, account, "change-role", f"account:{person}", {"from": before.role, "to": data.role})
    return await show(tx, person)


async def disable(tx: Connection, account: Account, person: int, *, now: datetime) -> PersonCard:
    """They are signed out at once and cannot come back; what they did stays. Again is the same."""
    await _hold(tx, account, person)
    if await tx.fetchval(Q["disable"], person, now) is not None:
        await tx.execute(access.Q["end_all"], person, now)
        await note(tx, account, "disable", f"account:{person}", {})
    return await show(tx, person)


async def enable(tx: Connection, account: Account, person: int) -> PersonCard:
    if await tx.fetchval(Q["enable"], person) is not None:
        await note(tx, account, "enable", f"account:{person}", {})
    return await show(tx, person)


async def forget_passkeys(tx: Connection, post: Post, account: Account, person: int, *, now: datetime) -> PersonCard:
    """For somebody who lost theirs: they sign in by a code and make a new one. They are told by mail."""
    if person == account.id:
        raise OrganiserStays
    found = await show(tx, person)
    await _limit(post.live, account.id, found.email)
    await passkeys.forget(tx, person, now=now)
    await note(tx, account, "forget-passkeys", f"account:{person}", {"passkeys": found.passkeys})
    lang = await tx.fetchval(Q["language_of"], person) or post.letters.lang
    values = {"inviter": _on_one_line(account.name), "address": found.email}
    url = _address(post.public_url, found.role, lang, found.email)
    await post.letters.send_in(lang, found.email, "passkeys_forgotten", url=url, **values)
    return await show(tx, person)


async def show(db: Connection, person: int) -> PersonCard:
    return await fetch_one(db, Q["person"], person, into=PersonCard, missing=errors.NotFound())


async def _hold(tx: Connection, account: Account, person: int) -> None:
    organisers = [row["id"] for row in await tx.fetch(Q["hold_organisers"])]
    check_may_take(organisers, account.id, person)


def check_may_take(organisers: Sequence[int], by: int, person: int) -> None:
    """Whoever lost the role a moment ago takes it from nobody."""
    if by not in organisers:
        raise errors.NotAllowed
    if person == by or list(organisers) == [person]:
        raise OrganiserStays


async def _limit(live: Live, account: int, email: str) -> None:
    address = hashlib.sha256(email.encode()).hexdigest()[:16]
    await live.limit(f"invite:desk:{address}", burst=TO_ONE, per_seconds=3600, fail_open=False)
    await live.limit(f"invite:by:{account}", burst=OF_ONE, per_seconds=86_400, fail_open=False)


async def _write(tx: Connection, post: Post, account: Account, invitation: int, now: datetime) -> RoleInvitation:
    missing = errors.NotFound()
    made = await fetch_one(tx, Q["invitation"], invitation, now, into=RoleInvitation, missing=missing)
    lang = made.lang or post.letters.lang
    names = {
        "inviter": _on_one_line(account.name),
        "festival": _on_one_line(pick(await tx.fetchval(Q["festival_name"]) or {"en": "Tallscreen"}, lang)),
        "company": _on_one_line(made.company.name if made.company else ""),
    }
    url = _address(post.public_url, made.role, lang, made.email)
    values = {"url": url, "address": made.email, "days": LIFE.days, **names}
    await post.letters.send_in(lang, made.email, INVITED[made.role], **values)
    return made


def _address(public_url: str, role: Role, lang: str, email: str) -> str:
    """The address stands behind #, which browsers send to nobody: the page fills it in."""
    return f"{public_url}/{PAGES[role]}?lang={lang}#to={quote(email)}"


def _on_one_line(name: str) -> str:
    """Names stand in the subject of a letter."""
    return " ".join(name.split())
