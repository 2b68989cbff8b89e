"""Geraniums."""

import random

from loadtest.film.paint import Layer, Point, linear, mix
from loadtest.film.shapes import brush, ellipse, placed, polygon


def geranium(layer: Layer, at: Point, size: float, bloom: str, seed: int) -> None:
    """A pot, round scalloped leaves, two or three heads of flower."""
    x, y = at
    dice = random.Random(seed)
    for _ in range(3):
        tip = (x + dice.uniform(-22, 22) * size, y - dice.uniform(84, 118) * size)
        layer.paint(
            brush([(x, y - 40 * size), (x + (tip[0] - x) * 0.3, y - 76 * size), tip], 3 * size, 2 * size), "#0f3a26"
        )
        for _ in range(11):
            dot = (tip[0] + dice.gauss(0, 7) * size, tip[1] + dice.gauss(0, 5.5) * size)
            layer.paint(
                ellipse(dot, (5 * size, 4.5 * size)), mix(bloom, dice.choice(("#ffd0a0", "#7a1020", bloom)), 0.35)
            )
    for _ in range(15):
        leaf = (x + dice.uniform(-30, 30) * size, y - dice.uniform(44, 76) * size)
        green = dice.choice(("#174a30", "#1f6038", "#0d3524", "#3a7a40"))
        layer.paint(
            ellipse(leaf, (dice.uniform(8, 13) * size, dice.uniform(6, 10) * size), dice.uniform(-30, 30)), green
        )
    pot = polygon(placed([(-22, -42), (22, -42), (16, 0), (-16, 0)], at, size))
    layer.paint(pot, linear((x - 22 * size, 0), (x + 22 * size, 0), (0, "#c96a3c"), (0.5, "#a04a2a"), (1, "#4d2018")))
    rim = polygon(placed([(-26, -52), (26, -52), (25, -40), (-25, -40)], at, size))
    layer.paint(rim, linear((x - 26 * size, 0), (x + 26 * size, 0), (0, "#e8895a"), (1, "#6a2c1c")))
    layer.edge(rim, (0, -2), "#ffd9a0", 0.8, 0.8)
