"""What the phone page weighs: before its first picture, and as a whole."""

import gzip
import re
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "web" / "dist"
KIB = 1024
#: Script and style before the first picture, packed by gzip, and all of the viewer, packed by brotli.
FIRST_LIMIT, VIEWER_LIMIT = 20 * KIB, 40 * KIB
_INLINE = re.compile(r"<(?:script|style)>(.*?)</(?:script|style)>", re.DOTALL)
_FILE = re.compile(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"')


@pytest.fixture(scope="module")
def film() -> str:
    page = DIST / "film.html"
    assert page.is_file(), "build the pages first: make web"
    return page.read_text(encoding="utf-8")


def test_first_picture_needs_nothing_but_what_stands_in_the_page(film: str) -> None:
    before, template, _ = film.partition('<template id="rest">')

    assert template
    assert _FILE.findall(before) == []
    assert len(gzip.compress("".join(_INLINE.findall(before)).encode(), 9)) <= FIRST_LIMIT


def test_whole_viewer_is_within_its_budget(film: str) -> None:
    _, _, rest = film.partition('<template id="rest">')
    files = _FILE.findall(rest)
    sizes = {name: (DIST / f"{name}.br").stat().st_size for name in files}

    assert len(files) >= 2
    assert sum(sizes.values()) <= VIEWER_LIMIT, sizes


def test_other_player_is_fetched_only_when_it_is_needed(film: str) -> None:
    libraries = [path.name for path in (DIST / "assets").glob("library-*.js")]

    assert libraries
    assert all(name not in film for name in libraries)
