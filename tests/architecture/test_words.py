"""Every problem and every failure can be said in every language the pages speak."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.test_openapi import every_error
from transcoder.contract import FAILURES

WORDS = Path(__file__).parents[2] / "web" / "src" / "words"
LANGUAGES = sorted(path.name for path in WORDS.iterdir() if path.is_dir())
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def messages(lang: str) -> dict[str, object]:
    merged: dict[str, object] = {}
    for path in sorted((WORDS / lang).glob("*.json")):
        merged |= json.loads(path.read_text(encoding="utf-8"))
    return merged


def test_the_first_languages_are_there() -> None:
    assert {"en", "zh", "ru"} <= set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_problem_says_what_happened_what_is_kept_and_what_to_do(lang: str) -> None:
    known = messages(lang)
    wanted = {f"problem.{kind.code}.{part}" for kind in every_error() for part in ("happened", "kept", "next")}

    assert wanted - known.keys() == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_failure_of_a_file_is_said_with_the_same_values(lang: str) -> None:
    known = messages(lang)

    for code, sentences in FAILURES.items():
        for part, sentence in zip(("happened", "kept", "next"), sentences, strict=True):
            said = known[f"failure.{code}.{part}"]
            assert isinstance(said, str)
            assert set(PLACEHOLDER.findall(said)) == set(PLACEHOLDER.findall(sentence)), (lang, code, part)
