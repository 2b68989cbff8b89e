"""What the house does by itself, by rules that people were told of; it leaves lines in the audit log like people do."""

import asyncio
from collections import Counter
from datetime import datetime

import structlog

from api.access.audit import note
from api.db import Pool
from api.desk import deciding
from api.jury import notes
from api.mail import Mailer, MailServerAway
from api.voting import retention
from transcoder.storage import Storage

log = structlog.get_logger("keeping")
#: Seconds until a mail server that was away is asked again.
LETTERS_AGAIN = 30.0


async def sweep(pool: Pool, storage: Storage, *, now: datetime) -> None:
    """What is due: codes by mail that ended, secrets and photos of old awards, notes of jurors after the festival."""
    async with pool.acquire() as db:
        if swept := await retention.sweep_codes(db):
            log.info("codes swept", codes=swept)
    await destroy_secrets(pool, now=now)
    await notes.sweep(pool)
    await delete_photos(pool, storage, now=now)


async def destroy_secrets(pool: Pool, *, now: datetime) -> int:
    """The secrets of awards published 30 days ago; how many awards that was."""
    async with pool.acquire() as tx, tx.transaction():
        destroyed = await retention.destroy_secrets(tx, now=now)
        for each in destroyed:
            detail = {"origins": each.origins}
            await note(tx, None, "destroy-secret", f"award:{each.award}", detail)
    if destroyed:
        log.info("secrets destroyed", awards=[each.award for each in destroyed])
    return len(destroyed)


async def delete_photos(pool: Pool, storage: Storage, *, now: datetime) -> int:
    """Photos of the paper of awards published 30 days ago; how many there were."""
    async with pool.acquire() as db:
        due = await retention.photos_due(db, now=now)
    for each in due:
        await storage.delete(f"paper/{each.photo}")
    async with pool.acquire() as tx, tx.transaction():
        await retention.forget_photos(tx, due)
        for award, photos in Counter(each.award for each in due).items():
            await note(tx, None, "delete-photos", f"award:{award}", {"photos": photos})
    if due:
        log.info("photos deleted", photos=len(due))
    return len(due)


async def send_letters(pool: Pool, mailer: Mailer) -> None:
    """Letters about decisions whose minute is over. What the mail server does not take stays due."""
    sent, more = 0, True
    try:
        while more:
            async with pool.acquire() as tx, tx.transaction():
                more = await deciding.send_due(tx, mailer)
            sent += more
    except MailServerAway as error:
        log.error("letters wait for the mail server", error=str(error))
        await asyncio.sleep(LETTERS_AGAIN)
    if sent:
        log.info("letters sent", letters=sent)
