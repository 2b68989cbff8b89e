"""Sign-in, sign-out and who I am."""

from datetime import datetime, timedelta

from litestar import Response, delete, get, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED

from api import errors
from api.access import rules, service
from api.access.guards import PUBLIC, AnyRequest, CookieNames
from api.access.schemas import CodeEntry, CodeRequest, CodeSent, IssuedCode, Me, SignInPage, Standing
from api.access.service import Opened
from api.db import Connection, Pool
from api.described import Nothing
from api.given import Given
from api.letters import Letters
from api.live import Live
from api.problems import problems
from api.settings import Settings

#: Codes typed for one request in a quarter of an hour; the code itself bears five. Beyond, there is no answer at all.
GUESSES = 20


def signed_in(cookie_names: CookieNames, opened: Opened | None, *, required: bool) -> Response[Me]:
    if opened is None:
        raise errors.CodeRefused
    standing = opened.standing
    cookie = cookie_names.make(cookie_names.session, opened.token, life=rules.ABSOLUTE[standing.account.role])
    return Response(Me(account=standing.account, needs=rules.first_need(standing, required=required)), cookies=[cookie])


@post("/codes", guards=[PUBLIC], status_code=HTTP_202_ACCEPTED, responses=problems(errors.TooManyRequests))
async def ask_for_code(
    tx: Given[Connection],
    data: JSONBody[CodeRequest],
    live: Given[Live],
    letters: Given[Letters],
    cookie_names: Given[CookieNames],
    now: Given[datetime],
) -> Response[CodeSent]:
    await live.limit(f"code:{rules.digest(data.email.lower()).hex()[:16]}", burst=5, per_seconds=900, fail_open=False)
    browser = rules.new_token()
    request, code = await service.request_code(tx, data.email, browser=browser, now=now)
    if code is not None:
        await letters.send(data.email, "sign_in", code=code)
    cookie = cookie_names.make(cookie_names.browser, browser, life=rules.CODE_LIFE)
    return Response(CodeSent(request=request), cookies=[cookie])


@post(
    "/sessions",
    guards=[PUBLIC],
    status_code=HTTP_200_OK,
    responses=problems(errors.CodeRefused, errors.TooManyRequests),
)
async def sign_in(
    pool: Given[Pool],
    live: Given[Live],
    data: JSONBody[CodeEntry],
    request: AnyRequest,
    cookie_names: Given[CookieNames],
    page: Given[SignInPage],
    settings: Given[Settings],
    now: Given[datetime],
) -> Response[Me]:
    await live.limit(f"guess:{data.request}", burst=GUESSES, per_seconds=900, fail_open=True)
    browser = request.cookies.get(cookie_names.browser)
    async with pool.acquire() as db, db.transaction():  # closed before the refusal, so that a wrong try stays counted
        opened = await service.sign_in(db, data.request, data.code, browser=browser, page=page, now=now)
    return signed_in(cookie_names, opened, required=settings.passkeys_required)


@post("/sign-in", guards=[PUBLIC], status_code=HTTP_200_OK, responses=problems(errors.CodeRefused))
async def sign_in_issued(
    tx: Given[Connection],
    data: JSONBody[IssuedCode],
    cookie_names: Given[CookieNames],
    page: Given[SignInPage],
    settings: Given[Settings],
    now: Given[datetime],
) -> Response[Me]:
    """58 bits that live a day cannot be guessed, so there is no limit that one person could use up for everybody."""
    opened = await service.sign_in_issued(tx, data.code, page=page, now=now)
    return signed_in(cookie_names, opened, required=settings.passkeys_required)


@get("/me", guards=[PUBLIC])
async def me(known: Given[Standing | None], settings: Given[Settings]) -> Me:
    """Who is signed in, and what they have to do first where passkeys are required."""
    if known is None:
        return Me(account=None)
    return Me(account=known.account, needs=rules.first_need(known, required=settings.passkeys_required))


@delete("/session", guards=[PUBLIC], operation_class=Nothing)
async def sign_out(tx: Given[Connection], request: AnyRequest, cookie_names: Given[CookieNames]) -> Response[None]:
    token = request.cookies.get(cookie_names.session)
    if token:
        await service.sign_out(tx, token)
    # Not delete_cookie: a browser forgets a __Host- cookie only when told with the attributes it was set with.
    return Response(None, status_code=204, cookies=[cookie_names.make(cookie_names.session, "", life=timedelta(0))])


HANDLERS = (ask_for_code, sign_in, sign_in_issued, me, sign_out)
