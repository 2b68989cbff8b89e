"""What Apple's HLS authoring specification and RFC 8216 ask of a package, asserted on one with everything in it:
three rungs, AV1, two languages of sound and a dub, two of subtitles, a cut, a rate that is no whole number."""

import re
from itertools import pairwise
from pathlib import Path

import av
import pytest

from tests.transcoder.films import Made, add_dub, make
from tests.transcoder.media import call_ffmpeg
from transcoder.edition import Subtitle
from transcoder.fragments import Run, runs, timescales
from transcoder.package import AUDIO_CODEC, video_codec
from transcoder.pipeline import Tools

ATTRIBUTE = re.compile(r'([A-Z-]+)=("[^"]*"|[^,]*)')
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning\n"


@pytest.fixture(scope="module")
async def made(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("rules")
    cut = "smptebars=s=720x1280:d=3.5:r=30000/1001[a];testsrc2=s=720x1280:d=4.5:r=30000/1001[b];[a][b]concat[v]"
    sounds = ["-f", "lavfi", "-i", "sine=300:d=8:r=44100", "-f", "lavfi", "-i", "sine=600:d=8:r=48000"]
    tags = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=rus"]
    coder = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    maps = ["-map", "[v]", "-map", "0", "-map", "1"]
    call_ffmpeg(*sounds, "-filter_complex", cut, *maps, *coder, *tags, str(folder / "a.mp4"))
    subtitles = [Subtitle(lang="en", vtt=VTT), Subtitle(lang="zh-Hans", vtt=VTT)]
    film = await make(tools, folder / "a.mp4", folder, subtitles, more=["av1"])
    call_ffmpeg("-f", "lavfi", "-i", "sine=900:d=8.1:r=44100", str(folder / "kk.wav"))
    return await add_dub(tools, film, folder / "kk.wav", "kk", subtitles)


def master_lines(made: Made) -> list[str]:
    return made.master.read_text().splitlines()


def attributes(line: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in ATTRIBUTE.findall(line.split(":", 1)[1])}


def variants(made: Made) -> list[tuple[dict[str, str], Path]]:
    return [
        (attributes(line), made.master.parent / uri)
        for line, uri in pairwise(master_lines(made))
        if line.startswith("#EXT-X-STREAM-INF:")
    ]


def media(made: Made, kind: str) -> list[dict[str, str]]:
    found = [attributes(line) for line in master_lines(made) if line.startswith("#EXT-X-MEDIA:")]
    return [group for group in found if group["TYPE"] == kind]


def renditions(made: Made) -> list[Path]:
    sounds = [made.master.parent / group["URI"] for group in media(made, "AUDIO")]
    return [*(path for _, path in variants(made)), *sounds]


def lengths(playlist: Path) -> list[float]:
    return [float(value) for value in re.findall(r"#EXTINF:([\d.]+),", playlist.read_text())]


def segments(playlist: Path) -> list[bytes]:
    lines = playlist.read_text().splitlines()
    return [(playlist.parent / line).read_bytes() for line in lines if line and not line.startswith("#")]


def init_of(playlist: Path) -> bytes:
    return (playlist.parent / "init.mp4").read_bytes()


def runs_of(playlist: Path) -> list[Run]:
    return [run for segment in segments(playlist) for run in runs(segment)]


def test_the_master_names_every_rung_with_all_a_player_chooses_by(made: Made) -> None:
    assert master_lines(made)[:3] == ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    found = variants(made)
    assert [path.parent.name for _, path in found] == ["v360", "v540", "v720", "av1-540"]
    for names, _ in found:
        assert names.keys() == {
            *("BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "FRAME-RATE", "VIDEO-RANGE", "AUDIO"),
            *("SUBTITLES", "CLOSED-CAPTIONS"),
        }
        assert (names["FRAME-RATE"], names["VIDEO-RANGE"]) == ("29.970", "SDR")


def test_borders_are_the_same_in_all_rungs_and_tiers(made: Made) -> None:
    expected, *others = [lengths(path) for _, path in variants(made)]

    assert all(other == expected for other in others)
    assert expected == pytest.approx([1.001, 2.5025, 4.5045], abs=0.001)
    for group in media(made, "AUDIO"):
        sound = lengths(made.master.parent / group["URI"])
        assert [sum(sound[: n + 1]) for n in range(len(sound))] == pytest.approx(
            [sum(expected[: n + 1]) for n in range(len(expected))], abs=0.03
        )


def test_media_playlists_are_complete_and_no_segment_is_longer_than_promised(made: Made) -> None:
    for path in renditions(made):
        text = path.read_text()
        target = int(re.findall(r"#EXT-X-TARGETDURATION:(\d+)", text)[0])
        assert all(round(length) <= target for length in lengths(path))
        assert text.startswith("#EXTM3U\n#EXT-X-VERSION:7\n")
        assert "#EXT-X-PLAYLIST-TYPE:VOD\n" in text
        assert "#EXT-X-INDEPENDENT-SEGMENTS\n" in text
        assert '#EXT-X-MAP:URI="init.mp4"\n' in text
        assert text.endswith("#EXT-X-ENDLIST\n")


def test_codecs_are_those_of_the_init_segments(made: Made) -> None:
    for names, path in variants(made):
        assert names["CODECS"] == f"{video_codec(init_of(path))},{AUDIO_CODEC}"
        with av.open(str(path)) as film:
            stream = film.streams.video[0]
            assert names["RESOLUTION"] == f"{stream.width}x{stream.height}"
            assert names["CODECS"].startswith(
                {"h264": "avc1.64", "av1": "av01.0."}[stream.codec_context.codec.canonical_name]
            )
    for group in media(made, "AUDIO"):
        assert b"mp4a" in init_of(made.master.parent / group["URI"])


def test_bandwidths_are_the_measured_ones(made: Made) -> None:
    """The peak over any run of half to one and a half target durations, and the average of all, with the sound."""
    sounds = [made.master.parent / group["URI"] for group in media(made, "AUDIO")]
    for names, path in variants(made):
        average = rate_of(path) + max(rate_of(sound) for sound in sounds)
        assert int(names["BANDWIDTH"]) >= peak_of(path) + max(peak_of(sound) for sound in sounds) - 2
        assert int(names["AVERAGE-BANDWIDTH"]) == pytest.approx(average, rel=0.1)
        assert int(names["AVERAGE-BANDWIDTH"]) <= int(names["BANDWIDTH"])


def rate_of(path: Path) -> float:
    return sum(map(len, segments(path))) * 8 / sum(lengths(path))


def peak_of(path: Path) -> float:
    times, sizes = lengths(path), [len(segment) for segment in segments(path)]
    target = max(round(length) for length in times)
    spans = [(first, last) for last in range(1, len(times) + 1) for first in range(last)]
    return max(
        sum(sizes[first:last]) * 8 / sum(times[first:last])
        for first, last in spans
        if target / 2 <= sum(times[first:last]) <= target * 1.5
    )


def test_every_segment_can_be_played_without_the_ones_before(made: Made, tmp_path: Path) -> None:
    for path in renditions(made):
        for number, segment in enumerate(segments(path)):
            alone = tmp_path / "alone.mp4"
            alone.write_bytes(init_of(path) + segment)
            call_ffmpeg("-xerror", "-f", "mov", "-i", str(alone), "-f", "null", "-")
            assert all(run.sync for run in runs(segment))
            if not number:
                assert keys_first(alone)


def keys_first(film: Path) -> bool:
    with av.open(str(film)) as opened:
        frame = next(iter(opened.decode(opened.streams[0])))
        return not isinstance(frame, av.VideoFrame) or frame.key_frame


def test_clocks_run_from_zero_without_gaps_and_nothing_leans_on_edit_lists(made: Made) -> None:
    for path in renditions(made):
        init = init_of(path)
        assert b"elst" not in init
        (scale,) = timescales(init).values()
        found = runs_of(path)
        assert found[0].start == 0
        assert found[0].offset == 0
        for run, following in pairwise(found):
            assert abs(following.start - run.end) <= scale / 1000
        assert sum(run.length for run in found) / scale == pytest.approx(sum(lengths(path)), abs=0.001)
        borders = [sum(lengths(path)[:number]) for number in range(len(found))]
        assert [run.start / scale for run in found] == pytest.approx(borders, abs=0.001)


def test_no_picture_is_shown_before_zero_and_all_are_shown_once(made: Made) -> None:
    """libav moves pictures so that decoding comes first, all by the same; they are a picture apart from the first on."""
    for _, path in variants(made):
        whole = path.parent.parent / "whole.mp4"
        whole.write_bytes(init_of(path) + b"".join(segments(path)))
        with av.open(str(whole)) as film:
            times = [frame.time for frame in film.decode(video=0)]
        whole.unlink()
        assert len(times) == round(sum(lengths(path)) * 30000 / 1001)
        assert [later - earlier for earlier, later in pairwise(times)] == pytest.approx(
            [1001 / 30000] * (len(times) - 1), abs=0.0002
        )


def test_sounds_and_subtitles_are_groups_every_rung_names(made: Made) -> None:
    sounds, subtitles = media(made, "AUDIO"), media(made, "SUBTITLES")

    assert [(group["LANGUAGE"], group["DEFAULT"], group["CHANNELS"]) for group in sounds] == [
        ("en", "YES", "2"),
        ("ru", "NO", "2"),
        ("kk", "NO", "2"),
    ]
    assert len({group["NAME"] for group in sounds}) == len(sounds)
    assert [group["LANGUAGE"] for group in subtitles] == ["en", "zh-Hans"]
    assert all(group["AUTOSELECT"] == "YES" for group in [*sounds[:2], *subtitles])
    assert sounds[2]["AUTOSELECT"] == "NO"  # a dub is chosen, never taken by the language of a phone
    for names, _ in variants(made):
        assert {names["AUDIO"]} == {group["GROUP-ID"] for group in sounds}
        assert {names["SUBTITLES"]} == {group["GROUP-ID"] for group in subtitles}
    for group in subtitles:
        playlist = made.master.parent / group["URI"]
        assert lengths(playlist) == pytest.approx([made.descriptor.duration])
        assert segments(playlist)[0].startswith(b"WEBVTT")
