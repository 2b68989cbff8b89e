"""The way from a jury's decision to a told result: gates, two people, the plan of the telling, the ceremony's code."""

from litestar import Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import DESK, FRESH, ORGANISER
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account
from api.db import Connection
from api.desk import jury_publishing
from api.given import Given
from api.jury import told
from api.jury.told_schemas import JuryGates, JuryPlan, JuryPlanIn
from api.problems import problems
from api.voting.told_schemas import CeremonyCode

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
PUBLISH_PROBLEMS = (*REFUSALS, PasskeyNeeded, errors.GatesShut)


@get("/gates", guards=[DESK], responses=problems(*REFUSALS))
async def list_gates(tx: Given[Connection], jury: FromPath[int]) -> JuryGates:
    """The six gates before publication, with their states, times and numbers; and who has asked."""
    return await told.show_gates(tx, jury)


@get("/plan", guards=[DESK], responses=problems(*REFUSALS))
async def show_plan(tx: Given[Connection], jury: FromPath[int]) -> JuryPlan:
    """How and when the decision is to be told."""
    return await told.show_plan(tx, jury)


@put("/plan", guards=[ORGANISER], responses=problems(*REFUSALS, errors.ResultPublished, errors.Unprocessable))
async def set_plan(
    tx: Given[Connection], account: Given[Account], jury: FromPath[int], data: JSONBody[JuryPlanIn]
) -> JuryPlan:
    """The second of the ceremony can be moved until it has come."""
    return await jury_publishing.set_plan(tx, account, jury, data)


@post("/publish", guards=[ORGANISER, FRESH], status_code=HTTP_200_OK, responses=problems(*PUBLISH_PROBLEMS))
async def ask_publication(tx: Given[Connection], account: Given[Account], jury: FromPath[int]) -> JuryGates:
    """Ask for the decision to be published; another person agrees. A decision taken anew takes this back."""
    return await jury_publishing.ask_publication(tx, account, jury)


@post(
    "/publish/agree",
    guards=[DESK, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*PUBLISH_PROBLEMS, errors.SecondPersonNeeded, errors.PublicationNotAsked),
)
async def agree_publication(tx: Given[Connection], account: Given[Account], jury: FromPath[int]) -> JuryGates:
    """Publish the decision, once; again says when that was."""
    return await jury_publishing.agree_publication(tx, account, jury)


@post(
    "/ceremony/code",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, PasskeyNeeded),
)
async def show_code(tx: Given[Connection], account: Given[Account], jury: FromPath[int]) -> CeremonyCode:
    """The code that opens an armed screen without a network. That somebody looked is in the audit log."""
    return await jury_publishing.show_code(tx, account, jury)


router = Router(
    "/api/desk/juries/{jury:int}",
    route_handlers=[list_gates, show_plan, set_plan, ask_publication, agree_publication, show_code],
    tags=["desk"],
)
