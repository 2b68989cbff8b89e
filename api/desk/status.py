"""How the preparing of episodes goes, for the people who run the machines."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from api.db import Connection, fetch_all, read_queries
from api.desk.schemas import Worker
from transcoder.contract import RungProgress, Tier, failure

Q = read_queries(Path(__file__).parent)
TIERS: Final[tuple[Tier, ...]] = ("start", "ladder", "edition", "av1", "refine")
#: A job whose worker says nothing for so long should have been taken over by another one.
LOST_SECONDS: Final = 90.0
#: Failures that are not the file's: somebody should look.
OURS: Final = frozenset({"encode-failed", "encode-too-slow", "worker-lost", "storage-failed"})


class Work(Struct, frozen=True, kw_only=True):
    """One step being done; `silent` and `seconds_left` in seconds."""

    series: str
    number: int
    tier: Tier
    rungs: list[RungProgress]
    seconds_left: int | None
    silent: float


class FailedFile(Struct, frozen=True, kw_only=True):
    series: str
    number: int
    code: str
    happened: str
    at: datetime


class Status(Struct, frozen=True, kw_only=True):
    workers: list[Worker]
    waiting: dict[str, int]
    working: list[Work]
    failed: list[FailedFile]


class FailedRow(Struct, frozen=True, kw_only=True):
    series: str
    number: int
    code: str
    detail: str | None
    at: datetime


async def load(db: Connection) -> Status:
    waiting: dict[str, Any] = {row["name"]: row["waiting"] for row in await db.fetch(Q["waiting_by_tier"])}
    return Status(
        workers=await fetch_all(db, Q["live_workers"], into=Worker),
        waiting={tier: waiting.get(tier, 0) for tier in TIERS},
        working=await fetch_all(db, Q["at_work"], into=Work),
        failed=[_to_failed(row) for row in await fetch_all(db, Q["lately_failed"], into=FailedRow)],
    )


def _to_failed(row: FailedRow) -> FailedFile:
    told = failure(row.code, row.detail)
    return FailedFile(series=row.series, number=row.number, code=told.code, happened=told.happened, at=row.at)


def troubles(status: Status) -> list[str]:
    """What somebody should do something about, in sentences."""
    found = []
    waiting = sum(status.waiting.values())
    if waiting and not any(not worker.leaving for worker in status.workers):
        found.append(f"No worker is there, and {waiting} steps wait. Start one: python -m transcoder.worker")
    unprotected = sorted({worker.host for worker in status.workers if worker.sandbox == "none"})
    found += [f"Uploads are opened without protection on {host}. Install bubblewrap there." for host in unprotected]
    lost = sum(work.silent > LOST_SECONDS for work in status.working)
    if lost:
        found.append(f"Nothing was heard of {lost} steps for more than {LOST_SECONDS:.0f} seconds.")
    ours = sum(file.code in OURS for file in status.failed)
    if ours:
        found.append(f"{ours} episodes failed on our side in the last day; their producers may try again.")
    return found


def to_json(value: Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
