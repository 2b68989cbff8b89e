"""A mountain lake at night: a boat, a lantern, and the only place for miles with a signal."""

import math
import random
from functools import lru_cache
from itertools import pairwise

from PIL import Image

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, Point, glow, linear, mix, soften, vertical
from loadtest.film.scenes import lake_people, lake_phone
from loadtest.film.shapes import blob, box, brush, ellipse, line, placed, polygon, traced
from loadtest.film.stage import Shot, drift, on_twos, still, strip, sway
from loadtest.film.texture import clouds, grain, stars

WATER = 742


def shot(name: str) -> Shot:
    people = {"oars": lake_people.oars, "phone": lake_phone.phone}
    return {"boat": boat, "shore": shore, **people}[name]()


def boat() -> Shot:
    """Small under the whole sky; the lantern draws a road across the water."""
    return on_twos(
        still(_valley()),
        strip([_shooting(step) for step in range(36)], rate=12),
        strip([_glitter(step) for step in range(12)], rate=6),
        strip([_road(step) for step in range(12)], x=drift(-6, 12), rate=8),
        strip([_rowing(step) for step in range(24)], x=drift(-6, 12), y=sway(2, 3.4), rate=8),
        still(_mist(), x=sway(40, 16)),
        still(_near()),
    )


@lru_cache(maxsize=1)
def _valley() -> Layer:
    layer = Layer(
        ground=vertical(
            0, WATER + 10, (0, "#040720"), (0.35, "#0b1a44"), (0.7, "#25406e"), (0.92, "#55709a"), (1, "#8a8ea6")
        )
    )
    river = brush([(330, -60), (420, 160), (360, 380), (440, 640)], 170, 220, 150, 110)
    layer.paint(river.blurred(50), "#8a94d8", 0.32)
    dust = clouds(WIDTH, HEIGHT, 131, 1.1, 80)
    layer.paint(river.blurred(34).inside(dust), "#e0d0f0", 0.42)
    layer.paint(
        brush([(372, -40), (400, 160), (376, 330), (420, 520)], 10, 34, 18, 8).blurred(12).inside(dust), "#0a1030", 0.5
    )
    stars(layer, 520, 720, 24, ("#ffffff", "#cfe0ff", "#ffe6c4", "#bcd0ff"))
    _mountain(
        layer,
        traced("-20,560 90,470 150,500 240,392 300,440 360,420 460,330 540,420 600,400 740,500"),
        "#31507e",
        "#6a86b0",
        1,
    )
    _mountain(
        layer,
        traced("-20,620 80,596 190,520 270,600 370,560 470,640 560,560 650,470 740,540"),
        "#1f3a66",
        "#4a6890",
        2,
    )
    _mountain(
        layer,
        traced("-20,560 60,590 150,660 230,690 330,706 430,700 540,672 640,610 740,590"),
        "#0d2044",
        "#1f3660",
        0,
    )
    layer.paint(box(-10, WATER - 46, WIDTH + 20, 60).blurred(16), "#8aa0c8", 0.28)
    above = layer.image.crop((0, WATER - 540, WIDTH, WATER)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    layer.image.paste(soften(above.convert("RGB"), 2).convert("RGBA"), (0, WATER))
    water = box(0, WATER, WIDTH, HEIGHT - WATER)
    layer.paint(water, vertical(WATER, HEIGHT, (0, "#24406e"), (0.35, "#0a1a3c"), (1, "#030614")), 0.56)
    layer.paint(box(-10, WATER - 2, WIDTH + 20, 3).blurred(1), "#c0cce4", 0.6)
    return grain(layer, 4)


def _mountain(layer: Layer, ridge: list[Point], dark: str, light: str, snow_cover: int) -> None:
    """A ridge roughened between its points; lit from the left, snow on the lit sides of the high ones."""
    dice = random.Random(len(ridge) * 7 + snow_cover)
    points: list[Point] = []
    for (ax, ay), (bx, by) in pairwise(ridge):
        for step in range(6):
            share = step / 6
            points.append((ax + (bx - ax) * share, ay + (by - ay) * share + (dice.uniform(-7, 7) if step else 0)))
    points.append(ridge[-1])
    rock = polygon([(-20, WATER + 4), *points, (740, WATER + 4)])
    top = min(y for _, y in points)
    layer.paint(rock, vertical(top, WATER, (0, dark), (1, light)))
    if snow_cover:
        for index, (x, y) in enumerate(points):
            if 0 < index < len(points) - 1 and y <= min(points[index - 1][1], points[index + 1][1]) and y < 600:
                _snow_cap(layer, (x, y), 1.25 - (y - 330) / 420, rock, dice)
    layer.edge(rock, (-2, -3), "#dfe8fa", 0.4 if snow_cover else 0.25, 1.3)


def _snow_cap(layer: Layer, peak: Point, size: float, rock: Mask, dice: random.Random) -> None:
    x, y = peak
    lit = traced("0,0 -26,34 -62,84 -40,78 -46,118 -22,86 -12,128 4,74 0,40")
    shaded = traced("0,0 0,40 4,74 18,104 24,66 50,96 38,52 22,28")
    jitter = [(px + dice.uniform(-3, 3), py) for px, py in lit]
    layer.paint(polygon(placed(jitter, (x, y), size)).inside(rock), "#dce6f8", 0.85)
    layer.paint(polygon(placed(shaded, (x, y), size)).inside(rock), "#7a94c0", 0.75)


def _shooting(step: int) -> Layer:
    layer = Layer(WIDTH, 420)
    if 14 <= step < 24:
        head = (560 - (step - 14) * 30, 90 + (step - 14) * 19)
        layer.paint(brush([(head[0] + 96, head[1] - 60), head], 0.3, 3), "#ffffff", 0.9 if step < 21 else 0.4)
        layer.light(head, (16, 16), "#ffffff", 0.8)
    return layer


def _glitter(step: int) -> Layer:
    dice = random.Random(29)
    layer = Layer(WIDTH, 1130)
    for _ in range(90):
        x, y, phase = dice.uniform(0, WIDTH), WATER + 6 + 340 * dice.random() ** 1.6, dice.random()
        shine = max(0.0, math.sin((step / 12 + phase) * math.tau))
        reach = 7 + (y - WATER) * 0.16
        if shine > 0.15:
            layer.paint(ellipse((x, y), (reach * (0.5 + 0.5 * shine), 1.1)), "#cfdcf8", 0.3 * shine)
    return layer


def _road(step: int) -> Layer:
    layer = Layer(WIDTH, 1160)
    for row in range(22):
        y = 896 + row * 11
        shift = 7 * math.sin(step / 12 * math.tau + row * 1.1) * (0.3 + row / 20)
        half = (15 + 17 * abs(math.sin(row * 2.3 + 1))) * (1 + row / 24)
        layer.paint(
            ellipse((300 + shift, y), (half, 2.6)).blurred(1.4), mix("#ffd890", "#ff9a40", row / 22), 0.75 - row * 0.031
        )
    return layer


def _rowing(step: int) -> Layer:
    """Two people, a lantern between them on the bow; eight strokes a minute."""
    layer = Layer(WIDTH, 1100)
    turn = step / 24 * math.tau
    pull = math.sin(turn)
    layer.light((300, 800), (220, 200), "#ffb050", 0.55)
    hull = blob(traced("226,862 250,886 330,896 430,894 500,880 540,850 500,858 400,866 300,868"))
    seated = blob(
        [(336 - pull * 9, 792), (318 - pull * 4, 822), (322, 866), (372, 868), (376, 830), (366 - pull * 7, 796)]
    )
    head = ellipse((352 - pull * 14, 768), (17, 20))
    cap = blob([(334 - pull * 14, 764), (338 - pull * 14, 744), (366 - pull * 14, 744), (371 - pull * 14, 764)])
    guest = blob(traced("444,868 448,816 458,788 474,778 492,790 500,822 504,866"))
    guest_head = blob([(458, 790), (454, 758), (470, 742), (488, 750), (492, 778), (484, 796)])
    blade = (392 + pull * 62, 906 - max(0.0, math.cos(turn)) * 22)
    oar = brush([(338 - pull * 16, 836), (372, 862), blade], 4, 5, 10)
    for part in (guest, guest_head, seated, head, cap, hull, oar):
        layer.paint(part, linear((240, 0), (540, 0), (0, "#2a1a20"), (0.5, "#0d0e20"), (1, "#080c1c")))
        layer.edge(part, (-3, -2), "#ffc070", 0.95, 1.2)
        layer.edge(part, (2, -3), "#8aa4d8", 0.5, 1.2)
    below = Layer(WIDTH, 1100)
    below.paint(hull.plus(seated, guest, head, guest_head).blurred(1), "#030714", 0.62)
    flipped = below.image.crop((0, 700, WIDTH, 892)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    layer.image.alpha_composite(soften(flipped, 3).crop((0, 0, WIDTH, 192)), (0, 894))
    layer.paint(brush([(244, 862), (246, 826), (262, 816)], 4), "#0d0e20")
    layer.paint(box(254, 818, 18, 28, 6), "#fff0c0")
    layer.light((263, 832), (90, 90), "#ffd080", 0.9)
    for ring in range(2):
        reach = 20 + 30 * ((step / 24 + ring / 2) % 1)
        layer.paint(ellipse((blade[0], 908), (reach, reach * 0.16)).rim(0, 2, 0.6), "#cfdcf8", 0.5)
    return layer


def _mist() -> Layer:
    layer = Layer(WIDTH + 160, 860)
    for x, y, reach in ((300, 750, 300), (480, 757, 330), (560, 747, 300)):
        layer.light((x, y), (reach, 22), "#b8c8e8", 0.3, 1.3)
    return layer


def _near() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 40), (880, 350), 0.85), "#02040c", 0.95)
    dice = random.Random(6)
    for _ in range(46):
        x, reach = dice.choice((dice.uniform(-20, 170), dice.uniform(560, 740))), dice.uniform(60, 190)
        lean = dice.uniform(-0.2, 0.3) * reach
        layer.paint(
            brush([(x, 1300), (x + lean * 0.3, 1250 - reach * 0.5), (x + lean, 1230 - reach)], 5, 3, 0.7), "#02050e"
        )
    return layer


def shore() -> Shot:
    """From the boat: the landing stage, somebody on it, and a telephone ringing."""
    return on_twos(
        still(_near_shore()),
        strip([_glitter(step) for step in range(12)], rate=6),
        strip([_beam(step) for step in range(12)], rate=8),
        strip([_ringing(step) for step in range(12)], rate=8),
        still(_bow(), x=sway(5, 4.6), y=sway(5, 3.2)),
    )


def _near_shore() -> Layer:
    layer = Layer()
    layer.put(_valley())
    slope = blob(traced("120,760 230,700 340,640 470,560 600,500 760,440 780,800 400,800"))
    layer.paint(slope, vertical(440, 790, (0, "#14284a"), (1, "#060d20")))
    layer.edge(slope, (-3, -3), "#6a86b8", 0.4)
    dice = random.Random(12)
    for x, y, size in ((520, 596, 1.0), (590, 566, 0.8), (650, 610, 1.1), (450, 650, 0.7), (684, 540, 0.7)):
        house = polygon(placed([(-34, 0), (-34, -34), (0, -52), (34, -34), (34, 0)], (x, y + 60), size))
        layer.paint(house, "#0a1630")
        layer.edge(house, (-2, -3), "#7a94c4", 0.5, 1)
        if dice.random() < 0.75:
            layer.paint(box(x - 9 * size, y + 36 * size, 16 * size, 14 * size, 2), "#ffcf80")
            layer.light((x, y + 44), (46, 40), "#ffb85a", 0.45)
    for x in (150, 190, 420, 700, 664):
        poplar = blob([(x, 600), (x + 14, 680), (x + 13, 760), (x - 13, 760), (x - 14, 680)])
        layer.paint(poplar, "#050c1c")
        layer.edge(poplar, (-2, -2), "#6a86b8", 0.35, 1)
    deck = polygon([(310, 764), (760, 740), (760, 766), (330, 784)])
    layer.paint(deck, vertical(744, 786, (0, "#5a4a48"), (1, "#120f1c")))
    layer.edge(deck, (-2, -3), "#ffcf8a", 0.7, 1.2)
    for x in (330, 400, 480, 570, 660):
        layer.paint(box(x, 770, 11, 62), "#070a16")
        layer.paint(box(x + 1, 832, 9, 50).blurred(2), "#070a16", 0.5)
    return grain(layer, 3)


def _beam(step: int) -> Layer:
    layer = Layer(WIDTH, 1100)
    for row in range(20):
        y = 800 + row * 12
        shift = 8 * math.sin(step / 12 * math.tau + row * 1.2) * (0.3 + row / 18)
        layer.paint(
            ellipse((380 + shift, y), ((12 + 14 * abs(math.sin(row * 2.1))) * (1 + row / 20), 2.4)).blurred(1.4),
            mix("#fff0d0", "#8ab4e8", row / 20),
            0.7 - row * 0.032,
        )
    return layer


def _ringing(step: int) -> Layer:
    """A young woman with a lit telephone in her hand; the light comes and goes with the ring."""
    layer = Layer(WIDTH, 860)
    beat = 1.0 if step % 6 < 4 else 0.35
    layer.light((392, 690), (190, 190), "#a8d0ff", 0.5 * beat)
    coat = blob(traced("348,766 352,706 360,672 378,660 398,672 408,706 416,768 382,774"))
    legs = box(362, 760, 12, 24).plus(box(386, 760, 12, 24))
    head = ellipse((377, 640), (17, 20))
    hair = blob(traced("356,664 356,632 368,616 388,616 396,630 384,630 370,640 368,668"))
    arm = brush([(394, 684), (414, 702), (410, 676)], 13, 11, 8)
    for part, hue in ((legs, "#0a0f20"), (coat, "#7a2a38"), (head, "#8a5a44"), (hair, "#120c14"), (arm, "#6a2434")):
        layer.paint(part, linear((350, 0), (412, 0), (0, mix(hue, "#050814", 0.5)), (1, hue)))
        layer.edge(part, (3, -2), mix("#6a5a78", "#d8ecff", beat), 0.9, 1.1)
    layer.paint(box(404, 652, 12, 22, 3), mix("#5a7aa0", "#f4fbff", beat))
    layer.light((410, 663), (50, 50), "#d0e8ff", 0.9 * beat)
    for ring in range(2):
        reach = 34 + ring * 20 + (step % 6) * 5
        for side in (-1, 1):
            arc = [(410 + side * reach * math.cos(a), 656 + reach * math.sin(a)) for a in (-0.7, -0.35, 0, 0.35, 0.7)]
            layer.paint(brush(arc, 0.8, 3, 0.8), "#e0f0ff", 0.55 * beat * (1 - (step % 6) / 8))
    return layer


def _bow() -> Layer:
    """The inside of the boat before us: planks, a coil of rope, the lantern put out."""
    layer = Layer(WIDTH + 40)
    hull = blob(traced("360,930 440,970 560,1080 680,1330 40,1330 160,1080 280,970"))
    layer.paint(hull, vertical(930, 1300, (0, "#2a2430"), (0.3, "#12121f"), (1, "#04050c")))
    rails = [
        brush([(360, 926), (440, 966), (562, 1078), (690, 1340)], 14, 18, 26),
        brush([(360, 926), (280, 966), (158, 1078), (30, 1340)], 14, 18, 26),
    ]
    for rail in rails:
        layer.paint(rail, vertical(920, 1250, (0, "#6a5040"), (1, "#0d0a10")))
        layer.edge(rail, (0, -4), "#c0d4f4", 0.8, 1.6)
    for step in range(4):
        layer.paint(brush([(360, 950), (360 - 70 + step * 46, 1300)], 2, 3), "#04050c", 0.8)
    for turn in range(3):
        coil = ellipse((366, 1066 - turn * 10), (62 - turn * 6, 20)).minus(
            ellipse((366, 1064 - turn * 10), (46 - turn * 6, 12))
        )
        layer.paint(coil, mix("#7a6448", "#a88a60", turn / 3))
        layer.edge(coil, (0, -3), "#e8dcc0", 0.6, 1)
    layer.paint(line([(360, 926), (360, 880)], 9), "#1c1820")
    layer.paint(glow((360, HEIGHT + 60), (880, 300), 0.85), "#02040c", 0.92)
    return layer
