"""What organisers do about an award and how it is told. Each change leaves a line in the audit log."""

from datetime import datetime

import msgspec

from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection
from api.voting import changing, told
from api.voting.schemas import AwardCard, AwardIn
from api.voting.told_html import Telling
from api.voting.told_schemas import CeremonyCode, ToldPlan, ToldPlanIn


async def change_award(tx: Connection, account: Account, award: int, data: AwardIn, *, now: datetime) -> AwardCard:
    """The log says what each changed rule was and is."""
    before, card = await changing.change_award(tx, award, data, now=now)
    after = await changing.show_draft(tx, award)
    was, given = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = {name: {"was": was[name], "is": given[name]} for name in given if was[name] != given[name]}
    if changed:
        await note(tx, account, "change", f"award:{award}", changed)
    return card


async def set_plan(tx: Connection, account: Account, award: int, data: ToldPlanIn) -> ToldPlan:
    before, after = await told.set_plan(tx, award, data)
    if (before.told_in, before.reveals_at, before.target) != (after.told_in, after.reveals_at, after.target):
        detail = {
            "told_in": after.told_in,
            "reveals_at": None if after.reveals_at is None else after.reveals_at.isoformat(),
            "target": after.target,
        }
        await note(tx, account, "plan-result", f"award:{award}", detail)
    return after


async def show_code(tx: Connection, account: Account, award: int) -> CeremonyCode:
    """Whoever looks at the code could open an envelope early, so it is on record that they looked."""
    code = await told.show_code(tx, award)
    await note(tx, account, "show-ceremony-code", f"award:{award}", {})
    return code


async def rehearsal(db: Connection, award: int, public_url: str) -> Telling:
    """A results page that nobody voted for."""
    found = await told.find_told(db, award=award)
    entries = await told.entries_of(db, award)
    return Telling(
        award=found, entries=entries, result=told.made_up(found, entries), public_url=public_url, made_up=True
    )
