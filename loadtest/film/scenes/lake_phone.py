"""The telephone under the stars."""

import math
import random

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, mix, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, placed, polygon, traced
from loadtest.film.stage import Shot, Sprites, on_ones, still, sway
from loadtest.film.texture import clouds, grain, stars


def phone() -> Shot:
    """Held up to the stars: two bars, and then everything at once."""
    return on_ones(
        still(_zenith(), x="-8+8*sin(2*PI*t/18)"),
        still(_held(), x=sway(3, 4), y=sway(4, 3.1)),
        *_messages(),
        still(_rim()),
    )


def _zenith() -> Layer:
    layer = Layer(
        WIDTH + 16, HEIGHT, vertical(0, HEIGHT, (0, "#03061c"), (0.5, "#0d1d48"), (0.8, "#223c6c"), (1, "#0a1430"))
    )
    river = brush([(760, -40), (520, 240), (340, 520), (60, 820)], 150, 240, 210, 120)
    layer.paint(river.blurred(54), "#8a94d8", 0.36)
    dust = clouds(WIDTH + 16, HEIGHT, 161, 1.2, 90)
    layer.paint(river.blurred(36).inside(dust), "#e8d8f4", 0.45)
    stars(layer, 620, 1100, 74, ("#ffffff", "#cfe0ff", "#ffe6c4", "#bcd0ff"))
    ridge = polygon(
        traced("-10,1080 80,1010 150,1040 260,960 330,1020 430,1000 560,930 650,1000 740,970 740,1300 -10,1300")
    )
    layer.paint(ridge, vertical(930, 1150, (0, "#0d1c40"), (1, "#03050f")))
    layer.edge(ridge, (-2, -3), "#8aa4d8", 0.5)
    return grain(layer, 4)


def _held() -> Layer:
    """Hand and telephone; the screen is drawn as what it shows: two bars of four, a list of voices."""
    layer = Layer()
    layer.light((384, 640), (430, 470), "#8ac0ff", 0.4, 1.7)
    palm = blob(
        traced(
            "318,1330 322,1180 300,1060 274,960 268,890 300,850 360,900 470,900 510,860 516,940 492,1040 "
            "462,1140 456,1330"
        )
    )
    layer.paint(palm, linear((280, 0), (520, 0), (0, "#3a2a30"), (1, "#15101c")))
    layer.edge(palm, (-4, -2), "#8ab4e8", 0.7, 1.8)
    cuff = blob(traced("270,1340 290,1170 330,1130 390,1122 450,1130 484,1170 506,1340"))
    layer.paint(cuff, linear((270, 0), (506, 0), (0, "#5a2430"), (0.5, "#34141f"), (1, "#150c16")))
    layer.edge(cuff, (-4, -3), "#d8b4d0", 0.6, 1.8)
    for k in range(9):
        layer.paint(brush([(306 + k * 20, 1140), (300 + k * 22, 1200), (296 + k * 23, 1300)], 2, 5, 4), "#14080f", 0.45)
    body = polygon(placed([(-112, -222), (112, -222), (112, 222), (-112, 222)], (392, 690), 1, 4))
    shell = body.blurred(5).plus(body)
    layer.paint(shell, "#0a0c16")
    glass = polygon(placed([(-100, -206), (100, -206), (100, 206), (-100, 206)], (392, 690), 1, 4))
    layer.paint(glass, vertical(480, 900, (0, "#123a66"), (1, "#0a1c3c")))
    _screen(layer)
    layer.edge(shell, (-3, -3), "#d8ecff", 0.8, 1.4)
    for k, y in enumerate((742, 800, 856)):
        finger = brush([(548, y + 40), (520, y + 8), (486, y + 2)], 40 - k * 2, 34, 27)
        layer.paint(finger, linear((480, 0), (550, 0), (0, "#7a5a54"), (1, "#1c141c")))
        layer.edge(finger, (-3, -3), "#bfe0ff", 0.85, 1.4)
    thumb = brush([(262, 960), (264, 850), (296, 770)], 56, 46, 32)
    layer.paint(thumb, linear((230, 0), (320, 0), (0, "#1c141c"), (1, "#7a5a54")))
    layer.edge(thumb, (3, -3), "#bfe0ff", 0.85, 1.4)
    return layer


def _screen(layer: Layer) -> None:
    def there(*points: Point) -> list[Point]:
        return placed(points, (392, 690), 1, 4)

    for bar in range(4):
        x, tall = 40 + bar * 13, 8 + bar * 6
        hue = "#ffffff" if bar < 2 else "#3a5a84"
        layer.paint(polygon(there((x, -166), (x + 8, -166), (x + 8, -166 - tall), (x, -166 - tall))), hue)
    dice = random.Random(2)
    for row in range(5):
        y = -132 + row * 64
        card = polygon(there((-86, y), (86, y), (86, y + 50), (-86, y + 50)))
        layer.paint(card, mix("#2f6ab0", "#1c3a6a", row / 5), 0.9)
        dot = there((-64, y + 25))[0]
        layer.paint(ellipse(dot, (13, 13)), "#f4faff")
        layer.paint(polygon(there((-68, y + 18), (-56, y + 25), (-68, y + 32))), "#2f6ab0")
        for k in range(15):
            x, middle, loud = -40 + k * 8, y + 25, 3 + 14 * abs(math.sin(k * 0.9 + row)) * dice.uniform(0.5, 1)
            wave = there((x, middle - loud), (x + 4, middle - loud), (x + 4, middle + loud), (x, middle + loud))
            layer.paint(polygon(wave), "#bfe0ff")


def _messages() -> Sprites:
    """Each one a small lit envelope of sound that leaves the screen for the stars."""
    found = []
    dice = random.Random(9)
    for index in range(7):
        layer = Layer(150, 70)
        layer.light((75, 35), (75, 35), "#a8d4ff", 0.5)
        layer.paint(box(37, 22, 76, 26, 13), "#d8ecff", 0.9)
        for k in range(9):
            tall = 3 + 6 * abs(math.sin(k + index))
            layer.paint(box(48 + k * 6.4, 35 - tall, 3, tall * 2), "#2f6ab0")
        start, speed = dice.uniform(0, 700), 60 + 10 * index
        x = 250 + dice.uniform(-190, 190)
        found.append(still(layer, sway(20, 3 + index * 0.4, index, x), f"470-mod({start:.0f}+{speed}*t,700)"))
    return tuple(found)


def _rim() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 60), (900, 360), 0.9), "#02040c", 0.94)
    return layer
