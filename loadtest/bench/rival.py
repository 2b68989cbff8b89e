"""The baseline of `bytes`: what a common open video platform makes of a film by default, as one command per rung.

PeerTube's shape: x264 veryfast at its default CRF under a maxrate from a table of bits per pixel, a key frame every two
seconds, AAC at 128 kbit/s in the same segments of four seconds.
"""

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Final

from msgspec import Struct

from loadtest.bench.plain import Meter

#: Bits per pixel and second of PeerTube's table, by the largest of its sizes that is not above the rung.
_BITS_PER_PIXEL: Final = {240: 0.17, 360: 0.15, 480: 0.12, 720: 0.11, 1080: 0.10}
_SECONDS: Final = 300


class Rival(Struct, frozen=True, kw_only=True):
    """Bytes of everything a player loads; processor seconds."""

    playlist: Path
    bytes: int
    cpu: float


def encode(ffmpeg: str, original: Path, folder: Path, size: tuple[int, int], fps: Fraction) -> Rival:
    """One rung of `original` in `folder`, which is made."""
    folder.mkdir(parents=True)
    limit = maxrate(size, fps)
    picture = ["-vf", f"scale={size[0]}:{size[1]}", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    rate = ["-b_strategy", "1", "-bf", "16", "-maxrate", str(limit), "-bufsize", str(2 * limit)]
    keys = ["-g", str(round(2 * fps)), "-map_metadata", "-1"]
    sound = ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]
    muxer = ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    names = ["-hls_segment_filename", str(folder / "%03d.m4s"), "-master_pl_name", "master.m3u8"]
    args = ["-nostdin", "-v", "error", "-i", str(original), *picture, *rate, *keys, *sound, *muxer, *names]
    meter = Meter()
    playlist = folder / "playlist.m3u8"
    subprocess.run([ffmpeg, *args, str(playlist)], check=True, timeout=_SECONDS)
    return Rival(playlist=playlist, bytes=size_of(folder), cpu=meter.read().cpu)


def maxrate(size: tuple[int, int], fps: Fraction) -> int:
    """In bit/s."""
    known = [side for side in _BITS_PER_PIXEL if side <= size[0]] or [min(_BITS_PER_PIXEL)]
    return int(size[0] * size[1] * fps * Fraction(str(_BITS_PER_PIXEL[max(known)])))


def size_of(folder: Path) -> int:
    """Bytes of all files in it: segments, their init, playlists."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
