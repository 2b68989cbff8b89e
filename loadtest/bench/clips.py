"""Which real footage the benches measure with, and how it becomes a lossless upright original."""

import os
import subprocess
from pathlib import Path
from typing import Final

from msgspec import Struct

from loadtest.bench.report import give_up

_TONE_MAPPED: Final = (
    "zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,"
    "tonemap=hable:desat=0,zscale=transfer=bt709:matrix=bt709:range=tv"
)
_CUT_SECONDS: Final = 120


class Clip(Struct, frozen=True, kw_only=True):
    """`seconds` from `start` of a file in the folder `clips` of TEST_MEDIA; HDR is mapped to SDR once, here."""

    name: str
    file: str
    shows: str
    start: float = 0
    seconds: float = 8
    hdr: bool = False


#: Different in what is hard about them, and never two of one film.
CLIPS: Final = (
    Clip(name="crowd", file="c01_conf_crowd_native_404x720_30fps.mp4", shows="crowd, hand-held, cuts"),
    Clip(name="meadow", file="c04_bbb_crop_606x1080_24fps_51.mp4", shows="animation, 5.1 sound"),
    Clip(name="battle", file="c05_tos_battle_crop_406x724_24fps.mp4", shows="dark live action, VFX", start=4),
    Clip(
        name="roofs",
        file="c06_phone_hlg_hevc10_rot90_vfr_editlist.mp4",
        shows="phone, HEVC 10-bit HLG, rotated",
        seconds=2.5,
        hdr=True,
    ),
    Clip(name="sky", file="c07_phone_hdr10_av1_native_720x1280.mp4", shows="phone, HDR10", seconds=4.2, hdr=True),
    Clip(name="wings", file="c09_butterfly_bee_crop_404x720_2997fps_vp9_opus.webm", shows="macro in wind"),
    Clip(name="night", file="c15_city_night_crop_228x404_25fps_noaudio.mp4", shows="night, time-lapse", seconds=7.5),
    Clip(
        name="nails",
        file="c03_nails_native_1080x1916_30fps_noaudio.mp4",
        shows="close-up, hand-held, no sound",
        seconds=6,
    ),
)
#: Enough to see whether a change helps, in minutes.
FEW: Final = ("crowd", "nails", "meadow")


def find(names: tuple[str, ...] = ()) -> list[tuple[Clip, Path]]:
    """The clips and their files; ends the process with a sentence where they are not all there."""
    folder = os.environ.get("TEST_MEDIA")
    if not folder:
        give_up("This bench measures real footage and there is none: name its folder in TEST_MEDIA.")
    chosen = [clip for clip in CLIPS if not names or clip.name in names]
    found = [(clip, Path(folder) / "clips" / clip.file) for clip in chosen]
    missing = [path.name for _, path in found if not path.is_file()]
    if missing or not found:
        give_up(f"TEST_MEDIA ({folder}) lacks clips this bench measures: {', '.join(missing) or ', '.join(names)}")
    return found


def cut(ffmpeg: str, clip: Clip, source: Path, target: Path) -> None:
    """A lossless upright MOV of the source's own size and rate, which everything is encoded from and compared with."""
    picture = f"{_TONE_MAPPED},format=yuv420p" if clip.hdr else "format=yuv420p"
    sound = ["-c:a", "pcm_s16le", "-ac", "2"]
    window = ["-ss", str(clip.start), "-t", str(clip.seconds)]
    chosen = ["-map", "0:v:0", "-map", "0:a:0?", "-vf", picture, "-fps_mode", "cfr", "-map_metadata", "-1"]
    lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"]
    args = [
        "-nostdin",
        "-v",
        "error",
        "-y",
        *window,
        "-i",
        str(source),
        *chosen,
        *lossless,
        *sound,
        "-f",
        "mov",
        str(target),
    ]
    subprocess.run([ffmpeg, *args], check=True, timeout=_CUT_SECONDS)
