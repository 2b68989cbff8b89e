"""The tier `sound`: every sound an episode is to have and its package has not, one after the other.

One that cannot be used does not keep the others from being published.
"""

import asyncio
import shutil
from collections.abc import Sequence

import structlog
from msgspec import Struct

from transcoder.arrival import check_parts, check_room, digest_of
from transcoder.bench import Bench, EncodeFailed, Tools
from transcoder.contract import Descriptor, Rejected, RungProgress
from transcoder.dub import Dubbed, Timing, Wanted, make_dub
from transcoder.edition import Addition, digests
from transcoder.making import Made
from transcoder.pipeline import Tell
from transcoder.rows import Claim, Rows, insist
from transcoder.run import TooSlow
from transcoder.storage import Storage
from transcoder.telemetry import staged

log = structlog.get_logger()


class Booth(Struct, frozen=True, kw_only=True):
    """Where sounds are made and with what."""

    rows: Rows
    storage: Storage
    tools: Tools
    stopping: asyncio.Event


@staged("sounds")
async def make_sounds(booth: Booth, claim: Claim, bench: Bench, tell: Tell) -> Made:
    film = await insist(lambda: booth.rows.published(claim), booth.stopping)
    wanted = missing(film, await insist(lambda: booth.rows.wanted_sounds(claim), booth.stopping))
    made: list[Dubbed] = []
    for number, each in enumerate(wanted):
        tell([RungProgress(name="sound", progress=100 * number // len(wanted))], None)
        made.append(await _make(booth, claim, bench, each, Timing.of(film)))
    heard = any(each.track is not None for each in made)
    return Made(addition=await asyncio.to_thread(_addition, bench, made) if heard else None, sounds=tuple(made))


def missing(film: Descriptor, wanted: Sequence[Wanted]) -> list[Wanted]:
    there = {track.name for track in film.audio}
    return [each for each in wanted if each.name not in there]


async def _make(booth: Booth, claim: Claim, bench: Bench, wanted: Wanted, film: Timing) -> Dubbed:
    await insist(lambda: booth.rows.begin_sound(claim, wanted), booth.stopping)
    try:
        check_room(bench.folder, wanted.size)
        await booth.storage.fetch(wanted.key, bench.original)
        await _verify(booth, bench, wanted)
        return await make_dub(bench, booth.tools, wanted, film)
    except Rejected as rejected:
        return await _refused(bench, wanted, rejected)
    except (EncodeFailed, TooSlow) as error:
        log.warning("sound failed", lang=wanted.lang, words=f"{type(error).__name__}: {error}"[-1000:])
        code = "encode-too-slow" if isinstance(error, TooSlow) else "encode-failed"
        return await _refused(bench, wanted, Rejected(code))
    finally:
        await asyncio.to_thread(_clear, bench)


async def _refused(bench: Bench, wanted: Wanted, rejected: Rejected) -> Dubbed:
    await asyncio.to_thread(shutil.rmtree, bench.package / wanted.name, ignore_errors=True)
    return Dubbed(wanted=wanted, rejected=rejected)


async def _verify(booth: Booth, bench: Bench, wanted: Wanted) -> None:
    parts = await insist(lambda: booth.rows.part_digests(wanted.original), booth.stopping)
    await asyncio.to_thread(check_parts, bench.original, parts)
    if not wanted.recorded:
        sha256 = await asyncio.to_thread(digest_of, bench.original)
        await insist(lambda: booth.rows.save_digest(wanted.original, sha256), booth.stopping)


def _clear(bench: Bench) -> None:
    """The next sound finds the bench empty, but for what is going to be published."""
    bench.original.unlink(missing_ok=True)
    for path in bench.out.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _addition(bench: Bench, made: Sequence[Dubbed]) -> Addition:
    tracks = [(each.track, each.wanted.lang) for each in made if each.track is not None]
    return Addition(
        video=[],
        peaks={track.name: track.peak for track, _lang in tracks},
        files=digests(bench.package, bench.package),
        sounds=[track.as_audio(lang, dub=True) for track, lang in tracks],
    )
