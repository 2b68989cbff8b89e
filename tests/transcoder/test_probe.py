"""What the probing child says becomes a SourceInfo, or a refusal with a reason."""

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.transcoder.sources import PHONE, a_source
from transcoder.contract import Rejected, failure
from transcoder.probe import SourceInfo, check_source, clock, constant_rate, language_tag, parse_probe

VIDEO: dict[str, Any] = {
    "index": 0,
    "codec": "h264",
    "width": 1080,
    "height": 1920,
    "rates": ["30", "30"],
    "seconds": 10.0,
    "rotation": 0,
    "sample_aspect": "1",
    "pixels": "yuv420p",
    "transfer": 1,
}


def parsed(sounds: list[dict[str, Any]] | None = None, **video: Any) -> SourceInfo:
    found = {"seconds": 10.1, "video": VIDEO | video, "sounds": sounds or [{"index": 1, "codec": "aac"}]}
    return parse_probe(json.dumps(found), "mov")


def test_a_plain_phone_film() -> None:
    assert parsed() == PHONE


@pytest.mark.parametrize("rotation", [90, 270])
def test_a_film_stored_on_its_side_is_upright(rotation: int) -> None:
    source = parsed(width=1920, height=1080, rotation=rotation)

    assert (source.width, source.height, source.rotation) == (1080, 1920, rotation)


def test_points_that_are_not_square_are_counted_as_they_are_shown() -> None:
    wide, nearly = parsed(width=720, height=1920, sample_aspect="3/2"), parsed(sample_aspect="404/405")

    assert (wide.width, wide.height) == (1080, 1920)
    assert (nearly.width, nearly.height) == (1080, 1920)


@pytest.mark.parametrize(("number", "transfer"), [(16, "pq"), (18, "hlg"), (1, "sdr"), (2, "sdr")])
def test_high_dynamic_range_is_noticed(number: int, transfer: str) -> None:
    assert parsed(transfer=number).transfer == transfer


def test_the_duration_of_the_picture_counts_else_that_of_the_file() -> None:
    assert parsed().duration == 10.0
    assert parsed(seconds=0.0).duration == 10.1


@pytest.mark.parametrize(
    ("nominal", "average", "constant"),
    [
        ("30", "30", "30"),
        ("30000/1001", "51600/1841", "30000/1001"),
        ("30", "14670000/767849", "30"),
        ("24000/1001", "24000/1001", "24000/1001"),
        ("23.98", "23.98", "24000/1001"),
        ("120", "120", "60"),
        ("90000", "25", "25"),
        ("1000000", "1000000", "60"),
        ("0", "0", "10"),
        ("1", "1", "10"),
        ("18", "18", "18"),
    ],
)
def test_the_rate_is_constant_common_and_bounded(nominal: str, average: str, constant: str) -> None:
    assert constant_rate(nominal, average) == Fraction(constant)


def test_a_landscape_film_stands_between_bars_where_its_section_allows_it() -> None:
    source = check_source(parsed(width=1280, height=720), "letterbox")

    assert (source.width, source.height, source.inner) == (1280, 2276, 720)
    assert check_source(PHONE, "letterbox") == PHONE


@pytest.mark.parametrize(
    ("start", "rate", "phase"),
    [(0.0, "30", 0.0), (0.5, "30", 0.0), (0.015, "24", 0.015), (0.03, "24", -0.011667), (1.001, "24000/1001", 0.0)],
)
def test_the_first_picture_is_moved_to_the_nearest_place_for_one(start: float, rate: str, phase: float) -> None:
    source = parsed(start=start, rates=[rate, rate])

    assert source.phase == pytest.approx(phase, abs=1e-6)
    assert source.duration == pytest.approx(10 + start)


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("eng", "en"),
        ("rus", "ru"),
        ("GER", "de"),
        ("yue", "yue"),
        ("en-US", "en-US"),
        ("pt", "pt"),
        ("und", None),
        (None, None),
        ("../x", None),
        ("e\nX", None),
    ],
)
def test_languages_have_the_shortest_code_there_is(code: str | None, tag: str | None) -> None:
    assert language_tag(code) == tag


def test_one_sound_per_language_and_eight_at_most() -> None:
    def languages(*codes: str | None) -> list[str | None]:
        found = [{"index": n, "codec": "aac", "language": code} for n, code in enumerate(codes, 1)]
        return [sound.lang for sound in parsed(found).sounds]

    assert languages("und", "und", "eng", "eng", "rus") == [None, "en", "ru"]
    assert languages("rus", None, "rus", "eng") == ["ru", "en"]
    assert len(languages(*["ara", "bul", "ces", "dan", "deu", "ell", "est", "fas", "fin", "fra"])) == 8


def test_a_further_sound_that_cannot_be_read_is_left_out() -> None:
    source = parsed([{"index": 1, "codec": "aac"}, {"index": 2, "codec": "wmav2", "language": "rus"}])

    assert [sound.index for sound in source.sounds] == [1]


def refusal(output: str) -> str:
    with pytest.raises(Rejected) as refused:
        check_source(parse_probe(output, "mov"))
    return refused.value.code


@pytest.mark.parametrize(
    ("video", "code"),
    [
        ({"codec": "magicyuv", "rotation": None}, "unsupported-codec"),
        ({"width": 65535, "height": 65535, "rotation": None}, "too-many-pixels"),
        ({"rotation": None}, "unreadable-file"),
        ({"width": 0}, "unreadable-file"),
        ({"width": 1920, "height": 1080}, "not-vertical"),
        ({"width": 1080, "height": 1080}, "not-vertical"),
        ({"seconds": 601.0}, "too-long"),
    ],
)
def test_a_source_that_cannot_be_an_episode(video: dict[str, Any], code: str) -> None:
    assert refusal(json.dumps({"seconds": 10, "video": VIDEO | video})) == code


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("", "unreadable-file"),
        ("{}", "unreadable-file"),
        ('{"seconds": 4, "sounds": [{"index": 0, "codec": "aac"}]}', "no-video-track"),
        (json.dumps({"seconds": 4, "video": VIDEO, "sounds": [{"index": 1, "codec": "wmav2"}]}), "unsupported-codec"),
        (json.dumps({"seconds": 0, "video": VIDEO | {"seconds": 0}}), "unreadable-file"),
    ],
)
def test_output_that_is_no_film(output: str, code: str) -> None:
    assert refusal(output) == code


def test_ten_minutes_and_a_few_frames_are_ten_minutes() -> None:
    check_source(a_source(duration=600.4))


def test_the_refusal_says_what_was_sent() -> None:
    with pytest.raises(Rejected) as refused:
        check_source(a_source(duration=754.2))

    told = failure(refused.value.code, refused.value.detail)
    assert told.happened == "This file lasts 12:34. An episode may last 10 minutes at most."


def test_clock() -> None:
    assert [clock(0), clock(58.9), clock(61), clock(600)] == ["0:00", "0:58", "1:01", "10:00"]
