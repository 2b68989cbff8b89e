"""Who was given which confidential film, for organisers."""

import asyncio
from typing import Annotated

from litestar import Response, Router, get
from litestar.params import QueryParameter

from api import errors
from api.access.guards import FRESH, ORGANISER
from api.access.refusals import PasskeyNeeded
from api.db import Connection
from api.desk import screeners
from api.given import Given
from api.playback import screening
from api.playback.screening_schemas import AccessPage
from api.problems import problems

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)
NUMBER = Annotated[int | None, QueryParameter(ge=1, le=2**53)]
LIMIT = Annotated[int, QueryParameter(ge=1, le=200)]


@get("/access-log", guards=[ORGANISER], responses=problems(*REFUSALS))
async def access_log(
    tx: Given[Connection], after: NUMBER = None, limit: LIMIT = 50, juror: NUMBER = None, series: NUMBER = None
) -> AccessPage:
    """The newest first; `after` is the `next` of the page before."""
    return await screening.access_log(tx, after=after, limit=limit, juror=juror, series=series)


@get(
    "/access-log.csv",
    guards=[ORGANISER, FRESH],
    media_type="text/csv",
    responses=problems(*REFUSALS, PasskeyNeeded),
)
async def download_access_log(tx: Given[Connection], juror: NUMBER = None, series: NUMBER = None) -> Response[str]:
    """The same as a file, the newest hundred thousand lines."""
    page = await screening.access_log(tx, after=None, limit=screeners.LINES, juror=juror, series=series)
    text = await asyncio.to_thread(screeners.write_csv, page.lines)
    headers = {"Content-Disposition": 'attachment; filename="access-log.csv"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv", headers=headers)


router = Router("/api/desk/juries", route_handlers=[access_log, download_access_log], tags=["desk"])
