"""When series are shown: a time for each, the order within a section, and the clock that releases them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import structlog
from msgspec import Struct

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.catalog import service as catalog
from api.db import Connection, Pool, fetch_all, fetch_one, read_queries
from api.desk.listing_schemas import Shown, Timetable
from api.desk.refusals import AlreadyReleased, SeriesNotReady
from api.desk.service import FOLDER
from api.paging import cut
from api.studio import submission
from api.studio.submission_schemas import SubmissionState

Q = read_queries(FOLDER, "scheduling.sql")
log = structlog.get_logger("release")
#: Why a series is not ready for the audience.
Reason: TypeAlias = Literal["not-submitted", "not-accepted", "declined", "incomplete", "no-film", "rights-over"]


class Held(Struct, frozen=True, kw_only=True):
    id: int
    released_at: datetime | None
    release_at: datetime | None
    state: SubmissionState | None


class Facts(Struct, frozen=True, kw_only=True):
    state: SubmissionState | None
    rights_over: bool | None
    watchable: bool


def not_accepted(state: SubmissionState | None) -> list[Reason]:
    match state:
        case "accepted":
            return []
        case None:
            return ["not-submitted"]
        case "declined":
            return ["declined"]
        case _:
            return ["not-accepted"]


def not_ready(facts: Facts, lacking: Sequence[str]) -> list[Reason]:
    reasons = not_accepted(facts.state)
    if lacking:
        reasons.append("incomplete")
    if not facts.watchable:
        reasons.append("no-film")
    if facts.rights_over:
        reasons.append("rights-over")
    return reasons


async def reasons_of(db: Connection, series: int) -> list[Reason]:
    facts = await fetch_one(db, Q["release_facts"], series, into=Facts, missing=errors.NotFound())
    return not_ready(facts, await submission.lacks(db, series))


async def schedule(tx: Connection, account: Account, series: int, at: datetime | None, *, now: datetime) -> bool:
    """Whether this is new. What is accepted may be scheduled; whether it is ready is asked when its time has come."""
    if at is not None and at <= now:
        raise errors.Unprocessable("Choose a time that is still to come.", field="at")
    held = await fetch_one(tx, Q["hold_series"], series, into=Held, missing=errors.NotFound())
    if held.released_at is not None:
        raise AlreadyReleased
    if held.release_at == at:
        return False
    if at is not None and (reasons := not_accepted(held.state)):
        raise SeriesNotReady(reasons=reasons)
    await tx.execute(Q["schedule"], series, at)
    was = None if held.release_at is None else held.release_at.isoformat()
    await note(tx, account, "schedule", f"series:{series}", {"at": None if at is None else at.isoformat(), "was": was})
    return True


async def release(tx: Connection, account: Account | None, series: int, *, now: datetime, anyway: bool) -> datetime:
    """Released once; a second call keeps the first time. `anyway`: also what is not ready, knowingly."""
    held = await fetch_one(tx, Q["hold_series"], series, into=Held, missing=errors.NotFound())
    if held.released_at is not None:
        return held.released_at
    reasons = await reasons_of(tx, series)
    if reasons and not anyway:
        raise SeriesNotReady(reasons=reasons)
    released_at = await catalog.release_series(tx, series, now=now)
    await note(tx, account, "release", f"series:{series}", {"although": reasons} if reasons else {})
    return released_at


async def move(tx: Connection, account: Account, series: int, after: int) -> None:
    """Within its section, behind another series of it; 0 is the first place."""
    place = await tx.fetchrow(Q["place_of"], series)
    if place is None:
        raise errors.NotFound
    await tx.execute(Q["hold_section"], place["section"])
    other = None if after == 0 else await tx.fetchrow(Q["place_of"], after)
    if after == series or (after != 0 and (other is None or other["section"] != place["section"])):
        raise errors.Unprocessable("Choose another series of the same section.", field="after")
    await tx.execute(Q["move"], place["section"], series, after)
    await note(tx, account, "move", f"series:{series}", {"after": after})


async def timetable(db: Connection, first: datetime, last: datetime, cursor: str, limit: int) -> Timetable:
    at, after = _read_cursor(cursor, first)
    sections = [each.id for each in await catalog.sections(db)]
    rows = await fetch_all(db, Q["timetable"], first, last, at, after, limit + 1, sections, into=Shown)
    page, more = cut(rows, limit)
    return Timetable(shown=page, next=f"{page[-1].at.isoformat()}~{page[-1].id}" if more else None)


def _read_cursor(cursor: str, first: datetime) -> tuple[datetime, int]:
    if not cursor:
        return first, 0
    at, _, after = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError
        return moment, int(after)
    except ValueError as error:
        raise errors.Unprocessable("Go on with what an answer gave as `next`.", field="after") from error


async def release_due(pool: Pool, *, now: datetime) -> int:
    """Those whose time has come; how many there were. One that is not ready waits, and the desk is told why."""
    async with pool.acquire() as tx, tx.transaction():
        due = [int(row["id"]) for row in await tx.fetch(Q["due_series"])]
        for series in due:
            try:
                await release(tx, None, series, now=now, anyway=False)
                log.info("released", series=series)
            except SeriesNotReady as refused:
                await _miss(tx, series, refused.extra["reasons"])
    return len(due)


async def _miss(tx: Connection, series: int, reasons: Sequence[Reason]) -> None:
    if await tx.fetchval(Q["miss"], series, list(reasons)):
        log.warning("not ready for its release", series=series, reasons=list(reasons))
        await note(tx, None, "miss-release", f"series:{series}", {"reasons": list(reasons)})
