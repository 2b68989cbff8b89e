"""Text of the catalogue in several languages, as the festival typed it."""

from typing import Annotated, TypeAlias

from msgspec import Meta

# In these patterns `(?!\n)$` is the very end; `$` alone would let a line break follow.
#: Language tag to text, for example {"en": "The Last Trolleybus", "ru": "Последний троллейбус"}.
Words: TypeAlias = dict[
    Annotated[str, Meta(pattern=r"^[a-z]{2,3}(?!\n)$")], Annotated[str, Meta(min_length=1, max_length=2000)]
]
NamedWords: TypeAlias = Annotated[Words, Meta(min_length=1, max_length=20)]
Slug: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(?!\n)$", max_length=80)]
