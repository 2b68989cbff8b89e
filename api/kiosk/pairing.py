"""A screen is paired as RFC 8628 has it: it shows a short code, an organiser types or scans it and gives a name."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from api import errors
from api.access.callers import Caller, pass_breaker
from api.access.rules import digest, new_token
from api.catalog import service as catalog
from api.db import Connection, fetch_maybe, fetch_one, read_queries
from api.kiosk import programmes
from api.kiosk.device_schemas import PairingAsked, PairingIn, Polled
from api.kiosk.fleet_schemas import PairIn, Pairing
from api.kiosk.house import House
from api.kiosk.refusals import PairingDecided
from api.live import Live
from api.voting import journal
from api.voting.journal_rules import from_base64url
from api.voting.seals import read_public

Q = read_queries(Path(__file__).parent, "pairing.sql")
#: Twenty consonants (RFC 8628, 6.1): no words come of them, and none is taken for a digit.
ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH: Final = 8
TAKEN: Final = "A screen with this name is there already."
LIFE: Final = timedelta(minutes=10)
INTERVAL: Final = 2
#: Codes a network may ask for, and codes an organiser may look up, in a minute.
ASKED, LOOKED_UP = 30, 30


class PairingRow(Struct, frozen=True, kw_only=True):
    device_hash: bytes
    public_key: bytes
    version: str
    asked_at: datetime
    expires_at: datetime
    denied_at: datetime | None
    kiosk: int | None


class PollRow(Struct, frozen=True, kw_only=True):
    polled_at: datetime | None
    denied_at: datetime | None
    kiosk: int | None
    name: str | None


def new_user_code() -> str:
    """34 bits, shown as BCDF-GHJK."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign in ALPHABET)


def shown(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def user_hash(key: bytes, code: str) -> bytes:
    """Keyed: eight signs alone could be found from a copy of the table."""
    return hmac.digest(key, f"kiosk-pairing:{normalise(code)}".encode(), hashlib.sha256)


async def ask(
    tx: Connection, live: Live, caller: Caller, data: PairingIn, *, house: House, now: datetime
) -> PairingAsked:
    await pass_breaker(live, caller, "pairings", per_minute=ASKED, fail_open=True)
    point = from_base64url(data.public_key)
    if read_public(point) is None:
        raise errors.Unprocessable("This is no public key of P-256.", field="public_key")
    await tx.execute(Q["forget_pairings"], now)
    device, code = new_token(), new_user_code()
    values = (digest(device), user_hash(house.key, code), point, data.version, now + LIFE)
    if await tx.fetchval(Q["save_pairing"], *values) is None:
        raise errors.Unavailable(retry_after=1)
    path = f"/desk/kiosks?code={shown(code)}"
    return PairingAsked(
        device_code=device,
        user_code=shown(code),
        verification_uri=f"{house.public_url}/desk/kiosks",
        verification_uri_complete=house.public_url + path,
        qr=f"/api/kiosk/qr.svg?path={quote(path, safe='')}",
        expires_in=int(LIFE.total_seconds()),
        interval=INTERVAL,
    )


async def poll(tx: Connection, device_code: str, *, house: House, now: datetime) -> Polled:
    """What became of it; asked again it is the same until the code ends, so a lost answer is no loss."""
    device = digest(device_code)
    found = await fetch_maybe(tx, Q["poll_pairing"], device, now, into=PollRow)
    if found is None:
        return Polled(state="expired")
    if found.polled_at is not None and now - found.polled_at < timedelta(seconds=INTERVAL / 2):
        raise errors.TooManyRequests(retry_after=INTERVAL)
    await tx.execute(Q["note_poll"], device, now)
    if found.denied_at is not None:
        return Polled(state="denied")
    if found.kiosk is None:
        return Polled(state="pending")
    key = await house.verifier_key(tx)
    return Polled(state="approved", kiosk=found.kiosk, name=found.name, house_key=str(key), seal_key=house.seal_key)


async def _find(tx: Connection, code: str, key: bytes, now: datetime) -> PairingRow:
    missing = errors.NotFound("No screen shows this code now. Codes last ten minutes.")
    return await fetch_one(tx, Q["find_pairing"], user_hash(key, code), now, into=PairingRow, missing=missing)


async def look_up(tx: Connection, live: Live, account: int, code: str, *, key: bytes, now: datetime) -> Pairing:
    """The screen that shows this code."""
    await live.limit(f"pairing-codes:{account}", burst=LOOKED_UP, per_seconds=60, fail_open=True)
    row = await _find(tx, code, key, now)
    return Pairing(
        code=shown(normalise(code)),
        version=row.version,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        decided=row.kiosk is not None or row.denied_at is not None,
    )


async def approve(
    tx: Connection, account: int, code: str, data: PairIn, *, key: bytes, now: datetime
) -> tuple[int, bool]:
    """The kiosk that the screen is from now on, and True where this call made it.

    A screen that never heard that it was paired shows another code, with the same key: it is the same kiosk.
    """
    row = await _find(tx, code, key, now)
    if row.kiosk is not None:
        return row.kiosk, False
    if row.denied_at is not None:
        raise PairingDecided
    same = await tx.fetchval(Q["kiosk_of_key"], row.public_key)
    if same is not None:
        await tx.execute(Q["approve_pairing"], row.device_hash, same)
        return int(same), False
    await catalog.festival(tx)
    await programmes.require_programme(tx, data.programme)
    values = (data.name, data.place, row.public_key, data.programme, account)
    kiosk = await tx.fetchval(Q["save_kiosk"], *values)
    if kiosk is None:
        raise errors.AlreadyThere(TAKEN)
    await journal.open_journal(tx, kiosk)
    await tx.execute(Q["approve_pairing"], row.device_hash, kiosk)
    await tx.execute(Q["tell"], "kiosks")
    return int(kiosk), True


async def deny(tx: Connection, code: str, *, key: bytes, now: datetime) -> bool:
    """True where it is new."""
    row = await _find(tx, code, key, now)
    if row.kiosk is not None:
        raise PairingDecided
    if row.denied_at is None:
        await tx.execute(Q["deny_pairing"], row.device_hash, now)
    return row.denied_at is None


async def revoke(tx: Connection, account: int, kiosk: int, *, now: datetime) -> bool:
    """Its next request is refused. True where it is new."""
    revoked = await tx.fetchval(Q["revoke_kiosk"], kiosk, now, account)
    await tx.execute(Q["tell"], f"kiosk:{kiosk}")
    await tx.execute(Q["tell"], "kiosks")
    return revoked is not None
