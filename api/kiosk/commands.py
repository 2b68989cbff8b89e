"""What screens are told to do. A command is a row, told when its transaction commits; it waits until it is done."""

from typing import Final

from api import errors
from api.db import Connection, fetch_all, fetch_one
from api.kiosk.device_schemas import Command, CommandKind, Commands, DoneIn
from api.kiosk.fleet_schemas import CommandIn
from api.kiosk.pairing import Q as TELL
from api.kiosk.service import Q

#: The last of these is what a screen does, also after it starts anew.
MODES: Final[tuple[CommandKind, ...]] = ("play", "pause", "blank")


async def give(tx: Connection, account: int, kiosk: int, data: CommandIn) -> Command:
    """A newer command takes the place of a waiting one that it makes pointless."""
    if (data.kind == "say") != (data.text is not None):
        raise errors.Unprocessable("Something is said, and nothing else has words.", field="text")
    await tx.execute(Q["replace_commands"], kiosk, list(MODES if data.kind in MODES else (data.kind,)))
    values = (kiosk, data.kind, data.text, account)
    command = await fetch_one(tx, Q["save_command"], *values, into=Command, missing=errors.NotFound())
    if data.kind in MODES:
        await tx.execute(Q["set_mode"], kiosk, data.kind)
    await _tell(tx, kiosk)
    return command


async def waiting(db: Connection, kiosk: int) -> Commands:
    revoked = await db.fetchval(TELL["paired_kiosk"], kiosk) is None
    return Commands(revoked=revoked, commands=await fetch_all(db, Q["waiting_commands"], kiosk, into=Command))


async def done(tx: Connection, kiosk: int, command: int, data: DoneIn) -> None:
    """Said by the screen; again is the same."""
    if await tx.fetchval(Q["done_command"], kiosk, command, data.outcome) is None:
        raise errors.NotFound
    await _tell(tx, kiosk)


async def _tell(tx: Connection, kiosk: int) -> None:
    await tx.execute(TELL["tell"], f"kiosk:{kiosk}")
    await tx.execute(TELL["tell"], "kiosks")
