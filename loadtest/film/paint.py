"""Painting with masks: a shape becomes a soft-edged mask, a mask is filled, lit or shaded on a layer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 720, 1280
OVERSAMPLING = 3

Point = tuple[float, float]
Colour = tuple[int, int, int]
Stops = tuple[tuple[float, str], ...]
Box = tuple[int, int, int, int]


def colour(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


def dimmed(image: Image.Image, opacity: float) -> Image.Image:
    return Image.blend(Image.new("L", image.size), image, opacity)


def mix(one: str, other: str, share: float) -> str:
    parts = zip(colour(one), colour(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


@dataclass(frozen=True)
class Mask:
    image: Image.Image
    x: int
    y: int

    @property
    def box(self) -> Box:
        return self.x, self.y, self.x + self.image.width, self.y + self.image.height

    def within(self, box: Box) -> Image.Image:
        left, top, right, bottom = box
        return self.image.crop((left - self.x, top - self.y, right - self.x, bottom - self.y))

    def grown(self, margin: int) -> "Mask":
        left, top, right, bottom = self.box
        box = (left - margin, top - margin, right + margin, bottom + margin)
        return Mask(self.within(box), box[0], box[1])

    def blurred(self, radius: float) -> "Mask":
        wide = self.grown(math.ceil(radius * 2.5))
        return Mask(soften(wide.image, radius), wide.x, wide.y)

    def moved(self, dx: int, dy: int) -> "Mask":
        return Mask(self.image, self.x + dx, self.y + dy)

    def faded(self, opacity: float) -> "Mask":
        return Mask(dimmed(self.image, opacity), self.x, self.y)

    def inside(self, other: "Mask") -> "Mask":
        return Mask(ImageChops.multiply(self.image, other.within(self.box)), self.x, self.y)

    def minus(self, other: "Mask") -> "Mask":
        return Mask(ImageChops.subtract(self.image, other.within(self.box)), self.x, self.y)

    def plus(self, *others: "Mask") -> "Mask":
        boxes = [mask.box for mask in (self, *others)]
        box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        image = self.within(box)
        for other in others:
            image = ImageChops.lighter(image, other.within(box))
        return Mask(image, box[0], box[1])

    def rim(self, dx: int, dy: int, soft: float = 1.2) -> "Mask":
        """The edge that looks towards (dx, dy)."""
        edge = self.minus(self.moved(-dx, -dy))
        return Mask(soften(edge.image, soft), edge.x, edge.y).inside(self) if soft else edge


Fill = Callable[[Box], Image.Image]


def soften(image: Image.Image, radius: float) -> Image.Image:
    """Gaussian blur; a wide one is done on a smaller picture: it looks the same in a tenth of the time."""
    shrink = int(radius // 6)
    if shrink < 2:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.resize((max(1, image.width // shrink), max(1, image.height // shrink)), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(radius / shrink)).resize(image.size, Image.Resampling.BICUBIC)


def _at(stops: Sequence[tuple[float, Colour]], place: float) -> Colour:
    if place <= stops[0][0]:
        return stops[0][1]
    for (before, one), (after, other) in pairwise(stops):
        if place <= after:
            share = (place - before) / (after - before)
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
            return red, green, blue
    return stops[-1][1]


@lru_cache(maxsize=4096)
def ramp(stops: Stops, count: int, first: float = 0.0, last: float = 1.0) -> list[Colour]:
    fixed = [(place, colour(name)) for place, name in stops]
    return [_at(fixed, first + (last - first) * step / max(1, count - 1)) for step in range(count)]


@lru_cache(maxsize=512)
def _strip(stops: Stops, steps: int, low: float, high: float) -> Image.Image:
    line = Image.new("RGB", (steps, 1))
    line.putdata(ramp(stops, steps, low, high))
    return line


def flat(name: str) -> Fill:
    return lambda box: Image.new("RGB", (box[2] - box[0], box[3] - box[1]), colour(name))


def linear(start: Point, end: Point, *stops: tuple[float, str]) -> Fill:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy

    def place(x: float, y: float) -> float:
        return ((x - start[0]) * dx + (y - start[1]) * dy) / length

    def fill(box: Box) -> Image.Image:
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        corners = [place(x, y) for x in (left, right) for y in (top, bottom)]
        low, high = min(corners), max(corners)
        steps = max(2, min(320, width + height))
        line = _strip(stops, steps, round(low, 4), round(high, 4))
        if dx == 0:
            upright = line.transpose(Image.Transpose.ROTATE_270 if dy > 0 else Image.Transpose.ROTATE_90)
            return upright.resize((width, height), Image.Resampling.BILINEAR)
        scale = (steps - 1) / (high - low)
        shift = (place(left, top) - low) * scale + 0.5
        matrix = (dx / length * scale, dy / length * scale, shift, 0.0, 0.0, 1.5)
        return line.resize((steps, 3)).transform((width, height), Image.Transform.AFFINE, matrix)

    return fill


def vertical(top: float, bottom: float, *stops: tuple[float, str]) -> Fill:
    return linear((0, top), (0, bottom), *stops)


@lru_cache(maxsize=1)
def _distance() -> Image.Image:
    """0 in the middle, 255 on the circle that touches the sides (Pillow's own gradient ends in the corners)."""
    return Image.radial_gradient("L").point([min(255, round(level * math.sqrt(2))) for level in range(256)])


def radial(centre: Point, radii: Point, *stops: tuple[float, str]) -> Fill:
    table = ramp(stops, 256)
    bands = [_distance().point([entry[band] for entry in table]) for band in range(3)]

    def fill(box: Box) -> Image.Image:
        left, top, right, bottom = box
        picture = Image.new("RGB", (right - left, bottom - top), table[-1])
        size = (round(radii[0] * 2), round(radii[1] * 2))
        disc = Image.merge("RGB", bands).resize(size, Image.Resampling.BICUBIC)
        picture.paste(disc, (round(centre[0] - radii[0] - left), round(centre[1] - radii[1] - top)))
        return picture

    return fill


@lru_cache(maxsize=64)
def _fading(power: float) -> Image.Image:
    return _distance().point([round(255 * max(0.0, 1 - level / 255) ** power) for level in range(256)])


def glow(centre: Point, radii: Point, power: float = 2.0) -> Mask:
    """A disc of light that fades from the middle to nothing at its radii."""
    size = (max(1, round(radii[0] * 2)), max(1, round(radii[1] * 2)))
    image = _fading(power).resize(size, Image.Resampling.BICUBIC)
    return Mask(image, round(centre[0] - radii[0]), round(centre[1] - radii[1]))


class Layer:
    """A transparent picture one paints on; whatever falls outside is cut off."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, ground: Fill | None = None) -> None:
        self.image = Image.new("RGBA", (width, height))
        self.opaque = ground is not None
        if ground is not None:
            self.image.paste(ground((0, 0, width, height)))
            self.image.putalpha(255)

    def paint(self, mask: Mask, fill: Fill | str, opacity: float = 1.0) -> Mask:
        left, top, right, bottom = mask.box
        box = (max(0, left), max(0, top), min(self.image.width, right), min(self.image.height, bottom))
        if box[0] < box[2] and box[1] < box[3]:
            shown = mask.within(box)
            self._lay(fill, box, shown if opacity >= 1 else dimmed(shown, opacity))
        return mask

    def _lay(self, fill: Fill | str, box: Box, shown: Image.Image) -> None:
        """On an opaque layer a plain paste does, which is the faster one."""
        if self.opaque:
            self.image.paste(colour(fill) if isinstance(fill, str) else fill(box), box, shown)
        else:
            source = (flat(fill) if isinstance(fill, str) else fill)(box)
            source.putalpha(shown)
            self.image.alpha_composite(source, (box[0], box[1]))

    def light(self, centre: Point, radii: Point, name: str, opacity: float = 1.0, power: float = 2.0) -> None:
        self.paint(glow(centre, radii, power), name, opacity)

    def edge(
        self, mask: Mask, towards: tuple[int, int], fill: Fill | str, opacity: float = 1.0, soft: float = 1.2
    ) -> None:
        self.paint(mask.rim(*towards, soft), fill, opacity)

    def put(self, other: "Layer", at: tuple[int, int] = (0, 0)) -> None:
        self.image.alpha_composite(other.image, at)

    def veil(self, mask: Mask) -> None:
        """Keep only what the mask shows."""
        alpha = ImageChops.multiply(self.image.getchannel("A"), mask.within((0, 0, *self.image.size)))
        self.image.putalpha(alpha)


def drawn(points: Sequence[Point], draw: Callable[[ImageDraw.ImageDraw, list[Point]], None], margin: float = 2) -> Mask:
    """Draw oversampled in the box of the points, then bring it down to size."""
    left = math.floor(min(x for x, _ in points) - margin)
    top = math.floor(min(y for _, y in points) - margin)
    width = math.ceil(max(x for x, _ in points) + margin) - left
    height = math.ceil(max(y for _, y in points) + margin) - top
    image = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    draw(ImageDraw.Draw(image), [((x - left) * OVERSAMPLING, (y - top) * OVERSAMPLING) for x, y in points])
    return Mask(image.reduce(OVERSAMPLING), left, top)
