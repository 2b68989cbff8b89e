"""A shot is a stack of sprites; each moves by an expression of the time, which ffmpeg evaluates for every frame."""

from dataclasses import dataclass

from PIL import Image

from loadtest.film.paint import HEIGHT, Layer

FRAME_RATE = 24


@dataclass(frozen=True)
class Sprite:
    """One picture, or several shown in turn at their own rate. The lowest of a shot is opaque and covers the screen."""

    frames: tuple[Image.Image, ...]
    x: str = "0"
    y: str = "0"
    rate: int = 12
    zoom: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """On the screen; a soft picture may be kept smaller and be enlarged there."""
        width, height = self.frames[0].size
        return width * self.zoom, height * self.zoom


Sprites = tuple[Sprite, ...]


@dataclass(frozen=True)
class Shot:
    """Sprites from the ground up, and how often in a second they are put together."""

    sprites: Sprites
    rate: int = FRAME_RATE


def on_ones(*sprites: Sprite) -> Shot:
    return Shot(sprites)


def on_twos(*sprites: Sprite) -> Shot:
    """Every picture is held for two frames, as animators do where nothing moves fast: half the work, unseen."""
    return Shot(sprites, FRAME_RATE // 2)


def _from(start: int, expression: str) -> str:
    """What does not move keeps a plain number: such neighbours can be put into one picture."""
    return f"{start}+({expression})" if expression != "0" else str(start)


def still(layer: Layer, x: str = "0", y: str = "0") -> Sprite:
    """One picture, without the borders that are empty: there is less to blend."""
    left, top, right, bottom = layer.image.getbbox() or (0, 0, 1, 1)
    return Sprite((layer.image.crop((left, top, right, bottom)),), _from(left, x), _from(top, y))


def strip(layers: list[Layer], x: str = "0", y: str = "0", rate: int = 12, zoom: int = 1) -> Sprite:
    """Several pictures of one size, without the borders that are empty in all of them."""
    boxes = [box for layer in layers if (box := layer.image.getbbox())] or [(0, 0, 1, 1)]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    frames = tuple(layer.image.crop((left, top, right, bottom)) for layer in layers)
    return Sprite(frames, _from(left * zoom, x), _from(top * zoom, y), rate, zoom)


def drift(speed: float, start: float = 0) -> str:
    return f"{start:g}+{speed:g}*t"


def sway(reach: float, period: float, phase: float = 0, centre: float = 0) -> str:
    return f"{centre:g}+{reach:g}*sin(2*PI*t/{period:g}+{phase:g})"


def around(speed: float, length: int, start: float = 0) -> str:
    """Leftwards for ever, for a layer that repeats itself every `length`."""
    return f"-mod({start:g}+{speed:g}*t,{length})"


def falling(speed: float, height: int = HEIGHT, top: int = 0) -> str:
    """Downwards for ever, for a layer made of the same area twice."""
    return f"mod({speed:g}*t,{height})-{height - top}"


def flattened(shot: Shot) -> Shot:
    """Neighbours that never move become one picture, where that leaves less to blend."""
    found = [shot.sprites[0]]
    for sprite in shot.sprites[1:]:
        both = _together(found[-1], sprite) if _fixed(found[-1]) and _fixed(sprite) else None
        if both is None:
            found.append(sprite)
        else:
            found[-1] = both
    return Shot(tuple(found), shot.rate)


def _fixed(sprite: Sprite) -> bool:
    return len(sprite.frames) == 1 and sprite.zoom == 1 and all(at.lstrip("-").isdigit() for at in (sprite.x, sprite.y))


def _together(below: Sprite, above: Sprite) -> Sprite | None:
    boxes = [(int(each.x), int(each.y), *each.size) for each in (below, above)]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width, height = max(box[0] + box[2] for box in boxes) - left, max(box[1] + box[3] for box in boxes) - top
    if width * height > 1.1 * sum(box[2] * box[3] for box in boxes):
        return None
    picture = Image.new("RGBA", (width, height))
    for each, box in zip((below, above), boxes, strict=True):
        picture.alpha_composite(each.frames[0], (box[0] - left, box[1] - top))
    return Sprite((picture,), str(left), str(top))
