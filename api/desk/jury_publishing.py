"""What organisers do to make a jury's decision public. Each change leaves a line in the audit log."""

from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection
from api.jury import told
from api.jury.told_schemas import JuryGates, JuryPlan, JuryPlanIn
from api.voting.told_schemas import CeremonyCode


async def set_plan(tx: Connection, account: Account, jury: int, data: JuryPlanIn) -> JuryPlan:
    before, after = await told.set_plan(tx, jury, data)
    if (before.told_in, before.reveals_at) != (after.told_in, after.reveals_at):
        reveals_at = None if after.reveals_at is None else after.reveals_at.isoformat()
        await note(tx, account, "plan-result", f"jury:{jury}", {"told_in": after.told_in, "reveals_at": reveals_at})
    return after


async def show_code(tx: Connection, account: Account, jury: int) -> CeremonyCode:
    """Whoever looks at the code could open an envelope early, so it is on record that they looked."""
    code = await told.show_code(tx, jury)
    await note(tx, account, "show-ceremony-code", f"jury:{jury}", {})
    return code


async def ask_publication(tx: Connection, account: Account, jury: int) -> JuryGates:
    if await told.ask_publication(tx, account, jury):
        await note(tx, account, "ask-publish", f"jury:{jury}", {})
    return await told.show_gates(tx, jury)


async def agree_publication(tx: Connection, account: Account, jury: int) -> JuryGates:
    asked = await told.check_agreed(tx, account, jury)
    if asked is not None:
        asker = None if asked.asked_by is None else asked.asked_by.id
        # First, so that the protocol has this line too.
        await note(tx, account, "publish", f"jury:{jury}", {"asked_by": asker})
        await told.publish(tx, account, jury, asked)
    return await told.show_gates(tx, jury)
