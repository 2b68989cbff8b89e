"""A dumpling kitchen before dawn, snow on the other side of the glass."""

import math
import random

from loadtest.film.effects import hanging_lamp, vapour, written
from loadtest.film.figures import face
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, Point, glow, linear, mix, radial, vertical
from loadtest.film.scenes import kitchen_street, kitchen_table
from loadtest.film.shapes import blob, box, brush, ellipse, line, placed, polygon, traced
from loadtest.film.stage import Shot, falling, on_twos, still, strip, sway
from loadtest.film.texture import grain, snow

PANES = (44.0, 150.0, 330.0, 470.0)


def shot(name: str) -> Shot:
    tables = {"hands": kitchen_table.hands, "bowl": kitchen_table.bowl}
    streets = {"street": kitchen_street.street, "queue": kitchen_street.queue}
    return {"stove": stove, **tables, **streets}[name]()


def stove() -> Shot:
    """The old man at his board, the towers of steamers, the blue street behind the window."""
    return on_twos(
        still(_outside()),
        still(snow(201, 46, 3.0, 0.85, 0.8, area=(400, 480)), x=sway(22, 9, 0, 10), y=falling(48, 480, 145)),
        still(snow(202, 12, 6.0, 0.6, 2.4, area=(400, 480)), x=sway(30, 7, 2, 8), y=falling(72, 480, 145)),
        still(_room()),
        vapour((540, 560), 380, 100, lean=-30),
        still(_steamers()),
        vapour((660, 640), 330, 90, lean=-24),
        strip([_cook(step) for step in range(12)], rate=8),
        still(hanging_lamp(470, 296, 92, ("#c0483a", "#8a2a2a", "#3a1018"), "#ffb08a"), x=sway(4, 5)),
        still(_counter()),
    )


def _outside() -> Layer:
    layer = Layer(ground=vertical(100, 720, (0, "#0c1838"), (0.5, "#203a66"), (0.85, "#4a6690"), (1, "#8aa0bc")))
    dice = random.Random(4)
    for x, y, width in ((30, 330, 150), (170, 400, 120), (270, 290, 130)):
        layer.paint(box(x, y, width, 320).blurred(3), vertical(y, 640, (0, "#14264a"), (1, "#2c4670")))
        layer.paint(
            polygon([(x - 10, y + 6), (x + width / 2, y - 44), (x + width + 10, y + 6)]).blurred(2.5), "#a8bcd8"
        )
        for _ in range(5):
            pane = box(x + dice.randint(10, width - 28), y + dice.randint(30, 190), 15, 22).blurred(2)
            layer.paint(pane, "#ffc878", 0.8)
    layer.light((318, 560), (90, 90), "#ff5a3c", 0.7)
    layer.paint(ellipse((318, 556), (17, 20)).blurred(2), "#ff6a48")
    layer.paint(box(20, 600, 370, 60).blurred(8), "#b8cae2", 0.8)
    return grain(layer, 3)


def _room() -> Layer:
    layer = Layer()
    hole = box(*PANES[:2], PANES[2], PANES[3], 10)
    wall = box(-10, -10, WIDTH + 20, HEIGHT + 20).minus(hole)
    layer.paint(
        wall, radial((420, 420), (680, 860), (0, "#d9924a"), (0.3, "#9a5a34"), (0.6, "#4a2a26"), (1, "#120b12"))
    )
    _tiles(layer)
    frame = box(30, 136, 358, 498, 8).minus(hole).plus(box(202, 150, 12, 470), box(44, 330, 330, 11))
    layer.paint(frame, linear((30, 0), (390, 0), (0, "#3a1c18"), (1, "#7a4428")))
    layer.edge(frame, (3, -2), "#ffcf8a", 0.7, 1.4)
    layer.edge(frame, (-3, 3), "#6a8ac0", 0.5, 1.4)
    for corner in ((44, 620), (220, 620), (44, 328), (220, 328)):
        frost = blob(
            [
                (corner[0], corner[1] - 70),
                (corner[0] + 26, corner[1] - 40),
                (corner[0] + 56, corner[1] - 16),
                (corner[0] + 96, corner[1]),
                (corner[0], corner[1]),
            ]
        )
        layer.paint(frost.blurred(7).inside(hole), "#e8f0fc", 0.75)
    layer.light((210, 600), (190, 120), "#ffe2b0", 0.22)
    paper = box(398, 330, 36, 300, 3)
    layer.paint(paper, vertical(330, 630, (0, "#d93a34"), (1, "#8a1c24")))
    layer.edge(paper, (3, -3), "#ffc89a", 0.7, 1.2)
    for row, sign in enumerate("冬日大吉"):
        written(layer, sign, (416, 368 + row * 74), 1.05, "#ffd27a")
    _shelf(layer)
    return grain(layer, 3)


def _tiles(layer: Layer) -> None:
    dice = random.Random(3)
    for row in range(5):
        for column in range(15):
            tile = box(column * 50 - 10 + (row % 2) * 25, 660 + row * 40, 47, 37, 3)
            layer.paint(tile, dice.choice(("#e8b070", "#8a4c34", "#c98a54", "#5a3430")), 0.16 + 0.1 * dice.random())


def _shelf(layer: Layer) -> None:
    for y in (214, 330):
        board = box(476, y, 260, 13, 3)
        layer.paint(board, linear((476, 0), (720, 0), (0, "#8a5030"), (1, "#3a1f1c")))
        layer.edge(board, (-2, -3), "#ffd890", 0.8, 1.2)
        layer.paint(box(480, y + 13, 250, 24).blurred(8), "#1c0d10", 0.45)
    jars = (
        (500, 214, 42, 66, "#b0502c"),
        (552, 214, 36, 52, "#d8b078"),
        (598, 214, 46, 74, "#4a6a5c"),
        (654, 214, 40, 58, "#c9803c"),
    )
    for x, y, width, tall, hue in jars:
        jar = box(x, y - tall, width, tall, 10).plus(box(x + 5, y - tall - 9, width - 10, 14, 4))
        layer.paint(
            jar,
            linear((x, 0), (x + width, 0), (0, mix(hue, "#ffffff", 0.25)), (0.4, hue), (1, mix(hue, "#1c0d14", 0.7))),
        )
        layer.edge(jar, (-3, -2), "#fff0cc", 0.75, 1.2)
    for index in range(7):
        bowl = blob(
            [
                (492 + index % 4 * 58, 330 - 26 - (index // 4) * 20),
                (540 + index % 4 * 58, 330 - 26 - (index // 4) * 20),
                (530 + index % 4 * 58, 330 - (index // 4) * 20),
                (502 + index % 4 * 58, 330 - (index // 4) * 20),
            ]
        )
        layer.paint(bowl, vertical(270, 332, (0, "#f4f0e8"), (1, "#7a90b0")))
        layer.edge(bowl, (-2, -3), "#ffffff", 0.7, 1)


def _steamers() -> Layer:
    """Two towers of bamboo on an iron stove."""
    layer = Layer()
    stove = box(452, 836, 300, 170, 10)
    layer.paint(stove, linear((452, 0), (740, 0), (0, "#3a2624"), (0.4, "#1f1618"), (1, "#120d10")))
    layer.paint(box(444, 828, 310, 16, 6), linear((444, 0), (740, 0), (0, "#8a6a50"), (1, "#3a2a28")))
    layer.edge(stove, (-3, 0), "#d9924a", 0.6, 1.4)
    mouth = box(540, 884, 130, 62, 12)
    layer.light((605, 915), (150, 90), "#ff8a3c", 0.6)
    layer.paint(mouth, radial((605, 930), (80, 52), (0, "#fff0b4"), (0.5, "#ff9a40"), (1, "#6a1c10")))
    for bar in (566, 592, 618, 644):
        layer.paint(box(bar, 884, 5, 62), "#1c1010")
    for x, top, count, half in ((560, 570, 4, 80), (664, 650, 3, 66)):
        for tier in range(count):
            y = top + tier * 66
            band = box(x - half, y, half * 2, 62, 10)
            layer.paint(band, linear((x - half, 0), (x + half, 0), (0, "#e8b46a"), (0.35, "#c08040"), (1, "#4a2a1c")))
            for slat in range(9):
                sx = x - half + 8 + slat * (half * 2 - 16) / 8
                layer.paint(line([(sx, y + 12), (sx, y + 56)], 2), "#5a3018", 0.4)
            layer.paint(
                box(x - half - 3, y, half * 2 + 6, 13, 5),
                linear((x - half, 0), (x + half, 0), (0, "#ffd890"), (1, "#6a3c24")),
            )
            layer.edge(band, (-4, -2), "#fff0c8", 0.7, 1.4)
        lid = blob(
            [
                (x - half - 4, top + 4),
                (x - half * 0.6, top - 22),
                (x, top - 30),
                (x + half * 0.6, top - 22),
                (x + half + 4, top + 4),
            ]
        )
        layer.paint(lid, linear((x - half, 0), (x + half, 0), (0, "#f0c078"), (1, "#5a3420")))
        layer.edge(lid, (-3, -4), "#fff4d8", 0.8, 1.4)
        layer.paint(ellipse((x, top - 30), (10, 7)), "#7a4a2a")
    return layer


def _cook(step: int) -> Layer:
    """Profile, white cap and apron; the shoulders follow the rolling pin."""
    layer = Layer()
    turn = step / 12 * math.tau
    push = 8 * math.sin(turn)
    at, size = (262 + push * 0.5, 560.0), 0.62
    head = face(at, size, turn=12)
    layer.paint(head, linear((180, 0), (370, 0), (0, "#6a3424"), (0.5, "#b06a40"), (1, "#e8a868")))
    layer.edge(head, (3, -2), "#fff0cc", 0.9, 1.3)

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, 12)

    layer.paint(brush(there((82, -46), (106, -58), (132, -46)), 3, 9, 4), "#e8e4e0")
    layer.paint(brush(there((94, -12), (109, -6), (125, -11)), 1.5, 4, 1.5), "#2a120e")
    for lift in (0, 11, 22):
        layer.paint(
            brush(there((78, -10 + lift), (62, -14 + lift * 1.3), (46, -20 + lift * 1.8)), 1.2, 2, 0.6), "#6a3424", 0.7
        )
    layer.paint(brush(there((138, 80), (124, 104), (126, 128)), 1, 2.6, 1), "#6a3424", 0.7)
    layer.paint(brush(there((124, 122), (138, 126), (151, 122)), 1.5, 3.4, 1.5), "#6a2c24")
    layer.paint(
        blob(there(*traced("30,-110 36,-60 16,-20 -8,10 -60,90 -112,90 -140,10 -136,-90"))),
        linear((170, 0), (290, 0), (0, "#8a8890"), (1, "#e0d8d0")),
    )
    layer.paint(blob(there((-6, -34), (20, -40), (30, -12), (18, 30), (0, 38), (-12, 8))), "#b06a44")
    cap = blob(there(*traced("120,-104 122,-150 110,-196 20,-226 -80,-206 -128,-150 -134,-96 -40,-106 50,-112")))
    layer.paint(cap, linear((170, 0), (350, 0), (0, "#a8b0c4"), (0.4, "#e8e2dc"), (1, "#fffaf0")))
    layer.edge(cap, (3, -3), "#ffffff", 0.8, 1.4)
    layer.paint(brush(there((122, -104), (20, -112), (-134, -94)), 11), "#c9ccd8")
    _body(layer, push)
    return layer


def _body(layer: Layer, push: float) -> None:
    shirt = blob(
        [
            (70, 1300),
            (84, 960),
            (116, 820),
            (170, 744),
            (226 + push * 0.4, 742),
            (270 + push * 0.4, 760),
            (330, 830),
            (356, 960),
            (370, 1300),
        ]
    )
    layer.paint(shirt, linear((70, 0), (370, 0), (0, "#2c3c60"), (0.5, "#4a5478"), (1, "#8a7a80")))
    layer.edge(shirt, (4, -4), "#ffe2b0", 0.85, 1.8)
    layer.edge(shirt, (-4, -2), "#6a90d0", 0.5, 1.8)
    apron = blob(traced("240,1300 232,940 250,850 292,800 336,850 362,960 376,1300"))
    layer.paint(apron, linear((230, 0), (370, 0), (0, "#c9c4c8"), (1, "#fff6e6")))
    layer.paint(brush([(250, 850), (226, 790), (206, 748)], 12, 10, 9), "#e8e0d8")
    for k in range(4):
        layer.paint(brush([(262 + k * 26, 880), (256 + k * 28, 1000), (258 + k * 30, 1200)], 1, 5, 2), "#8a8490", 0.45)
    arm = brush([(236, 800), (276, 916), (386 + push, 952)], 92, 74, 46)
    layer.paint(arm, linear((200, 0), (420, 0), (0, "#3a4668"), (1, "#8a8090")))
    layer.edge(arm, (3, -4), "#ffe2b0", 0.85, 1.8)
    hand = blob(
        [
            (376 + push, 930),
            (404 + push, 926),
            (436 + push, 940),
            (444 + push, 960),
            (420 + push, 974),
            (380 + push, 970),
        ]
    )
    layer.paint(hand, linear((376, 0), (444, 0), (0, "#b06a40"), (1, "#f0b070")))
    layer.edge(hand, (1, -3), "#fff4d8", 0.9, 1.2)
    pin = brush([(396 + push, 982), (440 + push, 976), (486 + push, 970)], 20, 24, 20)
    layer.paint(pin, vertical(956, 996, (0, "#e8b878"), (1, "#6a3c24")))
    layer.edge(pin, (0, -3), "#fff0cc", 0.9, 1.2)


def _counter() -> Layer:
    """The board, floured, with the night's work on it in rows."""
    layer = Layer()
    top = polygon([(-10, 986), (730, 978), (760, 1080), (-40, 1092)])
    layer.paint(top, vertical(978, 1092, (0, "#d9a468"), (0.3, "#a86a3c"), (1, "#4a2a1c")))
    layer.edge(top, (0, -3), "#fff0c8", 0.85, 1.4)
    layer.paint(box(-10, 1086, WIDTH + 20, 200), vertical(1086, 1200, (0, "#2a1614"), (1, "#08050a")))
    layer.paint(ellipse((420, 1010), (170, 22)).blurred(7), "#fffaf0", 0.5)
    for row in range(2):
        for column in range(9):
            dumpling(
                layer, (70 + column * 78 + row * 24 - (260 if column > 9 else 0), 1024 + row * 34), 0.5 + row * 0.06
            )
    layer.paint(Mask(glow((360, HEIGHT + 60), (880, 300), 0.85).image, -520, 1030), "#08050a", 0.9)
    return layer


def dumpling(layer: Layer, at: Point, size: float) -> None:
    """Eighteen folds are meant; seven show."""
    body = blob(placed(traced("-48,6 -34,-18 -10,-31 14,-30 38,-16 50,6 30,17 -28,17"), at, size))
    layer.paint(body.moved(3, round(9 * size)).blurred(4 * size), "#2a1410", 0.55)
    layer.paint(body, vertical(at[1] - 32 * size, at[1] + 18 * size, (0, "#fffaf0"), (0.6, "#ecd8bc"), (1, "#b08a68")))
    for k in range(7):
        x = -34 + k * 11.5
        path = placed(
            [
                (x, -14 - 14 * math.sin((k + 0.6) / 7 * math.pi)),
                (x + 4, -6 - 8 * math.sin((k + 0.6) / 7 * math.pi)),
                (x + 3, 2),
            ],
            at,
            size,
        )
        layer.paint(brush(path, 3.4 * size, 2.6 * size, 0.6), "#c9a47c", 0.8)
    layer.edge(body, (-2, -3), "#ffffff", 0.85, 1)
