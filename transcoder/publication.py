"""From a finished tier to what players get, and back where a tier comes to a bad end.

All of it while the row of the package is held: whoever was given up in the meantime writes neither rows nor files.
"""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from transcoder.bench import Bench, ScratchFull
from transcoder.contract import Descriptor, Rejected, Tier
from transcoder.edition import Addition, Subtitle, compose, write_edition
from transcoder.making import Made
from transcoder.profiles import PROFILES
from transcoder.rows import Claim, Place, Rows
from transcoder.storage import Storage
from transcoder.telemetry import staged

PREVIEW: Final = "start"


@staged("publish")
async def publish(rows: Rows, storage: Storage, claim: Claim, bench: Bench, made: Made) -> bool:
    """Files first, rows last. A worker that dies in between leaves files that nobody names: the next attempt writes
    over them, and giving up removes them.

    True where more of the same has come in meanwhile: the job is not over.
    """
    async with rows.holding(claim) as place:
        if claim.tier == "start":
            await place.end_tier()
            await place.await_ladder(made.preview)
            return False
        for sound in made.sounds:
            await place.end_sound(sound)
        if made.addition is not None or claim.tier == "edition":
            await _publish_edition(place, storage, bench, made.addition)
        if claim.tier == "ladder" and await place.await_sounds():
            await place.plan("sound")
        if claim.tier == "sound" and await _lack(place, made):
            return True
        await place.end_tier()
        for tier in made.following:
            await place.plan(tier)
    return False


async def _lack(place: Place, made: Made) -> bool:
    there = {sound.wanted.name for sound in made.sounds}
    there |= set() if place.current is None else {track.name for track in place.current.audio}
    return any(wanted.name not in there for wanted in await place.sounds())


async def _publish_edition(place: Place, storage: Storage, bench: Bench, addition: Addition | None) -> None:
    claim = place.claim
    edition = 1 if place.current is None else place.current.edition + 1
    subtitles = await place.subtitles()
    dubs = {wanted.name for wanted in await place.sounds()}
    descriptor = compose(place.current, addition, claim.package, edition, subtitles, dubs=dubs)
    try:
        written = await asyncio.to_thread(_write, bench.package, descriptor, subtitles)
    except OSError as error:
        raise ScratchFull from error
    named = {path.split("/")[0] for path in written.files} - {str(edition)}  # a sound may have been removed meanwhile
    rungs = sorted(path.name for path in bench.package.iterdir() if path.name in named)
    for folder in (*rungs, str(edition)):
        await place.still_held()  # a host that was cut off for a while must not write over what its heir has published
        await storage.publish(bench.package / folder, f"{claim.prefix}/{folder}")
    await place.still_held()
    if claim.tier == "ladder" and not place.previewed:  # what an attempt left that did not come to show it
        await storage.delete(f"{claim.prefix}/{PREVIEW}")
    await place.finish(written)


def _write(package: Path, descriptor: Descriptor, subtitles: Sequence[Subtitle]) -> Descriptor:
    shutil.rmtree(package / str(descriptor.edition), ignore_errors=True)  # of the try before PostgreSQL went away
    return write_edition(package, descriptor, subtitles)


async def give_up(
    rows: Rows, storage: Storage, claim: Claim, rejected: Rejected, following: Sequence[Tier] | None
) -> None:
    """Without `following` the package fails with its tier; with it, it goes on without what this tier would have
    added."""
    async with rows.holding(claim) as place:
        await place.fail_tier(rejected.code)
        if following is None:
            await place.fail_package(rejected)
            return
        if claim.tier == "start":
            await place.await_ladder(None)
            return
        if claim.tier == "sound":
            await _clear_sounds(place, storage)
            await place.give_up_sounds(rejected.code)
        for folder in leftovers(claim.tier, place.current):
            await storage.delete(f"{claim.prefix}/{folder}")
        for tier in following:
            await place.plan(tier)


async def _clear_sounds(place: Place, storage: Storage) -> None:
    named = set() if place.current is None else {track.name for track in place.current.audio}
    for wanted in await place.sounds():
        if wanted.name not in named:
            await storage.delete(f"{place.claim.prefix}/{wanted.name}")


def leftovers(tier: Tier, current: Descriptor | None) -> list[str]:
    """The folders an attempt at this tier may have left and no edition names."""
    named = set() if current is None else {path.split("/")[0] for path in current.files}
    rungs = {rung.name for profile in PROFILES.values() for rung in profile.improved(tier)}
    return [*sorted(rungs - named), str(1 if current is None else current.edition + 1)]
