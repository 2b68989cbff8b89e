"""The people of a company, and who is invited."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from api.access.schemas import Company, Email


class Member(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    email: str
    joined_at: datetime


class Invitation(Struct, frozen=True, kw_only=True):
    """Stands until its address signs in, or it is taken back. After `expires_at` it has to be sent again."""

    id: int
    name: str
    email: str
    sent_at: datetime
    expires_at: datetime
    expired: bool


class CompanyPeople(Struct, frozen=True, kw_only=True):
    company: Company
    members: list[Member]
    invitations: list[Invitation]


class InvitationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    name: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S[^\x00-\x1f\x7f]*(?!\n)$")]
