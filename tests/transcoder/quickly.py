"""Work that takes no time: small files in the place of encodes, for tests whose subject is the queue around them."""

import asyncio
from pathlib import Path

from transcoder.bench import Build, Tools
from transcoder.contract import AudioTrack, Preview, RungProgress, VideoTrack
from transcoder.edition import Addition, Film, digests
from transcoder.making import Made, Order, next_tiers
from transcoder.sandbox import Sandbox

TOOLS = Tools(ffmpeg="/none", build=Build(version="ffmpeg 0", tone_mapping=False), sandbox=Sandbox(kind="none"))
_FOLDERS = {"ladder": "v360", "av1": "av1-540", "refine": "v360s"}


async def make_quickly(order: Order) -> Made:
    if order.claim.tier == "start":
        return Made(preview=await _show_quickly(order))
    order.tell([RungProgress(name=_FOLDERS[order.claim.tier], progress=40)], 3)
    return Made(addition=_add(order), following=next_tiers(order.claim.tier, order.profile))


async def _show_quickly(order: Order) -> Preview:
    folder = order.bench.package / "start"
    files = [_write(folder / name, name) for name in ("init.mp4", "000.m4s", "001.m4s")]
    preview = Preview(
        width=360, height=640, fps=24, codec="avc1", bitrate=1, init="AAAA", segments=[1.0], bytes=9, duration=2
    )
    await order.show(preview, files[:2])
    whole = Preview(
        width=360, height=640, fps=24, codec="avc1", bitrate=1, init="AAAA", segments=[1, 1], bytes=9, duration=2,
        complete=True,
    )  # fmt: skip
    await order.show(whole, files[2:])
    return whole


def _add(order: Order) -> Addition:
    name, package = _FOLDERS[order.claim.tier], order.bench.package
    _write(package / name / "000.m4s", name)
    rung = VideoTrack(
        name=name, width=360, height=640, codec="avc1.64001e", bitrate=9, init="AAAA", segments=[2.0], bytes=9
    )
    film = None
    if order.claim.tier == "ladder":
        _write(package / "a64" / "000.m4s", "a64")
        sound = AudioTrack(name="a64", codec="mp4a.40.2", bitrate=9, init="AAAA", segments=[2.0], bytes=9)
        film = Film(
            duration=2,
            fps=24,
            width=360,
            height=640,
            thumbhash="",
            audio=[sound],
            posters=[],
            sprite=None,
            loudness=None,
        )
    return Addition(video=[rung], peaks={name: 9, "a64": 9}, files=digests(package, package), film=film)


def _write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


async def work_for(order: Order, seconds: float, progress: int) -> Made:
    """As far as `progress` for so long, then done at once."""
    order.tell([RungProgress(name=_FOLDERS[order.claim.tier], progress=progress)], None)
    await asyncio.sleep(seconds)
    return await make_quickly(order)
