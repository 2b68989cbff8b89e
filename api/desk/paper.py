"""Ballots of paper at the desk. What a batch goes through is in the audit log; each sheet says who read it when."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, Pool
from api.studio.posters import MOST_BYTES, read_picture
from api.voting import paper
from api.voting.paper_gate import Q
from api.voting.paper_schemas import Batch, BatchChange, BatchIn, RefuseIn
from transcoder.storage import ObjectMissing, Storage

#: By the first bytes of a picture, which is all that was looked at when it came.
_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}


async def open_batch(tx: Connection, account: Account, award: int, data: BatchIn) -> Batch:
    batch, fresh = await paper.open_batch(tx, award, account.id, data)
    if fresh:
        detail = {"award": award, "number": batch.number, "sheets": batch.sheets, "how": batch.how}
        await note(tx, account, "open", f"paper:{batch.id}", detail)
    return batch


async def change_batch(tx: Connection, account: Account, batch: int, data: BatchChange) -> Batch:
    changed = await paper.change_batch(tx, batch, account.id, data)
    detail = {"award": changed.award, "number": changed.number, "sheets": changed.sheets}
    await note(tx, account, "change", f"paper:{batch}", detail)
    return changed


async def end_keying(tx: Connection, account: Account, batch: int) -> Batch:
    keyed, fresh = await paper.end_keying(tx, batch, account.id)
    if fresh:
        detail = {"award": keyed.award, "number": keyed.number, "sheets": keyed.sheets}
        await note(tx, account, "key", f"paper:{batch}", detail)
    return keyed


async def check_batch(tx: Connection, account: Account, batch: int) -> Batch:
    """The live board hears of it with the next look for flags: nobody has to wait for a count of the ledger."""
    checked, fresh = await paper.check_batch(tx, batch, account.id)
    if fresh:
        action = {"counted": "count", "differs": "differ"}.get(checked.state, "read-all")
        detail = {"award": checked.award, "number": checked.number, "sheets": checked.sheets}
        if checked.state == "counted":
            detail["spoilt"] = checked.spoilt or 0
        await note(tx, account, action, f"paper:{batch}", detail)
    return checked


async def refuse_batch(tx: Connection, account: Account, batch: int, data: RefuseIn) -> Batch:
    refused, fresh = await paper.refuse_batch(tx, batch, account.id, data.words.strip() or "-")
    if fresh:
        detail = {"award": refused.award, "number": refused.number, "keyed": refused.keyed}
        await note(tx, account, "refuse", f"paper:{batch}", detail)
    return refused


async def keep_photo(pool: Pool, storage: Storage, account: Account, batch: int, chunks: AsyncIterator[bytes]) -> Batch:
    """A photo of the pile, for the desk only; another takes its place."""
    async with pool.acquire() as db:
        await paper.find_batch(db, batch, account.id)
    content, photo = await read_picture(chunks), uuid4()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo"
        await asyncio.to_thread(path.write_bytes, content)
        await storage.put(path, f"paper/{photo}")
    async with pool.acquire() as tx, tx.transaction():
        await tx.execute(Q["lock_batch"], batch)
        before = await tx.fetchval(Q["photo"], batch)
        await tx.execute(Q["save_photo"], batch, photo)
        found = await paper.find_batch(tx, batch, account.id)
        await note(tx, account, "photograph", f"paper:{batch}", {"award": found.award, "number": found.number})
    if before is not None:
        await storage.delete(f"paper/{before}")
    return found


async def read_photo(db: Connection, storage: Storage, batch: int) -> tuple[bytes, str]:
    """The photo and what kind of picture it is."""
    photo = await db.fetchval(Q["photo"], batch)
    if photo is None:
        raise errors.NotFound
    try:
        content = await storage.read(f"paper/{photo}", MOST_BYTES)
    except ObjectMissing as error:
        raise errors.NotFound from error
    return content, next((kind for head, kind in _KINDS.items() if content.startswith(head)), "image/avif")
