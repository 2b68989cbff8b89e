"""Whole films through gate, probe, study, ladder and check: made on the spot, and real footage from TEST_MEDIA."""

import hashlib
import os
from pathlib import Path

import av
import msgspec
import pytest
from PIL import Image

from tests.transcoder.films import Made, image, joined, make, play, preview, samples
from tests.transcoder.media import Fault, call_ffmpeg, make_clip
from transcoder.contract import POSTER_FORMATS, Descriptor, Rejected
from transcoder.edition import Subtitle
from transcoder.pipeline import Tools

MEDIA = Path(os.environ.get("TEST_MEDIA", "/nonexistent"))
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning\n"
ORDINARY = ("c08", "c12", "c14", "c15", "x")
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")


def check(made: Made, duration: float) -> None:
    descriptor = made.descriptor
    borders = [track.segments for track in descriptor.video]
    assert all(border == borders[0] for border in borders)
    assert sum(borders[0]) == pytest.approx(duration, rel=0.05, abs=0.1)
    for sound in descriptor.audio:
        assert sum(sound.segments) == pytest.approx(sum(borders[0]), abs=0.05)
        assert len(sound.segments) == len(borders[0])
    check_files(made)
    check_posters(made)


def check_files(made: Made) -> None:
    """Everything that lies there is named with its digest, but for the descriptors themselves and older editions."""
    home = f"{made.descriptor.edition}/"
    assert msgspec.json.decode((made.package / home / "package.json").read_bytes(), type=Descriptor) == made.descriptor
    files = {path.relative_to(made.package).as_posix() for path in made.package.rglob("*") if path.is_file()}
    old = {file for file in files if file[0].isdigit() and not file.startswith(home)}
    assert set(made.descriptor.files) == files - old - {home + "package.json"}
    for name, digest in made.descriptor.files.items():
        assert hashlib.sha256((made.package / name).read_bytes()).hexdigest() == digest


def check_posters(made: Made) -> None:
    assert made.descriptor.thumbhash
    for poster in made.descriptor.posters:
        for path, shape in ((poster.tall, 9 / 16), (poster.card, 2 / 3)):
            for ending in POSTER_FORMATS:
                file = made.package / f"{path}.{ending}"
                with Image.open(file) as picture:
                    assert picture.width / picture.height == pytest.approx(shape, rel=0.03)
                assert file.stat().st_size < 65_000


async def test_a_film_becomes_a_package_that_plays(tools: Tools, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=4, width=540, height=960)

    made = await make(tools, clip, tmp_path, [Subtitle(lang="en", vtt=VTT)], more=["av1"])

    check(made, 4)
    play(made)
    assert [(track.name, track.width, track.height) for track in made.descriptor.video] == [
        ("v360", 360, 640),
        ("v540", 540, 960),
        ("av1-540", 540, 960),
    ]
    assert made.descriptor.video[0].segments == [1.0, 2.0, 1.0]
    assert made.descriptor.subtitles[0].path == "2/en.vtt"
    assert (made.package / "2/en.vtt").read_text() == VTT
    assert [(decision.rung, decision.preset) for decision in made.descriptor.decisions] == [
        ("v360", "veryfast"),
        ("v540", "veryfast"),
        ("av1-540", "10"),
    ]


SENT = {
    "a.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-c:a", "libmp3lame"),
    "b.mkv": ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p10le", "-c:a", "libopus"),
    "c.mov": ("-c:v", "prores_ks", "-profile:v", "2", "-c:a", "pcm_s24le"),
    "d.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
    "e.mkv": ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p10le", "-c:a", "flac"),
    "f.mov": ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p", "-c:a", "alac"),
}


@pytest.mark.parametrize("name", SENT)
async def test_all_that_producers_send_is_read(tools: Tools, tmp_path: Path, name: str) -> None:
    picture = ["-f", "lavfi", "-i", "testsrc2=s=180x320:r=25:d=1", "-f", "lavfi", "-i", "sine=440:r=48000:d=1"]
    call_ffmpeg(*picture, *SENT[name], str(tmp_path / name))

    made = await make(tools, tmp_path / name, tmp_path)

    check(made, 1)
    play(made)
    with av.open(str(joined(made.package / "v180"))) as film:
        assert {frame.format.name for frame in film.decode(video=0)} == {"yuv420p"}
    assert max(loudness for _, loudness in samples(joined(made.package / "a64"))) > 0.05


async def test_a_recording_that_does_not_say_how_long_it_is_is_read_to_its_end(tools: Tools, tmp_path: Path) -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=s=180x320:r=30:d=2", "-f", "lavfi", "-i", "sine=440:r=48000:d=2"]
    call_ffmpeg(*source, *SENT["d.webm"][:-1], "libopus", "-live", "1", str(tmp_path / "a.webm"))
    with av.open(str(tmp_path / "a.webm")) as film:
        assert not film.duration

    made = await make(tools, tmp_path / "a.webm", tmp_path)

    check(made, 2)
    assert made.descriptor.fps == 30


QUARTERS = (
    "color=red:s=90x160:d=1:r=24[a];color=lime:s=90x160:d=1:r=24[b];color=blue:s=90x160:d=1:r=24[c];"
    "color=white:s=90x160:d=1:r=24[d];[a][b]hstack[ab];[c][d]hstack[cd];[ab][cd]vstack"
)
STORED_BY = {0: "null", 90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}


@pytest.mark.parametrize("turn", STORED_BY)
async def test_a_film_stored_on_its_side_is_shown_upright(tools: Tools, tmp_path: Path, turn: int) -> None:
    """`turn` is by how much players have to turn the stored pictures to the left."""
    lying = tmp_path / "a.mp4"
    call_ffmpeg("-filter_complex", f"{QUARTERS},{STORED_BY[turn]}", *X264, str(lying))
    call_ffmpeg("-display_rotation", str(turn), "-i", str(lying), "-c", "copy", str(tmp_path / "b.mp4"))

    made = await make(tools, tmp_path / "b.mp4", tmp_path)
    start, _ = await preview(tools, tmp_path / "b.mp4", tmp_path / "start")

    assert (made.descriptor.width, made.descriptor.height, made.source.info.rotation) == (180, 320, turn)
    for rung in (made.package / "v180", start):
        assert corners(joined(rung)) == ["red", "green", "blue", "white"]


def corners(film: Path) -> list[str]:
    with av.open(str(film)) as opened:
        frame = next(opened.decode(video=0))
        assert not frame.rotation
        picture = image(frame)
    places = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    return [name_of(picture, across, down) for across, down in places]


def name_of(picture: Image.Image, across: float, down: float) -> str:
    place = (int(across * picture.width), int(down * picture.height))
    red, green, blue = (
        value > 110 for value in picture.convert("RGB").crop((*place, place[0] + 1, place[1] + 1)).tobytes()
    )
    names = {(True, False, False): "red", (False, True, False): "green", (False, False, True): "blue"}
    names |= {(True, True, True): "white", (False, False, False): "black"}
    return names.get((red, green, blue), "mixed")


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
async def test_high_dynamic_range_becomes_what_every_screen_shows(tools: Tools, tmp_path: Path, transfer: str) -> None:
    light = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc"
    source = ["-f", "lavfi", "-i", f"testsrc2=s=180x320:d=1:r=24,format=yuv420p10le,{light}", "-c:v", "libx264"]
    call_ffmpeg(*source, str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    with av.open(str(made.package / "v180" / "playlist.m3u8")) as film:
        frame = next(film.decode(video=0))
        assert (frame.format.name, int(frame.color_trc)) == ("yuv420p", 1)


async def test_a_film_of_odd_size_gets_even_sides(tools: Tools, tmp_path: Path) -> None:
    call_ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=153x273:d=1:r=25,format=yuv444p", "-c:v", "libx264", str(tmp_path / "a.mkv")
    )

    made = await make(tools, tmp_path / "a.mkv", tmp_path)

    check(made, 1)
    play(made)
    assert [(track.width, track.height) for track in made.descriptor.video] == [(152, 272)]


async def test_a_film_that_changes_its_size_keeps_that_of_its_beginning(tools: Tools, tmp_path: Path) -> None:
    parts = []
    for number, (size, colour) in enumerate((("180x320", "red"), ("360x640", "blue"), ("90x160", "lime"))):
        part = tmp_path / f"{number}.h264"
        call_ffmpeg("-f", "lavfi", "-i", f"color={colour}:s={size}:d=1:r=25", *X264, "-bf", "0", str(part))
        parts.append(part.read_bytes())
    (tmp_path / "all.h264").write_bytes(b"".join(parts))
    call_ffmpeg("-r", "25", "-f", "h264", "-i", str(tmp_path / "all.h264"), "-c", "copy", str(tmp_path / "a.mkv"))

    made = await make(tools, tmp_path / "a.mkv", tmp_path)

    check(made, 3)
    with av.open(str(joined(made.package / "v180"))) as film:
        frames = list(film.decode(video=0))
    seen = [name_of(image(frames[number]), 0.5, 0.5) for number in (12, 37, 62)]
    assert seen == ["red", "blue", "green"]
    assert {(frame.width, frame.height) for frame in frames} == {(180, 320)}


async def test_a_landscape_film_is_refused_or_shown_between_bars(tools: Tools, tmp_path: Path) -> None:
    call_ffmpeg("-f", "lavfi", "-i", "color=red:s=400x224:d=1:r=24", *X264, str(tmp_path / "a.mp4"))

    assert await refusal(tools, tmp_path / "a.mp4", tmp_path) == "not-vertical"
    made = await make(tools, tmp_path / "a.mp4", tmp_path, landscape="letterbox")

    assert [(track.name, track.width, track.height) for track in made.descriptor.video] == [("v360", 360, 640)]
    with av.open(str(joined(made.package / "v360"))) as film:
        picture = image(next(film.decode(video=0)))
    assert [name_of(picture, 0.5, down) for down in (0.1, 0.32, 0.36, 0.5, 0.64, 0.68, 0.9)] == [
        *("black", "black", "red", "red", "red", "black", "black"),
    ]
    with Image.open(made.package / "posters/a.jpg") as poster:
        assert [name_of(poster, 0.5, down) for down in (0.02, 0.5, 0.98)] == ["red"] * 3


async def test_posters_are_light_sharp_and_from_all_over_the_film(tools: Tools, tmp_path: Path) -> None:
    shots = "color=black:s=180x320:d=1.5:r=24[dark];testsrc2=s=180x320:d=3:r=24[sharp];[dark][sharp]concat"
    call_ffmpeg("-filter_complex", shots, *X264, str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    check_posters(made)
    seconds = [poster.second for poster in made.descriptor.posters]
    assert len(seconds) == len({*seconds}) >= 2
    assert all(second > 1.4 for second in seconds)


async def test_the_storyboard_shows_every_other_second(tools: Tools, tmp_path: Path) -> None:
    colours = [("red", 2), ("lime", 2), ("blue", 2), ("white", 1)]
    parts = [f"color={colour}:s=180x320:d={length}:r=24[{number}]" for number, (colour, length) in enumerate(colours)]
    graph = ";".join(parts) + ";" + "".join(f"[{number}]" for number in range(4)) + "concat=n=4"
    call_ffmpeg("-filter_complex", graph, *X264, str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    sprite = made.descriptor.sprite
    assert sprite is not None
    assert (sprite.width, sprite.height, sprite.count, sprite.seconds) == (90, 160, 4, 2.0)
    with Image.open(made.package / sprite.path) as board:
        assert board.size == (sprite.columns * sprite.width, sprite.height)
        places = [((number + 0.5) * sprite.width / board.width, 0.5) for number in range(sprite.count)]
        assert [name_of(board, *place) for place in places] == ["red", "green", "blue", "white"]


async def test_segments_begin_at_cuts(tools: Tools, tmp_path: Path) -> None:
    cut = "smptebars=s=180x320:d=3.4:r=25[a];testsrc2=s=180x320:d=3:r=25[b];[a][b]concat"
    call_ffmpeg("-filter_complex", cut, *X264, str(tmp_path / "a.mp4"))

    made = await make(tools, tmp_path / "a.mp4", tmp_path)

    assert made.source.key_times == [0.0, 1.0, 3.4]
    assert made.descriptor.video[0].segments == [1.0, 2.4, 3.0]


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
    assert await preview_refusal(tools, clip, tmp_path) == code


async def refusal(tools: Tools, original: Path, folder: Path) -> str:
    with pytest.raises(Rejected) as refused:
        await make(tools, original, folder)
    return refused.value.code


async def preview_refusal(tools: Tools, original: Path, folder: Path) -> str:
    with pytest.raises(Rejected) as refused:
        await preview(tools, original, folder)
    return refused.value.code


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
    marks = {path: [] if path.name.startswith(ORDINARY) else [pytest.mark.long] for path in chosen}
    nothing = pytest.param(None, marks=pytest.mark.skip("TEST_MEDIA names no folder with footage"), id="none")
    return [pytest.param(path, marks=marks[path], id=path.name) for path in chosen] or [nothing]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("original", footage(bad=False))
async def test_real_footage_becomes_a_package_that_plays(tools: Tools, tmp_path: Path, original: Path) -> None:
    with av.open(str(original)) as film:
        stream = film.streams.video[0]
        duration = float((stream.duration or 0) * (stream.time_base or 0)) or (film.duration or 0) / av.time_base

    made = await make(tools, original, tmp_path, more=["av1"])

    check(made, duration)
    play(made)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("original", footage(bad=True))
async def test_real_files_that_are_no_episode_are_refused(tools: Tools, tmp_path: Path, original: Path) -> None:
    assert await refusal(tools, original, tmp_path) == BAD[original.name]


@pytest.mark.long
async def test_the_landscape_clip_is_shown_between_bars(tools: Tools, tmp_path: Path) -> None:
    clip = next(MEDIA.glob("clips/c16*"), None)
    if clip is None:
        pytest.skip("TEST_MEDIA names no folder with footage")

    made = await make(tools, clip, tmp_path, landscape="letterbox")

    check(made, 4.04)
    play(made)
    assert [track.width for track in made.descriptor.video] == [360, 540, 720, 1080]
