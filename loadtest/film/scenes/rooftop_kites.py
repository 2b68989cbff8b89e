"""Kites, and the children who fly them."""

import math

from loadtest.film.paint import Layer, Point, mix, vertical
from loadtest.film.shapes import blob, box, brush, ellipse, line, placed, polygon, traced


def kite(layer: Layer, at: Point, size: float, hues: tuple[str, str], turn: float) -> None:
    """A paper patang: two shades, a bow and a spine, a small tail of paper."""

    def there(*points: Point) -> list[Point]:
        return placed(points, at, size, turn)

    tail = polygon(there((0, 66), (26, 104), (0, 96), (-26, 104)))
    layer.paint(tail, hues[1])
    left, right = polygon(there((0, -78), (-76, -6), (0, 74))), polygon(there((0, -78), (76, -6), (0, 74)))
    layer.paint(left, hues[0])
    layer.paint(right, hues[1])
    layer.paint(polygon(there((0, -40), (-26, -8), (0, 24), (26, -8))), mix(hues[0], "#fff4dc", 0.8), 0.9)
    bow = brush(there((-76, -6), (-40, -34), (0, -43), (40, -34), (76, -6)), max(1.2, 3.4 * size))
    spine = brush(there((0, -80), (0, 0), (0, 76)), max(1.2, 3.4 * size))
    layer.paint(bow.plus(spine), "#3a1620", 0.9)
    layer.edge(left.plus(right), (3, -2), "#fff0c8", 0.6, 1)


def limp_kite(layer: Layer, at: Point, size: float, hues: tuple[str, str], turn: float) -> None:
    x, y = at
    layer.paint(ellipse((x, y + 34 * size), (110 * size, 12 * size)).blurred(5), "#0d0810", 0.6)
    flat = (
        placed([(0, -78), (-76, -6), (0, 74)], (0, 0), size, turn),
        placed([(0, -78), (76, -6), (0, 74)], (0, 0), size, turn),
    )
    for part, hue in zip(flat, hues, strict=True):
        layer.paint(polygon([(x + px * 1.2, y + py * 0.42) for px, py in part]), hue)
    spine = placed([(0, -80), (0, 76)], (0, 0), size, turn)
    layer.paint(line([(x + px * 1.2, y + py * 0.42) for px, py in spine], 3), "#3a1620", 0.9)


def child(layer: Layer, at: Point, size: float, lean: float, shirt: str, reaching: bool) -> None:
    """Seen from behind, looking up into the light; `at` is between the feet."""

    def there(*points: Point) -> list[Point]:
        return [(x - (y - at[1]) * math.tan(math.radians(lean)) * 0.3, y) for x, y in placed(points, at, size)]

    legs = brush(there((-13, -88), (-16, -40), (-19, 4)), 26 * size, 20 * size, 16 * size).plus(
        brush(there((13, -88), (15, -40), (18, 4)), 26 * size, 20 * size, 16 * size)
    )
    kurta = blob(there(*traced("-38,-60 -32,-120 -36,-164 -20,-184 20,-184 36,-164 31,-120 38,-60 0,-54")))
    arms = [brush(there((30, -170), (58, -136), (36, -112)), 17 * size, 14 * size, 10 * size)]
    arms.append(
        brush(
            there((26, -166), (52, -204), (41, -250)) if reaching else there((-30, -170), (-46, -130), (-36, -96)),
            17 * size,
            14 * size,
            9 * size,
        )
    )
    head = blob(there(*traced("0,-248 20,-242 29,-222 26,-202 12,-188 -12,-188 -26,-202 -29,-222 -20,-242")))
    ears = ellipse(there((-29, -216))[0], (6 * size, 9 * size)).plus(
        ellipse(there((29, -216))[0], (6 * size, 9 * size))
    )
    neck = box(at[0] - 9 * size, at[1] - 196 * size, 18 * size, 22 * size)
    for part, hue in (
        (legs, "#33182e"),
        (neck, "#4a2420"),
        (arms[0], shirt),
        (kurta, shirt),
        (arms[1], shirt),
        (ears, "#6a3826"),
        (head, "#1c0d14"),
    ):
        layer.paint(
            part, vertical(at[1] - 250 * size, at[1], (0, mix(hue, "#ff9a80", 0.08)), (1, mix(hue, "#1a0a18", 0.72)))
        )
        layer.edge(part, (4, -3), "#ffd8a4", 0.9, 1.3)
