"""Thumbhashes become small pictures that stand in a page."""

import base64
import io

from PIL import Image
from thumbhash import rgba_to_thumb_hash

from api.blur import NOTHING, blurred, read


def hashed(image: Image.Image) -> bytes:
    return bytes(rgba_to_thumb_hash(*image.size, list(image.convert("RGBA").tobytes())))


def split(size: tuple[int, int]) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, (220, 30, 30))
    image.paste((30, 30, 220), (size[0] // 2, 0, size[0], size[1]))
    return image


def test_picture_has_the_shape_and_the_colours_of_its_film() -> None:
    width, height, pixels = read(hashed(split((54, 96))))
    image = Image.frombytes("RGB", (width, height), pixels)
    left, right = image.getpixel((1, height // 2)), image.getpixel((width - 2, height // 2))

    assert height == 32
    assert 16 <= width <= 19
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > left[2] + 80
    assert right[2] > right[0] + 80


def test_picture_that_lies_is_wide() -> None:
    width, height, _ = read(hashed(split((96, 54))))

    assert width == 32
    assert height < width


def test_address_holds_the_picture_itself() -> None:
    kind, data = blurred(base64.b64encode(hashed(split((54, 96)))).decode()).split(",")

    assert kind == "data:image/webp;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size[1] == 32


def test_hash_that_cannot_be_read_shows_nothing() -> None:
    assert [blurred(text) for text in ("", "AA==", "not base64", "AAAAAAAA")][:3] == [NOTHING] * 3
