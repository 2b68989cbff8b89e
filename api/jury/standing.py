"""What binds a juror: recusals, and the lock of their scores."""

from api import errors
from api.access.audit import note
from api.access.schemas import Account
from api.db import Connection
from api.jury import rounds, rules
from api.jury.refusals import ChairNeeded, ScoresLocked, UndoTooLate
from api.jury.rounds import Q, Round
from api.jury.schemas import Lock, RecusalIn


async def recuse(tx: Connection, account: Account, round_id: int, data: RecusalIn) -> None:
    """By the juror, or by the chair for anybody and as long as the jury has not decided. Once is enough."""
    found, juror = await _may_change(tx, account, round_id, data)
    if await tx.fetchval(Q["save_recusal"], round_id, juror, data.series, data.reason, account.id) is not None:
        await _note(tx, account, "recuse", found, juror, data)


async def withdraw(tx: Connection, account: Account, round_id: int, data: RecusalIn) -> None:
    """Both the recusal and its end stay on record."""
    found, juror = await _may_change(tx, account, round_id, data)
    if await tx.fetchval(Q["withdraw_recusal"], round_id, juror, data.series, data.reason, account.id) is None:
        raise errors.NotFound
    await _note(tx, account, "withdraw-recusal", found, juror, data)


async def _may_change(tx: Connection, account: Account, round_id: int, data: RecusalIn) -> tuple[Round, int]:
    juror = account.id if data.juror is None else data.juror
    await tx.execute(Q["hold_juror"], round_id, juror)
    found = await rounds.load(tx, round_id, account)
    if juror != account.id and not found.chair:
        raise ChairNeeded
    await rounds.cell_of(tx, round_id, juror, data.series)
    if found.chair:
        rules.require_phase(found.phase, "scoring", "deliberation")
    else:
        rules.require_phase(found.phase, "scoring")
        if await rounds.lock_of(tx, round_id, juror) is not None:
            raise ScoresLocked
    return found, juror


async def _note(tx: Connection, account: Account, action: str, found: Round, juror: int, data: RecusalIn) -> None:
    detail = {"jury": found.jury_id, "juror": juror, "series": data.series, "reason": data.reason}
    await note(tx, account, action, f"round:{found.id}", detail)


async def lock(tx: Connection, account: Account, round_id: int) -> Lock:
    """Locked twice is locked once."""
    await tx.execute(Q["hold_juror"], round_id, account.id)
    found = await rounds.load(tx, round_id, account)
    standing = await rounds.lock_of(tx, round_id, account.id)
    if standing is None:
        rules.require_phase(found.phase, "scoring")
        cells = await rounds.cells_of(tx, round_id, juror=account.id)
        rules.check_may_lock(rules.missing_of(found.rubric, cells, found.must_see))
        await tx.execute(Q["save_lock"], round_id, account.id)
        await note(tx, account, "lock-scores", f"round:{round_id}", {"titles": len(cells)})
        standing = await rounds.lock_of(tx, round_id, account.id)
    if standing is None:
        raise errors.NotFound
    return Lock(locked_at=standing.locked_at, undo_until=standing.undo_until)


async def undo_lock(tx: Connection, account: Account, round_id: int, juror: int, why: str) -> None:
    await tx.execute(Q["hold_juror"], round_id, juror)
    found = await rounds.load_for_chair(tx, round_id, account)
    rules.require_phase(found.phase, "scoring")
    if await rounds.lock_of(tx, round_id, juror) is None:
        raise errors.NotFound
    undone = await tx.fetchval(Q["undo_lock"], round_id, juror, rules.UNDO_HOURS, account.id, why)
    if undone is None:
        raise UndoTooLate
    await note(tx, account, "undo-lock", f"round:{round_id}", {"juror": juror, "reason": why})


async def unblind(tx: Connection, account: Account, round_id: int, why: str) -> None:
    """Names from now on, for the whole jury."""
    await rounds.hold(tx, round_id)
    found = await rounds.load_for_chair(tx, round_id, account)
    if not found.is_blind:
        return
    await tx.execute(Q["unblind"], round_id)
    await rounds.tell(tx, round_id, account, "unblinded", why)
    await note(tx, account, "unblind", f"round:{round_id}", {"reason": why})
