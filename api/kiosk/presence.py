"""How screens are just now: their heartbeats and pictures, in Redis; what must last is in the database."""

import contextlib
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from api import errors
from api.db import Connection
from api.kiosk import commands, manifest
from api.kiosk.device_schemas import Beat, Heard
from api.kiosk.service import Q
from api.live import LOST, Live
from api.voting import journal

#: Seconds that a last word and a picture are remembered.
BEAT_LIFE: Final = 86_400
SHOT_LIFE: Final = 3_600
SHOT_LIMIT: Final = 120_000
_RIFF, _WEBP = b"RIFF", b"WEBP"


class Shot(Struct, frozen=True):
    at: datetime
    picture: bytes


async def hear(tx: Connection, live: Live, kiosk: int, beat: Beat, *, now: datetime) -> Heard:
    """A heartbeat, and what the screen should know in return."""
    arrived = await journal.report(tx, kiosk, counter=beat.counter, waiting=beat.votes_waiting)
    mode = await tx.fetchval(Q["note_seen"], kiosk, now)
    with contextlib.suppress(*LOST):
        await live.keep(f"kiosk:{kiosk}:beat", msgspec.json.encode(beat), seconds=BEAT_LIFE)
    return Heard(
        received=arrived.received,
        of=arrived.of,
        gaps=arrived.gaps,
        now=now,
        serial=await manifest.serial_of(tx, kiosk),
        mode=mode,
        commands=(await commands.waiting(tx, kiosk)).commands,
    )


async def beat_of(live: Live, kiosk: int) -> Beat | None:
    """The last heartbeat; None where there is none, Redis is away, or an older version wrote it."""
    try:
        found = await live.kept(f"kiosk:{kiosk}:beat")
        return None if found is None else msgspec.json.decode(found, type=Beat)
    except (*LOST, msgspec.MsgspecError):
        return None


def is_webp(picture: bytes) -> bool:
    return picture[:4] == _RIFF and picture[8:12] == _WEBP


async def keep_shot(live: Live, kiosk: int, picture: bytes, *, now: datetime) -> None:
    """A picture of the screen, as it was asked for. Shown to the desk only, and as nothing but a picture."""
    if len(picture) > SHOT_LIMIT:
        raise errors.TooLarge
    if not is_webp(picture):
        raise errors.Unprocessable("This is no WebP picture.", field="body")
    try:
        await live.keep(f"kiosk:{kiosk}:shot", msgspec.msgpack.encode(Shot(now, picture)), seconds=SHOT_LIFE)
        await live.keep(f"kiosk:{kiosk}:shot-at", now.isoformat().encode(), seconds=SHOT_LIFE)
    except LOST as error:
        raise errors.Unavailable(retry_after=2) from error


async def shot_of(live: Live, kiosk: int) -> bytes:
    try:
        found = await live.kept(f"kiosk:{kiosk}:shot")
    except LOST as error:
        raise errors.Unavailable(retry_after=2) from error
    if found is None:
        raise errors.NotFound("There is no picture of this screen; ask for one.")
    return msgspec.msgpack.decode(found, type=Shot).picture


async def shot_at(live: Live, kiosk: int) -> datetime | None:
    try:
        found = await live.kept(f"kiosk:{kiosk}:shot-at")
    except LOST:
        return None
    return None if found is None else datetime.fromisoformat(found.decode())
