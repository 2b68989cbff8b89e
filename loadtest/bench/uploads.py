"""What producers bring, long enough for a bench: real footage as a phone or an editing program would store it."""

import random
import subprocess
from pathlib import Path
from typing import Final, Literal

from loadtest.film.render import ffmpeg

Kind = Literal["phone", "hevc", "vfr", "rotated"]
ODD: Final[tuple[Kind, ...]] = ("hevc", "vfr", "rotated")

#: Hand-held close-up, dark live action, animation, nature: about ninety seconds of pictures and one sound.
_SCENES: Final = (
    ("c03_nails_native_1080x1916_30fps_noaudio.mp4", 3),
    ("c05_tos_battle_crop_406x724_24fps.mp4", 1),
    ("c04_bbb_crop_606x1080_24fps_51.mp4", 1),
    ("c09_butterfly_bee_crop_404x720_2997fps_vp9_opus.webm", 1),
)
_SOUND: Final = 1
_X264: Final = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p")
_X265: Final = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "24", "-pix_fmt", "yuv420p", "-tag:v", "hvc1")


def make_upload(clips: Path, kind: Kind, seconds: int, folder: Path) -> Path:
    """The file, made once and kept in `folder`."""
    made = folder / f"{kind}-{seconds}.mp4"
    if made.exists():
        return made
    if kind == "phone":
        _call([*_scenes(clips), "-t", str(seconds), *_X264, "-c:a", "aac", "-b:a", "128k"], made)
        return made
    phone = make_upload(clips, "phone", seconds, folder)
    if kind == "rotated":
        lying = folder / f"lying-{seconds}.mp4"
        _call(["-i", str(phone), "-vf", "transpose=cclock", *_X264, "-c:a", "copy"], lying)
        _call(["-display_rotation", "-90", "-i", str(lying), "-c", "copy"], made)
        lying.unlink()
    elif kind == "hevc":
        _call(["-i", str(phone), *_X265, "-x265-params", "log-level=error", "-c:a", "copy"], made)
    else:
        _call(["-i", str(phone), "-vf", _dropped(seconds), "-fps_mode", "vfr", *_X264, "-c:a", "copy"], made)
    return made


def _dropped(seconds: int) -> str:
    """Every few frames one is missing, as where a phone's light is poor; always the same ones."""
    dice = random.Random(seconds)
    missing = "+".join(f"eq(mod(n\\,97)\\,{n})" for n in sorted(dice.sample(range(97), 20)))
    return f"select='not({missing})'"


def _scenes(clips: Path) -> list[str]:
    inputs = [arg for name, times in _SCENES for arg in ("-stream_loop", str(times - 1), "-i", str(clips / name))]
    same = "scale=1080:1920:flags=bicubic,fps=30,setsar=1,format=yuv420p"
    chains = [f"[{n}:v]{same}[v{n}]" for n in range(len(_SCENES))]
    joined = "".join(f"[v{n}]" for n in range(len(_SCENES)))
    graph = ";".join([*chains, f"{joined}concat=n={len(_SCENES)}[v]", f"[{_SOUND}:a]aresample=48000,apad[a]"])
    return [*inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]"]


def _call(arguments: list[str], target: Path) -> None:
    making = target.with_name(f"making-{target.name}")
    quiet = [ffmpeg(), "-nostdin", "-v", "error", "-y"]
    subprocess.run([*quiet, *arguments, "-movflags", "+faststart", str(making)], check=True, timeout=1800)
    making.rename(target)
