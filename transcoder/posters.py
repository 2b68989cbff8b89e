"""A poster of a producer's own pictures: cut and encoded where a hostile file can do no harm."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated, Final

import msgspec
import structlog
from msgspec import Meta, Struct
from pgqueuer.errors import RetryRequested

from transcoder.assemble import take_file
from transcoder.bench import Bench, EncodeFailed, ScratchFull, check_outcome
from transcoder.contract import POSTER_FORMATS, Crop, PosterJob, PosterSources
from transcoder.job import Station
from transcoder.package import Unfit
from transcoder.poster_rows import PosterClaim, PosterRows
from transcoder.rows import insist
from transcoder.run import TooSlow
from transcoder.storage import ObjectMissing, StorageError

log = structlog.get_logger()
_SECONDS: Final = 60.0
_MOST_ATTEMPTS: Final = 3
_MEDIA_AT_FAULT: Final = 3
_SHAPES: Final = {"tall": "9 16", "card": "2 3"}


class PictureRefused(Exception):
    """The picture itself cannot become a poster; trying again with the same bytes will not help."""


class _Said(Struct, frozen=True):
    thumbhash: Annotated[str, Meta(max_length=60)]


async def handle_poster(station: Station, rows: PosterRows, job: PosterJob) -> None:
    """Raises RetryRequested where the queue is to keep the job."""
    with structlog.contextvars.bound_contextvars(poster=str(job.poster)):
        claim = await insist(lambda: rows.claim(job.poster), station.stopping)
        if claim is None:
            log.info("nothing to do")
            return
        bench = await asyncio.to_thread(Bench.lay, station.folder / f"poster-{claim.id}")
        try:
            await _make(station, rows, claim, bench)
        finally:
            await asyncio.to_thread(shutil.rmtree, bench.folder, ignore_errors=True)


async def _make(station: Station, rows: PosterRows, claim: PosterClaim, bench: Bench) -> None:
    try:
        thumbhash = await _produce(station, claim.sources, bench)
        await station.storage.publish(bench.package, f"media/{claim.id}")
    except (PictureRefused, ObjectMissing) as error:
        log.info("refused", error=type(error).__name__, words=str(error)[-300:])
        await insist(lambda: rows.fail(claim), station.stopping)
    except (EncodeFailed, ScratchFull, StorageError, TooSlow) as error:
        log.warning("another attempt follows", error=type(error).__name__, words=str(error)[-300:])
        if claim.attempt >= _MOST_ATTEMPTS:
            await insist(lambda: rows.fail(claim), station.stopping)
            return
        raise RetryRequested(station.retry_after * claim.attempt, "failed") from error
    else:
        await insist(lambda: rows.finish(claim, thumbhash), station.stopping)
        log.info("done", attempt=claim.attempt)


async def _produce(station: Station, sources: PosterSources, bench: Bench) -> str:
    """The files in `bench.package`, and their thumbhash."""
    cuts = []
    for name, crop in (("tall", sources.tall), ("card", sources.card)):
        await station.storage.fetch(f"pictures/{crop.picture}", bench.original.with_name(name))
        cuts.append(_cut(name, crop))
    outcome = await station.tools.run_child("poster_child.py", ["own", *cuts], bench.out, _SECONDS)
    if outcome.code == _MEDIA_AT_FAULT:
        raise PictureRefused(outcome.last_words)
    check_outcome(outcome)
    try:
        said = msgspec.json.decode(outcome.output, type=_Said)
        await asyncio.to_thread(_take, bench.out, bench.package)
    except (Unfit, msgspec.DecodeError) as error:
        raise EncodeFailed(str(error)) from error
    return said.thumbhash


def _cut(name: str, crop: Crop) -> str:
    numbers = (crop.left, crop.top, crop.width, crop.height)
    return " ".join([name, _SHAPES[name], f"../in/{name}", *(f"{number:.6f}" for number in numbers)])


def _take(out: Path, package: Path) -> None:
    for name in _SHAPES:
        for kind in POSTER_FORMATS:
            take_file(out / f"{name}.{kind}", package / f"{name}.{kind}")
