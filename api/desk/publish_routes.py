"""The way from closed voting to a told result: gates, the plan of the telling, the ceremony, and rehearsals."""

from litestar import MediaType, Response, Router, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from api import errors
from api.access.audit import note
from api.access.guards import DESK, FRESH, ORGANISER
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account
from api.db import Connection
from api.desk import publishing
from api.given import Given
from api.problems import problems
from api.settings import Settings
from api.voting import told
from api.voting.gates import Gates
from api.voting.logbook import LogBook
from api.voting.prover import Prover, show_gates
from api.voting.told_html import page_of
from api.voting.told_parts import POLICY
from api.voting.told_schemas import CeremonyCode, ShownCeremony, ToldPlan, ToldPlanIn

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)


@get("/awards/{award:int}/gates", guards=[DESK], responses=problems(*REFUSALS))
async def list_gates(tx: Given[Connection], award: FromPath[int], logbook: Given[LogBook]) -> Gates:
    """The six gates before publication, with their states, times and numbers."""
    return await show_gates(tx, award, logbook)


@post(
    "/awards/{award:int}/gates/proof",
    guards=[DESK],
    status_code=HTTP_202_ACCEPTED,
    responses=problems(*REFUSALS),
)
async def start_proof(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], prover: Given[Prover], logbook: Given[LogBook]
) -> Gates:
    """Count everything again and check the bundle, now. It also happens by itself when voting is over."""
    gates = await show_gates(tx, award, logbook)
    if gates.over and gates.passed < len(gates.gates):
        await note(tx, account, "prove", f"award:{award}", {})
        prover.start(award)
    return gates


@get("/awards/{award:int}/plan", guards=[DESK], responses=problems(*REFUSALS))
async def show_plan(tx: Given[Connection], award: FromPath[int]) -> ToldPlan:
    """How and when the result is to be told."""
    return await told.show_plan(tx, award)


@put(
    "/awards/{award:int}/plan",
    guards=[ORGANISER],
    responses=problems(*REFUSALS, errors.ResultPublished, errors.Unprocessable),
)
async def set_plan(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], data: JSONBody[ToldPlanIn]
) -> ToldPlan:
    """The second of the ceremony can be moved until it has come."""
    return await publishing.set_plan(tx, account, award, data)


@post(
    "/awards/{award:int}/ceremony/code",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, PasskeyNeeded),
)
async def show_code(tx: Given[Connection], account: Given[Account], award: FromPath[int]) -> CeremonyCode:
    """The code that opens an armed screen without a network. That somebody looked is in the audit log."""
    return await publishing.show_code(tx, account, award)


@get("/awards/{award:int}/rehearsal", guards=[DESK], responses=problems(*REFUSALS))
async def rehearse(tx: Given[Connection], settings: Given[Settings], award: FromPath[int]) -> Response[ShownCeremony]:
    """A ceremony with made-up results. No vote is read, nothing is written."""
    shown = await told.rehearse(tx, award, settings.public_url)
    return Response(shown, headers={"Cache-Control": "no-store"})


@get("/awards/{award:int}/rehearsal/page", guards=[DESK], responses=problems(*REFUSALS), media_type=MediaType.HTML)
async def rehearse_page(tx: Given[Connection], settings: Given[Settings], award: FromPath[int]) -> Response[str]:
    """A results page with made-up results, and marked so."""
    page = page_of(await publishing.rehearsal(tx, award, settings.public_url))
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return Response(page, media_type=MediaType.HTML, headers=headers)


router = Router(
    "/api/desk",
    route_handlers=[list_gates, start_proof, show_plan, set_plan, show_code, rehearse, rehearse_page],
    tags=["desk"],
)
