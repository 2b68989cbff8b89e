"""The demo's films: the catalogue can be read and shown, and one episode really becomes a film."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from loadtest.film import CATALOGUE, Episode, FilmError, Series, film_name, render_episode, render_missing, srt
from loadtest.film.model import Cut
from loadtest.film.render import FILM_HEIGHTS

LATIN_SIGNS, HAN_SIGNS = 42, 16


def _episodes() -> Iterator[tuple[Series, Episode]]:
    return ((series, episode) for series in CATALOGUE for episode in series.episodes)


def _named(pair: tuple[Series, Episode]) -> str:
    return f"{pair[0].slug}-{pair[1].number}"


every_episode = pytest.mark.parametrize(
    ("series", "episode"), [pytest.param(*pair, id=_named(pair)) for pair in _episodes()]
)


def test_the_catalogue_is_a_festival() -> None:
    assert len(CATALOGUE) == 6
    assert len({series.slug for series in CATALOGUE}) == 6
    assert len({series.scene for series in CATALOGUE}) == 6
    assert {series.section for series in CATALOGUE} == {"main", "first-seasons"}
    for series in CATALOGUE:
        assert [episode.number for episode in series.episodes] == list(range(1, len(series.episodes) + 1))
        assert 3 <= len(series.episodes) <= 4


def test_two_series_also_speak_persian() -> None:
    persian = [series for series in CATALOGUE if "fa" in series.title]
    assert len(persian) == 2
    for series in persian:
        assert all("fa" in text for text in (series.synopsis, series.genre, series.notes))
        assert all("fa" in episode.title for episode in series.episodes)


@pytest.mark.parametrize("series", [pytest.param(series, id=series.slug) for series in CATALOGUE])
def test_every_text_of_a_series_is_there_in_every_language(series: Series) -> None:
    for text in (series.title, series.synopsis, series.genre, series.notes, *(each.title for each in series.episodes)):
        assert set(text) == set(series.title) >= {"en", "zh", "ru"}
        assert all(words.strip() for words in text.values())


@every_episode
def test_subtitles_lie_within_the_episode_one_after_the_other(series: Series, episode: Episode) -> None:
    assert 14 <= episode.length <= 24
    assert episode.cues[-1].end <= episode.length
    assert all(1 <= cue.end - cue.start <= 5 for cue in episode.cues)
    assert all(before.end + 0.1 <= after.start for before, after in pairwise(episode.cues)), series.slug


@every_episode
def test_subtitle_lines_fit_the_phone(series: Series, episode: Episode) -> None:
    for cue in episode.cues:
        assert set(cue.lines) == set(series.title)
        for language, text in cue.lines.items():
            rows = text.split("\n")
            assert len(rows) <= 2
            assert max(map(_signs, rows)) <= (HAN_SIGNS if language == "zh" else LATIN_SIGNS), text


def _signs(row: str) -> int:
    return sum(not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf" for sign in row)


def test_srt_is_numbered_and_timed() -> None:
    text = srt(CATALOGUE[0].episodes[0], "ru")
    assert text.startswith("1\n00:00:00,800 --> 00:00:03,400\nПоследний рейс.\n")
    assert text.count(" --> ") == len(CATALOGUE[0].episodes[0].cues)
    assert "\n\n2\n" in text


def test_the_file_name_changes_with_the_film_and_not_with_its_subtitles() -> None:
    series, episode = CATALOGUE[0], CATALOGUE[0].episodes[0]
    assert film_name(series, episode) == film_name(series, replace(episode, cues=episode.cues[:1]))
    assert film_name(series, episode) != film_name(series, replace(episode, cuts=episode.cuts[:1]))
    assert film_name(series, episode) != film_name(series, episode, FILM_HEIGHTS[1])


def _short(series: Series) -> Episode:
    """Two seconds of the first episode, with one dissolve."""
    episode = series.episodes[0]
    return replace(episode, cuts=(Cut(episode.cuts[0].shot, 1.0, start=2), Cut(episode.cuts[1].shot, 1.0, mirror=True)))


def test_an_episode_becomes_a_film(tmp_path: Path) -> None:
    series = CATALOGUE[4]
    path = tmp_path / "film.mp4"
    render_episode(series, _short(series), path)
    with av.open(str(path)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.width, picture.height, picture.average_rate) == (540, 960, Fraction(24))
        assert picture.codec_context.pix_fmt == "yuv420p"
        assert (sound.codec_context.name, sound.rate, sound.channels) == ("aac", 48000, 2)
        assert film.duration is not None
        assert film.duration / 1_000_000 == pytest.approx(2, abs=0.1)
        brightness = bytes(next(film.decode(picture)).planes[0])
    assert sum(brightness) / len(brightness) > 40
    assert [path] == list(tmp_path.iterdir())


def test_a_film_that_exists_is_not_made_again(tmp_path: Path) -> None:
    series, episode = CATALOGUE[0], CATALOGUE[0].episodes[0]
    made = tmp_path / film_name(series, episode)
    made.write_bytes(b"already here")
    told: list[str] = []
    assert render_missing([(series, episode)], tmp_path, told.append) == [made]
    assert told == []
    assert made.read_bytes() == b"already here"


def test_an_ffmpeg_that_fails_is_told_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALLSCREEN_FFMPEG", "/bin/false")
    with pytest.raises(FilmError, match=r"^ffmpeg stopped with status 1"):
        render_episode(CATALOGUE[5], _short(CATALOGUE[5]), tmp_path / "film.mp4")
    monkeypatch.setenv("TALLSCREEN_FFMPEG", str(tmp_path / "nowhere"))
    with pytest.raises(FilmError, match="No such file"):
        render_episode(CATALOGUE[5], _short(CATALOGUE[5]), tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []
