"""The plan is data: whole argument lists are compared, not looked into."""

import pytest

from tests.transcoder.sources import PHONE, a_source, a_study
from transcoder.bench import Build
from transcoder.contract import Loudness
from transcoder.plan import av1_of, board_count, board_step, ladder_of, ladder_plan, pictures_for, refine_of, rungs_plan
from transcoder.preview import start_args
from transcoder.probe import Sound, SourceInfo
from transcoder.profiles import CODEC_WHITELIST, PROFILES, START
from transcoder.study import Source
from transcoder.study_plan import study_args

BUILD = Build(version="9", tone_mapping=True)
QUICK = PROFILES["quick"]
FESTIVAL = PROFILES["festival"]

GLOBAL = (
    "-nostdin -hide_banner -v repeat+level+warning -progress pipe:1 -stats_period 0.5 "
    f"-f mov -codec_whitelist {CODEC_WHITELIST} -max_pixels 8912896 -noautorotate -protocol_whitelist file,pipe "
    "-reinit_filter 0"
)
HLS = (
    "-hls_flags {flags} -hls_fmp4_init_filename init.mp4 -hls_playlist_type {kind} "
    "-hls_segment_filename {name}/%03d.m4s "
    "-hls_segment_options movflags=+negative_cts_offsets+skip_sidx:use_editlist=0 "
    "-hls_segment_type fmp4 -hls_time 0.5 -map_chapters -1 -map_metadata -1"
)
VOD = {"flags": "independent_segments", "kind": "vod"}
UPRIGHT = (
    "[0:0]scale=flags=bicubic:h={h}:out_range=tv:w={w}[s0];[s0]format=yuv420p[s1];"
    "[s1]sidedata=delete:type=DISPLAYMATRIX[s2];[s2]fps=fps=30:start_time=0[s3];[s3]setsar=1[s4];"
)
HEARD = "aresample=48000:async=1:first_pts=0:min_hard_comp=0.02"


def h264(stream: str, name: str, cap: int, keys: str, seconds: str) -> str:
    return (
        f"-map [{stream}] -f hls -bufsize {2 * cap} -c:v libx264 -crf 26 -fflags +bitexact -force_key_frames {keys} "
        f"-forced-idr 1 -g 9999 {HLS.format(name=name, **VOD)} -maxrate {cap} -preset veryfast -profile:v high "
        f"-t {seconds} -threads 4 -x264-params scenecut=0:open-gop=0 {name}/playlist.m3u8"
    )


def sound(stream: str, number: int = 0) -> str:
    return (
        f"-map [{stream}] -f mp4 -ac 2 -ar 48000 -b:a 64000 -c:a aac -fflags +bitexact -frag_duration 1000000 "
        "-map_chapters -1 -map_metadata -1 -movflags +empty_moov+default_base_moof+skip_sidx+skip_trailer "
        f"-use_editlist 0 sound-{number}.mp4"
    )


def still(stream: str, count: int, file: str) -> str:
    return f"-map [{stream}] -f image2 -fps_mode passthrough -frames:v {count} -map_metadata -1 {file}"


def ladder_args(source: Source, build: Build = BUILD) -> list[str]:
    return ladder_plan(source, build, ladder_of(source.info, QUICK)).args


def test_a_phone_film_becomes_all_rungs_sound_posters_and_storyboard_from_one_decode() -> None:
    filters = (
        UPRIGHT.format(w=1080, h=1920) + "[s4]split=6[s5][s6][s7][s8][s9][s10];"
        "[s5]scale=flags=bicubic:h=640:out_range=tv:w=360[s11];"
        "[s6]scale=flags=bicubic:h=960:out_range=tv:w=540[s12];"
        "[s7]scale=flags=bicubic:h=1280:out_range=tv:w=720[s13];"
        f"[0:1]{HEARD}[s14];[s14]aformat=channel_layouts=stereo:sample_fmts=fltp[s15];"
        "[s15]apad=whole_len=480000[s16];[s16]atrim=end_sample=480000:start_sample=1024[s17];"
        "[s9]select=eq(n\\,30)+eq(n\\,90)[s18];[s18]scale=flags=bicubic:h=-2:w=min(iw\\,720)[s19];"
        "[s10]select=not(mod(n\\,60))[s20];[s20]scale=flags=area:h=-2:w=90[s21];[s21]tile=10x1[s22]"
    )
    keys = "0.000000,0.991667,2.991667,6.991667"

    assert (
        ladder_args(a_study(shots=[90, 30]))
        == (
            f"{GLOBAL} -t 11.000 -threads 4 -i ../in/original -filter_complex {filters} "
            f"{h264('s11', 'v360', 450_000, keys, '10.000000')} {h264('s12', 'v540', 1_000_000, keys, '10.000000')} "
            f"{h264('s13', 'v720', 1_900_000, keys, '10.000000')} {h264('s8', 'v1080', 3_800_000, keys, '10.000000')} "
            f"{sound('s17')} {still('s19', 2, 'shot-%d.png')} {still('s22', 1, '-update 1 board.png')}"
        ).split()
    )


def test_a_small_silent_film_keeps_its_size_and_gets_a_silent_track() -> None:
    info = a_source(width=153, height=273, duration=2.5, sounds=[], video_index=2)
    filters = (
        UPRIGHT.format(w=152, h=272).replace("0:0", "0:2") + "[s4]split=2[s5][s6];"
        "[1:0]apad=whole_len=120000[s7];[s7]atrim=end_sample=120000:start_sample=1024[s8];"
        "[s6]select=not(mod(n\\,60))[s9];[s9]scale=flags=area:h=-2:w=90[s10];[s10]tile=10x1[s11]"
    )

    assert (
        ladder_args(a_study(info))
        == (
            f"{GLOBAL} -t 3.500 -threads 4 -i ../in/original -f lavfi -t 2.500000 -i anullsrc=r=48000:cl=stereo "
            f"-filter_complex {filters} {h264('s5', 'v152', 450_000, '0.000000,0.991667', '2.500000')} "
            f"{sound('s8')} {still('s11', 1, '-update 1 board.png')}"
        ).split()
    )


def filters_of(args: list[str]) -> str:
    return args[args.index("-filter_complex") + 1]


def test_high_dynamic_range_is_mapped_after_scaling() -> None:
    info = a_source(width=404, height=720, transfer="hlg")

    assert filters_of(ladder_args(a_study(info))).startswith(
        "[0:0]setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=tv[s0];"
        "[s0]zscale=h=640:npl=100:transfer=linear:w=360[s1];[s1]format=gbrpf32le[s2];[s2]zscale=primaries=bt709[s3];"
        "[s3]tonemap=desat=0:tonemap=hable[s4];[s4]zscale=matrix=bt709:range=tv:transfer=bt709[s5];"
        "[s5]format=yuv420p[s6];[s6]sidedata=delete:type=DISPLAYMATRIX[s7];[s7]fps=fps=30:start_time=0[s8];"
    )


def test_without_the_filters_for_it_high_dynamic_range_is_only_scaled() -> None:
    plain = Build(version="5", tone_mapping=False)

    assert ladder_args(a_study(a_source(transfer="pq")), plain) == ladder_args(a_study())


@pytest.mark.parametrize(
    ("rotation", "turn"),
    [(90, "[s2]transpose=cclock[s3]"), (180, "[s2]hflip[s3];[s3]vflip[s4]"), (270, "[s2]transpose=clock[s3]")],
)
def test_pictures_are_turned_when_they_are_small_already(rotation: int, turn: str) -> None:
    filters = filters_of(ladder_args(a_study(a_source(rotation=rotation, width=404, height=720))))
    size = "h=640:out_range=tv:w=360" if rotation == 180 else "h=360:out_range=tv:w=640"

    assert filters.startswith(f"[0:0]scale=flags=bicubic:{size}[s0];")
    assert turn in filters


def test_a_landscape_film_stands_between_bars_but_its_posters_do_not() -> None:
    info = a_source(width=1280, height=2276, inner=720, phase=0.004)
    filters = filters_of(ladder_args(a_study(info, shots=[1])))

    assert filters.startswith("[0:0]scale=flags=bicubic:h=608:out_range=tv:w=1080[s0];")
    assert "setpts=PTS-(0.004000)/TB" in filters
    assert "asetpts=PTS-(0.004000)/TB" in filters
    assert "pad=h=1920:w=1080:x=0:y=(oh-ih)/2" in filters
    assert "crop=iw:0.316344*ih" in filters


def test_loud_films_are_only_turned_down_and_quiet_ones_held_below_the_peak() -> None:
    def with_peak(peak: float, gain: float) -> str:
        loudness = Loudness(integrated=-16 - gain, true_peak=peak, range=5, gain=gain, target=-16)
        return filters_of(ladder_args(a_study(loudness=loudness)))

    assert "volume=-6.00dB" in with_peak(0.0, -6.0)
    assert "alimiter" not in with_peak(0.0, -6.0)
    assert "aresample=192000" in with_peak(-3.0, 6.0)
    assert "alimiter=attack=5:latency=1:level=0:limit=-2.00dB:release=60" in with_peak(-3.0, 6.0)


def test_every_language_becomes_a_file_of_its_own() -> None:
    info = a_source(sounds=[Sound(index=1, codec="aac"), Sound(index=3, codec="opus", lang="ru")])
    args = ladder_args(a_study(info))

    assert [arg for arg in args if arg.startswith("sound-")] == ["sound-0.mp4", "sound-1.mp4"]
    assert "[0:3]aresample" in filters_of(args)


def test_av1_has_the_same_key_frames_as_the_ladder() -> None:
    source = a_study()
    args = rungs_plan(source, BUILD, av1_of(source.info, FESTIVAL)).args
    ladder = ladder_args(source)

    assert [args[n + 1] for n, arg in enumerate(args) if arg == "-c:v"] == ["libsvtav1"] * 3
    keys = {args[n + 1] for n, arg in enumerate(args) if arg == "-force_key_frames"}
    assert keys == {ladder[n + 1] for n, arg in enumerate(ladder) if arg == "-force_key_frames"}
    assert not [arg for arg in args if arg.startswith(("sound-", "shot-", "board"))]


def test_the_preview_is_picture_and_sound_in_one_and_its_files_appear_whole() -> None:
    (picture,) = pictures_for(1080, 1920, [START])
    filters = (
        UPRIGHT.format(w=360, h=640) + f"[0:1]{HEARD}[s5];[s5]aformat=channel_layouts=stereo:sample_fmts=fltp[s6];"
        "[s6]apad=whole_len=480000[s7];[s7]atrim=end_sample=480000:start_sample=1024[s8]"
    )
    muxer = HLS.format(flags="independent_segments+temp_file", kind="event", name="start")

    assert (
        start_args(PHONE, BUILD, picture)
        == (
            f"{GLOBAL} -t 11.000 -threads 4 -i ../in/original -filter_complex {filters} "
            "-map [s4] -map [s8] -f hls -ac 2 -ar 48000 -b:a 64000 -bufsize 900000 -c:a aac -c:v libx264 -crf 25 "
            "-fflags +bitexact -flush_packets 1 -force_key_frames 0.000000,0.991667,2.991667,6.991667 -forced-idr 1 "
            f"-g 9999 {muxer} -maxrate 450000 -preset superfast -profile:v high -t 10.000000 -threads 4 "
            "-tune zerolatency -x264-params rc-lookahead=0:sync-lookahead=0:sliced-threads=1:scenecut=0:open-gop=0 "
            "start/playlist.m3u8"
        ).split()
    )


def test_the_study_looks_at_small_pictures_and_keeps_numbers_only() -> None:
    args = study_args(PHONE, BUILD)

    assert "-skip_loop_filter all" in " ".join(args)
    assert filters_of(args) == (
        UPRIGHT.format(w=144, h=256) + "[s4]split=2[s5][s6];[s5]scdet=threshold=100[s7];"
        "[s7]metadata=print:file=changes.txt[s8];[s6]select=not(mod(n\\,15))[s9];[s9]signalstats[s10];"
        "[s10]blurdetect[s11];[s11]metadata=print:file=looks.txt[s12];"
        f"[0:1]{HEARD}[s13];[s13]aformat=channel_layouts=stereo:sample_fmts=fltp[s14];"
        "[s14]ebur128=framelog=quiet:metadata=1:peak=true[s15];[s15]ametadata=print:file=sound.txt[s16]"
    )
    assert args.count("null") == 3


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (1080, 1920, [(360, 640), (540, 960), (720, 1280), (1080, 1920)]),
        (1080, 1916, [(360, 640), (540, 960), (720, 1280), (1080, 1920)]),
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
    pictures = pictures_for(width, height, FESTIVAL.ladder)

    assert [(picture.width, picture.height) for picture in pictures] == sizes
    assert [picture.name for picture in pictures] == [f"v{width}" for width, _ in sizes]


def test_the_later_tiers_make_what_the_source_is_large_enough_for() -> None:
    def names(info: SourceInfo) -> list[str]:
        return [picture.name for picture in (*av1_of(info, FESTIVAL), *refine_of(info, FESTIVAL))]

    assert names(a_source()) == ["av1-360", "av1-540", "av1-720", "v360s", "v540s", "v720s"]
    assert names(a_source(width=540, height=960)) == ["av1-360", "av1-540", "v360s", "v540s"]
    assert names(a_source(width=270, height=480)) == ["v270s"]
    assert refine_of(PHONE, QUICK) == ()


def test_the_storyboard_has_a_picture_for_every_other_second_begun() -> None:
    assert (board_step(PHONE), board_count(PHONE)) == (60, 5)
    assert board_count(a_source(duration=10.1)) == 6
    assert board_count(a_source(duration=0.2)) == 1
    assert board_step(a_source(rate="30000/1001")) == 60


def test_the_plan_names_the_time_it_may_take() -> None:
    source = a_study()

    assert ladder_plan(source, BUILD, ladder_of(source.info, QUICK)).seconds_allowed == 280
    assert rungs_plan(source, BUILD, av1_of(source.info, QUICK)).seconds_allowed == 440
