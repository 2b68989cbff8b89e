"""A night trolleybus in the rain."""

import random

from loadtest.film.figures import face, shape
from loadtest.film.paint import HEIGHT, WIDTH, Layer, linear, vertical
from loadtest.film.scenes import bus_inside, bus_outside
from loadtest.film.scenes.bus_glass import LAMPS, bokeh, droplets
from loadtest.film.shapes import blob, box, brush, ellipse, placed, traced
from loadtest.film.stage import Shot, around, falling, on_ones, still, sway
from loadtest.film.texture import grain, rain


def shot(name: str) -> Shot:
    kind, _, thing = name.partition(":")
    if kind == "seat":
        return bus_inside.seat(thing)
    return {"window": window, "boulevard": bus_outside.boulevard, "mirror": bus_inside.mirror}[kind]()


def window() -> Shot:
    """The driver in profile; the city goes by out of focus behind the wet glass."""
    return on_ones(
        still(_city()),
        still(bokeh(3, 46, (8, 26), 0.55, 1440), around(24, 1440)),
        still(bokeh(9, 14, (26, 54), 0.38, 1440), around(60, 1440)),
        still(rain(4, 52, 90, 1.3, -0.12, 0.32, (700, 860)), y=falling(1400, 860, 80)),
        still(_lamp(), x="720-mod(460+t*300,1500)"),
        still(droplets(5, 260)),
        still(_cab()),
        still(_driver(), y=sway(1.6, 0.9)),
    )


def _city() -> Layer:
    layer = Layer(
        ground=vertical(
            0, HEIGHT, (0, "#0a1020"), (0.3, "#10263a"), (0.55, "#1c3a48"), (0.8, "#141c28"), (1, "#07080e")
        )
    )
    layer.light((610, 640), (560, 620), "#e08a3c", 0.62, 1.7)
    layer.light((60, 420), (420, 460), "#1f7f8a", 0.5, 1.6)
    dice = random.Random(2)
    x = -40
    while x < WIDTH:
        width, height = dice.randint(70, 150), dice.randint(180, 470)
        house = box(x, 900 - height, width, height + 60).blurred(9)
        layer.paint(house, "#0c1a28", 0.72)
        for _ in range(7):
            pane = box(x + dice.randint(8, width - 20), 900 - dice.randint(30, height - 10), 11, 15).blurred(4)
            layer.paint(pane, dice.choice(LAMPS), 0.5)
        x += width + dice.randint(-6, 30)
    return grain(layer, 4)


def _lamp() -> Layer:
    layer = Layer(1000, 900)
    layer.light((500, 470), (480, 430), "#ffa552", 0.55, 1.9)
    layer.light((500, 400), (120, 120), "#ffe9c4", 0.9, 1.6)
    return layer


def _cab() -> Layer:
    """Window frame, wheel and board: the dark that holds the picture."""
    layer = Layer()
    frame = box(-10, -10, WIDTH + 20, HEIGHT + 20).minus(box(26, 84, 600, 850, 54)).minus(box(668, 84, 160, 850, 40))
    layer.paint(frame, vertical(0, HEIGHT, (0, "#07080d"), (0.7, "#0b0b12"), (1, "#050509")))
    layer.edge(frame, (-3, 0), "#c98546", 0.5, 1.6)
    layer.edge(frame, (0, -3), "#8d6540", 0.55, 1.4)
    layer.edge(frame, (3, 0), "#2f6f78", 0.6, 1.4)
    board = blob(traced("-40,1330 -40,1010 180,985 430,990 640,960 760,950 780,1330"))
    layer.paint(board, vertical(950, 1200, (0, "#15131b"), (1, "#07070b")))
    layer.edge(board, (0, -3), "#d08a4a", 0.5, 1.5)
    for x, hue in ((610, "#ffb765"), (640, "#7fd0cf"), (668, "#e2604f")):
        layer.light((x, 1010), (26, 26), hue, 0.6)
        layer.paint(ellipse((x, 1010), (4, 4)), hue)
    wheel = ellipse((640, 1150), (250, 300), 14).minus(ellipse((640, 1150), (226, 276), 14))
    layer.paint(wheel, "#0a090d")
    layer.edge(wheel, (-3, -3), "#c98a52", 0.7, 1.2)
    return layer


def _driver() -> Layer:
    layer = Layer()
    at, size = (278, 660), 1.12
    coat = blob(traced("-60,1330 -60,1120 60,1030 170,985 300,990 360,1030 440,1100 480,1200 490,1340"))
    layer.paint(coat, linear((0, 1000), (420, 1200), (0, "#0c1119"), (1, "#1b1720")))
    layer.edge(coat, (4, -3), "#d8924e", 0.75, 2)
    head = face(at, size)
    layer.paint(head, linear((150, 0), (480, 0), (0, "#2a1512"), (0.45, "#5a2d1e"), (1, "#c0703c")))
    layer.paint(head.rim(26, 6, 14), "#ff9f50", 0.55)
    layer.edge(head, (4, -1), "#ffdca6", 0.95, 1.3)
    _features(layer, at, size)
    _hair(layer, at, size)
    _scarf(layer)
    return layer


def _features(layer: Layer, at: tuple[float, float], size: float) -> None:
    def there(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return placed(points, at, size)

    layer.paint(brush(there((84, -46), (104, -58), (130, -50)), 2, 7, 4), "#1c0d0a", 0.9)
    layer.paint(brush(there((92, -14), (108, -22), (126, -14)), 2, 5, 4), "#160a08")
    layer.paint(brush(there((96, -8), (110, -4), (124, -9)), 1.5, 2.5, 1.5), "#2a120c", 0.8)
    layer.paint(brush(there((122, 122), (136, 125), (150, 122)), 1.5, 3.5, 2), "#4a1712", 0.9)
    layer.paint(shape([(40, 92), (96, 60), (120, 84), (96, 118), (56, 130)], at, size).blurred(16), "#d9653f", 0.3)


def _hair(layer: Layer, at: tuple[float, float], size: float) -> None:
    hair = shape(
        traced(
            "72,-186 104,-158 112,-128 90,-104 62,-78 44,-38 30,4 14,34 -10,58 -46,96 -96,104 -140,70 -158,0 "
            "-146,-90 -100,-166 -30,-206 30,-208"
        ),
        at,
        size,
    )
    bun = shape(traced("-120,60 -92,92 -96,140 -136,164 -182,148 -196,104 -172,66"), at, size)
    for part in (bun, hair):
        layer.paint(part, linear((90, 0), (400, 0), (0, "#0b0d14"), (0.6, "#170f12"), (1, "#2b1712")))
        layer.edge(part, (-4, -2), "#3f98a0", 0.75, 1.6)
        layer.edge(part, (4, -3), "#e09a56", 0.6, 1.4)
    dice = random.Random(8)
    for step in range(13):
        lift = step * 13
        path = [
            (84 - lift * 0.35, -176 + lift * 0.5),
            (-20 - lift * 0.3, -186 + lift),
            (-96, -90 + lift * 0.9),
            (-120 + lift * 0.2, 40 + lift * 0.2),
        ]
        hue = dice.choice(("#7a4a30", "#4d3028", "#a96b3c", "#2c4f58"))
        layer.paint(brush(placed(path, at, size), 0.6, 2.2, 0.6), hue, 0.55)
    layer.paint(ellipse(placed([(2, 44)], at, size)[0], (4, 13)), "#ffc983", 0.95)


def _scarf(layer: Layer) -> None:
    scarf = blob(traced("150,930 230,968 330,960 372,985 380,1040 330,1078 220,1086 130,1060 112,990"))
    layer.paint(scarf, linear((110, 0), (390, 0), (0, "#3a0f1c"), (1, "#8c2b33")))
    layer.edge(scarf, (4, -3), "#ff9d6a", 0.8, 1.6)
    for step in range(6):
        y = 972 + step * 18
        layer.paint(brush([(128 + step, y), (230, y + 26), (368, y + 2)], 0.8, 2.6, 0.8), "#c4515a", 0.28)
