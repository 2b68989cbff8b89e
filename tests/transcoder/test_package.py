"""Playlists, codec strings and numbers of a package."""

import base64
from uuid import UUID

import msgspec
import pytest

from transcoder.contract import AudioTrack, Descriptor, SubtitleTrack, VideoTrack
from transcoder.package import (
    Track,
    Unfit,
    check_language,
    is_complete,
    master_playlist,
    media_playlist,
    parse_growing,
    parse_playlist,
    subtitle_playlist,
    target_duration,
    video_codec,
)
from transcoder.proof import proof_args, segment_proof_args

INIT = bytes(20) + b"avcC\x01\x64\x00\x1e\xff" + bytes(20)
AV1_INIT = bytes(20) + b"av1C\x81\x08\x0c\x00" + bytes(20)
RUNG = Track(name="v360", init=INIT, durations=[1.0, 2.0, 0.5], sizes=[50_000, 80_000, 40_000], width=360, height=640)
TALL = Track(
    name="av1-540", init=AV1_INIT, durations=[1.0, 2.0, 0.5], sizes=[9000, 16_000, 5000], width=540, height=960
)
SOUND = Track(name="a64", init=b"init", durations=[1.003, 2.005, 0.492], sizes=[8_000, 16_000, 4_000])
RUSSIAN = Track(name="a64-ru", init=b"init", durations=[1.003, 2.005, 0.492], sizes=[8_000, 20_000, 4_000])


def a_descriptor(**changes: object) -> Descriptor:
    descriptor = Descriptor(
        package=UUID("0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11"),
        edition=2,
        duration=3.5,
        fps=29.97,
        width=404,
        height=720,
        thumbhash="aGFzaA==",
        video=[RUNG.as_video(), TALL.as_video()],
        audio=[SOUND.as_audio("en"), RUSSIAN.as_audio("ru")],
        subtitles=[SubtitleTrack(lang="fa", path="2/fa.vtt")],
        posters=[],
        sprite=None,
        loudness=None,
        decisions=[],
        files={},
        peaks={track.name: track.peak for track in (RUNG, TALL, SOUND, RUSSIAN)},
    )
    return msgspec.structs.replace(descriptor, **changes)


def test_a_media_playlist() -> None:
    assert media_playlist([1.0, 2.002, 0.5]) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI="init.mp4"\n'
        "#EXTINF:1.000000,\n000.m4s\n#EXTINF:2.002000,\n001.m4s\n#EXTINF:0.500000,\n002.m4s\n#EXT-X-ENDLIST\n"
    )


@pytest.mark.parametrize(("longest", "target"), [(0.2, 1), (1.4, 1), (3.5, 4), (4.499, 4), (4.5, 5), (5.0, 5)])
def test_the_target_is_no_shorter_than_any_length_rounded(longest: float, target: int) -> None:
    assert target_duration([0.1, longest]) == target


def test_what_is_written_can_be_parsed() -> None:
    assert parse_playlist(media_playlist([1.0, 2.002, 0.5])) == [1.0, 2.002, 0.5]


@pytest.mark.parametrize("text", ["", "#EXTM3U\n", "#EXTM3U\n#EXT-X-ENDLIST\n", "#EXTINF:1,\n#EXT-X-ENDLIST\n"])
def test_a_playlist_that_was_not_finished_is_unfit(text: str) -> None:
    with pytest.raises(Unfit):
        parse_playlist(text)


def test_a_playlist_is_read_while_it_grows() -> None:
    assert parse_growing("#EXTM3U\n#EXTINF:1.000000,\n000.m4s\n#EXTINF:2.0,\n001.m4s\n") == [1.0, 2.0]


def test_the_master_lists_the_start_rung_first_and_every_language() -> None:
    assert master_playlist(a_descriptor()) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        'URI="../a64/playlist.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="ru",LANGUAGE="ru",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",'
        'URI="../a64-ru/playlist.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="fa",LANGUAGE="fa",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
        'URI="fa.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=479801,AVERAGE-BANDWIDTH=461835,CODECS="avc1.64001e,mp4a.40.2",'
        'RESOLUTION=360x640,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="sound",SUBTITLES="subs",CLOSED-CAPTIONS=NONE\n'
        "../v360/playlist.m3u8\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=151801,AVERAGE-BANDWIDTH=141833,CODECS="av01.0.08M.08,mp4a.40.2",'
        'RESOLUTION=540x960,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="sound",SUBTITLES="subs",CLOSED-CAPTIONS=NONE\n'
        "../av1-540/playlist.m3u8\n"
    )


def test_a_film_that_says_no_language_and_has_no_subtitles_names_none() -> None:
    master = master_playlist(a_descriptor(subtitles=[], audio=[SOUND.as_audio(None)]))

    assert "SUBTITLES" not in master
    assert "LANGUAGE" not in master
    assert 'NAME="a64"' in master


def test_subtitles_are_one_segment() -> None:
    assert subtitle_playlist("en", 12.3) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:13\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXTINF:12.300000,\nen.vtt\n#EXT-X-ENDLIST\n"
    )


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "sr-Latn-RS"])
def test_a_language_tag_may_name_a_file(lang: str) -> None:
    assert check_language(lang) == lang


@pytest.mark.parametrize("lang", ["", "e", "../en", "en/..", "en\n", 'en"', "english-languages"])
def test_anything_else_may_not(lang: str) -> None:
    with pytest.raises(Unfit):
        check_language(lang)


def test_the_codec_is_read_from_the_init_segment() -> None:
    assert video_codec(INIT) == "avc1.64001e"
    assert video_codec(AV1_INIT) == "av01.0.08M.08"
    assert video_codec(b"av1C\x81\x4d\xcc\x00\x00") == "av01.2.13H.10"
    with pytest.raises(Unfit):
        video_codec(b"no such box")


def test_the_peak_is_that_of_about_a_target_duration() -> None:
    """A first second of many bits is no peak as long as the runs around it are of fewer."""
    track = Track(name="v", init=b"", durations=[1.0, 2.0, 4.0, 4.0, 0.5], sizes=[1000, 500, 1000, 4000, 900])

    assert track.bitrate == 5148
    assert track.peak == 8712
    assert Track(name="v", init=b"", durations=[0.4], sizes=[100]).peak == 2000


@pytest.mark.parametrize(
    ("durations", "promised", "complete"),
    [([10.0], 10.0, True), ([9.6], 10.0, True), ([9.4], 10.0, False), ([0.5], 0.58, True), ([0.3], 0.58, False)],
)
def test_a_film_is_complete_within_five_per_cent(durations: list[float], promised: float, complete: bool) -> None:
    assert is_complete(durations, promised) is complete


def test_a_track_says_what_a_player_needs_first() -> None:
    assert RUNG.as_video() == VideoTrack(
        name="v360",
        width=360,
        height=640,
        codec="avc1.64001e",
        bitrate=388_683,
        init=base64.b64encode(INIT).decode(),
        segments=[1.0, 2.0, 0.5],
        bytes=170_049,
    )
    assert SOUND.as_audio("en") == AudioTrack(
        name="a64",
        codec="mp4a.40.2",
        bitrate=64_009,
        init="aW5pdA==",
        segments=[1.003, 2.005, 0.492],
        bytes=28_004,
        lang="en",
    )


def test_a_package_is_proved_from_its_playlists() -> None:
    inputs = " ".join(
        f"-protocol_whitelist file -f hls -i ../package/{name}/playlist.m3u8" for name in ("v360", "av1-540", "a64")
    )

    assert (
        proof_args(["v360", "av1-540"], ["a64"])
        == (
            f"-nostdin -hide_banner -v error -xerror {inputs} -map 0:v:0 -frames:v 1 -f null - "
            "-map 1:v:0 -frames:v 1 -f null - -map 2:a:0 -frames:a 10 -f null -"
        ).split()
    )
    assert segment_proof_args("proof.mp4")[5:11] == ["-protocol_whitelist", "file", "-f", "mov", "-i", "proof.mp4"]
