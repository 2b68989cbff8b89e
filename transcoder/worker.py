"""The worker process: takes one job at a time from the queue, and neither a restart of PostgreSQL nor its own end
loses one. Start it with `python -m transcoder.worker`, as often and on as many machines as needed."""

import asyncio
import logging
import secrets
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
import structlog
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.errors import FailingListenerError, RetryRequested
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueEntrypoint

from transcoder import scratch
from transcoder.contract import QUEUE, Rejected, TranscodeJob
from transcoder.job import Station, Stopped, produce
from transcoder.pipeline import Tools, find_tools
from transcoder.rows import DATABASE_AWAY, Claim, Ousted, Pool, Rows, insist, read_jsonb
from transcoder.settings import Settings, SettingsError
from transcoder.storage import Storage, StorageError, make_storage
from transcoder.verdict import MOST_ATTEMPTS, judge

log = structlog.get_logger()
_RECONNECT_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 5.0


class OneAtATime(QueueManager):
    """Asks the queue for work only while it has none, so that idle workers elsewhere find what is waiting."""

    def entrypoints_below_capacity_limits(self) -> set[QueueEntrypoint]:
        return set() if self.job_context else super().entrypoints_below_capacity_limits()


class Worker:
    def __init__(self, settings: Settings, storage: Storage, tools: Tools, folder: Path) -> None:
        self._settings = settings
        self._storage = storage
        self._tools = tools
        self._folder = folder
        self._stopping = asyncio.Event()
        self._heartbeat = timedelta(seconds=settings.heartbeat_seconds)

    def stop(self) -> None:
        log.info("stopping")
        self._stopping.set()

    async def serve(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._session()
            except (*DATABASE_AWAY, FailingListenerError) as error:
                log.warning("database away", error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)
            except Exception:  # a worker that ends takes no jobs; one that tries again may, once the cause is gone
                log.exception("session ended")
                await asyncio.sleep(self._settings.retry_seconds)

    async def _session(self) -> None:
        """From one loss of the database to the next."""
        pool = await asyncpg.create_pool(
            self._settings.database_url,
            min_size=1,
            max_size=5,
            command_timeout=10,
            init=read_jsonb,
            server_settings={"application_name": "tallscreen-worker", "idle_in_transaction_session_timeout": "10min"},
        )
        try:
            await self._work(pool)
        finally:
            try:
                await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
            except (TimeoutError, *DATABASE_AWAY):
                pool.terminate()

    async def _work(self, pool: Pool) -> None:
        queue = Queries(AsyncpgPoolDriver(pool))
        manager = OneAtATime(queue)
        manager.min_dequeue_poll_interval = timedelta(seconds=1)
        rows = Rows(pool)

        @manager.entrypoint(QUEUE, on_failure="hold", accepts_context=False)
        async def transcode(job: Job) -> None:
            await self._handle(rows, job)

        # Not one event for both: the manager sets its own when it loses its listener, which ends only the session.
        leaving = asyncio.create_task(self._pass_on_stop(manager))
        sweeping = asyncio.create_task(self._sweep(rows, queue))
        log.info("ready", ffmpeg=self._tools.build.version, tone_mapping=self._tools.build.tone_mapping)
        try:
            await manager.run(
                batch_size=1,
                dequeue_timeout=self._heartbeat / 3,
                heartbeat_timeout=self._heartbeat,
                shutdown_on_listener_failure=True,
            )
        finally:
            for task in (leaving, sweeping):
                task.cancel()
            await asyncio.gather(leaving, sweeping, return_exceptions=True)

    async def _pass_on_stop(self, manager: QueueManager) -> None:
        await self._stopping.wait()
        manager.shutdown.set()

    async def _sweep(self, rows: Rows, queue: Queries) -> None:
        """A job is never lost: packages under way that the queue has forgotten are queued again."""
        while True:
            try:
                for package in await rows.stranded(2 * self._heartbeat):
                    log.warning("stranded package queued again", package=str(package))
                    payload = TranscodeJob(package=package).encode()
                    await queue.enqueue(QUEUE, payload, dedupe_key=str(package), on_conflict="skip")
            except DATABASE_AWAY as error:
                log.warning("sweep put off", error=type(error).__name__)
            await asyncio.sleep(self._heartbeat.total_seconds())

    async def _handle(self, rows: Rows, job: Job) -> None:
        package = msgspec.json.decode(job.payload or b"", type=TranscodeJob).package
        claim = await insist(lambda: rows.claim(package), self._stopping)
        if claim is None:
            log.info("nothing to do", package=str(package))
            return
        with structlog.contextvars.bound_contextvars(package=str(package), attempt=claim.attempt):
            try:
                await self._attempt(rows, claim)
            except Ousted:
                log.warning("no longer ours")

    async def _attempt(self, rows: Rows, claim: Claim) -> None:
        if claim.attempt > MOST_ATTEMPTS:
            await self._give_up(rows, claim, Rejected("worker-lost"))
            return
        log.info("begun", size=claim.size)
        try:
            await produce(self._station(rows), claim)
        except Stopped as error:
            await insist(lambda: rows.put_back(claim, counts=False), self._stopping)
            raise RetryRequested(reason="the worker was asked to leave") from error
        except Ousted:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the job ends in a state that people can see
            await self._conclude(rows, claim, error)
        else:
            log.info("ready to watch")

    async def _conclude(self, rows: Rows, claim: Claim, error: Exception) -> None:
        rejected = judge(error, claim.attempt).rejected
        if rejected is not None:
            await self._give_up(rows, claim, rejected, error)
            return
        log.warning("another attempt follows", error=type(error).__name__, words=_last_words(error))
        await insist(lambda: rows.put_back(claim, counts=True), self._stopping)
        raise RetryRequested(timedelta(seconds=self._settings.retry_seconds * claim.attempt), "failed") from error

    async def _give_up(self, rows: Rows, claim: Claim, rejected: Rejected, error: Exception | None = None) -> None:
        words = _last_words(error) if error else ""
        log.warning("failed", code=rejected.code, detail=rejected.detail, words=words)
        try:
            await self._storage.delete(f"media/{claim.package}")  # an earlier attempt may have got as far as that
        except StorageError as trouble:
            log.warning("leftovers stay", error=type(trouble).__name__)
        await insist(lambda: rows.fail(claim, rejected), self._stopping)

    def _station(self, rows: Rows) -> Station:
        return Station(
            rows=rows,
            storage=self._storage,
            tools=self._tools,
            folder=self._folder,
            stopping=self._stopping,
            silence=self._settings.heartbeat_seconds / 2,
        )


def _last_words(error: Exception) -> str:
    """For the log of the house; people read the sentences of the code."""
    return str(error)[-1000:]


def configure_logs() -> None:
    """One JSON line per event; never local values, which might hold addresses or keys."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    for library in ("pgqueuer", "asyncpg"):  # they repeat what is logged here, as text and with tracebacks
        logging.getLogger(library).setLevel(logging.CRITICAL)


async def serve(settings: Settings) -> None:
    storage = make_storage(settings.storage_url, secret="")  # workers sign nothing
    with scratch.own_folder(settings.work_dir, secrets.token_hex(8)) as folder:
        tools = await find_tools(settings.ffmpeg, folder)
        worker = Worker(settings, storage, tools, folder)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.stop)
        try:
            await worker.serve()
        finally:
            await storage.close()


def main() -> None:
    configure_logs()
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        sys.exit(str(error))
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
