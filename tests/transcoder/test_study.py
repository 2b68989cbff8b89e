"""From what ffmpeg measured to cuts, loudness and pictures fit for a poster."""

import pytest

from tests.transcoder.sources import a_source, a_study
from transcoder.contract import Loudness
from transcoder.probe import Sound
from transcoder.schedule import Cut
from transcoder.study import Look, Source, choose_shots, find_cuts, gain_for, loudness_of, parse_measures
from transcoder.study_plan import conclude

CHANGES = "".join(
    f"frame:{n}    pts:{n}       pts_time:{n / 10}\nlavfi.scd.mafd={40 if n == 14 else 0.5}\n"
    f"lavfi.scd.score={38.5 if n == 14 else 0.1}\n"
    for n in range(30)
)
LOOKS = "".join(
    f"frame:{n}    pts:{n * 5}\nlavfi.signalstats.YLOW=30\nlavfi.signalstats.YAVG={luma}\n"
    f"lavfi.signalstats.YHIGH={luma + 60}\nlavfi.blur={blur}\n"
    for n, (luma, blur) in enumerate([(20, 3), (110, 3), (110, 9), (110, 4), (110, 3), (200, 3)])
)
SOUND = "frame:0\nlavfi.r128.I=-70.000\nframe:1\nlavfi.r128.I=-21.300\nlavfi.r128.LRA=4.2\nlavfi.r128.true_peak=0.708\n"


def test_values_belong_to_the_picture_before_them() -> None:
    text = "nonsense\nframe:0 pts:0\nlavfi.a.b=1.5\nlavfi.c=-inf\nframe:3 pts:3\nlavfi.a.b=nan\nlavfi.x=word\n"
    found = list(parse_measures(text))

    assert [number for number, _ in found] == [0, 3]
    assert found[0][1] == {"a.b": 1.5, "c": float("-inf")}
    assert list(found[1][1]) == ["a.b"]
    assert list(parse_measures("")) == []


def test_a_cut_is_a_picture_unlike_the_one_before() -> None:
    changes = [values for _, values in parse_measures(CHANGES)]

    assert find_cuts(changes) == [Cut(frame=14, score=38.5)]
    assert find_cuts([{"scd.score": 90.0}]) == []


@pytest.mark.parametrize(
    ("values", "loudness"),
    [
        (
            {"r128.I": -21.3, "r128.LRA": 4.2, "r128.true_peak": 0.5},
            Loudness(integrated=-21.3, true_peak=-6.02, range=4.2, gain=5.3, target=-16),
        ),
        ({"r128.I": -70.0, "r128.true_peak": 0.001}, None),
        ({"r128.I": float("nan"), "r128.true_peak": 0.5}, None),
        ({"r128.I": -20.0, "r128.true_peak": 0.0}, None),
        ({}, None),
    ],
)
def test_silence_has_no_loudness(values: dict[str, float], loudness: Loudness | None) -> None:
    assert loudness_of(values) == loudness


def test_noise_is_not_made_the_sound() -> None:
    assert [gain_for(level) for level in (-10, -16, -23, -40)] == [-6, 0, 7, 18]


def look(frame: int, **changes: float) -> Look:
    values = {"luma": 110.0, "low": 40.0, "high": 190.0, "blur": 3.0, "change": 1.0} | changes
    return Look(frame=frame, **values)


def test_each_third_of_the_film_gives_its_best_picture() -> None:
    looks = [
        *(look(0, high=20.0, luma=16.0), look(10, blur=9.0), look(20)),
        *(look(30, luma=30.0), look(40), look(50, change=30.0)),
        *(look(60), look(70, low=120.0, high=125.0), look(80, luma=250.0)),
    ]

    assert choose_shots(looks, [], 10) == [20, 40, 60]


def test_near_a_cut_there_may_be_a_dissolve() -> None:
    looks = [look(10), look(20, blur=4.0), look(40), look(70)]

    assert choose_shots(looks, [Cut(frame=12, score=50)], 10)[0] == 20


def test_the_poster_is_not_from_a_first_third_that_shows_hardly_anything() -> None:
    looks = [look(10, luma=20.0, high=45.0), look(40), look(70)]

    assert choose_shots(looks, [], 10) == [40, 70, 10]


def test_an_all_black_film_has_a_poster_too() -> None:
    assert choose_shots([look(0, luma=16.0, low=16.0, high=16.0, blur=0.0)], [], 10) == [0]
    assert choose_shots([], [], 10) == []


def test_the_study_concludes_from_all_of_it() -> None:
    info = a_source(rate="10", duration=3.05, sounds=[Sound(index=1, codec="aac")])
    source = conclude(info, CHANGES, LOOKS, SOUND)

    assert source is not None
    assert (source.info.duration, source.key_times) == (3.0, [0.0, 1.4])
    assert source.shots[0] in (5, 10)
    assert source.loudness is not None
    assert source.loudness.gain == 5.3
    assert Source.decode(source.encode()) == source


def test_a_film_that_ends_long_before_its_promise_is_no_source() -> None:
    assert conclude(a_source(rate="10", duration=4.0), CHANGES, LOOKS, SOUND) is None
    assert conclude(a_source(), "", "", "") is None


def test_what_is_stored_can_be_read_again() -> None:
    source = a_study(a_source(rate="24000/1001", inner=608), shots=[3], loudness=None)

    assert Source.decode(source.encode().decode()) == source
    assert source.key_times[1] == pytest.approx(1.001)
