"""How a file is cut, and what is refused before a byte of it is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import errors
from api.studio import rules
from api.studio.schemas import PartIn

MIB = 1024**2


def a_part(number: int, size: int) -> PartIn:
    return PartIn(number=number, size=size, sha256="0" * 64)


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        (1, [1]),
        (9, [9]),
        (10, [10]),
        (11, [10, 1]),
        (20, [10, 10]),
        (29, [10, 10, 9]),
    ],
)
def test_file_is_cut_into_equal_parts_and_a_rest(size: int, sizes: list[int]) -> None:
    layout = rules.Layout(size, 10)

    assert [layout.size_of(number) for number in range(1, layout.count + 1)] == sizes


@given(st.integers(1, rules.MAX_SIZE), st.integers(1, 64 * MIB))
def test_parts_together_are_the_file(size: int, part_size: int) -> None:
    layout = rules.Layout(size, part_size)

    assert (layout.count - 1) * part_size + layout.size_of(layout.count) == size
    assert 0 < layout.size_of(layout.count) <= part_size


def test_file_of_two_gibibytes_is_the_largest() -> None:
    rules.check_size(2 * 1024**3)

    with pytest.raises(errors.TooLarge) as refused:
        rules.check_size(2 * 1024**3 + 1)
    assert refused.value.extra == {"max_bytes": 2147483648}


def test_parts_of_the_file_are_accepted_in_any_order() -> None:
    rules.check_parts(rules.Layout(25, 10), [a_part(3, 5), a_part(1, 10), a_part(2, 10)])


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([a_part(4, 10)], "number"),
        ([a_part(1, 9)], "size"),
        ([a_part(1, 11)], "size"),
        ([a_part(3, 10)], "size"),
        ([a_part(1, 10), a_part(1, 10)], "parts"),
    ],
)
def test_part_that_is_none_of_the_files_is_refused(parts: list[PartIn], field: str) -> None:
    with pytest.raises(errors.Unprocessable) as refused:
        rules.check_parts(rules.Layout(25, 10), parts)

    assert refused.value.extra == {"field": field}


@pytest.mark.parametrize("lang", ["en", "ru", "kk", "yue"])
def test_language_is_named_by_two_or_three_letters(lang: str) -> None:
    assert rules.check_language(lang) == lang


@pytest.mark.parametrize("lang", ["", "e", "english", "EN", "en-GB", "e1", "en\n", "ру", "../en"])
def test_anything_else_names_no_language(lang: str) -> None:
    with pytest.raises(errors.Unprocessable):
        rules.check_language(lang)
