"""Multipart uploads that can be taken up again. No connection is held while bytes or the storage are waited for."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import structlog
from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, Pool, fetch_all, fetch_one
from api.studio import locks, rules, service, sounds, space, submission
from api.studio.queries import Q
from api.studio.schemas import EpisodeState, PartAddress, PartAddresses, PartIn, PartOut, PartsIn, Upload, UploadIn
from transcoder import storage as store
from transcoder.storage import Storage

log = structlog.get_logger("uploads")


class UploadRow(Struct, frozen=True, kw_only=True):
    id: UUID
    episode: int
    lang: str | None
    file_name: str
    size: int
    part_size: int
    state: Literal["open", "received", "aborted"]
    expires_at: datetime
    storage_key: str
    storage_upload: str

    @property
    def layout(self) -> rules.Layout:
        return rules.Layout(self.size, self.part_size)


class Terms(Struct, frozen=True, kw_only=True):
    """What an upload is opened under: when, and how many bytes a company without a number of its own may keep."""

    now: datetime
    quota: int


async def start(pool: Pool, storage: Storage, account: Account, episode: int, data: UploadIn, terms: Terms) -> Upload:
    rules.check_size(data.size)
    if data.lang is not None:
        rules.check_language(data.lang)
    async with pool.acquire() as db:
        await service.require_episode(db, account, episode)
        await locks.require_open_episode(db, account, episode, now=terms.now)
        await _refuse_second(db, episode, data.lang)
    upload = uuid4()
    key = f"originals/{upload}"
    handle = await storage.start_upload(key)
    values = (
        upload,
        episode,
        account.id,
        data.file_name,
        data.size,
        storage.part_size,
        key,
        handle,
        terms.now + rules.UPLOAD_LIFE,
        data.lang,
    )
    saved = None
    try:
        async with pool.acquire() as db, db.transaction():
            await space.require(db, episode, data.size, quota=terms.quota)
            saved = await db.fetchval(Q["save_upload"], *values)
    finally:
        if saved is None:
            await storage.abort_upload(key, handle)
    async with pool.acquire() as db:
        if saved is None:
            await _refuse_second(db, episode, data.lang)
            raise errors.UploadUnderWay
        return _to_out(await _load(db, account, upload), [])


async def _refuse_second(db: Connection, episode: int, lang: str | None) -> None:
    there = await db.fetchval(Q["open_upload_of"], episode, lang)
    if there is not None:
        raise errors.UploadUnderWay(upload=str(there))


async def show(pool: Pool, storage: Storage, account: Account, upload: UUID) -> Upload:
    """What has arrived, so that a sender who comes back sends only the rest."""
    async with pool.acquire() as db:
        row = await _load(db, account, upload)
        announced = await fetch_all(db, Q["announced_parts"], upload, into=PartIn)
    if row.state == "aborted":
        raise errors.UploadGone
    if row.state == "received":
        return _to_out(row, [])
    try:
        stored = await storage.stored_parts(row.storage_key, row.storage_upload)
    except store.UploadMissing:  # put together already, but the database was lost before it could say so
        return _to_out(row, [PartOut(number=part.number, size=part.size, sha256=part.sha256) for part in announced])
    return _to_out(row, [PartOut(number=part.number, size=part.size, sha256=part.sha256) for part in stored])


async def announce(
    pool: Pool, storage: Storage, account: Account, upload: UUID, data: PartsIn, *, now: datetime
) -> PartAddresses:
    """Where to put these parts. What a part is announced to be cannot change later."""
    async with pool.acquire() as db, db.transaction():
        row = await _load_open(db, account, upload)
        await locks.require_open_upload(db, account, upload, now=now)
        rules.check_parts(row.layout, data.parts)
        columns = ([p.number for p in data.parts], [p.size for p in data.parts], [p.sha256 for p in data.parts])
        saved = {part.number: part for part in await fetch_all(db, Q["announce_parts"], upload, *columns, into=PartIn)}
        changed = [part.number for part in data.parts if saved[part.number] != part]
        if changed:
            raise errors.PartConflict(parts=changed)
    return PartAddresses(parts=[await _address(storage, row, part, now) for part in data.parts])


async def _address(storage: Storage, row: UploadRow, part: PartIn, now: datetime) -> PartAddress:
    grant = store.PartGrant(
        key=row.storage_key,
        upload_id=row.storage_upload,
        number=part.number,
        size=part.size,
        sha256=part.sha256,
        expires=now + rules.PART_ADDRESS_LIFE,
    )
    address = await storage.part_url(grant)
    return PartAddress(number=part.number, url=address.url, headers=address.headers)


async def finish(pool: Pool, storage: Storage, account: Account, upload: UUID, *, now: datetime) -> EpisodeState:
    """All parts together become the episode's original, or a sound of it, and its encoding is queued with it. Safe to
    repeat."""
    async with pool.acquire() as db:
        row = await _load(db, account, upload)
        if row.state == "received":
            return await service.state_of(db, row.episode)
        _require_open(row)
        await locks.require_open_upload(db, account, upload, now=now)
        announced = await fetch_all(db, Q["announced_parts"], upload, into=PartIn)
    missing = sorted(set(range(1, row.layout.count + 1)) - {part.number for part in announced})
    if missing:
        raise errors.PartsMissing(parts=missing)
    parts = [store.StoredPart(number=part.number, size=part.size, sha256=part.sha256) for part in announced]
    try:
        await storage.finish_upload(row.storage_key, row.storage_upload, parts)
    except store.PartsMissing as error:
        raise errors.PartsMissing(parts=error.numbers) from error
    except store.UploadMissing as error:
        raise errors.UploadGone from error
    async with pool.acquire() as db, db.transaction():
        if await db.fetchval(Q["receive_upload"], upload, now) is not None:
            await _take(db, account, row)
        row = await _load(db, account, upload)
        state = await service.state_of(db, row.episode)
    if row.state == "aborted":  # cancelled while the store put the parts together
        await storage.delete(row.storage_key)
        raise errors.UploadGone
    return state


async def _take(tx: Connection, account: Account, row: UploadRow) -> None:
    if row.lang is None:
        await service.replace_package(tx, row.episode)
        await submission.note_replacement(tx, account, row.episode)
    else:
        await sounds.take(tx, row.episode, row.lang, row.id)


async def cancel(pool: Pool, storage: Storage, account: Account, upload: UUID) -> None:
    async with pool.acquire() as db, db.transaction():
        row = await _load(db, account, upload)
        if await db.fetchval(Q["abort_upload"], upload) is None:
            raise errors.UploadGone
    await storage.abort_upload(row.storage_key, row.storage_upload)


async def sweep(pool: Pool, storage: Storage, *, now: datetime) -> int:
    """Give up uploads nobody has finished within their seven days; the number given up."""
    async with pool.acquire() as db:
        expired = await db.fetch(Q["expired_uploads"], now)
        for row in expired:
            await db.fetchval(Q["abort_upload"], row["id"])
    for row in expired:
        await storage.abort_upload(row["storage_key"], row["storage_upload"])
    return len(expired)


async def _load(db: Connection, account: Account, upload: UUID) -> UploadRow:
    return await fetch_one(
        db, Q["upload"], upload, service.scope_of(account), into=UploadRow, missing=errors.NotFound()
    )


async def _load_open(db: Connection, account: Account, upload: UUID) -> UploadRow:
    row = await _load(db, account, upload)
    _require_open(row)
    return row


def _require_open(row: UploadRow) -> None:
    if row.state != "open":
        raise errors.UploadGone


def _to_out(row: UploadRow, stored: list[PartOut]) -> Upload:
    return Upload(
        id=row.id,
        episode=row.episode,
        lang=row.lang,
        file_name=row.file_name,
        size=row.size,
        part_size=row.part_size,
        part_count=row.layout.count,
        state="open" if row.state == "open" else "received",
        expires_at=row.expires_at,
        stored=stored,
    )
