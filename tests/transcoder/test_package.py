"""Playlists, codec strings and numbers of a package."""

from uuid import UUID

import pytest

from transcoder.contract import AudioTrack, Descriptor, SubtitleTrack, VideoTrack
from transcoder.package import (
    POSTERS,
    Facts,
    Track,
    Unfit,
    check_alignment,
    check_language,
    group_pieces,
    is_complete,
    join_pieces,
    make_descriptor,
    master_playlist,
    media_playlist,
    parse_playlist,
    subtitle_playlist,
    video_codec,
)
from transcoder.plan import pictures_for
from transcoder.profiles import LADDER
from transcoder.proof import poster_args, proof_args

NOT_BLACK = "blackframe=amount=0:threshold=40,metadata=mode=select:key=lavfi.blackframe.pblack:value=90:function=less"
INIT = bytes(20) + b"avcC\x01\x64\x00\x1e\xff" + bytes(20)
RUNG = Track(name="v360", init=INIT, durations=[1.0, 2.0, 0.5], sizes=[50_000, 80_000, 40_000], width=360, height=640)
TALL = Track(name="v540", init=INIT, durations=[1.0, 2.0, 0.5], sizes=[99_000, 160_000, 50_000], width=540, height=960)
SOUND = Track(name="a64", init=b"init", durations=[1.003, 2.005, 0.492], sizes=[8_000, 16_000, 4_000])


def test_a_media_playlist() -> None:
    assert media_playlist([1.0, 2.002, 0.5]) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI="init.mp4"\n'
        "#EXTINF:1.000000,\n000.m4s\n#EXTINF:2.002000,\n001.m4s\n#EXTINF:0.500000,\n002.m4s\n#EXT-X-ENDLIST\n"
    )


def test_what_is_written_can_be_parsed() -> None:
    assert parse_playlist(media_playlist([1.0, 2.002, 0.5])) == [1.0, 2.002, 0.5]


@pytest.mark.parametrize("text", ["", "#EXTM3U\n", "#EXTM3U\n#EXT-X-ENDLIST\n", "#EXTINF:1,\n#EXT-X-ENDLIST\n"])
def test_a_playlist_that_was_not_finished_is_unfit(text: str) -> None:
    with pytest.raises(Unfit):
        parse_playlist(text)


def test_the_master_lists_the_start_rung_first_and_every_language() -> None:
    assert master_playlist([RUNG, TALL], SOUND, 24.0, ["en", "fa"]) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a64",NAME="a64",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        'URI="a64/playlist.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="en",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
        'URI="subs/en.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="fa",LANGUAGE="fa",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
        'URI="subs/fa.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=464009,AVERAGE-BANDWIDTH=452692,CODECS="avc1.64001e,mp4a.40.2",'
        'RESOLUTION=360x640,FRAME-RATE=24.000,AUDIO="a64",SUBTITLES="subs"\nv360/playlist.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=856009,AVERAGE-BANDWIDTH=770407,CODECS="avc1.64001e,mp4a.40.2",'
        'RESOLUTION=540x960,FRAME-RATE=24.000,AUDIO="a64",SUBTITLES="subs"\nv540/playlist.m3u8\n'
    )


def test_a_film_without_subtitles_names_no_group_for_them() -> None:
    assert "SUBTITLES" not in master_playlist([RUNG], SOUND, 24.0, [])


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
    with pytest.raises(Unfit):
        video_codec(b"no such box")


def test_borders_of_all_rungs_are_the_same() -> None:
    check_alignment({"v360": [1.0, 2.0, 4.0], "v540": [1.0, 2.0, 4.0004]})
    for other in ([1.0, 2.0], [1.0, 2.1, 3.9]):
        with pytest.raises(Unfit):
            check_alignment({"v360": [1.0, 2.0, 4.0], "v540": other})


@pytest.mark.parametrize(
    ("durations", "promised", "complete"),
    [([10.0], 10.0, True), ([9.6], 10.0, True), ([9.4], 10.0, False), ([0.5], 0.58, True), ([0.3], 0.58, False)],
)
def test_a_film_is_complete_within_five_per_cent(durations: list[float], promised: float, complete: bool) -> None:
    assert is_complete(durations, promised) is complete


def test_seconds_of_sound_are_grouped_along_the_pictures() -> None:
    assert group_pieces(10, [0, 1, 3, 7], 4) == [range(1), range(1, 3), range(3, 7), range(7, 10)]
    assert group_pieces(4, [0, 1, 3], 2) == [range(1), range(1, 4)]
    assert group_pieces(1, [0, 1], 2) == [range(1)]


def test_joined_pieces_have_one_type_box() -> None:
    styp = b"\0\0\0\x0cstypmsdh"

    assert join_pieces([styp + b"one", styp + b"two", b"\0\0\0\x08mooftwo"]) == styp + b"onetwo\0\0\0\x08mooftwo"


def test_the_descriptor_says_what_a_player_needs_first() -> None:
    identity = UUID("0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11")
    facts = Facts(package=identity, fps=30000 / 1001, width=404, height=720, thumbhash="aGFzaA==", languages=["en"])
    tiny = Track(name="v360", init=INIT, durations=[1.0, 0.5], sizes=[1000, 451], width=360, height=640)

    assert make_descriptor(facts, [tiny], SOUND, {"master.m3u8": "0" * 64}) == Descriptor(
        version=1,
        package=identity,
        duration=1.5,
        fps=29.97,
        width=404,
        height=720,
        thumbhash="aGFzaA==",
        video=[
            VideoTrack(
                name="v360",
                width=360,
                height=640,
                codec="avc1.64001e",
                bitrate=8000,
                init="AAAAAAAAAAAAAAAAAAAAAAAAAABhdmNDAWQAHv8AAAAAAAAAAAAAAAAAAAAAAAAAAA==",
                segments=[1.0, 0.5],
                bytes=1500,
            )
        ],
        audio=[
            AudioTrack(
                name="a64",
                codec="mp4a.40.2",
                bitrate=64009,
                init="aW5pdA==",
                segments=[1.003, 2.005, 0.492],
                bytes=28004,
            )
        ],
        subtitles=[SubtitleTrack(lang="en", path="subs/en.vtt")],
        posters=POSTERS,
        files={"master.m3u8": "0" * 64},
    )


def test_a_package_is_proved_from_its_playlists() -> None:
    pictures = pictures_for(606, 1080, LADDER)
    inputs = " ".join(
        f"-protocol_whitelist file -f hls -i ../package/{name}/playlist.m3u8" for name in ("v360", "v540", "a64")
    )

    assert (
        proof_args(pictures)
        == (
            f"-nostdin -hide_banner -v error -xerror {inputs} -map 0:v:0 -frames:v 1 -f null - "
            "-map 1:v:0 -frames:v 1 -f null - -map 2:a:0 -frames:a 10 -f null -"
        ).split()
    )


def test_the_poster_is_upright_and_not_black() -> None:
    pictures = pictures_for(800, 1000, LADDER)

    assert poster_args(pictures[-1], skip_black=True) == [
        *["-nostdin", "-hide_banner", "-v", "error", "-xerror", "-t", "60", "-protocol_whitelist", "file", "-f", "hls"],
        *["-i", "../package/v720/playlist.m3u8", "-map", "0:v:0", "-vf"],
        NOT_BLACK + ",crop=506:900,scale=506:900",
        *["-frames:v", "1", "-y", "poster.png"],
    ]
