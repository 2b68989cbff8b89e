"""Text of the catalogue in several languages, as the festival typed it, and which one a reader gets."""

import re
from collections.abc import Iterable
from typing import Annotated, TypeAlias

from msgspec import Meta

# In these patterns `(?!\n)$` is the very end; `$` alone would let a line break follow.
Lang: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(?!\n)$")]
#: Language tag to text, for example {"en": "The Last Trolleybus", "ru": "Последний троллейбус"}.
Words: TypeAlias = dict[Lang, Annotated[str, Meta(min_length=1, max_length=2000)]]
NamedWords: TypeAlias = Annotated[Words, Meta(min_length=1, max_length=20)]
Slug: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(?!\n)$", max_length=80)]
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]{1,20})?\s*(?:;\s*q=([01](?:\.\d{1,3})?)\s*)?")


def choose_language(asked: str | None, accepted: str, available: Iterable[str]) -> str:
    """`asked` by an address or an account, else the first the browser would take (RFC 9110, 12.5.4), else English."""
    spoken = set(available)
    if asked is not None and (tag := asked.lower().split("-")[0]) in spoken:
        return tag
    found = [match for part in accepted.split(",")[:20] if (match := _TAG.fullmatch(part))]
    wanted = sorted(found, key=lambda match: -float(match[2] or 1))
    tags = [match[1].lower() for match in wanted if float(match[2] or 1) > 0]
    return next((tag for tag in tags if tag in spoken), "en")


def choose_offered(asked: str | None, accepted: str, spoken: Iterable[str], offered: Iterable[str]) -> str:
    """Of the pages' languages only those the festival offers; its first where the reader wants none of them."""
    there = set(spoken)
    available = [lang for lang in offered if lang in there]
    lang = choose_language(asked, accepted, available or there)
    return lang if not available or lang in available else available[0]


def pick(words: Words, lang: str) -> str:
    """In this language, else English, else whatever there is: as the pages choose."""
    return words.get(lang) or words.get("en") or next(iter(words.values()), "")
