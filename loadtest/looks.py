"""What the demo festival says of itself and looks like. Its logo and its sponsor's card are drawn, like its films."""

import io
from typing import Any, Final

from PIL import Image, ImageDraw

ACCENT: Final = "#8fd0ff"
SPONSOR: Final = {"en": "Steppe Light Optics", "ru": "Оптика «Степной свет»", "zh": "草原之光光学"}
ABOUT_FESTIVAL: Final[dict[str, Any]] = {
    "place": {"en": "Almaty, House of Cinema", "ru": "Алматы, Дом кино", "zh": "阿拉木图，电影宫"},
    "offered": [],
    "result_languages": ["kk", "ru", "en"],
    "contact": {
        "en": "Festival desk, ground floor: desk@meridian.example",
        "ru": "Стол фестиваля, первый этаж: desk@meridian.example",
    },
    "privacy": {
        "en": "This phone has one random number, so that it has one vote. No name, no address, no advertising.",
        "ru": "У телефона есть одно случайное число, чтобы у него был один голос. Ни имени, ни адреса, ни рекламы.",
        "zh": "这部手机只有一个随机数，用来保证一机一票。没有姓名，没有地址，没有广告。",
    },
}  # fmt: skip
_SCALE: Final = 3


def drawn_logo() -> bytes:
    """A meridian: circle, axis and the arc between them."""
    size = 160 * _SCALE
    image = Image.new("RGBA", (size, size))
    draw, thick, edge = ImageDraw.Draw(image), 9 * _SCALE, 12 * _SCALE
    draw.ellipse((edge, edge, size - edge, size - edge), outline=(245, 241, 234, 255), width=thick)
    draw.arc((size // 3, edge, size - size // 3, size - edge), 0, 360, fill=(143, 208, 255, 255), width=thick)
    draw.line((edge, size // 2, size - edge, size // 2), fill=(245, 241, 234, 255), width=thick)
    return _png(image)


def drawn_card() -> bytes:
    """A lens, and the light that goes through it."""
    wide, high = 220 * _SCALE, 96 * _SCALE
    image = Image.new("RGBA", (wide, high))
    draw = ImageDraw.Draw(image)
    for place, colour in enumerate(((143, 208, 255), (255, 192, 103), (121, 221, 176))):
        y = high * (place + 1) // 4
        draw.line((0, y, wide // 2, high // 2), fill=(*colour, 255), width=5 * _SCALE)
        draw.line((wide // 2, high // 2, wide, high - y), fill=(*colour, 255), width=5 * _SCALE)
    draw.ellipse((wide // 2 - 18 * _SCALE, 0, wide // 2 + 18 * _SCALE, high - 1), fill=(245, 241, 234, 255))
    return _png(image)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
