"""Which of the languages that are spoken a reader gets."""

import pytest

from api.letters import LETTERS
from api.words import choose_language


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        (None, "fa-IR,fa;q=0.9,en;q=0.8", "fa"),
        (None, "de, ur;q=0.3, be;q=0.7", "be"),
        (None, "de-DE", "en"),
        (None, "hi;q=0, en", "en"),
        (None, "", "en"),
        ("kk", "ru", "kk"),
        ("de", "ru", "ru"),
        (None, "fa-IR", "fa"),
        (None, "de;q=0.9, ru;q=0.3, fa;q=0.4", "fa"),
        (None, "ru;q=0, fa;q=0.1", "fa"),
        (None, "*;q=0.5, <script>, ru;;;", "en"),
        ("ru", "fa", "ru"),
        ("RU-by", "fa", "ru"),
        ("xx", "fa", "fa"),
    ],
)
def test_language_is_the_one_asked_for_then_the_first_wanted_that_is_spoken(
    asked: str | None, accepted: str, chosen: str
) -> None:
    assert choose_language(asked, accepted, LETTERS) == chosen
