"""One claimed job from its original to its published package."""

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog
from msgspec import Struct

from transcoder.contract import Descriptor, Rejected
from transcoder.pipeline import Bench, ScratchFull, Tools, make_package
from transcoder.rows import DATABASE_AWAY, Claim, PartDigest, Rows, insist
from transcoder.storage import Storage

log = structlog.get_logger()
_READ_SIZE: Final = 1024 * 1024
_TELL_PAUSE: Final = 0.5
_ROOM: Final = 512 * 1024**2


class Stopped(Exception):
    """The worker was asked to leave; the job goes back as if it had not been begun."""


class Station(Struct, frozen=True, kw_only=True):
    """Where a job is done and with what."""

    rows: Rows
    storage: Storage
    tools: Tools
    folder: Path
    stopping: asyncio.Event
    #: The longest silence about a job in its row.
    silence: float


class Progress:
    """The newest word on one job. Written at most twice a second, and now and then also when nothing is new."""

    def __init__(self) -> None:
        self._word: tuple[int, str | None] = (0, None)
        self._news = asyncio.Event()

    def tell(self, progress: int, rung: str | None) -> None:
        if (progress, rung) != self._word:
            self._word = (progress, rung)
            self._news.set()

    async def write_to(self, rows: Rows, claim: Claim, silence: float) -> None:
        """Runs until it is cancelled, or raises Ousted as soon as the row says so."""
        while True:
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(silence):
                    await self._news.wait()
            self._news.clear()
            try:
                await rows.tell_progress(claim, *self._word)
            except DATABASE_AWAY as error:
                log.warning("progress not written", error=type(error).__name__)
            await asyncio.sleep(_TELL_PAUSE)


async def produce(station: Station, claim: Claim) -> Descriptor:
    """Raises what went wrong; Stopped and Ousted mean that nothing is to be said about the job."""
    progress = Progress()
    bench = await asyncio.to_thread(Bench.lay, station.folder / str(claim.package))
    try:
        descriptor = await _unless_stopped(
            _make(station, claim, bench, progress), progress.write_to(station.rows, claim, station.silence), station
        )
        await insist(lambda: _publish(station, claim, bench, descriptor), station.stopping)
    finally:
        await asyncio.to_thread(shutil.rmtree, bench.folder, ignore_errors=True)
    return descriptor


async def _make(station: Station, claim: Claim, bench: Bench, progress: Progress) -> Descriptor:
    _check_room(bench.folder, claim.size)
    await station.storage.fetch(claim.key, bench.original)
    digests = await insist(lambda: station.rows.part_digests(claim.original), station.stopping)
    sha256 = await asyncio.to_thread(check_digests, bench.original, digests)
    await insist(lambda: station.rows.save_digest(claim.original, sha256), station.stopping)
    progress.tell(3, None)
    subtitles = await insist(lambda: station.rows.subtitles(claim.episode), station.stopping)
    return await make_package(bench, station.tools, claim.package, subtitles, progress.tell)


async def _publish(station: Station, claim: Claim, bench: Bench, descriptor: Descriptor) -> None:
    async with station.rows.publishing(claim) as declare_ready:
        await station.storage.publish(bench.package, f"media/{claim.package}")
        await declare_ready(descriptor)


async def _unless_stopped(
    making: "asyncio._CoroutineLike[Descriptor]", telling: "asyncio._CoroutineLike[None]", station: Station
) -> Descriptor:
    """The first to end decides: done or failed, no longer ours, or asked to leave."""
    maker, teller = asyncio.create_task(making), asyncio.create_task(telling)
    leaving = asyncio.create_task(station.stopping.wait())
    try:
        await asyncio.wait({maker, teller, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if maker.done():
            return maker.result()
        if teller.done():
            teller.result()
        raise Stopped
    finally:
        for task in (maker, teller, leaving):
            task.cancel()
        await asyncio.gather(maker, teller, leaving, return_exceptions=True)


def check_digests(original: Path, parts: Sequence[PartDigest]) -> str:
    """Compares every part with what its sender announced; gives the digest of the whole."""
    whole = hashlib.sha256()
    with original.open("rb") as file:
        for part in parts:
            digest = hashlib.sha256()
            left = part.size
            while left and (chunk := file.read(min(_READ_SIZE, left))):
                digest.update(chunk)
                whole.update(chunk)
                left -= len(chunk)
            if left or digest.hexdigest() != part.sha256:
                raise Rejected("checksum-mismatch")
        if file.read(1):
            raise Rejected("checksum-mismatch")
    return whole.hexdigest()


def _check_room(folder: Path, size: int) -> None:
    """Better to say so before an hour of work than after it."""
    if shutil.disk_usage(folder).free < 2 * size + _ROOM:
        raise ScratchFull
