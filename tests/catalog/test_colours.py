"""Accents that can be read on the dark pages, and the nearest for those that cannot."""

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.catalog import colours

LAMP = "#ffc067"
ACCENTS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize(
    ("one", "other", "contrast"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0), (LAMP, "#1e1b28", 10.45)],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, contrast: float) -> None:
    assert round(colours.contrast(one, other), 2) == contrast == round(colours.contrast(other, one), 2)


@pytest.mark.parametrize(
    ("accent", "readable", "suggestion"),
    [
        (LAMP, True, LAMP),
        ("#ffffff", True, "#ffffff"),
        ("#0b0a10", False, "#87868e"),
        ("#8a1538", False, "#d55f75"),
        ("#1c53b4", False, "#4a84e9"),
        ("#7a3cff", False, "#8d6efe"),
        ("#c8102e", False, "#f0444e"),
    ],
)
def test_nearest_readable_colour_keeps_its_hue(accent: str, readable: bool, suggestion: str) -> None:
    verdict = colours.judge(accent)

    assert (verdict.readable, verdict.suggestion) == (readable, suggestion)


def test_shades_of_the_lamp_are_those_of_the_stylesheet_or_near() -> None:
    assert colours.shades_of(LAMP) == colours.Shades(
        lamp=LAMP, lamp_hi="#ffdaa7", on_lamp="#231400", lamp_wash="#34291f"
    )


@given(ACCENTS)
def test_what_is_suggested_can_be_read_everywhere_it_stands(accent: str) -> None:
    verdict = colours.judge(accent)
    again = colours.judge(verdict.suggestion)
    shades = again.shades

    assert again.readable
    assert again.suggestion == verdict.suggestion
    for ground in (*colours.SURFACES, shades.lamp_wash):
        assert colours.contrast(shades.lamp, ground) >= colours.READABLE
    assert colours.contrast(shades.on_lamp, shades.lamp) >= colours.READABLE


@given(ACCENTS)
def test_readable_colour_stays_and_no_other_gets_darker(accent: str) -> None:
    verdict = colours.judge(accent)

    if verdict.readable:
        assert verdict.suggestion == accent
    else:
        assert colours.luminance(verdict.suggestion) > colours.luminance(accent)


@pytest.mark.parametrize("accent", ["#8a1538", "#1c53b4", "#0a6b2d", "#5b2a86"])
def test_hue_is_about_the_same(accent: str) -> None:
    def hue(colour: str) -> float:
        red, green, blue = (value / 255 for value in bytes.fromhex(colour[1:]))
        return colorsys.rgb_to_hls(red, green, blue)[0] * 360

    far = abs(hue(colours.judge(accent).suggestion) - hue(accent))
    assert min(far, 360 - far) < 25
