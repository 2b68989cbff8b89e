"""All screens at a glance: what the database knows of them, and their last words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import structlog
from msgspec import Struct

from api import errors
from api.db import Connection, Pool, fetch_all
from api.kiosk import presence, programmes
from api.kiosk.device_schemas import Beat
from api.kiosk.fleet_schemas import FindingOut, Fleet, FleetKiosk, KioskIn, KioskJournal, LateKiosk, OnScreen
from api.kiosk.pairing import TAKEN
from api.kiosk.pairing import Q as TELL
from api.kiosk.presence import LastWord
from api.kiosk.service import Q
from api.live import Live
from api.paging import LIMIT, cut
from api.playback import library
from api.playback.library import ShelfRow
from api.voting import journal

log = structlog.get_logger("kiosk")
#: After so long without a heartbeat somebody should look at a screen.
LATE: Final = timedelta(seconds=60)
LOOK_EVERY: Final = 10.0


class FleetRow(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    place: str
    programme: int | None
    rotation: int
    sound: str
    volume: float
    touch: bool
    idle_seconds: int
    side: int
    head_count: int | None
    mode: str
    paired_at: datetime
    seen_at: datetime | None
    received: int
    of: int
    waiting: int
    last_vote_at: datetime | None
    findings: int
    commands: int


def is_late(seen_at: datetime | None, now: datetime) -> bool:
    """A screen that never said a word is being set up, not late."""
    return seen_at is not None and now - seen_at > LATE


async def fleet(db: Connection, live: Live, after: int = 0, limit: int = LIMIT, *, now: datetime) -> Fleet:
    """A page of the screens by name, and what is to be known of all of them."""
    name = await db.fetchval(Q["place_in_fleet"], after) or ""
    page, more = cut(await fetch_all(db, Q["fleet"], name, after, limit + 1, into=FleetRow), limit)
    return Fleet(
        kiosks=await _cards(db, live, page, now),
        late=await late_kiosks(db, now=now),
        held=await db.fetchval(Q["held_votes"]),
        next=page[-1].id if more else None,
    )


async def _cards(db: Connection, live: Live, rows: Sequence[FleetRow], now: datetime) -> list[FleetKiosk]:
    shelf = {row.episode: row for row in await library.shelf(db)} if rows else {}
    words = await presence.last_words(live, [row.id for row in rows])
    return [_card(row, said, shelf, now) for row, said in zip(rows, words, strict=True)]


async def late_kiosks(db: Connection, *, now: datetime) -> list[LateKiosk]:
    """Screens that should have said something by now, a thousand at most."""
    return await fetch_all(db, Q["late_kiosks"], now - LATE, into=LateKiosk)


def _card(row: FleetRow, said: LastWord, shelf: dict[int, ShelfRow], now: datetime) -> FleetKiosk:
    return FleetKiosk(
        **{name: getattr(row, name) for name in row.__struct_fields__},
        late=is_late(row.seen_at, now),
        beat=said.beat,
        on_screen=None if said.beat is None else _on_screen(said.beat, shelf),
        screenshot_at=said.shot_at,
    )


def _on_screen(beat: Beat, shelf: dict[int, ShelfRow]) -> OnScreen | None:
    found = shelf.get(beat.episode or 0)
    if found is None:
        return None
    return OnScreen(
        title=found.title, number=found.number, second=beat.second or 0.0, of=found.seconds, poster=found.poster
    )


async def change_kiosk(tx: Connection, kiosk: int, data: KioskIn) -> None:
    """The screen hears of it with its next heartbeat."""
    await programmes.require_programme(tx, data.programme)
    values = (data.name, data.place, data.programme, data.rotation, data.sound, data.volume, data.touch)
    more = (data.idle_seconds, data.side, data.head_count)
    try:
        changed = await tx.fetchval(Q["change_kiosk"], kiosk, *values, *more)
    except asyncpg.UniqueViolationError as error:
        raise errors.AlreadyThere(TAKEN) from error
    if changed is None:
        raise errors.NotFound
    await tx.execute(TELL["tell"], "kiosks")


async def show_journal(tx: Connection, kiosk: int) -> KioskJournal:
    """How its votes have arrived."""
    held = await journal.find(tx, kiosk)
    arrived = await journal.arrived(tx, kiosk, counter=max(held.counter, held.received), received=held.received)
    found = await journal.findings(tx, kiosk)
    return KioskJournal(
        received=arrived.received,
        of=arrived.of,
        gaps=arrived.gaps,
        findings=[FindingOut(what=each.what, counter=each.counter, found_at=each.found_at) for each in found],
    )


class Watch:
    """Sees which screens have gone silent, for the log. Every API process runs one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._silent: set[int] = set()

    async def look(self, now: datetime) -> None:
        async with self._pool.acquire() as db:
            late = await late_kiosks(db, now=now)
        for each in late:
            if each.id not in self._silent:
                log.warning("screen is silent", kiosk=each.id, seen_at=each.seen_at.isoformat(), held=each.held)
        self._silent = {each.id for each in late}
