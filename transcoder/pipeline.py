"""One original to what is published of it, tier by tier. Knows nothing of databases, queues or stores."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from transcoder import assemble, gate
from transcoder.bench import Bench, Build, EncodeFailed, ScratchFull, Tools, check_outcome
from transcoder.contract import Decision, Rejected, RungProgress
from transcoder.edition import Addition, Film, digests
from transcoder.encode import Watch, seconds_left
from transcoder.package import Track, Unfit
from transcoder.plan import ORIGINAL, Picture, Plan, av1_of, ladder_of, ladder_plan, refine_of, rungs_plan
from transcoder.preview import Publish, make_start
from transcoder.probe import Landscape, SourceInfo, check_source, clock, parse_probe
from transcoder.profiles import CODEC_WHITELIST, MAX_PIXELS, PROTOCOL_WHITELIST, VIDEO_DECODERS, Profile
from transcoder.proof import proof_args
from transcoder.quality import choose_quality, search_share
from transcoder.run import TooSlow
from transcoder.sandbox import Sandbox
from transcoder.stills import make_stills
from transcoder.study import Source
from transcoder.study_plan import CHANGES, LOOKS, SOUND, conclude, study_args
from transcoder.telemetry import staged

__all__ = [
    "Bench",
    "EncodeFailed",
    "Landscape",
    "Publish",
    "ScratchFull",
    "Source",
    "SourceInfo",
    "Tell",
    "TooSlow",
    "Tools",
    "find_tools",
    "look",
    "make_av1",
    "make_ladder",
    "make_refine",
    "make_start",
    "study",
]

_PROBE_SECONDS: Final = 30.0
_PROOF_SECONDS: Final = 120.0
_MEDIA_AT_FAULT: Final = 3

#: The rungs of a tier on their way, and the seconds left as far as they can be known.
Tell = Callable[[list[RungProgress], int | None], None]


async def find_tools(ffmpeg: str, folder: Path, sandbox: Sandbox) -> Tools:
    """Asks ffmpeg itself what it can do, once at start."""
    limit = 20.0
    bare = Tools(ffmpeg=ffmpeg, build=Build(version="", tone_mapping=False), sandbox=sandbox)
    version = await bare.run_ffmpeg(["-version"], folder, limit)
    names: set[str] = set()
    for what in ("-filters", "-encoders"):
        await bare.run_ffmpeg(
            ["-hide_banner", what], folder, limit, on_output=lambda line: names.update(line.split()[1:2])
        )
    if version.code or not names:
        raise RuntimeError(f"{ffmpeg} does not run here: {version.last_words.strip()}")
    build = Build(
        version=version.output.split("\n")[0],
        tone_mapping=names >= {"zscale", "tonemap"},
        av1="libsvtav1" in names,
        vmaf="libvmaf" in names,
    )
    return Tools(ffmpeg=ffmpeg, build=build, sandbox=sandbox)


@staged("look")
async def look(bench: Bench, tools: Tools, landscape: Landscape) -> SourceInfo:
    """Gate and probe: what the upload is, or why it is refused."""
    demuxer = await asyncio.to_thread(_check_gate, bench.original)
    decoders = ",".join(VIDEO_DECODERS.values())
    args = [demuxer, ORIGINAL, PROTOCOL_WHITELIST, CODEC_WHITELIST, decoders, str(MAX_PIXELS)]
    try:
        outcome = await tools.run_child("probe_child.py", args, bench.out, _PROBE_SECONDS)
    except TooSlow as error:
        raise Rejected("unreadable-file") from error
    if outcome.code == _MEDIA_AT_FAULT:
        raise Rejected("unreadable-file")
    check_outcome(outcome)
    return check_source(parse_probe(outcome.output, demuxer), landscape)


def _check_gate(original: Path) -> gate.Demuxer:
    with original.open("rb") as file:
        return gate.check(file, original.stat().st_size)


@staged("study")
async def study(bench: Bench, tools: Tools, info: SourceInfo, profile: Profile) -> Source:
    """One pass over the whole film: cuts, loudness, pictures fit for a poster. Raises as `make_ladder` does."""
    watch = Watch(info.duration, lambda _share, _left: None)
    await _watched(bench, tools, study_args(info, tools.build), 60 + 8 * info.duration, watch)
    texts = [_read_and_remove(bench.out / name) for name in (CHANGES, LOOKS, SOUND)]
    source = await asyncio.to_thread(conclude, info, *texts)
    if source is None:
        raise watch.damaged() if watch.faults else Rejected("damaged-file", at=clock(watch.seconds))
    return source


def _read_and_remove(path: Path) -> str:
    """Empty where nothing was written."""
    try:
        text = assemble.read_left(path).decode(errors="replace")
    except Unfit:
        return ""
    path.unlink()
    return text


async def make_ladder(bench: Bench, tools: Tools, source: Source, profile: Profile, tell: Tell) -> Addition:
    """All H.264 rungs, sound, posters and storyboard; raises Rejected, EncodeFailed, TooSlow or ScratchFull."""
    pictures, decisions, begun = await _decide(bench, tools, source, profile, ladder_of(source.info, profile), tell)
    plan = ladder_plan(source, tools.build, pictures)
    rungs = await _encode(bench, tools, plan, source, tell, begun)
    try:
        sounds = await asyncio.to_thread(assemble.take_sounds, bench.out, bench.package, source)
    except Unfit as error:
        raise EncodeFailed(str(error)) from error
    names = [track.name for track, _lang in sounds]
    check_outcome(await tools.run_ffmpeg(proof_args([rung.name for rung in rungs], names), bench.out, _PROOF_SECONDS))
    stills = await make_stills(bench, tools, source)
    film = Film(
        duration=round(sum(rungs[0].durations), 6),
        fps=round(float(source.info.fps), 3),
        width=source.info.width,
        height=source.info.height,
        thumbhash=stills.thumbhash,
        audio=[track.as_audio(lang) for track, lang in sounds],
        posters=stills.posters,
        sprite=stills.sprite,
        loudness=source.loudness,
    )
    return await _addition(bench, [*rungs, *(track for track, _lang in sounds)], decisions, film=film)


async def make_av1(bench: Bench, tools: Tools, source: Source, profile: Profile, tell: Tell) -> Addition | None:
    """None where the source is too small for these rungs, or ffmpeg cannot encode them."""
    pictures = av1_of(source.info, profile) if tools.build.av1 else ()
    return await _make_rungs(bench, tools, source, profile, pictures, tell) if pictures else None


async def make_refine(bench: Bench, tools: Tools, source: Source, profile: Profile, tell: Tell) -> Addition | None:
    """The smaller H.264 rungs once more, slower, in folders of their own; None where the profile has no such pass."""
    pictures = refine_of(source.info, profile)
    if not pictures:
        return None
    addition = await _make_rungs(bench, tools, source, profile, pictures, tell)
    replaced = [picture.name.removesuffix(picture.rung.suffix) for picture in pictures]
    return msgspec.structs.replace(addition, replaced=replaced)


async def _make_rungs(
    bench: Bench, tools: Tools, source: Source, profile: Profile, wanted: Sequence[Picture], tell: Tell
) -> Addition:
    pictures, decisions, begun = await _decide(bench, tools, source, profile, wanted, tell)
    rungs = await _encode(bench, tools, rungs_plan(source, tools.build, pictures), source, tell, begun)
    check_outcome(await tools.run_ffmpeg(proof_args([rung.name for rung in rungs], []), bench.out, _PROOF_SECONDS))
    return await _addition(bench, rungs, decisions)


@staged("search")
async def _decide(
    bench: Bench, tools: Tools, source: Source, profile: Profile, wanted: Sequence[Picture], tell: Tell
) -> tuple[tuple[Picture, ...], list[Decision], float]:
    """The pictures with the CRF they get, and why; last the share of the tier that finding it has been."""
    part = search_share(source.info.duration, profile, tools.build)
    started = time.monotonic()

    def tell_search(share: float) -> None:
        tell(_rungs_at(wanted, part * share), seconds_left(part * share, time.monotonic() - started))

    tell_search(0.0)
    decisions = await choose_quality(bench, tools, source, wanted, profile, tell_search)
    chosen = {decision.rung: decision.crf for decision in decisions}
    return tuple(picture.at_crf(chosen[picture.name]) for picture in wanted), decisions, part


def _rungs_at(pictures: Sequence[Picture], share: float) -> list[RungProgress]:
    return [RungProgress(name=picture.name, progress=int(99 * share)) for picture in pictures]


@staged("encode")
async def _encode(bench: Bench, tools: Tools, plan: Plan, source: Source, tell: Tell, begun: float) -> list[Track]:
    """`begun` is the share of the tier that was done before."""
    for picture in plan.pictures:
        (bench.out / picture.name).mkdir(exist_ok=True)

    def tell_share(share: float, left: int | None) -> None:
        tell(_rungs_at(plan.pictures, begun + (1 - begun) * share), left)

    tell_share(0.0, None)
    await _watched(bench, tools, plan.args, plan.seconds_allowed, Watch(plan.duration, tell_share))
    try:
        rungs = await asyncio.to_thread(assemble.take_rungs, bench.out, bench.package, plan.pictures, source)
    except Unfit as error:
        raise EncodeFailed(str(error)) from error
    tell([RungProgress(name=picture.name, progress=100) for picture in plan.pictures], None)
    return rungs


async def _watched(bench: Bench, tools: Tools, args: list[str], seconds: float, watch: Watch) -> None:
    outcome = await tools.run_ffmpeg(args, bench.out, seconds, watch.on_output, watch.on_complaint)
    if outcome.code and watch.faults:
        raise watch.damaged()
    check_outcome(outcome)


async def _addition(
    bench: Bench, tracks: Sequence[Track], decisions: list[Decision], film: Film | None = None
) -> Addition:
    return Addition(
        video=[track.as_video() for track in tracks if track.width],
        peaks={track.name: track.peak for track in tracks},
        files=await asyncio.to_thread(digests, bench.package, bench.package),
        decisions=decisions,
        film=film,
    )
