"""Every setting on one page: `python -m api.cli settings`. The page is checked against the code that reads them."""

import textwrap
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

_PAGE: Final = Path(__file__).with_name("known_settings.json")
_WIDTH: Final = 100


class Known(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`default` is None for what has to be set; an empty one means nothing, or what the meaning says."""

    name: str
    who: list[Literal["api", "transcoder", "commands"]]
    default: str | None
    example: str
    meaning: str


@cache
def known_settings() -> tuple[Known, ...]:
    return tuple(msgspec.json.decode(_PAGE.read_bytes(), type=list[Known]))


def settings_page() -> str:
    """One paragraph for each, those that have to be set first."""
    ordered = sorted(known_settings(), key=lambda known: known.default is not None)
    return "\n\n".join(_paragraph(known) for known in ordered)


def _paragraph(known: Known) -> str:
    default = "must be set" if known.default is None else f"default: {known.default or 'empty'}"
    head = f"{known.name}  ({', '.join(known.who)}; {default})"
    body = textwrap.fill(known.meaning, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"{head}\n{body}\n    for example: {known.example}"
