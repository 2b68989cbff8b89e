"""Makes the three posters and the thumbhash of one picture. Runs alone in the sandbox; imports nothing of ours."""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image
from thumbhash import rgba_to_thumb_hash

# Format, first quality, limit in bytes: the quality goes down until the poster is small enough for a slow phone.
_FORMATS = {
    "poster.avif": ("AVIF", 50, 24_000),
    "poster.webp": ("WEBP", 70, 32_000),
    "poster.jpg": ("JPEG", 82, 60_000),
}
_HASH_SIZE = 100
_LOWEST_QUALITY = 25


def main(picture: str, folder: str) -> None:
    with Image.open(picture, formats=["PNG"]) as opened:
        image = opened.convert("RGB")
    for name, (kind, quality, limit) in _FORMATS.items():
        Path(folder, name).write_bytes(_encode(image, kind, quality, limit))
    sys.stdout.write(json.dumps({"thumbhash": _thumbhash(image)}))


def _encode(image: Image.Image, kind: str, quality: int, limit: int) -> bytes:
    while True:
        encoded = io.BytesIO()
        image.save(encoded, kind, quality=quality)
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
