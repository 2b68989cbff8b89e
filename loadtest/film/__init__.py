"""The demo's own films: six short vertical series, drawn and encoded on the spot, so that no footage is kept."""

from loadtest.film.catalogue import CATALOGUE
from loadtest.film.model import Cue, Episode, FilmError, Series, srt
from loadtest.film.render import film_name, render_episode, render_missing

__all__ = ["CATALOGUE", "Cue", "Episode", "FilmError", "Series", "film_name", "render_episode", "render_missing", "srt"]
