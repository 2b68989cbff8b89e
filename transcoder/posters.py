"""A poster of a producer's own pictures: cut and encoded where a hostile file can do no harm."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct

from transcoder.assemble import take_file
from transcoder.bench import Bench
from transcoder.contract import POSTER_FORMATS, Crop, PosterJob
from transcoder.job import Station
from transcoder.picture_rows import PosterClaim, PosterRows
from transcoder.pictures import draw, handle

_SHAPES: Final = {"tall": "9 16", "card": "2 3"}


class _Said(Struct, frozen=True):
    thumbhash: Annotated[str, Meta(max_length=60)]


async def handle_poster(station: Station, rows: PosterRows, job: PosterJob) -> None:
    """Raises RetryRequested where the queue is to keep the job."""
    await handle(station, "poster", job.poster, rows, partial(_make, station))


async def _make(station: Station, claim: PosterClaim, bench: Bench) -> str:
    """Its thumbhash, once its files are published."""
    cuts = []
    for name, crop in (("tall", claim.sources.tall), ("card", claim.sources.card)):
        await station.storage.fetch(f"pictures/{crop.picture}", bench.original.with_name(name))
        cuts.append(_cut(name, crop))
    said, _ = await draw(station, ["own", *cuts], bench, _Said, partial(_take, bench.out, bench.package))
    await station.storage.publish(bench.package, f"media/{claim.id}")
    return said.thumbhash


def _cut(name: str, crop: Crop) -> str:
    numbers = (crop.left, crop.top, crop.width, crop.height)
    return " ".join([name, _SHAPES[name], f"../in/{name}", *(f"{number:.6f}" for number in numbers)])


def _take(out: Path, package: Path) -> None:
    for name in _SHAPES:
        for kind in POSTER_FORMATS:
            take_file(out / f"{name}.{kind}", package / f"{name}.{kind}")
