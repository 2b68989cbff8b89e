"""The steppe: a horse that walks home into the sun, a gate at dusk, a salt lake under stars."""

import math
import random

from loadtest.film.horse import Stance, halter, horse
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, glow, mix, vertical
from loadtest.film.scenes import steppe_dusk, steppe_night
from loadtest.film.shapes import brush, ellipse, polygon
from loadtest.film.stage import Shot, around, drift, on_ones, still, strip
from loadtest.film.texture import grain

HORIZON = 800


def shot(name: str) -> Shot:
    return {"walk": walk, "gate": steppe_dusk.gate, "close": steppe_dusk.close, "lake": steppe_night.lake}[name]()


def walk() -> Shot:
    """The horse before the sun; the camera walks beside it."""
    return on_ones(
        still(_sunset()),
        strip([_birds(step) for step in range(8)], x=drift(9, 60), y=drift(-2, 0), rate=8),
        still(_hills(1440, 40, 0.0, "#7d3f5c", "#5c2b4a"), around(8, 1440)),
        still(_hills(1440, 26, 34.0, "#4b2340", "#341a33"), around(24, 1440)),
        still(_plain()),
        strip([_walker(step / 12) for step in range(12)]),
        still(_grass(7, 260, 900, (30, 90), "#1d0f1c", 0.8), around(96, 1440)),
        still(_grass(8, 150, 985, (80, 210), "#0d0710", 0.6), around(168, 1440)),
        still(_ground()),
    )


def _sunset() -> Layer:
    stops = (
        (0, "#1b1740"),
        (0.22, "#3c2a66"),
        (0.44, "#86406f"),
        (0.62, "#d0605a"),
        (0.78, "#f2934e"),
        (0.92, "#ffc766"),
        (1, "#ffe096"),
    )
    layer = Layer(ground=vertical(0, HORIZON + 30, *stops))
    layer.light((400, 720), (640, 560), "#ffb452", 0.55, 1.6)
    streaks(layer, 41, 26, (150, 640), ("#5c3068", "#7d3b68", "#b0506a"), ("#e58a72", "#ffc27a"))
    disc = ellipse((400, 700), (152, 152))
    layer.light((400, 700), (330, 330), "#fff0b8", 0.75, 1.5)
    layer.paint(disc, vertical(548, 852, (0, "#fff6d0"), (0.5, "#ffdf8a"), (1, "#ffae4c")))
    for y, width in ((746, 4), (772, 7), (792, 10)):
        layer.paint(ellipse((400, y), (170, width)).blurred(3), "#f08a4a", 0.5)
    return grain(layer, 4)


def streaks(
    layer: Layer, seed: int, count: int, depth: tuple[int, int], dark: tuple[str, ...], lit: tuple[str, ...]
) -> None:
    """Long flat clouds, lit from below."""
    dice = random.Random(seed)
    for _ in range(count):
        y, reach = depth[0] + (depth[1] - depth[0]) * dice.random() ** 0.7, dice.uniform(90, 330)
        x, thick = dice.uniform(-80, WIDTH), dice.uniform(5, 17)
        path = [
            (x - reach / 2, y + dice.uniform(-5, 5)),
            (x - reach / 6, y - 3),
            (x + reach / 5, y + dice.uniform(-4, 4)),
            (x + reach / 2, y),
        ]
        body = brush(path, 0, thick, thick * 0.7, 0).blurred(2.2)
        layer.paint(body, dice.choice(dark), 0.55)
        layer.paint(
            brush([(px, py + thick * 0.36) for px, py in path], 0, 3, 2, 0).blurred(1.2), dice.choice(lit), 0.75
        )


def _birds(step: int) -> Layer:
    layer = Layer(WIDTH, 460)
    dice = random.Random(3)
    for index in range(9):
        x = 330 - abs(index - 4) * 30 + dice.uniform(-6, 6)
        y = 300 + (index - 4) * 19 + dice.uniform(-6, 6)
        flap = math.sin((step / 8 + dice.random()) * math.tau) * 6
        size = dice.uniform(9, 13)
        layer.paint(
            brush(
                [
                    (x - size, y - flap),
                    (x - size * 0.4, y - 3),
                    (x, y + 1),
                    (x + size * 0.4, y - 3),
                    (x + size, y - flap),
                ],
                0.8,
                2.6,
                3,
                2.6,
                0.8,
            ),
            "#3a1c3c",
            0.9,
        )
    return layer


def _hills(length: int, rise: float, drop: float, top: str, foot: str) -> Layer:
    """A ridge of waves that closes on itself."""
    layer = Layer(length + WIDTH, HORIZON + 90)
    points: list[tuple[float, float]] = []
    for x in range(0, length + WIDTH + 1, 12):
        turn = x / length * math.tau
        wave = math.sin(turn * 2 + rise) + 0.6 * math.sin(turn * 5 + 1) + 0.3 * math.sin(turn * 11 + rise)
        points.append((x, HORIZON - 20 + drop - rise * 0.5 * (1 + wave)))
    ridge = polygon([(0, HORIZON + 90), *points, (length + WIDTH, HORIZON + 90)])
    layer.paint(ridge, vertical(HORIZON - rise * 2, HORIZON + 80, (0, top), (1, foot)))
    layer.edge(ridge, (0, -3), "#ffb878", 0.75, 1.5)
    return layer


def _plain() -> Layer:
    layer = Layer()
    plain = polygon([(0, 838), (WIDTH, 832), (WIDTH, HEIGHT), (0, HEIGHT)])
    layer.paint(plain, vertical(830, 1080, (0, "#6b3440"), (0.25, "#3a1c2c"), (1, "#0e0810")))
    layer.paint(glow((400, 850), (330, 60), 1.4).inside(plain), "#ffb35c", 0.75)
    layer.edge(plain, (0, -3), "#ffd08a", 0.8, 1.6)
    return grain(layer, 3)


def _walker(stride: float) -> Layer:
    layer = Layer(WIDTH, 1000)
    bob = math.sin(stride * 2 * math.tau) * 2.2
    stance = Stance(
        (368, 890 + bob), 1.24, nod=9 + 4 * math.sin(stride * 2 * math.tau + 1), tail=math.sin(stride * math.tau)
    )
    layer.paint(ellipse((372, 896), (150, 8)).blurred(5), "#12060c", 0.6)
    far, near = horse(stance, stride)
    layer.paint(far, "#2a121c")
    layer.paint(near, vertical(520, 900, (0, "#2c131c"), (1, "#120810")))
    layer.edge(near, (3, -4), "#ffcf84", 0.95, 1.4)
    layer.edge(near, (-2, -3), "#e0705a", 0.5, 1.6)
    layer.paint(halter(stance, math.sin(stride * math.tau)), "#b8683c", 0.95)
    return layer


def _grass(seed: int, count: int, base: int, tall: tuple[int, int], hue: str, light: float) -> Layer:
    """Feather grass; the heads catch the sun."""
    dice = random.Random(seed)
    layer = Layer(1440 + WIDTH, HEIGHT)
    for _ in range(count):
        x, reach = dice.uniform(0, 1440), dice.uniform(*tall)
        y = base + dice.uniform(0, 40)
        lean = reach * dice.uniform(0.15, 0.6)
        stalk = brush([(x, y + 20), (x + lean * 0.3, y - reach * 0.6), (x + lean, y - reach)], 3.2, 2, 0.8)
        head = brush(
            [(x + lean * 0.72, y - reach * 0.86), (x + lean, y - reach), (x + lean * 1.5, y - reach * 1.06)],
            2,
            4.2,
            0.7,
        )
        for at in (0, 1440):
            layer.paint(stalk.moved(at, 0), hue)
            layer.paint(head.moved(at, 0), mix(hue, "#ffb866", light * dice.uniform(0.5, 1)), 0.9)
    return layer


def _ground() -> Layer:
    layer = Layer()
    layer.paint(Mask(glow((360, HEIGHT + 40), (900, 400), 0.8).image, -540, 940), "#08040a", 0.96)
    return layer
