"""Straight up."""

import math
import random

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, vertical
from loadtest.film.scenes.rooftop_kites import kite
from loadtest.film.shapes import blob, brush, ellipse, polygon, traced
from loadtest.film.stage import Shot, Sprites, on_twos, still, strip, sway
from loadtest.film.texture import clouds, grain, snow


def unseen() -> Shot:
    """Straight up between the roofs: the string goes into a cloud and does not come out."""
    return on_twos(
        still(_high_sky()),
        *_rising(),
        still(_cloud(), x=sway(14, 9), y=sway(5, 6)),
        strip([_taut(step) for step in range(12)], rate=12),
        still(_eaves()),
        still(snow(93, 30, 2, 0.5, 0.8, "#fff0d0"), x=sway(34, 8, 0, -40), y="-mod(30*t,1280)"),
    )


def _high_sky() -> Layer:
    layer = Layer(
        ground=vertical(
            0, HEIGHT, (0, "#1c2262"), (0.3, "#4a3f8c"), (0.55, "#a4609a"), (0.8, "#f08a7c"), (1, "#ffb878")
        )
    )
    layer.light((360, 330), (520, 460), "#ffd0b8", 0.5)
    layer.paint(clouds(WIDTH, HEIGHT, 99, 3, 120), "#ffc0a8", 0.16)
    return grain(layer, 4)


def _rising() -> Sprites:
    found = []
    hues = (
        ("#f6d34c", "#e0982c"),
        ("#3aa08a", "#1f6a6a"),
        ("#f4f0e4", "#c9c4da"),
        ("#e85a9a", "#a8306a"),
        ("#5a8ad0", "#34509a"),
        ("#f08a3c", "#c0582c"),
    )
    dice = random.Random(44)
    for index, pair in enumerate(hues):
        layer = Layer(200, 200)
        kite(layer, (100, 100), 0.3 + 0.09 * index, pair, dice.uniform(-24, 24))
        x = (70, 590, 150, 610, 40, 500)[index] - 100
        found.append(
            still(
                layer,
                sway(18, 5 + index * 0.7, index, x),
                f"{520 + 90 * index - 100}-{16 + 5 * index}*t+8*sin(t*1.4+{index})",
            )
        )
    return tuple(found)


def _cloud() -> Layer:
    layer = Layer(WIDTH + 60, 620)
    dice = random.Random(31)
    puffs = []
    for _ in range(34):
        share = dice.uniform(-1, 1)
        puffs.append((360 + share * 250, 330 - (1 - share * share) * dice.uniform(0, 130), dice.uniform(44, 84)))
    whole = ellipse((puffs[0][0], puffs[0][1]), (puffs[0][2], puffs[0][2] * 0.8)).plus(
        *(ellipse((x, y), (r, r * 0.8)) for x, y, r in puffs[1:])
    )
    layer.light((360, 300), (420, 300), "#ffe9d0", 0.5)
    layer.paint(whole.blurred(3), vertical(150, 400, (0, "#fff6e8"), (0.5, "#ffd0c0"), (1, "#b070a0")), 0.97)
    for x, y, r in puffs:
        crest = ellipse((x, y), (r, r * 0.8)).rim(-6, -12, 8)
        layer.paint(crest, "#fffaf0", 0.5)
    layer.light((350, 350), (130, 90), "#fff8d8", 0.95, 1.5)
    return layer


def _taut(step: int) -> Layer:
    layer = Layer()
    hum = 3 * math.sin(step / 12 * math.tau)
    path = [(346, 356), (372 + hum, 620), (420 - hum, 880), (486, 1120)]
    layer.paint(brush(path, 1, 2, 3, 4), "#fff6e0", 0.95)
    gleam = 380 + step * 62
    layer.light((356 + (gleam - 356) * 0.12, gleam), (16, 46), "#ffffff", 0.9)
    return layer


def _eaves() -> Layer:
    layer = Layer()
    _house(layer, -10, 1, 520)
    _house(layer, 730, -1, 610)
    sleeve = brush([(620, 1320), (560, 1230), (500, 1150)], 120, 90, 62)
    layer.paint(sleeve, linear((440, 0), (620, 0), (0, "#d04a4a"), (1, "#5a1a2c")))
    layer.edge(sleeve, (-4, -3), "#ffc8a0", 0.9, 2)
    fist = blob(traced("452,1150 452,1112 478,1088 514,1094 532,1124 526,1160 490,1180 462,1174"))
    layer.paint(fist, linear((450, 0), (530, 0), (0, "#c9804c"), (1, "#5a3020")))
    layer.edge(fist, (-4, -3), "#ffe2b8", 0.95, 1.6)
    for k in range(3):
        layer.paint(
            brush([(466 + k * 18, 1102 + k * 2), (472 + k * 17, 1128), (470 + k * 18, 1152)], 1.4, 3, 1.4),
            "#4a2418",
            0.75,
        )
    layer.paint(glow((360, HEIGHT + 60), (980, 420), 0.8), "#0a0510", 0.92)
    return layer


def _house(layer: Layer, x: int, side: int, top: int) -> None:
    """A front seen steeply from below, with people leaning out over its edge."""

    def there(*points: Point) -> list[Point]:
        return [(x + side * px, top + py) for px, py in points]

    dice = random.Random(top)
    for px, size in ((30, 15), (64, 18), (92, 13)):
        at = there((px, -16 - size * 1.4))[0]
        person = ellipse(at, (size, size * 1.15)).plus(
            blob(
                [
                    (at[0] - size * 1.7, at[1] + 44),
                    (at[0] - size * 1.2, at[1] + 20),
                    (at[0], at[1] + 12),
                    (at[0] + size * 1.2, at[1] + 20),
                    (at[0] + size * 1.7, at[1] + 44),
                ]
            )
        )
        layer.paint(person, "#1f0f2c")
        layer.edge(person, (side * 2, -3), "#ffb890", 0.8, 1)
    front = polygon(there((0, 0), (118, 36), (150, 800), (0, 800)))
    layer.paint(front, linear(there((0, 0))[0], there((150, 40))[0], (0, "#2a1236"), (1, "#6a3468")))
    layer.paint(
        polygon(there((0, 300), (150, 300), (150, 800), (0, 800))).inside(front),
        vertical(top + 280, top + 700, (0, "#2a1236"), (1, "#08050c")),
        0.7,
    )
    ledge = polygon(there((0, -16), (128, 22), (128, 48), (0, 14)))
    layer.paint(ledge, "#8a4a78")
    layer.edge(ledge, (side * 3, -3), "#ffc8a0", 0.9, 1.4)
    for row in range(4):
        y = 76 + row * 128
        for near, far in ((16, 54), (72, 104)):
            pane = polygon(
                there(
                    (near, y + near * 0.3),
                    (far, y + far * 0.3),
                    (far + 2, y + 78 + far * 0.24),
                    (near + 1, y + 78 + near * 0.24),
                )
            )
            layer.paint(pane, dice.choice(("#ffce80", "#1a0c26", "#ffb45c")), 0.9 - row * 0.16)
