"""The job queue's near side: a job is written by the caller's own transaction, so it exists exactly when that commits."""

from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from api.db import Connection
from transcoder.contract import QUEUE, TranscodeJob


async def enqueue(tx: Connection, job: TranscodeJob) -> None:
    await Queries(AsyncpgDriver(tx)).enqueue(QUEUE, job.encode(), dedupe_key=str(job.package))
