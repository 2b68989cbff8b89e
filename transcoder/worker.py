"""The worker process: takes jobs from the queue, and neither a restart of PostgreSQL nor its own end loses one.
Start it with `python -m transcoder.worker`, as often and on as many machines as needed."""

import asyncio
import logging
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.errors import FailingListenerError
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from transcoder import scratch, telemetry
from transcoder.bench import Tools
from transcoder.contract import ENCODE_QUEUE, POSTER_QUEUE, PREVIEW_QUEUE, PosterJob, TranscodeJob
from transcoder.job import Station, handle
from transcoder.lanes import Lanes
from transcoder.making import Make, make
from transcoder.marks import handle_mark
from transcoder.picture_rows import MarkRows, PosterRows
from transcoder.pipeline import find_tools
from transcoder.posters import handle_poster
from transcoder.profiles import PROFILES
from transcoder.rows import DATABASE_AWAY, Pool, Rows, open_pool
from transcoder.sandbox import Sandbox, SandboxMissing, find_sandbox
from transcoder.settings import Settings, SettingsError
from transcoder.storage import Storage, make_storage
from transcoder.upkeep import Presence, sweep_often

log = structlog.get_logger()
_RECONNECT_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 5.0
_HEARTBEATS_STILL: Final = 6
# Of the queue, of its listener and of what happens beside jobs; and of each job at its busiest.
_CONNECTIONS: Final = 4
_CONNECTIONS_PER_JOB: Final = 3


class Worker:
    def __init__(self, settings: Settings, storage: Storage, tools: Tools, folder: Path, make: Make = make) -> None:
        self._settings = settings
        self._storage = storage
        self._tools = tools
        self._folder = folder
        self._make = make
        self._stopping = asyncio.Event()
        self._heartbeat = timedelta(seconds=settings.heartbeat_seconds)
        self._slots = {PREVIEW_QUEUE: 1, ENCODE_QUEUE: settings.slots, POSTER_QUEUE: 1}
        self._presence = Presence(tools, settings.slots)

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
        most = _CONNECTIONS + _CONNECTIONS_PER_JOB * sum(self._slots.values())
        pool = await open_pool(self._settings.database_url, least=_CONNECTIONS, most=most)
        try:
            await self._work(pool)
        finally:
            try:
                await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
            except (TimeoutError, *DATABASE_AWAY):
                pool.terminate()

    async def _work(self, pool: Pool) -> None:
        manager = Lanes(Queries(AsyncpgPoolDriver(pool)), slots=self._slots)
        manager.min_dequeue_poll_interval = timedelta(seconds=1)
        rows = Rows(pool)
        station = self._station(rows)

        async def work(job: Job) -> None:
            await handle(station, msgspec.json.decode(job.payload or b"", type=TranscodeJob))

        posters, marks = PosterRows(pool), MarkRows(pool)

        async def work_poster(job: Job) -> None:
            wanted = msgspec.json.decode(job.payload or b"", type=PosterJob)
            await (handle_mark(station, marks, wanted) if wanted.mark else handle_poster(station, posters, wanted))

        for lane in self._slots:
            manager.entrypoint(lane, on_failure="hold", accepts_context=False)(
                work_poster if lane == POSTER_QUEUE else work
            )
        beside = [
            # Not one event for both: the manager sets its own when it loses its listener, which ends only the session.
            asyncio.create_task(self._pass_on_stop(manager, rows)),
            asyncio.create_task(
                self._again_and_again(lambda: sweep_often(rows, (posters, marks), self._storage, self._heartbeat))
            ),
            asyncio.create_task(
                self._again_and_again(
                    lambda: self._presence.tell_often(rows, lambda: manager.busy(ENCODE_QUEUE), self._heartbeat / 3)
                )
            ),
        ]
        build = self._tools.build
        log.info("ready", ffmpeg=build.version, tone_mapping=build.tone_mapping, sandbox=self._tools.sandbox.kind)
        try:
            await self._run(manager)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            if self._stopping.is_set():
                await self._presence.end(rows)

    async def _run(self, manager: Lanes) -> None:
        """Raises TimeoutError where the queue's loop stands still: a new session finds its way again."""
        running = asyncio.create_task(
            manager.run(
                batch_size=1,
                dequeue_timeout=self._heartbeat / 3,
                heartbeat_timeout=self._heartbeat,
                shutdown_on_listener_failure=True,
            )
        )
        try:
            while not running.done():
                await asyncio.wait({running}, timeout=self._heartbeat.total_seconds())
                if manager.stands_still(_HEARTBEATS_STILL * self._heartbeat):
                    raise TimeoutError
            running.result()
        finally:
            running.cancel()
            await asyncio.wait({running}, timeout=_CLOSE_SECONDS)

    async def _again_and_again(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What happens beside the jobs comes back from a mistake of ours, as jobs do."""
        while True:
            try:
                await work()
            except Exception:
                log.exception("upkeep ended")
            await asyncio.sleep(self._settings.retry_seconds)

    async def _pass_on_stop(self, manager: Lanes, rows: Rows) -> None:
        await self._stopping.wait()
        manager.shutdown.set()
        self._presence.leaving = True
        await self._presence.tell(rows, manager.busy(ENCODE_QUEUE))

    def _station(self, rows: Rows) -> Station:
        return Station(
            rows=rows,
            storage=self._storage,
            tools=self._tools,
            profile=PROFILES[self._settings.profile],
            folder=self._folder,
            stopping=self._stopping,
            make=self._make,
            heartbeat=self._heartbeat,
            retry_after=timedelta(seconds=self._settings.retry_seconds),
        )


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


async def _find_tools(settings: Settings, folder: Path, sandbox: Sandbox) -> Tools:
    try:
        return await find_tools(settings.ffmpeg, folder, sandbox)
    except RuntimeError as error:
        raise SettingsError(str(error)) from error


async def serve(settings: Settings) -> None:
    storage = make_storage(settings.storage_url, secret="")  # workers sign nothing
    with scratch.own_folder(settings.work_dir, secrets.token_hex(8)) as folder:
        sandbox = await find_sandbox(folder, allow_none=settings.allow_unsandboxed)
        tools = await _find_tools(settings, folder, sandbox)
        telemetry.SANDBOX.labels(sandbox.kind).set(1)
        telemetry.SCRATCH_FREE.set_function(lambda: shutil.disk_usage(folder).free)
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
        telemetry.collect_traces()
        with telemetry.listening(settings.metrics_listen):
            asyncio.run(serve(settings))
    except (SettingsError, SandboxMissing) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
