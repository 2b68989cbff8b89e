"""A voice without words for dubs of the demo: it speaks where the subtitles stand, a syllable for every other sign."""

import array
import math
import random
import wave
from collections.abc import Sequence
from pathlib import Path

from loadtest.film.model import Cue
from loadtest.film.strings import RATE

_PITCH = 172.0
#: Of five vowels the two lowest resonances (Hz).
_VOWELS = ((730, 1090), (530, 1840), (390, 1990), (570, 840), (440, 1020))
_LOUD = 0.32


def write_voice(cues: Sequence[Cue], lang: str, seconds: float, path: Path) -> None:
    """A wave file as long as the film."""
    total = array.array("h", bytes(2 * round(seconds * RATE)))
    dice = random.Random(f"{lang} {len(cues)}")
    for cue in cues:
        count = max(2, sum(sign.isalpha() for sign in cue.lines[lang]) // (1 if lang == "zh" else 2))
        length = (cue.end - cue.start) / count
        for number in range(count):
            fall = 1.06 - 0.18 * number / count
            sound = _syllable(length * 0.82, _PITCH * fall * dice.uniform(0.95, 1.05), dice.choice(_VOWELS))
            _put(total, sound, round((cue.start + number * length) * RATE))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(total.tobytes())


def _put(total: "array.array[int]", sound: Sequence[int], start: int) -> None:
    end = min(len(total), start + len(sound))
    total[start:end] = array.array("h", sound[: end - start])


def _syllable(seconds: float, pitch: float, vowel: tuple[int, int]) -> list[int]:
    """The first overtones of a voice, those near a resonance of the vowel louder; soft at both ends."""
    levels = [sum(1 / (1 + ((pitch * n - peak) / 110) ** 2) for peak in vowel) + 0.3 / n for n in range(1, 13)]
    period = round(RATE / pitch)
    step = math.tau / period
    wave_form = [sum(level * math.sin(step * n * at) for n, level in enumerate(levels, 1)) for at in range(period)]
    scale = 32_767 * _LOUD / max(map(abs, wave_form))
    count = int(seconds * RATE)
    edge = max(1, min(count // 3, RATE // 25))
    return [int(scale * wave_form[at % period] * min(1.0, at / edge, (count - at) / edge)) for at in range(count)]
