"""Addresses of confidential files: for one session, one package and a few minutes. Pure."""

import hashlib
import hmac
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from api.catalog.schemas import Poster, SeriesCard

SCREENERS = "/api/screeners"
#: Beside twice the film's length: time to look away from it.
SPARE_SECONDS = 300.0
#: Stills are looked at as long as a list stays open.
STILL_SECONDS = 3600.0
_MEDIA = "/media/"
Kind: TypeAlias = Literal["film", "still"]


def kind_of(name: str) -> Kind:
    return "still" if name.endswith((".avif", ".webp", ".jpg")) else "film"


class Grant(Struct, frozen=True):
    """The film of one package until a time, or its stills, for whoever it was made for."""

    kind: Kind
    package: UUID
    until: int
    sig: str

    def address(self, name: str) -> str:
        return f"{SCREENERS}/{self.package}/files/{name}?until={self.until}&sig={self.sig}"


class Grants(Struct, frozen=True):
    """Makes grants for one session and knows them again; `session` is the hash of its token."""

    secret: bytes
    session: bytes
    now: float

    @property
    def device(self) -> str:
        """Tells sessions apart in the access log; opens nothing."""
        return self.session.hex()[:8]

    @property
    def holder(self) -> str:
        """The same for the place in front of a film, in Redis."""
        return self.session.hex()[:32]

    def for_film(self, package: UUID, duration: float) -> Grant:
        return self._make("film", package, int(self.now + 2 * duration + SPARE_SECONDS))

    def for_stills(self, package: UUID) -> Grant:
        return self._make("still", package, int(self.now + STILL_SECONDS))

    def allow(self, grant: Grant) -> bool:
        """Whether it was made for this session and is not over."""
        made = self._make(grant.kind, grant.package, grant.until)
        return hmac.compare_digest(made.sig.encode(), grant.sig.encode()) and self.now < grant.until

    def _make(self, kind: Kind, package: UUID, until: int) -> Grant:
        key = hmac.digest(self.secret, b"screener addresses", hashlib.sha256)
        message = "\n".join([kind, self.session.hex(), str(package), str(until)])
        return Grant(kind, package, until, hmac.digest(key, message.encode(), hashlib.sha256).hex()[:32])

    def still(self, address: str) -> str:
        """A still of the store as this session may fetch it."""
        package, _, name = address.removeprefix(_MEDIA).partition("/")
        return self.for_stills(UUID(package)).address(name)

    def poster(self, poster: Poster | None) -> Poster | None:
        if poster is None:
            return None
        return Poster(avif=self.still(poster.avif), webp=self.still(poster.webp), jpg=self.still(poster.jpg))

    def card(self, card: SeriesCard) -> SeriesCard:
        """The card of a title on a shortlist: its stills are no more public than its film."""
        return replace(card, poster=self.poster(card.poster), card=self.poster(card.card))
