"""Looks for fraud behind the voters' backs, and completes what reviews began. Every API process runs one.

That several do it at once is settled by the row that says when an award's next check is due, and by unique keys.
"""

from datetime import timedelta
from time import monotonic

import structlog

from api import errors
from api.db import Pool
from api.live import Live
from api.voting.fraud import Q, check_award
from api.voting.publishing import hold_unpublished
from api.voting.review import build_boards
from api.voting.sealing import secret_of
from api.voting.voiding import Q as REVIEW
from api.voting.voiding import write_voids

log = structlog.get_logger("lookout")
LOOK_EVERY = 5.0
CHECK_EVERY = 60.0
#: Checks of a large ledger take a while: never more than a twentieth of the time goes into them.
REST = 20.0


class Lookout:
    """What the background does every LOOK_EVERY seconds."""

    def __init__(self, pool: Pool, live: Live) -> None:
        self._pool, self._live = pool, live

    async def look(self) -> None:
        """Do what is due, once."""
        async with self._pool.acquire() as db:
            voided = [row["award_id"] for row in await db.fetch(REVIEW["lately_voided"])]
            due = [row["id"] for row in await db.fetch(Q["awards_to_check"])]
        for award in voided:
            await self._void_late_votes(award)
        await build_boards(self._pool, self._live)
        for award in due:
            await self._check(award)

    async def _void_late_votes(self, award: int) -> None:
        """A vote that was on its way when its ballot was made void, and came after."""
        try:
            async with self._pool.acquire() as db, db.transaction():
                await hold_unpublished(db, award)
                if late := await write_voids(db, award, await secret_of(db, award)):
                    log.info("late votes voided", award=award, lines=late)
        except errors.FestivalError as error:  # published meanwhile, which had seen to it
            log.info("late votes not looked for", award=award, code=error.code)

    async def _check(self, award: int) -> None:
        async with self._pool.acquire() as db:
            claim = await db.fetchrow(Q["claim_check"], award, timedelta(seconds=CHECK_EVERY))
        if claim is None:
            return  # another process is at it
        started = monotonic()
        whole = await check_award(self._pool, award, now=claim["now"])
        rest = timedelta(seconds=max(CHECK_EVERY, REST * (monotonic() - started)))
        async with self._pool.acquire() as db:
            await db.execute(Q["end_check"], award, rest, whole and claim["over"])
