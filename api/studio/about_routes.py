"""What a producer says of a series."""

from datetime import datetime

from litestar import get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.settings import Settings
from api.studio import about
from api.studio.about_schemas import About, AboutIn, UndoIn
from api.studio.doors import SIGNED_IN
from api.studio.refusals import NothingToUndo, SavedMeanwhile, SubmissionIncomplete, SubmissionLocked

SAVES = (*SIGNED_IN, SavedMeanwhile, SubmissionLocked, SubmissionIncomplete)


@get("/series/{series:int}/about", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def show_about(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    series: FromPath[int],
    now: Given[datetime],
) -> About:
    return await about.show(tx, account, series, enforced=settings.country_header is not None, now=now)


@put(
    "/series/{series:int}/about",
    guards=[PRODUCER],
    request_max_body_size=2 * 1024 * 1024,  # titles and notes of hundreds of episodes in many languages
    responses=problems(*SAVES, errors.Unprocessable),
)
async def save_about(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    series: FromPath[int],
    data: JSONBody[AboutIn],
    now: Given[datetime],
) -> About:
    """Saves on top of the version it was written on; a newer one is not overwritten."""
    await about.save(tx, account, series, data, now=now)
    return await about.show(tx, account, series, enforced=settings.country_header is not None, now=now)


@post(
    "/series/{series:int}/about/undo",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SAVES, NothingToUndo),
)
async def undo_about(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    series: FromPath[int],
    data: JSONBody[UndoIn],
    now: Given[datetime],
) -> About:
    await about.undo(tx, account, series, data.version, now=now)
    return await about.show(tx, account, series, enforced=settings.country_header is not None, now=now)


HANDLERS = (show_about, save_about, undo_about)
