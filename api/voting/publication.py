"""Publishing a result takes two people: one asks, another who has looked at it agrees."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_one
from api.voting.gate import check_kiosks_empty
from api.voting.logbook import LogBook, find_log
from api.voting.paper_gate import check_paper_done
from api.voting.publishing import hold_unpublished, publish_result
from api.voting.review import check_no_open_voids
from api.voting.review_schemas import Person, Publication
from api.voting.sealing import lock_log
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


async def ask_publication(tx: Connection, award: int, account: int) -> tuple[Publication, bool]:
    """The request, and True where it is new; what would be refused then is refused now."""
    log = await find_log(tx, award)
    if log.published_at is not None:
        return await show_publication(tx, award), False
    if not log.over:
        raise errors.VotingNotOver
    await hold_unpublished(tx, award)
    await check_no_open_voids(tx, award)
    await check_kiosks_empty(tx, award)
    await check_paper_done(tx, award)
    asked = await tx.fetchval(Q["ask_publication"], award, account)
    return await show_publication(tx, award), asked is not None


async def agree_publication(tx: Connection, award: int, account: int, book: LogBook) -> tuple[Publication, bool]:
    """Publish what another asked for, once; asked again it says when that was."""
    await lock_log(tx, award)
    log = await find_log(tx, award)
    before = await show_publication(tx, award)
    if log.published_at is not None:
        return before, False
    if before.asked_by is None:
        raise errors.PublicationNotAsked
    if before.asked_by.id == account:
        raise errors.SecondPersonNeeded
    _, done = await publish_result(tx, award, account, book)
    return await show_publication(tx, award), done
