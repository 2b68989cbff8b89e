"""The plan is data: whole argument lists are compared, not looked into."""

import pytest

from tests.transcoder.sources import a_source
from transcoder.plan import Build, key_frame_times, make_plan, pictures_for
from transcoder.probe import SourceInfo
from transcoder.profiles import CODEC_WHITELIST, LADDER

BUILD = Build(version="9", tone_mapping=True)

GLOBAL = (
    "-nostdin -hide_banner -v repeat+level+warning -progress pipe:1 -stats_period 0.5 "
    f"-f mov -codec_whitelist {CODEC_WHITELIST} -max_pixels 8912896 -protocol_whitelist file,pipe "
)
HLS = (
    "-hls_flags independent_segments -hls_fmp4_init_filename init.mp4 -hls_playlist_type vod "
    "-hls_segment_filename {name}/%03d.m4s "
    "-hls_segment_options movflags=+negative_cts_offsets+skip_sidx:use_editlist=0 "
    "-hls_segment_type fmp4 -hls_time 1 -map_chapters -1 -map_metadata -1"
)


def picture(stream: str, name: str, cap: int, keys: str, seconds: str) -> str:
    return (
        f"-map [{stream}] -f hls -bufsize {2 * cap} -c:v libx264 -crf 24 -fflags +bitexact -flags +cgop "
        f"-force_key_frames {keys} -forced-idr 1 -g 1000 {HLS.format(name=name)} -maxrate {cap} -preset veryfast "
        f"-profile:v high -sc_threshold 0 -t {seconds} {name}/playlist.m3u8"
    )


def sound(stream: str, seconds: str) -> str:
    return (
        f"-map [{stream}] -f hls -ac 2 -ar 48000 -b:a 64000 -c:a aac -fflags +bitexact "
        f"{HLS.format(name='a64-pieces')} -t {seconds} a64-pieces/playlist.m3u8"
    )


def args_of(source: SourceInfo, build: Build = BUILD) -> list[str]:
    return make_plan(source, build).args


def test_a_phone_film_becomes_three_rungs_of_one_decode() -> None:
    filters = (
        "[0:0]fps=fps=30:start_time=0[s0];[s0]scale=flags=bicubic:h=1280:out_range=tv:w=720[s1];[s1]setsar=1[s2];"
        "[s2]format=yuv420p[s3];[s3]split=3[s4][s5][s6];[s4]scale=flags=bicubic:h=640:out_range=tv:w=360[s7];"
        "[s5]scale=flags=bicubic:h=960:out_range=tv:w=540[s8];"
        "[0:1]aresample=48000:async=1:first_pts=0[s9];[s9]aformat=channel_layouts=stereo[s10];"
        "[s10]apad=whole_len=480000[s11];[s11]atrim=end_sample=480000:start_sample=1024[s12];"
        "[s12]asetpts=PTS-STARTPTS[s13]"
    )

    assert (
        args_of(a_source())
        == (
            f"{GLOBAL} -t 11.000 -i ../in/original -filter_complex {filters} "
            f"{picture('s7', 'v360', 450_000, '0,1,3,7', '10.000')} "
            f"{picture('s8', 'v540', 1_000_000, '0,1,3,7', '10.000')} "
            f"{picture('s6', 'v720', 1_900_000, '0,1,3,7', '10.000')} {sound('s13', '10.000')}"
        ).split()
    )


def test_a_small_silent_film_keeps_its_size_and_gets_a_silent_track() -> None:
    source = a_source(
        width=153, height=273, duration=2.5, audio_codec=None, audio_index=None, video_index=2, demuxer="mov"
    )
    filters = (
        "[0:2]fps=fps=30:start_time=0[s0];[s0]scale=flags=bicubic:h=272:out_range=tv:w=152[s1];[s1]setsar=1[s2];"
        "[s2]format=yuv420p[s3];[s3]split=1[s4];[1:0]atrim=end_sample=120000:start_sample=1024[s5];"
        "[s5]asetpts=PTS-STARTPTS[s6]"
    )

    assert (
        args_of(source)
        == (
            f"{GLOBAL} -t 3.500 -i ../in/original -f lavfi -i anullsrc=r=48000:cl=stereo -filter_complex {filters} "
            f"{picture('s4', 'v152', 450_000, '0,1', '2.500')} {sound('s6', '2.500')}"
        ).split()
    )


def test_high_dynamic_range_is_mapped_after_scaling() -> None:
    source = a_source(width=404, height=720, duration=1.0, transfer="hlg", audio_codec=None, audio_index=None)
    filters = (
        "[0:0]fps=fps=30:start_time=0[s0];"
        "[s0]setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=tv[s1];"
        "[s1]zscale=h=640:npl=100:transfer=linear:w=360[s2];[s2]format=gbrpf32le[s3];[s3]zscale=primaries=bt709[s4];"
        "[s4]tonemap=desat=0:tonemap=hable[s5];[s5]zscale=matrix=bt709:range=tv:transfer=bt709[s6];[s6]setsar=1[s7];"
        "[s7]format=yuv420p[s8];[s8]split=1[s9];[1:0]atrim=end_sample=48000:start_sample=1024[s10];"
        "[s10]asetpts=PTS-STARTPTS[s11]"
    )

    assert (
        args_of(source)
        == (
            f"{GLOBAL} -t 2.000 -i ../in/original -f lavfi -i anullsrc=r=48000:cl=stereo -filter_complex {filters} "
            f"{picture('s9', 'v360', 450_000, '0', '1.000')} {sound('s11', '1.000')}"
        ).split()
    )


def test_without_the_filters_for_it_high_dynamic_range_is_only_scaled() -> None:
    plain = Build(version="5", tone_mapping=False)

    assert args_of(a_source(transfer="pq"), plain) == args_of(a_source())


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (1080, 1920, [(360, 640), (540, 960), (720, 1280)]),
        (1080, 1916, [(360, 640), (540, 960), (720, 1280)]),
        (606, 1080, [(360, 640), (540, 960)]),
        (404, 720, [(360, 640)]),
        (360, 640, [(360, 640)]),
        (800, 1000, [(360, 450), (540, 676), (720, 900)]),
        (720, 1680, [(360, 840), (540, 1260), (720, 1680)]),
        (270, 480, [(270, 480)]),
        (153, 273, [(152, 272)]),
        (1, 3, [(2, 2)]),
    ],
)
def test_rungs_are_never_larger_than_the_source(width: int, height: int, sizes: list[tuple[int, int]]) -> None:
    pictures = pictures_for(width, height, LADDER)

    assert [(picture.width, picture.height) for picture in pictures] == sizes
    assert [picture.name for picture in pictures] == [f"v{width}" for width, _ in sizes]


def test_key_frames_stand_where_segments_begin() -> None:
    assert key_frame_times(0.4) == [0]
    assert key_frame_times(3.0) == [0, 1]
    assert key_frame_times(20) == [0, 1, 3, 7, 11, 15, 19]


def test_the_plan_names_the_time_it_may_take_and_the_folders_it_needs() -> None:
    plan = make_plan(a_source(), BUILD)

    assert plan.seconds_allowed == 110
    assert plan.folders == ["v360", "v540", "v720", "a64-pieces"]
