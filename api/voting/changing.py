"""An award can be changed until its rules are published; from then on nobody can, and nothing here does."""

from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from api import errors
from api.catalog import service as catalog
from api.db import Connection, fetch_one, read_queries
from api.voting import rules
from api.voting.queries import Q as AWARDS
from api.voting.schemas import Award, AwardCard, AwardIn
from api.voting.sealing import check_not_frozen, lock_log

Q = read_queries(Path(__file__).parent, "changing.sql")


async def show_draft(db: Connection, award: int) -> AwardIn:
    """The award as the desk's form takes it."""
    return await fetch_one(db, Q["draft"], award, into=AwardIn, missing=errors.NotFound())


async def change_award(tx: Connection, award: int, data: AwardIn, *, now: datetime) -> tuple[AwardIn, AwardCard]:
    """What it was and what it is. RulesFrozen once voting has opened or its rules are published, whichever is first."""
    await lock_log(tx, award)
    before = await show_draft(tx, award)
    await check_not_frozen(tx, award)
    if await tx.fetchval(Q["has_opened"], award):
        raise errors.RulesFrozen
    rules.check_award(data)
    method, (least, most) = rules.method_of(data), rules.range_of(data)
    if data.section is not None and data.section not in {section.slug for section in await catalog.sections(tx)}:
        raise errors.Unprocessable("There is no such section.", field="section")
    values = (
        data.slug, data.name, data.kind, least, most, data.opens_at, data.closes_at,
        timedelta(seconds=data.grace_seconds),
        data.board, data.tiers, data.weights, method, data.minimum, data.watch, data.receipts,
        rules.paper_until_of(data),
    )  # fmt: skip
    try:
        saved = await fetch_one(tx, Q["change_award"], award, *values, into=Award, missing=errors.NotFound())
    except asyncpg.UniqueViolationError as error:
        raise errors.AlreadyThere("There is an award with this name already.") from error
    competing = (award, data.section, data.entries == "episode")
    await tx.execute(Q["forget_watched"], *competing)
    await tx.execute(Q["drop_entries"], *competing)
    await tx.execute(AWARDS["save_entries"], *competing)
    return before, rules.to_card(saved, now)
