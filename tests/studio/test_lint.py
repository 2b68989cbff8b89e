"""What is noticed in subtitles, and only that."""

import pytest

from api.studio.lint import Cue, Finding, look_over
from api.studio.scripts import length_of


def cue(start: int = 1000, end: int = 4000, text: str = "Good evening") -> Cue:
    return Cue(start=start, end=end, text=text)


def faults(*cues: Cue, lang: str = "en", film_ms: int | None = None) -> list[tuple[str, int | None]]:
    return [(finding.fault, finding.cue) for finding in look_over(cues, lang, film_ms)]


@pytest.mark.parametrize(
    ("found", "lang", "expected"),
    [
        (cue(), "en", []),
        (cue(end=1400), "en", ["short"]),
        (cue(end=1500, text="Yes"), "en", []),
        (cue(end=1000), "en", ["backwards"]),
        (cue(end=500), "en", ["backwards"]),
        (cue(text=""), "en", ["empty"]),
        (cue(text=" \n "), "en", ["empty"]),
        (cue(end=2000, text="a" * 24), "en", ["fast"]),
        (cue(end=2000, text="a" * 23), "en", []),
        (cue(end=2000, text="я" * 20), "ru", ["fast"]),
        (cue(end=2000, text="я" * 19), "ru", []),
        (cue(end=2000, text="你好你好你好你好你好你"), "zh", ["fast"]),
        (cue(end=2000, text="你好你好你好你好你好"), "zh", []),
        (cue(text="a" * 36), "en", []),
        (cue(text="a" * 37), "en", ["long_line"]),
        (cue(text="a" * 32 + "\n" + "b" * 20), "en", []),
        (cue(text="你" * 17), "zh", ["long_line"]),
        (cue(text="你" * 16), "zh", []),
        (cue(text="Caf\ufffd at night"), "en", ["unreadable"]),
        (cue(text="Caf\x85 at night"), "en", ["unreadable"]),
        (cue(text="\u202bhello\u202c there"), "en", ["marks"]),
        (cue(text="hello\u200f there"), "en", ["marks"]),
        (cue(text="سلام\u200f!"), "fa", []),
        (cue(text=".سلام دوست"), "fa", ["marks"]),
        (cue(text="...سلام دوست"), "fa", []),
        (cue(text="\u202eسلام دوست"), "fa", ["marks"]),
        (cue(text=".hello there"), "en", []),
    ],
)
def test_one_cue(found: Cue, lang: str, expected: list[str]) -> None:
    assert faults(found, lang=lang) == [(fault, 0) for fault in expected]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (cue(4000, 6000), []),
        (cue(3999, 6000), [("overlap", 0)]),
        (cue(1000, 6000), [("overlap", 0)]),
        (cue(5000, 6000), []),
    ],
)
def test_two_cues(second: Cue, expected: list[tuple[str, int]]) -> None:
    assert faults(cue(1000, 4000), second) == expected


@pytest.mark.parametrize(
    ("film_ms", "expected"), [(None, []), (4000, []), (3900, []), (3899, [("beyond", 0)]), (500, [("beyond", 0)])]
)
def test_end_of_the_film(film_ms: int | None, expected: list[tuple[str, int]]) -> None:
    assert faults(cue(), film_ms=film_ms) == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Добрый вечер, друзья", "en", [("script", None)]),
        ("Good evening, friends", "ru", [("script", None)]),
        ("Добрый вечер, friends", "ru", []),
        ("Yaxshi kun, doʻstlar", "uz", []),
        ("Яхши кун, дўстлар", "uz", []),
        ("OK!", "zh", []),
        ("晚上好，朋友们，大家都到了吗，请坐", "ru", [("script", None)]),
    ],
)
def test_another_script_than_the_language_is_written_in(
    text: str, lang: str, expected: list[tuple[str, int | None]]
) -> None:
    found = faults(cue(end=9000, text="\n".join(text.split())), lang=lang)

    assert [each for each in found if each[0] == "script"] == expected


def test_a_finding_says_what_was_measured_and_what_is_allowed() -> None:
    assert look_over([cue(end=2000, text="a" * 30)], "en", None) == [
        Finding(fault="fast", cue=0, value=30.0, limit=20.0, mend=True)
    ]


def test_what_only_a_person_can_mend_says_so() -> None:
    found = look_over([cue(text="Caf\ufffd at night"), cue(5000, 6000, "")], "en", None)

    assert [(each.fault, each.mend) for each in found] == [("unreadable", False), ("empty", True)]


@pytest.mark.parametrize(
    ("text", "length"), [("नमस्ते", 4), ("й", 1), ("и\u0306", 1), ("سَلام", 4), ("a\u200db", 2), ("你好", 2), ("", 0)]
)
def test_signs_are_counted_as_people_count_them(text: str, length: int) -> None:
    assert length_of(text) == length
