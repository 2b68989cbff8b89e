"""The boulevard in the rain, and the trolleybus that crosses it."""

import random

from PIL import Image

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, glow, linear, soften, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, polygon
from loadtest.film.stage import Shot, around, drift, falling, on_ones, still
from loadtest.film.texture import clouds, grain, rain

GROUND = 880


def boulevard() -> Shot:
    bus = _bus()
    return on_ones(
        still(_street()),
        still(_trees(), around(12, 720)),
        still(_mirrored(bus), x=drift(36, -170)),
        still(bus, x=drift(36, -170)),
        still(_near_lamp(), x=drift(-48, 40)),
        still(_downpour(), y=falling(1500)),
    )


def _downpour() -> Layer:
    layer = rain(11, 110, 70, 1.2, -0.14, 0.34)
    layer.put(rain(13, 26, 150, 2.2, -0.14, 0.3))
    return layer


def _street() -> Layer:
    layer = Layer(ground=vertical(0, GROUND, (0, "#070b18"), (0.45, "#11223a"), (0.8, "#24405a"), (1, "#5a5a62")))
    sky = clouds(WIDTH, 700, 31, 3, 130)
    layer.paint(sky, "#31506a", 0.3)
    layer.light((360, 860), (520, 300), "#e8a05a", 0.5, 1.6)
    _facades(layer)
    _wires(layer)
    _wet_road(layer)
    return grain(layer, 4)


def _facades(layer: Layer) -> None:
    dice = random.Random(17)
    x = -30
    for width in (190, 150, 210, 170, 120):
        height = dice.randint(330, 520)
        top = GROUND - height
        house = box(x, top, width - 6, height)
        layer.paint(house, vertical(top, GROUND, (0, "#0d1a2c"), (1, "#2a2f3e")))
        layer.paint(box(x - 5, top, width + 4, 14), "#0a1422")
        layer.edge(house, (3, -2), "#5a7a90", 0.4)
        columns, rows = width // 44, height // 70
        for column in range(columns):
            for row in range(rows):
                pane = box(x + 18 + column * 42, top + 40 + row * 68, 20, 36, 3)
                lit = dice.random() < 0.3
                layer.paint(
                    pane, dice.choice(("#ffc878", "#ffb058", "#ffe0a8")) if lit else "#0a1322", 0.95 if lit else 0.8
                )
                if lit:
                    layer.light((x + 28 + column * 42, top + 58 + row * 68), (44, 54), "#ffb765", 0.35)
        x += width
    shops = box(-10, GROUND - 70, WIDTH + 20, 70)
    layer.paint(shops, vertical(GROUND - 70, GROUND, (0, "#3a2c24"), (1, "#141218")), 0.9)
    for left in range(10, WIDTH, 118):
        layer.paint(
            box(left, GROUND - 58, 90, 48, 4), linear((left, 0), (left + 90, 0), (0, "#d98a44"), (1, "#ffcf8c")), 0.55
        )


def _wires(layer: Layer) -> None:
    for lift, drop in ((268, 26), (296, 22), (180, 60)):
        layer.paint(brush([(-20, lift), (360, lift + drop), (740, lift - 6)], 2), "#04060c", 0.9)
    for x in (90, 640):
        layer.paint(brush([(x, 150), (x + 4, 420)], 1.4), "#04060c", 0.8)


def _wet_road(layer: Layer) -> None:
    """The street again, upside down and drawn out, under a film of dark."""
    above = layer.image.crop((0, GROUND - 400, WIDTH, GROUND)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    below = soften(above.convert("RGB"), 5).convert("RGBA")
    layer.image.paste(below, (0, GROUND))
    road = box(0, GROUND, WIDTH, HEIGHT - GROUND)
    layer.paint(road, vertical(GROUND, HEIGHT, (0, "#1a2230"), (0.35, "#0c111c"), (1, "#05070d")), 0.62)
    layer.paint(glow((360, HEIGHT + 60), (620, 300), 1.3), "#04050a", 0.9)
    layer.paint(box(-10, GROUND - 4, WIDTH + 20, 10), "#0a0d16")
    layer.paint(box(-10, GROUND - 5, WIDTH + 20, 2), "#c9935a", 0.5)
    dice = random.Random(23)
    for _ in range(70):
        x, y = dice.uniform(0, WIDTH), GROUND + 14 + 330 * dice.random() ** 1.4
        reach = 14 + (y - GROUND) * 0.22
        layer.paint(ellipse((x, y), (reach, 1.3)), dice.choice(("#ffc07a", "#8fc6cf", "#ffd9a0")), 0.13)


def _trees() -> Layer:
    """Bare limes along the kerb; the row repeats itself."""
    dice = random.Random(29)
    layer = Layer(WIDTH * 2, 900)
    for x in (120, 400, 640):
        for at in (x, x + WIDTH):
            layer.paint(brush([(at, 884), (at - 4, 760), (at + 2, 640)], 17, 12, 7), "#070b14")
    for x in (120, 400, 640):
        for _ in range(15):
            lean, reach = dice.uniform(-1, 1), dice.uniform(90, 230)
            start = dice.uniform(640, 760)
            tip = (x + lean * 105, start - reach)
            twig = brush([(x, start), (x + lean * 50, start - reach * 0.6), tip], 6, 3.4, 0.8)
            fork = brush([(x + lean * 50, start - reach * 0.6), (x + lean * 40 + 18, start - reach * 1.1)], 2.4, 0.7)
            for at in (0, WIDTH):
                layer.paint(twig.moved(at, 0), "#070b14")
                layer.paint(fork.moved(at, 0), "#070b14")
    return layer


def _bus() -> Layer:
    layer = Layer(900, 1000)
    left, top, width, height = 120, 560, 640, 290
    layer.paint(glow((440, 720), (520, 260), 1.6), "#ffb45e", 0.45)
    for x in (330, 362):
        layer.paint(brush([(x + 90, top + 4), (x - 60, 460), (x - 210, 318)], 5, 3.5, 3), "#05070d")
    layer.light((122, 310), (46, 46), "#bfeaff", 0.8)
    layer.paint(ellipse((122, 312), (4, 4)), "#f4fdff")
    body = box(left, top, width, height, 34)
    layer.paint(
        body,
        vertical(
            top, top + height, (0, "#27506a"), (0.16, "#1b3a52"), (0.62, "#b8c2b8"), (0.66, "#8d2b2c"), (1, "#431318")
        ),
    )
    layer.paint(box(left + 40, top - 16, 330, 20, 8), "#0c1a2a")
    _bus_windows(layer, left, top, width)
    for x in (left + 140, left + 500):
        wheel = ellipse((x, top + height - 6), (46, 46))
        layer.paint(ellipse((x, top + height - 14), (56, 54)).inside(body), "#0a0a10")
        layer.paint(wheel, "#08090e")
        layer.paint(ellipse((x, top + height - 6), (19, 19)), "#4a4a50")
        layer.edge(wheel, (2, -2), "#8a6a4a", 0.7)
    layer.edge(body, (3, -3), "#ffd9a0", 0.65, 1.6)
    layer.paint(box(left + 8, top + 190, width - 16, 5), "#f0e0c0", 0.8)
    layer.paint(ellipse((left + width - 6, top + 226), (10, 13)), "#fff6dc")
    layer.paint(
        polygon(
            [(left + width - 4, top + 220), (900, top + 190), (900, top + 330), (left + width - 4, top + 236)]
        ).blurred(14),
        "#ffe3ae",
        0.5,
    )
    layer.light((left + width - 2, top + 226), (70, 70), "#fff0c8", 0.9)
    layer.light((left + 4, top + 236), (40, 40), "#ff4a3a", 0.8)
    return layer


def _bus_windows(layer: Layer, left: int, top: int, width: int) -> None:
    glass: list[Mask] = []
    for index in range(6):
        x = left + 22 + index * 88
        tall = index in (2, 5)
        pane = box(x, top + 40, 78 if not tall else 70, 238 if tall else 128, 10)
        glass.append(pane)
        layer.paint(
            pane, vertical(top + 30, top + 280, (0, "#fff0c4"), (0.3, "#ffcb7a"), (0.6, "#e08f45"), (1, "#8a4a28"))
        )
        layer.paint(box(x, top + 40, 78, 20).inside(pane), "#fffbe8", 0.8)
        if not tall:
            for seat in (10, 46):
                layer.paint(box(x + seat, top + 124, 24, 60, 8).inside(pane), "#6a2f22", 0.85)
        else:
            layer.paint(box(x + 32, top + 40, 5, 240), "#1b2c3c")
        layer.edge(pane, (0, -3), "#3a2418", 0.6)
    cab = box(left + width - 82, top + 44, 70, 132, 14)
    layer.paint(cab, vertical(top + 40, top + 180, (0, "#27414e"), (1, "#7a5236")))
    driver = blob(
        [
            (left + 578, top + 180),
            (left + 582, top + 132),
            (left + 594, top + 118),
            (left + 590, top + 92),
            (left + 606, top + 78),
            (left + 622, top + 90),
            (left + 620, top + 116),
            (left + 634, top + 134),
            (left + 640, top + 180),
        ]
    )
    layer.paint(driver.inside(cab), "#120c10")
    sign = box(left + 250, top + 8, 150, 24, 5)
    layer.paint(sign, "#0c0a08")
    for x in range(6):
        layer.paint(box(left + 268 + x * 20, top + 15, 12, 9), "#ffb23e", 0.95)


def _mirrored(bus: Layer) -> Layer:
    layer = Layer(900, HEIGHT)
    flipped = bus.image.crop((0, 380, 900, 900)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    layer.image.paste(soften(flipped, 5), (0, 884))
    fade = Layer(900, HEIGHT)
    fade.image = layer.image
    shade = Mask(
        Image.linear_gradient("L")
        .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        .resize((900, 330))
        .point([level * 2 // 3 for level in range(256)]),
        0,
        884,
    )
    fade.veil(shade)
    return fade


def _near_lamp() -> Layer:
    """A street lamp close to the eye; it slides past and gives the depth."""
    layer = Layer(700, HEIGHT)
    post = brush([(562, 1310), (558, 700), (556, 240), (540, 190), (480, 168)], 16, 12, 9, 8, 7)
    layer.paint(post, "#04060b")
    layer.edge(post, (-2, -1), "#ffb765", 0.6, 1.2)
    layer.paint(polygon([(420, 176), (486, 160), (494, 176), (428, 194)]), "#05070c")
    layer.light((452, 200), (220, 240), "#ffb765", 0.6, 1.8)
    layer.paint(ellipse((456, 187), (30, 7), -13), "#fff3d6")
    layer.paint(polygon([(430, 190), (484, 180), (640, 900), (250, 900)]).blurred(40), "#ffc77e", 0.11)
    return layer
