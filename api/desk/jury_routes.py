"""Juries at the desk: who is in them, what they score by, their rounds, how far they are, and the protocol."""

from litestar import Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import DESK, ORGANISER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.jury import protocol, refusals, rounds, setup, table
from api.jury.setup_schemas import (
    Assignment,
    AssignmentIn,
    ConflictLine,
    JuryCard,
    JuryIn,
    JuryPage,
    RoundDetail,
    RoundIn,
)
from api.jury.table_schemas import Deliberation, Progress, Protocol
from api.problems import problems

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)
HERE = (*REFUSALS, errors.NotFound)
#: Grades explained in eleven languages are longer than other bodies.
LIMIT = 256 * 1024


@get("/", guards=[DESK], responses=problems(*REFUSALS))
async def list_juries(tx: Given[Connection]) -> list[JuryCard]:
    return await setup.list_juries(tx)


@post("/", guards=[ORGANISER], request_max_body_size=LIMIT, responses=problems(*HERE, errors.Unprocessable))
async def create_jury(tx: Given[Connection], account: Given[Account], data: JSONBody[JuryIn]) -> JuryPage:
    return await setup.create_jury(tx, account, data)


@get("/{jury:int}", guards=[DESK], responses=problems(*HERE))
async def show_jury(tx: Given[Connection], jury: FromPath[int]) -> JuryPage:
    return await setup.jury_page(tx, jury)


@put(
    "/{jury:int}",
    guards=[ORGANISER],
    request_max_body_size=LIMIT,
    responses=problems(*HERE, errors.Unprocessable, refusals.RubricFrozen),
)
async def change_jury(
    tx: Given[Connection], account: Given[Account], jury: FromPath[int], data: JSONBody[JuryIn]
) -> JuryPage:
    """Who is left out leaves the rounds that are not over. What is scored by stays once there are scores."""
    return await setup.change_jury(tx, account, jury, data)


@post("/{jury:int}/rounds", guards=[ORGANISER], responses=problems(*HERE, errors.Unprocessable))
async def create_round(
    tx: Given[Connection], account: Given[Account], jury: FromPath[int], data: JSONBody[RoundIn]
) -> RoundDetail:
    """Its jurors see nothing of it until it is opened."""
    return await setup.create_round(tx, account, jury, data)


@get("/{jury:int}/protocol", guards=[DESK], responses=problems(*HERE))
async def show_protocol(tx: Given[Connection], jury: FromPath[int]) -> Protocol:
    """How the decision came about; of a round before its deliberation, everything but the scores."""
    return await protocol.protocol_of(tx, jury)


@get("/rounds/{round_id:int}", guards=[DESK], responses=problems(*HERE))
async def show_round(tx: Given[Connection], round_id: FromPath[int]) -> RoundDetail:
    return await setup.round_detail(tx, round_id)


@put(
    "/rounds/{round_id:int}",
    guards=[ORGANISER],
    responses=problems(*HERE, errors.Unprocessable, refusals.WrongPhase),
)
async def change_round(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[RoundIn]
) -> RoundDetail:
    return await setup.change_round(tx, account, round_id, data)


@get("/rounds/{round_id:int}/assignment", guards=[ORGANISER], responses=problems(*HERE))
async def show_assignment(tx: Given[Connection], round_id: FromPath[int]) -> Assignment:
    return await setup.assignment(tx, round_id)


@put(
    "/rounds/{round_id:int}/assignment",
    guards=[ORGANISER],
    responses=problems(*HERE, errors.Unprocessable, refusals.WrongPhase, refusals.ScoresLocked),
)
async def assign(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[AssignmentIn]
) -> Assignment:
    """Who sees which titles, until somebody has locked."""
    return await setup.assign(tx, account, round_id, data)


@post(
    "/rounds/{round_id:int}/open",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*HERE, errors.Unprocessable, refusals.WrongPhase),
)
async def open_round(tx: Given[Connection], account: Given[Account], round_id: FromPath[int]) -> RoundDetail:
    return await setup.open_round(tx, account, round_id)


@get("/rounds/{round_id:int}/progress", guards=[DESK], responses=problems(*HERE))
async def show_progress(tx: Given[Connection], round_id: FromPath[int]) -> Progress:
    """How far everybody is. Grades are the jury's until it deliberates."""
    return await table.progress(tx, await rounds.load_for_desk(tx, round_id))


@get("/rounds/{round_id:int}/conflicts", guards=[ORGANISER], responses=problems(*HERE))
async def show_conflicts(tx: Given[Connection], round_id: FromPath[int]) -> list[ConflictLine]:
    """Where credits, companies or addresses speak against a juror, and who is recused."""
    return await setup.conflicts_of(tx, round_id)


@get("/rounds/{round_id:int}/deliberation", guards=[DESK], responses=problems(*HERE, refusals.WrongPhase))
async def show_deliberation(tx: Given[Connection], round_id: FromPath[int]) -> Deliberation:
    return await table.for_desk(tx, round_id)


router = Router(
    "/api/desk/juries",
    route_handlers=[
        list_juries,
        create_jury,
        show_jury,
        change_jury,
        create_round,
        show_protocol,
        show_round,
        change_round,
        show_assignment,
        assign,
        open_round,
        show_progress,
        show_conflicts,
        show_deliberation,
    ],
    tags=["desk"],
)
