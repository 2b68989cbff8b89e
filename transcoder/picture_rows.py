"""The rows of posters and marks that are being made. Every write names the attempt, as those of packages do."""

from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.queries import Queries

from transcoder.contract import POSTER_QUEUE, PosterJob, PosterSources
from transcoder.rows import Pool, read_statements

Q: Final = read_statements(Path(__file__).with_name("pictures.sql"))


class PosterClaim(Struct, frozen=True, kw_only=True):
    id: UUID
    attempt: int
    sources: PosterSources


class MarkClaim(Struct, frozen=True, kw_only=True):
    id: UUID
    attempt: int
    source: bytes


class Mark(Struct, frozen=True):
    webp: bytes
    width: int
    height: int


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

    async def queue_stranded(self, silent_for: timedelta) -> None:
        await _queue_again(self._pool, Q["stranded_posters"], silent_for, mark=False)


class MarkRows:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, mark: UUID) -> MarkClaim | None:
        row = await self._pool.fetchrow(Q["claim_mark"], mark)
        return None if row is None else MarkClaim(**dict(row))

    async def finish(self, claim: MarkClaim, made: Mark) -> None:
        await self._pool.execute(Q["finish_mark"], claim.id, claim.attempt, made.webp, made.width, made.height)

    async def fail(self, claim: MarkClaim) -> None:
        await self._pool.execute(Q["fail_mark"], claim.id, claim.attempt)

    async def queue_stranded(self, silent_for: timedelta) -> None:
        await _queue_again(self._pool, Q["stranded_marks"], silent_for, mark=True)


async def _queue_again(pool: Pool, stranded: str, silent_for: timedelta, *, mark: bool) -> None:
    """A picture is never lost: those whose job the queue has forgotten are queued again."""
    queue = Queries(AsyncpgPoolDriver(pool))
    for row in await pool.fetch(stranded, silent_for):
        job = PosterJob(poster=row["id"], mark=mark)
        await queue.enqueue(POSTER_QUEUE, job.encode(), 0, dedupe_key=job.key, on_conflict="skip")
