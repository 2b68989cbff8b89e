"""Small films made on the spot, sound ones and broken ones."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Literal

import imageio_ffmpeg

Fault = Literal["cut", "hole", "no-video", "playlist", "image", "text"]


@cache
def ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def call_ffmpeg(*args: str) -> None:
    subprocess.run([ffmpeg(), "-nostdin", "-v", "error", "-y", *args], check=True, timeout=120)


def make_clip(
    path: Path,
    seconds: float = 2,
    width: int = 540,
    height: int = 960,
    fps: int = 24,
    audio: bool = True,
    fault: Fault | None = None,
) -> Path:
    """An upright film with moving pictures and a tone; with `fault`, one that must be refused."""
    if fault in ("playlist", "image", "text"):
        path.write_bytes(_no_film(fault))
        return path
    picture = ["-f", "lavfi", "-i", f"testsrc2=s={width}x{height}:r={fps}:d={seconds}"]
    sound = ["-f", "lavfi", "-i", f"sine=f=440:r=48000:d={seconds}", "-c:a", "aac"]
    coder = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    if fault == "no-video":
        call_ffmpeg(*sound, str(path))
        return path
    call_ffmpeg(*picture, *(sound[:4] if audio else []), *coder, *(sound[4:] if audio else []), str(path))
    if fault:
        damage(path, fault)
    return path


def damage(path: Path, fault: Fault) -> None:
    content = path.read_bytes()
    if fault == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        start, length = len(content) // 3, len(content) // 5
        path.write_bytes(content[:start] + bytes(length) + content[start + length :])


def _no_film(fault: Fault) -> bytes:
    return {
        "playlist": b"#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        "image": b"\xff\xd8\xff\xe0" + bytes(2000),
        "text": b"A few words about my film.\n",
    }[fault]
