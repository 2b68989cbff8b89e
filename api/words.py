"""Text of the catalogue in several languages, as the festival typed it."""

from typing import Annotated, TypeAlias

from msgspec import Meta

#: Language tag to text, for example {"en": "The Last Trolleybus", "ru": "Последний троллейбус"}.
Words: TypeAlias = dict[
    Annotated[str, Meta(pattern="^[a-z]{2,3}$")], Annotated[str, Meta(min_length=1, max_length=2000)]
]
NamedWords: TypeAlias = Annotated[Words, Meta(min_length=1, max_length=20)]
Slug: TypeAlias = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
