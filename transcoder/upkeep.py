"""What a worker does beside its jobs: it says that it is there, and puts right what others could not."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID, uuid4

import structlog

from transcoder.bench import Tools
from transcoder.publication import PREVIEW
from transcoder.rows import DATABASE_AWAY, Rows
from transcoder.storage import Storage, StorageError

log = structlog.get_logger()
#: A producer who watches the preview when the episode becomes ready is not cut off.
_PREVIEW_KEPT: Final = timedelta(hours=1)
_WRITE_SECONDS: Final = 5


class Presence:
    """The worker's own row."""

    def __init__(self, tools: Tools, slots: int) -> None:
        self.id: UUID = uuid4()
        self.leaving = False
        self._facts = (socket.gethostname(), tools.sandbox.kind, tools.build.version, slots)

    async def tell(self, rows: Rows, busy: int) -> None:
        with contextlib.suppress(*DATABASE_AWAY):
            await rows.sign_in(self.id, self._facts, busy, leaving=self.leaving)

    async def tell_often(self, rows: Rows, count_busy: Callable[[], int], every: timedelta) -> None:
        while True:
            await self.tell(rows, count_busy())
            await asyncio.sleep(every.total_seconds())

    async def end(self, rows: Rows) -> None:
        with contextlib.suppress(*DATABASE_AWAY):
            async with asyncio.timeout(_WRITE_SECONDS):
                await rows.sign_out(self.id)


class Stranding(Protocol):
    """Rows whose jobs the queue may have forgotten."""

    async def queue_stranded(self, silent_for: timedelta) -> object: ...


async def sweep_often(rows: Rows, others: Iterable[Stranding], storage: Storage, heartbeat: timedelta) -> None:
    while True:
        try:
            await sweep(rows, storage, heartbeat)
            for each in others:
                await each.queue_stranded(2 * heartbeat)
        except (*DATABASE_AWAY, StorageError) as error:
            log.warning("sweep put off", error=type(error).__name__)
        await asyncio.sleep(heartbeat.total_seconds())


async def sweep(rows: Rows, storage: Storage, heartbeat: timedelta) -> None:
    """A job is never lost: tiers under way that the queue has forgotten are queued again. Workers that are silent are
    forgotten, and so are previews of episodes that viewers have long been getting."""
    for waiting in await rows.stranded(2 * heartbeat):
        log.warning("stranded job queued again", package=str(waiting.package), tier=waiting.tier)
        await rows.queue_again(waiting)
    await rows.forget_workers(4 * heartbeat)
    for package, state in await rows.outlived_previews(_PREVIEW_KEPT):
        await storage.delete(f"media/{package}" if state == "failed" else f"media/{package}/{PREVIEW}")
        await rows.forget_preview(package)
