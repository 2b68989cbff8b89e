"""Sign-in by code, sessions, accounts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import uuid_utils.compat as uuids
from msgspec import Struct

from api import errors
from api.access import displaced, rules
from api.access.schemas import Account, AccountIn, Addressee, Role, SignInPage, Standing
from api.db import Connection, fetch_all, fetch_maybe, fetch_one, read_queries, to_struct

Q = read_queries(Path(__file__).parent)
TOUCH_EVERY = timedelta(minutes=1)


class Saved(Struct, frozen=True):
    id: int
    passkeys: int


class Opened(NamedTuple):
    """A session that was just opened: its token, told once, and what it stands for."""

    token: str
    standing: Standing


async def standing_of(db: Connection, token: str, *, now: datetime) -> Standing | None:
    """The session of this token, if it is good. Read at each request: rights taken away are gone at once."""
    row = await db.fetchrow(Q["session_by_token"], rules.digest(token), now)
    if row is None or now - row["last_seen_at"] > rules.IDLE[row["role"]]:
        return None
    if now - row["last_seen_at"] > TOUCH_EVERY:
        await db.execute(Q["touch_session"], rules.digest(token), now)
    own = {name: row[name] for name in ("began_at", "passkey_at", "passkeys")}
    return Standing(id=row["session"], account=to_struct(row, Account), **own)


async def account_of(db: Connection, token: str, *, now: datetime) -> Account | None:
    """Who holds this session token, if it is good."""
    standing = await standing_of(db, token, now=now)
    return None if standing is None else standing.account


async def request_code(tx: Connection, email: str, *, browser: str, now: datetime) -> tuple[UUID, str | None]:
    """A request id and, where the address has an account or is invited, the code to mail.

    Unknown addresses take the same steps.
    """
    account = await tx.fetchval(Q["account_by_email"], email.lower())
    standing = await tx.fetchval(Q["standing_invitation"], email.lower(), now)
    invitation = standing if account is None else None
    request, code = UUID(str(uuids.uuid7())), rules.new_mail_code()
    await tx.execute(Q["retire_codes"], account, invitation, now)
    hashes = (rules.digest(code), rules.digest(browser))
    await tx.execute(Q["save_code"], request, account, invitation, *hashes, now, now + rules.CODE_LIFE)
    return request, None if account is None and invitation is None else code


async def sign_in(
    tx: Connection,
    request: UUID,
    code: str,
    *,
    browser: str | None,
    page: SignInPage,
    now: datetime,
) -> Opened | None:
    """A session token and its account, or None where the code is refused; the try is counted either way.

    Mail that nobody asks for at a page comes in the language of this one.
    """
    attempt = await fetch_maybe(tx, Q["try_code"], request, into=rules.Attempt)
    if attempt is None or not rules.opens(attempt, code, browser, now):
        return None
    account = attempt.account
    if account is None and attempt.invitation is not None:
        account = await _join(tx, attempt.invitation, now)
    if account is None or await tx.fetchval(Q["use_code"], request, now) is None:
        return None
    return await open_session(tx, account, page, now=now)


async def _join(tx: Connection, invitation: int, now: datetime) -> int | None:
    """The account that accepts an invitation; None where it was taken back, or the address got one in the meantime."""
    row = await tx.fetchrow(Q["take_invitation"], invitation, now)
    if row is None:
        return None
    account = await tx.fetchval(Q["join"], row["email"], row["name"], row["role"], row["company"])
    if account is None:
        return None
    action, detail = "join", {"role": row["role"]}
    if row["company"] is not None:
        action, detail = "join-company", {"company": row["company"]}
    await tx.execute(Q["save_audit_event"], account, action, f"invitation:{invitation}", detail)
    return int(account)


async def sign_in_issued(tx: Connection, code: str, *, page: SignInPage, now: datetime) -> Opened | None:
    """As `sign_in`, for a code an operator issued."""
    plain = rules.normalise_issued(code)
    row = await tx.fetchrow(Q["try_issued_code"], rules.digest(plain))
    if row is None:
        return None
    attempt = to_struct(row, rules.Attempt)
    if attempt.account is None or not rules.opens(attempt, plain, None, now):
        return None
    if await tx.fetchval(Q["use_code"], row["id"], now) is None:
        return None
    return await open_session(tx, attempt.account, page, now=now)


async def open_session(
    tx: Connection, account_id: int, page: SignInPage, *, now: datetime, passkey_at: datetime | None = None
) -> Opened:
    """A new session token and what it stands for. It takes the place of the session that the browser has."""
    if page.present:
        await sign_out(tx, page.present)
    account = await fetch_one(tx, Q["account_by_id"], account_id, into=Account, missing=errors.CodeRefused())
    await tx.execute(Q["note_sign_in"], account.id, page.lang, now)
    token = rules.new_token()
    ends = now + rules.ABSOLUTE[account.role]
    values = (rules.digest(token), account.id, now, ends, passkey_at, page.device.browser, page.device.system)
    saved = await fetch_one(tx, Q["save_session"], *values, into=Saved, missing=errors.CodeRefused())
    await displaced.make_room(tx, account, now=now)
    return Opened(token, Standing(saved.id, account, now, passkey_at, saved.passkeys))


async def sign_out(tx: Connection, token: str) -> None:
    await tx.execute(Q["end_session"], rules.digest(token))


async def issue_code(tx: Connection, email: str, *, now: datetime) -> str:
    """A sign-in code for an operator to hand over: good for a day and one use."""
    account = await tx.fetchval(Q["account_by_email"], email.lower())
    if account is None:
        raise errors.NotFound("There is no account with this address.")
    code = rules.new_clear_code()
    values = (account, None, rules.digest(code), None, now, now + rules.ISSUED_CODE_LIFE)
    await tx.execute(Q["save_code"], UUID(str(uuids.uuid7())), *values)
    return "-".join(code[start : start + 4] for start in range(0, 12, 4))


async def create_account(tx: Connection, data: AccountIn) -> Account:
    if data.role == "producer" and data.company is None:
        raise errors.Unprocessable("A producer belongs to a company; name it.", field="company")
    company = None if data.company is None else await tx.fetchval(Q["save_company"], data.company)
    account = await tx.fetchval(Q["save_account"], data.email.lower(), data.name, data.role, company)
    if account is None:
        raise errors.AlreadyThere("There is an account with this address already.")
    return await fetch_one(tx, Q["account_by_id"], account, into=Account, missing=errors.NotFound())


async def count_accounts(db: Connection) -> int:
    return int(await db.fetchval(Q["count_accounts"]))


async def addressees_of(db: Connection, role: Role) -> list[Addressee]:
    """Where mail to everyone of this role goes, and in which language."""
    return await fetch_all(db, Q["addressees_of"], role, into=Addressee)
