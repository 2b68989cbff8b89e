"""All films of the festival at once, for screens that have to go on without a network."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from api import errors
from api.catalog.schemas import Rating
from api.db import Connection, fetch_all, fetch_one
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
    slug: str
    number: int
    duration: float


async def library(db: Connection, country: str | None) -> list[LibraryRow]:
    """What is shown in this country, by series in the order of the programme."""
    return await fetch_all(db, Q["library"], country, into=LibraryRow)


async def shelf(db: Connection) -> list[ShelfRow]:
    return await fetch_all(db, Q["shelf"], into=ShelfRow)


async def find_episode(db: Connection, series: int, episode: int, country: str | None) -> ShelfEpisode:
    return await fetch_one(
        db, Q["shelf_episode"], series, episode, country, into=ShelfEpisode, missing=errors.NotFound()
    )
