"""Episodes that really play, made in a second without a transcoder: one picture of 360, one sound."""

import asyncio
import base64
import hashlib
import re
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import imageio_ffmpeg

from api.db import Connection
from tests import builders

_HLS = ["-f", "hls", "-hls_time", "2", "-hls_segment_type", "fmp4", "-hls_playlist_type", "vod"]
_PICTURE = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-profile:v",
    "baseline",
    "-level",
    "3.0",
    "-pix_fmt",
    "yuv420p",
    "-g",
    "24",
]


async def make_film(folder: Path, seconds: int = 6) -> None:
    """`v360/` and `a64/` in the folder, each with its init and segments."""
    for name in ("v360", "a64"):
        (folder / name).mkdir(parents=True)
    command = [
        "-nostdin", "-v", "error",
        "-f", "lavfi", "-i", f"testsrc=size=360x640:rate=12:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}",
        "-map", "0:v", *_PICTURE, *_HLS, "-hls_segment_filename", str(folder / "v360" / "%03d.m4s"), str(folder / "v360" / "x.m3u8"),
        "-map", "1:a", "-c:a", "aac", "-b:a", "64k", *_HLS, "-hls_segment_filename", str(folder / "a64" / "%03d.m4s"), str(folder / "a64" / "x.m3u8"),
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(imageio_ffmpeg.get_ffmpeg_exe(), *command)
    assert await process.wait() == 0


def _rendition(folder: Path, name: str, codec: str, **more: Any) -> dict[str, Any]:
    durations = re.findall(r"#EXTINF:([\d.]+)", (folder / name / "x.m3u8").read_text())
    init = base64.b64encode((folder / name / "init.mp4").read_bytes()).decode()
    size = sum(path.stat().st_size for path in (folder / name).glob("*.m4s"))
    segments = [float(duration) for duration in durations]
    return {"name": name, "codec": codec, "bitrate": 300_000, "init": init, "segments": segments, "bytes": size} | more


async def a_playable_episode(
    db: Connection, film: Path, storage: Path, series: int, number: int, seconds: float = 6
) -> UUID:
    """An episode of the series whose files lie in the store; its package."""
    package = await builders.a_package(db, await builders.an_episode(db, series, number))
    place = storage / "media" / str(package)
    shutil.copytree(film, place)
    for kind in ("avif", "jpg", "webp"):
        (place / "posters").mkdir(exist_ok=True)
        for name in ("a", "a-card"):
            (place / "posters" / f"{name}.{kind}").write_bytes(b"")
    (place / "1").mkdir()
    (place / "1" / "en.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:05.000\nKept words\n")
    told = builders.descriptor(package, duration=float(seconds)) | {
        "video": [_rendition(film, "v360", "avc1.42c01e", width=360, height=640)],
        "audio": [_rendition(film, "a64", "mp4a.40.2", lang=None)],
        "sprite": None,
        "files": {
            path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in place.rglob("*")
            if path.is_file()
        },
    }
    await db.execute("UPDATE package SET descriptor = $2 WHERE id = $1", package, told)
    return package
