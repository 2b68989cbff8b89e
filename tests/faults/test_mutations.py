"""Sound films, damaged at random but always alike: each is refused with a reason or becomes a film, and nothing breaks."""

import random
import resource
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.faults.attack_corpus.films import H264, film, made
from tests.faults.fate import EPISODE, preview
from transcoder.contract import FAILURES
from transcoder.pipeline import Bench, Tools

_PIECES = "-movflags frag_keyframe+empty_moov+default_base_moof -g 12"
SEEDS: dict[str, Callable[[], bytes]] = {
    "MP4, H.264 and AAC": lambda: film("a.mp4", f"{H264} -c:a aac"),
    "MOV, ProRes and PCM": lambda: film("a.mov", "-c:v prores_ks -profile:v 0 -c:a pcm_s16le"),
    "MKV, HEVC and MP3": lambda: film("a.mkv", "-c:v libx265 -x265-params log-level=none -preset ultrafast -c:a mp3"),
    "WebM, VP9 and Opus": lambda: film("a.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus"),
    "MP4 in fragments": lambda: film("a.mp4", f"{H264} -c:a aac {_PIECES}"),
    "MP4 on its side": lambda: made(
        "a.mp4", "-display_rotation", "90", "-i", "@a", "-c", "copy", a=film("a.mp4", H264, "testsrc2=s=320x180:r=24:d=1")
    ),
}  # fmt: skip
_SHORT, _LONG, _BATCH = 100, 1000, 10
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_LIMIT = 4 * 1024**2  # in KiB, as the kernel counts


@cache
def seed(name: str) -> bytes:
    return SEEDS[name]()


def mutated(number: int) -> bytes:
    """The film number `number` of all that there ever will be."""
    dice = random.Random(number)
    content = bytearray(seed(list(SEEDS)[number % len(SEEDS)]))
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        _damage(content, dice)
    return bytes(content)


def _damage(content: bytearray, dice: random.Random) -> None:
    """Two times in three near an end, where the headers are."""
    if len(content) < 100:
        return
    at = dice.randrange(min(len(content) - 8, dice.choice((64, 2048, len(content)))))
    at = dice.choice((at, len(content) - 8 - at))
    length = dice.choice((1, 4, 40, 400))
    harm = dice.choice(("bit", "bytes", "number", "zeros", "remove", "repeat", "end"))
    if harm == "bit":
        content[at] ^= 1 << dice.randrange(8)
    elif harm == "bytes":
        content[at : at + length] = dice.randbytes(length)
    elif harm == "number":
        content[at : at + 4] = dice.choice(_NUMBERS).to_bytes(4)
    elif harm == "zeros":
        content[at : at + length] = bytes(length)
    elif harm == "remove":
        del content[at : at + length]
    elif harm == "repeat":
        content[at:at] = content[at : at + length]
    elif dice.randrange(4) == 0:
        del content[at:]


@pytest.mark.parametrize("batch", range(_SHORT // _BATCH))
async def test_damaged_films_end_well(tools: Tools, tmp_path: Path, batch: int) -> None:
    await check(tools, tmp_path, batch)


@pytest.mark.long
@pytest.mark.parametrize("batch", range(_SHORT // _BATCH, _LONG // _BATCH))
async def test_many_damaged_films_end_well(tools: Tools, tmp_path: Path, batch: int) -> None:
    await check(tools, tmp_path, batch)


async def check(tools: Tools, folder: Path, batch: int) -> None:
    for number in range(batch * _BATCH, (batch + 1) * _BATCH):
        bench = Bench.lay(folder / "job")
        bench.original.write_bytes(mutated(number))

        fate = await preview(bench, tools)

        assert fate.end in {EPISODE, *FAILURES}, number
        assert fate.end != "encode-too-slow", number
        assert fate.words is None or all((fate.words.happened, fate.words.kept, fate.words.next)), number
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < _LIMIT
