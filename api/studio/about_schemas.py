"""What a producer says of a series."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from api.catalog.schemas import AiStage, Country, CreditLine, Moment, Rating
from api.words import Lang, NamedWords, Words

RightsRule: TypeAlias = Literal["everywhere", "only", "except"]


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the festival asks. Never public."""

    name: Annotated[str, Meta(max_length=200)]
    email: Annotated[str, Meta(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?(?!\n)$", max_length=254)]
    phone: Annotated[str, Meta(max_length=40)]


class AiUse(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    used: bool
    what: Annotated[str, Meta(max_length=2000)]
    where: Annotated[list[AiStage], Meta(max_length=7)]


class Rights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and where the festival may show a series; `ends` is the first moment it may not any more."""

    begins: Moment | None
    ends: Moment | None
    rule: RightsRule
    countries: Annotated[list[Country], Meta(max_length=250)]


class EpisodeAboutIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rating and notes only where they differ from the series."""

    id: int
    title: Words
    rating: Rating | None
    notes: Words


class EpisodeAbout(Struct, frozen=True, kw_only=True):
    id: int
    number: int
    title: Words
    rating: Rating | None
    notes: Words


class AboutFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: NamedWords
    synopsis: Words
    genre: Words
    notes: Words
    original_lang: Lang | None
    country: Country
    rating: Rating
    credits: Annotated[list[CreditLine], Meta(max_length=200)]
    companies: Annotated[list[CreditLine], Meta(max_length=40)]
    contact: Contact
    ai: AiUse | None
    rights: Rights


class AboutIn(AboutFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version` is the one it was written on; `episodes` are those that changed, the others stay."""

    version: int
    episodes: Annotated[list[EpisodeAboutIn], Meta(max_length=999)]


class UndoIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int


class About(Struct, frozen=True, kw_only=True):
    """`locked`: submitted, and the deadline has passed. `countries_enforced`: this house can tell countries apart."""

    version: int
    saved_at: datetime | None
    saved_by: str | None
    can_undo: bool
    locked: bool
    countries_enforced: bool
    time_zone: str
    fields: AboutFields
    episodes: list[EpisodeAbout]
