"""Outside: one lit shop in a street full of snow, and who comes to it."""

import math
import random
from functools import lru_cache

from loadtest.film.effects import vapour, written
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Point, glow, linear, mix, radial, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, line, placed, polygon, traced
from loadtest.film.stage import Shot, Sprites, drift, falling, on_ones, still, strip, sway
from loadtest.film.texture import grain, snow

SNOW = 884


def street() -> Shot:
    """A woman with an umbrella comes to the only light."""
    return on_ones(
        still(_front()),
        vapour((551, 462), 340, 100, "#ffe6d0", lean=56),
        strip([_lanterns(step) for step in range(16)], rate=8),
        strip([_caller(step) for step in range(12)], x=drift(-26, 60), rate=8),
        *_falling_snow(),
        still(_drift_near()),
    )


def queue() -> Shot:
    """All of them: hats, umbrellas, breath."""
    return on_ones(
        still(_front()),
        vapour((551, 462), 340, 100, "#ffe6d0", lean=56),
        strip([_lanterns(step) for step in range(16)], rate=8),
        strip([_line_of_people(step) for step in range(8)], rate=4),
        *_falling_snow(),
        still(_drift_near()),
    )


def _falling_snow() -> Sprites:
    near = snow(232, 60, 4.6, 0.75, 1.6)
    near.put(snow(233, 14, 10, 0.5, 5))
    return (
        still(snow(231, 150, 2.4, 0.8, 0.6), x=sway(18, 9, 0, -40), y=falling(80)),
        still(near, x=sway(30, 7, 2, -40), y=falling(150)),
    )


@lru_cache(maxsize=1)
def _front() -> Layer:
    layer = Layer(ground=vertical(0, SNOW, (0, "#0a1230"), (0.4, "#1a2c58"), (0.8, "#3a5484"), (1, "#5a74a0")))
    layer.light((330, 700), (560, 460), "#ff9a50", 0.4)
    for x, top, width in ((-40, 300, 200), (560, 260, 240), (140, 210, 440)):
        _house(layer, x, top, width)
    _shop(layer)
    ground = polygon([(-10, SNOW), (730, SNOW - 6), (730, HEIGHT), (-10, HEIGHT)])
    layer.paint(ground, vertical(SNOW - 6, 1180, (0, "#c8d6ec"), (0.2, "#7a90bc"), (0.6, "#2c3f6e"), (1, "#0c1430")))
    layer.paint(glow((340, SNOW + 10), (390, 130), 1.2).inside(ground), "#ffc080", 0.75)
    for x, reach in ((250, 80), (420, 90)):
        layer.paint(
            polygon(
                [
                    (x - reach * 0.5, SNOW),
                    (x + reach * 0.5, SNOW),
                    (x + reach * 1.2, SNOW + 150),
                    (x - reach * 1.2, SNOW + 150),
                ]
            ).blurred(14),
            "#ffd890",
            0.4,
        )
    dice = random.Random(5)
    for step in range(16):
        at = (700 - step * 20 + dice.uniform(-5, 5), SNOW + 70 - step * 2 + (step % 2) * 13)
        layer.paint(ellipse(at, (11, 4)), "#3a4f80", 0.5)
    return grain(layer, 4)


def _house(layer: Layer, x: int, top: int, width: int) -> None:
    dice = random.Random(x)
    wall = box(x, top, width, SNOW - top)
    layer.paint(wall, vertical(top, SNOW, (0, "#141c3c"), (1, "#2c3a66")))
    layer.edge(wall, (3, 0), "#6a84b8", 0.4)
    roof = blob(
        [
            (x - 26, top + 12),
            (x + 10, top - 16),
            (x + width / 2, top - 34),
            (x + width - 10, top - 16),
            (x + width + 26, top + 12),
            (x + width / 2, top + 4),
        ]
    )
    layer.paint(roof, vertical(top - 34, top + 12, (0, "#e8f0fc"), (1, "#8aa0c8")))
    for row in range(2):
        for column in range(max(1, width // 90)):
            px, py = x + 34 + column * 92, top + 60 + row * 130
            lit = dice.random() < 0.28
            pane = box(px, py, 46, 74, 3)
            layer.paint(pane, "#ffc070" if lit else "#0c1430", 0.85)
            layer.paint(box(px + 21, py, 4, 74).plus(box(px, py + 34, 46, 4)), "#141c3c", 0.8)
            layer.paint(box(px - 4, py + 72, 54, 8, 4), "#c8d6ec", 0.8)
            if lit:
                layer.light((px + 23, py + 37), (80, 90), "#ffb060", 0.35)


def _shop(layer: Layer) -> None:
    front = box(140, 560, 440, SNOW - 560)
    layer.paint(front, vertical(560, SNOW, (0, "#5a2420"), (1, "#2a1216")))
    glass = box(170, 640, 230, 200, 6)
    layer.paint(glass, radial((290, 740), (190, 170), (0, "#fff4cc"), (0.5, "#ffca74"), (1, "#d87e38")))
    for x, half in ((220, 26), (350, 24)):
        for tier in range(3):
            layer.paint(
                box(x - half, 780 - tier * 27, half * 2, 24, 5).inside(glass), mix("#8a4a24", "#b0703a", tier / 3)
            )
    cook = blob(traced("262,850 266,790 276,766 272,740 284,722 302,728 304,752 298,768 316,790 320,850"))
    layer.paint(cook.inside(glass), "#5a2a1c")
    layer.paint(blob([(268, 740), (270, 716), (288, 706), (308, 716), (307, 736)]).inside(glass), "#b98358")
    mist = box(170, 780, 230, 60).blurred(14).inside(glass)
    layer.paint(mist, "#fff4e0", 0.55)
    door = box(428, 626, 116, SNOW - 626, 4)
    layer.paint(door, vertical(626, SNOW, (0, "#ffdf98"), (0.7, "#f0a04c"), (1, "#b8642c")))
    curtain = polygon(traced("428,626 544,626 542,716 516,706 488,716 458,706 430,716"))
    layer.paint(curtain, vertical(626, 716, (0, "#d93a34"), (1, "#8a1c24")))
    for x in (457, 486, 515):
        layer.paint(line([(x, 630), (x, 708)], 3), "#7a1820", 0.8)
    for bar in (box(283, 640, 5, 200), box(170, 706, 230, 5), box(428, 760, 116, 5), box(484, 716, 5, 170)):
        layer.paint(bar, "#4a1f1a", 0.8)
    for part in (box(164, 634, 242, 212, 8).minus(glass), box(420, 618, 132, 280).minus(door)):
        layer.paint(part, "#3a1614")
        layer.edge(part, (-2, -2), "#ffb878", 0.7, 1)
    layer.light((290, 740), (260, 220), "#ffc070", 0.5)
    layer.light((486, 780), (170, 200), "#ffb860", 0.45)
    layer.paint(box(540, 470, 22, 70, 3), "#1c1830")
    layer.paint(box(534, 462, 34, 14, 4), "#e8f0fc")
    board = box(196, 572, 330, 46, 5)
    layer.paint(board, vertical(572, 618, (0, "#2a1014"), (1, "#140a0e")))
    layer.edge(board, (0, 3), "#ffb878", 0.8)
    for place, sign in enumerate("大吉小吃"):
        written(layer, sign, (246 + place * 76, 595), 1.15, "#ffd27a")
    awning = blob([(120, 566), (150, 540), (360, 528), (570, 540), (600, 566), (360, 560)])
    layer.paint(awning, vertical(528, 566, (0, "#f0f6ff"), (1, "#9ab0d4")))


def _lanterns(step: int) -> Layer:
    layer = Layer(WIDTH, 760)
    for index, x in enumerate((158, 412, 566)):
        swing = 5 * math.sin(step / 16 * math.tau + index * 1.4)
        at = (x + swing, 664.0)
        layer.light(at, (120, 120), "#ff5a34", 0.6, 1.7)
        layer.paint(line([(x, 566), (x + swing * 0.7, 632)], 2.4), "#140a12")
        globe = ellipse(at, (31, 29))
        layer.paint(globe, radial((at[0] - 3, at[1] + 3), (34, 32), (0, "#ffd27a"), (0.5, "#ff6a3c"), (1, "#b81f24")))
        for bend in (-15, 0, 15):
            layer.paint(
                brush([(at[0] + bend * 0.4, at[1] - 28), (at[0] + bend, at[1]), (at[0] + bend * 0.4, at[1] + 28)], 1.6),
                "#8a141c",
                0.6,
            )
        layer.paint(box(at[0] - 14, at[1] - 34, 28, 8, 2).plus(box(at[0] - 14, at[1] + 26, 28, 8, 2)), "#d9a040")
        for tassel in (-5, 0, 5):
            layer.paint(line([(at[0] + tassel, at[1] + 34), (at[0] + tassel - swing * 0.5, at[1] + 58)], 2), "#e0483a")
        layer.paint(ellipse((at[0], at[1] - 36), (22, 6)), "#f4f8ff")
    return layer


def _person(layer: Layer, at: Point, size: float, coat: str, hat: str, lean: float = 0.0) -> None:
    """A round winter figure seen from the side, lit from the shop at its left."""

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, lean)

    boots = blob(there((-24, 4), (-22, -26), (0, -30), (4, 4))).plus(blob(there((4, 4), (4, -28), (24, -28), (28, 4))))
    body = blob(there(*traced("-40,-18 -42,-90 -34,-150 -12,-172 18,-172 38,-148 46,-90 44,-18 0,-10")))
    scarf = blob(there((-24, -160), (-14, -182), (18, -182), (28, -164), (4, -150)))
    head = blob(there(*traced("-24,-196 -27,-206 -20,-226 2,-234 22,-224 26,-200 16,-180 -14,-180 -22,-186")))
    cap = blob(there((-28, -212), (-24, -238), (0, -250), (24, -240), (30, -208), (2, -218)))
    for part, hue in (
        (boots, "#141022"),
        (body, coat),
        (head, "#a86a48"),
        (scarf, mix(hat, "#fff0d8", 0.25)),
        (cap, hat),
    ):
        layer.paint(
            part,
            linear(
                (at[0] - 44 * size, 0),
                (at[0] + 46 * size, 0),
                (0, mix(hue, "#ffb060", 0.25)),
                (0.4, mix(hue, "#141430", 0.3)),
                (1, mix(hue, "#0c1230", 0.72)),
            ),
        )
        layer.edge(part, (-3, -1), "#ffd08a", 0.9, 1.2)
        layer.edge(part, (2, -3), "#dfe8fa", 0.5, 1.2)


def _caller(step: int) -> Layer:
    layer = Layer(WIDTH + 260, 1060)
    turn = step / 12 * math.tau
    x, y = 640.0, 976 + 3 * math.sin(turn * 2)
    layer.paint(polygon([(x - 10, 978), (x + 40, 978), (x + 260, 1010), (x + 200, 1026)]).blurred(9), "#1c2a54", 0.6)
    _person(layer, (x, y), 1.12, "#7a2c48", "#4a3a70", 3 * math.sin(turn))
    layer.paint(brush([(x - 34, y - 120), (x - 48, y - 190), (x - 44, y - 300)], 5), "#140c18")
    dome = blob(
        [
            (x - 160, y - 262),
            (x - 120, y - 328),
            (x - 30, y - 364),
            (x + 60, y - 340),
            (x + 110, y - 268),
            (x + 60, y - 284),
            (x + 10, y - 272),
            (x - 50, y - 284),
            (x - 106, y - 270),
        ]
    )
    layer.paint(dome, linear((x - 160, 0), (x + 110, 0), (0, "#e8553c"), (0.5, "#a82a34"), (1, "#4a1228")))
    for rib in (-106, -50, 10, 60):
        layer.paint(brush([(x - 30, y - 362), (x + rib * 0.7 - 8, y - 320), (x + rib, y - 278)], 1.6), "#4a1228", 0.7)
    cover = blob(
        [(x - 120, y - 322), (x - 90, y - 352), (x - 30, y - 376), (x + 40, y - 360), (x + 70, y - 330), (x, y - 346)]
    )
    layer.paint(cover, "#f4f8ff", 0.95)
    layer.edge(dome, (-3, 2), "#ffd08a", 0.9, 1.4)
    arm = brush([(x - 8, y - 146), (x - 36, y - 110), (x - 40, y - 150)], 30, 24, 18)
    layer.paint(arm, "#6a2440")
    layer.edge(arm, (-3, -1), "#ffd08a", 0.9, 1.2)
    return layer


def _line_of_people(step: int) -> Layer:
    layer = Layer(WIDTH + 60, 1060)
    coats = ("#7a2c48", "#2c4a6a", "#5a4a2c", "#2c5a4c", "#6a3a2c", "#3a2c5a", "#7a5a3a")
    hats = ("#4a3a70", "#c9503c", "#d8a050", "#3a7a6c", "#8a2c34", "#5a7ab0", "#3a2430")
    for index in range(6, -1, -1):
        wave = math.sin(step / 8 * math.tau + index * 1.3)
        x = 396 + index * 56 + (index % 2) * 8
        y = 958 + (index % 3) * 16
        layer.paint(ellipse((x + 20, y + 4), (56, 8)).blurred(5), "#1c2a54", 0.6)
        _person(layer, (x, y + wave), 0.96 + (index % 3) * 0.09, coats[index], hats[index], 1.5 * wave)
        layer.light((x - 50 - 6 * wave, y - 196 + 4 * wave), (30, 20), "#fff0e0", 0.3 + 0.2 * wave)
    return layer


def _drift_near() -> Layer:
    layer = Layer()
    bank = blob(traced("-80,1340 -60,1130 100,1086 260,1110 420,1140 600,1110 780,1070 800,1340"))
    layer.paint(bank, vertical(1070, 1240, (0, "#3a5084"), (0.3, "#182448"), (1, "#060a1c")))
    layer.edge(bank, (0, -4), "#b8cae8", 0.55, 2)
    layer.paint(glow((360, HEIGHT + 60), (900, 300), 0.85), "#04060f", 0.9)
    return layer
