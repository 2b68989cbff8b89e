"""A screen proves that it holds its key, and is known for a quarter of an hour. Revoked, it is unknown at once."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from api.access.callers import Caller, pass_breaker
from api.db import Connection, fetch_maybe
from api.kiosk.device_schemas import Challenge, SessionIn, SessionOut
from api.kiosk.house import House
from api.kiosk.pairing import Q
from api.kiosk.refusals import KioskUnknown
from api.live import Live
from api.voting.journal_rules import from_base64url
from api.voting.seals import is_signed, read_public

LABEL: Final = b"tallscreen kiosk session\n"
CHALLENGE_LIFE: Final = timedelta(seconds=60)
SESSION_LIFE: Final = timedelta(minutes=15)
#: Of one network in a minute; a hall's screens together need a few.
TRIES: Final = 120


class Kiosk(Struct, frozen=True, kw_only=True):
    """A screen that is paired."""

    id: int
    name: str
    public_key: bytes


def _sign(key: bytes, what: str, body: str) -> str:
    return hmac.digest(key, f"kiosk {what}:{body}".encode(), hashlib.sha256).hex()[:32]


def _made(key: bytes, what: str, kiosk: int, until: datetime, word: str) -> str:
    body = f"{kiosk}.{int(until.timestamp())}.{word}"
    return f"{body}.{_sign(key, what, body)}"


def _read(key: bytes, what: str, text: str, now: datetime) -> int | None:
    """The kiosk that a challenge or token of ours is for; None where it is neither or too old."""
    body, _, signature = text.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(key, what, body).encode()):
        return None
    kiosk, until, _ = body.split(".")
    return int(kiosk) if datetime.fromtimestamp(int(until), UTC) > now else None


async def challenge(live: Live, caller: Caller, kiosk: int, *, key: bytes, now: datetime) -> Challenge:
    """For any number: who has no key learns nothing from it."""
    await pass_breaker(live, caller, "kiosk-sessions", per_minute=TRIES, fail_open=True)
    made = _made(key, "challenge", kiosk, now + CHALLENGE_LIFE, secrets.token_hex(16))
    return Challenge(challenge=made, expires_in=int(CHALLENGE_LIFE.total_seconds()))


async def open_session(db: Connection, data: SessionIn, *, house: House, now: datetime) -> SessionOut:
    """KioskUnknown for a wrong signature, an old challenge and a screen that is not paired, all alike."""
    found = await _find(db, data.kiosk)
    asked = _read(house.key, "challenge", data.challenge, now)
    key = None if found is None else read_public(found.public_key)
    text = LABEL + data.challenge.encode()
    if found is None or key is None or asked != found.id or not is_signed(key, text, from_base64url(data.signature)):
        raise KioskUnknown
    until = now + SESSION_LIFE
    return SessionOut(
        token=_made(house.key, "session", found.id, until, "1"),
        expires_at=until,
        now=now,
        kiosk=found.id,
        name=found.name,
        house_key=str(await house.verifier_key(db)),
        seal_key=house.seal_key,
    )


async def identify(db: Connection, token: str, *, key: bytes, now: datetime) -> Kiosk | None:
    """The screen whose session this is; None where it is none, has ended or the screen was revoked."""
    kiosk = _read(key, "session", token, now)
    return None if kiosk is None else await _find(db, kiosk)


async def _find(db: Connection, kiosk: int) -> Kiosk | None:
    return await fetch_maybe(db, Q["paired_kiosk"], kiosk, into=Kiosk)
