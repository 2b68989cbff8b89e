"""Who lives on the roofs: the children, the woman who announces the wind, and the kites themselves."""

import math
import random

from loadtest.film.figures import face
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, vertical
from loadtest.film.scenes.rooftop_kites import kite
from loadtest.film.shapes import blob, box, brush, curve, ellipse, line, placed, polygon, traced
from loadtest.film.stage import Shot, on_twos, still, strip, sway
from loadtest.film.texture import bank, clouds, grain, snow


def report() -> Shot:
    """The woman with the microphone; two horns on a pole carry her over the quarter."""
    return on_twos(
        still(_wide_sky()),
        strip([_windsock(step) for step in range(12)], rate=12),
        still(_pole()),
        strip([_waves(step) for step in range(12)], rate=8),
        strip([_speaker(step) for step in range(12)], rate=8),
        still(_desk()),
        still(snow(97, 24, 2, 0.45, 0.8, "#fff0d0"), x=sway(36, 9, 0, -40), y="-mod(12*t,1280)"),
    )


def _wide_sky() -> Layer:
    layer = Layer(
        ground=vertical(0, 1000, (0, "#33306e"), (0.3, "#7a5496"), (0.55, "#d0708c"), (0.78, "#ffa878"), (1, "#ffe0a0"))
    )
    layer.light((120, 820), (620, 520), "#ffe9b0", 0.7)
    layer.paint(bank(180, 620, 105, 6, 110), "#ffd0b8", 0.34)
    dice = random.Random(17)
    x = -20
    while x < WIDTH:
        width, height = dice.randint(40, 110), dice.randint(20, 110)
        layer.paint(box(x, 920 - height, width, 300), vertical(800, 980, (0, "#b8687e"), (1, "#6a3458")))
        layer.paint(box(x + width - 3, 920 - height, 3, 300), "#ffc898", 0.5)
        x += width
    layer.paint(box(-10, 850, WIDTH + 20, 90).blurred(36), "#ffca98", 0.5)
    return grain(layer, 4)


def _pole() -> Layer:
    layer = Layer()
    pole = brush([(596, 1010), (594, 600), (596, 170)], 15, 13, 9)
    layer.paint(pole, "#2a1430")
    layer.edge(pole, (-3, 0), "#ffd8a4", 0.9)
    for y, side in ((330, -1), (430, 1)):
        bell = polygon(placed([(14, -13), (96, -60), (96, 60), (14, 13)], (596, y), 1.1, 0, side < 0))
        mouth = ellipse((596 + side * 106, y), (19, 67))
        back = box(596 - 26, y - 20, 52, 40, 8)
        for part in (back, bell):
            layer.paint(part, vertical(y - 66, y + 66, (0, "#d0909a"), (0.5, "#7a4468"), (1, "#33183c")))
            layer.edge(part, (-4, -3), "#ffe2b0", 0.85, 1.6)
        layer.paint(mouth, vertical(y - 67, y + 67, (0, "#5a2f54"), (1, "#1c0d24")))
        layer.edge(mouth, (-3, -3), "#ffe9c0", 0.9, 1.2)
        layer.paint(ellipse((596 + side * 104, y), (7, 22)), "#e8b0a0", 0.7)
    wire = brush([(590, 470), (540, 760), (400, 940)], 2.6)
    layer.paint(wire, "#2a1430")
    return layer


def _windsock(step: int) -> Layer:
    layer = Layer(WIDTH, 320)
    turn = step / 12 * math.tau
    spine = [
        (600, 178),
        (540, 172 + 6 * math.sin(turn)),
        (484, 186 + 12 * math.sin(turn - 0.9)),
        (430, 204 + 16 * math.sin(turn - 1.8)),
    ]
    path = curve(spine, steps=10)
    for part in range(6):
        bit = path[part * 5 : part * 5 + 6]
        upper = [(x, y - 24 + 0.11 * (600 - x)) for x, y in bit]
        lower = [(x, y + 24 - 0.07 * (600 - x)) for x, y in bit]
        layer.paint(
            polygon([*upper, *reversed(lower)]),
            vertical(
                150, 240, (0, "#ff6a50" if part % 2 == 0 else "#fffaf0"), (1, "#a82a3c" if part % 2 == 0 else "#d0b0b8")
            ),
        )
    layer.paint(ellipse((600, 178), (7, 24)), "#5a1a2c")
    return layer


def _waves(step: int) -> Layer:
    """The voice leaving the horn: rings that widen and fade."""
    layer = Layer(WIDTH, 640)
    for ring in range(3):
        age = (ring + step / 12) / 3
        reach = 60 + 190 * age
        arc = [(470 - reach * math.cos(a) * 0.9, 330 + reach * math.sin(a)) for a in (-0.6, -0.3, 0, 0.3, 0.6)]
        layer.paint(brush(arc, 1, 4 - 2 * age, 1), "#fff0d0", 0.5 * (1 - age) * min(1, age * 6))
    return layer


def _speaker(step: int) -> Layer:
    """Profile, glasses, grey plait; the veil is the only thing on the roof that the wind believes."""
    layer = Layer()
    turn = step / 12 * math.tau
    at, size = (250.0, 706.0), 0.78
    veil = [
        (180, 930),
        (110, 930 + 8 * math.sin(turn)),
        (30, 900 + 18 * math.sin(turn - 1)),
        (-60, 880 + 28 * math.sin(turn - 2)),
    ]
    flow = brush(veil, 120, 150, 140, 120)
    layer.paint(flow, linear((-20, 0), (260, 0), (0, "#f0907c"), (1, "#b0365c")), 0.94)
    for k in range(6):
        layer.paint(brush([(x, y - 54 + k * 22) for x, y in veil], 1, 4, 3), "#ffd0a8" if k % 2 else "#7a1f48", 0.5)
    layer.edge(flow, (0, -4), "#ffe2b0", 0.8, 1.6)
    gown = blob(traced("40,1320 60,1100 110,1000 180,952 264,948 330,990 372,1080 390,1320"))
    layer.paint(gown, linear((40, 0), (390, 0), (0, "#b0405a"), (0.5, "#6a2048"), (1, "#2a1030")))
    layer.edge(gown, (-4, -3), "#ffd0a0", 0.85, 2)
    arm = brush([(320, 1030), (390, 1060), (402, 980), (392, 930)], 74, 56, 42, 30)
    layer.paint(arm, linear((300, 0), (420, 0), (0, "#7a2850"), (1, "#3a1638")))
    layer.edge(arm, (-3, -3), "#ffc8a0", 0.7, 1.6)
    head = face(at, size)
    layer.paint(head, linear((150, 0), (390, 0), (0, "#d08a5c"), (0.5, "#a05c40"), (1, "#6a3430")))
    layer.edge(head, (2, -3), "#ffe2b8", 0.6, 1.4)
    _old_face(layer, at, size, 0.5 + 0.5 * math.sin(turn * 3))
    _veil(layer, at, size)
    return layer


def _veil(layer: Layer, at: Point, size: float) -> None:
    cover = blob(
        placed(
            traced(
                "84,-176 92,-140 62,-100 30,-40 14,30 14,110 26,190 50,262 110,330 140,400 40,440 -120,450 "
                "-250,430 -238,330 -196,200 -180,40 -156,-90 -100,-180 -20,-216 50,-206"
            ),
            at,
            size,
        )
    )
    layer.paint(cover, linear((120, 0), (320, 0), (0, "#f08a74"), (0.5, "#c0445f"), (1, "#7a2048")))
    layer.edge(cover, (-4, -3), "#ffe9c0", 0.9, 1.8)
    layer.paint(
        brush(
            placed(traced("86,-172 64,-96 30,-30 15,40 20,130 40,230 96,318 136,396"), at, size),
            4,
            6,
            6,
        ),
        "#ffd890",
        0.85,
    )
    for k in range(6):
        fold = placed(
            [(-40 - k * 22, -150 + k * 40), (-110 - k * 10, 60 + k * 20), (-70 - k * 14, 220), (-20 - k * 36, 420)],
            at,
            size,
        )
        layer.paint(brush(fold, 1, 5, 2), "#7a1f48" if k % 2 else "#ffc0a0", 0.4)


def _old_face(layer: Layer, at: Point, size: float, speech: float) -> None:
    def there(*points: Point) -> list[Point]:
        return placed(points, at, size)

    layer.paint(brush(there((92, -48), (108, -58), (130, -50)), 2, 6, 3), "#c9c0c0", 0.9)
    layer.paint(brush(there((94, -12), (108, -18), (124, -11)), 1.5, 4, 1.5), "#2a1014")
    for lift in (0, 9, 18):
        layer.paint(
            brush(there((76, -14 + lift), (64, -18 + lift * 1.4), (52, -24 + lift * 2)), 1.4, 1.8, 0.8), "#6a3228", 0.6
        )
    layer.paint(brush(there((138, 78), (128, 98), (128, 120)), 1, 2.4, 1), "#6a3228", 0.7)
    glass = ellipse(there((116, -6))[0], (25 * size, 25 * size))
    ring = glass.minus(ellipse(there((116, -6))[0], (21 * size, 21 * size)))
    layer.paint(glass, "#fff0d8", 0.16)
    layer.paint(ring.plus(brush(there((92, -8), (60, -16), (26, -20)), 3)), "#3a1a28")
    layer.edge(ring, (-2, -2), "#ffe2b0", 0.9, 0.8)
    mouth = blob(
        there((124, 121), (146, 119), (157, 121 - 2 * speech), (156, 124 + 9 * speech), (144, 126 + 9 * speech))
    )
    layer.paint(mouth, "#3a0f18", 0.9)


def _desk() -> Layer:
    """Microphone, radio, the chart with Thursday ringed in red."""
    layer = Layer()
    wall = polygon([(-10, 1030), (730, 1006), (730, 1300), (-10, 1300)])
    layer.paint(wall, vertical(1006, 1180, (0, "#6a3050"), (0.3, "#2f162e"), (1, "#0d0612")))
    layer.edge(wall, (-2, -4), "#ffc898", 0.9, 1.8)
    radio = box(520, 916, 170, 102, 12)
    layer.paint(radio, vertical(916, 1018, (0, "#b06a4a"), (1, "#4a2430")))
    layer.edge(radio, (-3, -4), "#ffe2b0", 0.9, 1.6)
    layer.paint(ellipse((564, 968), (33, 33)), "#2a1424")
    for k in range(5):
        layer.paint(line([(538 + k * 3, 952 + k * 8), (590 - k * 3, 952 + k * 8)], 2), "#7a4a44")
    layer.paint(box(610, 938, 64, 22, 4), "#ffe0a0")
    layer.light((642, 949), (60, 44), "#ffd080", 0.6)
    layer.paint(line([(634, 938), (634, 960)], 2), "#c02c30")
    for x in (622, 660):
        layer.paint(ellipse((x, 986), (11, 11)), "#e8b890")
    layer.paint(line([(676, 918), (712, 770)], 3), "#d8b0a0")
    stem = brush([(452, 1020), (440, 960), (424, 900), (412, 868)], 8, 7, 6)
    layer.paint(stem, "#1c0d1c")
    layer.paint(ellipse((452, 1020), (44, 11)), "#1c0d1c")
    bulb = blob(placed(traced("0,-36 19,-26 22,0 15,26 -15,26 -22,0 -19,-26"), (404, 846), 1, -24))
    layer.paint(bulb, linear((382, 0), (428, 0), (0, "#d0a0a0"), (1, "#2a1430")))
    layer.edge(bulb, (-3, -3), "#fff0d0", 0.9, 1.2)
    for k in (-12, 0, 12):
        layer.paint(brush(placed([(-21, k), (0, k + 5), (21, k)], (404, 846), 1, -24), 1.6), "#2a1430", 0.7)
    layer.paint(glow((360, HEIGHT + 40), (880, 330), 0.8), "#0a0510", 0.95)
    return layer


def look_up() -> Shot:
    """The boy's face, tipped to the sky; the string crosses the picture, slack, then alive."""
    return on_twos(
        still(_bright()),
        still(_small_kites(), x=sway(14, 6), y=sway(9, 4.3)),
        strip([_line(step) for step in range(12)], rate=12),
        still(_boy()),
        still(_shade()),
    )


def _bright() -> Layer:
    layer = Layer(
        ground=vertical(
            0, HEIGHT, (0, "#3a3a80"), (0.3, "#8a5a9c"), (0.55, "#ec8088"), (0.75, "#ffb878"), (1, "#a85a5c")
        )
    )
    layer.light((660, 220), (620, 620), "#fff0c0", 0.85, 1.5)
    layer.paint(clouds(WIDTH, 900, 118, 5, 120), "#ffd8c0", 0.28)
    layer.paint(
        polygon([(-10, 1060), (200, 1020), (430, 1046), (730, 1000), (730, 1300), (-10, 1300)]),
        vertical(1000, 1150, (0, "#8a4464"), (1, "#1c0d20")),
    )
    return grain(layer, 4)


def _small_kites() -> Layer:
    layer = Layer(WIDTH, 620)
    for at, size, hues, turn in (
        ((150, 150), 0.5, ("#f6d34c", "#e0982c"), -14),
        ((70, 380), 0.3, ("#3aa08a", "#1f6a6a"), 16),
        ((480, 120), 0.36, ("#f4f0e4", "#c9c4da"), 22),
    ):
        kite(layer, at, size, hues, turn)
    return layer


def _line(step: int) -> Layer:
    layer = Layer(WIDTH, 1060)
    hum = 4 * math.sin(step / 12 * math.tau)
    layer.paint(brush([(730, 96), (650 + hum, 420), (590 - hum, 700), (560, 1000)], 1.4, 2.2, 3), "#fff8e4", 0.95)
    return layer


def _boy() -> Layer:
    layer = Layer()
    at, size, turn = (232.0, 724.0), 1.06, -24.0
    head = face(at, size, turn=turn)
    layer.paint(head, linear((120, 900), (420, 560), (0, "#3a1a18"), (0.5, "#8a4a30"), (1, "#d88a54")))
    layer.paint(head.rim(20, -14, 12), "#ffb070", 0.6)
    layer.edge(head, (4, -3), "#fff0cc", 0.95, 1.4)

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, turn)

    ear = blob(there((-6, -30), (20, -36), (30, -8), (20, 30), (2, 40), (-10, 10)))
    layer.paint(ear, linear((180, 0), (260, 0), (0, "#6a3424"), (1, "#b06a44")))
    layer.paint(brush(there((4, -18), (16, -14), (14, 10), (4, 24)), 2, 3, 2), "#4a2018", 0.8)
    layer.paint(brush(there((86, -56), (106, -70), (132, -60)), 3, 8, 4), "#1c0c10")
    layer.paint(blob(there((98, -14), (113, -26), (128, -20), (129, -9), (113, -5))), "#f4dcc0")
    layer.paint(ellipse(there((121, -17))[0], (8, 9)), "#2a120e")
    layer.paint(ellipse(there((124, -20))[0], (2.4, 2.4)), "#ffffff")
    layer.paint(brush(there((92, -12), (111, -28), (130, -21)), 2, 6, 3), "#1c0c10")
    layer.paint(brush(there((120, 122), (138, 120), (153, 118)), 2, 4, 2), "#4a1814")
    layer.paint(blob(there((40, 92), (96, 60), (118, 84), (96, 118), (56, 130))).blurred(14), "#e87a4c", 0.3)
    _shirt(layer)
    hair = blob(
        there(
            *traced(
                "66,-176 100,-164 114,-132 92,-120 98,-96 70,-100 62,-74 40,-78 36,-40 6,-44 -14,20 -50,80 "
                "-110,90 -146,10 -140,-90 -96,-170 -20,-212 40,-206"
            )
        )
    )
    layer.paint(hair, linear((60, 0), (330, 0), (0, "#0d0a12"), (1, "#3a1c1c")))
    layer.edge(hair, (4, -4), "#ffd8a4", 0.85, 1.6)
    dice = random.Random(4)
    for k in range(14):
        lift = k * 12
        path = [(84 - lift * 0.5, -164 + lift * 0.4), (0 - lift * 0.4, -176 + lift), (-80, -80 + lift)]
        layer.paint(brush(there(*path), 0.8, 2.6, 0.8), dice.choice(("#8a4a34", "#5a3028", "#c9804c")), 0.45)
    return layer


def _shirt(layer: Layer) -> None:
    shirt = blob(traced("-60,1340 -40,1130 60,1040 190,988 280,1006 380,986 450,1030 500,1160 520,1340"))
    layer.paint(shirt, linear((0, 0), (460, 0), (0, "#1c2a4a"), (1, "#3f6a8a")))
    layer.edge(shirt, (4, -4), "#ffe0b0", 0.9, 2)
    collar = brush([(188, 992), (286, 1036), (402, 978)], 26, 34, 24)
    layer.paint(collar, linear((190, 0), (350, 0), (0, "#24365c"), (1, "#5a8aa8")))
    layer.edge(collar, (2, -3), "#ffe9c0", 0.8, 1.4)
    for step in range(5):
        layer.paint(
            brush([(80 + step * 70, 1300), (110 + step * 60, 1180), (170 + step * 40, 1080)], 1, 5, 1), "#0f1a34", 0.4
        )


def _shade() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 60), (900, 360), 0.9), "#0a0510", 0.92)
    return layer
