"""The poster of a series."""

from datetime import datetime

from litestar import get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import PRODUCER, AnyRequest
from api.access.schemas import Account
from api.db import Connection, Pool
from api.given import Given
from api.live import Live
from api.problems import problems
from api.studio import posters
from api.studio.doors import SIGNED_IN
from api.studio.posters_schemas import CandidateIn, GoBack, OwnPosterIn, Picture, SeriesPoster
from api.studio.refusals import PictureUnreadable, SubmissionLocked
from transcoder.storage import Storage

CHANGES = (*SIGNED_IN, SubmissionLocked)


@get("/series/{series:int}/poster", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def show_poster(tx: Given[Connection], account: Given[Account], series: FromPath[int]) -> SeriesPoster:
    return await posters.show(tx, account, series)


@put("/series/{series:int}/poster/candidate", guards=[PRODUCER], responses=problems(*CHANGES, errors.Unprocessable))
async def choose_poster(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    now: Given[datetime],
    data: JSONBody[CandidateIn],
) -> SeriesPoster:
    return await posters.choose(tx, account, series, data, now=now)


@post(
    "/series/{series:int}/pictures",
    guards=[PRODUCER],
    request_max_body_size=posters.MOST_BYTES,
    responses=problems(*CHANGES, errors.TooLarge, PictureUnreadable, errors.TooManyRequests, errors.StorageFull),
)
async def send_picture(
    request: AnyRequest,
    pool: Given[Pool],
    storage: Given[Storage],
    live: Given[Live],
    account: Given[Account],
    series: FromPath[int],
    now: Given[datetime],
) -> Picture:
    """The bytes of a JPEG, PNG, WebP or AVIF as the body."""
    await live.limit(f"picture:{account.id}", burst=60, per_seconds=3600, fail_open=True)
    return await posters.take_picture(pool, storage, account, series, request.stream(), now=now)


@post(
    "/series/{series:int}/poster/own",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*CHANGES, errors.Unprocessable),
)
async def make_own_poster(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    now: Given[datetime],
    data: JSONBody[OwnPosterIn],
) -> SeriesPoster:
    return await posters.make_own(tx, account, series, data, now=now)


@post("/series/{series:int}/poster/back", guards=[PRODUCER], status_code=HTTP_200_OK, responses=problems(*CHANGES))
async def go_back(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime], data: JSONBody[GoBack]
) -> SeriesPoster:
    return await posters.go_back(tx, account, series, data, now=now)


HANDLERS = (show_poster, choose_poster, send_picture, make_own_poster, go_back)
