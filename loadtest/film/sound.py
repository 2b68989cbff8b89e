"""The music of each series, as data, and the few seconds of it an episode needs."""

import array
import math
import operator
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from loadtest.film.strings import RATE, Samples, add, bell, held, pluck

SWELL = 0.9
LOUDNESS = 0.2
"""Root mean square of the bed before ambience; with it a film comes out near -18 LUFS."""


@dataclass(frozen=True)
class Score:
    beat: float
    chords: tuple[tuple[int, ...], ...]
    beats: int
    melody: tuple[tuple[float, int], ...]
    """(beat, note) of one round through all chords."""
    voice: str
    bright: float
    reed: float
    pad: float
    loud: float
    """Evens out what the ear makes of the voices."""
    ambience: str
    """An ffmpeg source of noise, filtered; what one hears of the place."""


def chords(text: str) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(note) for note in chord.split()) for chord in text.split("|"))


def tune(text: str) -> tuple[tuple[float, int], ...]:
    pairs = (word.split(":") for word in text.split())
    return tuple((float(beat), int(note)) for beat, note in pairs)


RAIN = "anoisesrc=r=48000:a=0.16:c=pink:seed=3,highpass=f=500,lowpass=f=6500,tremolo=f=0.3:d=0.2,volume=-9dB"
WIND = "anoisesrc=r=48000:a=0.5:c=brown:seed=5,highpass=f=90,lowpass=f=520,tremolo=f=0.13:d=0.7,volume=-10dB"
NIGHT = "anoisesrc=r=48000:a=0.3:c=brown:seed=7,lowpass=f=300,tremolo=f=0.2:d=0.3,volume=-13dB"
STREET = "anoisesrc=r=48000:a=0.3:c=brown:seed=9,highpass=f=120,lowpass=f=900,tremolo=f=0.17:d=0.5,volume=-13dB"
WATER = "anoisesrc=r=48000:a=0.3:c=pink:seed=11,highpass=f=180,lowpass=f=1100,tremolo=f=0.42:d=0.8,volume=-14dB"
STOVE = "anoisesrc=r=48000:a=0.2:c=pink:seed=13,highpass=f=900,lowpass=f=3800,tremolo=f=0.7:d=0.35,volume=-15dB"

SCORES = {
    "rain": Score(
        0.62, chords("45 57 60 64 | 41 57 60 65 | 48 55 60 64 | 43 55 59 62"), 4,
        tune("0:76 1.5:72 2:71 3:69 4.5:69 5.5:72 6:77 7.5:76 8:72 10:67 11:72 12:71 13.5:74 15:67"),
        "bell", 0.6, 0.5, 0.55, 1.07, RAIN,
    ),
    "steppe": Score(
        0.44, chords("38 50 57 | 38 50 57 | 36 48 55 | 43 50 55"), 4,
        tune(
            "0:62 .5:69 1:62 1.5:72 2:69 3:67 4:62 4.5:69 5:74 6:72 6.5:69 7:67 8:60 "
            "8.5:67 9:72 10:69 10.5:67 11:64 12:67 12.5:74 13:72 14:69 15:65"
        ),
        "pluck", 0.75, 0.35, 0.4, 1.18, WIND,
    ),
    "courtyard": Score(
        0.52, chords("40 52 59 64 | 41 53 57 60 | 40 52 59 64 | 38 53 57 62"), 4,
        tune(
            "0:76 .5:77 1:76 2:74 2.5:72 3:71 4:72 5:69 6:71 6.5:72 7:74 8:76 "
            "9:71 9.5:72 10:71 11:68 12:69 13:72 13.5:71 14:69 15:65"
        ),
        "pluck", 0.55, 0.4, 0.38, 1.47, NIGHT,
    ),
    "rooftops": Score(
        0.4, chords("48 55 60 67 | 45 57 60 64 | 41 57 60 65 | 43 55 62 67"), 4,
        tune(
            "0:72 1:76 1.5:79 2:81 3:79 4:76 5:72 5.5:74 6:76 7:74 8:72 "
            "8.5:77 9:81 10:84 11:81 12:79 12.5:74 13:79 14:83 15:79"
        ),
        "pluck", 0.65, 0.8, 0.42, 1.28, STREET,
    ),
    "lake": Score(
        0.78, chords("41 53 60 67 | 45 57 60 64 | 38 53 57 65 | 43 55 58 62"), 4,
        tune("0:72 1:79 2:77 4:76 5.5:72 7:69 8:77 9:74 10:69 12:70 13:74 14:67"),
        "bell", 0.35, 0.3, 0.6, 0.97, WATER,
    ),
    "kitchen": Score(
        0.5, chords("43 55 59 62 | 40 55 59 64 | 45 57 60 64 | 38 54 57 62"), 4,
        tune(
            "0:74 .5:76 1:79 2:83 3:81 4:79 5:76 5.5:74 6:71 7:74 8:76 "
            "8.5:79 9:81 10:76 12:74 12.5:71 13:69 14:74 15:78"
        ),
        "bell", 0.9, 0.45, 0.36, 1.03, STOVE,
    ),
}  # fmt: skip

VOICES: dict[str, Callable[[int, float, float], tuple[float, ...]]] = {"pluck": pluck, "bell": bell}


def write_bed(score: Score, seconds: float, entry: int, path: Path) -> None:
    """The music for one episode as a wave file; every episode enters the round at another chord."""
    total: Samples = [0.0] * int(seconds * RATE)
    _pads(total, score, seconds, entry)
    _melody(total, score, seconds, entry)
    mean = math.sqrt(sum(map(operator.mul, total, total)) / len(total)) or 1.0
    scale = 32767 * min(score.loud * LOUDNESS / mean, 1 / max(0.001, *(abs(edge) for edge in (max(total), min(total)))))
    samples = array.array("h", [int(value * scale) for value in total])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def _pads(total: Samples, score: Score, seconds: float, entry: int) -> None:
    length = score.beat * score.beats
    for turn in range(math.ceil(seconds / length) + 1):
        chord = score.chords[(turn + entry) % len(score.chords)]
        add(total, _swelling(chord, score.reed, length + SWELL), max(0.0, turn * length - SWELL / 2), score.pad * 0.06)


@lru_cache(maxsize=32)
def _swelling(chord: tuple[int, ...], reed: float, seconds: float) -> tuple[float, ...]:
    """The chord for so long, rising and falling at its ends."""
    second, count, edge = held(chord, reed), int(seconds * RATE), int(SWELL * RATE)
    samples = list((second * (count // RATE + 1))[:count])
    for index in range(edge):
        samples[index] *= index / edge
        samples[-1 - index] *= index / edge
    return tuple(samples)


def _melody(total: Samples, score: Score, seconds: float, entry: int) -> None:
    voice = VOICES[score.voice]
    whole = score.beats * len(score.chords)
    shift = entry % len(score.chords) * score.beats
    for turn in range(math.ceil(seconds / (whole * score.beat)) + 1):
        for beat, note in score.melody:
            at = ((beat - shift) % whole + turn * whole) * score.beat
            if at < seconds - 1.2:
                loud = 0.5 if beat % score.beats else 0.62
                add(total, voice(note - 12 * (score.voice == "pluck"), 2.2, score.bright), at + 0.25, loud)
