"""The fast way in for votes: a plain ASGI callable in front of everything else.

In the closing minute nearly every request is a vote, and what the framework and the edge do for each request costs
more than the vote itself. So this one route is answered here, with the same service, the same headers and the same
refusals as the handler in `routes.py`, which stays as its description and for servers that are started without a door.
Votes that are counted leave no log line and are timed by the batch: the ledger is their log. Refusals are logged.
"""

import time
from typing import Final

import msgspec
import structlog
import uuid_utils
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import ValidationException
from litestar.types import ASGIApp, Receive, Scope, Send

from api import bodies, edge, errors, problems
from api.metrics import REQUESTS
from api.voting import service
from api.voting.schemas import VoteIn

log = structlog.get_logger("request")
_START, _END, _ROUTE = "/api/awards/", "/votes", "/api/awards/{award:int}/votes"
_DIGITS: Final = 15
#: A ranking of fifty is 800 bytes.
BODY_LIMIT: Final = 4096


class VoteDoor:
    """`app` gets every other request. `state` is the application's, where its lifespan puts the batcher."""

    def __init__(self, app: ASGIApp, state: State, *, key: bytes, secure: bool) -> None:
        self._app, self._state, self._key = app, state, key
        self._headers = [(b"cache-control", b"no-store"), *edge.headers(secure=secure)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        award = _award_of(scope)
        if award is None:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        try:
            body = await self._vote(award, dict(scope["headers"]), receive)
        except (errors.FestivalError, ValidationException) as error:
            await self._refuse(problems.translate(error), send, started)
            return
        await self._send(send, 200, b"application/json", body)

    async def _vote(self, award: int, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        if edge.is_cross_site("POST", headers):
            raise errors.CrossSiteRefused
        vote = bodies.decode(await _read(receive), VoteIn)
        ballot = headers.get(b"ballot", b"").decode("latin-1")
        return await service.cast_vote(self._state.batcher, award, ballot, vote, secret=self._key)

    async def _refuse(self, error: errors.FestivalError, send: Send, started: float) -> None:
        took = time.perf_counter() - started
        REQUESTS.labels("POST", _ROUTE, str(error.status)).observe(took)
        log.info("answered", method="POST", route=_ROUTE, status=error.status, ms=round(took * 1000, 1))
        extra = [] if error.retry_after is None else [(b"retry-after", str(error.retry_after).encode())]
        body = msgspec.json.encode(problems.to_problem(error))
        await self._send(send, error.status, problems.MEDIA_TYPE.encode(), body, *extra)

    async def _send(self, send: Send, status: int, kind: bytes, body: bytes, *extra: tuple[bytes, bytes]) -> None:
        own = [
            (b"content-type", kind),
            (b"content-length", b"%d" % len(body)),
            (b"x-request-id", str(uuid_utils.uuid7()).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": [*own, *extra, *self._headers]})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _award_of(scope: Scope) -> int | None:
    path = scope["path"] if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" else ""
    if not (path.startswith(_START) and path.endswith(_END)):
        return None
    award = path[len(_START) : -len(_END)]
    return int(award) if award.isascii() and award.isdigit() and len(award) <= _DIGITS else None


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
