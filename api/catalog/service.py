"""The programme as viewers see it, and how organisers and producers fill it."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from api import errors
from api.catalog import colours, rules
from api.catalog.schemas import (
    Credits,
    DoubleTap,
    EntryRef,
    EpisodeCell,
    EpisodeIn,
    Festival,
    FestivalIn,
    FestivalPage,
    Keeping,
    Mark,
    PlayerIn,
    Poster,
    Rating,
    SectionCard,
    SectionChange,
    SectionIn,
    SectionRef,
    SeriesCard,
    SeriesIn,
    SeriesPage,
    Sponsor,
    Theme,
)
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.words import Words
from transcoder.contract import POSTER

Q = read_queries(Path(__file__).parent)


class CardRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    title: Words
    country: str
    rating: Rating
    section_id: int
    episode_count: int
    duration_ms: int
    package: UUID | None
    tall: str | None
    card: str | None
    thumbhash: str | None
    entries: list[EntryRef]


class SeriesRow(Struct, frozen=True, kw_only=True):
    id: int
    synopsis: Words
    genre: Words
    notes: Words
    section: SectionRef
    keep_until: datetime | None


class MarkRow(Struct, frozen=True, kw_only=True):
    id: UUID
    width: int
    height: int


class FestivalRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: Words
    starts_on: date
    ends_on: date
    time_zone: str
    double_tap: DoubleTap
    place: Words
    languages: list[str]
    result_languages: list[str]
    contact: Words
    privacy: Words
    accent: str | None
    sponsor: Words
    logo: MarkRow | None
    card: MarkRow | None


def poster_of(package: UUID | None) -> Poster | None:
    if package is None:
        return None
    return Poster.at(f"/media/{package}/{POSTER}")


def card_of(package: UUID | None) -> Poster | None:
    return None if package is None else Poster.at(f"/media/{package}/{POSTER}-card")


def stored_poster(stem: str | None) -> Poster | None:
    """Of its place in the store."""
    return None if stem is None else Poster.at(f"/media/{stem}")


def to_card(row: CardRow) -> SeriesCard:
    return SeriesCard(
        id=row.id,
        slug=row.slug,
        title=row.title,
        country=row.country,
        rating=row.rating,
        episode_count=row.episode_count,
        duration_ms=row.duration_ms,
        package=row.package,
        poster=stored_poster(row.tall) or poster_of(row.package),
        card=stored_poster(row.card) or card_of(row.package),
        thumbhash=row.thumbhash,
        entries=row.entries,
    )


def mark_of(row: MarkRow | None) -> Mark | None:
    return None if row is None else Mark(address=f"/api/marks/{row.id}", width=row.width, height=row.height)


def theme_of(row: FestivalRow) -> Theme:
    card = mark_of(row.card)
    return Theme(
        shades=None if row.accent is None else colours.shades_of(row.accent),
        logo=mark_of(row.logo),
        sponsor=None if card is None else Sponsor(name=row.sponsor, card=card),
    )


def to_festival(row: FestivalRow) -> Festival:
    same = (name for name in Festival.__struct_fields__ if name not in ("offered", "theme"))
    return Festival(**{name: getattr(row, name) for name in same}, offered=row.languages, theme=theme_of(row))


async def festival_row(db: Connection) -> FestivalRow:
    missing = errors.NotFound("There is no festival here yet.")
    return await fetch_one(db, Q["festival"], into=FestivalRow, missing=missing)


async def festival(db: Connection) -> Festival:
    return to_festival(await festival_row(db))


async def festival_page(db: Connection, country: str | None) -> FestivalPage:
    """What may be watched in this country; None where the house cannot tell countries apart."""
    found = await festival(db)
    sections = await fetch_all(db, Q["sections"], into=SectionRef)
    rows = await fetch_all(db, Q["released_cards"], None, None, country, into=CardRow)
    languages = [row["lang"] for row in await db.fetch(Q["languages"], found.id)]
    cards = [
        SectionCard(
            **{name: getattr(section, name) for name in section.__struct_fields__},
            series=[to_card(row) for row in rows if row.section_id == section.id and row.episode_count],
        )
        for section in sections
    ]
    base = {name: getattr(found, name) for name in found.__struct_fields__}
    return FestivalPage(**base, languages=languages, sections=cards)


async def cards_of(db: Connection, series: Sequence[int]) -> list[SeriesCard]:
    """Cards of these series, released or not: the caller has decided who may see them."""
    return [to_card(row) for row in await fetch_all(db, Q["released_cards"], None, list(series), None, into=CardRow)]


async def chosen_posters(db: Connection, series: Sequence[int]) -> dict[int, Poster]:
    """The 9:16 posters of those of these series for which somebody has chosen one."""
    return {
        row["series"]: Poster.at(f"/media/{row['tall']}") for row in await db.fetch(Q["chosen_posters"], list(series))
    }


async def series_page(db: Connection, slug: str, country: str | None) -> SeriesPage:
    row = await fetch_one(db, Q["released_series"], slug, country, into=SeriesRow, missing=errors.NotFound())
    [card] = await cards_of(db, [row.id])
    episodes = await fetch_all(db, Q["released_episodes"], row.id, into=EpisodeCell)
    base = {name: getattr(card, name) for name in card.__struct_fields__}
    return SeriesPage(
        **base,
        synopsis=row.synopsis,
        genre=row.genre,
        notes=row.notes,
        section=row.section,
        episodes=episodes,
        keep_until=row.keep_until,
    )


async def series_credits(db: Connection, slug: str, country: str | None) -> Credits:
    return await fetch_one(db, Q["released_credits"], slug, country, into=Credits, missing=errors.NotFound())


async def sections(db: Connection) -> list[SectionRef]:
    return await fetch_all(db, Q["sections"], into=SectionRef)


async def create_festival(tx: Connection, data: FestivalIn) -> Festival:
    check_days(data.starts_on, data.ends_on)
    check_zone(data.time_zone)
    values = (data.slug, data.name, data.starts_on, data.ends_on, data.time_zone, data.double_tap)
    if await tx.fetchval(Q["save_festival"], *values) is None:
        raise errors.AlreadyThere("This house has its festival already.")
    return await festival(tx)


def check_days(starts_on: date, ends_on: date) -> None:
    if starts_on > ends_on:
        raise errors.Unprocessable("A festival ends on or after the day it starts.", field="ends_on")


def check_zone(time_zone: str) -> None:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: "Asia" is a folder
        raise errors.Unprocessable(
            "This time zone is not known; write it like Asia/Almaty.", field="time_zone"
        ) from error


async def mark(db: Connection, mark: UUID) -> bytes:
    webp: bytes | None = await db.fetchval(Q["mark"], mark)
    if webp is None:
        raise errors.NotFound
    return webp


async def set_player(tx: Connection, data: PlayerIn) -> None:
    if await tx.fetchval(Q["set_player"], data.double_tap) is None:
        raise errors.NotFound


async def section(db: Connection, section: int) -> SectionRef:
    return await fetch_one(db, Q["section"], section, into=SectionRef, missing=errors.NotFound())


async def create_section(tx: Connection, data: SectionIn) -> SectionRef:
    await festival(tx)
    rules.check_section(data)
    created = await tx.fetchval(Q["save_section"], data.slug, data.position, *_rules_of(data))
    if created is None:
        raise errors.AlreadyThere("There is a section with this name already.")
    return await section(tx, created)


async def change_section(tx: Connection, section_id: int, data: SectionChange) -> tuple[SectionRef, SectionRef]:
    """What it was and what it is now."""
    rules.check_section(data)
    await tx.execute(Q["hold_section"], section_id)
    before = await section(tx, section_id)
    await tx.execute(Q["change_section"], section_id, *_rules_of(data))
    return before, await section(tx, section_id)


def _rules_of(data: SectionChange) -> tuple[Any, ...]:
    """In the order of the statements."""
    return tuple(getattr(data, name) for name in SectionChange.__struct_fields__)


async def create_series(tx: Connection, data: SeriesIn, *, company: int) -> int:
    """The id of the new series of `company`."""
    if not await tx.fetchval(Q["section_exists"], data.section):
        raise errors.Unprocessable("There is no such section.", field="section")
    values = (
        data.section,
        company,
        data.slug,
        data.title,
        data.synopsis,
        data.genre,
        data.notes,
        data.country,
        data.rating,
    )
    created = await tx.fetchval(Q["save_series"], *values)
    if created is None:
        raise errors.AlreadyThere("There is a series with this address already.")
    return int(created)


async def create_episode(tx: Connection, series: int, data: EpisodeIn) -> int:
    created = await tx.fetchval(Q["save_episode"], series, data.number, data.title, data.rating, data.notes)
    if created is None:
        raise errors.AlreadyThere(f"Episode {data.number} is there already.")
    return int(created)


async def require_series(db: Connection, series: int, company: int | None) -> None:
    """Not found for what is not this company's; None stands for organisers, who see all."""
    if await db.fetchval(Q["series_of_company"], series, company) is None:
        raise errors.NotFound


async def set_keeping(tx: Connection, series: int, data: Keeping) -> None:
    """Phones that are online hear of it with the next look at the series."""
    if await tx.fetchval(Q["set_keeping"], series, data.allowed, data.until) is None:
        raise errors.NotFound


async def release_series(tx: Connection, series: int, *, now: datetime) -> datetime:
    released: datetime | None = await tx.fetchval(Q["release_series"], series, now)
    if released is None:
        raise errors.NotFound
    return released
