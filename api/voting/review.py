"""What people make of flags: ballots under review wait and are published as a number, never silently.

Everything here holds the award until its transaction ends, so that nobody publishes meanwhile, and is refused after
publication. The live board is built anew after the commit.
"""

import contextlib
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from api import errors
from api.db import GONE, Connection, Pool, fetch_all, fetch_one, plan_each
from api.live import LOST, Live
from api.paging import cut
from api.voting import board
from api.voting.publishing import hold_unpublished
from api.voting.review_schemas import Flag, FlagPage, Review, TierTurnout
from api.voting.voiding import PATIENCE, Q

#: Beyond any flag's number.
_NEWEST: Final = 2**62


class FlagCounts(Struct, frozen=True, kw_only=True):
    open: int
    settled: int


class FlagRow(Struct, frozen=True, kw_only=True):
    id: int
    ballots: list[int]
    settled_at: datetime | None
    outcome: str | None


class ReviewRow(Struct, frozen=True, kw_only=True):
    award: int
    under_review: int
    void_by_reason: dict[str, int]


async def list_flags(db: Connection, award: int, after: int, limit: int, *, settled: bool) -> FlagPage:
    """Those that are open or those that are settled, the newest first; `after` is 0 where it begins."""
    await plan_each(db)
    rows = await fetch_all(db, Q["flags"], award, after or _NEWEST, settled, limit + 1, into=Flag)
    page, more = cut(rows, limit)
    counts = await fetch_one(db, Q["count_flags"], award, into=FlagCounts, missing=errors.NotFound())
    return FlagPage(flags=page, open=counts.open, settled=counts.settled, next=page[-1].id if more else None)


async def find_flag(db: Connection, award: int, flag: int) -> Flag:
    return await fetch_one(db, Q["flags"], award, flag, None, 1, into=Flag, missing=errors.NotFound())


async def lock_flag(tx: Connection, award: int, flag: int) -> FlagRow:
    """An open flag, of an award that is not published."""
    await hold_unpublished(tx, award)
    row = await fetch_one(tx, Q["lock_flag"], award, flag, into=FlagRow, missing=errors.NotFound())
    if row.settled_at is not None:
        raise errors.FlagSettled
    return row


async def quarantine_flag(tx: Connection, award: int, flag: int) -> tuple[Flag, int]:
    """Its ballots do not count until people have decided; how many were added. Again takes in those that came later."""
    row = await lock_flag(tx, award, flag)
    added = await tx.fetch(Q["quarantine"], award, row.ballots, timeout=PATIENCE)
    await tx.execute(Q["mark_flag"], flag, True)
    if added:
        await mark_reviewed(tx, award)
    return await find_flag(tx, award, flag), len(added)


async def release_flag(tx: Connection, award: int, flag: int) -> tuple[Flag, int]:
    """Its ballots count again, but for those that another flag keeps under review; the flag stays open."""
    await lock_flag(tx, award, flag)
    released = await _release(tx, award, flag)
    return await find_flag(tx, award, flag), released


async def dismiss_flag(tx: Connection, award: int, flag: int, account: int) -> tuple[Flag, int, bool]:
    """Nothing is wrong with it: how many ballots count again, and True where this call did it.

    VoidsOpen while somebody has asked to declare ballots void, who may mean these.
    """
    before = await find_flag(tx, award, flag)
    if before.outcome == "dismissed":
        return before, 0, False
    await lock_flag(tx, award, flag)
    await check_no_open_voids(tx, award)
    released = await _release(tx, award, flag)
    await tx.execute(Q["dismiss_flag"], flag, account)
    return await find_flag(tx, award, flag), released, True


async def _release(tx: Connection, award: int, flag: int) -> int:
    await tx.execute(Q["mark_flag"], flag, False)
    released = await tx.fetch(Q["release"], award, flag, timeout=PATIENCE)
    if released:
        await mark_reviewed(tx, award)
    return len(released)


async def check_no_open_voids(tx: Connection, award: int) -> None:
    if await tx.fetchval(Q["open_voids"], award):
        raise errors.VoidsOpen


async def mark_reviewed(tx: Connection, award: int) -> None:
    """What counts has changed: the board has to know, and who agrees to publish has to have seen it."""
    await tx.execute(Q["mark_reviewed"], award)
    await tx.execute(Q["withdraw_publication"], award)


async def show_review(db: Connection, award: int) -> Review:
    row = await fetch_one(db, Q["review"], award, into=ReviewRow, missing=errors.NotFound())
    return Review(
        award=row.award,
        under_review=row.under_review,
        void=sum(row.void_by_reason.values()),
        void_by_reason=row.void_by_reason,
    )


async def show_turnout(db: Connection, award: int) -> TierTurnout:
    return await fetch_one(db, Q["turnout"], award, into=TierTurnout, missing=errors.NotFound())


async def build_boards(pool: Pool, live: Live) -> None:
    """Build every live board that may not know of a review. What fails is found again by the next look."""
    with contextlib.suppress(*LOST, *GONE):
        async with pool.acquire() as db:
            rows: list[Any] = await db.fetch(Q["boards_to_build"])
            for row in rows:
                if not await board.rebuild(db, live, row["award_id"], why="review"):
                    continue
                await live.tell_board(row["award_id"])
                await db.execute(Q["mark_built"], row["award_id"], row["now"])
