"""A festival's logo, or the card of its sponsor: opened and encoded where a hostile file can do no harm."""

import asyncio
from functools import partial
from typing import Annotated, Final

from msgspec import Meta, Struct

from transcoder.assemble import take_file
from transcoder.bench import Bench
from transcoder.contract import PosterJob
from transcoder.job import Station
from transcoder.picture_rows import Mark, MarkClaim, MarkRows
from transcoder.pictures import PictureRefused, draw, handle

_MOST_BYTES: Final = 200_000


class _Said(Struct, frozen=True):
    width: Annotated[int, Meta(ge=1, le=10_000)]
    height: Annotated[int, Meta(ge=1, le=10_000)]


async def handle_mark(station: Station, rows: MarkRows, job: PosterJob) -> None:
    """Raises RetryRequested where the queue is to keep the job."""
    await handle(station, "mark", job.poster, rows, partial(_make, station))


async def _make(station: Station, claim: MarkClaim, bench: Bench) -> Mark:
    await asyncio.to_thread(bench.original.with_name("mark").write_bytes, claim.source)
    take = partial(take_file, bench.out / "mark.webp", bench.package / "mark.webp")
    said, webp = await draw(station, ["mark", "../in/mark"], bench, _Said, take)
    if len(webp) > _MOST_BYTES:
        raise PictureRefused("it stays too large")
    return Mark(webp, said.width, said.height)
