"""A courtyard in an old town: a lit window across it, a sill full of geraniums, a game nobody speaks of."""

import math
import random
from functools import lru_cache

from loadtest.film.figures import face
from loadtest.film.paint import HEIGHT, WIDTH, Fill, Layer, glow, linear, mix, radial, vertical
from loadtest.film.plants import geranium
from loadtest.film.scenes import courtyard_rooms, courtyard_yard
from loadtest.film.shapes import arch, blob, box, brush, ellipse, placed, polygon, traced
from loadtest.film.stage import Shot, drift, on_twos, still, strip, sway
from loadtest.film.texture import grain, snow

AMBER: Fill = radial((372, 470), (250, 330), (0, "#fff3c8"), (0.4, "#ffd27e"), (0.75, "#f0a044"), (1, "#b5642a"))


def shot(name: str) -> Shot:
    rooms = {"sill": courtyard_rooms.sill, "inside": courtyard_rooms.inside, "board": courtyard_rooms.board}
    return {"facade": facade, "crossing": courtyard_yard.crossing, **rooms}[name]()


def facade() -> Shot:
    """The wall opposite with its one lit window, the pool below, a cat on its rounds."""
    return on_twos(
        still(_wall()),
        strip([_reader(0.0), _reader(0.0), _reader(4.0)], rate=1),
        strip([_drapes(step) for step in range(16)], rate=6),
        still(_sill_and_frame()),
        strip([_cat(step) for step in range(16)], x=drift(22, -60), rate=8),
        strip([_pool(step) for step in range(12)], rate=6),
        still(_cypress(), x=sway(3, 5)),
        still(snow(81, 22, 2.2, 0.5, 1, "#ffe0a0", (640, 900)), x=sway(26, 8, 0, 10), y="-mod(18*t,900)"),
    )


@lru_cache(maxsize=1)
def _wall() -> Layer:
    layer = Layer(ground=vertical(0, HEIGHT, (0, "#0a2228"), (0.4, "#17454a"), (0.7, "#123238"), (1, "#050d10")))
    layer.light((372, 480), (600, 640), "#e8b25c", 0.5, 1.7)
    _bricks(layer)
    _frieze(layer, 128)
    for x, y, lit in ((46, 210, False), (574, 210, False), (40, 640, True), (590, 646, False)):
        _small_window(layer, x, y, lit)
    vine = random.Random(7)
    for start in range(7):
        x = 560 + start * 22
        path = [(x, -20), (x - 20 + vine.uniform(-16, 16), 90), (x - 6, 150 + vine.uniform(0, 110))]
        layer.paint(brush(path, 4, 3, 1), "#071a18")
        for leaf in range(13):
            share = leaf / 13
            at = (x - 14 * share * 2 + vine.uniform(-18, 18), -10 + share * 230)
            layer.paint(ellipse(at, (9, 5), vine.uniform(-60, 60)), vine.choice(("#0d2f2a", "#16453a", "#2a5a40")))
    return grain(layer, 4)


def _bricks(layer: Layer) -> None:
    dice = random.Random(3)
    for row in range(64):
        for column in range(-1, 12):
            if dice.random() < 0.3:
                x, y = column * 66 + (row % 2) * 33, 170 + row * 15
                layer.paint(
                    box(x, y, 62, 12, 2), dice.choice(("#2c6a66", "#0a2226", "#3b7a6c")), 0.2 * dice.random() + 0.04
                )


def _frieze(layer: Layer, y: int) -> None:
    """A band of turquoise tiles: eight-pointed stars."""
    band = box(-10, y - 46, WIDTH + 20, 84)
    layer.paint(band, vertical(y - 46, y + 38, (0, "#0c3f4c"), (1, "#0a2c38")))
    for x in range(36, WIDTH, 72):
        warm = max(0.0, 1 - abs(x - 372) / 420)
        for turn in (0, 45):
            square = polygon(placed([(-22, -22), (22, -22), (22, 22), (-22, 22)], (x, y - 4), 1, turn))
            layer.paint(square, mix("#12606a", "#5fb8a4", warm))
        layer.paint(ellipse((x, y - 4), (13, 13)), mix("#0c3340", "#e0b060", warm))
        layer.paint(
            polygon([(x + 36, y - 12), (x + 43, y - 4), (x + 36, y + 4), (x + 29, y - 4)]),
            mix("#0a2a34", "#c9a050", warm),
        )
    layer.edge(band, (0, 3), "#d9a850", 0.7)
    layer.edge(band, (0, -3), "#3f8a88", 0.6)


def _small_window(layer: Layer, x: int, y: int, lit: bool) -> None:
    frame = arch(x - 8, y - 10, 116, 196, 0.7)
    layer.paint(frame, "#0a262b")
    layer.edge(frame, (5 if x < 300 else -5, 2), "#6a8a64", 0.6)
    pane = arch(x, y, 100, 178, 0.7)
    tone: Fill = (
        vertical(y, y + 180, (0, "#c9803c"), (0.6, "#8a4c24"), (1, "#42241a"))
        if lit
        else vertical(y, y + 180, (0, "#071a20"), (1, "#0c2a30"))
    )
    layer.paint(pane, tone)
    for bar in (box(x + 47, y, 5, 178), box(x, y + 66, 100, 5), box(x, y + 120, 100, 5)):
        layer.paint(bar.inside(pane), "#081e22")
    layer.paint(box(x - 14, y + 178, 128, 12, 3), "#0d3034")
    layer.paint(box(x - 14, y + 178, 128, 2), "#9a9a68", 0.5)
    if lit:
        layer.light((x + 50, y + 110), (140, 150), "#e09a4a", 0.3)


@lru_cache(maxsize=2)
def _reader(lift: float) -> Layer:
    """The window: curtain, lamp, shelf, and the neighbour bent over the board; now and then the head lifts."""
    layer = Layer(WIDTH, 780)
    pane = arch(244, 264, 256, 420, 0.85)
    layer.paint(pane, AMBER)
    for y in (420, 478):
        layer.paint(box(392, y, 110, 5).inside(pane), "#8a4a20", 0.7)
    for x, tall in traced("402,38 414,46 424,34 438,42 452,48 404,30 418,40 434,36"):
        top = 478 if x % 4 else 420
        layer.paint(box(x, top - tall, 9, tall).inside(pane), mix("#b0602a", "#7a3a1c", (x % 7) / 7), 0.8)
    lamp = polygon([(276, 380), (326, 380), (340, 424), (262, 424)])
    layer.paint(lamp.inside(pane), "#fffbe4")
    layer.light((301, 430), (120, 120), "#fffbe0", 0.7)
    at = (384.0, 574.0)
    shirt = blob([(290, 720), (306, 660), (346, 628), (400, 622), (446, 640), (476, 720)]).inside(pane)
    layer.paint(shirt, linear((290, 0), (480, 0), (0, "#7a3420"), (1, "#38150f")))
    head = face(at, 0.3, mirror=True, turn=8 - lift)
    layer.paint(head.inside(pane), linear((330, 0), (420, 0), (0, "#8a4526"), (1, "#38170f")))
    layer.edge(head.inside(pane), (-3, -1), "#ffe9b4", 0.95, 1)
    hair = blob(
        placed(
            traced("-62,-186 -110,-140 -106,-96 -66,-70 -40,-10 -20,30 50,60 120,40 146,-50 110,-160 20,-214"),
            at,
            0.3,
            8 - lift,
        )
    )
    layer.paint(hair.inside(pane), "#1c0d0c")
    layer.edge(hair.inside(pane), (-2, -3), "#d98a4a", 0.8, 1)
    beard = blob(
        placed(
            traced("-148,150 -150,196 -110,232 -50,206 -20,120 -50,110 -90,140 -120,148"),
            at,
            0.3,
            8 - lift,
        )
    )
    layer.paint(beard.inside(pane), "#2a1410", 0.9)
    return layer


def _drapes(step: int) -> Layer:
    layer = Layer(WIDTH, 780)
    pane = arch(244, 264, 256, 420, 0.85)
    for side, path in (
        (0, ((236, 250), (262, 400), (252, 560), (240, 700))),
        (1, ((510, 250), (484, 400), (494, 560), (506, 700))),
    ):
        cloth = brush(path, 60, 44 + 3 * math.sin(step / 16 * math.tau + side), 52, 60)
        layer.paint(cloth.inside(pane), "#c9682c", 0.62)
        layer.edge(cloth.inside(pane), (3 - 6 * side, 0), "#ffdf9a", 0.6)
    return layer


def _sill_and_frame() -> Layer:
    layer = Layer()
    frame = arch(226, 244, 292, 446, 0.85).minus(arch(244, 264, 256, 430, 0.85))
    layer.paint(frame, vertical(244, 690, (0, "#0c3a40"), (1, "#0a2a30")))
    layer.edge(frame, (-3, -3), "#7ac0a4", 0.5)
    layer.edge(frame, (3, 3), "#ffcf80", 0.7)
    for bar in (box(368, 264, 8, 424), box(244, 410, 256, 7)):
        layer.paint(bar.inside(arch(240, 260, 264, 430, 0.85)), "#0a262a")
    sill = box(202, 684, 340, 20, 4)
    layer.paint(sill, vertical(684, 704, (0, "#3a7a70"), (1, "#0d3438")))
    layer.edge(sill, (0, -2), "#ffdc90", 0.9)
    for index, x in enumerate((232, 286, 432, 486, 520)):
        geranium(layer, (x, 684), 0.62, "#e8433c" if index % 2 else "#f0765c", 20 + index)
    return layer


def _cat(step: int) -> Layer:
    """Along the foot of the wall, tail up."""
    layer = Layer(WIDTH, 980)
    turn = step / 8 * math.tau
    x, y = 150.0, 916.0
    legs = []
    for index, root in enumerate((-34, -22, 26, 36)):
        swing = 13 * math.sin(turn + index * math.pi * 0.75)
        legs.append(brush([(x + root, y - 30), (x + root + swing * 0.5, y - 14), (x + root + swing, y)], 13, 9, 7))
    body = blob(
        [
            (x - 48, y - 40),
            (x - 30, y - 56),
            (x + 10, y - 53),
            (x + 38, y - 60),
            (x + 52, y - 46),
            (x + 38, y - 28),
            (x - 10, y - 24),
            (x - 44, y - 26),
        ]
    )
    head = ellipse((x + 60, y - 66), (21, 18))
    ears = [
        polygon([(x + 43, y - 74), (x + 45, y - 96), (x + 58, y - 82)]),
        polygon([(x + 62, y - 83), (x + 75, y - 97), (x + 78, y - 74)]),
    ]
    tail = brush(
        [
            (x - 44, y - 42),
            (x - 66, y - 62),
            (x - 70 + 6 * math.sin(turn / 2), y - 98),
            (x - 60 + 12 * math.sin(turn / 2), y - 122),
        ],
        12,
        10,
        9,
        5,
    )
    cat = body.plus(head, tail, *ears, *legs)
    layer.paint(cat, "#04090a")
    layer.edge(cat, (1, -3), "#e0b060", 0.85, 1.2)
    layer.paint(ellipse((x + 69, y - 68), (2.6, 3.4)), "#ffd87a")
    return layer


def _pool(step: int) -> Layer:
    """The basin; the window hangs in it upside down."""
    layer = Layer(WIDTH, 1200)
    rim = polygon([(84, 936), (636, 936), (724, 1110), (-4, 1110)])
    layer.paint(rim, vertical(936, 1110, (0, "#2c5a56"), (1, "#0c2226")))
    water = polygon([(110, 946), (610, 946), (676, 1094), (44, 1094)])
    layer.paint(water, vertical(946, 1094, (0, "#1a5a5e"), (1, "#051418")))
    layer.edge(water, (0, -3), "#04100f", 0.8, 2)
    layer.edge(rim, (0, -3), "#d9b068", 0.7)
    dice = random.Random(5)
    for row in range(15):
        y = 950 + row * 9.4
        shift = 5 * math.sin(step / 12 * math.tau + row * 0.9) * (0.4 + row / 12)
        half = 70 + row * 2.4
        glint = polygon(
            [
                (372 - half + shift, y),
                (372 + half + shift * 0.6, y),
                (372 + half + shift, y + 6),
                (372 - half + shift * 0.8, y + 6),
            ]
        )
        layer.paint(glint.blurred(2).inside(water), "#ffc870", 0.62 - row * 0.028)
    for _ in range(16):
        x, y = dice.uniform(90, 640), dice.uniform(952, 1086)
        shine = 0.5 + 0.5 * math.sin((step / 12 + dice.random()) * math.tau)
        layer.paint(ellipse((x, y), (22, 1.2)).inside(water), "#a8e0d0", 0.4 * shine)
    return layer


def _cypress() -> Layer:
    layer = Layer(WIDTH + 60)
    tree = blob(traced("676,300 700,420 724,600 734,820 722,1010 690,1060 650,1010 630,820 642,600 660,420"))
    layer.paint(tree, linear((620, 0), (740, 0), (0, "#12403a"), (0.4, "#08221f"), (1, "#041012")))
    dice = random.Random(11)
    for _ in range(90):
        y = dice.uniform(360, 1020)
        half = 46 * min(1, (y - 300) / 360)
        x = 682 + dice.uniform(-half, half * 0.6)
        layer.paint(
            brush([(x, y), (x - 4, y - 16), (x - 2, y - 34)], 1, 4, 0.6),
            dice.choice(("#1d5a4a", "#0a2a26", "#8a8a50")),
            0.4,
        )
    layer.edge(tree, (-4, 0), "#c9a45c", 0.55, 2)
    layer.paint(glow((360, HEIGHT + 60), (900, 300), 0.9), "#030809", 0.95)
    return layer
