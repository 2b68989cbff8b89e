"""Rooftops and kites; a terrace from which the wind is announced."""

import math
import random
from functools import lru_cache

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, mix, vertical
from loadtest.film.scenes import rooftop_cloud, rooftop_people
from loadtest.film.scenes.rooftop_kites import child, kite, limp_kite
from loadtest.film.shapes import blob, box, brush, ellipse, line, placed, polygon, traced
from loadtest.film.stage import Shot, Sprites, drift, on_twos, still, strip, sway
from loadtest.film.texture import bank, grain

EVENING = ((0, "#2a2a66"), (0.25, "#5a4a92"), (0.48, "#b06a9a"), (0.66, "#f08a80"), (0.82, "#ffb878"), (1, "#ffdc9a"))
AIRLESS = ((0, "#243a50"), (0.35, "#4a6470"), (0.6, "#9a9a88"), (0.8, "#e0b884"), (1, "#f0d0a0"))


def shot(name: str) -> Shot:
    people = {"report": rooftop_people.report, "look-up": rooftop_people.look_up}
    return {"roofs": roofs, "calm": calm, "unseen": rooftop_cloud.unseen, **people}[name]()


def roofs() -> Shot:
    """Two children on the edge of a roof; every kite of the quarter is up."""
    return on_twos(
        still(_sky(EVENING, (470, 760))),
        *_flock(),
        still(_skyline(), x=drift(-3)),
        still(_middle(), x=drift(-6, 8)),
        strip([_big_kite(step) for step in range(24)], rate=12),
        strip([_children(step) for step in range(12)], rate=8),
        still(_parapet()),
    )


@lru_cache(maxsize=4)
def _sky(stops: tuple[tuple[float, str], ...], sun: Point) -> Layer:
    layer = Layer(ground=vertical(0, 900, *stops))
    layer.light(sun, (560, 460), "#ffe9b0", 0.75, 1.6)
    for seed, top, tall, hue in ((61, 120, 330, "#ffb0a0"), (66, 420, 260, "#ffe0b0")):
        layer.paint(bank(top, tall, seed), hue, 0.4)
    layer.paint(ellipse(sun, (62, 62)), vertical(sun[1] - 62, sun[1] + 62, (0, "#fffbe0"), (1, "#ffd890")))
    return grain(layer, 4)


def _flock() -> Sprites:
    """Far kites, each on its own slow figure of eight."""
    found = []
    flown = (
        (110, 300, 0.5, "#f6d34c", "#e8a02c", -12),
        (588, 196, 0.42, "#3aa08a", "#1f6a6a", 18),
        (250, 150, 0.34, "#f4f0e4", "#c9c4da", 8),
        (640, 420, 0.3, "#e85a9a", "#a8306a", -20),
        (420, 520, 0.22, "#5a7ad0", "#34509a", 10),
        (60, 560, 0.2, "#f08a3c", "#c0582c", -6),
    )
    for index, (x, y, size, light, dark, turn) in enumerate(flown):
        layer = Layer(240, 330)
        kite(layer, (120, 110), size, (light, dark), turn)
        tail = brush([(120, 110 + 60 * size), (112, 200), (80 if x > 300 else 160, 322)], 1.2, 0.7)
        layer.paint(tail, "#4a2a4a", 0.55)
        period = 5 + index * 0.9
        found.append(still(layer, sway(16 - index, period, index, x - 120), sway(9, period / 2, index * 2, y - 110)))
    return tuple(found)


@lru_cache(maxsize=1)
def _skyline() -> Layer:
    """Domes, minarets and the haze they stand in."""
    layer = Layer(WIDTH + 40, 1000)
    dice = random.Random(8)
    for base, hue, tall in ((836, "#c9808a", 70), (858, "#a8607e", 96)):
        x = -20
        while x < WIDTH + 40:
            width, height = dice.randint(34, 90), dice.randint(20, tall)
            layer.paint(box(x, base - height, width, 190), vertical(base - 120, base + 60, (0, hue), (1, "#f0b088")))
            x += width
    stone = vertical(560, 880, (0, "#9a5a82"), (0.6, "#b8707e"), (1, "#e09a84"))
    for x, size in ((214, 1.0), (118, 0.66), (310, 0.66)):
        dome = blob(
            placed(
                traced("0,-168 14,-140 58,-104 72,-62 58,-22 -58,-22 -72,-62 -58,-104 -14,-140"),
                (x, 800),
                size,
            )
        )
        drum = box(x - 54 * size, 800 - 30 * size, 108 * size, 130)
        for part in (drum, dome):
            layer.paint(part, stone)
            layer.edge(part, (4, -2), "#ffe2b0", 0.7, 2)
        layer.paint(brush([(x, 800 - 166 * size), (x, 800 - 200 * size)], 4, 1), "#9a5a82")
    for x in (36, 392):
        tower = polygon([(x - 13, 900), (x - 9, 610), (x + 9, 610), (x + 13, 900)])
        cap = blob([(x, 562), (x + 14, 598), (x + 9, 614), (x - 9, 614), (x - 14, 598)])
        for part in (tower, cap, box(x - 17, 660, 34, 10), box(x - 16, 612, 32, 8)):
            layer.paint(part, stone)
            layer.edge(part, (3, -1), "#ffe2b0", 0.7, 1.4)
    layer.paint(box(-10, 800, WIDTH + 60, 120).blurred(40), "#ffca98", 0.55)
    return layer


def _middle() -> Layer:
    """Roofs between: water tanks, aerials, washing, lit windows."""
    layer = Layer(WIDTH + 60, HEIGHT)
    dice = random.Random(21)
    for x, y, width in ((-30, 892, 190), (150, 862, 130), (270, 916, 170), (430, 880, 150), (570, 850, 240)):
        house = box(x, y, width, 460)
        layer.paint(house, vertical(y, y + 240, (0, "#7a3a64"), (0.5, "#4a2348"), (1, "#1d0f26")))
        layer.edge(house, (4, -4), "#ffb890", 0.8, 1.8)
        layer.paint(box(x - 4, y - 8, width + 8, 12), "#6a3058")
        for _ in range(4):
            pane = box(x + dice.randint(12, width - 34), y + dice.randint(36, 130), 17, 26, 3)
            layer.paint(pane, dice.choice(("#ffcf80", "#2a1536", "#ffb860")), 0.9)
    for x, y in ((60, 884), (620, 842)):
        tank = box(x, y - 66, 74, 60, 12)
        layer.paint(tank, linear((x, 0), (x + 74, 0), (0, "#3a1c40"), (1, "#8a4464")))
        layer.edge(tank, (4, -3), "#ffc898", 0.9)
        layer.paint(box(x + 8, y - 8, 6, 16).plus(box(x + 58, y - 8, 6, 16)), "#2a1432")
    for x, y in ((190, 856), (520, 874)):
        mast = line([(x, y), (x, y - 110)], 3)
        bars = [line([(x - 30 + k * 7, y - 100 + k * 15), (x + 30 - k * 7, y - 104 + k * 15)], 2.4) for k in range(3)]
        layer.paint(mast.plus(*bars), "#3a1a3e")
    rope = [(270, 900), (340, 916), (430, 872)]
    layer.paint(brush(rope, 2), "#2a1432")
    for x, y, hue in ((296, 908, "#f0d0b0"), (328, 914, "#c04a5a"), (362, 910, "#e0a05a"), (394, 896, "#7a6ab0")):
        layer.paint(polygon([(x, y), (x + 26, y - 3), (x + 27, y + 42), (x + 2, y + 46)]), hue, 0.9)
    return layer


def _big_kite(step: int) -> Layer:
    """The red one, with its string down to the boy's hand."""
    layer = Layer(WIDTH, 900)
    turn = step / 24 * math.tau
    x, y = 392 + 15 * math.sin(turn), 268 + 10 * math.sin(2 * turn + 0.6)
    lean = 14 + 7 * math.sin(turn + 0.5)
    string = brush([(x - 6, y + 30), (340 + 6 * math.sin(turn), 520), (262, 716)], 2.2, 1.6)
    layer.paint(string, "#fff0d8", 0.75)
    kite(layer, (x, y), 1.28, ("#f2452f", "#b81f2e"), lean)
    return layer


def _children(step: int) -> Layer:
    layer = Layer(WIDTH, 1080)
    turn = step / 12 * math.tau
    child(layer, (214, 1010), 1.18, 3 * math.sin(turn), "#a8303c", reaching=True)
    child(layer, (118, 1016), 0.92, 3 * math.sin(turn + 1), "#2f6a7a", reaching=False)
    return layer


def _parapet() -> Layer:
    layer = Layer()
    wall = polygon([(-10, 992), (440, 976), (440, 1300), (-10, 1300)])
    layer.paint(wall, vertical(976, 1150, (0, "#4a1f3c"), (0.3, "#2a1228"), (1, "#0d0612")))
    layer.edge(wall, (3, -4), "#ffb890", 0.9, 1.8)
    layer.paint(
        polygon([(-10, 984), (446, 968), (446, 984), (-10, 1000)]), vertical(968, 1000, (0, "#c9708a"), (1, "#5a2848"))
    )
    spool = box(318, 938, 46, 32, 5).plus(box(310, 932, 10, 44, 4), box(362, 932, 10, 44, 4))
    layer.paint(spool, linear((310, 0), (372, 0), (0, "#8a3a2c"), (1, "#e8a05a")))
    layer.edge(spool, (2, -3), "#ffe2b0", 0.9)
    layer.paint(glow((360, HEIGHT + 40), (880, 340), 0.8), "#0a0510", 0.95)
    return layer


def calm() -> Shot:
    """No wind: the washing hangs like a verdict, the kites lie where they fell."""
    return on_twos(
        still(_sky(AIRLESS, (250, 700))),
        still(_skyline(), x=drift(-3)),
        still(_terrace()),
        strip([_idle(step) for step in range(16)], rate=6),
        still(_low()),
    )


def _terrace() -> Layer:
    layer = Layer()
    layer.paint(
        polygon([(-10, 900), (730, 884), (730, 1300), (-10, 1300)]),
        vertical(880, 1120, (0, "#6a4a4a"), (0.4, "#33242e"), (1, "#0d0a12")),
    )
    layer.paint(box(-10, 880, 740, 16), "#c99a78")
    for x in (30, 664):
        post = brush([(x, 900), (x + 3, 560), (x, 330)], 13, 12, 10)
        layer.paint(post, "#2a1c24")
        layer.edge(post, (-3 if x > 300 else 3, 0), "#ffdca8", 0.8)
    rope = [(30, 350), (340, 392), (664, 344)]
    layer.paint(brush(rope, 3), "#3a2a30")
    _washing(layer)
    fallen = (
        ((170, 968), 0.8, ("#f2452f", "#b81f2e"), 74),
        ((594, 950), 0.6, ("#f6d34c", "#e0982c"), -80),
        ((430, 992), 0.5, ("#3aa08a", "#1f6a6a"), 96),
    )
    for at, size, hues, turn in fallen:
        limp_kite(layer, at, size, hues, turn)
    return grain(layer, 3)


def _washing(layer: Layer) -> None:
    cloths = (
        (72, 128, 210, "#e8dcc8"),
        (214, 92, 250, "#c0505a"),
        (320, 120, 180, "#d9a45a"),
        (454, 84, 270, "#5a8a90"),
        (552, 96, 190, "#efe6da"),
    )
    for x, width, tall, hue in cloths:
        top = 360 + 34 * math.sin((x + width / 2 - 30) / 634 * math.pi)
        cloth = polygon(
            [
                (x, top - 3),
                (x + width, top - 3),
                (x + width - 3, top + tall),
                (x + width * 0.5, top + tall + 5),
                (x + 3, top + tall),
            ]
        )
        layer.paint(
            cloth, linear((x, 0), (x + width, 0), (0, mix(hue, "#ffffff", 0.12)), (1, mix(hue, "#3a2a44", 0.4)))
        )
        for fold in range(1, 4):
            fx = x + width * fold / 4
            layer.paint(
                brush([(fx, top + 6), (fx + 2, top + tall * 0.6), (fx - 2, top + tall - 8)], 1, 7, 3).blurred(2),
                mix(hue, "#2a1c34", 0.6),
                0.5,
            )
        layer.edge(cloth, (-3, 0), "#fff0d0", 0.8, 1.4)
        for pin in (x + 8, x + width - 10):
            layer.paint(box(pin, top - 10, 5, 15, 2), "#8a5a34")


def _idle(step: int) -> Layer:
    """A boy sits on the water tank and swings one foot; a crow on the rope turns its head."""
    layer = Layer(WIDTH, 1000)
    tank = box(250, 770, 196, 128, 22)
    layer.paint(tank, linear((250, 0), (446, 0), (0, "#c08a78"), (0.4, "#7a4a54"), (1, "#33202e")))
    layer.edge(tank, (-4, -4), "#fff0d0", 0.8, 1.6)
    layer.paint(box(250, 806, 196, 5).plus(box(250, 850, 196, 5)), "#4a2c38", 0.7)
    swing = math.sin(step / 16 * math.tau)
    far, near = (
        brush([(352, 762), (390, 778), (394, 846)], 24, 20, 13),
        brush([(346, 764), (382, 780), (384 + 16 * swing, 850)], 25, 21, 13),
    )
    foot = ellipse((391 + 17 * swing, 856), (15, 8), -16 * swing)
    shirt = blob(traced("318,776 312,720 322,676 346,664 368,676 372,724 366,778"))
    arm = brush([(350, 690), (382, 722), (376, 690), (372, 664)], 20, 17, 14, 11)
    head = ellipse((356, 636), (27, 30))
    for part, hue in (
        (far, "#2a1c28"),
        (near, "#3a2630"),
        (foot, "#2a1a20"),
        (shirt, "#5a6a8a"),
        (arm, "#4a5a7c"),
        (head, "#5a3424"),
    ):
        layer.paint(part, vertical(600, 860, (0, mix(hue, "#ffe0b0", 0.12)), (1, mix(hue, "#140c18", 0.4))))
        layer.edge(part, (-3, -2), "#ffe9c0", 0.9, 1.2)
    layer.paint(
        blob(traced("328,634 330,608 354,598 380,608 384,626 366,620 344,624 336,648")),
        "#1c1016",
    )
    turned = 1 if step in (5, 6, 7, 8, 13) else -1
    crow = blob(traced("520,360 536,336 556,330 572,340 566,360 540,370 506,378"))
    beak = ellipse((566 + 5 * turned, 330), (13, 11)).plus(
        polygon([(566 + 14 * turned, 324), (566 + 34 * turned, 333), (566 + 14 * turned, 338)])
    )
    layer.paint(crow.plus(beak), "#120c16")
    layer.edge(crow.plus(beak), (-2, -3), "#ffe2b0", 0.8, 1)
    return layer


def _low() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 40), (880, 340), 0.8), "#0a0810", 0.95)
    return layer
