"""The log nobody can alter: who did what, written in the transaction that does it.

When that transaction ends the database links the line to the one before: its hash takes in that of the line before,
so a line that is changed, dropped or slipped in later breaks every hash after it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import asyncpg
from msgspec import Struct

from api.access.schemas import Account
from api.access.service import Q as ACCESS
from api.db import Connection, read_queries

Q = read_queries(Path(__file__).parent, "audit.sql")
#: What may be published of a line's detail: numbers and codes, never words that people typed, nor who somebody is.
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PRIVATE: Final = frozenset({"asked_by", "words", "name", "email", "label", "text", "account", "company"})


class PublicLine(Struct, frozen=True, kw_only=True):
    """A line of the log as everyone may read it: a person is a role with initials, the house is "house"."""

    seq: int
    at: datetime
    by: str
    action: str
    object: str
    detail: dict[str, Any]
    hash: str


class ChainReport(Struct, frozen=True, kw_only=True):
    """`head` is the hash of the newest line: whoever keeps it can tell later that nothing before it was changed."""

    lines: int
    head: str
    wrong: list[str]


async def note(tx: Connection, account: Account | None, action: str, obj: str, detail: Mapping[str, object]) -> None:
    """`obj` is a kind and an id, like "series:7". Nobody's account stands for the house itself."""
    await tx.execute(ACCESS["save_audit_event"], None if account is None else account.id, action, obj, detail)


async def lines_of(db: Connection, award: int) -> list[PublicLine]:
    """The lines that concern an award, for its public bundle; the oldest first."""
    return [_public(row) for row in await db.fetch(Q["audit_of_award"], award)]


async def lines_about(db: Connection, objects: Sequence[str]) -> list[PublicLine]:
    """The lines of these objects, each a kind and an id; the oldest first."""
    return [_public(row) for row in await db.fetch(Q["audit_about"], objects)]


def _public(row: asyncpg.Record) -> PublicLine:
    return PublicLine(
        seq=row["seq"] or 0,
        at=row["at"],
        by=public_name(row["role"], row["name"]),
        action=row["action"],
        object=row["object"],
        detail=public_detail(row["detail"]),
        hash="" if row["hash"] is None else row["hash"].hex(),
    )


def public_name(role: str | None, name: str | None) -> str:
    """A person's role and initials; what a name looks like in other alphabets does not matter to its first letters."""
    if role is None:
        return "house"
    initials = "".join(f"{word[0].upper()}." for word in (name or "").split() if word[0].isalpha())
    return f"{role} {initials}".rstrip()


def public_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name not in _PRIVATE and _is_plain(value)}


def _is_plain(value: object) -> bool:
    return (
        value is None
        or isinstance(value, int | float)
        or (isinstance(value, str) and _CODE.fullmatch(value) is not None)
    )


async def verify_chain(db: Connection) -> ChainReport:
    """Make every hash again from the lines as they are now. Within one transaction: the log may grow meanwhile."""
    head, place, wrong = b"", 0, list[str]()
    async for row in db.cursor(Q["audit_chain"], prefetch=2_000):
        place += 1
        if row["seq"] != place:
            wrong.append(f"Links {place} to {row['seq'] - 1} are missing.")
            place = row["seq"]
        if row["line"] is None:
            wrong.append(f"Line {row['event']}, link {place}, was deleted.")
        elif sha256(head + row["line"].encode()).digest() != row["hash"]:
            wrong.append(f"Line {row['event']}, link {place}, is not what was written, or what is before it is not.")
        head = row["hash"]
    unlinked = await db.fetchval(Q["audit_unlinked"])
    if unlinked:
        wrong.append(f"{unlinked} lines have no link: they were not written by this service.")
    return ChainReport(lines=place, head=head.hex(), wrong=wrong)
