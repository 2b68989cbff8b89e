"""Single notes, made from nothing: a plucked string, a struck bell, a held chord. All at one rate, all seeded."""

import math
import random
from functools import lru_cache
from itertools import islice

RATE = 16_000

Samples = list[float]


def pitch(note: int) -> float:
    """MIDI note to hertz."""
    return 440.0 * math.pow(2.0, (note - 69) / 12)


@lru_cache(maxsize=64)
def pluck(note: int, seconds: float, bright: float) -> tuple[float, ...]:
    """Karplus and Strong's string: noise in a loop as long as the period, an all-pass for the fraction of a sample."""
    period = RATE / pitch(note)
    size = int(period - 0.5)
    part = period - 0.5 - size
    tune = (1 - part) / (1 + part)
    dice = random.Random(note)
    loop, last = [], 0.0
    for _ in range(size):
        last += bright * (dice.uniform(-1, 1) - last)
        loop.append(last)
    decay = 0.996 if note < 60 else 0.994
    before = passed = held = 0.0
    found: Samples = []
    place = 0
    for _ in range(int(seconds * RATE)):
        now = loop[place]
        found.append(now)
        mean = 0.5 * (now + before) * decay
        before = now
        passed = tune * (mean - passed) + held
        held = mean
        loop[place] = passed
        place = place + 1 if place + 1 < size else 0
    return _released(found)


@lru_cache(maxsize=64)
def bell(note: int, seconds: float, bright: float) -> tuple[float, ...]:
    """Three partials that die at their own pace, struck softly."""
    count = int(seconds * RATE)
    total = [0.0] * count
    for ratio, level, fall in ((1.0, 0.7, 1.7), (2.0, 0.28 * bright, 3.2), (3.01, 0.16 * bright, 6.0)):
        step = math.tau * pitch(note) * ratio / RATE
        shrink = math.exp(-fall / RATE)
        size = level
        sine = math.sin
        for index in range(count):
            total[index] += size * sine(step * index)
            size *= shrink
    attack = int(0.006 * RATE)
    for index in range(min(attack, count)):
        total[index] *= index / attack
    return _released(total)


def _released(samples: Samples) -> tuple[float, ...]:
    tail = min(len(samples), RATE // 8)
    for index in range(tail):
        samples[-1 - index] *= index / tail
    return tuple(samples)


@lru_cache(maxsize=64)
def held(chord: tuple[int, ...], reed: float) -> tuple[float, ...]:
    """One second of a chord that closes on itself: whole hertz, and a second voice one hertz off, to breathe."""
    total = [0.0] * RATE
    for place, note in enumerate(chord):
        base = round(pitch(note))
        for ratio, level in ((1, 1.0), (2, 0.34 * reed), (3, 0.2 * reed), (4, 0.08 * reed)):
            for shift in (0, 1):
                _add_sine(total, base * ratio + shift, level / (1 + 0.15 * place), place * 1.7 + shift)
    return tuple(total)


def _add_sine(total: Samples, hertz: int, level: float, phase: float) -> None:
    """The second-order recurrence: one multiplication a sample instead of a sine."""
    step = math.tau * hertz / RATE
    turn = 2 * math.cos(step)
    one, two = level * math.sin(phase - step), level * math.sin(phase - 2 * step)
    for index in range(RATE):
        one, two = turn * one - two, one
        total[index] += one


def add(total: Samples, samples: tuple[float, ...], at: float, level: float) -> None:
    start = int(at * RATE)
    room = min(len(samples), len(total) - start)
    if room > 0:
        old = total[start : start + room]
        total[start : start + room] = [a + level * b for a, b in zip(old, islice(samples, room), strict=True)]
