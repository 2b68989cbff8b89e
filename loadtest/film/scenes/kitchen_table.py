"""At the table: two hands that remember, two old people and a bowl."""

import math
import random
from collections.abc import Callable

from loadtest.film.effects import hanging_lamp, vapour
from loadtest.film.figures import face
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, Point, glow, linear, radial, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, placed, polygon, traced
from loadtest.film.stage import Shot, falling, on_twos, still, sway
from loadtest.film.texture import grain, snow


def hands() -> Shot:
    """From above: the floured board, the rows, and the one being folded."""
    return on_twos(
        still(_board()),
        still(_dumpling()),
        still(_hand(-1), x=sway(2, 1.7), y=sway(5, 2.3)),
        still(_hand(1), x=sway(-2, 1.9, 1), y=sway(6, 2.1, 2)),
        still(_dark()),
    )


def _board() -> Layer:
    layer = Layer(
        ground=radial((360, 480), (720, 860), (0, "#d89a5a"), (0.4, "#a8683a"), (0.7, "#5a3220"), (1, "#1c0f10"))
    )
    dice = random.Random(6)
    for row in range(16):
        y = row * 84 + dice.uniform(-8, 8)
        path = [(-20, y), (240, y + dice.uniform(-12, 12)), (480, y + dice.uniform(-12, 12)), (740, y)]
        layer.paint(brush(path, 1.5, dice.uniform(2, 6), 1.5), "#4a2818", 0.3)
    for row in range(7):
        layer.paint(box(-10, 60 + row * 180, WIDTH + 20, 3), "#2a1410", 0.55)
    for x, y, reach in ((360, 560, 300), (180, 420, 150), (560, 700, 170)):
        layer.paint(glow((x, y), (reach, reach * 0.8), 1.1), "#fffaf0", 0.42)
    for _ in range(240):
        at = (dice.gauss(360, 190), dice.gauss(560, 190))
        layer.paint(ellipse(at, (dice.uniform(0.8, 2.6),) * 2), "#fffaf2", dice.uniform(0.3, 0.8))
    for row in range(3):
        for column in range(5):
            _from_above(layer, (90 + column * 136 + (row % 2) * 20, 130 + row * 108), 0.86, dice.uniform(-14, 14))
    return grain(layer, 3)


def _from_above(layer: Layer, at: Point, size: float, turn: float) -> None:
    outline = traced("-52,12 -40,-22 -12,-40 14,-40 42,-22 54,12 30,24 -28,24")
    body = blob(placed(outline, at, size, turn))
    layer.paint(body.moved(5, 9).blurred(6), "#2a1410", 0.6)
    layer.paint(
        body, radial((at[0] - 8, at[1] - 10), (64 * size, 56 * size), (0, "#fffaf0"), (0.6, "#f0dcc0"), (1, "#b88e68"))
    )
    for k in range(9):
        share = (k + 0.5) / 9
        x = -42 + 86 * share
        edge = -40 * math.sin(share * math.pi) ** 0.7
        layer.paint(
            brush(placed([(x, edge + 2), (x * 0.92, edge + 16), (x * 0.8, edge + 27)], at, size, turn), 4, 3, 0.6),
            "#c09a70",
            0.75,
        )
    layer.edge(body, (-3, -3), "#ffffff", 0.8, 1.2)


def _dumpling() -> Layer:
    layer = Layer()
    _from_above(layer, (360, 600), 1.75, 0)
    return layer


def _hand(side: int) -> Layer:
    """An old hand from its side of the picture; mirrored for the other."""
    layer = Layer()

    def there(*points: Point) -> list[Point]:
        return [(360 + side * px, py) for px, py in points]

    skin = linear((360 + side * 60, 0), (360 + side * 330, 0), (0, "#f0b478"), (0.5, "#c47e4c"), (1, "#7a4428"))
    sleeve = blob(there(*traced("250,900 330,780 420,720 520,1000 470,1240 330,1200 262,1040")))
    layer.paint(sleeve.moved(0, 14).blurred(14), "#1c0d0a", 0.5)
    layer.paint(sleeve, linear((360 + side * 250, 0), (360 + side * 420, 0), (0, "#5a6690"), (1, "#1c2440")))
    layer.edge(sleeve, (-3 * side, -4), "#ffe2b0", 0.8, 1.8)
    palm = blob(there(*traced("120,690 160,650 220,660 290,720 350,800 330,900 262,930 190,880 136,780")))
    fingers = [
        brush(there((196, 690), (130, 622), (66, 600)), 52, 42, 27),
        brush(there((176, 730), (110, 662), (52, 632)), 52, 42, 28),
        brush(there((160, 776), (104, 712), (54, 674)), 50, 40, 27),
        brush(there((160, 822), (114, 772), (76, 728)), 46, 36, 24),
    ]
    thumb = brush(there((230, 690), (150, 596), (60, 558)), 62, 44, 30)
    whole = palm.plus(thumb, *fingers)
    layer.paint(whole.moved(4, 16).blurred(10), "#1c0d0a", 0.5)
    for finger in reversed(fingers):
        layer.paint(finger, skin)
        layer.edge(finger, (3 * side, 5), "#6a3018", 0.75, 2)
        layer.edge(finger, (-2 * side, -4), "#fff0cc", 0.7, 1.6)
    layer.paint(palm, skin)
    layer.paint(thumb, skin)
    layer.edge(thumb.minus(palm), (2 * side, 5), "#6a3018", 0.6, 2)
    layer.edge(whole, (-2 * side, -4), "#fff0cc", 0.8, 1.6)
    _nails_and_lines(layer, there)
    return layer


def _nails_and_lines(layer: Layer, there: Callable[..., list[Point]]) -> None:
    for points in (
        ((62, 592), (56, 600), (60, 608)),
        ((46, 624), (40, 632), (44, 640)),
        ((48, 666), (42, 674), (46, 682)),
        ((54, 548), (46, 558), (52, 568)),
    ):
        layer.paint(brush(there(*points), 6, 11, 6), "#ffe2c0", 0.8)
    for k in range(4):
        layer.paint(
            brush(
                there((150 + k * 8, 664 + k * 34), (166 + k * 6, 668 + k * 34), (176 + k * 4, 680 + k * 34)), 1, 3, 1
            ),
            "#7a3e24",
            0.55,
        )
    for k in range(3):
        layer.paint(
            brush(there((214 + k * 26, 740 + k * 10), (250 + k * 22, 800 + k * 8), (270 + k * 12, 866)), 1, 4, 1),
            "#8a4c2c",
            0.4,
        )


def _dark() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 60), (900, 380), 0.9), "#0a0608", 0.94)
    corner = box(0, 0, WIDTH, HEIGHT).minus(glow((360, 480), (680, 860), 0.7))
    layer.paint(Mask(corner.image, corner.x, corner.y), "#0a0608", 0.55)
    return layer


def bowl() -> Shot:
    """She bites; he does not look up. Forty years lie between the two chopsticks."""
    return on_twos(
        still(_back()),
        still(snow(215, 60, 3.0, 0.8, 1, area=(660, 450)), x=sway(22, 9, 0, 30), y=falling(48, 450, 325)),
        still(_window_frame()),
        still(_guest()),
        still(_host()),
        still(_laid_table()),
        vapour((360, 956), 420, 90, "#fff4e4"),
        still(hanging_lamp(360, 264, 96, ("#c0483a", "#8a2a2a", "#3a1018"), "#ffb08a"), x=sway(4, 5)),
    )


def _back() -> Layer:
    layer = Layer(ground=vertical(300, 760, (0, "#101c40"), (0.6, "#2c4a7a"), (1, "#7a94b8")))
    for x in (120, 330, 560):
        layer.light((x, 560), (120, 120), "#ff6a48", 0.5)
        layer.paint(ellipse((x, 556), (20, 24)).blurred(4), "#ff7a50")
    layer.paint(box(0, 650, WIDTH, 100).blurred(16), "#a8bcd8", 0.7)
    return grain(layer, 3)


def _window_frame() -> Layer:
    layer = Layer()
    holes = box(60, 330, 290, 440, 8).plus(box(370, 330, 290, 440, 8))
    wall = box(-10, -10, WIDTH + 20, HEIGHT + 20).minus(holes)
    layer.paint(
        wall, radial((360, 520), (560, 820), (0, "#b0703c"), (0.35, "#6a3a28"), (0.7, "#2a1618"), (1, "#0d080c"))
    )
    layer.edge(wall, (0, -4), "#ffcf8a", 0.6, 1.6)
    layer.edge(wall, (3, 0), "#ffcf8a", 0.5, 1.6)
    for x in (60, 370):
        layer.paint(box(x, 548, 290, 9), "#3a1e18")
        fog = box(x, 560, 290, 210).inside(glow((x + 145, 800), (240, 260), 1.0))
        layer.paint(fog, "#e8eefa", 0.4)
    for x in (96, 596):
        paper = box(x, 60, 30, 220, 3)
        layer.paint(paper, vertical(60, 280, (0, "#c9342f"), (1, "#7a1820")), 0.9)
    return grain(layer, 3)


def _guest() -> Layer:
    layer = Layer()
    at, size = (136.0, 628.0), 0.72
    head = face(at, size, turn=9)
    layer.paint(head, linear((50, 0), (260, 0), (0, "#4a2418"), (0.5, "#a8633c"), (1, "#f0b070")))
    layer.paint(head.rim(18, 8, 9), "#ffc47a", 0.5)
    layer.edge(head, (4, 0), "#fff0cc", 0.9, 1.2)

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, 9)

    _age(layer, there)
    hair = blob(there(*traced("86,-120 66,-84 34,-40 12,10 -30,80 -90,110 -138,30 -140,-80")))
    layer.paint(hair, linear((40, 0), (200, 0), (0, "#6a6a78"), (1, "#e8e0d8")))
    hat = blob(there(*traced("112,-108 116,-150 96,-200 10,-232 -90,-206 -150,-130 -158,-80 -60,-96 40,-108")))
    layer.paint(hat, linear((20, 0), (230, 0), (0, "#1c1830"), (1, "#5a3a6a")))
    layer.edge(hat, (4, -3), "#ffd890", 0.7, 1.6)
    layer.paint(
        brush(there((116, -106), (0, -110), (-158, -78)), 30, 34, 32),
        linear((20, 0), (230, 0), (0, "#5a4a5c"), (1, "#c9a890")),
    )
    dice = random.Random(3)
    for _ in range(34):
        flake = there((dice.uniform(-140, 100), -150 - 70 * dice.random()))[0]
        layer.paint(ellipse(flake, (dice.uniform(2, 5),) * 2).inside(hat.grown(6)), "#ffffff", 0.85)
    coat = blob(traced("-60,1320 -50,1040 0,930 50,866 120,884 180,862 236,920 280,1050 300,1320"))
    layer.paint(coat, linear((0, 0), (290, 0), (0, "#1c1426"), (1, "#6a4468")))
    layer.edge(coat, (4, -3), "#ffd08a", 0.85, 1.8)
    layer.paint(
        brush([(40, 880), (120, 912), (196, 872)], 44, 54, 40),
        linear((30, 0), (210, 0), (0, "#5a4a5c"), (1, "#e8c8a8")),
    )
    return layer


def _age(layer: Layer, there: Callable[..., list[Point]]) -> None:
    layer.paint(brush(there((82, -46), (106, -56), (130, -46)), 2, 6, 3), "#d8d0cc")
    layer.paint(brush(there((94, -10), (109, -4), (125, -9)), 1.5, 4, 1.5), "#2a120e")
    for lift in (0, 11, 22):
        layer.paint(
            brush(there((78, -8 + lift), (62, -12 + lift * 1.3), (46, -18 + lift * 1.8)), 1.2, 2, 0.6), "#6a3424", 0.65
        )
    layer.paint(brush(there((138, 80), (122, 104), (124, 130)), 1, 2.6, 1), "#6a3424", 0.7)
    layer.paint(brush(there((122, 122), (138, 125), (151, 121)), 1.5, 3.4, 1.5), "#7a2c28")


def _host() -> Layer:
    layer = Layer()
    at, size = (588.0, 622.0), 0.72
    head = face(at, size, mirror=True, turn=-13)
    layer.paint(head, linear((450, 0), (680, 0), (0, "#f0b070"), (0.5, "#a8633c"), (1, "#3a1c16")))
    layer.paint(head.rim(-18, 8, 9), "#ffc47a", 0.5)
    layer.edge(head, (-4, 0), "#fff0cc", 0.9, 1.2)

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, -13, True)

    _age(layer, there)
    hair = blob(there(*traced("30,-110 36,-60 16,-20 -8,10 -60,90 -112,90 -140,10 -136,-90")))
    layer.paint(hair, linear((520, 0), (680, 0), (0, "#e8e0d8"), (1, "#6a6a78")))
    layer.paint(blob(there((-6, -34), (20, -40), (30, -12), (18, 30), (0, 38), (-12, 8))), "#a86440")
    cap = blob(there(*traced("120,-104 122,-150 110,-196 20,-226 -80,-206 -128,-150 -134,-96 -40,-106 50,-112")))
    layer.paint(cap, linear((480, 0), (690, 0), (0, "#fffaf0"), (1, "#8a90a8")))
    layer.paint(brush(there((122, -104), (20, -112), (-134, -94)), 12), "#c9ccd8")
    shirt = blob(traced("420,1320 436,1050 480,930 540,868 600,884 668,848 724,872 770,1050 780,1320"))
    layer.paint(shirt, linear((430, 0), (760, 0), (0, "#8a86a0"), (0.5, "#3a4468"), (1, "#151c34")))
    layer.edge(shirt, (-4, -3), "#ffd08a", 0.85, 1.8)
    apron = blob([(420, 1320), (440, 1060), (478, 980), (540, 950), (586, 990), (600, 1320)])
    layer.paint(apron, linear((420, 0), (600, 0), (0, "#fff6e6"), (1, "#a8a4b0")))
    layer.paint(brush([(478, 980), (530, 910), (590, 876)], 10), "#e8e0d8")
    return layer


def _laid_table() -> Layer:
    layer = Layer()
    top = blob(traced("-80,1060 100,1000 360,984 620,1000 800,1060 800,1330 -80,1330"))
    layer.paint(top, vertical(984, 1200, (0, "#c08048"), (0.25, "#7a4628"), (0.6, "#2a1614"), (1, "#0a0608")))
    layer.edge(top, (0, -4), "#ffe2a8", 0.8, 1.6)
    layer.paint(ellipse((360, 1054), (130, 22)).blurred(6), "#1c0d0a", 0.7)
    dish = blob(traced("252,966 262,1010 300,1046 360,1054 420,1046 458,1010 468,966"))
    layer.paint(dish, linear((252, 0), (468, 0), (0, "#fffdf4"), (0.5, "#e8e4e0"), (1, "#8a96b0")))
    for k in range(7):
        x = 276 + k * 28
        layer.paint(brush([(x - 9, 1000), (x, 1010), (x + 9, 1000)], 1, 3, 1), "#3a64a8", 0.7)
    layer.paint(brush([(262, 984), (360, 996), (458, 984)], 3), "#3a64a8", 0.7)
    layer.paint(ellipse((360, 966), (108, 24)), "#fff6e4")
    layer.paint(ellipse((360, 968), (96, 19)), "#d8a868")
    for x, y in ((312, 964), (352, 958), (398, 966), (372, 974), (334, 976)):
        bit = blob(
            [(x - 28, y + 3), (x - 14, y - 12), (x + 10, y - 13), (x + 28, y + 3), (x + 12, y + 9), (x - 14, y + 9)]
        )
        layer.paint(bit, vertical(y - 13, y + 9, (0, "#fffaf0"), (1, "#d0a880")))
        layer.edge(bit, (-1, -3), "#ffffff", 0.8, 0.8)
    for shift in (0, 13):
        layer.paint(brush([(236 + shift, 1078), (160 + shift, 1064), (84 + shift, 1046)], 5, 6, 7), "#5a1c18")
    coin = ellipse((500, 1056), (23, 11)).minus(polygon([(494, 1056), (500, 1053), (506, 1056), (500, 1059)]))
    layer.paint(coin, linear((478, 0), (522, 0), (0, "#ffe9a8"), (0.5, "#d9a040"), (1, "#7a4a1c")))
    layer.edge(coin, (-2, -2), "#fffbe0", 0.9, 0.8)
    layer.light((492, 1050), (44, 30), "#fff0b8", 0.8)
    layer.paint(glow((360, HEIGHT + 60), (900, 300), 0.85), "#08050a", 0.92)
    return layer
