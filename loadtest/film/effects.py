"""Things several scenes share: vapour that rises, a lamp that hangs, a sign written with a brush."""

import math
from collections.abc import Sequence

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, linear, mix
from loadtest.film.shapes import blob, brush, ellipse, polygon
from loadtest.film.stage import Sprite, strip

SIGNS: dict[str, Sequence[Sequence[Point]]] = {
    "大": (((-11, -4), (11, -5)), ((0, -14), (-2, -2), (-11, 13)), ((0, -3), (5, 6), (12, 13))),
    "吉": (
        ((-10, -9), (10, -10)),
        ((0, -15), (0, -2)),
        ((-7, -2), (7, -3)),
        ((-7, 4), (-6, 13)),
        ((-7, 4), (7, 3)),
        ((7, 3), (6, 13)),
        ((-6, 12), (6, 12)),
    ),
    "小": (((0, -14), (0, 12)), ((0, 12), (-5, 9)), ((-5, -5), (-11, 5)), ((5, -5), (11, 4))),
    "吃": (
        ((-12, -6), (-11, 5)),
        ((-12, -6), (-5, -7)),
        ((-5, -7), (-5, 5)),
        ((-11, 4), (-5, 4)),
        ((2, -14), (-3, -6)),
        ((0, -9), (11, -10)),
        ((0, -3), (10, -4)),
        ((10, -4), (1, 8), (4, 12), (12, 11), (12, 6)),
    ),
    "冬": (
        ((-3, -15), (-10, -5)),
        ((-2, -10), (8, -11)),
        ((8, -11), (0, 0), (-12, 6)),
        ((-4, -6), (4, 0), (12, 4)),
        ((-2, 4), (3, 7)),
        ((-5, 10), (5, 14)),
    ),
    "日": (((-7, -12), (-7, 12)), ((-7, -12), (7, -12)), ((7, -12), (7, 12)), ((-7, 0), (7, 0)), ((-7, 11), (7, 11))),
}


def written(layer: Layer, sign: str, at: Point, size: float, ink: str) -> None:
    for stroke in SIGNS[sign]:
        points = [(at[0] + x * size, at[1] + y * size) for x, y in stroke]
        if len(points) == 2:
            points.insert(1, ((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2 - 0.6 * size))
        layer.paint(brush(points, 3.6 * size, 3.2 * size, 2.2 * size), ink, 0.95)


def vapour(
    source: Point, rise: float, reach: float, tint: str = "#fff0dc", strength: float = 0.4, lean: float = 0.0
) -> Sprite:
    """Puffs that grow, wander and thin out: two seconds in a loop, drawn at a quarter of the size, having no edges."""
    frames = []
    for step in range(20):
        layer = Layer(WIDTH // 4, HEIGHT // 4)
        for puff in range(10):
            age = (puff + step / 20) / 10
            x = source[0] + lean * age**1.4 + reach * 0.35 * age * math.sin(age * 6.5 + puff * 0.7)
            size = reach * (0.2 + 0.8 * age) / 4
            shade = strength * (1 - age) ** 1.3 * min(1.0, age * 7)
            layer.light((x / 4, (source[1] - rise * age) / 4), (size, size * 1.1), tint, shade, 1.3)
        frames.append(layer)
    return strip(frames, rate=10, zoom=4)


def hanging_lamp(x: float, y: float, half: float, hues: tuple[str, str, str], rim: str) -> Layer:
    """A tin shade on a long cord, the light it throws already around it."""
    layer = Layer()
    cone = polygon(
        [(x - half * 0.85, y), (x + half * 0.85, y), (x + half * 3.1, y + 660), (x - half * 3.1, y + 660)]
    ).blurred(38)
    layer.paint(cone, "#ffdf9c", 0.18)
    layer.paint(brush([(x, -30), (x, y * 0.4), (x, y - half * 0.9)], 4), "#140c10")
    side = [(1.0, 0.0), (0.87, -0.48), (0.4, -0.8)]
    shade = blob(
        [
            *[(x - half * a, y + half * b) for a, b in side],
            (x, y - half * 0.92),
            *[(x + half * a, y + half * b) for a, b in reversed(side)],
        ]
    )
    layer.paint(shade, linear((x - half, 0), (x + half, 0), (0, hues[0]), (0.5, hues[1]), (1, hues[2])))
    layer.edge(shade, (-3, -4), rim, 0.8, 1.6)
    layer.paint(ellipse((x, y - 2), (half * 0.96, half * 0.14)), "#fff6d8")
    layer.light((x, y + half * 0.16), (half * 2.6, half * 2.1), mix("#ffdf98", "#fff0c0", 0.3), 0.55)
    return layer
