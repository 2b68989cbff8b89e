"""What a plain transcoder does: one command after the other for each rung, then a master, then it is published."""

import resource
import subprocess
import time
from pathlib import Path
from typing import Final

from msgspec import Struct

from loadtest.film.render import ffmpeg

#: Long sides; for a 9:16 film the rungs of 360, 540, 720 and 1080.
HEIGHTS: Final = (640, 960, 1280, 1920)
_QUIET: Final = ("-nostdin", "-v", "error", "-y")
_FRAME_SECONDS: Final = 60


class Cost(Struct, frozen=True, kw_only=True):
    """Wall-clock and processor seconds of the children meanwhile."""

    wall: float
    cpu: float


class Meter:
    """Processor time counts for children that have ended and were waited for."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _children()

    def read(self) -> Cost:
        return Cost(wall=time.perf_counter() - self._wall, cpu=_children() - self._cpu)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def publish_plain(original: Path, folder: Path) -> Path:
    """The whole ladder of `original` in `folder`; its master. x264 at its defaults, medium and CRF 23."""
    lines = ["#EXTM3U"]
    for height in HEIGHTS:
        home = folder / str(height)
        home.mkdir(parents=True)
        picture = [
            "-vf",
            f"scale=-2:{height}",
            "-c:v",
            "libx264",
            "-preset",
            "medium",
            "-crf",
            "23",
            "-pix_fmt",
            "yuv420p",
        ]
        sound = ["-c:a", "aac", "-b:a", "128k"]
        muxer = ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", str(home / "playlist.m3u8")]
        subprocess.run([ffmpeg(), *_QUIET, "-i", str(original), *picture, *sound, *muxer], check=True, timeout=3600)
        lines += [f"#EXT-X-STREAM-INF:BANDWIDTH={height * 3000},RESOLUTION={height * 9 // 16}x{height}"]
        lines += [f"{height}/playlist.m3u8"]
    master = folder / "master.m3u8"
    master.write_text("\n".join(lines) + "\n")
    return master


def show_first_frame(address: str, cookie: str = "") -> None:
    """Fetches, decodes and gives away one picture of a playlist, as a player would to begin."""
    headers = ["-headers", f"Cookie: {cookie}\r\n"] if cookie else []
    source = [*headers, "-f", "hls", "-allowed_extensions", "ALL", "-i", address]
    arguments = [*source, "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"]
    subprocess.run([ffmpeg(), *_QUIET, *arguments], check=True, timeout=_FRAME_SECONDS)
