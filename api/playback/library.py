"""All films of the festival at once, for screens that have to go on without a network."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from api.catalog.schemas import Rating
from api.db import Connection, fetch_all
from api.playback.service import Q
from api.words import Words
from transcoder.contract import POSTER, Descriptor


class LibraryRow(Struct, frozen=True, kw_only=True):
    series: int
    synopsis: Words
    section_name: Words
    id: int
    number: int
    title: Words
    rating: Rating
    package: UUID
    descriptor: Descriptor
    shown_until: datetime | None


class ShelfRow(Struct, frozen=True, kw_only=True):
    """An episode without what a player needs."""

    section: int
    series: int
    title: Words
    episode: int
    number: int
    rating: Rating
    seconds: float
    package: UUID

    @property
    def poster(self) -> str:
        return f"/media/{self.package}/{POSTER}.webp"


class ShelfEpisode(Struct, frozen=True, kw_only=True):
    id: int
    series: int
    slug: str
    number: int
    duration: float


async def library(db: Connection, country: str | None) -> list[LibraryRow]:
    """What is shown in this country, by series in the order of the programme."""
    return await fetch_all(db, Q["library"], country, into=LibraryRow)


async def shelf(db: Connection) -> list[ShelfRow]:
    return await fetch_all(db, Q["shelf"], into=ShelfRow)


async def find_episodes(db: Connection, episodes: Iterable[int], country: str | None) -> dict[int, ShelfEpisode]:
    """By number those that are shown in this country."""
    return {each.id: each for each in await fetch_all(db, Q["shelf_episodes"], [*episodes], country, into=ShelfEpisode)}
