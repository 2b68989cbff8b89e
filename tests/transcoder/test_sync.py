"""A flash and a beep at the same moment, stored in all the ways that pull them apart, must meet in every rung.

Nothing may lean on edit lists, so the raw segments are measured.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.transcoder.films import beep_of, flash_of, joined, make, preview
from tests.transcoder.media import call_ffmpeg
from transcoder.pipeline import Tools

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")


def film(path: Path, *coders: str, at: float = 1.0, size: str = "180x320", rate: str = "30", late: float = 0) -> Path:
    """Two seconds; `late` shifts the sound within its own track, so that the container can shift it back."""
    flash = f"color=black:s={size}:r={rate}:d=2,drawbox=c=white:t=fill:enable='between(t,{at - 0.005},{at + 0.095})'"
    beep = f"aevalsrc='if(between(t,{at - late},{at - late + 0.1}),0.5*sin(2*PI*1000*t),0)':s=48000:d={2 - late}"
    inputs = ["-f", "lavfi", "-i", flash, *(["-itsoffset", str(late)] if late else []), "-f", "lavfi", "-i", beep]
    call_ffmpeg(*inputs, "-map", "0", "-map", "1", *(coders or X264), str(path))
    return path


def plain(folder: Path) -> Path:
    return film(folder / "a.mp4")


def sound_late(folder: Path) -> Path:
    """An empty edit before the sound."""
    return film(folder / "a.mp4", late=0.4)


def sound_late_in_matroska(folder: Path) -> Path:
    return film(folder / "a.mkv", *X264, late=0.4)


def picture_late(folder: Path) -> Path:
    """The sound begins first: the first picture waits for its time."""
    source = film(folder / "a.mp4", at=0.6)
    call_ffmpeg(
        "-itsoffset",
        "0.4",
        "-i",
        str(source),
        "-itsoffset",
        "0.4",
        "-i",
        str(source),
        "-filter_complex",
        "[1:a]asetpts=PTS-0.4/TB,adelay=400:all=1[a]",
        "-map",
        "0:v",
        "-map",
        "[a]",
        "-c:v",
        "copy",
        str(folder / "b.mp4"),
    )
    return folder / "b.mp4"


def cut_in_by_an_edit_list(folder: Path) -> Path:
    """Copied from 0.5 s on: what lies before is in the file, with negative times, and must not be shown."""
    source = film(folder / "a.mp4", *X264, "-g", "250", at=1.5)
    call_ffmpeg("-ss", "0.5", "-i", str(source), "-c", "copy", str(folder / "b.mp4"))
    return folder / "b.mp4"


def pictures_in_disorder_without_an_edit_list(folder: Path) -> Path:
    """B-pictures put the first picture two places after the first sound; nothing in the file takes that back."""
    return film(folder / "a.mp4", *X264, "-bf", "3", "-use_editlist", "0")


def fragmented(folder: Path) -> Path:
    return film(folder / "a.mp4", *X264, "-movflags", "frag_keyframe+empty_moov")


def webm(folder: Path) -> Path:
    """Opus begins before zero."""
    return film(folder / "a.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")


def far_from_zero(folder: Path) -> Path:
    return film(folder / "a.mkv", *X264, "-output_ts_offset", "10")


def quicktime(folder: Path) -> Path:
    return film(
        folder / "a.mov", "-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s16le", at=1.001, rate="24000/1001"
    )


def sound_between_two_pictures(folder: Path) -> Path:
    """The sound begins fifteen milliseconds before the first picture of 24 per second."""
    source = film(folder / "a.mp4", at=1.0, rate="24")
    call_ffmpeg(
        "-itsoffset",
        "0.015",
        "-i",
        str(source),
        "-i",
        str(source),
        "-filter_complex",
        "[1:a]adelay=15:all=1[a]",
        "-map",
        "0:v",
        "-map",
        "[a]",
        "-c:v",
        "copy",
        str(folder / "b.mkv"),
    )
    return folder / "b.mkv"


def irregular_pictures(folder: Path) -> Path:
    source = film(folder / "a.mp4", rate="60")
    keep = "select='not(mod(n,3))+between(n,55,70)'"
    call_ffmpeg("-i", str(source), "-vf", keep, "-fps_mode", "vfr", *X264, "-c:a", "copy", str(folder / "b.mp4"))
    return folder / "b.mp4"


STORED = [
    plain,
    sound_late,
    sound_late_in_matroska,
    picture_late,
    cut_in_by_an_edit_list,
    pictures_in_disorder_without_an_edit_list,
    fragmented,
    webm,
    far_from_zero,
    quicktime,
    sound_between_two_pictures,
    irregular_pictures,
]


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: stored.__name__)
async def test_picture_and_sound_meet_within_twenty_milliseconds(
    tools: Tools, tmp_path: Path, stored: Callable[[Path], Path]
) -> None:
    original = stored(tmp_path)
    meant = beep_of(original) - flash_of(original)

    made = await make(tools, original, tmp_path)

    seen, heard = flash_of(joined(made.package / "v180"), raw=True), beep_of(joined(made.package / "a64"))
    assert heard - seen == pytest.approx(meant, abs=0.02)
    assert seen == pytest.approx(1.0, abs=0.07)


async def test_they_meet_in_every_rung_of_every_tier(tools: Tools, tmp_path: Path) -> None:
    original = film(tmp_path / "a.mp4", size="540x960")

    made = await make(tools, original, tmp_path, more=("av1",))

    heard = beep_of(joined(made.package / "a64"))
    assert heard == pytest.approx(1.0, abs=0.01)
    for track in made.descriptor.video:
        assert flash_of(joined(made.package / track.name), raw=True) == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("stored", [plain, cut_in_by_an_edit_list, webm], ids=lambda stored: stored.__name__)
async def test_they_meet_in_the_preview(tools: Tools, tmp_path: Path, stored: Callable[[Path], Path]) -> None:
    folder, _ = await preview(tools, stored(tmp_path), tmp_path)

    whole = joined(folder)
    assert beep_of(whole) == pytest.approx(flash_of(whole), abs=0.02)
    assert flash_of(whole) == pytest.approx(1.0, abs=0.001)
