"""How screens are just now: their heartbeats and pictures, in Redis; what must last is in the database."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from api import errors
from api.db import Connection, Pool
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


class LastWord(NamedTuple):
    """The last heartbeat of a screen and when its picture was taken; None where there is none, or Redis is away."""

    beat: Beat | None
    shot_at: datetime | None


async def true_time(pool: Pool) -> datetime:
    """By the clock that decides about votes, the database's; a process's own may be minutes off."""
    now: datetime = await pool.fetchval(Q["time"])
    return now


async def hear(pool: Pool, live: Live, kiosk: int, beat: Beat, *, now: datetime) -> Heard:
    """A heartbeat, and what the screen should know in return. No connection waits for Redis, which may hang."""
    async with pool.acquire() as tx, tx.transaction():
        heard = await _note(tx, kiosk, beat, now)
    with contextlib.suppress(*LOST):
        await live.keep(_key(kiosk, "beat"), msgspec.json.encode(beat), seconds=BEAT_LIFE)
    return heard


async def _note(tx: Connection, kiosk: int, beat: Beat, now: datetime) -> Heard:
    arrived = await journal.report(tx, kiosk, counter=beat.counter, waiting=beat.votes_waiting)
    mode = await tx.fetchval(Q["note_seen"], kiosk, now)
    return Heard(
        received=arrived.received,
        of=arrived.of,
        gaps=arrived.gaps,
        now=now,
        serial=await manifest.serial_of(tx, kiosk),
        mode=mode,
        commands=(await commands.waiting(tx, kiosk)).commands,
    )


async def last_words(live: Live, kiosks: Sequence[int]) -> list[LastWord]:
    """Of each screen, all asked for at once: a Redis that hangs must not hold up the desk for each of them."""
    keys = [_key(kiosk, what) for what in ("beat", "shot-at") for kiosk in kiosks]
    found: Sequence[bytes | None] = [None] * len(keys)
    with contextlib.suppress(*LOST):
        found = await live.kept_all(keys)
    beats, shots = found[: len(kiosks)], found[len(kiosks) :]
    return [LastWord(_beat(beat), _moment(shot)) for beat, shot in zip(beats, shots, strict=True)]


def _key(kiosk: int, what: str) -> str:
    """What is in braces keeps all of them on one server of a cluster."""
    return f"{{kiosks}}:{kiosk}:{what}"


def _beat(kept: bytes | None) -> Beat | None:
    """None also where an older version wrote it."""
    try:
        return None if kept is None else msgspec.json.decode(kept, type=Beat)
    except msgspec.MsgspecError:
        return None


def _moment(kept: bytes | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept.decode())


def is_webp(picture: bytes) -> bool:
    return picture[:4] == _RIFF and picture[8:12] == _WEBP


async def keep_shot(live: Live, kiosk: int, picture: bytes, *, now: datetime) -> None:
    """A picture of the screen, as it was asked for. Shown to the desk only, and as nothing but a picture."""
    if len(picture) > SHOT_LIMIT:
        raise errors.TooLarge
    if not is_webp(picture):
        raise errors.Unprocessable("This is no WebP picture.", field="body")
    try:
        await live.keep(_key(kiosk, "shot"), msgspec.msgpack.encode(Shot(now, picture)), seconds=SHOT_LIFE)
        await live.keep(_key(kiosk, "shot-at"), now.isoformat().encode(), seconds=SHOT_LIFE)
    except LOST as error:
        raise errors.Unavailable(retry_after=2) from error


async def shot_of(live: Live, kiosk: int) -> bytes:
    try:
        found = await live.kept(_key(kiosk, "shot"))
    except LOST as error:
        raise errors.Unavailable(retry_after=2) from error
    if found is None:
        raise errors.NotFound("There is no picture of this screen; ask for one.")
    return msgspec.msgpack.decode(found, type=Shot).picture
