"""Screenings in a hall: the code on the screen, and how many ballots it brought against how many people sat there."""

import secrets
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from api import errors
from api.db import Connection, fetch_all, fetch_one, read_queries
from api.voting import proofs
from api.voting.voter_schemas import HallCode, Issued, ScheduledScreening, Screening, ScreeningIn
from api.words import Words

Q = read_queries(Path(__file__).parent, "screenings.sql")
#: Ballots for a hundred heads above which somebody shares the code outside.
ALARM_PERCENT = 110


class AwardCount(Struct, frozen=True):
    award: int
    ballots: int


class ScreeningRow(Struct, frozen=True, kw_only=True):
    id: int
    name: Words
    starts_at: datetime
    ends_at: datetime
    head_count: int | None
    issued: list[AwardCount]


class Screen(Struct, frozen=True, kw_only=True):
    name: Words
    starts_at: datetime
    ends_at: datetime
    secret: bytes
    now: datetime


def is_over_issued(ballots: int, head_count: int | None) -> bool:
    return head_count is not None and ballots * 100 > head_count * ALARM_PERCENT


def to_screening(row: ScreeningRow, *, key: bytes, public_url: str) -> Screening:
    issued = [
        Issued(award=each.award, ballots=each.ballots, alarm=is_over_issued(each.ballots, row.head_count))
        for each in row.issued
    ]
    return Screening(
        id=row.id,
        name=row.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        head_count=row.head_count,
        screen=f"{public_url}/wall/screening/{proofs.sign_screen(key, row.id)}",
        issued=issued,
        alarm=any(each.alarm for each in issued),
    )


async def list_screenings(db: Connection, *, key: bytes, public_url: str) -> list[Screening]:
    rows = await fetch_all(db, Q["screenings"], None, into=ScreeningRow)
    return [to_screening(row, key=key, public_url=public_url) for row in rows]


async def schedule(db: Connection) -> list[ScheduledScreening]:
    """For everyone: neither heads nor the addresses of screens."""
    return await fetch_all(db, Q["schedule"], into=ScheduledScreening)


async def save_screening(
    tx: Connection, data: ScreeningIn, screening: int | None = None, *, key: bytes, public_url: str
) -> Screening:
    """A new screening, or other words, times and heads for one that is there. Its code stays its own."""
    if data.starts_at >= data.ends_at:
        raise errors.Unprocessable("A screening ends after it starts.", field="ends_at")
    values = (data.name, data.starts_at, data.ends_at, data.head_count)
    saved = (
        await tx.fetchval(Q["save_screening"], *values, secrets.token_bytes(32))
        if screening is None
        else await tx.fetchval(Q["change_screening"], screening, *values)
    )
    row = await fetch_one(tx, Q["screenings"], saved or 0, into=ScreeningRow, missing=errors.NotFound())
    return to_screening(row, key=key, public_url=public_url)


async def hall_code(db: Connection, screen: str, *, key: bytes, public_url: str) -> HallCode:
    """What the screen with this address shows now; NotFound for an address that we have not signed."""
    found = await fetch_one(
        db, Q["screen"], proofs.read_screen(key, screen) or 0, into=Screen, missing=errors.NotFound()
    )
    running = found.starts_at <= found.now < found.ends_at
    code = proofs.hall_code(found.secret, proofs.window_of(found.now)) if running else None
    return HallCode(
        name=found.name,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        now=found.now,
        code=code,
        url=None if code is None else f"{public_url}/h/{code}",
        qr=None if code is None else f"/api/kiosk/qr.svg?path=/h/{code}",
        seconds_left=round(proofs.HALL_WINDOW - found.now.timestamp() % proofs.HALL_WINDOW, 3),
    )
