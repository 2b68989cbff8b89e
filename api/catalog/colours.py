"""Whether an accent can be read on the dark pages, and what becomes of it. No await, no I/O.

Contrast is that of WCAG 2.2 (relative luminance); lightness is moved in OKLab, where hue and strength stay as they are.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

#: Where the accent stands as text and as a button: the raised card is the lightest of the dark surfaces.
SURFACES: Final = ("#0b0a10", "#14121b", "#1e1b28")
_HALL: Final = SURFACES[0]
_INK: Final = "#231400"
#: Text of any size.
READABLE: Final = 4.5
_WASH: Final = 0.17
_LIFT: Final = 0.42
_STEPS: Final = 512

Triple = tuple[float, float, float]


class Shades(Struct, frozen=True, kw_only=True):
    """What the pages paint with: the accent itself, touched, what is written on it, and as a faint ground."""

    lamp: str
    lamp_hi: str
    on_lamp: str
    lamp_wash: str


class Verdict(Struct, frozen=True, kw_only=True):
    """`contrast` is the worst of all pairs; `suggestion` the nearest that can be read."""

    accent: str
    readable: bool
    contrast: float
    suggestion: str
    shades: Shades


def judge(accent: str) -> Verdict:
    worst = contrast_of(accent)
    nearest = next(shade for shade in _lighter(accent) if contrast_of(shade) >= READABLE)
    return Verdict(
        accent=accent,
        readable=worst >= READABLE,
        contrast=round(worst, 2),
        suggestion=nearest,
        shades=shades_of(accent),
    )


def contrast_of(accent: str) -> float:
    """The worst pair it makes: as text on each ground, and under what is written on it."""
    shades = shades_of(accent)
    grounds = (*SURFACES, shades.lamp_wash)
    return min(contrast(shades.on_lamp, accent), *(contrast(accent, ground) for ground in grounds))


def shades_of(accent: str) -> Shades:
    ink = _INK if contrast(_INK, accent) >= contrast("#ffffff", accent) else "#ffffff"
    return Shades(
        lamp=accent, lamp_hi=_mix(accent, "#ffffff", _LIFT), on_lamp=ink, lamp_wash=_mix(_HALL, accent, _WASH)
    )


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lighter(accent: str) -> Iterator[str]:
    """The accent, and then ever lighter ones of its hue, up to white: the first that can be read is the nearest."""
    yield accent
    lightness, a, b = _to_oklab(_linear(accent))
    for step in range(1, _STEPS + 1):
        yield _to_hex(_fit((lightness + (1 - lightness) * step / _STEPS, a, b)))


def _fit(colour: Triple) -> Triple:
    """Linear light; what a screen cannot show loses of its strength, not of its hue."""
    lightness, a, b = colour
    for part in range(100, -1, -2):
        light = _from_oklab((lightness, a * part / 100, b * part / 100))
        if all(-0.0005 <= value <= 1.0005 for value in light):
            return light
    return (1.0, 1.0, 1.0)


def _mix(ground: str, over: str, share: float) -> str:
    pairs = zip(_bytes(ground), _bytes(over), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in pairs)


def _bytes(colour: str) -> bytes:
    return bytes.fromhex(colour.removeprefix("#"))


def _linear(colour: str) -> Triple:
    red, green, blue = (_decode(value / 255) for value in _bytes(colour))
    return red, green, blue


def _decode(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encode(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _to_hex(light: Triple) -> str:
    return "#" + "".join(f"{round(_encode(value) * 255):02x}" for value in light)


def _to_oklab(light: Triple) -> Triple:
    red, green, blue = light
    long = _root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = _root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = _root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(colour: Triple) -> Triple:
    lightness, a, b = colour
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _root(value: float) -> float:
    return float(value ** (1 / 3))
