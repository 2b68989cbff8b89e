"""What posters and marks share: one picture made where a hostile file can do no harm, and the outcome told."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar
from uuid import UUID

import msgspec
import structlog
from pgqueuer.errors import RetryRequested

from transcoder.bench import Bench, EncodeFailed, ScratchFull, check_outcome
from transcoder.job import Station
from transcoder.package import Unfit
from transcoder.rows import insist
from transcoder.run import TooSlow
from transcoder.storage import ObjectMissing, StorageError

log = structlog.get_logger()
S = TypeVar("S")
T = TypeVar("T")
M_contra = TypeVar("M_contra", contravariant=True)
C = TypeVar("C", bound="Claim")
_SECONDS: Final = 60.0
_MOST_ATTEMPTS: Final = 3
_MEDIA_AT_FAULT: Final = 3


class PictureRefused(Exception):
    """The picture itself cannot be shown; trying again with the same bytes will not help."""


class Claim(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def attempt(self) -> int: ...


class Rows(Protocol[C, M_contra]):
    """The rows of one kind of picture; `finish` is told what was made of it, `fail` that nothing will be."""

    async def claim(self, picture: UUID, /) -> C | None: ...
    async def finish(self, claim: C, made: M_contra, /) -> None: ...
    async def fail(self, claim: C, /) -> None: ...


async def handle(
    station: Station, kind: str, picture: UUID, rows: Rows[C, T], make: Callable[[C, Bench], Awaitable[T]]
) -> None:
    """Raises RetryRequested where the queue is to keep the job."""
    with structlog.contextvars.bound_contextvars(**{kind: str(picture)}):
        claim = await insist(lambda: rows.claim(picture), station.stopping)
        if claim is None:
            log.info("nothing to do")
            return
        try:
            made = await _on_bench(station.folder / f"{kind}-{picture}", partial(make, claim))
        except (PictureRefused, ObjectMissing) as error:
            log.info("refused", error=type(error).__name__, words=str(error)[-300:])
            await insist(lambda: rows.fail(claim), station.stopping)
        except (EncodeFailed, ScratchFull, StorageError, TooSlow) as error:
            log.warning("another attempt follows", error=type(error).__name__, words=str(error)[-300:])
            if claim.attempt < _MOST_ATTEMPTS:
                raise RetryRequested(station.retry_after * claim.attempt, "failed") from error
            await insist(lambda: rows.fail(claim), station.stopping)
        else:
            await insist(lambda: rows.finish(claim, made), station.stopping)
            log.info("done", attempt=claim.attempt)


async def _on_bench(folder: Path, make: Callable[[Bench], Awaitable[T]]) -> T:
    """Nothing of it is left when its outcome is told."""
    bench = await asyncio.to_thread(Bench.lay, folder)
    try:
        return await make(bench)
    finally:
        await asyncio.to_thread(bench.clear)


async def draw(station: Station, args: list[str], bench: Bench, said: type[S], take: Callable[[], T]) -> tuple[S, T]:
    """What the confined child said of the files it drew, and what `take` gives that moves them out of its reach."""
    outcome = await station.tools.run_child("poster_child.py", args, bench.out, _SECONDS)
    if outcome.code == _MEDIA_AT_FAULT:
        raise PictureRefused(outcome.last_words)
    check_outcome(outcome)
    try:
        return msgspec.json.decode(outcome.output, type=said), await asyncio.to_thread(take)
    except (Unfit, msgspec.DecodeError) as error:
        raise EncodeFailed(str(error)) from error
