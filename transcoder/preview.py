"""The tier `start`: a small rung that its producer can watch while it is still being encoded."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import ffmpeg
from msgspec import Struct

from transcoder.assemble import Clocks, read_left, take_file
from transcoder.bench import Bench, Build, EncodeFailed, Tools, check_outcome
from transcoder.contract import Preview, Rejected
from transcoder.encode import Watch
from transcoder.package import (
    AUDIO_CODEC,
    INIT,
    PLAYLIST,
    Unfit,
    is_complete,
    parse_growing,
    parse_playlist,
    segment_name,
    video_codec,
)
from transcoder.plan import GLOBAL, Picture, hls_options, original, pictures_for, upright, x264_options
from transcoder.probe import SourceInfo, clock
from transcoder.profiles import START
from transcoder.proof import segment_proof_args
from transcoder.run import Outcome
from transcoder.schedule import as_times, key_frames
from transcoder.sound import aac_options, sound_stream
from transcoder.telemetry import staged

#: Takes files of the folder `start` that were checked, each exactly once, and the preview that names them.
Publish = Callable[[Preview, list[Path]], Awaitable[None]]

FOLDER: Final = "start"
#: Slower than this many seconds of film per second a player would soon stand still: then nothing is shown before all
#: of it is there.
_SPEED: Final = 1.5
_POLL_SECONDS: Final = 0.03
_PROOF: Final = "proof.mp4"
_PROOF_SECONDS: Final = 30.0


def start_args(info: SourceInfo, build: Build, picture: Picture) -> list[str]:
    """Picture and sound in one rung: one list of segments is all there is to wait for."""
    film = original(info)
    frames = max(1, round(info.duration * info.fps))
    muxer = hls_options(FOLDER, info.duration) | {
        "hls_flags": "independent_segments+temp_file",
        "hls_playlist_type": "event",
        "flush_packets": 1,
    }
    keys = {"force_key_frames": as_times(key_frames(frames, info.fps), info.fps), "g": 9999}
    options: dict[str, Any] = {**x264_options(picture.rung), "tune": "zerolatency", **keys, **aac_options(), **muxer}
    output = ffmpeg.output(
        upright(film, info, build, picture.width, picture.height),
        sound_stream(film, info, 0, None),
        f"{FOLDER}/{PLAYLIST}",
        **options,
    )
    return [*GLOBAL, *ffmpeg.merge_outputs(output).get_args()]


@staged("preview")
async def make_start(bench: Bench, tools: Tools, info: SourceInfo, publish: Publish) -> Preview:
    """The producer's preview, handed to `publish` while it is encoded; returns it complete.

    Raises Rejected, EncodeFailed, TooSlow or ScratchFull, and what `publish` raises; some of it may be out by then.
    """
    (picture,) = pictures_for(info.width, info.height, [START])
    (bench.out / FOLDER).mkdir(exist_ok=True)
    watch = Watch(info.duration, lambda _share, _left: None)
    args = start_args(info, tools.build, picture)
    growth = _Growth(bench, tools, info, picture)
    encoding = asyncio.create_task(
        tools.run_ffmpeg(args, bench.out, 60 + 8 * info.duration, watch.on_output, watch.on_complaint)
    )
    try:
        while not encoding.done():
            await asyncio.wait([encoding], timeout=_POLL_SECONDS)
            await growth.follow(publish)
        _check(encoding.result(), watch)
        return await growth.finish(publish)
    except Unfit as error:
        raise EncodeFailed(str(error)) from error
    finally:
        encoding.cancel()
        await asyncio.gather(encoding, return_exceptions=True)


def _check(outcome: Outcome, watch: Watch) -> None:
    if outcome.code and watch.faults:
        raise watch.damaged()
    check_outcome(outcome)


class _Segment(Struct, frozen=True, kw_only=True):
    path: Path
    duration: float
    size: int


class _Growth:
    """The preview as far as it is there. Every segment is checked against the last one before anybody sees it."""

    def __init__(self, bench: Bench, tools: Tools, info: SourceInfo, picture: Picture) -> None:
        self._bench = bench
        self._tools = tools
        self._info = info
        self._picture = picture
        self._begun: float | None = None
        self._heard = 0.0
        self._init = b""
        self._clocks: Clocks | None = None
        self._segments: list[_Segment] = []
        self._shown = 0

    async def follow(self, publish: Publish) -> None:
        """Takes what was finished since the last call, and shows it if the encoder is quick enough."""
        folder = self._bench.out / FOLDER
        if self._begun is None and (folder / INIT).exists():
            self._begun = time.monotonic()
        if not (folder / PLAYLIST).exists():
            return
        text = read_left(folder / PLAYLIST).decode(errors="replace")
        if await self._take(parse_growing(text)) and self._is_quick():
            await self._show(publish, complete=False)

    async def finish(self, publish: Publish) -> Preview:
        durations = parse_playlist(read_left(self._bench.out / FOLDER / PLAYLIST).decode(errors="replace"))
        await self._take(durations)
        if not is_complete(durations, self._info.duration):
            raise Rejected("damaged-file", at=clock(sum(durations)))
        return await self._show(publish, complete=True)

    async def _take(self, durations: list[float]) -> bool:
        """Whether there is something new."""
        new = list(enumerate(durations))[len(self._segments) :]
        self._heard = time.monotonic() if new else self._heard
        for number, duration in new:
            target = self._bench.package / FOLDER
            if self._clocks is None:
                self._init = take_file(self._bench.out / FOLDER / INIT, target / INIT)
                self._clocks = Clocks(self._init)
            name = segment_name(number)
            content = await asyncio.to_thread(take_file, self._bench.out / FOLDER / name, target / name)
            self._clocks.follow(content, duration)
            if not number:
                await self._prove(content)
            self._segments.append(_Segment(path=target / name, duration=duration, size=len(content)))
        return bool(new)

    async def _prove(self, first: bytes) -> None:
        """One segment is decoded, which proves the encoder's settings; of the others, made by the same encoder in the
        same run, the boxes are checked, which costs nothing while somebody waits."""
        file = self._bench.out / _PROOF
        await asyncio.to_thread(file.write_bytes, self._init + first)
        check_outcome(await self._tools.run_ffmpeg(segment_proof_args(_PROOF), self._bench.out, _PROOF_SECONDS))
        file.unlink()

    def _is_quick(self) -> bool:
        """Since it has opened the film: what comes before is waited for once, this again and again."""
        ready = sum(segment.duration for segment in self._segments)
        return self._shown > 0 or self._begun is None or ready >= _SPEED * (self._heard - self._begun)

    async def _show(self, publish: Publish, *, complete: bool) -> Preview:
        files = [segment.path for segment in self._segments[self._shown :]]
        if not self._shown:
            files.insert(0, self._bench.package / FOLDER / INIT)
        preview = self._preview(complete=complete)
        self._shown = len(self._segments)
        await publish(preview, files)
        return preview

    def _preview(self, *, complete: bool) -> Preview:
        lengths = [segment.duration for segment in self._segments]
        size = len(self._init) + sum(segment.size for segment in self._segments)
        return Preview(
            width=self._picture.width,
            height=self._picture.height,
            fps=round(float(self._info.fps), 3),
            codec=f"{video_codec(self._init)},{AUDIO_CODEC}",
            bitrate=round(size * 8 / sum(lengths)),
            init=base64.b64encode(self._init).decode(),
            segments=[round(length, 6) for length in lengths],
            bytes=size,
            duration=round(self._info.duration, 3),
            complete=complete,
        )
