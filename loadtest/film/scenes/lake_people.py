"""In the boat: the man at the oars, the woman with the telephone, the messages that were waiting."""

import math
import random
from collections.abc import Callable

from loadtest.film.figures import face
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, mix, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, placed, polygon, traced
from loadtest.film.stage import Shot, on_twos, still, strip, sway
from loadtest.film.texture import grain, stars


def oars() -> Shot:
    """Two faces across a lantern: his warm, hers cold from the screen."""
    return on_twos(
        still(_open_lake()),
        strip([_ripples(step) for step in range(12)], rate=6),
        still(_woman(), y=sway(4, 3.4)),
        strip([_rower(step) for step in range(16)], y=sway(4, 3.4, 0.5), rate=8),
        strip([_lantern(step) for step in range(8)], y=sway(4, 3.4), rate=8),
        still(_gunwale(), y=sway(4, 3.4)),
    )


def _open_lake() -> Layer:
    layer = Layer(ground=vertical(0, 700, (0, "#050a26"), (0.5, "#142a58"), (1, "#4a628e")))
    layer.paint(brush([(-40, 60), (260, 220), (560, 300), (780, 460)], 120, 190, 150, 90).blurred(46), "#8a94d8", 0.3)
    stars(layer, 260, 640, 54, ("#ffffff", "#cfe0ff", "#ffe6c4"))
    for ridge, dark, light in (
        (
            traced("-10,620 90,560 180,600 300,500 400,580 520,540 640,610 730,570"),
            "#2a4674",
            "#4f6a98",
        ),
        ([(-10, 680), (140, 640), (300, 672), (460, 650), (600, 676), (730, 640)], "#12264c", "#25406c"),
    ):
        rock = polygon([(-10, 720), *ridge, (730, 720)])
        layer.paint(rock, vertical(500, 710, (0, dark), (1, light)))
        layer.edge(rock, (-2, -3), "#c8d8f4", 0.4)
    layer.paint(
        box(0, 706, WIDTH, 580), vertical(706, 1200, (0, "#4a628e"), (0.2, "#1c3560"), (0.6, "#0a1734"), (1, "#03050f"))
    )
    layer.light((360, 880), (420, 220), "#e0924a", 0.35)
    return grain(layer, 4)


def _ripples(step: int) -> Layer:
    dice = random.Random(31)
    layer = Layer(WIDTH, 1080)
    for _ in range(70):
        x, y, phase = dice.uniform(0, WIDTH), 714 + 330 * dice.random() ** 1.3, dice.random()
        shine = max(0.0, math.sin((step / 12 + phase) * math.tau))
        if shine > 0.15:
            hue = "#ffc880" if abs(x - 360) < 120 else "#c8d8f8"
            layer.paint(ellipse((x, y), ((10 + (y - 706) * 0.18) * (0.5 + 0.5 * shine), 1.3)), hue, 0.32 * shine)
    return layer


def _woman() -> Layer:
    layer = Layer()
    at, size = (574.0, 676.0), 0.74
    head = face(at, size, mirror=True, turn=5)
    layer.paint(head, linear((440, 0), (680, 0), (0, "#d0c4c4"), (0.28, "#a07c74"), (0.65, "#3f2a34"), (1, "#15101c")))
    layer.paint(head.rim(-18, 8, 9), "#cfeaff", 0.5)
    layer.edge(head, (-4, 1), "#f0faff", 0.9, 1.2)

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, 5, True)

    layer.paint(brush(there((84, -48), (106, -60), (130, -52)), 2, 5, 3), "#15121c")
    layer.paint(brush(there((92, -12), (108, -5), (126, -11)), 1.5, 4.5, 1.5), "#15121c")
    layer.paint(brush(there((124, 122), (138, 124), (150, 120)), 1.5, 3.2, 1.5), "#4a2430", 0.9)
    _collared(
        layer,
        traced("420,1320 424,1060 462,950 520,902 600,916 660,896 716,940 764,1080 790,1320"),
        ("#4a7098", "#16284a", "#0a1024"),
        (-4, "#bfe0ff"),
    )
    hat = blob(there(*traced("104,-118 96,-170 50,-214 -40,-222 -110,-190 -146,-120 -150,-60 -60,-84 40,-96")))
    hair = blob(there(*traced("84,-104 50,-70 26,-10 10,60 -10,150 -50,230 -120,220 -150,120 -150,-40 -80,-100")))
    layer.paint(hair, linear((480, 0), (700, 0), (0, "#2a2838"), (1, "#0a0a14")))
    for k in range(8):
        path = there((70 - k * 22, -90), (14 - k * 16, 0), (0 - k * 14, 120), (-40 - k * 8, 216))
        layer.paint(brush(path, 0.8, 2.4, 0.8), "#8ab0d8", 0.35)
    layer.paint(hat, linear((480, 0), (690, 0), (0, "#a83a4a"), (1, "#34101f")))
    layer.edge(hat, (-4, -2), "#ffd8e0", 0.7, 1.6)
    layer.paint(brush(there((106, -116), (40, -94), (-60, -82), (-150, -58)), 20, 24, 22), "#c9505a")
    phone = polygon(placed([(-17, -36), (17, -36), (17, 36), (-17, 36)], (440, 892), 1, -16))
    layer.light((446, 850), (200, 190), "#a8d4ff", 0.45)
    layer.paint(phone, "#f2faff")
    hand = blob(traced("446,952 428,930 424,900 440,896 452,912 470,908 492,926 506,960 480,990"))
    layer.paint(hand, linear((424, 0), (506, 0), (0, "#c0c8d4"), (1, "#4a3c48")))
    layer.edge(hand, (-3, -3), "#f4fbff", 0.9, 1.2)
    return layer


def _rower(step: int) -> Layer:
    """He looks past her, as somebody does who is paid not to listen."""
    layer = Layer()
    turn = step / 16 * math.tau
    lean = 9 * math.sin(turn)
    at, size = (150.0 + lean, 662.0), 0.8
    head = face(at, size, turn=-3)
    layer.paint(head, linear((50, 0), (270, 0), (0, "#1c1218"), (0.5, "#6a3c28"), (1, "#d08a4e")))
    layer.paint(head.rim(20, 6, 10), "#ffb060", 0.55)
    layer.edge(head, (4, 1), "#ffe9bc", 0.95, 1.2)

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, -3)

    layer.paint(brush(there((82, -46), (106, -60), (132, -48)), 3, 9, 4), "#b8b0b0")
    layer.paint(brush(there((94, -14), (109, -20), (125, -13)), 1.5, 4, 1.5), "#1c0d0c")
    for lift in (0, 10, 20):
        layer.paint(
            brush(there((78, -12 + lift), (62, -16 + lift * 1.4), (46, -22 + lift * 2)), 1.2, 1.8, 0.6), "#4a2418", 0.7
        )
    nape = blob(there(*traced("30,-120 40,-70 20,-30 4,0 -20,60 -60,130 -108,110 -140,20 -140,-80 -90,-130")))
    layer.paint(nape, linear((40, 0), (190, 0), (0, "#15131c"), (1, "#6a5c5c")))
    for k in range(6):
        layer.paint(
            brush(there((16 - k * 22, -96), (0 - k * 20, -20), (-34 - k * 12, 90)), 0.8, 2, 0.6), "#b8a8a0", 0.35
        )
    ear = blob(there((-8, -34), (18, -40), (30, -12), (18, 30), (0, 38), (-12, 8)))
    layer.paint(ear, linear((130, 0), (190, 0), (0, "#5a3020"), (1, "#b87040")))
    slope = lean * 0.6
    _collared(
        layer,
        [
            (-60, 1320),
            (-50, 1080),
            (0, 970),
            (60 + slope, 910),
            (130 + slope, 930),
            (206 + slope, 906),
            (262, 960),
            (300, 1090),
            (310, 1320),
        ],
        ("#0c1020", "#2a2028", "#7a4a34"),
        (4, "#ffc076"),
    )
    _beard_and_cap(layer, there)
    _arms(layer, turn)
    return layer


def _collared(layer: Layer, outline: list[Point], hues: tuple[str, str, str], edge: tuple[int, str]) -> None:
    """A coat drawn over the foot of the neck, with a collar that stands a little."""
    coat = blob(outline)
    left, right = outline[0][0], outline[-1][0]
    layer.paint(coat, linear((left, 0), (right, 0), (0, hues[0]), (0.5, hues[1]), (1, hues[2])))
    layer.edge(coat, (edge[0], -3), edge[1], 0.9, 1.8)
    collar = brush(outline[3:6], 22, 30, 22)
    layer.paint(
        collar, linear((left, 0), (right, 0), (0, mix(hues[0], "#ffffff", 0.08)), (1, mix(hues[2], "#ffffff", 0.12)))
    )
    layer.edge(collar, (edge[0] // 2, -3), edge[1], 0.85, 1.4)


def _beard_and_cap(layer: Layer, there: Callable[..., list[Point]]) -> None:
    beard = blob(
        there(*traced("60,60 96,104 128,98 150,104 160,120 156,150 160,196 140,236 96,250 50,224 26,150 36,80"))
    )
    layer.paint(beard, linear((160, 0), (290, 0), (0, "#4a4450"), (1, "#f0e4d8")))
    layer.edge(beard, (4, 2), "#fff6e0", 0.9, 1.4)
    layer.paint(brush(there((128, 126), (142, 129), (154, 126)), 1.5, 3.4, 1.5), "#6a2c24")
    for k in range(7):
        layer.paint(
            brush(there((70 + k * 13, 112), (72 + k * 13, 170), (84 + k * 9, 236)), 0.8, 2, 0.6), "#8a7c7c", 0.5
        )
    cap = blob(there(*traced("126,-106 120,-150 96,-196 0,-226 -90,-196 -130,-130 -132,-92 -40,-104 60,-112")))
    layer.paint(cap, linear((40, 0), (260, 0), (0, "#0c1a20"), (1, "#2f6a5c")))
    layer.edge(cap, (4, -3), "#ffd090", 0.8, 1.6)
    for k in range(6):
        spot = there((104 - k * 38, -132 - 14 * math.sin(k * 0.6)))[0]
        layer.paint(polygon(placed([(0, -9), (7, 0), (0, 9), (-7, 0)], spot)), "#e8d0a0", 0.8)


def _arms(layer: Layer, turn: float) -> None:
    grip = (316 + 26 * math.sin(turn), 1010 + 12 * math.cos(turn))
    oar = brush([(grip[0] - 70, grip[1] - 26), grip, (grip[0] + 420, grip[1] + 120)], 14, 16, 20)
    layer.paint(oar, linear((240, 0), (700, 0), (0, "#8a5a34"), (1, "#1c1420")))
    layer.edge(oar, (0, -4), "#ffd090", 0.8, 1.4)
    sleeve = brush([(150, 990), (216 + 8 * math.sin(turn), 1070), (grip[0] - 24, grip[1] + 8)], 84, 70, 46)
    layer.paint(sleeve, linear((120, 0), (320, 0), (0, "#141422"), (1, "#7a4c34")))
    layer.edge(sleeve, (2, -4), "#ffc076", 0.85, 1.8)
    fist = blob(
        [
            (grip[0] - 32, grip[1] - 12),
            (grip[0] - 14, grip[1] - 27),
            (grip[0] + 16, grip[1] - 25),
            (grip[0] + 27, grip[1] - 6),
            (grip[0] + 20, grip[1] + 19),
            (grip[0] - 12, grip[1] + 24),
        ]
    )
    layer.paint(fist, linear((grip[0] - 30, 0), (grip[0] + 28, 0), (0, "#7a4630"), (1, "#e0a060")))
    layer.edge(fist, (3, -3), "#ffe9bc", 0.9, 1.2)
    for k in range(3):
        layer.paint(
            brush(
                [
                    (grip[0] - 8 + k * 11, grip[1] - 20),
                    (grip[0] - 5 + k * 11, grip[1] - 4),
                    (grip[0] - 8 + k * 10, grip[1] + 12),
                ],
                1,
                2.6,
                1,
            ),
            "#4a2418",
            0.75,
        )


def _lantern(step: int) -> Layer:
    layer = Layer()
    beat = 0.94 + 0.06 * math.sin(step / 8 * math.tau) * math.cos(step * 2.1)
    layer.light((374, 960), (270 * beat, 270 * beat), "#ffb050", 0.5, 1.9)
    layer.paint(brush([(354, 926), (360, 890), (374, 880), (388, 890), (394, 926)], 3.4), "#1c1418")
    layer.paint(box(350, 926, 48, 12, 5).plus(box(346, 996, 56, 14, 5)), "#241a1c")
    layer.paint(box(354, 938, 40, 58, 9), vertical(938, 996, (0, "#fff0c4"), (0.6, "#ffcf78"), (1, "#f09a3c")))
    flame = blob([(374, 948 - 3 * beat), (382, 970), (374, 986), (366, 970)])
    layer.paint(flame, "#fffdf0")
    layer.edge(box(346, 996, 56, 14, 5), (0, -3), "#ffe2a8", 0.9, 1)
    return layer


def _gunwale() -> Layer:
    layer = Layer()
    side = blob(traced("-60,1090 160,1056 360,1048 560,1056 780,1090 800,1340 -80,1340"))
    layer.paint(side, vertical(1048, 1200, (0, "#3a2620"), (0.3, "#191320"), (1, "#04050c")))
    layer.edge(side, (0, -4), "#ffca84", 0.9, 1.6)
    layer.paint(brush([(-60, 1122), (360, 1080), (780, 1122)], 3), "#0a0810", 0.8)
    layer.paint(glow((360, HEIGHT + 40), (880, 300), 0.85), "#02040c", 0.9)
    return layer
