"""Keeps the logs: freezes rules, seals what the ledger gained, mails checkpoints. Every API process runs one.

That several do it at once is settled by the lock of each log and by the keys of its tables.
"""

from time import monotonic

import structlog
from msgspec import Struct

from api import errors
from api.access import service as access
from api.db import Connection, Pool, fetch_all
from api.letters import write
from api.mail import Mailer
from api.voting.alone import alone
from api.voting.logbook import LogBook, Q
from api.voting.sealing import SEAL_LIMIT, freeze_rules, seal

log = structlog.get_logger("sealer")
LOOK_EVERY = 5.0
SEAL_EVERY = 600.0


class Kept(Struct, frozen=True, kw_only=True):
    """An award whose log is kept. `age` is the seconds since its newest checkpoint."""

    award: int
    frozen: bool
    age: float | None
    over: bool


def is_due(kept: Kept, waited: float | None) -> bool:
    """Whether to seal now. `waited`: seconds since this process looked last, None if it has not in this stage.

    While voting runs a checkpoint is ten minutes apart from the one before, whoever sealed that; when it is over the
    first look is at once.
    """
    if not kept.frozen:
        return True
    if waited is None:
        return kept.over or kept.age is None or kept.age >= SEAL_EVERY
    return waited >= SEAL_EVERY and (kept.over or kept.age is None or kept.age >= SEAL_EVERY)


class Sealer:
    """What the background does every LOOK_EVERY seconds."""

    def __init__(self, pool: Pool, book: LogBook, mailer: Mailer) -> None:
        self._pool, self._book, self._mailer = pool, book, mailer
        self._looked: dict[tuple[int, bool], float] = {}

    async def look(self) -> None:
        """Do what is due, once. A log that does not agree with itself is left alone and does not stop the others."""
        async with self._pool.acquire() as db:
            every = await fetch_all(db, Q["logs_to_keep"], into=Kept)
        now = monotonic()
        for kept in every:
            looked = self._looked.get((kept.award, kept.over))
            if is_due(kept, None if looked is None else now - looked):
                try:
                    await self._tend(kept)
                except errors.FestivalError as error:
                    log.error("log not sealed", award=kept.award, code=error.code, why=error.detail)
                if kept.frozen:
                    self._looked[kept.award, kept.over] = now
        await self.mail()

    async def _tend(self, kept: Kept) -> None:
        """Freeze the rules, or seal until nothing waits; one transaction each time."""
        sealed = SEAL_LIMIT
        while sealed == SEAL_LIMIT:
            async with self._pool.acquire() as db, db.transaction():
                if not await db.fetchval(Q["try_lock_log"], kept.award):
                    return  # another process is at it
                await alone(db)
                sealed = await self._step(db, kept)

    async def _step(self, tx: Connection, kept: Kept) -> int:
        if kept.frozen:
            sealed = await seal(tx, kept.award, self._book)
            if sealed:
                log.info("log sealed", award=kept.award, lines=sealed)
            return sealed
        if await freeze_rules(tx, kept.award, self._book.signer):
            log.info("rules frozen", award=kept.award)
        return 0

    async def mail(self) -> None:
        """New checkpoints to every auditor. Marked after they were handed over, so a crash sends twice, not never."""
        async with self._pool.acquire() as db:
            awards = [row["award_id"] for row in await db.fetch(Q["unmailed"])]
            auditors = await access.addressees_of(db, "auditor") if awards else []
        for award in awards if auditors else []:
            async with self._pool.acquire() as db, db.transaction():
                notes = [row["note"] for row in await db.fetch(Q["take_unmailed"], award)]
                if notes:
                    origin, size, *_ = notes[-1].split("\n")
                    values = {"origin": origin, "size": size, "notes": "\n".join(notes)}
                    for auditor in auditors:
                        letter = write("checkpoint", auditor.lang, **values)
                        await self._mailer.send(auditor.email, letter.subject, letter.text)
