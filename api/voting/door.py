"""The fast way in for votes: a plain ASGI callable in front of everything else.

In the closing minute nearly every request is a vote, and what the framework and the edge do for each request costs
more than the vote itself. So this one route is answered here, with the same service, the same headers and the same
refusals as the handler in `routes.py`, which stays as its description and for servers that are started without a door.
Votes that are counted leave no log line and are timed by the batch: the ledger is their log. Refusals are logged.

The listener of `line.py` is cheaper still and says the same words, by the functions here.
"""

import time
from collections.abc import Mapping
from typing import Final

import msgspec
import structlog
import uuid_utils
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import ValidationException
from litestar.types import ASGIApp, Receive, Scope, Send

from api import bodies, edge, errors, problems
from api.metrics import REQUESTS, VOTES_REFUSED
from api.voting import rules, service
from api.voting.schemas import VoteIn

log = structlog.get_logger("request")
Headers = list[tuple[bytes, bytes]]
_START, _END, _ROUTE = "/api/awards/", "/votes", "/api/awards/{award}/votes"
_DIGITS: Final = 15
#: A ranking of fifty is 800 bytes.
BODY_LIMIT: Final = 4096
#: What a request without a vote in it raises.
Refusal = errors.FestivalError | ValidationException
REFUSALS: Final = (errors.FestivalError, ValidationException)


class VoteDoor:
    """`app` gets every other request. `state` is the application's, where its lifespan puts the batcher."""

    def __init__(self, app: ASGIApp, state: State, *, key: bytes, secure: bool) -> None:
        self._app, self._state, self._key = app, state, key
        self._headers = headers_of_answers(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        award = award_of(scope["path"]) if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" else None
        if award is None:
            await self._app(scope, receive, send)
            return
        started, number = time.perf_counter(), request_id()
        try:
            cast = read_vote(award, dict(scope["headers"]), await _read(receive), self._key)
            body = await self._state.batcher.store(cast)
        except REFUSALS as error:
            await self._send(send, number, *refuse(error, time.perf_counter() - started, number))
            return
        await self._send(send, number, 200, JSON, body)

    async def _send(self, send: Send, number: str, status: int, headers: Headers, body: bytes) -> None:
        own = [(b"content-length", b"%d" % len(body)), (b"x-request-id", number.encode())]
        own += self._state.drain.headers
        await send({"type": "http.response.start", "status": status, "headers": [*headers, *own, *self._headers]})
        await send({"type": "http.response.body", "body": body, "more_body": False})


JSON: Final[Headers] = [(b"content-type", b"application/json")]


def request_id() -> str:
    return str(uuid_utils.uuid7())


def headers_of_answers(*, secure: bool) -> Headers:
    return [edge.NOT_KEPT, *edge.headers(secure=secure)]


def award_of(path: str) -> int | None:
    """The award whose votes have this address; None where it is not one."""
    if not (path.startswith(_START) and path.endswith(_END)):
        return None
    award = path[len(_START) : -len(_END)]
    return int(award) if award.isascii() and award.isdigit() and len(award) <= _DIGITS else None


def read_vote(award: int, headers: Mapping[bytes, bytes], body: bytes, key: bytes) -> rules.Cast:
    """The vote in a request, its names of headers in lower case; raises one of REFUSALS, counted."""
    try:
        if edge.is_cross_site("POST", headers):
            raise errors.CrossSiteRefused
        vote = bodies.decode(body, VoteIn)
        return service.cast_of(award, headers.get(b"ballot", b"").decode("latin-1"), vote, secret=key)
    except REFUSALS as error:
        VOTES_REFUSED.labels(problems.translate(error).code).inc()
        raise


def refuse(error: Refusal, took: float, number: str) -> tuple[int, Headers, bytes]:
    """Status, headers and body that say so to the request of this id, after `took` seconds; logged and counted."""
    error = problems.translate(error)
    REQUESTS.labels("POST", _ROUTE, str(error.status)).observe(took)
    ms = round(took * 1000, 1)
    log.info("answered", method="POST", route=_ROUTE, status=error.status, ms=ms, request_id=number)
    headers = [(b"content-type", problems.MEDIA_TYPE.encode())]
    if error.retry_after is not None:
        headers.append((b"retry-after", str(error.retry_after).encode()))
    return error.status, headers, msgspec.json.encode(problems.to_problem(error, number))


async def _read(receive: Receive) -> bytes:
    """The body; TooLarge as soon as it is, BadRequest where the client has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise errors.BadRequest("The request ended before its body.")
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            raise errors.TooLarge
        if not message.get("more_body", False):
            return body
