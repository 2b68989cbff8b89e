"""Reviewing votes at the desk: flags, voids, publication. Each change leaves a line in the audit log.

The board is built anew after the commit, so these take the pool and open their transaction themselves.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection, Pool
from api.live import Live
from api.voting import publication, review, voids
from api.voting.logbook import LogBook
from api.voting.protocol import save_protocol
from api.voting.review_schemas import Flag, Publication, Void, VoidIn

T = TypeVar("T")
TRIES = 5


async def quarantine_flag(pool: Pool, live: Live, account: Account, award: int, flag: int) -> Flag:
    async def work(tx: Connection) -> Flag:
        found, added = await review.quarantine_flag(tx, award, flag)
        if added:
            await note(tx, account, "quarantine", f"flag:{flag}", {"award": award, "ballots": added})
        return found

    return await _reviewed(pool, live, work)


async def release_flag(pool: Pool, live: Live, account: Account, award: int, flag: int) -> Flag:
    async def work(tx: Connection) -> Flag:
        found, released = await review.release_flag(tx, award, flag)
        if released:
            await note(tx, account, "release", f"flag:{flag}", {"award": award, "ballots": released})
        return found

    return await _reviewed(pool, live, work)


async def dismiss_flag(pool: Pool, live: Live, account: Account, award: int, flag: int) -> Flag:
    async def work(tx: Connection) -> Flag:
        found, released, done = await review.dismiss_flag(tx, award, flag, account.id)
        if done:
            await note(tx, account, "dismiss", f"flag:{flag}", {"award": award, "released": released})
        return found

    return await _reviewed(pool, live, work)


async def ask_void(tx: Connection, account: Account, award: int, asked: VoidIn) -> Void:
    void, fresh = await voids.ask_void(tx, award, account.id, asked)
    if fresh:
        detail = {"award": award, "flag": void.flag, "ballots": void.ballots, "reason": void.reason}
        await note(tx, account, "ask-void", f"void:{void.id}", detail)
    return void


async def decide_void(pool: Pool, live: Live, account: Account, void: int, *, agreed: bool) -> Void:
    async def work(tx: Connection) -> Void:
        decided, fresh = await voids.decide_void(tx, void, account.id, agreed=agreed)
        if fresh:
            detail = {"award": decided.award, "ballots": decided.ballots, "reason": decided.reason}
            await note(tx, account, "agree-void" if agreed else "refuse-void", f"void:{void}", detail)
        return decided

    return await _reviewed(pool, live, work)


async def withdraw_void(tx: Connection, account: Account, void: int) -> Void:
    withdrawn, fresh = await voids.withdraw_void(tx, void, account.id)
    if fresh:
        await note(tx, account, "withdraw-void", f"void:{void}", {"award": withdrawn.award})
    return withdrawn


async def ask_publication(tx: Connection, account: Account, award: int, book: LogBook) -> Publication:
    asked, fresh = await publication.ask_publication(tx, award, account.id, book)
    if fresh:
        await note(tx, account, "ask-publish", f"award:{award}", {})
    return asked


async def agree_publication(tx: Connection, account: Account, award: int, book: LogBook) -> Publication:
    published, done = await publication.agree_publication(tx, award, account.id, book)
    if done:
        asker = None if published.asked_by is None else published.asked_by.id
        await note(tx, account, "publish", f"award:{award}", {"asked_by": asker})
        await save_protocol(tx, award, book)
    return published


async def _reviewed(pool: Pool, live: Live, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Commit, then tell the board.

    Void events and a batch of votes may each wait for a revision the other has taken; PostgreSQL ends one of them after
    a second. Where it was this one it is done again from the start.
    """
    for _ in range(TRIES):
        try:
            async with pool.acquire() as tx, tx.transaction():
                done = await work(tx)
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
            continue
        await review.build_boards(pool, live)
        return done
    raise errors.Unavailable(retry_after=2)
