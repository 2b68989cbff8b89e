"""How many devices a juror may be signed in on, and what the one that had to go is told."""

from datetime import datetime
from pathlib import Path

from api import errors
from api.access import rules
from api.access.schemas import Account
from api.db import Connection, read_queries

Q = read_queries(Path(__file__).parent, "displaced.sql")
#: Phone, tablet and computer.
DEVICES = 3


class SignedInElsewhere(errors.SignInNeeded):
    """You have signed in on another device, and this one was the oldest of too many."""

    code = "too-many-devices"
    kept = "What you have watched and written is kept."
    next = "Sign in here again; the device that is then the oldest is signed out."


async def make_room(tx: Connection, account: Account, *, now: datetime) -> None:
    """A new session of a juror ends what is more than DEVICES. Two at the same moment wait for each other."""
    if account.role != "juror":
        return
    await tx.execute(Q["hold_account"], account.id)
    await tx.execute(Q["displace_sessions"], account.id, DEVICES, now, now - rules.IDLE["juror"])
    await tx.execute(Q["forget_displaced"], now - rules.ABSOLUTE["juror"])


async def why_not(db: Connection, token: str) -> errors.SignInNeeded:
    """What to tell whoever comes with a session that is none."""
    if await db.fetchval(Q["was_displaced"], rules.digest(token)):
        return SignedInElsewhere()
    return errors.SignInNeeded()
