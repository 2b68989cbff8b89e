"""The blurred first impression of a picture, from its thumbhash, as an address that holds the picture itself.

The package that makes the hashes reads them wrongly (its cosines are those of the first pixel for all), so they are
read here: without transparency, which stills of films have not.
"""

import base64
import io
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from PIL import Image

#: One transparent pixel, for a hash that cannot be read.
NOTHING: Final = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_LONG: Final = 32


@lru_cache(maxsize=1000)
def blurred(thumbhash: str) -> str:
    """A WebP of 32 pixels at its longer side as a data address."""
    try:
        width, height, pixels = read(base64.b64decode(thumbhash, validate=True))
    except (ValueError, IndexError):
        return NOTHING
    file = io.BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(file, "WEBP", quality=60)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def read(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGB pixels. IndexError where the hash ends too early, ValueError where it is transparent."""
    head, tail = int.from_bytes(data[:3], "little"), int.from_bytes(data[3:5], "little")
    if len(data) < 6 or head >> 23:
        raise ValueError("not a thumbhash of a picture that covers all behind it")
    lying, short = tail >> 15, max(3, tail & 7)
    across, down = (7, short) if lying else (short, 7)
    values = _nibbles(data[5:])
    planes = [
        (across, down, (head & 63) / 63, _waves(values, across, down, (head >> 18 & 31) / 31)),
        (3, 3, (head >> 6 & 63) / 31.5 - 1, _waves(values, 3, 3, (tail >> 3 & 63) / 63 * 1.25)),
        (3, 3, (head >> 12 & 63) / 31.5 - 1, _waves(values, 3, 3, (tail >> 9 & 63) / 63 * 1.25)),
    ]
    width = _LONG if lying else round(_LONG * across / down)
    height = round(_LONG * down / across) if lying else _LONG
    light, yellow, red = (_plane(plane, width, height) for plane in planes)
    return width, height, bytes(byte for each in zip(light, yellow, red, strict=True) for byte in _colour(*each))


def _nibbles(data: bytes) -> Iterator[float]:
    """From -1 to 1."""
    for byte in data:
        yield (byte & 15) / 7.5 - 1
        yield (byte >> 4) / 7.5 - 1


def _waves(values: Iterator[float], across: int, down: int, scale: float) -> list[tuple[int, int, float]]:
    """The triangle of cosines: how often across, how often down, and how strong."""
    places = [(x, y) for y in range(down) for x in range(0 if y else 1, across) if x * down < across * (down - y)]
    try:
        return [(x, y, next(values) * scale) for x, y in places]
    except (StopIteration, RuntimeError) as error:
        raise IndexError("the hash ends too early") from error


def _plane(plane: tuple[int, int, float, Sequence[tuple[int, int, float]]], width: int, height: int) -> list[float]:
    across, down, middle, waves = plane
    cos_x = [[math.cos(math.pi / width * (x + 0.5) * n) for n in range(across)] for x in range(width)]
    cos_y = [[math.cos(math.pi / height * (y + 0.5) * n) * 2 for n in range(down)] for y in range(height)]
    return [
        middle + sum(strength * cos_x[x][n] * cos_y[y][m] for n, m, strength in waves)
        for y in range(height)
        for x in range(width)
    ]


def _colour(light: float, yellow: float, red: float) -> tuple[int, int, int]:
    blue = light - 2 / 3 * yellow
    warm = (3 * light - blue + red) / 2
    return _byte(warm), _byte(warm - red), _byte(blue)


def _byte(value: float) -> int:
    return max(0, min(255, round(255 * value)))
