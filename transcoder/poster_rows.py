"""The rows of posters that are being made. Every write names the attempt, as those of packages do."""

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec import Struct
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.queries import Queries

from transcoder.contract import POSTER_QUEUE, PosterJob, PosterSources
from transcoder.rows import Pool, Q


class PosterClaim(Struct, frozen=True, kw_only=True):
    id: UUID
    attempt: int
    sources: PosterSources


class PosterRows:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, poster: UUID) -> PosterClaim | None:
        row = await self._pool.fetchrow(Q["claim_poster"], poster)
        return None if row is None else msgspec.convert(dict(row), PosterClaim)

    async def finish(self, claim: PosterClaim, thumbhash: str) -> None:
        await self._pool.execute(Q["finish_poster"], claim.id, claim.attempt, thumbhash)

    async def fail(self, claim: PosterClaim) -> None:
        await self._pool.execute(Q["fail_poster"], claim.id, claim.attempt)

    async def queue_stranded(self, silent_for: timedelta) -> int:
        """A poster is never lost: those whose job the queue has forgotten are queued again."""
        found = await self._pool.fetch(Q["stranded_posters"], silent_for)
        queue = Queries(AsyncpgPoolDriver(self._pool))
        for row in found:
            job = PosterJob(poster=row["id"])
            await queue.enqueue(POSTER_QUEUE, job.encode(), 0, dedupe_key=job.key, on_conflict="skip")
        return len(found)
