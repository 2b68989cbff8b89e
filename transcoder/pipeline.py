"""One upload to one package: gate, probe, plan, run, check. Knows nothing of databases, queues or stores."""

import asyncio
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from transcoder import gate
from transcoder.assemble import Subtitle, assemble, describe, take_file
from transcoder.contract import Descriptor, Rejected
from transcoder.encode import Watch
from transcoder.package import POSTERS, Unfit
from transcoder.plan import ORIGINAL, Build, Plan, make_plan
from transcoder.probe import SourceInfo, check_source, parse_probe
from transcoder.profiles import CODEC_WHITELIST, MAX_PIXELS, PROTOCOL_WHITELIST, VIDEO_DECODERS
from transcoder.proof import POSTER, poster_args, proof_args
from transcoder.run import Outcome, TooSlow, run
from transcoder.sandbox import Limits, confine

_HERE: Final = Path(__file__).parent
_PROBE_SECONDS: Final = 30.0
_PROOF_SECONDS: Final = 120.0
_MEDIA_AT_FAULT: Final = 3
_CORES: Final = 8
_FULL: Final = "No space left on device"

Tell = Callable[[int, str | None], None]


class EncodeFailed(Exception):
    """Not the file's fault as far as is known; another attempt may go better."""


class ScratchFull(Exception):
    """The disk the workers share is full."""


class Tools(Struct, frozen=True, kw_only=True):
    ffmpeg: str
    build: Build


class Bench(Struct, frozen=True, kw_only=True):
    """The folder of one job: `in` holds the upload, `out` is all a confined process may write to."""

    folder: Path

    @classmethod
    def lay(cls, folder: Path) -> "Bench":
        shutil.rmtree(folder, ignore_errors=True)
        bench = cls(folder=folder)
        for path in (bench.original.parent, bench.out, bench.package):
            path.mkdir(parents=True)
        return bench

    @property
    def original(self) -> Path:
        return self.folder / "in" / "original"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def package(self) -> Path:
        return self.folder / "package"


async def find_tools(ffmpeg: str, folder: Path) -> Tools:
    """Asks ffmpeg itself what it can do, once at start."""
    limits = Limits(cpu_seconds=20)
    version = await run(confine([ffmpeg, "-version"], folder, limits), 20)
    filters: set[str] = set()
    await run(
        confine([ffmpeg, "-hide_banner", "-filters"], folder, limits),
        20,
        on_output=lambda line: filters.update(line.split()[1:2]),
    )
    if version.code or not filters:
        raise RuntimeError(f"{ffmpeg} does not run here: {version.last_words.strip()}")
    build = Build(version=version.output.split("\n")[0], tone_mapping=filters >= {"zscale", "tonemap"})
    return Tools(ffmpeg=ffmpeg, build=build)


async def make_package(
    bench: Bench, tools: Tools, identity: UUID, subtitles: Sequence[Subtitle], tell: Tell
) -> Descriptor:
    """The finished package lies in `bench.package`; raises Rejected, EncodeFailed, TooSlow or ScratchFull."""
    source = await look(bench)
    tell(4, None)
    plan = make_plan(source, tools.build)
    await _encode(bench, tools, plan, tell)
    try:
        assembled = await asyncio.to_thread(assemble, bench.out, bench.package, plan, source, subtitles)
        thumbhash = await _prove(bench, tools, plan)
    except Unfit as error:
        raise EncodeFailed(str(error)) from error
    tell(97, None)
    return await asyncio.to_thread(describe, assembled, source, identity, thumbhash)


async def look(bench: Bench) -> SourceInfo:
    """Gate and probe: what the upload is, or why it is refused."""
    demuxer = await asyncio.to_thread(_check_gate, bench.original)
    decoders = ",".join(VIDEO_DECODERS.values())
    args = [demuxer, ORIGINAL, PROTOCOL_WHITELIST, CODEC_WHITELIST, decoders, str(MAX_PIXELS)]
    try:
        outcome = await _run_child("probe_child.py", args, bench.out, _PROBE_SECONDS)
    except TooSlow as error:
        raise Rejected("unreadable-file") from error
    if outcome.code == _MEDIA_AT_FAULT:
        raise Rejected("unreadable-file")
    if outcome.code:
        raise EncodeFailed(outcome.last_words)
    source = parse_probe(outcome.output, demuxer)
    check_source(source)
    return source


def _check_gate(original: Path) -> gate.Demuxer:
    with original.open("rb") as file:
        return gate.check(file, original.stat().st_size)


async def _encode(bench: Bench, tools: Tools, plan: Plan, tell: Tell) -> None:
    for name in plan.folders:
        (bench.out / name).mkdir()
    largest = plan.pictures[-1].name
    watch = Watch(plan.duration, lambda share: tell(5 + int(90 * share), largest))
    limits = Limits(cpu_seconds=int(plan.seconds_allowed * _CORES))
    outcome = await run(
        confine([tools.ffmpeg, *plan.args], bench.out, limits),
        plan.seconds_allowed,
        watch.on_output,
        watch.on_complaint,
    )
    if outcome.code == -signal.SIGXCPU:
        raise TooSlow
    if outcome.code and watch.faults:
        raise watch.damaged()
    _check_outcome(outcome)


async def _prove(bench: Bench, tools: Tools, plan: Plan) -> str:
    """Plays the beginning of every rung from its playlist, makes the posters and gives the thumbhash."""
    await _run_ffmpeg(bench, tools, proof_args(plan.pictures))
    for skip_black in (True, False):
        if not (bench.out / POSTER).exists():
            await _run_ffmpeg(bench, tools, poster_args(plan.pictures[-1], skip_black=skip_black))
    outcome = await _run_child("poster_child.py", [POSTER, "."], bench.out, _PROOF_SECONDS)
    _check_outcome(outcome)
    for name in POSTERS:
        take_file(bench.out / name, bench.package / name)
    return msgspec.json.decode(outcome.output, type=dict[str, str])["thumbhash"]


async def _run_ffmpeg(bench: Bench, tools: Tools, args: list[str]) -> None:
    limits = Limits(cpu_seconds=int(_PROOF_SECONDS * _CORES))
    _check_outcome(await run(confine([tools.ffmpeg, *args], bench.out, limits), _PROOF_SECONDS))


async def _run_child(script: str, args: list[str], folder: Path, seconds: float) -> Outcome:
    command = [sys.executable, "-I", str(_HERE / script), *args]
    return await run(confine(command, folder, Limits(cpu_seconds=int(seconds * _CORES))), seconds)


def _check_outcome(outcome: Outcome) -> None:
    if not outcome.code:
        return
    if _FULL in outcome.last_words:
        raise ScratchFull
    raise EncodeFailed(outcome.last_words)
