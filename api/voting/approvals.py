"""How far the publication of an award is: who asked for it, and who agreed."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_one
from api.voting.review_schemas import Person, Publication
from api.voting.voiding import Q


class PublicationRow(Struct, frozen=True, kw_only=True):
    award: int
    asked_by: Person | None
    asked_at: datetime | None
    agreed_by: Person | None
    published_at: datetime | None


async def show_publication(db: Connection, award: int) -> Publication:
    row = await fetch_one(db, Q["publication"], award, into=PublicationRow, missing=errors.NotFound())
    state: Literal["open", "asked", "published"]
    state = "published" if row.published_at else "asked" if row.asked_at else "open"
    return Publication(
        award=row.award,
        state=state,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        agreed_by=row.agreed_by,
        published_at=row.published_at,
    )
