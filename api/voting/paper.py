"""Ballots of paper: keyed in batches by one person, read by a second one, and in the ledger only after that.

Until a batch counts its sheets are readings that can be corrected; with the second person's yes they become votes of
the stratum "paper", in one transaction and like all others: appended, sealed, published.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from msgspec import Struct

from api import errors
from api.db import Connection, fetch_all, fetch_one
from api.metrics import VOTES_ACKED
from api.voting import paper_rules, rules
from api.voting.batcher import as_text
from api.voting.paper_gate import Q
from api.voting.paper_rules import PaperAward
from api.voting.paper_schemas import (
    Batch,
    BatchChange,
    BatchIn,
    BatchPage,
    BatchState,
    Difference,
    Marks,
    PaperEntry,
    PaperPage,
    Sheet,
)
from api.voting.publishing import check_not_published, hold_unpublished
from api.voting.refusals import BatchMoved, PaperClosed, SheetsMissing, SheetTaken
from api.voting.retention import KEPT
from api.voting.review import mark_reviewed
from api.voting.sealing import secret_of
from api.voting.told_words import MESSAGES
from api.voting.voiding import PATIENCE
from api.words import Lang, Words

FIRST, SECOND, AGREED = 1, 2, 3
#: The reading that is the caller's own, by the state of the batch.
READINGS: Mapping[BatchState, int] = {"keying": FIRST, "waiting": SECOND, "differs": AGREED}
_pick = secrets.SystemRandom().sample


class PaperFestival(Struct, frozen=True, kw_only=True):
    name: Words
    offered: list[Lang]


async def paper_of(db: Connection, award: int, account: int) -> PaperPage:
    """TierNotAdmitted where the award takes no paper."""
    found = await fetch_one(db, Q["paper_award"], award, into=PaperAward, missing=errors.NotFound())
    if found.paper_until is None:
        raise errors.TierNotAdmitted(tier="paper")
    festival = await fetch_one(db, Q["paper_festival"], award, into=PaperFestival, missing=errors.NotFound())
    return PaperPage(
        festival=festival.name,
        languages=festival.offered or list(MESSAGES),
        photo_days=KEPT.days,
        award=award,
        name=found.name,
        kind=found.kind,
        min=found.min,
        max=found.max,
        opens_at=found.opens_at,
        paper_until=found.paper_until,
        published_at=found.published_at,
        now=found.now,
        entries=await fetch_all(db, Q["paper_entries"], award, into=PaperEntry),
        batches=await fetch_all(db, Q["batches"], award, None, account, into=Batch),
    )


async def show_batch(db: Connection, batch: int, account: int) -> BatchPage:
    """The batch with the sheets of the caller's own reading, and where two readings differ."""
    found = await find_batch(db, batch, account)
    own = READINGS.get(found.state)
    blind = own == SECOND and found.mine
    sheets = [] if own is None or blind else await fetch_all(db, Q["sheets"], batch, own, into=Sheet)
    differences = await _differences(db, found) if found.state == "differs" else []
    return BatchPage(batch=found, sheets=sheets, differences=differences)


async def find_batch(db: Connection, batch: int, account: int) -> Batch:
    return await fetch_one(db, Q["batches"], None, batch, account, into=Batch, missing=errors.NotFound())


async def open_batch(tx: Connection, award: int, account: int, data: BatchIn) -> tuple[Batch, bool]:
    """A new batch, and True; or the one this request has opened before."""
    if not data.place.strip() and data.screening is None:
        raise errors.Unprocessable("Name the hall or the screening the sheets are from.", field="place")
    there = await tx.fetchval(Q["batch_of_request"], award, data.request, account)
    if there is not None:
        return await find_batch(tx, there, account), False
    await hold_unpublished(tx, award)
    _check_time(await _award(tx, award))
    values = (data.place.strip(), data.screening, data.entry, data.sheets, data.how, account)
    opened = await tx.fetchval(Q["open_batch"], award, data.request, *values)
    if opened is None:
        raise errors.Unprocessable("There is no such screening or entry in this award.", field="screening")
    return await find_batch(tx, opened, account), True


async def change_batch(tx: Connection, batch: int, account: int, data: BatchChange) -> Batch:
    """Another number of sheets or another hall, while it is keyed."""
    found = await _hold(tx, batch, account, "keying")
    if not data.place.strip() and found.screening is None:
        raise errors.Unprocessable("Name the hall the sheets are from.", field="place")
    keyed = await _marks(tx, batch, FIRST)
    if max(keyed, default=0) > data.sheets:
        raise errors.Unprocessable("More sheets than that were keyed.", field="sheets")
    await tx.execute(Q["change_batch"], batch, data.sheets, data.place.strip())
    return await find_batch(tx, batch, account)


async def key_sheets(tx: Connection, batch: int, account: int, sheets: Sequence[Sheet]) -> Batch:
    """The first reading. Sent again it changes nothing, also when the time is over."""
    found = await _hold(tx, batch, account, "keying")
    if await _is_news(tx, batch, FIRST, sheets):
        award = await _award(tx, found.award)
        _check_time(award)
        await _save(tx, found, award, FIRST, account, sheets)
    return await find_batch(tx, batch, account)


async def end_keying(tx: Connection, batch: int, account: int) -> tuple[Batch, bool]:
    """The first reading is whole: the batch waits for a second person, and True where it is new."""
    found = await _hold(tx, batch, account, "keying", "waiting", "differs", "counted")
    if found.state != "keying":
        return found, False
    _check_whole(range(1, found.sheets + 1), await _marks(tx, batch, FIRST))
    places = paper_rules.draw(found.sheets, found.how, _pick)
    await tx.execute(Q["end_keying"], batch, account, places)
    return await find_batch(tx, batch, account), True


async def read_again(tx: Connection, batch: int, account: int, sheets: Sequence[Sheet]) -> Batch:
    """The second reading, by somebody who has not seen the first; only of the places that were drawn."""
    found = await _hold(tx, batch, account, "waiting")
    _check_second(found)
    strange = sorted({sheet.place for sheet in sheets} - set(found.places))
    if strange:
        raise errors.Unprocessable("These sheets are not read twice.", field="place", places=strange)
    await _save(tx, found, await _award(tx, found.award), SECOND, account, sheets)
    return await find_batch(tx, batch, account)


async def settle(tx: Connection, batch: int, account: int, sheets: Sequence[Sheet]) -> BatchPage:
    """What is right where two readings differ."""
    found = await _hold(tx, batch, account, "differs")
    _check_second(found)
    award = await _award(tx, found.award)
    first, second = await _marks(tx, batch, FIRST), await _marks(tx, batch, SECOND)
    if not {sheet.place for sheet in sheets} <= set(paper_rules.differing(award.kind, first, second)):
        raise errors.Unprocessable("The readings of a sheet named here do not differ.", field="place")
    await _save(tx, found, award, AGREED, account, sheets)
    return await show_batch(tx, batch, account)


async def check_batch(tx: Connection, batch: int, account: int) -> tuple[Batch, bool]:
    """The second person's yes, and True where it changed something: the batch counts, or the readings differ.

    Where a sample differs, all sheets are read again.
    """
    before = await find_batch(tx, batch, account)
    if before.state == "counted":
        return before, False
    await hold_unpublished(tx, before.award)
    found = await _hold(tx, batch, account, "waiting", "differs")
    _check_second(found)
    award = await _award(tx, found.award)
    first, second = await _marks(tx, batch, FIRST), await _marks(tx, batch, SECOND)
    _check_whole(found.places, second)
    differing = paper_rules.differing(award.kind, first, second)
    if differing and found.how == "sample":
        await tx.execute(Q["read_all"], batch)
        return await find_batch(tx, batch, account), True
    if differing and found.state == "waiting":
        await tx.execute(Q["mark_differing"], batch)
        return await find_batch(tx, batch, account), True
    agreed = await _marks(tx, batch, AGREED)
    _check_whole(differing, agreed)
    await _count(tx, found, account, first | {place: agreed[place] for place in differing})
    return await find_batch(tx, batch, account), True


async def refuse_batch(tx: Connection, batch: int, account: int, words: str) -> tuple[Batch, bool]:
    """The second person's no: nothing of the batch counts. One without sheets may be dropped by whoever opened it."""
    found = await _hold(tx, batch, account, "keying", "waiting", "differs", "refused")
    if found.state == "refused":
        return found, False
    await check_not_published(tx, found.award)
    if found.keyed:
        _check_second(found)
    await tx.execute(Q["refuse_batch"], batch, account, words)
    return await find_batch(tx, batch, account), True


async def _count(tx: Connection, batch: Batch, account: int, sheets: Mapping[int, Marks]) -> None:
    """Every sheet that is not spoilt becomes a ballot with its votes."""
    secret = await secret_of(tx, batch.award)
    lines = paper_rules.lines_of(sheets)
    keys = {
        place: rules.voter_key(secret, batch.award, f"paper:{batch.id}:{place}")
        for place in {each.place for each in lines}
    }
    rows = await tx.fetch(Q["paper_ballots"], batch.award, batch.id, [keys[place] for place in sorted(keys)])
    ballots = {row["voter"]: row["id"] for row in rows}
    columns: tuple[list[Any], ...] = (
        [paper_rules.line_id(secret, batch.id, each.place, each.question) for each in lines],
        [ballots[keys[each.place]] for each in lines],
        [each.question for each in lines],
        [each.value for each in lines],
        [as_text(each.choices) for each in lines],
        [rules.new_receipt() for _ in lines],
    )
    ledger_batch = UUID(str(uuids.uuid7()))
    await tx.execute(Q["store_paper_votes"], ledger_batch, batch.award, *columns, timeout=PATIENCE)
    await tx.execute(Q["mark_counted"], batch.id, account)
    await mark_reviewed(tx, batch.award)
    VOTES_ACKED.inc(len(lines))


async def _award(tx: Connection, award: int) -> PaperAward:
    found = await fetch_one(tx, Q["paper_award"], award, into=PaperAward, missing=errors.NotFound())
    if found.published_at is not None:
        raise errors.ResultPublished
    return found


def _check_time(award: PaperAward) -> None:
    if award.paper_until is None:
        raise errors.TierNotAdmitted(tier="paper")
    if award.now < award.opens_at:
        raise errors.VotingNotOpen
    if award.now >= award.paper_until:
        raise PaperClosed(until=award.paper_until.isoformat())


async def _hold(tx: Connection, batch: int, account: int, *states: BatchState) -> Batch:
    """The batch as it stays until the transaction ends, in one of these states; BatchMoved in any other.

    Its award comes first, as in publishing: two that wait for both wait in one order.
    """
    await tx.execute(Q["share_award"], batch)
    await tx.execute(Q["lock_batch"], batch)
    found = await find_batch(tx, batch, account)
    if found.state not in states:
        raise BatchMoved(state=found.state)
    return found


def _check_second(batch: Batch) -> None:
    if batch.mine:
        raise errors.SecondPersonNeeded


async def _is_news(tx: Connection, batch: int, reading: int, sheets: Sequence[Sheet]) -> bool:
    there = {sheet.place: sheet for sheet in await fetch_all(tx, Q["sheets"], batch, reading, into=Sheet)}
    return any(
        (known := there.get(sheet.place)) is None or known.id != sheet.id or known.turn < sheet.turn for sheet in sheets
    )


async def _save(
    tx: Connection, batch: Batch, award: PaperAward, reading: int, account: int, sheets: Sequence[Sheet]
) -> None:
    """All of these readings, or none: SheetTaken where another device has read one of the sheets."""
    for sheet in sheets:
        if sheet.place > batch.sheets:
            raise errors.Unprocessable("The batch has fewer sheets.", field="place", most=batch.sheets)
        if sheet.marks is not None:
            paper_rules.check_marks(award, batch.entry, sheet.marks)
    there = {sheet.place: sheet for sheet in await fetch_all(tx, Q["sheets"], batch.id, reading, into=Sheet)}
    taken = [
        sheet.place
        for sheet in sheets
        if (known := there.get(sheet.place)) is not None and known.marks is not None and known.id != sheet.id
    ]
    if taken:
        raise SheetTaken(places=taken)
    newest = {sheet.place: sheet for sheet in sorted(sheets, key=lambda sheet: sheet.turn)}
    await tx.execute(Q["save_sheets"], batch.id, reading, list(newest.values()), account)


async def _marks(tx: Connection, batch: int, reading: int) -> dict[int, Marks]:
    found = await fetch_all(tx, Q["sheets"], batch, reading, into=Sheet)
    return {sheet.place: sheet.marks for sheet in found if sheet.marks is not None}


def _check_whole(wanted: Sequence[int], read: Mapping[int, Marks]) -> None:
    missing = [place for place in wanted if place not in read]
    if missing:
        raise SheetsMissing(places=missing[:50], missing=len(missing))


async def _differences(db: Connection, batch: Batch) -> list[Difference]:
    kind = (await fetch_one(db, Q["paper_award"], batch.award, into=PaperAward, missing=errors.NotFound())).kind
    first, second = await _marks(db, batch.id, FIRST), await _marks(db, batch.id, SECOND)
    agreed = await _marks(db, batch.id, AGREED)
    return [
        Difference(place=place, first=first[place], second=second[place], agreed=agreed.get(place))
        for place in paper_rules.differing(kind, first, second)
    ]
