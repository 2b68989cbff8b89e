"""A submitted series is locked for its producer from the deadline on. Every change of a series asks here first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_all, fetch_one
from api.studio import submission_rules as rules
from api.studio.queries import SUBMISSION
from api.studio.refusals import SubmissionLocked
from api.studio.submission_schemas import Standing, SubmissionState


class StandingRow(rules.Hold, frozen=True, kw_only=True):
    series: int
    submitted_by: str
    state: SubmissionState


async def require_open(db: Connection, account: Account, series: int, *, now: datetime) -> None:
    """SubmissionLocked where this account may change nothing of the series now; organisers always may."""
    if account.role == "organiser":
        return
    if await is_locked(db, series, now=now):
        raise SubmissionLocked


async def require_open_episode(db: Connection, account: Account, episode: int, *, now: datetime) -> None:
    """The same for something of an episode."""
    await require_open(db, account, int(await db.fetchval(SUBMISSION["series_of_episode"], episode) or 0), now=now)


async def require_open_upload(db: Connection, account: Account, upload: UUID, *, now: datetime) -> None:
    await require_open(db, account, int(await db.fetchval(SUBMISSION["series_of_upload"], upload) or 0), now=now)


async def is_locked(db: Connection, series: int, *, now: datetime) -> bool:
    hold = await fetch_one(db, SUBMISSION["hold_of_series"], series, into=rules.Hold, missing=errors.NotFound())
    return rules.is_locked(hold, now)


async def standing_of(db: Connection, series: Sequence[int], *, now: datetime) -> dict[int, Standing]:
    """Of these series the ones that are submitted."""
    rows = await fetch_all(db, SUBMISSION["standing_of"], list(series), into=StandingRow)
    return {
        row.series: Standing(
            state=row.state,
            submitted_at=row.submitted_at,
            submitted_by=row.submitted_by,
            changes_until=row.changes_until,
            locked=rules.is_locked(row, now),
        )
        for row in rows
        if row.submitted_at is not None
    }
