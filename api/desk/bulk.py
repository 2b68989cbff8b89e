"""One thing done for many series, with a word about each of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid5

from msgspec import Struct

from api import errors
from api.access.schemas import Account
from api.db import Connection, fetch_maybe
from api.desk import deciding, scheduling
from api.desk.deciding_schemas import BulkIn, BulkLine, BulkReport, DeskDecisionIn
from api.studio.refusals import NotSubmitted
from api.studio.submission_schemas import DecisionKind, SubmissionState

DECISIONS: Mapping[str, DecisionKind] = {"accept": "accept", "decline": "decline"}
SO_ALREADY: Mapping[str, SubmissionState] = {"accept": "accepted", "decline": "declined"}


class Standing(Struct, frozen=True, kw_only=True):
    id: int
    version: int
    state: SubmissionState


async def do(tx: Connection, account: Account, data: BulkIn, *, now: datetime, public_url: str) -> BulkReport:
    """Each by itself: what is refused for one series holds up no other."""
    if data.action == "schedule" and data.at is None:
        raise errors.Unprocessable("Choose a time.", field="at")
    lines = []
    for series in dict.fromkeys(data.series):
        try:
            async with tx.transaction():
                changed = await _one(tx, account, series, data, now=now, public_url=public_url)
            lines.append(BulkLine(series=series, done=True, changed=changed))
        except errors.FestivalError as refused:
            lines.append(_refused(series, refused))
    return BulkReport(lines=lines)


def _refused(series: int, refused: errors.FestivalError) -> BulkLine:
    reasons = [str(reason) for reason in refused.extra.get("reasons", [])]
    code, detail = refused.code, refused.detail
    return BulkLine(series=series, done=False, changed=False, code=code, detail=detail, reasons=reasons)


async def _one(tx: Connection, account: Account, series: int, data: BulkIn, *, now: datetime, public_url: str) -> bool:
    if data.action == "release":
        return await scheduling.release(tx, account, series, now=now, anyway=False) == now
    if data.action in ("schedule", "unschedule"):
        at = data.at if data.action == "schedule" else None
        return await scheduling.schedule(tx, account, series, at, now=now)
    standing = await fetch_maybe(tx, deciding.Q["standing"], series, into=Standing)
    if standing is None:
        raise NotSubmitted
    if standing.state == SO_ALREADY[data.action]:
        return False
    made = uuid5(data.id, str(standing.id))
    decision = DeskDecisionIn(id=made, kind=DECISIONS[data.action], words=data.words, seen=standing.version)
    return await deciding.decide(tx, account, standing.id, decision, now=now, public_url=public_url)
