"""What the hand leaves: grain, cloud, stars, rain, snow. All of it seeded, so a film is the same on every machine."""

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops

from loadtest.film.paint import HEIGHT, WIDTH, Layer, Mask, soften
from loadtest.film.shapes import ellipse, line


@lru_cache(maxsize=8)
def _noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))


def grain(layer: Layer, amount: int = 3, seed: int = 1) -> Layer:
    """Breaks the bands of a gradient; static, so it costs the encoder nothing."""
    width, height = layer.image.size
    speck = _noise(512, 512, seed).point([128 + round((level - 127.5) / 127.5 * amount) for level in range(256)])
    tiled = Image.new("L", (width, height))
    for left in range(0, width, 512):
        for top in range(0, height, 512):
            tiled.paste(speck, (left, top))
    alpha = layer.image.getchannel("A")
    moved = ImageChops.add(layer.image.convert("RGB"), Image.merge("RGB", [tiled] * 3), 1, -128)
    moved.putalpha(alpha)
    layer.image = moved
    return layer


def clouds(width: int, height: int, seed: int, stretch: float = 4.0, cell: int = 60) -> Mask:
    """Three octaves of soft noise, drawn out sideways; contrast opened so that there is sky between."""
    total = Image.new("L", (width, height), 0)
    for octave, weight in enumerate((0.55, 0.3, 0.15)):
        size = max(4, cell >> octave)
        grid = (max(3, round(width / size / stretch) + 2), max(3, round(height / size) + 2))
        layer = _noise(*grid, seed + octave).resize((width, height), Image.Resampling.BICUBIC)
        total = ImageChops.add(total, layer.point([round(level * weight) for level in range(256)]))
    opened = total.point([max(0, min(255, round((level - 105) * 2.6))) for level in range(256)])
    return Mask(soften(opened, 3), 0, 0)


def bank(top: int, tall: int, seed: int, stretch: float = 6.0, cell: int = 90) -> Mask:
    """A bank of cloud across the screen that thins out above and below."""
    fade = Image.new("L", (1, tall))
    fade.putdata([round(255 * math.sin(math.pi * (y + 0.5) / tall) ** 1.5) for y in range(tall)])
    cloud = clouds(WIDTH, tall, seed, stretch, cell)
    return Mask(ImageChops.multiply(cloud.image, fade.resize((WIDTH, tall))), 0, top)


def stars(layer: Layer, count: int, depth: int, seed: int, hues: tuple[str, ...] = ("#ffffff",)) -> None:
    """Few bright, many faint, thinning towards the horizon."""
    dice = random.Random(seed)
    for _ in range(count):
        x, y = dice.uniform(0, layer.image.width), depth * dice.random() ** 1.35
        size = 0.6 + 1.5 * dice.random() ** 5
        opacity = (0.25 + 0.75 * dice.random() ** 2) * (1 - 0.6 * y / depth)
        hue = dice.choice(hues)
        layer.paint(ellipse((x, y), (size, size)), hue, opacity)
        if size > 1.5:
            layer.light((x, y), (size * 7, size * 7), hue, 0.35)


def rain(
    seed: int,
    count: int,
    length: float,
    width: float,
    slant: float,
    opacity: float,
    area: tuple[int, int] = (WIDTH, HEIGHT),
) -> Layer:
    """An area of falling drops, twice over, so that scrolling it by its height closes the loop."""
    dice = random.Random(seed)
    across, down = area
    tile = Layer(across, down * 2)
    for _ in range(count):
        x, y = dice.uniform(-60, across), dice.uniform(0, down)
        reach = length * dice.uniform(0.6, 1.3)
        shade = opacity * dice.uniform(0.35, 1)
        for top in (y - down, y, y + down):
            tile.paint(line([(x, top), (x + slant * reach, top + reach)], width), "#cfe3ee", shade)
    return tile


def snow(
    seed: int,
    count: int,
    size: float,
    opacity: float,
    soft: float = 0.0,
    tint: str = "#eef4ff",
    area: tuple[int, int] = (WIDTH + 80, HEIGHT),
) -> Layer:
    """An area of flakes, twice over, so that scrolling it by its height closes the loop; motes of dust are snow too."""
    dice = random.Random(seed)
    width, height = area
    tile = Layer(width, height * 2)
    for _ in range(count):
        x, y = dice.uniform(0, width), dice.uniform(0, height)
        radius = size * dice.uniform(0.5, 1.2)
        flake = ellipse((x, y), (radius, radius * dice.uniform(0.8, 1)))
        if soft:
            flake = flake.blurred(soft)
        shade = opacity * dice.uniform(0.4, 1)
        for lift in (0, height):
            tile.paint(flake.moved(0, lift), tint, shade)
    return tile
