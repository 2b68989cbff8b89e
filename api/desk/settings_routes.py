"""The festival's settings and theme, at the desk; and the pictures of the theme, for everyone."""

from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors, files
from api.access.guards import ORGANISER, PUBLIC, AnyRequest
from api.access.schemas import Account
from api.catalog import colours
from api.catalog import service as catalog
from api.db import Connection, Pool
from api.desk import settings
from api.desk.refusals import AccentUnreadable
from api.desk.settings_schemas import AccentIn, FestivalChange, MarkKind, Settings, ThemeIn
from api.given import Given
from api.live import Live
from api.problems import problems
from api.studio.refusals import PictureUnreadable

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)


@get("/festival/settings", guards=[ORGANISER], responses=problems(*REFUSALS))
async def show_settings(tx: Given[Connection]) -> Settings:
    return await settings.show(tx)


@put("/festival/settings", guards=[ORGANISER], responses=problems(*REFUSALS, errors.Unprocessable))
async def change_settings(tx: Given[Connection], account: Given[Account], data: JSONBody[FestivalChange]) -> Settings:
    return await settings.change(tx, account, data)


@put("/festival/theme", guards=[ORGANISER], responses=problems(*REFUSALS, AccentUnreadable))
async def change_theme(tx: Given[Connection], account: Given[Account], data: JSONBody[ThemeIn]) -> Settings:
    return await settings.change_theme(tx, account, data)


@post("/festival/accent", guards=[ORGANISER], status_code=HTTP_200_OK, responses=problems(*REFUSALS))
async def judge_accent(data: JSONBody[AccentIn]) -> colours.Verdict:
    """Whether a colour can be read, the nearest that can, and what the pages would paint with it."""
    return colours.judge(data.accent)


@post(
    "/festival/marks/{kind:str}",
    guards=[ORGANISER],
    request_max_body_size=settings.MARK_BYTES,
    responses=problems(*REFUSALS, errors.TooLarge, PictureUnreadable, errors.TooManyRequests),
)
async def send_mark(
    request: AnyRequest, pool: Given[Pool], live: Given[Live], account: Given[Account], kind: FromPath[MarkKind]
) -> Settings:
    """The bytes of a JPEG, PNG, WebP or AVIF as the body: a logo, or the card of a sponsor."""
    await live.limit(f"mark:{account.id}", burst=30, per_seconds=3600, fail_open=True)
    return await settings.take_mark(pool, account, kind, request.stream())


@delete("/festival/marks/{kind:str}", guards=[ORGANISER], status_code=HTTP_200_OK, responses=problems(*REFUSALS))
async def remove_mark(tx: Given[Connection], account: Given[Account], kind: FromPath[MarkKind]) -> Settings:
    return await settings.remove_mark(tx, account, kind)


@get("/api/marks/{mark:uuid}", guards=[PUBLIC], media_type="image/webp", responses=problems(errors.NotFound))
async def mark(tx: Given[Connection], mark: FromPath[UUID]) -> Response[bytes]:
    """A logo or a sponsor's card. Another picture has another address."""
    webp = await catalog.mark(tx, mark)
    headers = {"Cache-Control": files.IMMUTABLE, "Content-Security-Policy": files.FILE_POLICY}
    return Response(webp, media_type="image/webp", headers=headers)


router = Router(
    "/api/desk",
    route_handlers=[show_settings, change_settings, change_theme, judge_accent, send_mark, remove_mark],
    tags=["desk"],
)
