"""A festival's logo, or the card of its sponsor: opened and encoded where a hostile file can do no harm."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta, Struct
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.queries import Queries

from transcoder.assemble import take_file
from transcoder.bench import Bench, EncodeFailed, ScratchFull, check_outcome
from transcoder.contract import POSTER_QUEUE, PosterJob
from transcoder.job import Station
from transcoder.package import Unfit
from transcoder.posters import PictureRefused
from transcoder.rows import Pool, insist, read_statements
from transcoder.run import TooSlow

log = structlog.get_logger()
Q = read_statements(Path(__file__).parent / "marks.sql")
_SECONDS: Final = 60.0
_MOST_ATTEMPTS: Final = 3
_MEDIA_AT_FAULT: Final = 3
_MOST_BYTES: Final = 200_000


class MarkClaim(Struct, frozen=True, kw_only=True):
    id: UUID
    attempt: int
    source: bytes


class _Said(Struct, frozen=True):
    width: Annotated[int, Meta(ge=1, le=10_000)]
    height: Annotated[int, Meta(ge=1, le=10_000)]


class Made(Struct, frozen=True):
    webp: bytes
    width: int
    height: int


class MarkRows:
    """The rows of marks that are being made. Every write names the attempt."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, mark: UUID) -> MarkClaim | None:
        row = await self._pool.fetchrow(Q["claim_mark"], mark)
        return None if row is None else MarkClaim(**dict(row))

    async def finish(self, claim: MarkClaim, made: Made) -> None:
        await self._pool.execute(Q["finish_mark"], claim.id, claim.attempt, made.webp, made.width, made.height)

    async def fail(self, claim: MarkClaim) -> None:
        await self._pool.execute(Q["fail_mark"], claim.id, claim.attempt)

    async def queue_stranded(self, silent_for: timedelta) -> None:
        queue = Queries(AsyncpgPoolDriver(self._pool))
        for row in await self._pool.fetch(Q["stranded_marks"], silent_for):
            job = PosterJob(poster=row["id"], mark=True)
            await queue.enqueue(POSTER_QUEUE, job.encode(), 0, dedupe_key=job.key, on_conflict="skip")


async def handle_mark(station: Station, rows: MarkRows, job: PosterJob) -> None:
    """Raises RetryRequested where the queue is to keep the job."""
    with structlog.contextvars.bound_contextvars(mark=str(job.poster)):
        claim = await insist(lambda: rows.claim(job.poster), station.stopping)
        if claim is None:
            log.info("nothing to do")
            return
        bench = await asyncio.to_thread(Bench.lay, station.folder / f"mark-{claim.id}")
        try:
            await _make(station, rows, claim, bench)
        finally:
            await asyncio.to_thread(shutil.rmtree, bench.folder, ignore_errors=True)


async def _make(station: Station, rows: MarkRows, claim: MarkClaim, bench: Bench) -> None:
    try:
        made = await _produce(station, claim, bench)
    except PictureRefused as error:
        log.info("refused", words=str(error)[-300:])
        await insist(lambda: rows.fail(claim), station.stopping)
    except (EncodeFailed, ScratchFull, TooSlow) as error:
        log.warning("another attempt follows", error=type(error).__name__, words=str(error)[-300:])
        if claim.attempt >= _MOST_ATTEMPTS:
            await insist(lambda: rows.fail(claim), station.stopping)
            return
        raise RetryRequested(station.retry_after * claim.attempt, "failed") from error
    else:
        await insist(lambda: rows.finish(claim, made), station.stopping)
        log.info("done", attempt=claim.attempt)


async def _produce(station: Station, claim: MarkClaim, bench: Bench) -> Made:
    await asyncio.to_thread(bench.original.with_name("mark").write_bytes, claim.source)
    outcome = await station.tools.run_child("poster_child.py", ["mark", "../in/mark"], bench.out, _SECONDS)
    if outcome.code == _MEDIA_AT_FAULT:
        raise PictureRefused(outcome.last_words)
    check_outcome(outcome)
    try:
        said = msgspec.json.decode(outcome.output, type=_Said)
        webp = await asyncio.to_thread(take_file, bench.out / "mark.webp", bench.package / "mark.webp")
    except (Unfit, msgspec.DecodeError) as error:
        raise EncodeFailed(str(error)) from error
    if len(webp) > _MOST_BYTES:
        raise PictureRefused("it stays too large")
    return Made(webp, said.width, said.height)
