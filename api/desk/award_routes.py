"""Awards at the desk: changed before they open, and watched while they run."""

from datetime import datetime

from litestar import Router, get, post, put
from litestar.params import FromPath, JSONBody

from api import errors
from api.access.guards import DESK, ORGANISER
from api.access.schemas import Account
from api.db import Connection
from api.desk import publishing, service
from api.desk.paging_params import AFTER, MOST
from api.desk.schemas import AwardsPage
from api.given import Given
from api.live import Live
from api.paging import LIMIT
from api.problems import problems
from api.voting import changing, told
from api.voting.schemas import AwardCard, AwardIn
from api.voting.told_schemas import TurnoutHours

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)


@get("/awards", guards=[DESK], responses=problems(*REFUSALS, errors.Unprocessable))
async def list_awards(
    tx: Given[Connection], live: Given[Live], now: Given[datetime], after: AFTER = 0, limit: MOST = LIMIT
) -> AwardsPage:
    """In the order in which voting ends, with their turnout."""
    return await service.page_of_awards(tx, live, after, limit, now=now)


@post(
    "/awards",
    guards=[ORGANISER],
    responses=problems(*REFUSALS, errors.AlreadyThere, errors.Unprocessable, errors.Unavailable),
)
async def create_award(
    tx: Given[Connection], account: Given[Account], data: JSONBody[AwardIn], now: Given[datetime]
) -> AwardCard:
    return await service.create_award(tx, account, data, now=now)


@get("/awards/{award:int}/draft", guards=[DESK], responses=problems(*REFUSALS))
async def show_draft(tx: Given[Connection], award: FromPath[int]) -> AwardIn:
    """The award as it was typed, to be changed while it can be."""
    return await changing.show_draft(tx, award)


@put(
    "/awards/{award:int}/draft",
    guards=[ORGANISER],
    responses=problems(*REFUSALS, errors.RulesFrozen, errors.AlreadyThere, errors.Unprocessable, errors.Unavailable),
)
async def change_award(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], data: JSONBody[AwardIn], now: Given[datetime]
) -> AwardCard:
    """Change anything of an award. Once its rules are published nobody can."""
    return await publishing.change_award(tx, account, award, data, now=now)


@get("/awards/{award:int}/turnout/hours", guards=[DESK], responses=problems(*REFUSALS))
async def show_hours(tx: Given[Connection], award: FromPath[int]) -> TurnoutHours:
    """Ballots by hour and by the way they came; never for whom."""
    return await told.show_hours(tx, award)


router = Router(
    "/api/desk", route_handlers=[list_awards, create_award, show_draft, change_award, show_hours], tags=["desk"]
)
