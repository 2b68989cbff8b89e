"""What goes in and out of passkeys. The credentials are as browsers write them (WebAuthn, `toJSON`)."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, field

Base64url = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*(?!\n)$", max_length=16_384)]
PasskeyName = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^\S[^\x00-\x1f\x7f]*(?!\n)$")]


class Ceremony(Struct, frozen=True, kw_only=True):
    """Options for the browser's own call; their challenge is good for one answer within five minutes."""

    options: dict[str, Any]


class MadeResponse(Struct, frozen=True, kw_only=True):
    client_data: Base64url = field(name="clientDataJSON")
    attestation: Base64url = field(name="attestationObject")


class MadeCredential(Struct, frozen=True, kw_only=True):
    id: Base64url
    raw_id: Base64url = field(name="rawId")
    type: str
    response: MadeResponse


class GivenResponse(Struct, frozen=True, kw_only=True):
    client_data: Base64url = field(name="clientDataJSON")
    authenticator_data: Base64url = field(name="authenticatorData")
    signature: Base64url
    user_handle: Base64url | None = field(name="userHandle", default=None)


class GivenCredential(Struct, frozen=True, kw_only=True):
    id: Base64url
    raw_id: Base64url = field(name="rawId")
    type: str
    response: GivenResponse


class NewPasskey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: PasskeyName
    credential: MadeCredential


class PasskeyAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    credential: GivenCredential


class PasskeyChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: PasskeyName


class Passkey(Struct, frozen=True, kw_only=True):
    """`synced`: its maker keeps copies, so it survives the loss of one device."""

    id: int
    name: str
    synced: bool
    made_at: datetime
    used_at: datetime | None


class OwnSession(Struct, frozen=True, kw_only=True):
    """Where an account is signed in, as coarse as its owner needs to know it again. `by_passkey`: it has shown one."""

    id: int
    browser: str
    system: str
    began_at: datetime
    last_seen_at: datetime
    by_passkey: bool
    current: bool = False
