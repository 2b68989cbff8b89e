"""The title card: the series and the episode, in Latin letters, over the first seconds."""

from PIL import Image, ImageDraw, ImageFont

from loadtest.film.paint import HEIGHT, WIDTH, soften

LEFT, TOP, MOST = 54, 196, WIDTH - 108
SERIFS = (
    "NotoSerifDisplay-SemiBold.ttf",
    "NotoSerif-Bold.ttf",
    "DejaVuSerif-Bold.ttf",
    "LiberationSerif-Bold.ttf",
    "georgiab.ttf",
    "Georgia Bold.ttf",
)
SANS = (
    "NotoSans-Medium.ttf",
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "Arial.ttf",
)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _font(names: tuple[str, ...], size: int) -> Font:
    for name in names:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _wrapped(text: str, font: Font) -> list[str]:
    """One row if it fits, else the two rows that are most alike."""
    if font.getlength(text) <= MOST:
        return [text]
    words = text.split()
    pairs = [[" ".join(words[:place]), " ".join(words[place:])] for place in range(1, len(words))]
    return min(pairs or [[text]], key=lambda rows: max(font.getlength(row) for row in rows))


def title_card(series: str, episode: str) -> tuple[Image.Image, tuple[int, int]]:
    """The card without its empty borders, and where it goes."""
    card = Image.new("RGBA", (WIDTH, HEIGHT // 2))
    large, small = _font(SERIFS, 74), _font(SANS, 34)
    letters = Image.new("L", card.size)
    pen = ImageDraw.Draw(letters)
    y = TOP
    for row in _wrapped(series, large):
        pen.text((LEFT, y), row, font=large, fill=255)
        y += 84
    pen.text((LEFT + 2, y + 18), episode, font=small, fill=232)
    shade = soften(letters, 14).point([min(255, level * 3) for level in range(256)])
    card.paste((4, 4, 10, 255), (0, 0), shade.point([round(level * 0.62) for level in range(256)]))
    card.alpha_composite(_tinted(letters, "#fbf3e4"))
    ImageDraw.Draw(card).rectangle((LEFT + 2, TOP - 22, LEFT + 62, TOP - 17), fill="#ffbf69")
    box = card.getbbox() or (0, 0, 1, 1)
    return card.crop(box), (box[0], box[1])


def _tinted(letters: Image.Image, hue: str) -> Image.Image:
    picture = Image.new("RGBA", letters.size, hue)
    picture.putalpha(letters)
    return picture
