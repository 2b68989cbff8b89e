"""The city through wet glass: lights out of focus, drops in it."""

import random

from loadtest.film.paint import WIDTH, Layer, linear, mix, radial, vertical
from loadtest.film.shapes import brush, ellipse

LAMPS = ("#ffb765", "#ff9a4d", "#ffd9a0", "#7fd0cf", "#e2604f", "#ffc27a")


def bokeh(seed: int, count: int, sizes: tuple[int, int], opacity: float, length: int, shown: int = WIDTH) -> Layer:
    """Discs of light that repeat themselves every `length`; so much of it is seen at once."""
    dice = random.Random(seed)
    layer = Layer(length + shown, 1000)
    for _ in range(count):
        x, y = dice.uniform(0, length), 880 - 680 * dice.random() ** 1.4
        size, hue = dice.uniform(*sizes), dice.choice(LAMPS)
        disc = ellipse((x, y), (size, size))
        for at in (0, length):
            spot = disc.moved(at, 0).blurred(1.6)
            layer.paint(
                spot,
                radial((x + at, y), (size * 1.1, size * 1.1), (0, hue), (0.7, hue), (1, mix(hue, "#ffffff", 0.35))),
                opacity,
            )
            layer.light((x + at, y), (size * 2.4, size * 2.4), hue, opacity * 0.5)
    return layer


def droplets(seed: int, count: int) -> Layer:
    """Drops that hang on the glass: dark above, bright below, as a lens turns the picture over."""
    dice = random.Random(seed)
    layer = Layer()
    for _ in range(count):
        x, y = dice.uniform(0, WIDTH), dice.uniform(70, 930)
        size = 1.2 + 4.2 * dice.random() ** 3
        drop = ellipse((x, y), (size * 0.86, size))
        layer.paint(drop, vertical(y - size, y + size, (0, "#16222c"), (0.55, "#5d7f8c"), (1, "#ffe2b4")), 0.75)
        layer.paint(ellipse((x - size * 0.25, y - size * 0.3), (size * 0.2, size * 0.2)), "#ffffff", 0.8)
    for _ in range(7):
        x, y = dice.uniform(30, WIDTH - 30), dice.uniform(90, 500)
        reach = dice.uniform(120, 300)
        path = [(x, y), (x + dice.uniform(-7, 7), y + reach * 0.4), (x + dice.uniform(-9, 9), y + reach)]
        layer.paint(brush(path, 0.6, 2.6, 4.2), linear((x - 3, 0), (x + 3, 0), (0, "#9cc3cd"), (1, "#ffe0b0")), 0.3)
    return layer
