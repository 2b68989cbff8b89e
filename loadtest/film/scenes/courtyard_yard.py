"""The yard from above."""

import math
import random

from PIL import Image

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, glow, linear, radial, vertical
from loadtest.film.plants import geranium
from loadtest.film.shapes import arch, blob, ellipse, polygon
from loadtest.film.stage import Shot, drift, on_twos, still, strip
from loadtest.film.texture import grain


def crossing() -> Shot:
    """From the roof: forty-three steps across the tiles, towards the one open door."""
    return on_twos(
        still(_yard()),
        strip([_walker(step) for step in range(8)], x=drift(10, 0), y=drift(-34, 40), rate=8),
        still(_roof_edge()),
    )


def _yard() -> Layer:
    layer = Layer(ground=vertical(0, HEIGHT, (0, "#0a2a30"), (0.5, "#123c40"), (1, "#04100f")))
    _paving(layer)
    for radius, hue in ((176, "#2c6660"), (160, "#071e24")):
        layer.paint(
            polygon(
                [
                    (
                        250 + radius * math.cos(math.radians(22.5 + a)),
                        640 + radius * 0.82 * math.sin(math.radians(22.5 + a)),
                    )
                    for a in range(0, 360, 45)
                ]
            ),
            hue,
        )
    layer.paint(
        polygon(
            [
                (250 + 150 * math.cos(math.radians(22.5 + a)), 640 + 123 * math.sin(math.radians(22.5 + a)))
                for a in range(0, 360, 45)
            ]
        ),
        radial((250, 620), (170, 150), (0, "#1f7a7a"), (1, "#0a2c34")),
    )
    layer.light((290, 590), (70, 50), "#ffd68a", 0.5)
    wall = polygon([(-10, -10), (730, -10), (730, 250), (-10, 300)])
    layer.paint(wall, vertical(0, 300, (0, "#0c3036"), (1, "#1a4f50")))
    layer.edge(wall, (0, 4), "#06181a", 0.9, 2)
    door = arch(440, 90, 120, 184, 0.8)
    layer.light((500, 230), (420, 400), "#ffbe62", 0.55, 1.6)
    layer.paint(arch(426, 74, 148, 202, 0.8), "#0a2428")
    layer.paint(door, vertical(90, 280, (0, "#fff2c4"), (0.6, "#ffc868"), (1, "#e08a3a")))
    leaf = polygon([(440, 130), (470, 150), (470, 286), (440, 276)])
    layer.paint(leaf, "#123c3e")
    layer.edge(leaf, (3, 0), "#fff0c0", 0.8)
    carpet = polygon([(446, 274), (556, 270), (640, 860), (330, 860)])
    fade = Mask(Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((WIDTH, 640)), 0, 270)
    layer.paint(carpet.blurred(14).inside(fade), "#ffd27a", 0.62)
    for x in (60, 200, 640):
        pane = arch(x, 60, 74, 130, 0.8)
        layer.paint(pane, vertical(60, 190, (0, "#06191d"), (1, "#0d3236")))
        layer.edge(pane, (3, 0), "#4a8a80", 0.5)
    for x, seed in ((402, 1), (600, 2), (40, 3), (110, 4), (664, 5)):
        geranium(layer, (x, 300 if x > 300 else 318), 0.66, "#e8433c", seed)
    return grain(layer, 4)


def _paving(layer: Layer) -> None:
    dice = random.Random(9)
    for row in range(26):
        y = 250 + row * 40
        for column in range(-1, 12):
            x = column * 68 + (row % 2) * 34
            tile = polygon([(x, y - 38), (x + 32, y), (x, y + 38), (x - 32, y)])
            layer.paint(tile, dice.choice(("#1c5250", "#174644", "#225c56", "#133a3a")), 0.55)
            if (row + column) % 3 == 0:
                layer.paint(polygon([(x, y - 12), (x + 10, y), (x, y + 12), (x - 10, y)]), "#4a8a74", 0.4)


def _walker(step: int) -> Layer:
    """Seen from above and behind: shawl, skirt, a long shadow coming back from the door."""
    layer = Layer(WIDTH, 1240)
    turn = step / 8 * math.tau
    x, y = 452.0, 800.0
    shadow = polygon([(x - 22, y + 4), (x + 22, y + 4), (x + 6, y + 230), (x - 96, y + 250)]).blurred(10)
    layer.paint(shadow, "#020a0b", 0.6)
    for side in (-1, 1):
        lift = 7 * math.sin(turn + (0 if side < 0 else math.pi))
        layer.paint(ellipse((x + side * 11, y + 4 - lift), (9, 13)), "#040a0b")
    skirt = blob(
        [
            (x - 30, y - 4),
            (x - 26 + 3 * math.sin(turn), y - 60),
            (x - 18, y - 112),
            (x + 18, y - 112),
            (x + 26 + 3 * math.sin(turn), y - 60),
            (x + 30, y - 4),
            (x, y + 6),
        ]
    )
    layer.paint(skirt, linear((x - 30, 0), (x + 30, 0), (0, "#0b1a20"), (1, "#1c2a2c")))
    shawl = blob(
        [
            (x - 32, y - 84),
            (x - 30, y - 132),
            (x - 14, y - 152),
            (x + 14, y - 152),
            (x + 30, y - 132),
            (x + 34, y - 84),
            (x, y - 62),
        ]
    )
    layer.paint(shawl, vertical(y - 152, y - 60, (0, "#b0363c"), (1, "#4a1420")))
    head = ellipse((x, y - 168), (19, 22))
    layer.paint(head, "#140d10")
    for part in (skirt, shawl, head):
        layer.edge(part, (2, -4), "#ffdc94", 0.95, 1.4)
    return layer


def _roof_edge() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 50), (860, 330), 0.8), "#030809", 0.97)
    dice = random.Random(14)
    for _ in range(60):
        x, y = dice.choice((dice.uniform(-30, 170), dice.uniform(560, 760))), dice.uniform(1010, 1290)
        layer.paint(
            ellipse((x, y), (dice.uniform(14, 26), dice.uniform(7, 12)), dice.uniform(-60, 60)),
            dice.choice(("#04100e", "#071a16", "#0c2a20")),
        )
    return layer
