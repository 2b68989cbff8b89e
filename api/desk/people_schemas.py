"""People and companies at the desk."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from api.access.schemas import Company, Email, Role
from api.words import Lang

#: One line: names stand in subjects of letters.
OneLine = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S[^\x00-\x1f\x7f]*(?!\n)$")]


class PersonCard(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    email: str
    role: Role
    company: Company | None
    joined_at: datetime
    last_seen_at: datetime | None
    passkeys: int
    disabled_at: datetime | None


class PeoplePage(Struct, frozen=True, kw_only=True):
    """By name; `next` is what to ask for `after`."""

    people: list[PersonCard]
    next: int | None


class RoleInvitation(Struct, frozen=True, kw_only=True):
    """Stands until its address signs in, or it is taken back. `lang` is None where a company's own page sent it."""

    id: int
    name: str
    email: str
    role: Role
    company: Company | None
    lang: str | None
    sent_at: datetime
    expires_at: datetime
    expired: bool


class InvitationsPage(Struct, frozen=True, kw_only=True):
    """The latest first; `next` is what to ask for `after`."""

    invitations: list[RoleInvitation]
    next: int | None


class RoleInvitationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Producers belong to a company, which is made where there is none of this name; nobody else does."""

    email: Email
    name: OneLine
    role: Role
    company: OneLine | None = None
    lang: Lang


class RoleIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: Role
    company: OneLine | None = None


class CompanyCard(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    people: int
    series: int


class CompaniesPage(Struct, frozen=True, kw_only=True):
    companies: list[CompanyCard]
    next: int | None


class CompanyIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: OneLine


class MergeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The company that stays."""

    into: int
