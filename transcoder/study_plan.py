"""The pass over the whole film that comes before its ladder: small pictures, no output but numbers. Pure."""

from fractions import Fraction
from math import ceil
from typing import Any, Final

import ffmpeg
import msgspec

from transcoder.bench import Build
from transcoder.package import is_complete
from transcoder.plan import GLOBAL, original, upright
from transcoder.probe import SourceInfo
from transcoder.schedule import key_frames
from transcoder.sound import heard
from transcoder.study import Look, Source, choose_shots, find_cuts, loudness_of, parse_measures

CHANGES: Final = "changes.txt"
LOOKS: Final = "looks.txt"
SOUND: Final = "sound.txt"
_WIDTH: Final = 144
_NULL: Final = {"format": "null"}
_FEWEST_LOOKS: Final = 6


def study_args(info: SourceInfo, build: Build) -> list[str]:
    """Cuts do not need the last filter of a decoder, which is a third of its work."""
    film = original(info, skip_loop_filter="all")
    height = 2 * ceil(Fraction(_WIDTH * info.height, 2 * info.width))
    both = upright(film, info, build, _WIDTH, height).filter_multi_output("split")
    changes = both[0].filter("scdet", threshold=100).filter("metadata", "print", file=CHANGES)
    looks = both[1].filter("select", f"not(mod(n,{_look_step(info)}))").filter("signalstats").filter("blurdetect")
    looks = looks.filter("metadata", "print", file=LOOKS)
    outputs = [_measure(changes, info), _measure(looks, info)]
    if info.sounds:
        sound = heard(film, info, 0).filter("ebur128", peak="true", metadata=1, framelog="quiet")
        outputs.append(_measure(sound.filter("ametadata", "print", file=SOUND), info))
    return [*GLOBAL, *ffmpeg.merge_outputs(*outputs).get_args()]


def _measure(stream: Any, info: SourceInfo) -> Any:
    return ffmpeg.output(stream, "-", t=f"{info.duration:.6f}", **_NULL)


def _look_step(info: SourceInfo) -> int:
    """Two candidates per second, and a few of very short films."""
    frames = int(info.duration * info.fps)
    return max(1, min(round(info.fps / 2), frames // _FEWEST_LOOKS))


def conclude(info: SourceInfo, changes: str, looks: str, sound: str) -> Source | None:
    """From what was written by the pass; None where the film ends long before it promised to."""
    measured = [values for _number, values in parse_measures(changes)]
    duration = float(len(measured) / info.fps)
    if not measured or not is_complete([duration], info.duration):
        return None
    cuts = find_cuts(measured)
    step = _look_step(info)
    candidates = [
        Look(
            frame=number * step,
            luma=values.get("signalstats.YAVG", 0.0),
            low=values.get("signalstats.YLOW", 0.0),
            high=values.get("signalstats.YHIGH", 0.0),
            blur=values.get("blur", 0.0),
            change=measured[number * step].get("scd.mafd", 0.0),
        )
        for number, values in parse_measures(looks)
        if number * step < len(measured)
    ]
    last = {name: value for _number, values in parse_measures(sound) for name, value in values.items()}
    return Source(
        info=msgspec.structs.replace(info, duration=duration),
        keys=key_frames(len(measured), info.fps, cuts),
        shots=choose_shots(candidates, cuts, float(info.fps)),
        loudness=loudness_of(last),
    )
