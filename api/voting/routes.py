"""Awards, ballots, votes and boards."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import DESK, PUBLIC
from api.db import Connection, Pool
from api.given import Given
from api.letters import Letters
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.voting import board, service
from api.voting.batcher import Batcher
from api.voting.reminders import reminder
from api.voting.schemas import AwardCard, AwardPage, BoardOut, MyVotes, VoteIn, VoteReceipt
from api.words import Lang

BallotHeader = Annotated[str | None, HeaderParameter(name="Ballot", max_length=200, description="The ballot's token")]
VOTE_PROBLEMS = problems(
    errors.BallotInvalid,
    errors.EntryNotFound,
    errors.VoteConflict,
    errors.VotingClosed,
    errors.ValueOutOfRange,
    errors.VotingNotOpen,
    errors.VotingBusy,
    errors.Unavailable,
)


@get("/", guards=[PUBLIC])
async def list_awards(tx: Given[Connection], now: Given[datetime]) -> list[AwardCard]:
    return await service.list_awards(tx, now=now)


@get("/{award:int}", guards=[PUBLIC], responses=problems(errors.NotFound))
async def open_award(tx: Given[Connection], award: FromPath[int], now: Given[datetime]) -> AwardPage:
    return await service.open_award(tx, award, now=now)


@get(
    "/{award:int}/reminder.ics",
    guards=[PUBLIC],
    media_type="text/calendar",
    responses=problems(errors.NotFound, errors.VotingClosed),
)
async def remind(
    tx: Given[Connection],
    settings: Given[Settings],
    letters: Given[Letters],
    award: FromPath[int],
    now: Given[datetime],
    lang: FromQuery[Lang | None] = None,
) -> Response[bytes]:
    """A calendar's entry for the hour before voting ends."""
    spoken = letters.lang if lang is None else lang
    entry = reminder(await service.find_award(tx, award, now=now), spoken, now=now, public_url=settings.public_url)
    return Response(entry, media_type="text/calendar", headers={"Cache-Control": "no-store"})


@post("/{award:int}/votes", guards=[PUBLIC], status_code=HTTP_200_OK, responses=VOTE_PROBLEMS)
async def cast_vote(
    batcher: Given[Batcher],
    settings: Given[Settings],
    award: FromPath[int],
    data: JSONBody[VoteIn],
    ballot: BallotHeader = None,
) -> VoteReceipt:
    receipt = await service.cast_vote(batcher, award, ballot, data, secret=settings.key)
    return msgspec.json.decode(receipt, type=VoteReceipt)


@get("/{award:int}/my-votes", guards=[PUBLIC], responses=problems(errors.BallotInvalid, errors.NotFound))
async def my_votes(
    pool: Given[Pool], live: Given[Live], settings: Given[Settings], award: FromPath[int], ballot: BallotHeader = None
) -> MyVotes:
    return await service.my_votes(pool, live, award, ballot, secret=settings.key)


@get("/{award:int}/board", guards=[PUBLIC], responses=problems(errors.NotFound))
async def show_board(tx: Given[Connection], live: Given[Live], award: FromPath[int]) -> BoardOut:
    return await board.shown_board(tx, live, award)


@get("/{award:int}/recount", guards=[DESK], responses=problems(errors.NotFound, errors.SignInNeeded, errors.NotAllowed))
async def recount(tx: Given[Connection], award: FromPath[int]) -> BoardOut:
    return await service.recount(tx, award)


router = Router(
    "/api/awards",
    route_handlers=[list_awards, open_award, remind, cast_vote, my_votes, show_board, recount],
    tags=["voting"],
)
