"""The signed list of all that a screen stores: its settings, its programme and every segment with its SHA-256."""

import base64
import itertools
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from api import errors
from api.catalog import service as catalog
from api.catalog.schemas import Mark, SeriesCard, Theme
from api.db import Connection, fetch_one
from api.kiosk.device_schemas import SignedManifest
from api.kiosk.house import House
from api.kiosk.manifest_schemas import (
    DeviceSettings,
    Manifest,
    ManifestAward,
    ManifestEpisode,
    ManifestProgramme,
    ManifestSeries,
    ManifestSponsor,
    ManifestTheme,
    Way,
)
from api.kiosk.plan_schemas import Plan
from api.kiosk.service import Q
from api.playback import library
from api.playback import rules as playback
from api.playback.library import LibraryRow
from api.voting import service as voting
from transcoder.contract import POSTER, Descriptor, VideoTrack

#: So long after its end a screen still says that an award is closed.
AFTERWARDS: Final = timedelta(days=1)
WAYS: Final[tuple[Way, ...]] = ("kiosk", "badge")


class Device(Struct, frozen=True, kw_only=True):
    name: str
    rotation: int
    sound: str
    volume: float
    touch: bool
    idle_seconds: int
    side: int
    programme: str | None
    plan: Plan | None


async def serial_of(db: Connection, kiosk: int) -> int:
    return int(await db.fetchval(Q["serial"], kiosk))


async def signed(
    db: Connection, kiosk: int, serial: int, *, house: House, now: datetime, country: str | None
) -> SignedManifest:
    """The manifest of one screen, for the country it stands in. Its first line is the key's name."""
    key = await house.verifier_key(db)
    made = await _make(db, kiosk, serial, phone_url=house.public_url, now=now, country=country)
    text = f"{key.name}\n{msgspec.json.encode(made).decode()}\n"
    signature = base64.b64encode(house.signer.sign_text(text)).decode()
    return SignedManifest(text=text, key=str(key), signature=signature)


async def _make(
    db: Connection, kiosk: int, serial: int, *, phone_url: str, now: datetime, country: str | None
) -> Manifest:
    device = await fetch_one(db, Q["device"], kiosk, into=Device, missing=errors.NotFound())
    festival = await catalog.festival_page(db, country)
    plan = device.plan or Plan()
    rows = itertools.groupby(await library.library(db, country), key=lambda row: row.series)
    films = {series: list(episodes) for series, episodes in rows}
    cards = [(section.id, card) for section in festival.sections for card in section.series]
    return Manifest(
        kiosk=kiosk,
        serial=serial,
        festival=festival.name,
        time_zone=festival.time_zone,
        phone_url=phone_url,
        languages=festival.offered,
        theme=await _theme(db, festival.theme),
        settings=msgspec.convert(device, DeviceSettings, from_attributes=True),
        programme=ManifestProgramme(
            name=device.programme or "", blocks=plan.blocks, ratings=plan.ratings, sleep=plan.sleep
        ),
        series=[_series(section, card, films[card.id], device.side) for section, card in cards if card.id in films],
        awards=await _awards(db, now),
    )


async def _theme(db: Connection, theme: Theme) -> ManifestTheme:
    sponsor = theme.sponsor
    return ManifestTheme(
        shades=theme.shades,
        logo=await _as_data(db, theme.logo),
        sponsor=None
        if sponsor is None
        else ManifestSponsor(name=sponsor.name, card=await _as_data(db, sponsor.card) or ""),
    )


async def _as_data(db: Connection, mark: Mark | None) -> str | None:
    if mark is None:
        return None
    webp = await catalog.mark(db, UUID(mark.address.rpartition("/")[2]))
    return f"data:image/webp;base64,{base64.b64encode(webp).decode()}"


def _series(section: int, card: SeriesCard, rows: list[LibraryRow], side: int) -> ManifestSeries:
    return ManifestSeries(
        id=card.id,
        slug=card.slug,
        title=card.title,
        synopsis=rows[0].synopsis,
        country=card.country,
        rating=card.rating,
        section=section,
        section_name=rows[0].section_name,
        duration_ms=card.duration_ms,
        episode_count=card.episode_count,
        entries=card.entries,
        shown_until=rows[0].shown_until,
        episodes=[_episode(row, side) for row in rows],
    )


def _episode(row: LibraryRow, side: int) -> ManifestEpisode:
    rung = rung_of(row.descriptor, side)
    stored = msgspec.structs.replace(row.descriptor, video=[rung])
    return ManifestEpisode(
        id=row.id,
        number=row.number,
        title=row.title,
        rating=row.rating,
        duration_ms=round(row.descriptor.duration * 1000),
        bytes=rung.bytes + sum(track.bytes for track in row.descriptor.audio),
        stream=playback.to_stream(row.package, stored),
        files=files_of(stored),
    )


def rung_of(descriptor: Descriptor, side: int) -> VideoTrack:
    """The largest H.264 picture whose short side is not above `side`, else the smallest there is."""
    known = [track for track in descriptor.video if track.codec.startswith("avc1")] or descriptor.video
    by_size: list[VideoTrack] = sorted(known, key=lambda track: min(track.width, track.height))
    fitting = [track for track in by_size if min(track.width, track.height) <= side]
    return fitting[-1] if fitting else by_size[0]


def files_of(descriptor: Descriptor) -> dict[str, str]:
    """What of a package plays without a network: segments of its tracks, subtitles and a poster. Inits are inlined."""
    folders = {track.name for track in descriptor.video} | {track.name for track in descriptor.audio}
    single = {track.path for track in descriptor.subtitles} | {f"{POSTER}.webp"}
    return {
        path: digest
        for path, digest in sorted(descriptor.files.items())
        if path in single or (path.split("/")[0] in folders and path.endswith(".m4s"))
    }


async def _awards(db: Connection, now: datetime) -> list[ManifestAward]:
    """Those that take votes here, or did until lately."""
    found = []
    for card in await voting.list_awards(db, now=now):
        ways = [way for way in WAYS if way in card.tiers]
        if ways and card.closes_at > now - AFTERWARDS:
            page = await voting.open_award(db, card.id, now=now)
            own = {name: getattr(card, name) for name in card.__struct_fields__}
            found.append(ManifestAward(**own, ways=ways, entries=page.entries))
    return found
