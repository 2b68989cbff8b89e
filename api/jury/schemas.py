"""What jurors are given to watch."""

from typing import Annotated

from msgspec import Meta, Struct

from api.catalog.schemas import SeriesCard
from api.words import NamedWords, Words


class Shortlist(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    round: int
    series: list[SeriesCard]


class ShortlistIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`series` by id, `jurors` by e-mail address."""

    name: NamedWords
    round: Annotated[int, Meta(ge=1, le=20)] = 1
    series: Annotated[list[int], Meta(min_length=1, max_length=200)]
    jurors: Annotated[list[str], Meta(max_length=50)]
