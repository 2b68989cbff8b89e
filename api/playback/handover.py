"""Continue on another device without an account: what was watched travels by a code that works once."""

import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from api import errors
from api.access.callers import Caller, pass_breaker
from api.access.rules import new_clear_code, normalise_issued
from api.db import Connection, fetch_maybe, read_queries
from api.live import Live
from api.playback.schemas import Handover, SeriesProgress

Q = read_queries(Path(__file__).parent, "handover.sql")
LIFE = timedelta(minutes=10)
#: Six of thirty signs: who guesses for ten minutes as often as the limit lets a network, while a thousand codes are
#: alive, finds one with a chance of 1 in 2400; and then knows what somebody has watched, not who.
LENGTH = 6
#: Of one network in a minute, ten times as many at the venue.
CODES, GUESSES = 20, 30


class Handed(Struct, frozen=True):
    progress: list[SeriesProgress]


def code_hash(key: bytes, code: str) -> bytes:
    """Keyed: six signs alone could be found from a copy of the table."""
    return hmac.digest(key, f"handover:{code}".encode(), hashlib.sha256)


async def hand_over(
    tx: Connection, live: Live, caller: Caller, progress: list[SeriesProgress], *, key: bytes, now: datetime
) -> Handover:
    await pass_breaker(live, caller, "handovers", per_minute=CODES, fail_open=True)
    await tx.execute(Q["forget_handovers"], now)
    code, expires_at = new_clear_code(LENGTH), now + LIFE
    if await tx.fetchval(Q["save_handover"], code_hash(key, code), progress, expires_at) is None:
        raise errors.Unavailable(retry_after=1)
    return Handover(code=code, expires_at=expires_at)


async def take(
    tx: Connection, live: Live, caller: Caller, code: str, *, key: bytes, now: datetime
) -> list[SeriesProgress]:
    """Once: the row is gone with the answer. Without Redis nobody can count guesses, so none is taken."""
    await pass_breaker(live, caller, "handover-guesses", per_minute=GUESSES, fail_open=False)
    found = await fetch_maybe(tx, Q["take_handover"], code_hash(key, normalise_issued(code)), now, into=Handed)
    if found is None:
        raise errors.CodeRefused
    return found.progress
