"""Inside the trolleybus: the back row, and the driver's mirror."""

import math
import random
from functools import lru_cache

from loadtest.film.paint import HEIGHT, WIDTH, Layer, linear, mix, radial, vertical
from loadtest.film.scenes.bus_glass import LAMPS, bokeh, droplets
from loadtest.film.scenes.bus_things import THINGS
from loadtest.film.shapes import blob, box, brush, ellipse, line, polygon, traced
from loadtest.film.stage import Shot, around, falling, on_ones, on_twos, still, strip, sway
from loadtest.film.texture import grain, rain


def seat(thing: str) -> Shot:
    """Down the aisle to the back row, where something waits under the last lamp."""
    return on_twos(
        still(_rear_view()),
        still(bokeh(12, 15, (6, 22), 0.6, 480, 340), f"190{around(18, 480)}"),
        still(rain(6, 14, 60, 1.1, 0.05, 0.3, (340, 640)), "190", falling(1100, 640)),
        still(_saloon(thing)),
        strip([_handles(step) for step in range(16)], rate=12),
        still(_near_seats(), y=sway(2.4, 1.1)),
        strip([_flicker(level) for level in (0, 0, 0.1, 0, 0, 0, 0, 0.3, 0.1, 0, 0, 0, 0, 0, 0.2, 0)], rate=8, zoom=8),
    )


def _rear_view() -> Layer:
    layer = Layer(ground=vertical(200, 760, (0, "#0b1524"), (0.6, "#1d3a49"), (1, "#3b2c2a")))
    layer.light((520, 640), (300, 220), "#e0883c", 0.6)
    layer.light((180, 520), (240, 220), "#20808a", 0.5)
    return grain(layer, 4)


def _saloon(thing: str) -> Layer:
    layer = Layer()
    shell = box(0, 0, WIDTH, HEIGHT).minus(box(196, 410, 328, 216, 34))
    layer.paint(
        shell,
        radial(
            (360, 560),
            (560, 760),
            (0, "#b98a54"),
            (0.28, "#6d5138"),
            (0.55, "#2c2a2c"),
            (0.8, "#131722"),
            (1, "#080a11"),
        ),
    )
    _walls(layer)
    _side_windows(layer)
    frame = box(184, 398, 352, 240, 42).minus(box(196, 410, 328, 216, 34))
    layer.paint(frame, "#1a1614")
    layer.edge(frame, (0, 3), "#ffcf8c", 0.6)
    _back_row(layer)
    THINGS[thing](layer)
    _lamp_cone(layer)
    return grain(layer, 3)


def _walls(layer: Layer) -> None:
    ceiling = polygon([(-20, -20), (740, -20), (548, 330), (172, 330)])
    layer.paint(ceiling, vertical(0, 330, (0, "#0d1119"), (0.5, "#2b2724"), (1, "#8a6a45")), 0.9)
    for lift in range(6):
        y = 330 - 330 * (1 - 0.72**lift)
        half = 188 + (330 - y) * 0.56
        layer.paint(line([(360 - half, y), (360 + half, y)], 1.6), "#0c0b0d", 0.55)
    floor = polygon([(250, 830), (470, 830), (760, 1300), (-40, 1300)])
    layer.paint(floor, vertical(820, 1180, (0, "#5b4129"), (0.35, "#241c1a"), (1, "#08080c")))
    for x, far in ((360, 360), (290, 322), (430, 398)):
        layer.paint(brush([(far, 830), (x + (x - 360) * 2.2, 1280)], 1, 3), "#0b0a0c", 0.6)
    tubes = [
        polygon([(232, 322), (262, 322), (214, 60), (120, 60)]),
        polygon([(488, 322), (458, 322), (506, 60), (600, 60)]),
    ]
    for tube in tubes:
        layer.paint(tube.blurred(12), "#ffcf8a", 0.35)
        layer.paint(tube, vertical(60, 322, (0, "#5d452c"), (0.6, "#d9a45f"), (1, "#fff0cf")), 0.75)


def _side_windows(layer: Layer) -> None:
    """Three panes each side in perspective, the city only as colour in them."""
    for side in (-1, 1):
        for near, far in ((1.0, 0.72), (0.69, 0.5), (0.48, 0.36)):
            x0, x1 = 360 + side * (190 + 230 * near), 360 + side * (190 + 230 * far - 60 * (1 - far))
            pane = polygon(
                [(x0, 470 - 190 * near), (x1, 470 - 190 * far), (x1, 590 + 70 * far), (x0, 590 + 110 * near)]
            )
            hue = "#2a6b78" if side < 0 else "#7a4a34"
            layer.paint(pane, vertical(280, 700, (0, "#0b1420"), (0.6, hue), (1, "#141420")), 0.9)
            layer.edge(pane, (0, 3), "#ffd9a0", 0.35)
            layer.light((x0 * 0.5 + x1 * 0.5, 520), (40, 40), "#ffb765" if side > 0 else "#7fd0cf", 0.5)


def _back_row(layer: Layer) -> None:
    for index in range(3):
        x = 196 + index * 112
        back = box(x, 640, 104, 130, 22)
        layer.paint(back, vertical(636, 780, (0, "#a5552f"), (0.5, "#7c3626"), (1, "#44201c")))
        layer.edge(back, (0, -4), "#ffd39a", 0.85, 1.6)
        layer.edge(back, (3, 0), "#2c1513", 0.8, 2)
        cushion = box(x - 5, 762, 114, 52, 18)
        layer.paint(cushion, vertical(760, 815, (0, "#b96338"), (1, "#4d241d")))
        layer.edge(cushion, (0, -4), "#ffdca6", 0.8, 1.6)
    base = box(180, 808, 360, 46)
    layer.paint(base, vertical(805, 860, (0, "#1d1412"), (1, "#0c090b")))
    layer.paint(box(160, 780, 400, 90).blurred(24).minus(box(180, 600, 360, 215)), "#000000", 0.45)


def _lamp_cone(layer: Layer) -> None:
    cone = polygon([(318, 345), (402, 345), (520, 830), (200, 830)]).blurred(34)
    layer.paint(cone, "#ffd08a", 0.26)
    lamp = box(306, 330, 108, 15, 7)
    layer.paint(lamp, "#fff2d4")
    layer.light((360, 340), (170, 110), "#ffdc9c", 0.7)


def _handles(step: int) -> Layer:
    """Straps on two rails, all swinging together with the bus."""
    layer = Layer(WIDTH, 700)
    swing = math.sin(step / 16 * math.tau)
    for side in (-1, 1):
        layer.paint(brush([(360 + side * 104, 372), (360 + side * 330, -20)], 3, 9), "#1b1512")
        layer.paint(brush([(360 + side * 103, 371), (360 + side * 326, -20)], 1, 2.5), "#e8b06a", 0.6)
        for depth in (0.18, 0.36, 0.62):
            x, y = 360 + side * (104 + 226 * depth), 372 - 392 * depth
            size = 0.5 + depth * 1.3
            foot = (x + swing * 16 * size, y + 66 * size)
            layer.paint(line([(x, y), foot], 4 * size), "#120e0d")
            ring = ellipse((foot[0], foot[1] + 15 * size), (15 * size, 17 * size))
            layer.paint(ring.minus(ellipse((foot[0], foot[1] + 15 * size), (10.5 * size, 12.5 * size))), "#1c1411")
            layer.edge(
                ring.minus(ellipse((foot[0], foot[1] + 15 * size), (10.5 * size, 12.5 * size))),
                (-side * 2, 2),
                "#ffc27a",
                0.8,
                1,
            )
    return layer


def _near_seats() -> Layer:
    layer = Layer()
    for side in (-1, 1):
        for depth, y, size in ((0, 800, 1.0), (1, 910, 1.75)):
            x = 360 + side * (196 + depth * 120)
            back = box(x - 62 * size, y, 124 * size, 420, 30 * size)
            layer.paint(back, vertical(y, y + 260, (0, "#2a1a18"), (0.4, "#150f13"), (1, "#08080c")))
            layer.edge(back, (-side * 3, -4), "#e39a58", 0.75 - depth * 0.15, 1.8)
            bar = brush(
                [
                    (x - 40 * size, y + 4),
                    (x - 36 * size, y - 22 * size),
                    (x + 36 * size, y - 22 * size),
                    (x + 40 * size, y + 4),
                ],
                7 * size,
            )
            layer.paint(bar, "#171113")
            layer.edge(bar, (-side * 2, -3), "#ffc98a", 0.8, 1)
    shade = box(0, 930, WIDTH, 400).blurred(70)
    layer.paint(shade, "#050509", 0.6)
    return layer


@lru_cache(maxsize=4)
def _flicker(level: float) -> Layer:
    """The lamp failing for a moment, an eighth of its size."""
    layer = Layer(WIDTH // 8, 88)
    if level:
        layer.light((45, 60), (48, 48), "#0a0c14", level * 0.5, 1.2)
    return layer


def mirror() -> Shot:
    """Her eyes in the driver's mirror, the wiper, the avenue dissolving."""
    return on_ones(
        still(_avenue()),
        still(bokeh(21, 34, (8, 34), 0.5, 1440), around(36, 1440), "120"),
        still(rain(8, 60, 80, 1.3, 0.1, 0.3, (720, 900)), y=falling(1300, 900, 90)),
        strip([_wiper(min(step, 32 - step)) for step in range(32)], y="440", rate=18),
        still(droplets(15, 240)),
        still(_front()),
        strip(
            [_eyes(blink) for blink in (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
            rate=10,
        ),
    )


def _avenue() -> Layer:
    layer = Layer(
        ground=vertical(
            0, HEIGHT, (0, "#080c18"), (0.35, "#132a3c"), (0.62, "#31424a"), (0.7, "#3a2f2c"), (1, "#0a090d")
        )
    )
    layer.light((360, 760), (460, 300), "#e8954a", 0.75, 1.5)
    dice = random.Random(5)
    for side in (-1, 1):
        for depth in range(5):
            near = 0.72**depth
            x = 360 + side * (70 + 330 * near)
            house = box(x - 80 * near, 780 - 620 * near, 160 * near, 640 * near).blurred(7)
            layer.paint(house, mix("#0a1220", "#3a3a40", depth * 0.16), 0.85)
            for _ in range(9):
                pane = box(
                    x + dice.uniform(-60, 50) * near, 780 - dice.uniform(60, 560) * near, 14 * near, 20 * near
                ).blurred(4)
                layer.paint(pane, dice.choice(LAMPS), 0.55)
    return grain(layer, 4)


@lru_cache(maxsize=32)
def _wiper(step: int) -> Layer:
    """The arm at one of seventeen angles; the layer starts 440 below the top of the screen."""
    layer = Layer(WIDTH, 600)
    angle = math.radians(-64 + 58 * (1 - math.cos(step / 16 * math.pi)))
    x, y = 420 + 520 * math.sin(angle), 580 - 520 * math.cos(angle)
    arm = brush([(420, 580), ((420 + x) / 2, (580 + y) / 2), (x, y)], 12, 8, 6)
    layer.paint(arm, "#07070b")
    layer.edge(arm, (-2, -2), "#d9975a", 0.7, 1)
    return layer


def _front() -> Layer:
    layer = Layer()
    frame = box(-10, -10, WIDTH + 20, HEIGHT + 20).minus(
        blob(traced("40,110 360,84 680,110 712,500 704,930 640,968 360,960 80,968 16,930 8,500"))
    )
    layer.paint(frame, vertical(0, HEIGHT, (0, "#06070c"), (1, "#050509")))
    layer.edge(frame, (0, -4), "#c08048", 0.5, 1.8)
    layer.edge(frame, (3, 0), "#2f6f78", 0.5, 1.8)
    layer.paint(brush([(360, 90), (362, 150), (360, 210)], 22, 14, 18), "#0a0a0f")
    shell = box(104, 196, 512, 250, 80)
    layer.paint(shell.blurred(20), "#000000", 0.55)
    layer.paint(shell, vertical(196, 446, (0, "#23242c"), (0.2, "#0d0d13"), (1, "#08080c")))
    layer.edge(shell, (2, -4), "#ffb56c", 0.75, 1.6)
    layer.edge(shell, (-3, 3), "#3f98a0", 0.5, 1.6)
    charm = brush([(360, 446), (364, 490), (361, 520)], 2)
    layer.paint(charm, "#b98a5a")
    horseshoe = ellipse((361, 548), (23, 28)).minus(ellipse((361, 552), (13, 19))).minus(box(346, 566, 30, 20))
    layer.paint(horseshoe, "#7a4a2a")
    layer.edge(horseshoe, (2, -2), "#ffd9a0", 0.9, 1)
    return layer


@lru_cache(maxsize=4)
def _eyes(blink: float) -> Layer:
    """The glass of the mirror: brow, eyes, the bridge of the nose, and the empty saloon behind her."""
    layer = Layer()
    glass = box(120, 212, 480, 218, 66)
    layer.paint(glass, linear((120, 0), (600, 0), (0, "#10222c"), (0.4, "#2c2422"), (1, "#5b3a22")))
    for x in (150, 178, 560, 540):
        layer.paint(box(x, 240, 10, 90).blurred(4).inside(glass), "#ffcf8a", 0.3)
    skin = blob(traced("196,470 206,320 236,232 300,196 440,196 500,232 526,320 536,470")).inside(glass)
    layer.paint(skin, linear((210, 0), (530, 0), (0, "#4a281c"), (0.5, "#a2603a"), (1, "#d88a4e")))
    hair = blob(
        traced(
            "176,480 180,290 230,206 300,178 440,178 506,206 552,290 556,480 530,480 520,318 478,246 430,232 "
            "360,226 296,236 244,254 212,330 204,480"
        )
    ).inside(glass)
    layer.paint(hair, linear((180, 0), (550, 0), (0, "#0b0d14"), (1, "#2b1712")))
    layer.edge(hair, (3, -3), "#e09a56", 0.5, 1.4)
    for side, x in ((-1, 296), (1, 434)):
        _eye(layer, x, side, blink)
    layer.paint(brush([(352, 318), (344, 370), (350, 430)], 2, 7, 10).blurred(4).inside(glass), "#3a1a12", 0.55)
    layer.paint(brush([(378, 318), (386, 372), (380, 430)], 2, 5, 8).blurred(4).inside(glass), "#ffc07a", 0.5)
    shine = polygon([(150, 200), (260, 200), (150, 440), (60, 440)]).blurred(8).inside(glass)
    layer.paint(shine, "#bfe6ee", 0.1)
    layer.edge(glass, (0, 4), "#000000", 0.5, 2)
    return layer


def _eye(layer: Layer, x: float, side: int, blink: float) -> None:
    brow = brush([(x - 44 * side, 272), (x + 4 * side, 263), (x + 54 * side, 284)], 10, 9, 3)
    layer.paint(brow, "#1c0f0c", 0.95)
    socket = ellipse((x, 322), (58, 36)).blurred(14)
    layer.paint(socket, "#37180f", 0.6)
    open_by = 19 * (1 - blink) + 1
    white = blob(
        [(x - 42, 326), (x - 14, 326 - open_by), (x + 16, 325 - open_by), (x + 42, 324), (x + 14, 338), (x - 16, 338)]
    )
    if blink < 0.9:
        layer.paint(white, "#f2e2cc")
        layer.paint(
            ellipse((x + 4, 322), (16, 17)).inside(white),
            radial((x + 4, 322), (16, 17), (0, "#140a08"), (0.45, "#3b1e10"), (1, "#6b3a1e")),
        )
        layer.paint(ellipse((x + 10, 315), (4, 4)).inside(white), "#ffffff")
    layer.paint(
        brush([(x - 44, 328), (x - 14, 326 - open_by), (x + 16, 325 - open_by), (x + 46, 323)], 2, 6, 5, 2), "#140a08"
    )
    layer.paint(brush([(x - 38, 350), (x, 360), (x + 36, 349)], 0.8, 2.2, 0.8), "#4a2416", 0.6)
