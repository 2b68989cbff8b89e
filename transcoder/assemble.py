"""From what ffmpeg left behind to the folders that are published: only files we asked for, playlists written by us."""

import os
import stat
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from transcoder import fragments
from transcoder.contract import Rejected
from transcoder.fragments import Run
from transcoder.package import INIT, PLAYLIST, Track, Unfit, is_complete, media_playlist, parse_playlist, segment_name
from transcoder.plan import Picture
from transcoder.probe import clock
from transcoder.sound import sound_file, sound_name
from transcoder.study import Source

#: Longer than this (s) a gap between segments, or a difference from the schedule, may be seen and heard.
_SAME: Final = 0.001
#: No file that is expected here comes near it (bytes).
_LARGEST: Final = 64 * 1024**2


def take_rungs(out: Path, package: Path, pictures: Sequence[Picture], source: Source) -> list[Track]:
    """Moves and checks. A film that ends early is damaged; anything else that is wrong is our own failure."""
    return [_take_rung(out / picture.name, package / picture.name, picture, source) for picture in pictures]


def _take_rung(source: Path, target: Path, picture: Picture, known: Source) -> Track:
    durations = _borders(source)
    if not is_complete(durations, known.info.duration):
        raise Rejected("damaged-file", at=clock(sum(durations)))
    check_schedule(durations, known)
    init = take_file(source / INIT, target / INIT)
    clocks = Clocks(init)
    sizes = []
    for number, duration in enumerate(durations):
        segment = take_file(source / segment_name(number), target / segment_name(number))
        clocks.follow(segment, duration)
        sizes.append(len(segment))
    (target / PLAYLIST).write_text(media_playlist(durations))
    return Track(
        name=target.name, init=init, durations=durations, sizes=sizes, width=picture.width, height=picture.height
    )


def check_schedule(durations: Sequence[float], source: Source) -> None:
    """Players change rungs at borders; one that differs between two rungs or tiers is a jump in the film."""
    times = [*source.key_times, source.info.duration]
    expected = [end - start for start, end in pairwise(times)]
    if len(durations) != len(expected) or any(abs(a - b) > _SAME for a, b in zip(durations, expected, strict=True)):
        raise Unfit(f"the borders are not those of the schedule: {durations[:20]} instead of {expected[:20]}")


class Clocks:
    """Follows the segments of one rung: each begins where the last one ended, with a picture that needs no other."""

    def __init__(self, init: bytes) -> None:
        if b"elst" in init:
            raise Unfit("an init segment has an edit list")
        self._scales = fragments.timescales(init)
        self._ends = dict.fromkeys(self._scales, 0)

    def follow(self, segment: bytes, duration: float) -> None:
        """`duration` (s) is that of the pictures, which come first in a segment of several tracks."""
        found = fragments.runs(segment)
        begun = set[int]()
        if found and not self._ends[found[0].track] and self._differs(found[0].start + found[0].offset, found[0]):
            raise Unfit("the first picture is not shown at 0")
        for run in found:
            if run.track not in self._scales:
                raise Unfit("a segment belongs to no track")
            if self._differs(run.start - self._ends[run.track], run) or (run.track not in begun and not run.sync):
                raise Unfit("a segment does not begin where the last one ended, or with no key frame")
            begun.add(run.track)
            self._ends[run.track] = run.end
        if not found or self._differs(_length(found) - duration * self._scales[found[0].track], found[0]):
            raise Unfit("a segment is not as long as its playlist says")

    def _differs(self, units: float, run: Run) -> bool:
        return abs(units) > _SAME * self._scales[run.track]


def _length(found: Sequence[Run]) -> int:
    return sum(run.length for run in found if run.track == found[0].track)


def take_sounds(out: Path, package: Path, source: Source) -> list[tuple[Track, str | None]]:
    """Every sound with its language, cut where the pictures are."""
    languages = [sound.lang for sound in source.info.sounds] or [None]
    return [
        (take_sound(out / sound_file(number), package / sound_name(lang, first=not number), source.key_times), lang)
        for number, lang in enumerate(languages)
    ]


def take_sound(file: Path, target: Path, key_times: Sequence[float]) -> Track:
    target.mkdir(parents=True)
    sound = fragments.read_sound(take_file(file, target / "whole"))
    (target / "whole").unlink()
    segments, durations = fragments.cut_sound(sound, key_times)
    (target / INIT).write_bytes(sound.init)
    for number, segment in enumerate(segments):
        (target / segment_name(number)).write_bytes(segment)
    (target / PLAYLIST).write_text(media_playlist(durations))
    return Track(name=target.name, init=sound.init, durations=durations, sizes=[len(segment) for segment in segments])


def take_file(source: Path, target: Path) -> bytes:
    """Moves what a confined process has left, and reads it."""
    content = read_left(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    return content


def read_left(path: Path) -> bytes:
    """A regular file of sane size: a link would be a way out of the sandbox, a giant one the end of our memory."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unfit(f"{path.name} is missing") from error
    try:
        told = os.fstat(opened)
        if not stat.S_ISREG(told.st_mode) or told.st_size > _LARGEST:
            raise Unfit(f"{path.name} is no file to be read")
        with os.fdopen(opened, "rb", closefd=False) as file:
            return file.read(_LARGEST)
    finally:
        os.close(opened)


def _borders(folder: Path) -> list[float]:
    return parse_playlist(read_left(folder / PLAYLIST).decode(errors="replace"))
