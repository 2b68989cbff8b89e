"""The steppe after the sun: the gate at home, two heads close together, the salt lake at night."""

import math
import random

from loadtest.film.effects import vapour
from loadtest.film.figures import face, shape
from loadtest.film.horse import Stance, halter, horse
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, radial, vertical
from loadtest.film.shapes import arch, blob, box, brush, ellipse, line, placed, polygon, traced
from loadtest.film.stage import Shot, drift, on_twos, still, strip, sway
from loadtest.film.texture import bank, grain, snow, stars

GATE = 860


def gate() -> Shot:
    return on_twos(
        still(_dusk()),
        vapour((214, 640), 320, 80, "#c9b4c4", 0.34, 60),
        still(_homestead()),
        strip([_waiting(step) for step in range(16)], rate=8),
        still(_grandmother()),
        strip([_lantern(step) for step in range(8)], rate=8),
        still(_fence(), x=drift(-3, -16)),
    )


def _dusk() -> Layer:
    stops = ((0, "#0c1430"), (0.4, "#1f2c58"), (0.66, "#56507e"), (0.84, "#b06a70"), (0.95, "#e89a66"), (1, "#f6bd7c"))
    layer = Layer(ground=vertical(0, 790, *stops))
    stars(layer, 110, 560, 4, ("#ffffff", "#d8e4ff", "#ffe9cc"))
    moon = ellipse((548, 236), (40, 40)).minus(ellipse((530, 226), (38, 38)))
    layer.light((552, 240), (150, 150), "#ffe9c0", 0.35)
    layer.paint(moon, "#fff0cf")
    ridge = polygon(traced("0,800 0,742 120,716 220,738 340,702 470,744 600,720 720,746 720,800"))
    layer.paint(ridge, vertical(700, 800, (0, "#5a4468"), (1, "#3b2d52")))
    layer.edge(ridge, (0, -3), "#ffb488", 0.5)
    plain = box(0, 782, WIDTH, 500)
    layer.paint(plain, vertical(780, 1120, (0, "#4a3450"), (0.3, "#231d34"), (1, "#0a0a14")))
    layer.edge(plain, (0, -3), "#ffb488", 0.5)
    return grain(layer, 4)


def _homestead() -> Layer:
    """A yurt with its door open to the lamp."""
    layer = Layer()
    layer.paint(glow((214, 860), (330, 70), 1.4), "#ffb25a", 0.5)
    roof = blob(traced("66,742 112,690 170,654 214,646 258,654 316,690 362,742 214,752"))
    wall = polygon([(64, 736), (364, 736), (356, 858), (72, 858)])
    layer.paint(wall, linear((64, 0), (364, 0), (0, "#1d1a30"), (0.5, "#6b4a48"), (1, "#2a2138")))
    layer.paint(roof, vertical(646, 750, (0, "#4a3c58"), (1, "#221c34")))
    layer.edge(roof, (3, -4), "#ffbc8a", 0.7, 1.6)
    crown = box(190, 636, 48, 16, 7)
    layer.paint(crown, "#17142a")
    for y, hue in ((744, "#a4443c"), (786, "#7a3a40")):
        layer.paint(line([(66, y), (362, y)], 6), hue, 0.9)
        for x in range(74, 360, 14):
            layer.paint(polygon([(x - 4, y), (x, y - 4), (x + 4, y), (x, y + 4)]), "#e2b070", 0.7)
    door = arch(182, 762, 64, 98, 0.35)
    layer.paint(door, radial((214, 800), (70, 90), (0, "#fff2c8"), (0.5, "#ffc468"), (1, "#d8742c")))
    layer.paint(box(212, 770, 3, 90), "#7a3a1c", 0.7)
    layer.edge(door, (-2, 0), "#3a1c18", 0.8)
    layer.light((214, 810), (170, 160), "#ffb65a", 0.65)
    layer.paint(polygon([(184, 860), (244, 860), (360, 1000), (110, 1000)]).blurred(14), "#ffb65a", 0.3)
    return layer


def _waiting(step: int) -> Layer:
    """The horse at the gate: the tail swings, the head dips."""
    layer = Layer(WIDTH, 1000)
    turn = step / 16 * math.tau
    stance = Stance((536, 930), 1.02, True, nod=10 + 4 * math.sin(turn), tail=math.sin(turn * 2))
    layer.paint(ellipse((536, 934), (130, 9)).blurred(6), "#05050c", 0.7)
    far, near = horse(stance)
    layer.paint(far, "#0d0b18")
    layer.paint(near, linear((400, 0), (650, 0), (0, "#2c1c28"), (1, "#0d0c1a")))
    layer.edge(near, (-4, -1), "#ffb266", 0.9, 1.5)
    layer.edge(near, (3, -3), "#8a7aa8", 0.55, 1.5)
    layer.paint(halter(stance, math.sin(turn)), "#c8743c", 0.9)
    return layer


def _grandmother() -> Layer:
    layer = Layer()
    layer.paint(ellipse((330, 936), (48, 7)).blurred(4), "#05050c", 0.8)
    gown = blob(traced("286,936 296,860 304,800 314,776 336,770 356,784 362,830 370,936 330,942"))
    layer.paint(gown, linear((290, 0), (370, 0), (0, "#7a3a34"), (1, "#2b1a2c")))
    layer.edge(gown, (-4, 0), "#ffbe74", 0.85, 1.6)
    arm = brush([(350, 792), (374, 812), (398, 800)], 17, 13, 8)
    layer.paint(arm, "#3b2330")
    layer.edge(arm, (2, -3), "#ffc982", 0.8)
    scarf = blob(traced("314,786 306,754 316,726 338,720 356,734 358,758 350,780 332,790"))
    layer.paint(scarf, linear((306, 0), (358, 0), (0, "#f2dfc4"), (1, "#8d7484")))
    layer.paint(blob([(336, 744), (354, 744), (357, 760), (350, 772), (338, 768)]), "#8f5638")
    layer.edge(scarf, (3, -2), "#fff4da", 0.8)
    return layer


def _lantern(step: int) -> Layer:
    layer = Layer(WIDTH, 1100)
    beat = 0.92 + 0.08 * math.sin(step / 8 * math.tau) * math.cos(step * 2.4)
    layer.light((402, 836), (240 * beat, 240 * beat), "#ffb050", 0.55 * beat, 1.9)
    layer.paint(line([(398, 800), (402, 816)], 2), "#1a1218")
    layer.paint(box(392, 816, 20, 34, 6), "#ffe9b4")
    layer.paint(box(390, 812, 24, 6, 2).plus(box(390, 848, 24, 6, 2)), "#1a1218")
    return layer


def _fence() -> Layer:
    layer = Layer(WIDTH + 60, HEIGHT)
    for y in (918, 966, 1014):
        layer.paint(brush([(-20, y + 6), (250, y), (452, y + 4)], 11, 12, 11), "#0c0a16")
        layer.paint(brush([(-20, y + 1), (250, y - 5), (452, y - 1)], 2.2), "#c98a58", 0.6)
    for x, top in ((40, 880), (190, 886), (330, 878), (452, 850)):
        post = brush([(x, top), (x + 3, 1000), (x, 1120)], 18, 20, 20)
        layer.paint(post, "#0b0914")
        layer.edge(post, (-3, -2), "#e0a066", 0.6, 1.4)
    layer.paint(glow((360, HEIGHT + 20), (800, 340), 0.9), "#06060d", 0.95)
    return layer


def close() -> Shot:
    """Forehead to forehead, the last of the sun between them."""
    return on_twos(
        still(_afterglow()),
        still(snow(71, 60, 3.2, 0.5, 1.2, "#ffd9a0"), x=sway(20, 7, 0, -40), y="-mod(22*t,1280)"),
        still(_horse_head()),
        still(_girl()),
        still(_low_dark()),
    )


def _afterglow() -> Layer:
    stops = ((0, "#24184a"), (0.3, "#5c2f66"), (0.52, "#b5505f"), (0.7, "#f08a4c"), (0.82, "#ffc266"), (1, "#7a3a40"))
    layer = Layer(ground=vertical(0, HEIGHT, *stops))
    layer.light((372, 760), (520, 520), "#ffd884", 0.85, 1.5)
    layer.paint(ellipse((372, 770), (120, 120)), vertical(650, 890, (0, "#fffbe0"), (1, "#ffdc8c")))
    layer.paint(bank(40, 560, 77, 7, 110), "#3c2358", 0.6)
    ridge = polygon(traced("0,940 140,912 300,930 470,902 720,934 720,1280 0,1280"))
    layer.paint(ridge, vertical(900, 1100, (0, "#6b3040"), (1, "#1c0d18")))
    return grain(layer, 4)


HEAD = traced(
    "470,250 430,300 404,372 380,470 352,560 330,640 322,690 330,730 354,748 384,744 402,724 424,716 "
    "446,690 486,640 530,604 560,590 566,640 552,760 532,900 512,1060 476,1330 860,1300 860,300 "
    "760,230 640,196 540,208"
)


def _horse_head() -> Layer:
    layer = Layer(WIDTH + 40)
    ears = [
        blob([(500, 240), (478, 160), (486, 110), (516, 142), (540, 214)]),
        blob([(556, 214), (560, 140), (584, 100), (604, 144), (604, 214)]),
    ]
    head = blob(HEAD).plus(*ears)
    layer.paint(head, linear((320, 600), (720, 700), (0, "#3c1a1c"), (0.5, "#1c0d16"), (1, "#0d0810")))
    layer.paint(head.rim(-26, 4, 12), "#d8683a", 0.5)
    layer.edge(head, (-5, 2), "#ffe2a4", 0.95, 1.5)
    mane = blob(
        traced(
            "520,190 480,260 470,340 486,420 506,350 512,460 540,380 556,520 584,430 610,600 640,480 680,720 "
            "740,560 790,300 660,170 580,160"
        )
    )
    layer.paint(mane, "#0b070c")
    dice = random.Random(6)
    for index in range(20):
        x = 494 + index * 12
        path = [
            (x + 30, 190 + index * 3),
            (x, 290 + dice.uniform(-20, 20)),
            (x - 6 + dice.uniform(-10, 10), 390 + index * 9),
        ]
        layer.paint(brush(path, 0.8, 3, 0.8), dice.choice(("#a8583a", "#5c2c2a", "#ffb870")), 0.45)
    layer.paint(brush([(438, 392), (462, 378), (488, 396)], 4, 10, 3), "#060406")
    layer.paint(ellipse((462, 402), (19, 13), -12), "#080506")
    layer.paint(ellipse((454, 397), (5, 4)), "#ffdca0")
    layer.paint(brush([(446, 414), (466, 420), (486, 410)], 1.5, 3, 1), "#8d4a30", 0.7)
    layer.paint(ellipse((350, 690), (9, 17), 24), "#050305")
    layer.paint(brush([(336, 732), (364, 726), (386, 734)], 1, 3, 1), "#050305")
    for strap in (((384, 600), (440, 636), (482, 662)), ((540, 250), (520, 440), (470, 650))):
        layer.paint(brush(strap, 17), "#6b2c20")
        layer.paint(brush([(x - 4, y - 5) for x, y in strap], 2.5), "#ffb870", 0.8)
    ring = ellipse((474, 656), (17, 17)).minus(ellipse((474, 656), (10, 10)))
    layer.paint(ring, "#e8b06a")
    return layer


def _girl() -> Layer:
    layer = Layer()
    at, size, turn = (128, 700), 1.04, 3
    head = face(at, size, turn=turn)
    layer.paint(head, linear((0, 0), (320, 0), (0, "#1d0d12"), (0.55, "#4a2018"), (1, "#b4602e")))
    layer.paint(head.rim(22, 4, 11), "#ff9a4c", 0.6)
    layer.edge(head, (4, 0), "#ffe9b8", 0.95, 1.3)
    layer.paint(brush(placed([(86, -50), (106, -60), (130, -52)], at, size, turn), 2, 6, 3), "#150808")
    layer.paint(brush(placed([(92, -14), (108, -6), (126, -13)], at, size, turn), 1.5, 4.5, 1.5), "#100606")
    layer.paint(brush(placed([(122, 122), (136, 125), (150, 121)], at, size, turn), 1.5, 3.2, 1.5), "#3a100e", 0.9)
    _coat(layer)
    _scarf_and_braid(layer, at, size, turn)
    return layer


def _coat(layer: Layer) -> None:
    coat = blob(traced("-60,1340 -60,1110 20,1010 90,986 150,1002 212,984 264,1040 300,1190 320,1340"))
    layer.paint(coat, linear((0, 0), (320, 0), (0, "#120a16"), (1, "#4a1f2a")))
    layer.edge(coat, (5, -2), "#ffb870", 0.85, 1.8)
    collar = brush([(60, 996), (140, 1016), (226, 980)], 24, 30, 20)
    layer.paint(collar, linear((60, 0), (230, 0), (0, "#3a1222"), (1, "#b0483c")))
    layer.edge(collar, (3, -3), "#ffc684", 0.85, 1.4)


def _scarf_and_braid(layer: Layer, at: Point, size: float, turn: float) -> None:
    cloth = shape(
        traced(
            "92,-170 112,-132 86,-92 52,-40 34,20 30,90 20,150 -10,210 -40,270 -110,290 -170,200 -180,60 "
            "-164,-70 -116,-166 -40,-214 40,-212"
        ),
        at,
        size,
        turn,
    )
    layer.paint(cloth, linear((-60, 400), (240, 900), (0, "#1c0f22"), (0.5, "#6b2036"), (1, "#b0403c")))
    layer.edge(cloth, (4, -3), "#ffc684", 0.8, 1.8)
    dice = random.Random(12)
    for step in range(7):
        path = [
            (88 - step * 8, -150 + step * 16),
            (-20 - step * 6, -60 + step * 24),
            (-60 - step * 10, 120 + step * 16),
        ]
        layer.paint(brush(placed(path, at, size, turn), 0.8, 3, 0.8), "#ff9a70" if step % 2 else "#3a1226", 0.35)
    for _ in range(46):
        x, y = dice.uniform(-150, 60), dice.uniform(-180, 240)
        spot = ellipse(placed([(x, y)], at, size, turn)[0], (4, 3)).inside(cloth)
        layer.paint(spot, "#ffcf8a", 0.4)
    for knot in range(9):
        y = 985 + knot * 32
        link = ellipse((98 + 5 * math.sin(knot), y), (24 - knot, 21), 24 if knot % 2 else -24)
        layer.paint(link, "#120a0c")
        layer.edge(link, (4, -2), "#c9743c", 0.7, 1.4)


def _low_dark() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 60), (900, 380), 0.9), "#08040a", 0.92)
    return layer
