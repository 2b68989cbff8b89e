"""The job queue's near side: a job is written in the caller's own transaction and exists exactly when that commits."""

from typing import cast

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from api.db import Connection
from transcoder.contract import POSTER_QUEUE, PosterJob, TranscodeJob, priority


async def enqueue(tx: Connection, job: TranscodeJob, *, turn: int) -> None:
    connection = cast("asyncpg.Connection[asyncpg.Record]", tx)  # a pooled connection passes every call on
    queue = Queries(AsyncpgDriver(connection))
    order = priority(job.tier, turn)
    made = await queue.enqueue(job.queue, job.encode(), order, dedupe_key=job.key, on_conflict="skip")
    if made == [None]:  # one like it is in its last moments and may have looked already; one too many does nothing
        await queue.enqueue(job.queue, job.encode(), order)


async def enqueue_poster(tx: Connection, job: PosterJob) -> None:
    connection = cast("asyncpg.Connection[asyncpg.Record]", tx)
    await Queries(AsyncpgDriver(connection)).enqueue(
        POSTER_QUEUE, job.encode(), 0, dedupe_key=job.key, on_conflict="skip"
    )
