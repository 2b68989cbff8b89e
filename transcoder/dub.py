"""A further sound of a film that is published: checked against it, as loud as it, cut where its pictures are."""

import asyncio
from itertools import accumulate
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import ffmpeg
import msgspec
from msgspec import Struct

from transcoder import assemble, gate
from transcoder.bench import Bench, EncodeFailed, Tools, check_outcome
from transcoder.contract import Descriptor, Loudness, Rejected
from transcoder.encode import Watch
from transcoder.package import Track, Unfit
from transcoder.plan import GLOBAL, ORIGINAL
from transcoder.probe import clock
from transcoder.profiles import AUDIO_DECODERS, AUDIO_NAME, CODEC_WHITELIST, MAX_SECONDS, PROTOCOL_WHITELIST
from transcoder.proof import proof_args
from transcoder.run import TooSlow
from transcoder.sound import fitted, levelled, mixed, sound_written
from transcoder.study import loudness_of, parse_measures

#: What a sound may be longer or shorter than its film (s). More, and words no longer belong to lips.
TOLERANCE: Final = 0.5
_WHOLE: Final = "dub.mp4"
_MEASURES: Final = "dub.txt"
_PROBE_SECONDS: Final = 120.0
_PATIENCE: Final = 60.0
_MEDIA_AT_FAULT: Final = 3
_DIGITS: Final = 12


class Wanted(Struct, frozen=True, kw_only=True):
    """A sound an episode is to have: the language it is said to be in, and its file."""

    lang: str
    original: UUID
    key: str
    size: int
    recorded: bool

    @property
    def name(self) -> str:
        """Of its folder: another file of the same language lies elsewhere, because addresses never change."""
        return f"{AUDIO_NAME}-{self.lang}-{self.original.hex[-_DIGITS:]}"


class Dubbed(Struct, frozen=True, kw_only=True):
    """What has become of one: its track, or why there is none."""

    wanted: Wanted
    track: Track | None = None
    off_by: float | None = None
    silent: bool = False
    rejected: Rejected | None = None


class Timing(Struct, frozen=True, kw_only=True):
    """Of the film: how long it is, how long one picture is shown, and where its segments begin (s)."""

    seconds: float
    picture: float
    key_times: list[float]

    @classmethod
    def of(cls, film: Descriptor) -> "Timing":
        lengths = film.video[0].segments
        return cls(seconds=film.duration, picture=1 / film.fps, key_times=list(accumulate(lengths[:-1], initial=0.0)))


class _Heard(Struct, frozen=True):
    index: int | None = None
    seconds: float = 0.0


async def make_dub(bench: Bench, tools: Tools, wanted: Wanted, film: Timing) -> Dubbed:
    """Raises Rejected, EncodeFailed, TooSlow or ScratchFull."""
    demuxer = await asyncio.to_thread(_check_gate, bench.original)
    found = await _look(bench, tools, demuxer)
    if found.index is None:
        raise Rejected("not-a-sound")
    off_by = found.seconds - film.seconds
    if abs(off_by) > TOLERANCE:
        raise Rejected("sound-length", length=_said(found.seconds), film=_said(film.seconds))
    source = _source(demuxer, found.index)
    loudness = await _measure(bench, tools, source, film)
    stream = fitted(levelled(mixed(source), loudness), film.seconds)
    await _run(bench, tools, [*GLOBAL, *sound_written(stream, _WHOLE).get_args()], film)
    target = bench.package / wanted.name
    try:
        track = await asyncio.to_thread(assemble.take_sound, bench.out / _WHOLE, target, film.key_times)
    except Unfit as error:
        raise EncodeFailed(str(error)) from error
    check_outcome(await tools.run_ffmpeg(proof_args([], [wanted.name]), bench.out, _PATIENCE))
    told = round(off_by, 2) if abs(off_by) > film.picture else None
    return Dubbed(wanted=wanted, track=track, off_by=told, silent=loudness is None)


def _check_gate(original: Path) -> gate.SoundDemuxer:
    with original.open("rb") as file:
        return gate.check_sound(file, original.stat().st_size)


async def _look(bench: Bench, tools: Tools, demuxer: gate.SoundDemuxer) -> _Heard:
    decoders = ",".join(AUDIO_DECODERS.values())
    args = [demuxer, ORIGINAL, PROTOCOL_WHITELIST, CODEC_WHITELIST, decoders, str(MAX_SECONDS + 1)]
    try:
        outcome = await tools.run_child("sound_child.py", args, bench.out, _PROBE_SECONDS)
    except TooSlow as error:
        raise Rejected("unreadable-file") from error
    if outcome.code == _MEDIA_AT_FAULT:
        raise Rejected("unreadable-file")
    check_outcome(outcome)
    try:
        return msgspec.json.decode(outcome.output, type=_Heard)
    except msgspec.DecodeError as error:
        raise Rejected("unreadable-file") from error


def _source(demuxer: gate.SoundDemuxer, index: int) -> Any:
    opened = ffmpeg.input(
        ORIGINAL,
        f=demuxer,
        protocol_whitelist=PROTOCOL_WHITELIST,
        codec_whitelist=CODEC_WHITELIST,
        t=f"{MAX_SECONDS + 1}",
    )
    return opened[str(index)]


async def _measure(bench: Bench, tools: Tools, source: Any, film: Timing) -> Loudness | None:
    """None where there is nothing to be heard."""
    heard = mixed(source).filter("ebur128", peak="true", metadata=1, framelog="quiet")
    output = ffmpeg.output(heard.filter("ametadata", "print", file=_MEASURES), "-", format="null")
    await _run(bench, tools, [*GLOBAL, *output.get_args()], film)
    text = assemble.read_left(bench.out / _MEASURES).decode(errors="replace")
    return loudness_of({name: value for _number, values in parse_measures(text) for name, value in values.items()})


async def _run(bench: Bench, tools: Tools, args: list[str], film: Timing) -> None:
    watch = Watch(film.seconds, lambda _share, _left: None)
    outcome = await tools.run_ffmpeg(args, bench.out, _PATIENCE + 2 * film.seconds, watch.on_output, watch.on_complaint)
    if outcome.code and watch.faults:
        raise watch.damaged()
    check_outcome(outcome)


def _said(seconds: float) -> str:
    """To a tenth of a second: what differs must be seen to differ."""
    tenths = round(seconds * 10)
    return f"{clock(tenths // 10)}.{tenths % 10}"
