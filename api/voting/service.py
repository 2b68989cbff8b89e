"""Awards, ballots and votes."""

from datetime import datetime, timedelta

from api import errors
from api.catalog import service as catalog
from api.db import Connection, fetch_all, fetch_one
from api.voting import board, rules
from api.voting.batcher import Batcher
from api.voting.queries import Q
from api.voting.schemas import (
    Award,
    AwardCard,
    AwardIn,
    AwardPage,
    BallotOut,
    BoardOut,
    EntryCard,
    MyVotes,
    VoteIn,
    VoteReceipt,
)

PHONE = 1


async def list_awards(db: Connection, *, now: datetime) -> list[AwardCard]:
    return [rules.to_card(award, now) for award in await fetch_all(db, Q["awards"], into=Award)]


async def open_award(db: Connection, award_id: int, *, now: datetime) -> AwardPage:
    award = await fetch_one(db, Q["award"], award_id, into=Award, missing=errors.NotFound())
    entries = await fetch_all(db, Q["entries"], award_id, into=EntryCard)
    card = rules.to_card(award, now)
    return AwardPage(**{name: getattr(card, name) for name in card.__struct_fields__}, now=now, entries=entries)


async def create_award(tx: Connection, data: AwardIn, *, now: datetime) -> AwardCard:
    if data.opens_at >= data.closes_at:
        raise errors.Unprocessable("An award closes after it opens.", field="closes_at")
    await catalog.festival(tx)
    if data.section is not None and data.section not in {section.slug for section in await catalog.sections(tx)}:
        raise errors.Unprocessable("There is no such section.", field="section")
    grace = timedelta(seconds=data.grace_seconds)
    award = await fetch_one(
        tx,
        Q["save_award"],
        data.slug,
        data.name,
        data.opens_at,
        data.closes_at,
        grace,
        data.board,
        into=Award,
        missing=errors.AlreadyThere("There is an award with this name already."),
    )
    await tx.execute(Q["save_entries"], award.id, data.section)
    return rules.to_card(award, now)


async def issue_device_ballot(tx: Connection, award_id: int, device: str, *, secret: bytes) -> BallotOut:
    """The device's ballot, the same one each time it asks."""
    await fetch_one(tx, Q["award"], award_id, into=Award, missing=errors.NotFound())
    ballot = await tx.fetchval(Q["ballot_of"], award_id, "device", rules.voter_key(secret, award_id, device))
    token = rules.sign_ballot(secret, rules.Ballot(award_id, ballot, "device"))
    return BallotOut(ballot=token, tier="device")


async def cast_vote(batcher: Batcher, award: int, token: str | None, vote: VoteIn, *, secret: bytes) -> VoteReceipt:
    """Stored and committed, or an error: there is nothing between."""
    ballot = rules.read_ballot(secret, token, award)
    return await batcher.store(
        rules.Cast(
            id=vote.id,
            award=award,
            ballot=ballot.id,
            entry=vote.entry,
            value=vote.value,
            channel=PHONE,
            receipt=rules.new_receipt(),
        )
    )


async def my_votes(db: Connection, award: int, token: str | None, *, secret: bytes) -> MyVotes:
    ballot = rules.read_ballot(secret, token, award)
    rows = await db.fetch(Q["my_votes"], award, ballot.id)
    cast = [
        VoteReceipt(**{name: row[name] for name in VoteReceipt.__struct_fields__}) for row in rows if row["kind"] == 1
    ]
    return MyVotes(votes=cast)


async def recount(tx: Connection, award: int) -> BoardOut:
    """The count of the ledger, whatever the live board says."""
    await fetch_one(tx, Q["award"], award, into=Award, missing=errors.NotFound())
    return board.to_out(award, await board.recount(tx, award), "ledger")


async def is_durable(db: Connection) -> bool:
    """Whether this PostgreSQL keeps what it confirms; without that no award is opened."""
    return bool(await db.fetchval(Q["durability"]))
