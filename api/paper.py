"""Printed pages: a Typst template, facts as JSON and the fonts that come with the project. Pure: the same facts give
the same bytes, on every machine.

Text never becomes markup: templates of `papers/` read `facts.json`, and pictures by the names they are given.
"""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from api.words import Lang

HERE = Path(__file__).parent
PAPERS: Final = HERE / "papers"
FONTS: Final = HERE / "fonts"
#: Templates import this one: page, fonts, direction, and the few parts that every paper has.
HOUSE: Final = "house.typ"
RIGHT_TO_LEFT: Final = frozenset({"fa", "ur"})


@cache
def _fonts() -> typst.Fonts:
    """Only ours: what a machine has installed would change the bytes."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def print_pdf(
    paper: str, facts: Any, *, lang: Lang, made_at: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The PDF of a template of `papers/`, named without its ending. `made_at` is what the file says of its own age.

    It takes some tenths of a second of a processor and lets other threads run: call it in one.
    """
    made = _compile(paper, facts, lang, pictures or {}, format="pdf", timestamp=made_at.replace(microsecond=0))
    return made if isinstance(made, bytes) else b"".join(made)


def draw_pages(
    paper: str, facts: Any, *, lang: Lang, pictures: Mapping[str, bytes] | None = None, ppi: float = 96
) -> list[bytes]:
    """The same pages as PNG pictures."""
    made = _compile(paper, facts, lang, pictures or {}, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else made


def _compile(paper: str, facts: Any, lang: Lang, pictures: Mapping[str, bytes], **options: Any) -> bytes | list[bytes]:
    template = PAPERS / f"{paper}.typ"
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        root = Path(folder)
        for source in (PAPERS / HOUSE, template):
            (root / source.name).write_bytes(source.read_bytes())
        for name, picture in pictures.items():
            (root / Path(name).name).write_bytes(picture)
        direction = "rtl" if lang in RIGHT_TO_LEFT else "ltr"
        (root / "facts.json").write_bytes(msgspec.json.encode({"lang": lang, "dir": direction, "facts": facts}))
        compiler = typst.Compiler(root / template.name, root=root, font_paths=_fonts())
        made = compiler.compile(**options)
    if made is None:
        raise ValueError("nothing was printed")
    return made
