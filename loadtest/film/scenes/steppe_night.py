"""The salt lake at night."""

import math
import random

from PIL import Image

from loadtest.film.horse import Stance, horse
from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, glow, soften, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, polygon, traced
from loadtest.film.stage import Shot, drift, on_twos, still, strip
from loadtest.film.texture import clouds, grain, stars


def lake() -> Shot:
    sky = _night()
    return on_twos(
        still(sky),
        strip([_glints(step) for step in range(12)], rate=6),
        still(_far_yurt()),
        strip([_night_walker(step / 12) for step in range(12)], x=drift(28, -150)),
        still(_shore()),
    )


def _night() -> Layer:
    layer = Layer(ground=vertical(0, 790, (0, "#040818"), (0.5, "#0d1c40"), (0.85, "#2a3f6c"), (1, "#5a5f88")))
    river = brush([(-60, 60), (240, 260), (470, 480), (760, 640)], 150, 210, 150, 90).blurred(46)
    layer.paint(river, "#7a86c4", 0.3)
    layer.paint(river.inside(clouds(WIDTH, HEIGHT, 91, 1.5, 90)), "#c9c4ea", 0.35)
    stars(layer, 420, 780, 14, ("#ffffff", "#cfe0ff", "#ffe6c4"))
    layer.light((500, 800), (360, 130), "#e0a070", 0.35)
    ridge = polygon(traced("0,800 0,764 160,746 300,768 460,742 610,764 720,750 720,800"))
    layer.paint(ridge, "#141d38")
    above = layer.image.crop((0, 300, WIDTH, 796)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    layer.image.paste(soften(above.convert("RGB"), 1.4).convert("RGBA"), (0, 796))
    water = box(0, 796, WIDTH, 490)
    layer.paint(water, vertical(796, 1280, (0, "#3a4670"), (0.4, "#0c1430"), (1, "#04060f")), 0.5)
    layer.paint(box(0, 795, WIDTH, 3), "#b8b4d0", 0.5)
    return grain(layer, 4)


def _glints(step: int) -> Layer:
    dice = random.Random(19)
    layer = Layer(WIDTH, 1080)
    for _ in range(60):
        x, y, phase = dice.uniform(0, WIDTH), 806 + 230 * dice.random() ** 1.5, dice.random()
        shine = max(0.0, math.sin((step / 12 + phase) * math.tau))
        reach = 10 + (y - 790) * 0.2
        if shine > 0.1:
            layer.paint(ellipse((x, y), (reach * (0.6 + 0.4 * shine), 1)), "#cfd8f4", 0.3 * shine)
    return layer


def _far_yurt() -> Layer:
    layer = Layer()
    layer.light((536, 776), (170, 130), "#ffb050", 0.6, 1.9)
    for flip in (1, -1):

        def y(value: float, flip: int = flip) -> float:
            return 797 + (value - 797) * flip

        tone = 1.0 if flip > 0 else 0.55
        layer.paint(
            blob(
                [
                    (486, y(766)),
                    (510, y(742)),
                    (536, y(734)),
                    (562, y(742)),
                    (586, y(766)),
                    (584, y(797)),
                    (488, y(797)),
                ]
            ),
            "#0b1024",
            tone,
        )
        layer.paint(polygon([(526, y(768)), (546, y(768)), (547, y(797)), (525, y(797))]), "#ffd98c", tone)
    layer.paint(brush([(536, 800), (534, 880), (538, 960)], 16, 22, 6).blurred(5), "#ffbe6a", 0.45)
    return layer


def _night_walker(stride: float) -> Layer:
    layer = Layer(WIDTH, 1180)
    stance = Stance((330, 900), 0.72, nod=16 + 3 * math.sin(stride * 2 * math.tau), tail=math.sin(stride * math.tau))
    far, near = horse(stance, stride)
    whole = far.plus(near)
    flipped = Mask(
        soften(whole.image.transpose(Image.Transpose.FLIP_TOP_BOTTOM), 2.5),
        whole.x,
        1806 - whole.y - whole.image.height,
    )
    layer.paint(flipped, "#03050d", 0.6)
    layer.paint(far, "#050812")
    layer.paint(near, "#070b18")
    layer.edge(near, (3, -3), "#aab6e0", 0.85, 1.2)
    layer.paint(ellipse((330, 904), (120, 3)), "#cfd8f4", 0.35)
    return layer


def _shore() -> Layer:
    layer = Layer()
    layer.paint(glow((360, HEIGHT + 40), (860, 330), 0.9), "#03040a", 0.95)
    dice = random.Random(33)
    for _ in range(90):
        x, reach = dice.uniform(-10, WIDTH), dice.uniform(40, 150)
        layer.paint(
            brush([(x, 1300), (x + reach * 0.1, 1250 - reach * 0.5), (x + reach * 0.35, 1210 - reach)], 3.4, 2.4, 0.6),
            "#03050c",
        )
    return layer
