"""How a result is told: what the ceremony, the results page and the protocol share."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import Poster
from api.catalog.service import poster_of, stored_poster
from api.voting.proof_schemas import Result
from api.voting.schemas import AwardKind, Method, Tier
from api.words import Lang, Words

ToldIn: TypeAlias = Annotated[list[Lang], Meta(min_length=1, max_length=3)]


class HowTold(Struct, frozen=True, kw_only=True):
    """What a result is told with; `told`: everyone may see it now, by the database's clock."""

    told_in: list[Lang]
    reveals_at: datetime | None
    published_at: datetime | None
    told: bool
    now: datetime
    festival_slug: str
    festival: Words
    time_zone: str


class ToldAward(HowTold, frozen=True, kw_only=True):
    """An award of the audience on its way to the public."""

    award: int
    slug: str
    name: Words
    kind: AwardKind
    method: Method
    min: int
    max: int
    tiers: tuple[Tier, ...]
    opens_at: datetime
    closes_at: datetime
    grace_seconds: int
    receipts: bool


class ToldRow(Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    title: Words
    episode: int | None
    episode_title: Words | None
    country: str
    directors: list[str]
    tall: str | None
    package: UUID | None

    def as_entry(self) -> "ToldEntry":
        return ToldEntry(
            id=self.id,
            slug=self.slug,
            title=self.title,
            episode=self.episode,
            episode_title=self.episode_title,
            country=self.country,
            directors=self.directors,
            poster=stored_poster(self.tall) or poster_of(self.package),
        )


class ToldEntry(Struct, frozen=True, kw_only=True):
    """What competes, as it is shown: released, so no secret."""

    id: int
    slug: str
    title: Words
    episode: int | None
    episode_title: Words | None
    country: str
    directors: list[str]
    poster: Poster | None


class Curtain(Struct, frozen=True, kw_only=True):
    """What a ceremony's screen loads beforehand. Nothing in it depends on the result but what is in the envelope.

    `waiting`: nothing is published; `sealed`: `envelope` and `salt` are there, and wait for the code; `told`: so is
    the result. `rehearsal`: the result is made up, for people who try the screen out.
    """

    name: Words
    festival: Words
    langs: list[Lang]
    state: Literal["waiting", "sealed", "told"]
    rehearsal: bool
    reveals_at: datetime | None
    now: datetime
    entries: list[ToldEntry]
    bundle_url: str
    bundle_qr: str
    salt: str | None = None
    envelope: str | None = None
    rounds: int | None = None


class ShownCeremony(Curtain, frozen=True, kw_only=True):
    """Of an award of the audience."""

    award: int
    slug: str
    kind: AwardKind
    min: int
    max: int
    result: Result | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """How a result is to be told. `armed`: it lies in envelopes, and there is a code that opens them."""

    told_in: list[Lang]
    reveals_at: datetime | None
    published: bool
    told: bool
    armed: bool
    now: datetime


class ToldPlan(Plan, frozen=True, kw_only=True):
    award: int
    target: int | None


class TellingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reveals_at`: the second of the ceremony, until which a published result stays sealed; None tells it at once."""

    told_in: ToldIn
    reveals_at: Annotated[datetime, Meta(tz=True)] | None = None


class ToldPlanIn(TellingIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    target: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


class CeremonyCode(Struct, frozen=True, kw_only=True):
    code: str


class TurnoutHour(Struct, frozen=True, kw_only=True):
    hour: datetime
    tier: Tier
    ballots: int


class TurnoutHours(Struct, frozen=True, kw_only=True):
    """`visitors` are badges that may vote; `target` the ballots the festival hopes for."""

    award: int
    visitors: int
    target: int | None
    hours: list[TurnoutHour]
