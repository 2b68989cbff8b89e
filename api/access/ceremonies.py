"""The two ceremonies of a passkey, making one and answering with one, as WebAuthn defines them. No I/O.

A challenge carries its own proof, so that nobody fills a table by asking for some: random bytes, its end, and a code
over both, its purpose and whom it is for.
"""

import binascii
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import cbor2
import msgspec
import webauthn
from msgspec import Struct
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from api.access.passkey_schemas import GivenCredential, MadeCredential
from api.access.refusals import PasskeyRefused
from api.access.schemas import Account

Purpose: TypeAlias = Literal["sign-in", "proof", "enrol"]
LIFE: Final = timedelta(minutes=5)
NAME: Final = "Tallscreen"
_NONCE, _END, _MAC = 16, 8, 32
#: What the library raises on bytes that nobody's authenticator made, besides its own.
_UNREADABLE = (WebAuthnException, cbor2.CBORDecodeError, binascii.Error, ValueError, KeyError, TypeError, IndexError)


class Site(Struct, frozen=True):
    """Whose passkeys they are: a browser gives them to this origin and to nobody else."""

    id: str
    origin: str
    key: bytes


def site_of(public_url: str, key: bytes) -> Site:
    """Browsers have passkeys at https and at localhost: a site without https has them on its own machine only."""
    url = urlsplit(public_url)
    host, port = url.hostname or "localhost", f":{url.port}" if url.port else ""
    if url.scheme != "https":
        return Site("localhost", f"http://localhost{port}", key)
    shown = f"[{host}]" if ":" in host else host
    return Site(host, f"https://{shown}{'' if url.port == 443 else port}", key)


def new_challenge(site: Site, purpose: Purpose, bound: str, now: datetime) -> bytes:
    """`bound` is what the answer has to come with: the browser, and the session where there is one."""
    fresh = secrets.token_bytes(_NONCE) + int((now + LIFE).timestamp()).to_bytes(_END)
    return fresh + _code(site, purpose, bound, fresh)


def end_of(site: Site, purpose: Purpose, bound: str, challenge: bytes, now: datetime) -> datetime:
    """When this challenge ends; PasskeyRefused where it is not ours, not for this, or over."""
    fresh, code = challenge[: _NONCE + _END], challenge[_NONCE + _END :]
    if len(code) != _MAC or not hmac.compare_digest(code, _code(site, purpose, bound, fresh)):
        raise PasskeyRefused
    end = datetime.fromtimestamp(int.from_bytes(fresh[_NONCE:]), UTC)
    if now >= end:
        raise PasskeyRefused
    return end


def _code(site: Site, purpose: Purpose, bound: str, fresh: bytes) -> bytes:
    return hmac.digest(site.key, b"\0".join((b"passkey", purpose.encode(), bound.encode(), fresh)), hashlib.sha256)


def challenge_in(client_data: str) -> bytes:
    """The challenge that an answer says it is for."""
    try:
        return base64url_to_bytes(
            msgspec.json.decode(base64url_to_bytes(client_data), type=dict[str, Any])["challenge"]
        )
    except (*_UNREADABLE, msgspec.DecodeError) as error:
        raise PasskeyRefused from error


def bytes_of(text: str) -> bytes:
    try:
        return base64url_to_bytes(text)
    except _UNREADABLE as error:
        raise PasskeyRefused from error


def handle_of(site: Site, account: int) -> bytes:
    """What authenticators know an account by: it says nothing of it."""
    return hmac.digest(site.key, f"passkey-holder:{account}".encode(), hashlib.sha256)


def options_to_make(site: Site, account: Account, known: list[bytes], challenge: bytes) -> dict[str, Any]:
    """For a passkey that its holder unlocks, and that names its account by itself."""
    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=NAME,
        user_name=account.email,
        user_display_name=account.name,
        user_id=handle_of(site, account.id),
        challenge=challenge,
        timeout=int(LIFE.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json_dict(options)


def options_to_answer(site: Site, known: list[bytes], challenge: bytes) -> dict[str, Any]:
    """With any passkey of this site where `known` names none."""
    options = webauthn.generate_authentication_options(
        rp_id=site.id,
        challenge=challenge,
        timeout=int(LIFE.total_seconds() * 1000),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def verify_made(site: Site, credential: MadeCredential, challenge: bytes) -> VerifiedRegistration:
    try:
        return webauthn.verify_registration_response(
            credential=msgspec.to_builtins(credential),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise PasskeyRefused from error


def verify_given(
    site: Site, credential: GivenCredential, challenge: bytes, *, public_key: bytes, count: int
) -> VerifiedAuthentication:
    """Also that its counter went on, where it has one: two that count from the same number are a copy."""
    try:
        return webauthn.verify_authentication_response(
            credential=msgspec.to_builtins(credential),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise PasskeyRefused from error
