"""python -m loadtest.film OUTDIR [--only slug] [--first N] [--height 960]"""

import argparse
import sys
import time
from pathlib import Path

from loadtest.film.catalogue import CATALOGUE
from loadtest.film.model import FilmError
from loadtest.film.render import FILM_HEIGHTS, render_missing


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.film", description="Render the demo's films that are missing in a folder."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=[series.slug for series in CATALOGUE], help="one series")
    parser.add_argument("--first", type=int, help="no more than so many episodes")
    parser.add_argument("--height", type=int, choices=FILM_HEIGHTS, default=FILM_HEIGHTS[0])
    chosen = parser.parse_args(arguments)
    wanted = [
        (series, episode) for series in CATALOGUE if chosen.only in (None, series.slug) for episode in series.episodes
    ]
    began = time.monotonic()
    try:
        films = render_missing(
            wanted[: chosen.first],
            chosen.folder,
            lambda name: print(f"{time.monotonic() - began:6.1f} s  {name}", flush=True),
            chosen.height,
        )
    except FilmError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(films)} films in {chosen.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
