"""Shapes as masks: polygons, smooth outlines, brush strokes, ellipses, boxes."""

import math
from collections.abc import Sequence

from loadtest.film.paint import OVERSAMPLING, Mask, Point, drawn

Points = Sequence[Point]


def traced(outline: str) -> list[Point]:
    """An outline written as "x,y x,y": long ones are read as one line, not as a column of brackets."""
    pairs = (dot.split(",") for dot in outline.split())
    return [(float(x), float(y)) for x, y in pairs]


def polygon(points: Points) -> Mask:
    return drawn(points, lambda pen, scaled: pen.polygon(scaled, fill=255))


def curve(points: Points, closed: bool = False, steps: int = 8) -> list[Point]:
    """A Catmull-Rom curve through all points."""
    count = len(points)

    def point(index: int) -> Point:
        return points[index % count] if closed else points[max(0, min(count - 1, index))]

    found: list[Point] = []
    for index in range(count if closed else count - 1):
        before, one, two, after = (point(index + offset) for offset in (-1, 0, 1, 2))
        found.extend(_between(before, one, two, after, step / steps) for step in range(steps))
    return found if closed else [*found, points[-1]]


def _between(before: Point, one: Point, two: Point, after: Point, share: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return b + 0.5 * share * (c - a + share * (2 * a - 5 * b + 4 * c - d + share * (3 * (b - c) + d - a)))

    return axis(before[0], one[0], two[0], after[0]), axis(before[1], one[1], two[1], after[1])


def blob(points: Points, steps: int = 8) -> Mask:
    return polygon(curve(points, closed=True, steps=steps))


def line(points: Points, width: float) -> Mask:
    return drawn(
        points,
        lambda pen, scaled: pen.line(scaled, fill=255, width=max(1, round(width * OVERSAMPLING)), joint="curve"),
        width,
    )


def brush(points: Points, *widths: float) -> Mask:
    """A stroke along a smooth curve, its width running through the given ones; round ends."""
    path = curve(points, steps=10)
    radii = [_width(widths, index / (len(path) - 1)) / 2 for index in range(len(path))]
    sides: tuple[list[Point], list[Point]] = ([], [])
    for index, (x, y) in enumerate(path):
        (ax, ay), (bx, by) = path[max(0, index - 1)], path[min(len(path) - 1, index + 1)]
        length = math.hypot(bx - ax, by - ay) or 1
        nx, ny = (ay - by) / length * radii[index], (bx - ax) / length * radii[index]
        sides[0].append((x + nx, y + ny))
        sides[1].append((x - nx, y - ny))
    outline = [*sides[0], *reversed(sides[1])]
    body = polygon(outline)
    ends = [ellipse(path[at], (radii[at], radii[at])) for at in (0, -1) if radii[at] > 0.8]
    return body.plus(*ends)


def _width(widths: Sequence[float], share: float) -> float:
    if len(widths) == 1:
        return widths[0]
    place = share * (len(widths) - 1)
    index = min(int(place), len(widths) - 2)
    return widths[index] + (widths[index + 1] - widths[index]) * (place - index)


def ellipse(centre: Point, radii: Point, turn: float = 0.0) -> Mask:
    steps = max(16, round(max(radii) / 3))
    angle = math.radians(turn)
    points = []
    for step in range(steps):
        x, y = radii[0] * math.cos(step * math.tau / steps), radii[1] * math.sin(step * math.tau / steps)
        points.append(
            (
                centre[0] + x * math.cos(angle) - y * math.sin(angle),
                centre[1] + x * math.sin(angle) + y * math.cos(angle),
            )
        )
    return polygon(points)


def box(x: float, y: float, width: float, height: float, corner: float = 0) -> Mask:
    if not corner:
        return polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    ends = [(x, y), (x + width, y + height)]
    return drawn(
        ends, lambda pen, scaled: pen.rounded_rectangle((scaled[0], scaled[1]), corner * OVERSAMPLING, fill=255)
    )


def arch(x: float, y: float, width: float, height: float, rise: float = 1.0) -> Mask:
    """An upright box with a round (or flatter, or pointed) head."""
    radius = width / 2
    head = [
        (x + radius - radius * math.cos(step * math.pi / 24), y + radius * rise * (1 - math.sin(step * math.pi / 24)))
        for step in range(25)
    ]
    return polygon([(x, y + height), *head, (x + width, y + height)])


def placed(points: Points, at: Point, scale: float = 1.0, turn: float = 0.0, mirror: bool = False) -> list[Point]:
    """Points drawn around (0, 0), brought to their place."""
    angle = math.radians(turn)
    found = []
    for px, py in points:
        x, y = (-px if mirror else px) * scale, py * scale
        found.append(
            (at[0] + x * math.cos(angle) - y * math.sin(angle), at[1] + x * math.sin(angle) + y * math.cos(angle))
        )
    return found
