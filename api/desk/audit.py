"""The audit log as the desk reads it: a page at a time, filtered, or whole as a file."""

from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from api.access.audit import note
from api.access.schemas import Account, Role
from api.db import Connection, Pool, fetch_all, read_queries
from api.desk.audit_schemas import AuditAsked, AuditFilters, AuditLine, AuditPage, AuditPerson
from api.tables import csv_of
from api.words import Words

Q = read_queries(Path(__file__).parent, "audit.sql")
PAGE = 50
#: Lines that are read at once for a file.
PIECE = 2_000
COLUMNS = ("id", "at", "by", "role", "action", "object", "name", "detail", "hash")
FileKind: TypeAlias = Literal["csv", "jsonl"]
PATIENCE = 30.0


class LineRow(Struct, frozen=True, kw_only=True):
    id: int
    at: datetime
    account: int | None
    name: str | None
    role: Role | None
    action: str
    kind: str
    number: int | None
    title: Words | None
    label: str | None
    detail: dict[str, Any]
    hash: str | None

    def to_line(self) -> AuditLine:
        by = None
        if self.account is not None and self.name is not None and self.role is not None:
            by = AuditPerson(id=self.account, name=self.name, role=self.role)
        return AuditLine(
            id=self.id,
            at=self.at,
            by=by,
            action=self.action,
            kind=self.kind,
            number=self.number,
            title=self.title,
            label=self.label,
            detail=self.detail,
            hash=self.hash,
        )


async def show_log(db: Connection, asked: AuditAsked, *, after: int | None) -> AuditPage:
    found = await _read(db, asked, after, PAGE + 1)
    more = len(found) > PAGE
    return AuditPage(lines=found[:PAGE], next=found[PAGE - 1].id if more else None)


async def show_filters(db: Connection) -> AuditFilters:
    row = await db.fetchrow(Q["audit_words"])
    people = await fetch_all(db, Q["audit_people"], into=AuditPerson)
    return AuditFilters(people=people, actions=row["actions"] if row else [], kinds=row["kinds"] if row else [])


async def _read(db: Connection, asked: AuditAsked, after: int | None, count: int) -> list[AuditLine]:
    find = asked.find.strip().lower() if asked.find else None
    values = (after, count, asked.who, asked.action, asked.kind, asked.number, asked.since, asked.until, find or None)
    rows = await db.fetch(Q["audit_lines"], *values, timeout=PATIENCE)
    return [msgspec.convert(dict(row), LineRow, strict=False).to_line() for row in rows]


async def note_export(tx: Connection, account: Account, asked: AuditAsked, kind: FileKind) -> None:
    """Taking the log out of the house is itself a line of it."""
    filters = {name: value for name, value in msgspec.to_builtins(asked).items() if value is not None}
    await note(tx, account, "export", "audit", {"as": kind} | filters)


async def export(pool: Pool, asked: AuditAsked, kind: FileKind) -> AsyncGenerator[bytes, None]:
    """All lines that are asked for, the newest first, in pieces: their number is no matter of memory."""
    if kind == "csv":
        yield csv_of([COLUMNS], line_end="\n").encode()
    after: int | None = None
    while True:
        async with pool.acquire() as db:
            found = await _read(db, asked, after, PIECE)
        if found:
            after = found[-1].id
            yield csv_of(map(_cells, found), line_end="\n").encode() if kind == "csv" else _jsonl(found)
        if len(found) < PIECE:
            return


def _jsonl(lines: list[AuditLine]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def _cells(line: AuditLine) -> tuple[object, ...]:
    name = line.label or next(iter((line.title or {}).values()), "")
    return (
        line.id,
        line.at.isoformat(),
        line.by.name if line.by else "",
        line.by.role if line.by else "house",
        line.action,
        line.kind if line.number is None else f"{line.kind}:{line.number}",
        name,
        msgspec.json.encode(line.detail).decode(),
        line.hash or "",
    )
