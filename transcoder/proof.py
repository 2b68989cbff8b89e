"""Argument lists for looking at a package: does every rung play, and which picture becomes the poster. Pure."""

from typing import Final

from transcoder.plan import Picture
from transcoder.profiles import AUDIO_NAME, UPRIGHT

#: Where the sandbox shows the package to a process at home in the folder `out`.
PACKAGE: Final = "../package"
POSTER: Final = "poster.png"

_GLOBAL: Final = ["-nostdin", "-hide_banner", "-v", "error", "-xerror"]
_POSTER_WIDTH: Final = 540
_SEARCH_SECONDS: Final = "60"
# A picture is near black while nine tenths of its points are darker than 40 of 255.
_NOT_BLACK: Final = (
    "blackframe=amount=0:threshold=40,metadata=mode=select:key=lavfi.blackframe.pblack:value=90:function=less"
)


def proof_args(pictures: tuple[Picture, ...]) -> list[str]:
    """Decodes the first picture of every rung and the first of the sound, as a player would: from the playlists."""
    names = [*(picture.name for picture in pictures), AUDIO_NAME]
    inputs = [arg for name in names for arg in _input(name)]
    looks = [arg for n in range(len(pictures)) for arg in ("-map", f"{n}:v:0", "-frames:v", "1", "-f", "null", "-")]
    sound = ["-map", f"{len(pictures)}:a:0", "-frames:a", "10", "-f", "null", "-"]
    return [*_GLOBAL, *inputs, *looks, *sound]


def poster_args(largest: Picture, *, skip_black: bool) -> list[str]:
    filters = [*([_NOT_BLACK] if skip_black else []), _crop(largest)]
    source = ["-t", _SEARCH_SECONDS, *_input(largest.name)]
    return [*_GLOBAL, *source, "-map", "0:v:0", "-vf", ",".join(filters), "-frames:v", "1", "-y", POSTER]


def _input(name: str) -> list[str]:
    return ["-protocol_whitelist", "file", "-f", "hls", "-i", f"{PACKAGE}/{name}/playlist.m3u8"]


def _crop(picture: Picture) -> str:
    width = min(picture.width, int(picture.height * UPRIGHT))
    height = min(picture.height, int(picture.width / UPRIGHT))
    shown = min(_POSTER_WIDTH, width) // 2 * 2
    return f"crop={width}:{height},scale={shown}:{round(shown / UPRIGHT / 2) * 2}"
