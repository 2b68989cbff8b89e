"""The demo's films as a plan for filling a festival: each is drawn when its turn to be uploaded comes."""

from functools import partial
from pathlib import Path

from loadtest.film.catalogue import CATALOGUE
from loadtest.film.model import Episode, Series, srt
from loadtest.film.render import film_name, render_episode
from loadtest.film.voice import write_voice
from loadtest.plan import EpisodePlan, SeriesPlan

#: The producer whose sign-in code the demo prints has the first series; every company has a producer of its own.
PRODUCER = "alesia@depot-pictures.example"
#: Subtitles that are still to come, so that the studio has something to show as missing.
GAP = ("lost-property", 4, "ru")
#: By this (s) films come out shorter than their shots.
SHORTER = 2 / 24
#: Episodes that speak other languages too.
DUBS = {("lost-property", 1): ("ru", "zh")}


def plans(folder: Path) -> list[SeriesPlan]:
    return [_series(series, folder) for series in CATALOGUE]


def _series(series: Series, folder: Path) -> SeriesPlan:
    return SeriesPlan(
        slug=series.slug,
        title=dict(series.title),
        synopsis=dict(series.synopsis),
        genre=dict(series.genre),
        notes=dict(series.notes),
        country=series.country,
        rating=series.rating,
        section=series.section,
        company=series.company.name,
        producer=PRODUCER if series is CATALOGUE[0] else f"producer@{series.slug}.example",
        episodes=[_episode(series, episode, folder) for episode in series.episodes],
    )


def _episode(series: Series, episode: Episode, folder: Path) -> EpisodePlan:
    return EpisodePlan(
        number=episode.number,
        title=dict(episode.title),
        make=partial(_make, series, episode, folder),
        subtitles={
            lang: srt(episode, lang) for lang in episode.languages if (series.slug, episode.number, lang) != GAP
        },
        dubs={
            lang: partial(_dub, series, episode, lang, folder) for lang in DUBS.get((series.slug, episode.number), ())
        },
        seconds=episode.length,
    )


def _make(series: Series, episode: Episode, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / film_name(series, episode)
    if not path.exists():
        render_episode(series, episode, path)
    return path


def _dub(series: Series, episode: Episode, lang: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{series.slug}-{episode.number:02d}.{lang}.wav"
    if not path.exists():
        write_voice(episode.cues, lang, episode.length - SHORTER, path)
    return path
