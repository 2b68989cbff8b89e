"""What the desk reads of the audit log."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

from api.access.schemas import Role
from api.words import Words

Number: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
Text: TypeAlias = Annotated[str, Meta(max_length=100)]


class AuditPerson(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    role: Role


class AuditLine(Struct, frozen=True, kw_only=True):
    """What was done; `by` is null for the house itself.

    `kind` and `number` say to what, `title` is its name in the languages of the festival, `label` a name that has none.
    `hash` links the line to all before it.
    """

    id: int
    at: datetime
    by: AuditPerson | None
    action: str
    kind: str
    number: int | None
    title: Words | None
    label: str | None
    detail: dict[str, Any]
    hash: str | None


class AuditPage(Struct, frozen=True, kw_only=True):
    """`next` is the id to ask `after` for the lines before; None at the end."""

    lines: list[AuditLine]
    next: int | None


class AuditFilters(Struct, frozen=True, kw_only=True):
    """What there is to choose from."""

    people: list[AuditPerson]
    actions: list[str]
    kinds: list[str]


class AuditAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lines are asked for; None asks for all."""

    who: Number | None = None
    action: Text | None = None
    kind: Text | None = None
    number: Number | None = None
    since: datetime | None = None
    until: datetime | None = None
    find: Text | None = None
