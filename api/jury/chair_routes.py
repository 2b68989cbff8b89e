"""The jury's table. The chair acts; the others see what the jury's rule lets them see."""

from litestar import Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from api import errors
from api.access.guards import JUROR
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.jury import refusals, rounds, standing, table
from api.jury.schemas import ReasonIn
from api.jury.table_schemas import CutIn, Decision, DecisionIn, Deliberation, Next, OpenIn, Progress
from api.problems import problems

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
CHAIR = (*REFUSALS, refusals.ChairNeeded)


@get("/progress", guards=[JUROR], responses=problems(*CHAIR))
async def show_progress(tx: Given[Connection], account: Given[Account], round_id: FromPath[int]) -> Progress:
    """How far everybody is, without a grade."""
    return await table.progress(tx, await rounds.load_for_chair(tx, round_id, account))


@post(
    "/locks/{juror:int}/undo",
    guards=[JUROR],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*CHAIR, refusals.WrongPhase, refusals.UndoTooLate),
)
async def undo_lock(
    tx: Given[Connection],
    account: Given[Account],
    round_id: FromPath[int],
    juror: FromPath[int],
    data: JSONBody[ReasonIn],
) -> None:
    await standing.undo_lock(tx, account, round_id, juror, data.reason)


@post("/unblind", guards=[JUROR], status_code=HTTP_204_NO_CONTENT, responses=problems(*CHAIR))
async def unblind(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[ReasonIn]
) -> None:
    """Who made the titles, from now on and for the whole jury."""
    await standing.unblind(tx, account, round_id, data.reason)


@post(
    "/deliberation",
    guards=[JUROR],
    status_code=HTTP_200_OK,
    responses=problems(*CHAIR, refusals.WrongPhase, refusals.StillScoring),
)
async def open_deliberation(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[OpenIn]
) -> Deliberation:
    """Reveals at once what the jury's rule reveals."""
    return await table.open_deliberation(tx, account, round_id, data)


@get("/deliberation", guards=[JUROR], responses=problems(*REFUSALS, refusals.WrongPhase))
async def show_deliberation(tx: Given[Connection], account: Given[Account], round_id: FromPath[int]) -> Deliberation:
    return await table.for_juror(tx, account, round_id)


@post(
    "/cut",
    guards=[JUROR],
    responses=problems(*CHAIR, refusals.WrongPhase, refusals.TiesToDecide, errors.AlreadyThere, errors.Unprocessable),
)
async def cut(tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[CutIn]) -> Next:
    """Makes the next round of those who go on."""
    return await table.cut(tx, account, round_id, data)


@put(
    "/decision",
    guards=[JUROR],
    responses=problems(*CHAIR, refusals.WrongPhase, errors.ResultPublished, errors.Unprocessable),
)
async def decide(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[DecisionIn]
) -> Decision:
    return await table.decide(tx, account, round_id, data)


router = Router(
    "/api/jury/rounds/{round_id:int}",
    route_handlers=[
        show_progress,
        undo_lock,
        unblind,
        open_deliberation,
        show_deliberation,
        cut,
        decide,
    ],
    tags=["jury"],
)
