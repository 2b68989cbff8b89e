"""Awards, ballots, votes and boards."""

from datetime import datetime
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.params import Parameter
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access import rules as access_rules
from api.access.guards import DESK, PUBLIC, AnyRequest, Cookies
from api.db import Connection
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.voting import board, service
from api.voting.batcher import Batcher
from api.voting.schemas import AwardCard, AwardPage, BallotOut, BoardOut, MyVotes, VoteIn, VoteReceipt

BallotHeader = Annotated[str | None, Parameter(header="Ballot", max_length=200, description="The ballot's token")]
DEVICE_LIFE = 180 * 24 * 3600
VOTE_PROBLEMS = problems(
    errors.BallotInvalid,
    errors.EntryNotFound,
    errors.VoteConflict,
    errors.VotingClosed,
    errors.ValueOutOfRange,
    errors.VotingNotOpen,
    errors.TooManyRequests,
    errors.VotingBusy,
    errors.Unavailable,
)


@get("/", guards=[PUBLIC])
async def list_awards(tx: Connection, now: datetime) -> list[AwardCard]:
    return await service.list_awards(tx, now=now)


@get("/{award:int}", guards=[PUBLIC], responses=problems(errors.NotFound))
async def open_award(tx: Connection, award: int, now: datetime) -> AwardPage:
    return await service.open_award(tx, award, now=now)


@post("/{award:int}/ballot", guards=[PUBLIC], status_code=HTTP_200_OK, responses=problems(errors.NotFound))
async def issue_ballot(
    tx: Connection, award: int, request: AnyRequest, settings: Settings, cookies: Cookies
) -> Response[BallotOut]:
    device = request.cookies.get(cookies.device) or access_rules.new_token()
    ballot = await service.issue_device_ballot(tx, award, device, secret=settings.key)
    cookie = Cookie(
        key=cookies.device,
        value=device,
        path="/",
        httponly=True,
        secure=cookies.secure,
        samesite="lax",
        max_age=DEVICE_LIFE,
    )
    return Response(ballot, cookies=[cookie])


@post("/{award:int}/votes", guards=[PUBLIC], status_code=HTTP_200_OK, responses=VOTE_PROBLEMS)
async def cast_vote(
    batcher: Batcher, live: Live, settings: Settings, award: int, data: VoteIn, ballot: BallotHeader = None
) -> VoteReceipt:
    return await service.cast_vote(batcher, award, ballot, data, secret=settings.key)


@get("/{award:int}/my-votes", guards=[PUBLIC], responses=problems(errors.BallotInvalid))
async def my_votes(tx: Connection, settings: Settings, award: int, ballot: BallotHeader = None) -> MyVotes:
    return await service.my_votes(tx, award, ballot, secret=settings.key)


@get("/{award:int}/board", guards=[PUBLIC], responses=problems(errors.NotFound))
async def show_board(tx: Connection, live: Live, award: int) -> BoardOut:
    return await board.shown_board(tx, live, award)


@get("/{award:int}/recount", guards=[DESK], responses=problems(errors.NotFound, errors.SignInNeeded, errors.NotAllowed))
async def recount(tx: Connection, award: int) -> BoardOut:
    return await service.recount(tx, award)


router = Router(
    "/api/awards",
    route_handlers=[list_awards, open_award, issue_ballot, cast_vote, my_votes, show_board, recount],
    tags=["voting"],
)
