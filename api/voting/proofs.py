"""What proves the right to a ballot: badges, hall codes, codes by mail. No await, no I/O."""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from api import errors
from api.access.rules import CLEAR_ALPHABET, CODE_TRIES, normalise_issued
from api.voting.schemas import Tier
from api.voting.voter_schemas import BallotIn

#: 27 signs of the clear alphabet are 132 bits, and no spreadsheet takes them for a formula or a number.
BADGE_LENGTH = 27
#: Seconds a hall's code is shown; it is taken for as long again.
HALL_WINDOW = 30
HALL_LENGTH = 8
_SIGNATURE = 16
_GMAIL = ("gmail.com", "googlemail.com")


class CodeTry(Struct, frozen=True, kw_only=True):
    """A code sent by mail as stored, for one try at it; `now` is the database's clock."""

    voter_key: bytes
    code_hash: bytes
    tries: int
    expires_at: datetime
    used_at: datetime | None
    now: datetime


class Origin(Struct, frozen=True):
    """From where a ballot was asked for, as 16 bytes each that cannot be turned back."""

    device: bytes
    network: bytes | None


def origin_of(key: bytes, secret: bytes, device: str, network: str | None) -> Origin:
    """Keyed with the installation's key and the award's secret: there are only 2^24 networks of IPv4 to be tried by
    whoever has one of them, and when the secret is destroyed nobody can try.
    """
    both = hmac.digest(key, b"origin:" + secret, hashlib.sha256)

    def hashed(what: str) -> bytes:
        return hmac.digest(both, what.encode(), hashlib.sha256)[:16]

    return Origin(hashed(f"device:{device}"), None if network is None else hashed(f"network:{network}"))


def tier_of(asked: BallotIn) -> Tier:
    """Which kind of ballot is asked for; Unprocessable where that is not one."""
    mail = (asked.email_request is not None, asked.code is not None)
    given: list[tuple[Tier, bool]] = [
        ("badge", asked.badge is not None),
        ("hall", asked.hall is not None),
        ("email", any(mail)),
    ]
    tiers = [tier for tier, there in given if there]
    if len(tiers) > 1 or (any(mail) and not all(mail)):
        raise errors.Unprocessable("A ballot is asked for with one proof, whole.")
    return tiers[0] if tiers else "device"


def hall_code(secret: bytes, window: int) -> str:
    """The code of a screening in the given window of 30 seconds since 1970: eight signs, 39 bits."""
    number = int.from_bytes(hmac.digest(secret, f"hall:{window}".encode(), hashlib.sha256))
    signs = []
    for _ in range(HALL_LENGTH):
        number, sign = divmod(number, len(CLEAR_ALPHABET))
        signs.append(CLEAR_ALPHABET[sign])
    return "".join(signs)


def is_hall_code(secret: bytes, code: str, now: datetime) -> bool:
    """Whether `code` is on the screen now or was in the window before, which is how long scanning may take."""
    window, typed = window_of(now), normalise_issued(code).encode()
    return any(hmac.compare_digest(hall_code(secret, window - back).encode(), typed) for back in (0, 1))


def window_of(now: datetime) -> int:
    return int(now.timestamp()) // HALL_WINDOW


def sign_screen(key: bytes, screening: int) -> str:
    """The last part of a hall screen's address."""
    return f"{screening}-{_signature(key, screening)}"


def read_screen(key: bytes, screen: str) -> int | None:
    number, _, signature = screen.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None
    right = hmac.compare_digest(signature.encode(), _signature(key, int(number)).encode())
    return int(number) if right else None


def _signature(key: bytes, screening: int) -> str:
    signed = hmac.digest(key, f"screen:{screening}".encode(), hashlib.sha256)[:_SIGNATURE]
    return base64.b32encode(signed).decode().rstrip("=").lower()


def normalise_email(address: str) -> str:
    """One spelling for one mailbox: small letters, nothing after a plus, and at Gmail no dots and one domain.

    Other providers may tell dots apart, so theirs stay. An address that begins with a plus keeps it.
    """
    local, _, domain = address.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    domain = domain.rstrip(".")
    if domain in _GMAIL:
        local, domain = local.replace(".", "") or local, _GMAIL[0]
    return f"{local}@{domain}"


def code_hash(secret: bytes, request: UUID, code: str) -> bytes:
    """Keyed: eight digits without a key are found by trying."""
    return hmac.digest(secret, f"code:{request}:{code}".encode(), hashlib.sha256)


def opens(attempt: CodeTry, typed: bytes) -> bool:
    fresh = attempt.used_at is None and attempt.now < attempt.expires_at and attempt.tries < CODE_TRIES
    return hmac.compare_digest(attempt.code_hash, typed) and fresh
