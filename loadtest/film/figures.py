"""People, as outlines around a point."""

from collections.abc import Sequence

from loadtest.film.paint import Mask, Point
from loadtest.film.shapes import blob, curve, placed, polygon, traced

# A face in profile looking right, from the hair line down to the pit of the neck; the ear is at (0, 0), 400 high.
FACE: Sequence[Point] = traced(
    "60,-178 98,-160 124,-126 135,-92 141,-62 141,-40 136,-24 141,-6 153,20 167,46 177,62 176,74 "
    "164,82 149,86 146,93 148,102 158,110 160,117 151,122 146,124 155,129 157,137 149,145 143,151 "
    "144,160 150,170 151,183 144,196 128,205 104,204 80,199 64,206 54,226 50,262 56,300 70,335"
)


def face(at: Point, scale: float = 1.0, mirror: bool = False, turn: float = 0.0) -> Mask:
    """Head and neck in profile, closed behind through where hair and collar lie."""
    back = curve(traced("-74,345 -68,270 -74,190 -102,104 -134,20 -134,-84 -72,-170"), steps=6)
    outline = [*curve(FACE, steps=6), *back]
    return polygon(placed(outline, at, scale, turn, mirror))


def shape(points: Sequence[Point], at: Point, scale: float = 1.0, turn: float = 0.0, mirror: bool = False) -> Mask:
    return blob(placed(points, at, scale, turn, mirror))
