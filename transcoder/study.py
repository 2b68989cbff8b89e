"""What one pass over the whole film found out, and what follows from it. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from typing import Final

import msgspec
from msgspec import Struct

from transcoder.contract import Loudness
from transcoder.probe import SourceInfo
from transcoder.profiles import LOUDEST_GAIN, LOUDNESS, SILENCE
from transcoder.schedule import Cut

# Scores of `scdet` from which two pictures following each other belong to different shots.
_CUT_SCORE: Final = 10.0
_POSTERS: Final = 3
# Luma of 255. Below the first nine tenths of a picture are black; between the others it is well exposed.
_BLACK: Final = 40.0
_WELL_EXPOSED: Final = (70.0, 165.0)
_FULL_CONTRAST: Final = 130.0
# Nearer than this (s) to a cut there may be a dissolve, a flash or a closing eye.
_NEAR_A_CUT: Final = 0.35
# The first third shows the film best, unless it shows hardly anything.
_MUCH_WORSE: Final = 0.4
_FRAME: Final = re.compile(r"frame:(\d+)")
_VALUE: Final = re.compile(r"lavfi\.([\w.]+)=(-?[\d.]+|-?inf|nan)")


class Source(Struct, frozen=True, kw_only=True):
    """All that is known about an original; stored with its package so that every tier cuts at the same places.

    `keys` are numbers of pictures (see `SourceInfo.fps`) every segment begins with, `shots` the numbers of up to three
    that are fit for a poster, the best one first.
    """

    info: SourceInfo
    keys: list[int]
    shots: list[int]
    loudness: Loudness | None

    @property
    def key_times(self) -> list[float]:
        return [float(key / self.info.fps) for key in self.keys]

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, content: bytes | str) -> "Source":
        return msgspec.json.decode(content, type=cls)


class Look(Struct, frozen=True, kw_only=True):
    """One picture as a candidate: luma 0 to 255, `blur` the mean width of an edge, `change` from the one before."""

    frame: int
    luma: float
    low: float
    high: float
    blur: float
    change: float


def parse_measures(text: str) -> Iterator[tuple[int, dict[str, float]]]:
    """What the filter `metadata=print` writes: the number of a picture, then a line per value."""
    number, values = -1, dict[str, float]()
    for line in text.splitlines():
        if begun := _FRAME.match(line):
            if number >= 0:
                yield number, values
            number, values = int(begun[1]), {}
        elif found := _VALUE.fullmatch(line.strip()):
            values[found[1]] = float(found[2])
    if number >= 0:
        yield number, values


def find_cuts(changes: Sequence[Mapping[str, float]]) -> list[Cut]:
    """`changes` has one entry per picture, as `scdet` measures it."""
    scores = [values.get("scd.score", 0.0) for values in changes]
    return [Cut(frame=number, score=score) for number, score in enumerate(scores) if number and score >= _CUT_SCORE]


def loudness_of(values: Mapping[str, float]) -> Loudness | None:
    """The last word of `ebur128`; None where there is no sound to speak of."""
    integrated = values.get("r128.I", SILENCE)
    peak = values.get("r128.true_peak", 0.0)
    if not integrated > SILENCE or not peak > 0:  # also where it is not a number
        return None
    return Loudness(
        integrated=round(integrated, 2),
        true_peak=round(20 * log10(peak), 2),
        range=round(values.get("r128.LRA", 0.0), 2),
        gain=gain_for(integrated),
        target=LOUDNESS,
    )


def gain_for(integrated: float) -> float:
    """dB towards the loudness of the festival, but never so much that the noise becomes the sound."""
    return round(min(LOUDNESS - integrated, LOUDEST_GAIN), 2)


def choose_shots(looks: Sequence[Look], cuts: Sequence[Cut], fps: float) -> list[int]:
    """The best picture of each third of the film, the one for the poster first."""
    lit = [look for look in looks if look.high >= _BLACK] or list(looks)
    if not lit:
        return []
    sharpest = min(look.blur for look in lit)
    scores = {look.frame: _score(look, sharpest, cuts, fps) for look in lit}
    last = max(scores) + 1
    thirds = [[frame for frame in scores if frame * _POSTERS // last == third] for third in range(_POSTERS)]
    best = [max(third, key=lambda frame: scores[frame]) for third in thirds if third]
    if scores[best[0]] < _MUCH_WORSE * max(scores[frame] for frame in best):
        best.sort(key=lambda frame: -scores[frame])
    return best


def _score(look: Look, sharpest: float, cuts: Sequence[Cut], fps: float) -> float:
    darkest, lightest = _WELL_EXPOSED
    exposure = min(1.0, look.luma / darkest, (255 - look.luma) / (255 - lightest))
    contrast = 0.1 + min(1.0, (look.high - look.low) / _FULL_CONTRAST)
    sharp = (sharpest + 1) / (look.blur + 1)
    still = 1 / (1 + look.change / 5)
    near = any(abs(look.frame - cut.frame) < _NEAR_A_CUT * fps for cut in cuts)
    return exposure * contrast * sharp * still * (0.3 if near else 1.0)
