"""Getting a ballot, the code on a hall's screen, and watch credit."""

from typing import Annotated

from litestar import Response, Router, get, post
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from api import errors
from api.access.callers import Caller
from api.access.guards import PUBLIC, AnyRequest, CookieNames
from api.access.rules import CODE_LIFE
from api.db import Connection, Pool
from api.described import MayBeEmpty
from api.given import Given
from api.letters import Letters
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.voting import credit, issuing, proofs, rules, screenings
from api.voting.schemas import BallotOut
from api.voting.voter_schemas import (
    BallotCodeIn,
    BallotCodeSent,
    BallotIn,
    Credit,
    CreditIn,
    CreditPage,
    HallCode,
    ScheduledScreening,
)

BallotHeader = Annotated[str | None, HeaderParameter(name="Ballot", max_length=200, description="The ballot's token")]
NO_PROOF = BallotIn()
NOT_ADMITTED = (
    errors.NotFound,
    errors.TierNotAdmitted,
    errors.VotingClosed,
    errors.TooManyRequests,
    errors.Unavailable,
)
ISSUE_PROBLEMS = problems(
    *NOT_ADMITTED, errors.BadgeRefused, errors.HallCodeRefused, errors.CodeRefused, errors.Unprocessable
)


@post(
    "/awards/{award:int}/ballot",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    operation_class=MayBeEmpty,
    responses=ISSUE_PROBLEMS,
)
async def issue_ballot(
    pool: Given[Pool],
    live: Given[Live],
    settings: Given[Settings],
    caller: Given[Caller],
    cookie_names: Given[CookieNames],
    request: AnyRequest,
    award: FromPath[int],
    data: JSONBody[BallotIn] = NO_PROOF,
) -> Response[BallotOut]:
    """Without a body the ballot is the device's."""
    device = cookie_names.device_of(request.cookies)
    await issuing.slow_down(live, caller, proofs.tier_of(data))
    async with pool.acquire() as db, db.transaction():  # closed before a refusal, so that a wrong try stays counted
        issued = await issuing.issue_ballot(db, award, device, caller, data, key=settings.key)
    if isinstance(issued, errors.FestivalError):
        raise issued
    return Response(issued, cookies=[cookie_names.keep_device(device)])


@post(
    "/awards/{award:int}/ballot-codes",
    guards=[PUBLIC],
    status_code=HTTP_202_ACCEPTED,
    responses=problems(*NOT_ADMITTED),
)
async def ask_for_code(
    pool: Given[Pool],
    live: Given[Live],
    letters: Given[Letters],
    caller: Given[Caller],
    award: FromPath[int],
    data: JSONBody[BallotCodeIn],
) -> BallotCodeSent:
    await issuing.slow_down_codes(live, caller)
    async with pool.acquire() as db, db.transaction():
        request, code = await issuing.request_code(db, live, award, data.email)
    minutes = int(CODE_LIFE.total_seconds()) // 60
    await letters.send(data.email, "vote", code=code, minutes=minutes)
    return BallotCodeSent(request=request)


@get("/screenings", guards=[PUBLIC])
async def list_schedule(tx: Given[Connection]) -> list[ScheduledScreening]:
    """When something is shown in a hall, earliest first."""
    return await screenings.schedule(tx)


@get("/screenings/{screen:str}/code", guards=[PUBLIC], responses=problems(errors.NotFound))
async def hall_code(tx: Given[Connection], settings: Given[Settings], screen: FromPath[str]) -> Response[HallCode]:
    """For a hall's screen: its address is the right to it. Ask again when `seconds_left` are over."""
    shown = await screenings.hall_code(tx, screen, key=settings.key, public_url=settings.public_url)
    return Response(shown, headers={"Cache-Control": "no-store"})


@get("/awards/{award:int}/credit", guards=[PUBLIC], responses=problems(errors.NotFound, errors.BallotInvalid))
async def show_credit(
    tx: Given[Connection],
    live: Given[Live],
    settings: Given[Settings],
    cookie_names: Given[CookieNames],
    request: AnyRequest,
    award: FromPath[int],
    ballot: BallotHeader = None,
) -> CreditPage:
    held = credit.read_optional(settings.key, ballot, award)
    return await credit.credit_page(tx, live, award, cookie_names.device_of(request.cookies), held)


@post(
    "/awards/{award:int}/credit",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(
        errors.NotFound, errors.BallotInvalid, errors.EntryNotFound, errors.NotWatched, errors.VotingClosed,
        errors.Unavailable,
    ),
)  # fmt: skip
async def note_watched(
    tx: Given[Connection],
    live: Given[Live],
    settings: Given[Settings],
    cookie_names: Given[CookieNames],
    request: AnyRequest,
    award: FromPath[int],
    data: JSONBody[CreditIn],
    ballot: BallotHeader = None,
) -> Credit:
    """Write down that enough of an entry was watched; before the first vote for it. Again is the same."""
    held = rules.read_ballot(settings.key, ballot, award)
    return await credit.note_watched(tx, live, held, data.entry, cookie_names.device_of(request.cookies))


router = Router(
    "/api",
    route_handlers=[issue_ballot, ask_for_code, list_schedule, hall_code, show_credit, note_watched],
    tags=["voting"],
)
