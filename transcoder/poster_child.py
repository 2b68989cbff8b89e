"""Makes posters, the thumbhash and the storyboard of pictures. Runs alone in the sandbox; imports nothing of ours.

The pictures are those our ffmpeg has left, or, after the words `own` and `mark`, what somebody has sent.
"""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image, ImageOps
from thumbhash import rgba_to_thumb_hash

# Format, first quality, limit in bytes: the quality goes down until the poster is small enough for a slow phone.
_FORMATS = {"avif": (50, 24_000), "webp": (70, 32_000), "jpg": (82, 60_000)}
_KINDS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
# Width and height of the shapes, by what their names end with.
_SHAPES = {"": (9, 16), "-card": (2, 3)}
_WIDTH = 540
_HASH_SIZE = 100
_LOWEST_QUALITY = 25
_BOARD_QUALITY = 55
# Of what somebody has sent: how it may be stored, its most pixels, and the narrowest part that makes a poster.
_TAKEN = ("JPEG", "PNG", "WEBP", "AVIF")
_MOST_PIXELS = 50_000_000
_NARROWEST = 360
_AT_FAULT = 3
# A logo or a sponsor's card: the largest it is shown, the smallest that can be seen, and its limit in bytes.
_MARK, _SMALLEST_MARK, _MARK_BYTES = (720, 360), 32, 48_000
_AVIF_SPEED = {"AVIF": {"speed": 8, "max_threads": 2}}


def main(board: str, *pictures: str) -> None:
    """`pictures` are names of posters and of the files they are made of: `a=shot-2.png`. The first gives the hash."""
    first = ""
    for pair in pictures:
        name, _, file = pair.partition("=")
        with Image.open(file, formats=["PNG"]) as opened:
            image = opened.convert("RGB")
        for ending, shape in _SHAPES.items():
            cut = _crop(image, *shape)
            first = first or _thumbhash(cut)
            for kind in _FORMATS:
                Path(f"{name}{ending}.{kind}").write_bytes(_encode(cut, kind))
    with Image.open(board, formats=["PNG"]) as opened:
        opened.convert("RGB").save("sprite.webp", "WEBP", quality=_BOARD_QUALITY)
        size = opened.size
    sys.stdout.write(json.dumps({"thumbhash": first, "board": size}))


def own(*cuts: str) -> None:
    """Each of `cuts` is a name, a shape, a file and shares of it: `tall 9 16 ../in/tall 0.1 0 0.5 1`.

    The first gives the hash.
    """
    first = ""
    for cut in cuts:
        name, wide, high, file, *shares = cut.split(" ")
        try:
            part = _cut_out(file, *map(float, shares))
        except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
            sys.stderr.write(type(error).__name__)
            sys.exit(_AT_FAULT)
        poster = _crop(part, int(wide), int(high))
        if poster.width < _NARROWEST:
            sys.exit(_AT_FAULT)
        first = first or _thumbhash(poster)
        for kind in _FORMATS:
            Path(f"{name}.{kind}").write_bytes(_encode(poster, kind))
    sys.stdout.write(json.dumps({"thumbhash": first}))


def mark(file: str) -> None:
    """Whole, with what is transparent in it, without an empty border; as WebP, whatever it came as."""
    try:
        with Image.open(file, formats=_TAKEN) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ValueError("too many pixels")
            image = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        sys.stderr.write(type(error).__name__)
        sys.exit(_AT_FAULT)
    seen = image.getchannel("A").getbbox()
    if seen is None or min(seen[2] - seen[0], seen[3] - seen[1]) < _SMALLEST_MARK:
        sys.exit(_AT_FAULT)
    image = image.crop(seen)
    image.thumbnail(_MARK, Image.Resampling.LANCZOS)
    quality = 92
    while True:
        encoded = io.BytesIO()
        image.save(encoded, "WEBP", quality=quality)
        if encoded.tell() <= _MARK_BYTES or quality <= _LOWEST_QUALITY:
            break
        quality -= 8
    Path("mark.webp").write_bytes(encoded.getvalue())
    sys.stdout.write(json.dumps({"width": image.width, "height": image.height}))


def _cut_out(file: str, left: float, top: float, width: float, height: float) -> Image.Image:
    """Its size is in the first bytes: what is too large is not decoded. Transparent parts become dark."""
    with Image.open(file, formats=_TAKEN) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        image = ImageOps.exif_transpose(opened).convert("RGBA")
    dark = Image.new("RGBA", image.size, (11, 10, 16, 255))
    dark.alpha_composite(image)
    x, y = round(left * image.width), round(top * image.height)
    return dark.convert("RGB").crop((x, y, x + round(width * image.width), y + round(height * image.height)))


def _crop(image: Image.Image, width: int, height: int) -> Image.Image:
    """The largest part of this shape from the middle, no wider than a poster is shown."""
    wide = min(image.width, image.height * width // height)
    high = min(image.height, image.width * height // width)
    left, top = (image.width - wide) // 2, (image.height - high) // 2
    shown = min(_WIDTH, wide)
    box = (left, top, left + wide, top + high)
    return image.resize((shown, round(shown * height / width)), Image.Resampling.LANCZOS, box=box)


def _encode(image: Image.Image, kind: str) -> bytes:
    quality, limit = _FORMATS[kind]
    while True:
        encoded = io.BytesIO()
        image.save(encoded, _KINDS[kind], quality=quality, **_AVIF_SPEED.get(_KINDS[kind], {}))
        if encoded.tell() <= limit or quality <= _LOWEST_QUALITY:
            return encoded.getvalue()
        quality -= 8


def _thumbhash(image: Image.Image) -> str:
    small = image.copy()
    small.thumbnail((_HASH_SIZE, _HASH_SIZE))
    pixels = list(small.convert("RGBA").tobytes())
    return base64.b64encode(bytes(rgba_to_thumb_hash(small.width, small.height, pixels))).decode()


if __name__ == "__main__":
    if sys.argv[1] == "own":
        own(*sys.argv[2:])
    elif sys.argv[1] == "mark":
        mark(sys.argv[2])
    else:
        main(*sys.argv[1:])
