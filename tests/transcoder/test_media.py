"""Whole films through gate, probe, plan, run and check: made on the spot, and real footage from TEST_MEDIA."""

import array
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import av
import msgspec
import pytest
from msgspec import Struct
from PIL import Image

from tests.transcoder.media import Fault, call_ffmpeg, make_clip
from transcoder.assemble import Subtitle
from transcoder.contract import Descriptor, Rejected
from transcoder.package import POSTERS
from transcoder.pipeline import Bench, Tools, make_package

MEDIA = Path(os.environ.get("TEST_MEDIA", "/nonexistent"))
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning\n"
QUICK = ("c08", "c12", "c14", "c15", "x")


class Made(Struct, frozen=True):
    package: Path
    descriptor: Descriptor


async def make(tools: Tools, original: Path, folder: Path, subtitles: tuple[Subtitle, ...] = ()) -> Made:
    bench = Bench.lay(folder / "job")
    shutil.copyfile(original, bench.original)
    descriptor = await make_package(bench, tools, uuid4(), subtitles, lambda _progress, _rung: None)
    return Made(bench.package, descriptor)


def play(package: Path) -> None:
    """Every rung and the sound, decoded from the master to the end; any complaint is an error."""
    source = ["-f", "hls", "-i", str(package / "master.m3u8")]
    call_ffmpeg("-xerror", *source, "-map", "0:v", "-map", "0:a", "-f", "null", "-")


def check(made: Made, duration: float) -> None:
    descriptor = made.descriptor
    borders = [track.segments for track in descriptor.video]
    assert all(border == borders[0] for border in borders)
    assert sum(borders[0]) == pytest.approx(duration, rel=0.05, abs=0.1)
    assert sum(descriptor.audio[0].segments) == pytest.approx(sum(borders[0]), abs=0.05)
    assert len(descriptor.audio[0].segments) == len(borders[0])
    assert msgspec.json.decode((made.package / "package.json").read_bytes(), type=Descriptor) == descriptor
    files = {path.relative_to(made.package).as_posix() for path in made.package.rglob("*") if path.is_file()}
    assert set(descriptor.files) == files - {"package.json"}
    for name, digest in descriptor.files.items():
        assert hashlib.sha256((made.package / name).read_bytes()).hexdigest() == digest
    for name in POSTERS:
        with Image.open(made.package / name) as poster:
            assert poster.width / poster.height == pytest.approx(9 / 16, rel=0.03)
        assert (made.package / name).stat().st_size < 65_000


async def test_a_film_becomes_a_package_that_plays(tools: Tools, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=4, width=540, height=960)

    made = await make(tools, clip, tmp_path, (Subtitle(lang="en", vtt=VTT),))

    check(made, 4)
    play(made.package)
    first, *rest = made.descriptor.video[0].segments
    assert (first, rest) == (1.0, [2.0, 1.0])
    assert [(track.name, track.width, track.height) for track in made.descriptor.video] == [
        ("v360", 360, 640),
        ("v540", 540, 960),
    ]
    assert (made.package / made.descriptor.subtitles[0].path).read_text() == VTT
    assert isinstance(made.descriptor.package, UUID)


async def test_a_film_lying_on_its_side_is_shown_upright(tools: Tools, tmp_path: Path) -> None:
    upright = "color=red:s=180x160:d=1:r=24[top];color=blue:s=180x160:d=1:r=24[low];[top][low]vstack"
    call_ffmpeg("-filter_complex", f"{upright},transpose=cclock", "-pix_fmt", "yuv420p", str(tmp_path / "a.mp4"))
    call_ffmpeg("-display_rotation", "-90", "-i", str(tmp_path / "a.mp4"), "-c", "copy", str(tmp_path / "b.mp4"))

    made = await make(tools, tmp_path / "b.mp4", tmp_path)

    assert (made.descriptor.width, made.descriptor.height) == (180, 320)
    with Image.open(made.package / "poster.jpg") as poster:
        assert [name_of(poster, share) for share in (0.1, 0.9)] == ["red", "blue"]


def name_of(picture: Image.Image, height: float) -> str:
    red, _green, blue = picture.convert("RGB").resize((1, 10)).tobytes()[int(height * 10) * 3 :][:3]
    return "red" if red > blue else "blue"


async def test_the_poster_is_the_first_picture_that_is_not_black(tools: Tools, tmp_path: Path) -> None:
    dark_then_red = "color=black:s=180x320:d=1.5:r=24[dark];color=red:s=180x320:d=1:r=24[red];[dark][red]concat"
    call_ffmpeg("-filter_complex", dark_then_red, "-pix_fmt", "yuv420p", str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    with Image.open(made.package / "poster.webp") as poster:
        assert name_of(poster, 0.5) == "red"


async def test_an_all_black_film_has_a_poster_too_and_a_silent_track(tools: Tools, tmp_path: Path) -> None:
    call_ffmpeg("-f", "lavfi", "-i", "color=black:s=180x320:d=1:r=24", "-pix_fmt", "yuv420p", str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    check(made, 1)
    play(made.package)


async def test_high_dynamic_range_becomes_what_every_screen_shows(tools: Tools, tmp_path: Path) -> None:
    light = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
    source = ["-f", "lavfi", "-i", f"testsrc2=s=180x320:d=1:r=24,format=yuv420p10le,{light}", "-c:v", "libx264"]
    call_ffmpeg(*source, str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    with av.open(str(made.package / "v180" / "playlist.m3u8")) as film:
        frame = next(film.decode(video=0))
        assert (frame.format.name, int(frame.color_trc)) == ("yuv420p", 1)


async def test_picture_and_sound_meet_within_twenty_milliseconds(tools: Tools, tmp_path: Path) -> None:
    """A flash and a beep at 1.0 s. Nothing may lean on edit lists, so the raw segments are measured."""
    flash = "color=black:s=180x320:r=30:d=2,drawbox=c=white:t=fill:enable='between(t,0.99,1.09)'"
    beep = "sine=1000:r=48000:d=2,volume='if(between(t,1,1.1),1,0)':eval=frame"
    call_ffmpeg("-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-pix_fmt", "yuv420p", str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    seen = next(at for at, light in pictures(joined(made.package / "v180")) if light > 150)
    heard = next(at for at, loudness in samples(joined(made.package / "a64")) if loudness > 0.02)
    assert seen == pytest.approx(1.0, abs=0.001)
    assert heard == pytest.approx(seen, abs=0.02)


def joined(rung: Path) -> Path:
    whole = rung.parent / f"{rung.name}.mp4"
    whole.write_bytes(b"".join(path.read_bytes() for path in [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]))
    assert b"elst" not in whole.read_bytes()
    return whole


def pictures(film: Path) -> Iterator[tuple[float, int]]:
    """Time since the first picture, and how light its first points are."""
    with av.open(str(film)) as opened:
        first: float | None = None
        for frame in opened.decode(video=0):
            at = float((frame.pts or 0) * (frame.time_base or 0))
            first = at if first is None else first
            yield at - first, bytes(frame.planes[0])[0]


def samples(film: Path) -> Iterator[tuple[float, float]]:
    with av.open(str(film)) as opened:
        for frame in opened.decode(audio=0):
            at = float((frame.pts or 0) * (frame.time_base or 0))
            for number, sample in enumerate(array.array("f", bytes(frame.planes[0])[: frame.samples * 4])):
                yield at + number / frame.sample_rate, abs(sample)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("cut", "unreadable-file"),
        ("hole", "damaged-file"),
        ("no-video", "no-video-track"),
        ("playlist", "playlist-not-video"),
        ("image", "image-not-video"),
        ("text", "not-a-video"),
    ],
)
async def test_a_broken_file_is_refused_with_its_reason(tools: Tools, tmp_path: Path, fault: Fault, code: str) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=3, width=180, height=320, fault=fault)

    assert await refusal(tools, clip, tmp_path) == code


async def refusal(tools: Tools, original: Path, folder: Path) -> str:
    with pytest.raises(Rejected) as refused:
        await make(tools, original, folder)
    return refused.value.code


async def test_a_landscape_film_is_refused(tools: Tools, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=1, width=320, height=180)

    assert await refusal(tools, clip, tmp_path) == "not-vertical"


async def test_a_decoder_that_is_not_on_the_list_is_never_started(tools: Tools, tmp_path: Path) -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=s=180x320:d=1"]
    call_ffmpeg(*source, "-c:v", "magicyuv", "-pix_fmt", "gbrp", str(tmp_path / "a.mkv"))

    assert await refusal(tools, tmp_path / "a.mkv", tmp_path) == "unsupported-codec"


BAD = {
    "x1_no_moov.mp4": "unreadable-file",
    "x2_playlist_named_mp4.mp4": "playlist-not-video",
    "x3_audio_only.mp4": "no-video-track",
    "x4_photo.mp4": "image-not-video",
    "x5_pdf.mp4": "not-a-video",
    "x6_zeroed_hole_in_mdat.mp4": "damaged-file",
    "c16_bee_landscape_1280x720_2997fps.mp4": "not-vertical",
}


def footage(*, bad: bool) -> list[object]:
    """Every real file; all but a few of them are for the long run."""
    files = sorted([*MEDIA.glob("clips/*"), *MEDIA.glob("bad/*"), *MEDIA.glob("series/*/*.mp4")])
    chosen = [path for path in files if (path.name in BAD) == bad]
    marks = {path: [] if path.name.startswith(QUICK) else [pytest.mark.long] for path in chosen}
    nothing = pytest.param(None, marks=pytest.mark.skip("TEST_MEDIA names no folder with footage"), id="none")
    return [pytest.param(path, marks=marks[path], id=path.name) for path in chosen] or [nothing]


@pytest.mark.parametrize("original", footage(bad=False))
async def test_real_footage_becomes_a_package_that_plays(tools: Tools, tmp_path: Path, original: Path) -> None:
    with av.open(str(original)) as film:
        stream = film.streams.video[0]
        duration = float((stream.duration or 0) * (stream.time_base or 0)) or (film.duration or 0) / av.time_base

    made = await make(tools, original, tmp_path)

    check(made, duration)
    play(made.package)


@pytest.mark.parametrize("original", footage(bad=True))
async def test_real_files_that_are_no_episode_are_refused(tools: Tools, tmp_path: Path, original: Path) -> None:
    assert await refusal(tools, original, tmp_path) == BAD[original.name]
