"""Close to the windows: the sill, the dark room that looks across, the board."""

import math
import random
from functools import lru_cache

from loadtest.film.effects import hanging_lamp, vapour
from loadtest.film.paint import HEIGHT, WIDTH, Layer, glow, linear, mix, radial, vertical
from loadtest.film.plants import geranium
from loadtest.film.shapes import arch, blob, box, brush, curve, ellipse, placed, polygon, traced
from loadtest.film.stage import Shot, on_ones, on_twos, still, strip, sway
from loadtest.film.texture import grain


def sill() -> Shot:
    """Eight pots on a window sill; a hand comes and moves one by one place."""
    return on_ones(
        still(_lit_room()),
        strip([_curtain(step) for step in range(30)]),
        still(_sill()),
        still(_pots((110, 226, 612), "#e8433c")),
        still(_hand_and_pot(), x="-116*(1-cos(PI*min(1,max(0,(t-1.2)/1.6))))/2"),
        still(_foreground()),
    )


def _lit_room() -> Layer:
    layer = Layer(
        ground=radial((420, 430), (760, 820), (0, "#fff1c4"), (0.3, "#ffcb74"), (0.6, "#d9803a"), (1, "#5a2a20"))
    )
    for y in (210, 330):
        layer.paint(box(430, y, 300, 9), "#8a4a24", 0.55)
        dice = random.Random(y)
        x = 440
        while x < 710:
            width, tall = dice.randint(12, 26), dice.randint(60, 96)
            layer.paint(
                box(x, y - tall, width, tall).blurred(1.5),
                dice.choice(("#a85a2c", "#8a4224", "#c9803c", "#6a4a34")),
                0.6,
            )
            x += width + 3
    shade = polygon([(150, 300), (270, 300), (310, 420), (110, 420)])
    layer.paint(shade.blurred(3), "#fffbe6")
    layer.light((210, 400), (330, 330), "#fffbe0", 0.7)
    layer.paint(brush([(210, 420), (212, 560), (208, 720)], 9), "#7a3f20", 0.8)
    return grain(layer, 4)


def _curtain(step: int) -> Layer:
    layer = Layer(WIDTH, 900)
    breath = math.sin(step / 30 * math.tau)
    for fold in range(6):
        x = 600 + fold * 26
        path = [
            (x + 20, -20),
            (x + 4 + breath * 6, 300),
            (x - 20 - breath * (10 - fold), 600),
            (x - 30 - breath * (16 - fold), 880),
        ]
        layer.paint(brush(path, 34, 30, 36, 44), mix("#e8a860", "#a85a34", fold / 6), 0.6)
        layer.paint(brush([(px - 14, py) for px, py in path], 2, 4, 3), "#fff0c8", 0.45)
    return layer


def _sill() -> Layer:
    layer = Layer()
    frame = box(-10, -10, 54, 900).plus(box(-10, -10, WIDTH + 20, 62))
    layer.paint(frame, linear((0, 0), (60, 0), (0, "#06181c"), (1, "#0f3a3e")))
    layer.edge(frame, (3, 3), "#ffd890", 0.8)
    top = box(-10, 842, WIDTH + 20, 44)
    layer.paint(top, vertical(842, 886, (0, "#b0a070"), (0.3, "#3f7a70"), (1, "#123c3e")))
    layer.paint(box(-10, 841, WIDTH + 20, 3), "#fff0c0", 0.9)
    front = box(-10, 884, WIDTH + 20, 400)
    layer.paint(front, vertical(884, 1080, (0, "#0d3438"), (0.2, "#0a262a"), (1, "#030a0b")))
    for x in range(40, WIDTH, 80):
        for turn in (0, 45):
            layer.paint(
                polygon(placed([(-17, -17), (17, -17), (17, 17), (-17, 17)], (x, 934), 1, turn)), "#12606a", 0.7
            )
        layer.paint(ellipse((x, 934), (9, 9)), "#c9a050", 0.7)
    return layer


def _pots(places: tuple[int, ...], bloom: str) -> Layer:
    layer = Layer()
    for x in places:
        layer.paint(ellipse((x, 862), (60, 9)).blurred(5), "#0a1a1a", 0.7)
        geranium(layer, (x, 862), 1.75, bloom, x)
    return layer


def _hand_and_pot() -> Layer:
    layer = Layer(WIDTH + 200)
    layer.paint(ellipse((458, 862), (64, 9)).blurred(5), "#0a1a1a", 0.7)
    geranium(layer, (458, 862), 1.85, "#fff0dc", 77)
    sleeve = blob(traced("640,700 760,640 920,610 940,900 800,900 690,846 640,800"))
    layer.paint(sleeve, linear((640, 640), (720, 880), (0, "#b0404a"), (1, "#3a1420")))
    layer.edge(sleeve, (-2, -5), "#ffc890", 0.9, 1.8)
    palm = blob(traced("520,776 560,748 612,730 652,728 668,770 656,806 600,822 544,820 516,800"))
    fingers = [brush([(590, 770 + k * 17), (534, 772 + k * 17), (490, 786 + k * 15)], 25, 20, 14) for k in range(3)]
    thumb = brush([(580, 760), (530, 738), (496, 752)], 26, 19, 14)
    hand = palm.plus(thumb, *fingers)
    layer.paint(hand, linear((480, 0), (670, 0), (0, "#e0985c"), (1, "#8a4a2c")))
    layer.edge(hand, (-1, -4), "#fff0c8", 0.9, 1.4)
    for k in (1, 2):
        layer.paint(brush([(584, 762 + k * 17), (530, 764 + k * 17), (494, 777 + k * 15)], 1, 2.4, 1), "#5c2a1a", 0.7)
    layer.paint(box(640, 716, 20, 104, 8), "#e8c890", 0.9)
    return layer


def _foreground() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 40), (880, 330), 0.8), "#030809", 0.95)
    return layer


def inside() -> Shot:
    """The dark room: her shoulders against the window, his window far across."""
    return on_twos(
        still(_across()),
        strip([_far_figure(3), _far_figure(0), _far_figure(0), _far_figure(0)], rate=1),
        still(_far_sill()),
        still(_dark_window()),
        strip([_sheer(step) for step in range(36)], zoom=2),
        still(_watcher()),
    )


def _across() -> Layer:
    layer = Layer(ground=vertical(80, 900, (0, "#081e28"), (0.5, "#164a50"), (1, "#0c2a30")))
    layer.light((430, 430), (400, 420), "#e8b25c", 0.5)
    dice = random.Random(3)
    for row in range(44):
        for column in range(16):
            if dice.random() < 0.3:
                layer.paint(
                    box(column * 50 + (row % 2) * 25, 120 + row * 17, 46, 13, 2),
                    dice.choice(("#2c6a66", "#0a2226")),
                    0.2,
                )
    for x, y in ((170, 250), (560, 260), (180, 590), (570, 610)):
        pane = arch(x, y, 74, 130, 0.8)
        layer.paint(pane, vertical(y, y + 130, (0, "#051418"), (1, "#0c2c32")))
        layer.edge(pane, (3 if x < 400 else -3, 0), "#5a8a74", 0.5)
    layer.paint(arch(360, 330, 140, 200, 0.85), "#0a262b")
    pane = arch(370, 342, 120, 186, 0.85)
    layer.paint(pane, radial((430, 440), (100, 130), (0, "#fff3c8"), (0.5, "#ffcf78"), (1, "#d07a34")))
    layer.light((430, 440), (180, 200), "#ffca70", 0.5)
    return grain(layer, 4)


@lru_cache(maxsize=2)
def _far_figure(lean: int) -> Layer:
    layer = Layer(WIDTH, 700)
    layer.paint(blob([(398, 528), (404, 494), (420, 482), (446, 482), (462, 498), (468, 528)]), "#5a2818")
    layer.paint(ellipse((432 - lean, 462), (17, 21), -8), "#42200f")
    layer.paint(brush([(462, 506), (474, 486), (470 + lean, 464)], 9, 7, 5), "#4a2214")
    return layer


def _far_sill() -> Layer:
    layer = Layer()
    for bar in (box(427, 342, 5, 186), box(370, 402, 120, 5)):
        layer.paint(bar, "#0a262a")
    layer.paint(box(348, 526, 164, 9, 2), "#2c6a62")
    for index, x in enumerate((362, 384, 478, 498)):
        geranium(layer, (x, 526), 0.3, "#e8433c", index)
    return layer


def _dark_window() -> Layer:
    layer = Layer()
    hole = arch(96, 70, 540, 800, 0.62)
    room = box(-10, -10, WIDTH + 20, HEIGHT + 20).minus(hole)
    layer.paint(room, linear((0, 0), (720, 300), (0, "#04090c"), (0.7, "#0a1418"), (1, "#2a1c14")))
    layer.edge(room, (0, -4), "#5a9a8c", 0.7, 2)
    layer.edge(room, (4, 0), "#4a8a84", 0.7, 2)
    layer.edge(room, (-4, 0), "#d9a45c", 0.55, 2)
    for bar in (box(360, 70, 12, 800), box(96, 318, 540, 11)):
        layer.paint(bar.inside(hole), "#060f12")
        layer.edge(bar.inside(hole), (3, 2), "#d9b068", 0.45)
    layer.light((700, 860), (330, 300), "#e8954a", 0.34)
    ledge = box(60, 862, 620, 26, 4)
    layer.paint(ledge, vertical(862, 888, (0, "#2f6a64"), (1, "#0a2224")))
    layer.edge(ledge, (0, -3), "#ffd890", 0.7)
    for index, x in enumerate((150, 232, 560)):
        geranium(layer, (x, 864), 1.0, "#f4e4d0" if index == 1 else "#e8433c", 40 + index)
    return layer


def _sheer(step: int) -> Layer:
    """The curtain, at half its size; it breathes once in three seconds."""
    layer = Layer(WIDTH // 4, 500)
    breath = math.sin(step / 36 * math.tau)
    folds = []
    for fold in range(6):
        x, swing = 15 + fold * 15, breath * (3 + fold)
        folds.append([(x, -10), (x + 2 + swing * 0.3, 165), (x + 5 + swing * 0.7, 320), (x + 7 + swing, 492)])
    cloth = polygon([(-5, -10), *curve(folds[5]), *reversed(curve(folds[0]))])
    layer.paint(cloth, linear((10, 0), (100, 0), (0, "#0d1c20"), (0.6, "#3a6a68"), (1, "#c9b07c")), 0.42)
    for fold, path in enumerate(folds):
        layer.paint(brush(path, 3.5, 6, 8).blurred(1.5), "#0a1c20", 0.4)
        layer.paint(brush([(x + 4.5, y) for x, y in path], 0.8, 1.4, 1), "#ffe2a8", 0.2 + fold * 0.06)
    return layer


def _watcher() -> Layer:
    """From behind: a loose knot of hair and a shawl."""
    layer = Layer()
    body = blob(traced("40,1330 60,1150 120,1050 214,998 306,980 400,998 492,1050 548,1150 570,1330"))
    neck = box(262, 880, 84, 130, 20)
    figure = neck.plus(body)
    layer.paint(figure, linear((100, 0), (560, 0), (0, "#040a0c"), (1, "#191518")))
    layer.edge(figure, (5, -4), "#f0a85c", 0.85, 2)
    layer.edge(figure, (-4, -4), "#5aa094", 0.7, 2)
    for step in range(6):
        fold = [(96 + step * 34, 1300), (170 + step * 30, 1110 - step * 6), (262 + step * 24, 1002 + step * 5)]
        layer.paint(brush(fold, 0.8, 2.6, 0.8), "#6ab0a4" if step < 3 else "#c9803c", 0.3)
    head = blob(traced("304,700 358,718 388,770 386,836 360,890 306,912 252,890 224,836 222,770 250,718"))
    knot = blob(traced("300,640 340,650 356,684 336,716 296,722 262,704 256,670 272,648"))
    for part in (head, knot):
        layer.paint(part, linear((220, 0), (400, 0), (0, "#060c10"), (1, "#1d1210")))
        layer.edge(part, (4, -3), "#ffb86a", 0.85, 1.8)
        layer.edge(part, (-4, -3), "#6ab0a4", 0.6, 1.8)
    dice = random.Random(2)
    for step in range(16):
        x = 236 + step * 9
        path = [(x, 880 - abs(step - 8) * 5), (x + dice.uniform(-5, 5), 790), (305 + (x - 305) * 0.3, 716)]
        layer.paint(brush(path, 0.8, 2.4, 0.8), "#d98a4c" if step > 9 else "#3a6a6a", 0.4)
    for strand in (((384, 850), (402, 900), (396, 950)), ((228, 850), (214, 896), (222, 936))):
        layer.paint(brush(strand, 3, 2, 0.6), "#c9803c", 0.7)
    return layer


def board() -> Shot:
    """A table under a lamp, the game as it stands, a second chair pushed back a little."""
    return on_twos(
        still(_table()),
        still(_tea()),
        vapour((612, 812), 170, 34, "#ffeccc"),
        still(hanging_lamp(360, 336, 104, ("#2c6a66", "#164448", "#0a2428"), "#9ad0bc"), x=sway(5, 6)),
        still(_foreground()),
    )


def _table() -> Layer:
    layer = Layer(
        ground=radial((360, 560), (640, 760), (0, "#7a5a34"), (0.4, "#3a3a30"), (0.75, "#10282c"), (1, "#06161a"))
    )
    for x in range(20, WIDTH, 90):
        for y in range(110, 560, 90):
            layer.paint(polygon(placed([(-14, -14), (14, -14), (14, 14), (-14, 14)], (x, y), 1, 45)), "#c9a050", 0.07)
    _chair(layer)
    top = polygon([(120, 700), (600, 700), (760, 1010), (-40, 1010)])
    layer.paint(top, vertical(700, 1010, (0, "#b0743c"), (0.4, "#7a4526"), (1, "#24140f")))
    layer.edge(top, (0, -3), "#ffdc98", 0.9, 1.6)
    layer.paint(box(-40, 1008, 800, 300), vertical(1008, 1120, (0, "#1a0e0c"), (1, "#050506")))
    _squares(layer)
    return grain(layer, 3)


def _chair(layer: Layer) -> None:
    """The one across the table, empty; a red shawl over its back."""
    outer = blob(traced("250,730 246,560 262,478 300,452 360,446 420,452 458,478 474,560 470,730"))
    back = outer.minus(blob(traced("282,740 278,570 290,506 320,488 360,484 400,488 430,506 442,570 438,740")))
    slats = [brush([(x, 486), (x + (x - 360) * 0.06, 600), (x, 730)], 11, 14, 11) for x in (316, 360, 404)]
    for part in (*slats, back):
        layer.paint(part, vertical(440, 730, (0, "#5a2f1a"), (1, "#24120d")))
        layer.edge(part, (3, -3), "#ffbe72", 0.85, 1.4)
    shawl = blob(
        traced(
            "236,500 256,462 310,440 372,436 392,452 384,500 396,560 372,610 350,568 322,640 296,590 262,660 242,590"
        )
    )
    layer.paint(shawl, linear((236, 440), (400, 620), (0, "#d9545a"), (0.6, "#9a2a3a"), (1, "#5a1624")))
    for x in (268, 300, 334, 366):
        layer.paint(brush([(x + 8, 446), (x - 4, 520), (x + 2, 590)], 1, 4, 1), "#5a1624", 0.6)
    layer.edge(shawl, (2, -4), "#ffd0a0", 0.9, 1.6)
    for left, foot in traced("256,652 264,660 272,648 316,632 324,640 331,628 366,604 374,610 382,600"):
        layer.paint(brush([(left, foot), (left - 1, foot + 22)], 2.4, 1), "#e89a8a", 0.8)


def _square(column: float, row: float) -> tuple[float, float]:
    """A corner of the board in perspective; row 0 is far."""
    depth = row / 8 if row > 0 else 0.0
    lift = min(row, 0.0) * 18
    y = 722 + 236 * depth**1.18 + lift
    half = 172 + 94 * (depth**1.18)
    return 360 + (column / 4 - 1) * half, y


def _squares(layer: Layer) -> None:
    rim = [_square(-0.35, -0.2), _square(8.35, -0.2), _square(8.4, 8.3), _square(-0.4, 8.3)]
    layer.paint(polygon(rim).moved(0, 8).blurred(8), "#140806", 0.8)
    layer.paint(polygon(rim), "#3a1c12")
    for column in range(8):
        for row in range(8):
            corners = [
                _square(column, row),
                _square(column + 1, row),
                _square(column + 1, row + 1),
                _square(column, row + 1),
            ]
            layer.paint(polygon(corners), "#f0d8a4" if (column + row) % 2 == 0 else "#6a3420", 0.95)
    layer.light((360, 800), (330, 140), "#ffe2a0", 0.4)
    men = (
        (0, 0, 1),
        (2, 0, 1),
        (6, 0, 1),
        (7, 1, 1),
        (3, 2, 1),
        (5, 1, 1),
        (1, 5, 0),
        (5, 5, 0),
        (0, 7, 0),
        (6, 7, 0),
        (7, 6, 0),
        (2, 7, 0),
    )
    for column, row, dark in sorted(men, key=lambda man: man[1]):
        _man(layer, _square(column + 0.5, row + 0.6), 0.62 + row * 0.045, bool(dark))
    geranium(layer, _square(4.5, 4.75), 0.92, "#e8433c", 4)


def _man(layer: Layer, at: tuple[float, float], size: float, dark: bool) -> None:
    x, y = at
    layer.paint(ellipse((x + 8 * size, y + 2), (26 * size, 7 * size)).blurred(3), "#140806", 0.6)
    body = polygon(placed(traced("-17,0 -14,-10 -7,-26 -6,-44 6,-44 7,-26 14,-10 17,0"), at, size))
    piece = body.plus(ellipse((x, y - 52 * size), (12 * size, 12 * size)), ellipse((x, y), (18 * size, 6 * size)))
    layer.paint(
        piece,
        linear((x - 16, 0), (x + 16, 0), (0, "#5a2c1c" if dark else "#fff0cc"), (1, "#1c0d0a" if dark else "#a87a4c")),
    )
    layer.edge(piece, (-2, -3), "#ffdca0", 0.8, 0.9)


def _tea() -> Layer:
    """Two glasses; one of them still steams."""
    layer = Layer()
    for x, y in ((120, 846), (612, 836)):
        layer.paint(ellipse((x, y + 50), (46, 12)), "#e0cfa8")
        layer.paint(ellipse((x, y + 49), (36, 8)), "#9a7a50")
        glass = blob(
            [(x - 25, y - 22), (x - 18, y + 14), (x - 22, y + 44), (x + 22, y + 44), (x + 18, y + 14), (x + 25, y - 22)]
        )
        layer.paint(glass, vertical(y - 24, y + 48, (0, "#f0c890"), (0.25, "#c9601c"), (1, "#6a1f0c")), 0.92)
        layer.edge(glass, (-3, -1), "#fff0d0", 0.9, 1)
    return layer
