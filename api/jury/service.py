"""Shortlists and who is assigned to them."""

from pathlib import Path

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.catalog import service as catalog
from api.db import Connection, fetch_all, read_queries
from api.jury.schemas import Shortlist, ShortlistIn
from api.playback.grants import Grants
from api.words import Words

Q = read_queries(Path(__file__).parent)


class ShortlistRow(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    round: int
    series: list[int]


async def shortlists(db: Connection, account: Account, grants: Grants) -> list[Shortlist]:
    """Those this juror is assigned to; organisers see all, with the stills as they are stored."""
    whose = None if account.role == "organiser" else account.id
    rows = await fetch_all(db, Q["shortlists_of"], whose, into=ShortlistRow)
    seal = (lambda card: card) if whose is None else grants.card
    return [
        Shortlist(
            id=row.id,
            name=row.name,
            round=row.round,
            series=[seal(card) for card in await catalog.cards_of(db, row.series)],
        )
        for row in rows
    ]


async def create_shortlist(tx: Connection, data: ShortlistIn) -> int:
    shortlist = await tx.fetchval(Q["save_shortlist"], data.name, data.round)
    if shortlist is None:
        raise errors.NotFound("There is no festival here yet.")
    series = await tx.fetch(Q["save_shortlist_series"], shortlist, data.series)
    if len(series) != len(set(data.series)):
        raise errors.Unprocessable("A series of this list does not exist.", field="series")
    emails = {email.lower() for email in data.jurors}
    jurors = await tx.fetch(Q["save_assignments"], shortlist, list(emails))
    if len(jurors) != len(emails):
        raise errors.Unprocessable("An address of this list has no juror's account.", field="jurors")
    return int(shortlist)
