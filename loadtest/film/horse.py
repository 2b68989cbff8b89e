"""A horse, walking or standing, looking right; its hooves are at (0, 0) and its withers 208 above."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loadtest.film.paint import Mask, Point
from loadtest.film.shapes import blob, brush, placed, polygon, traced

Place = Callable[[Sequence[Point]], list[Point]]

BODY: Sequence[Point] = traced(
    "-81,-190 -59,-204 -16,-193 27,-196 54,-208 81,-196 95,-166 92,-136 63,-110 9,-100 -36,-108 -70,-122 -88,-150"
)
NECK: Sequence[Point] = traced(
    "46,-206 74,-236 100,-266 120,-284 138,-284 150,-270 170,-240 184,-218 188,-206 180,-197 168,-198 "
    "158,-207 142,-220 128,-226 118,-206 110,-182 100,-150 70,-150"
)
MANE: Sequence[Point] = traced(
    "48,-212 54,-236 66,-248 70,-262 86,-274 92,-286 108,-292 122,-300 136,-290 142,-272 132,-276 "
    "118,-262 112,-240 98,-238 94,-216 76,-216"
)
EARS = (
    ((117, -282), (116, -296), (121, -306), (129, -297), (131, -284)),
    ((126, -284), (130, -300), (138, -305), (140, -294), (140, -282)),
)


@dataclass(frozen=True)
class Stance:
    at: Point
    scale: float = 1.0
    mirror: bool = False
    nod: float = 0.0
    tail: float = 0.0


def _nodding(points: Sequence[Point], nod: float) -> list[Point]:
    """Turn about the foot of the neck, the more the further out."""
    found = []
    for x, y in points:
        share = max(0.0, min(1.0, (x - 40) / 70))
        angle = math.radians(nod * share)
        dx, dy = x - 62, y + 190
        found.append(
            (62 + dx * math.cos(angle) - dy * math.sin(angle), -190 + dx * math.sin(angle) + dy * math.cos(angle))
        )
    return found


def horse(stance: Stance, stride: float | None = None) -> tuple[Mask, Mask]:
    """(far legs, everything else); a stride from 0 to 1 walks, None stands."""

    def put(points: Sequence[Point]) -> list[Point]:
        return placed(points, stance.at, stance.scale, 0, stance.mirror)

    far = [
        _leg(put, stance.scale, front, _phase(stride, offset), stride) for front, offset in ((True, 0.25), (False, 0.0))
    ]
    near = [
        _leg(put, stance.scale, front, _phase(stride, offset), stride) for front, offset in ((True, 0.75), (False, 0.5))
    ]
    neck = blob(put(_nodding(NECK, stance.nod)))
    mane = blob(put(_nodding(MANE, stance.nod)))
    ears = [blob(put(_nodding(ear, stance.nod))) for ear in EARS]
    swing = stance.tail
    tail = brush(
        put(((-78, -190), (-102, -172), (-112 - swing * 6, -120), (-104 - swing * 18, -64))),
        *(w * stance.scale for w in (10, 17, 19, 2)),
    )
    body = blob(put(BODY)).plus(neck, mane, *ears, tail, *near)
    return far[0].plus(far[1]), body


def halter(stance: Stance, hang: float = 0.0) -> Mask:
    """Nose band, cheek strap and the end of a rope."""

    def put(points: Sequence[Point]) -> list[Point]:
        return placed(_nodding(points, stance.nod), stance.at, stance.scale, 0, stance.mirror)

    wide = 4.2 * stance.scale
    nose, cheek = (
        brush(put(((150, -213), (160, -222), (173, -233))), wide),
        brush(put(((124, -290), (140, -252), (155, -217))), wide),
    )
    rope = placed(
        ((0, 0), (3, 22), (-4, 48), (2 + hang * 6, 78)), put(((153, -210),))[0], stance.scale, 0, stance.mirror
    )
    return nose.plus(cheek, brush(rope, wide * 0.8))


def _phase(stride: float | None, offset: float) -> float:
    return 0.3 if stride is None else (stride + offset) % 1


def _leg(put: Place, scale: float, front: bool, phase: float, stride: float | None) -> Mask:
    hip = (74.0, -138.0) if front else (-60.0, -146.0)
    reach, lift = _step(phase) if stride is not None else ((2.0 if front else -6.0), 0.0)
    foot = (hip[0] + reach + (0 if front else -8), -6 - lift)
    joint = _bend(hip, foot, (74, 68) if front else (76, 78), forward=front)
    pastern = (foot[0] - (3 if front else 5) - lift * 0.2, foot[1] - 16)
    widths = (40, 20, 12, 10, 13) if front else (56, 22, 13, 10, 13)
    leg = brush(put((hip, _between(hip, joint, 0.6), joint, pastern, foot)), *(width * scale for width in widths))
    x, y = foot
    hoof = polygon(put(((x - 7, y - 6), (x + 7, y - 6), (x + 11, y + 6), (x - 8, y + 6))))
    return leg.plus(hoof)


def _step(phase: float) -> Point:
    """How far before the hip the hoof is, and how high: on the ground for six tenths of a stride."""
    if phase < 0.6:
        return 38 - 76 * phase / 0.6, 0.0
    share = (phase - 0.6) / 0.4
    return -38 + 76 * (share - math.sin(share * math.tau) / math.tau), 24 * math.sin(share * math.pi)


def _between(one: Point, two: Point, share: float) -> Point:
    return one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share


def _bend(hip: Point, foot: Point, bones: Point, forward: bool) -> Point:
    dx, dy = foot[0] - hip[0], foot[1] - hip[1]
    span = min(math.hypot(dx, dy), sum(bones) - 0.5)
    along = (bones[0] ** 2 - bones[1] ** 2 + span**2) / (2 * span)
    aside = math.sqrt(max(0.0, bones[0] ** 2 - along**2)) * (1 if forward else -1)
    ux, uy = dx / math.hypot(dx, dy), dy / math.hypot(dx, dy)
    return hip[0] + ux * along + uy * aside, hip[1] + uy * along - ux * aside
