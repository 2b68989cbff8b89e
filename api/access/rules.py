"""Secrets, codes and how long they live. No await, no I/O."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from msgspec import Struct

from api.access.schemas import Proof, Role, Standing

#: Letters and digits that are not mistaken for each other when read aloud or typed from paper.
CLEAR_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LIFE = timedelta(minutes=10)
ISSUED_CODE_LIFE = timedelta(hours=24)
DEVICE_LIFE = timedelta(days=180)
CODE_TRIES = 5
#: How long what somebody proved counts as fresh.
FRESH = timedelta(minutes=5)
IDLE: dict[Role, timedelta] = {
    "organiser": timedelta(hours=2),
    "auditor": timedelta(hours=2),
    "juror": timedelta(hours=2),
    "producer": timedelta(days=30),
}
ABSOLUTE: dict[Role, timedelta] = {
    "organiser": timedelta(hours=12),
    "auditor": timedelta(hours=12),
    "juror": timedelta(hours=12),
    "producer": timedelta(days=30),
}


class Attempt(Struct, frozen=True):
    """A sign-in code as stored, for one try at it. One for an `invitation` makes the account."""

    account: int | None
    code_hash: bytes
    browser_hash: bytes | None
    tries: int
    expires_at: datetime
    used_at: datetime | None
    invitation: int | None = None


def digest(secret: str) -> bytes:
    """SHA-256: enough for secrets that are long and random, or short-lived with few tries."""
    return hashlib.sha256(secret.encode()).digest()


def device_key(device: str) -> str:
    """What Redis knows a device by; its cookie cannot be made from it."""
    return digest(f"device:{device}").hex()[:32]


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_mail_code() -> str:
    """Eight digits, to be typed from a mail within ten minutes."""
    return f"{secrets.randbelow(10**8):08d}"


def new_clear_code(length: int = 12) -> str:
    """About 4.9 bits a sign; twelve are 58 bits."""
    return "".join(secrets.choice(CLEAR_ALPHABET) for _ in range(length))


def normalise_issued(code: str) -> str:
    return "".join(code.upper().replace("-", "").split())


def opens(attempt: Attempt, code: str, browser: str | None, now: datetime) -> bool:
    """Whether this code, typed in this browser now, signs its account in."""
    same_browser = attempt.browser_hash is None or (
        browser is not None and hmac.compare_digest(attempt.browser_hash, digest(browser))
    )
    fresh = attempt.used_at is None and now < attempt.expires_at and attempt.tries < CODE_TRIES
    somebodys = attempt.account is not None or attempt.invitation is not None
    return hmac.compare_digest(attempt.code_hash, digest(code)) and same_browser and fresh and somebodys


def is_held_back(standing: Standing, *, required: bool) -> bool:
    """Whether this session of an organiser may do no more than prove itself by a passkey, or make the first one."""
    return required and standing.account.role == "organiser" and standing.passkey_at is None


def first_need(standing: Standing, *, required: bool) -> Proof | None:
    """What a session has to do before anything else."""
    if not is_held_back(standing, required=required):
        return None
    return "passkey" if standing.passkeys else "enrol"


def proof_needed(standing: Standing, now: datetime, *, required: bool, enrolling: bool = False) -> Proof | None:
    """What stands between a session and an act that wants a fresh proof; None where it is fresh.

    Who has no passkey proves themselves by a new code: to make the first one, and where passkeys are only offered.
    """
    if standing.passkey_at is not None and now - standing.passkey_at <= FRESH:
        return None
    if standing.passkeys:
        return "passkey"
    if required and not enrolling:
        return "enrol"
    return None if now - standing.began_at <= FRESH else "code"
