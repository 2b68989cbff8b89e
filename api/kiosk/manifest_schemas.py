"""What a screen stores to go on without a network. Signed as text, so nothing here is in the description of the API."""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from api.catalog.colours import Shades
from api.catalog.schemas import EntryRef, Rating
from api.kiosk.plan_schemas import Plan
from api.playback.schemas import Stream
from api.voting.schemas import AwardCard, EntryCard
from api.words import Words

Way: TypeAlias = Literal["kiosk", "badge"]
Sound: TypeAlias = Literal["on", "touched", "off"]


class DeviceSettings(Struct, frozen=True, kw_only=True):
    name: str
    rotation: int
    sound: Sound
    volume: float
    touch: bool
    idle_seconds: int
    side: int


class ManifestProgramme(Plan, frozen=True, kw_only=True):
    name: str


class ManifestEpisode(Struct, frozen=True, kw_only=True):
    """`files` are SHA-256 by path below `stream.base`: all that is stored of it."""

    id: int
    number: int
    title: Words
    rating: Rating
    duration_ms: int
    bytes: int
    stream: Stream
    files: dict[str, str]


class ManifestSeries(Struct, frozen=True, kw_only=True):
    """`shown_until`: from then on it may not be shown, also where no newer manifest could be fetched."""

    id: int
    slug: str
    title: Words
    synopsis: Words
    country: str
    rating: Rating
    section: int
    section_name: Words
    duration_ms: int
    episode_count: int
    entries: list[EntryRef]
    shown_until: datetime | None
    episodes: list[ManifestEpisode]


class ManifestAward(AwardCard, frozen=True, kw_only=True):
    ways: list[Way]
    entries: list[EntryCard]


class ManifestSponsor(Struct, frozen=True, kw_only=True):
    name: Words
    card: str


class ManifestTheme(Struct, frozen=True, kw_only=True):
    """Pictures as data: addresses, so that they are there without a network."""

    shades: Shades | None
    logo: str | None
    sponsor: ManifestSponsor | None


class Manifest(Struct, frozen=True, kw_only=True):
    version: int = 1
    kiosk: int
    serial: int
    festival: Words
    time_zone: str
    phone_url: str
    languages: list[str]
    theme: ManifestTheme
    settings: DeviceSettings
    programme: ManifestProgramme
    series: list[ManifestSeries]
    awards: list[ManifestAward]
