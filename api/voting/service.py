"""Awards, ballots and votes."""

import contextlib
import secrets
from datetime import UTC, datetime, timedelta

import msgspec

from api import errors
from api.catalog import service as catalog
from api.db import Connection, Pool, fetch_all, fetch_maybe, fetch_one
from api.live import LOST, Live
from api.paging import cut
from api.voting import board, rules
from api.voting.batcher import Batcher
from api.voting.queries import Q
from api.voting.schemas import (
    Award,
    AwardCard,
    AwardIn,
    AwardPage,
    BoardOut,
    EntriesIn,
    EntryCard,
    MyVotes,
    VoteIn,
    VoteReceipt,
)
from api.voting.sealing import check_not_frozen, lock_log

PHONE = 1
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)


async def list_awards(db: Connection, *, now: datetime) -> list[AwardCard]:
    return [rules.to_card(award, now) for award in await fetch_all(db, Q["awards"], into=Award)]


async def page_of_awards(
    db: Connection, festival: int, after: int, limit: int, *, now: datetime
) -> tuple[list[AwardCard], int | None]:
    """The awards of a festival in the order in which voting ends, and what the following page is asked for with."""
    there = await fetch_maybe(db, Q["award"], after, into=Award)
    closes_at = _FIRST_MOMENT if there is None else there.closes_at
    rows = await fetch_all(db, Q["awards_page"], festival, closes_at, after, limit + 1, into=Award)
    page, more = cut(rows, limit)
    return [rules.to_card(award, now) for award in page], page[-1].id if more else None


async def find_award(db: Connection, award_id: int, *, now: datetime) -> AwardCard:
    return rules.to_card(await fetch_one(db, Q["award"], award_id, into=Award, missing=errors.NotFound()), now)


async def open_award(db: Connection, award_id: int, *, now: datetime) -> AwardPage:
    card = await find_award(db, award_id, now=now)
    entries = await fetch_all(db, Q["entries"], award_id, into=EntryCard)
    return AwardPage(**{name: getattr(card, name) for name in card.__struct_fields__}, now=now, entries=entries)


async def create_award(tx: Connection, data: AwardIn, *, now: datetime) -> AwardCard:
    rules.check_award(data)
    method, (least, most) = rules.method_of(data), rules.range_of(data)
    await catalog.festival(tx)
    if data.section is not None and data.section not in {section.slug for section in await catalog.sections(tx)}:
        raise errors.Unprocessable("There is no such section.", field="section")
    grace = timedelta(seconds=data.grace_seconds)
    award = await fetch_one(
        tx,
        Q["save_award"],
        data.slug,
        data.name,
        data.kind,
        least,
        most,
        data.opens_at,
        data.closes_at,
        grace,
        data.board,
        data.tiers,
        data.weights,
        method,
        data.minimum,
        data.watch,
        data.receipts,
        rules.paper_until_of(data),
        into=Award,
        missing=errors.AlreadyThere("There is an award with this name already."),
    )
    await tx.execute(Q["save_secret"], award.id, secrets.token_bytes(32))
    await tx.execute(Q["save_entries"], award.id, data.section, data.entries == "episode")
    return rules.to_card(award, now)


async def take_entries(tx: Connection, award: int, data: EntriesIn, *, now: datetime) -> int:
    """Take in what came after the award was made: how many there are now. RulesFrozen where its rules are published."""
    await find_award(tx, award, now=now)
    await lock_log(tx, award)
    await check_not_frozen(tx, award)
    await tx.execute(Q["save_entries"], award, data.section, data.entries == "episode")
    return int(await tx.fetchval(Q["count_entries"], award))


def cast_of(award: int, token: str | None, vote: VoteIn, *, secret: bytes) -> rules.Cast:
    """A vote of a phone with the ballot its token stands for, ready for the batcher."""
    return rules.to_cast(vote, rules.read_ballot(secret, token, award), PHONE)


async def cast_vote(batcher: Batcher, award: int, token: str | None, vote: VoteIn, *, secret: bytes) -> bytes:
    """A VoteReceipt as JSON when the vote is stored and committed, or an error: there is nothing between."""
    return await batcher.store(cast_of(award, token, vote, secret=secret))


async def my_votes(pool: Pool, live: Live, award: int, token: str | None, *, secret: bytes) -> MyVotes:
    """From Redis where it knows them all, else from the ledger, and Redis is told."""
    ballot = rules.read_ballot(secret, token, award)
    found = await live.own_votes(award, ballot.id)
    known = found.votes
    if known is None:
        async with pool.acquire() as db:
            rows = await fetch_all(db, Q["my_votes"], award, ballot.id, into=rules.Answered)
        own = [row.as_own() for row in rows]
        known = [each.vote.encode() for each in own if each.vote]
        if found.epoch is not None:
            with contextlib.suppress(*LOST):
                await live.keep_votes(award, ballot.id, found.epoch, own)
    return MyVotes(votes=[msgspec.json.decode(vote, type=VoteReceipt) for vote in known])


async def recount(tx: Connection, award: int) -> BoardOut:
    """The count of the ledger, whatever the live board says."""
    await fetch_one(tx, Q["award"], award, into=Award, missing=errors.NotFound())
    return board.to_out(award, await board.recount(tx, award), "ledger")


async def is_durable(db: Connection) -> bool:
    """Whether this PostgreSQL keeps what it confirms; without that no award is opened."""
    return bool(await db.fetchval(Q["durability"]))
