"""The desk's review: organisers act, auditors read and are a second person."""

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import DESK, FRESH, ORGANISER
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account
from api.db import Connection, Pool
from api.desk import review as desk
from api.desk.paging_params import AFTER, MOST
from api.given import Given
from api.live import Live
from api.paging import LIMIT
from api.problems import problems
from api.voting import approvals, review, voids
from api.voting.logbook import LogBook
from api.voting.review_schemas import Flag, FlagPage, Publication, TierTurnout, Void, VoidIn

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
FLAG_PROBLEMS = problems(*REFUSALS, errors.FlagSettled, errors.ResultPublished, errors.Unavailable)
DECIDE_PROBLEMS = problems(
    *REFUSALS,
    PasskeyNeeded,
    errors.SecondPersonNeeded,
    errors.VoidDecided,
    errors.VoidWithdrawn,
    errors.NothingToVoid,
    errors.ResultPublished,
    errors.Unavailable,
)
PUBLISH_PROBLEMS = (
    *REFUSALS,
    PasskeyNeeded,
    errors.LogNotStarted,
    errors.VotingNotOver,
    errors.VoidsOpen,
    errors.GatesShut,
)


@get("/awards/{award:int}/flags", guards=[DESK], responses=problems(*REFUSALS, errors.Unprocessable))
async def list_flags(
    tx: Given[Connection],
    award: FromPath[int],
    settled: FromQuery[bool] = False,
    after: AFTER = 0,
    limit: MOST = LIMIT,
) -> FlagPage:
    """Those that wait for somebody, or those that are settled; the newest first."""
    return await review.list_flags(tx, award, after, limit, settled=settled)


@post(
    "/awards/{award:int}/flags/{flag:int}/quarantine",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=FLAG_PROBLEMS,
)
async def quarantine_flag(
    pool: Given[Pool], live: Given[Live], account: Given[Account], award: FromPath[int], flag: FromPath[int]
) -> Flag:
    """Its ballots do not count for now and are published as a number. Again takes in those that came later."""
    return await desk.quarantine_flag(pool, live, account, award, flag)


@post(
    "/awards/{award:int}/flags/{flag:int}/release", guards=[ORGANISER], status_code=HTTP_200_OK, responses=FLAG_PROBLEMS
)
async def release_flag(
    pool: Given[Pool], live: Given[Live], account: Given[Account], award: FromPath[int], flag: FromPath[int]
) -> Flag:
    """Its ballots count again; the flag stays open."""
    return await desk.release_flag(pool, live, account, award, flag)


@post(
    "/awards/{award:int}/flags/{flag:int}/dismiss",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.FlagSettled, errors.VoidsOpen, errors.ResultPublished, errors.Unavailable),
)
async def dismiss_flag(
    pool: Given[Pool], live: Given[Live], account: Given[Account], award: FromPath[int], flag: FromPath[int]
) -> Flag:
    """Nothing is wrong with it: its ballots count."""
    return await desk.dismiss_flag(pool, live, account, award, flag)


@get("/awards/{award:int}/voids", guards=[DESK], responses=problems(*REFUSALS))
async def list_voids(tx: Given[Connection], award: FromPath[int]) -> list[Void]:
    """Those that wait for a second person first."""
    return await voids.list_voids(tx, award)


@post(
    "/awards/{award:int}/voids",
    guards=[ORGANISER, FRESH],
    responses=problems(
        *REFUSALS, PasskeyNeeded, errors.FlagSettled, errors.NothingToVoid, errors.ResultPublished, errors.Unprocessable
    ),
)
async def ask_void(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], data: JSONBody[VoidIn]
) -> Void:
    """Ask to declare ballots void. Nothing changes until another person agrees; the same request again is the same."""
    return await desk.ask_void(tx, account, award, data)


@post("/voids/{void:int}/agree", guards=[DESK, FRESH], status_code=HTTP_200_OK, responses=DECIDE_PROBLEMS)
async def agree_void(pool: Given[Pool], live: Given[Live], account: Given[Account], void: FromPath[int]) -> Void:
    """The ballots' votes are void from now on, and they can cast no more."""
    return await desk.decide_void(pool, live, account, void, agreed=True)


@post("/voids/{void:int}/refuse", guards=[DESK], status_code=HTTP_200_OK, responses=DECIDE_PROBLEMS)
async def refuse_void(pool: Given[Pool], live: Given[Live], account: Given[Account], void: FromPath[int]) -> Void:
    return await desk.decide_void(pool, live, account, void, agreed=False)


@post(
    "/voids/{void:int}/withdraw",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.VoidDecided, errors.ResultPublished),
)
async def withdraw_void(tx: Given[Connection], account: Given[Account], void: FromPath[int]) -> Void:
    """Take one's own request back while it waits. Nothing had changed; the request stays in the list."""
    return await desk.withdraw_void(tx, account, void)


@get("/awards/{award:int}/turnout", guards=[DESK], responses=problems(*REFUSALS))
async def show_turnout(tx: Given[Connection], award: FromPath[int]) -> TierTurnout:
    """Counted in the ledger, so that it can be compared with the size of the log."""
    return await review.show_turnout(tx, award)


@get("/awards/{award:int}/publish", guards=[DESK], responses=problems(*REFUSALS))
async def show_publication(tx: Given[Connection], award: FromPath[int]) -> Publication:
    return await approvals.show_publication(tx, award)


@post(
    "/awards/{award:int}/publish",
    guards=[ORGANISER, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*PUBLISH_PROBLEMS),
)
async def ask_publication(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], logbook: Given[LogBook]
) -> Publication:
    """Ask for the result to be published; another person agrees. A review that changes the count takes this back."""
    return await desk.ask_publication(tx, account, award, logbook)


@post(
    "/awards/{award:int}/publish/agree",
    guards=[DESK, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(
        *PUBLISH_PROBLEMS,
        errors.SecondPersonNeeded,
        errors.PublicationNotAsked,
        errors.ProofBroken,
        errors.Unavailable,
    ),
)
async def agree_publication(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], logbook: Given[LogBook]
) -> Publication:
    """Publish the result, once; again says when that was."""
    return await desk.agree_publication(tx, account, award, logbook)


router = Router(
    "/api/desk",
    route_handlers=[
        list_flags,
        quarantine_flag,
        release_flag,
        dismiss_flag,
        list_voids,
        ask_void,
        agree_void,
        refuse_void,
        withdraw_void,
        show_turnout,
        show_publication,
        ask_publication,
        agree_publication,
    ],
    tags=["desk"],
)
