"""What organisers set for the whole festival, and what of it is still being made."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import Festival
from api.words import Lang, NamedWords, Words

Accent: TypeAlias = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}(?!\n)$")]
MarkKind: TypeAlias = Literal["logo", "sponsor"]
ZoneName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]


class FestivalChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it at once; what was there before is written down. `offered` empty: every language the pages speak."""

    name: NamedWords
    starts_on: date
    ends_on: date
    time_zone: ZoneName
    place: Words
    offered: Annotated[list[Lang], Meta(max_length=20)]
    result_languages: Annotated[list[Lang], Meta(max_length=3)]
    contact: Words
    privacy: Words


class ThemeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`accent` None: the house's own lamp. `sponsor` is the name that stands with the card."""

    accent: Accent | None
    sponsor: Words


class AccentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    accent: Accent


class MarkState(Struct, frozen=True, kw_only=True):
    """A picture that was sent last. `failed`: it cannot be shown; the one before stays."""

    id: UUID
    state: Literal["queued", "ready", "failed"]
    created_at: datetime


class Settings(Struct, frozen=True, kw_only=True):
    """`sponsor` is the name that is kept, also while there is no card to show it with."""

    festival: Festival
    accent: str | None
    sponsor: Words
    logo: MarkState | None
    card: MarkState | None
