"""Sound films to start from, and a knife for their boxes."""

import struct
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from tests.transcoder.media import call_ffmpeg
from tests.transcoder.mp4 import box

_EXACT: Final = ["-fflags", "+bitexact", "-flags", "+bitexact", "-map_metadata", "-1", "-threads", "1"]
PICTURE: Final = "testsrc2=s=180x320:r=24:d=1"
_SOUND: Final = ["-f", "lavfi", "-i", "sine=f=440:r=48000:d=1", "-shortest"]
H264: Final = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"


@cache
def film(name: str, coding: str = f"{H264} -c:a aac", picture: str = PICTURE, *, sound: bool = True) -> bytes:
    """One second, upright; `name` says the container by its suffix, `coding` are ffmpeg's arguments."""
    heard = _SOUND if sound else []
    return made(name, "-f", "lavfi", "-i", picture, *heard, *coding.split(), *_EXACT)


def made(name: str, *args: str, **inputs: bytes) -> bytes:
    """What ffmpeg makes of `args`, in which `@name` stands for the file of that input."""
    with tempfile.TemporaryDirectory() as folder:
        for key, content in inputs.items():
            Path(folder, key).write_bytes(content)
        call_ffmpeg(*(str(Path(folder, arg[1:])) if arg[:1] == "@" else arg for arg in args), str(Path(folder, name)))
        return Path(folder, name).read_bytes()


def edit(film: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    """The film with the content of every box at `path`, as "moov/trak/tkhd", changed; sizes are put right.

    The index of these films stands behind the media, so nothing the index points to moves.
    """
    first, _, rest = path.partition("/")
    result = []
    for kind, content in boxes_of(film):
        changed = content if kind != first.encode() else edit(content, rest, change) if rest else change(content)
        result.append(box(kind, changed))
    return b"".join(result)


def boxes_of(content: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    position = 0
    while position + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        found.append((kind, content[position + 8 : position + length]))
        position += length
    return found


def put(place: int, value: int, size: int = 4) -> Callable[[bytes], bytes]:
    """A change: this number at this place."""
    return lambda content: content[:place] + value.to_bytes(size) + content[place + size :]


MP4: Final = "a.mp4"
STBL: Final = "moov/trak/mdia/minf/stbl"
