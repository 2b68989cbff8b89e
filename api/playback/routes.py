"""The feed, and the question a reverse proxy asks before it serves a media file."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from api import errors
from api.access.callers import Caller
from api.access.guards import PUBLIC, AnyRequest, CookieNames
from api.access.schemas import Account
from api.db import Connection
from api.described import Nothing
from api.given import Given
from api.live import Live
from api.playback import handover, rules, service
from api.playback.grants import Grants
from api.playback.schemas import Feed, Handover, HandoverIn, Heard, Heartbeat, Stream, Summary, TakeIn, Taken
from api.problems import problems
from api.settings import Settings

FIRST = Annotated[int, QueryParameter(name="from", ge=1, le=999, description="Number of the first episode wanted")]
LIMIT = Annotated[int, QueryParameter(ge=1, le=20)]


@get("/feed", guards=[PUBLIC], responses=problems(errors.NotFound))
async def feed(
    tx: Given[Connection], country: Given[str | None], series: FromQuery[str], first: FIRST = 1, limit: LIMIT = 5
) -> Feed:
    return await service.feed(tx, series, country, first=first, limit=limit)


@get("/streams/{package:uuid}", guards=[PUBLIC], responses=problems(errors.NotFound))
async def stream(
    tx: Given[Connection],
    viewer: Given[Account | None],
    country: Given[str | None],
    grants: Given[Grants],
    package: FromPath[UUID],
) -> Response[Stream]:
    """A package that is ready, for those who may watch it: also before its release, when it is in no feed."""
    found = await service.stream_of(tx, package, viewer, country, grants)
    return Response(found, headers={"Cache-Control": "private, no-store"})


@get(
    "/media-access",
    guards=[PUBLIC],
    status_code=HTTP_204_NO_CONTENT,
    operation_class=Nothing,
    responses=problems(errors.NotFound),
)
async def media_access(
    tx: Given[Connection],
    viewer: Given[Account | None],
    country: Given[str | None],
    uri: Annotated[str, HeaderParameter(name="X-Original-URI", max_length=300)],
) -> Response[None]:
    """204 where this caller may read the file at `X-Original-URI`; the header says how long it may be kept."""
    found = rules.read_media_path(uri.removeprefix("/media/"))
    if found is None:
        raise errors.NotFound
    seconds = await service.require_readable(tx, found[0], viewer, country)
    answer = f"public, max-age={min(10, seconds)}" if seconds else "private, no-store"
    headers = {"X-Media-Cache": rules.cache_of(seconds), "Cache-Control": answer}
    return Response(None, status_code=HTTP_204_NO_CONTENT, headers=headers)


@post(
    "/playback/heartbeats",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(errors.TooManyRequests),
)
async def hear(
    live: Given[Live],
    caller: Given[Caller],
    cookie_names: Given[CookieNames],
    request: AnyRequest,
    data: JSONBody[Heartbeat],
) -> Response[Heard]:
    device = cookie_names.device_of(request.cookies)
    heard = await service.hear(live, caller, device, data)
    return Response(heard, cookies=[cookie_names.keep_device(device)])


@post(
    "/playback/summaries",
    guards=[PUBLIC],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(errors.TooManyRequests),
)
async def take_summary(
    tx: Given[Connection], live: Given[Live], caller: Given[Caller], now: Given[datetime], data: JSONBody[Summary]
) -> None:
    await service.keep_summary(tx, live, caller, data, now=now)


@post(
    "/handovers",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(errors.TooLarge, errors.TooManyRequests, errors.Unavailable),
)
async def hand_over(
    tx: Given[Connection],
    live: Given[Live],
    caller: Given[Caller],
    settings: Given[Settings],
    now: Given[datetime],
    data: JSONBody[HandoverIn],
) -> Response[Handover]:
    """Continue on another device: a code for what this one has watched. It works once, for ten minutes."""
    made = await handover.hand_over(tx, live, caller, data.progress, key=settings.key, now=now)
    return Response(made, headers={"Cache-Control": "no-store"})


@post(
    "/handovers/take",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(errors.CodeRefused, errors.TooManyRequests, errors.Unavailable),
)
async def take_handover(
    tx: Given[Connection],
    live: Given[Live],
    caller: Given[Caller],
    settings: Given[Settings],
    now: Given[datetime],
    data: JSONBody[TakeIn],
) -> Response[Taken]:
    taken = await handover.take(tx, live, caller, data.code, key=settings.key, now=now)
    return Response(Taken(progress=taken), headers={"Cache-Control": "no-store"})


router = Router(
    "/api",
    route_handlers=[feed, stream, media_access, hear, take_summary, hand_over, take_handover],
    tags=["playback"],
)
