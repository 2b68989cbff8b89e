"""What goes in and out of sign-in."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

Role: TypeAlias = Literal["producer", "juror", "organiser", "auditor"]
#: What a session has to do first: answer with its passkey, enter a new code, or make a passkey.
Proof: TypeAlias = Literal["passkey", "code", "enrol"]
Email: TypeAlias = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+(?!\n)$", max_length=254)]


class Company(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class Account(Struct, frozen=True, kw_only=True):
    id: int
    email: str
    name: str
    role: Role
    company: Company | None


class Addressee(Struct, frozen=True):
    """`lang` is the one they last signed in with; None before that."""

    email: str
    lang: str | None


class Standing(Struct, frozen=True):
    """A session as it is now: whose it is, when it began, and what it has proved."""

    id: int
    account: Account
    began_at: datetime
    passkey_at: datetime | None
    passkeys: int


class Device(Struct, frozen=True):
    """What a session was opened on, in two coarse words such as "Chrome" and "Android"; empty where it is unknown."""

    browser: str = ""
    system: str = ""


class SignInPage(Struct, frozen=True):
    """Where somebody signs in: the language of the page, on what, and the token of a session the browser has there."""

    lang: str
    device: Device = Device()
    present: str | None = None


class Me(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`needs` stands where the account can do nothing else before."""

    account: Account | None
    needs: Proof | None = None


class CodeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email


class CodeSent(Struct, frozen=True, kw_only=True):
    """The same whether or not the address is known."""

    request: UUID


class CodeEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    request: UUID
    code: Annotated[str, Meta(pattern=r"^[0-9]{8}(?!\n)$")]


class IssuedCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(min_length=12, max_length=20)]


class AccountIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    role: Role
    company: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
