"""Unreleased films as jurors get them: encrypted, addressed to one session, on one device at a time, on record."""

import asyncio
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, Pool, fetch_all, fetch_maybe, fetch_one, read_queries
from api.live import Live
from api.playback import ciphers, rules, screened_lists
from api.playback.grants import Grant, Grants
from api.playback.refusals import WatchingElsewhere
from api.playback.screening_schemas import AccessLine, AccessPage, Handed, LoggedJuror
from api.playback.service import Q as PLAYBACK
from transcoder.storage import ObjectMissing, Storage

Q = read_queries(Path(__file__).parent, "screening.sql")
#: Of one juror in a minute.
PLAYLISTS, KEYS = 120, 60
#: A device that has asked for nothing for so long is not watching any more.
HOLD_SECONDS = 60
SEGMENT_LIMIT = 64 * 1024 * 1024


class ScreenedRow(Struct, frozen=True):
    id: UUID
    episode: int
    duration: float


class Viewing(Struct, frozen=True):
    """Who asks, for which package, on which device."""

    account: Account
    grants: Grants
    package: UUID


async def playlist(pool: Pool, live: Live, storage: Storage, viewing: Viewing, name: str) -> str:
    """A stored playlist with this session's addresses. Asked of the database each time: who lost the title has none."""
    _require_file(viewing.package, name, screened_lists.PLAYLIST)
    await live.limit(f"playlists:{viewing.account.id}", burst=PLAYLISTS, per_seconds=60, fail_open=True)
    async with pool.acquire() as tx, tx.transaction():
        row = await _require(tx, viewing)
        await hold(live, viewing)
        await _note(tx, viewing, "playlist", name)
    text = (await _read(storage, viewing.package, name)).decode()
    return screened_lists.rewrite(text, name, viewing.grants.for_film(row.id, row.duration))


async def key(tx: Connection, live: Live, viewing: Viewing) -> bytes:
    """Every key that is given is a line of the log, so losing Redis, which limits how many, hides nothing."""
    await live.limit(f"keys:{viewing.account.id}", burst=KEYS, per_seconds=60, fail_open=True)
    await _require(tx, viewing)
    await hold(live, viewing)
    await _note(tx, viewing, "key", "")
    return await _key_of(tx, viewing)


async def file(pool: Pool, live: Live, storage: Storage, viewing: Viewing, name: str, grant: Grant) -> bytes:
    """A segment encrypted on its way, or a still, subtitles or an init segment as it is."""
    _require_file(viewing.package, name, *rules.SCREENED)
    if not viewing.grants.allow(grant):
        raise errors.NotFound
    if not name.endswith(screened_lists.SEGMENT):
        async with pool.acquire() as db:
            await require_screened(db, viewing.package, viewing.account)
        return await _read(storage, viewing.package, name)
    async with pool.acquire() as tx, tx.transaction():
        await _require(tx, viewing)
        found = await _key_of(tx, viewing)
    await hold(live, viewing)
    plain = await _read(storage, viewing.package, name)
    return await asyncio.to_thread(ciphers.encrypt, found, ciphers.iv_of(viewing.package, name), plain)


async def hold(live: Live, viewing: Viewing) -> None:
    """One device at a time. Without Redis there may be as many as a juror has sessions, which PostgreSQL limits."""
    holder = await live.hold(_place_of(viewing.account), viewing.grants.holder, seconds=HOLD_SECONDS)
    if holder not in (viewing.grants.holder, None):
        raise WatchingElsewhere


async def take_over(live: Live, account: Account, grants: Grants) -> None:
    """This device watches; the other one is refused its next segment."""
    await live.hold(_place_of(account), grants.holder, seconds=HOLD_SECONDS, take=True)


async def require_screened(db: Connection, package: UUID, account: Account) -> None:
    """Not found for whoever is not assigned to the title, as for what does not exist."""
    rights = await fetch_maybe(db, PLAYBACK["media_rights"], package, None, into=rules.MediaRights)
    if rights is None or not rules.may_screen(rights, account):
        raise errors.NotFound


async def access_log(
    db: Connection, *, after: int | None, limit: int, juror: int | None, series: int | None
) -> AccessPage:
    lines = await fetch_all(db, Q["access_log"], after, limit + 1, juror, series, into=AccessLine)
    jurors = await fetch_all(db, Q["logged_jurors"], into=LoggedJuror)
    following = lines[limit - 1].id if len(lines) > limit else None
    return AccessPage(lines=lines[:limit], jurors=jurors, next=following)


async def _require(db: Connection, viewing: Viewing) -> ScreenedRow:
    await require_screened(db, viewing.package, viewing.account)
    return await fetch_one(db, Q["screened_package"], viewing.package, into=ScreenedRow, missing=errors.NotFound())


def _require_file(package: UUID, name: str, *kinds: str) -> None:
    if rules.read_media_path(f"{package}/{name}") is None or not name.endswith(kinds):
        raise errors.NotFound


async def _note(tx: Connection, viewing: Viewing, what: Handed, part: str) -> None:
    await tx.execute(Q["note_access"], viewing.account.id, viewing.grants.device, viewing.package, what, part)


async def _key_of(tx: Connection, viewing: Viewing) -> bytes:
    """Made when it is first asked for."""
    secret, package = viewing.grants.secret, viewing.package
    sealed = await tx.fetchval(Q["screener_key"], package)
    if sealed is None:
        await tx.execute(Q["save_screener_key"], package, ciphers.seal_key(secret, package, ciphers.new_key()))
        sealed = await tx.fetchval(Q["screener_key"], package)
    return ciphers.open_key(secret, package, sealed)


async def _read(storage: Storage, package: UUID, name: str) -> bytes:
    try:
        return await storage.read(f"media/{package}/{name}", SEGMENT_LIMIT)
    except ObjectMissing as missing:
        raise errors.NotFound from missing


def _place_of(account: Account) -> str:
    return f"screener:{account.id}"
