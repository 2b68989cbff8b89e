"""Makes posters, the thumbhash and the storyboard of pictures. Runs alone in the sandbox; imports nothing of ours."""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image
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
    main(*sys.argv[1:])
