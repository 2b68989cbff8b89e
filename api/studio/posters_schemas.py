"""The poster of a series: what it is, what it could be, and what is being made."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from api.catalog.schemas import Poster

PosterState: TypeAlias = Literal["queued", "ready", "failed"]
Place: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Length: TypeAlias = Annotated[float, Meta(gt=0, le=1)]


class Candidate(Struct, frozen=True, kw_only=True):
    """A picture of an episode, 9:16 and 2:3; `letter` is its name in the package."""

    number: int
    package: UUID
    letter: str
    second: float
    tall: Poster
    card: Poster


class ShownPoster(Struct, frozen=True, kw_only=True):
    """`id` is None where nobody has chosen: the first picture of the first episode. Of a film: `package`, `letter`."""

    id: UUID | None
    package: UUID | None
    letter: str | None
    tall: Poster
    card: Poster


class OwnPoster(Struct, frozen=True, kw_only=True):
    """Pictures of one's own on their way to be the poster; `failed`: they cannot be."""

    id: UUID
    state: PosterState


class SeriesPoster(Struct, frozen=True, kw_only=True):
    """`shown` is None while there is nothing to show. `may_go_back`: the one before is kept."""

    shown: ShownPoster | None
    may_go_back: bool
    own: OwnPoster | None
    candidates: list[Candidate]


class CandidateIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    package: UUID
    letter: Annotated[str, Meta(pattern=r"^[a-z](?!\n)$")]


class Picture(Struct, frozen=True, kw_only=True):
    """A picture that was sent; it is kept for a day."""

    id: UUID


class CropIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares of the upright picture's width and height."""

    picture: UUID
    left: Place
    top: Place
    width: Length
    height: Length


class OwnPosterIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is made by the page: sent twice, it is made once. 9:16 and 2:3, of one picture or of two."""

    id: UUID
    tall: CropIn
    card: CropIn


class GoBack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`leaving` is the poster that is to be left, as it was shown: sent twice, one goes back once."""

    leaving: UUID | None
