"""The job queue's near side: a job is written in the caller's own transaction and exists exactly when that commits."""

from typing import cast

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from api.db import Connection
from transcoder.contract import QUEUE, TranscodeJob


async def enqueue(tx: Connection, job: TranscodeJob) -> None:
    connection = cast("asyncpg.Connection[asyncpg.Record]", tx)  # a pooled connection passes every call on
    await Queries(AsyncpgDriver(connection)).enqueue(QUEUE, job.encode(), dedupe_key=str(job.package))
