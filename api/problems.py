"""Errors as problem+json (RFC 9457), and the same classes as route documentation."""

from collections import defaultdict
from typing import Any

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from api import errors
from api.metrics import STORAGE_FAILED
from transcoder import storage

log = structlog.get_logger("problems")
MEDIA_TYPE = "application/problem+json"
#: What a server says of itself and not of what it was asked, so that the same request may go well in a moment.
PASSING = (
    # Not there, or lost while it was at it; the driver's own words for a connection that died while it was handed out.
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    # It ends, begins, was told to stop, or is no longer the one that writes.
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    # No room, memory or connection is left, or the disk fails.
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    # Somebody is at it for longer than one waits, or two stood in each other's way and this one gave in.
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
)
UNSTORABLE = "A value is too large, or holds a sign that cannot be stored."


class Problem(Struct, kw_only=True):
    """What every refusal looks like. `code` is stable; `detail`, `kept` and `next` are sentences for people.

    `request_id` is that of the answer's X-Request-Id and of every line of the log about this request.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    kept: str
    next: str
    values: dict[str, Any] | None = None
    request_id: str | None = None


def problems(*kinds: type[errors.FestivalError]) -> dict[int, ResponseSpec]:
    """For `responses=` of a route: each status with the errors that can happen there."""
    by_status: dict[int, list[type[errors.FestivalError]]] = defaultdict(list)
    every: tuple[type[errors.FestivalError], ...] = (*kinds, errors.BadRequest)
    for kind in every:
        by_status[kind.status].append(kind)
    return {
        status: ResponseSpec(
            Problem,
            media_type=MEDIA_TYPE,
            generate_examples=False,
            description=" ".join(f"`{kind.code}` {kind.title()}" for kind in found),
        )
        for status, found in sorted(by_status.items())
    }


def to_problem(error: errors.FestivalError, request_id: str | None) -> Problem:
    return Problem(
        type=f"/problems/{error.code}",
        title=error.title(),
        status=error.status,
        detail=error.detail,
        code=error.code,
        kept=error.kept,
        next=error.next,
        values=error.extra or None,
        request_id=request_id,
    )


def translate(exception: Exception) -> errors.FestivalError:
    """The festival's error for anything a route or the framework may raise."""
    match exception:
        case errors.FestivalError():
            return exception
        case HTTPException():
            return _of_framework(exception)
        case storage.StorageFull():
            return errors.StorageFull()
        case storage.StorageError():
            return errors.Unavailable(retry_after=2)
        case asyncpg.DataError():
            return errors.BadRequest(UNSTORABLE)
        case asyncpg.InterfaceError() if isinstance(exception, ValueError):  # the driver's own refusal of a value
            return errors.BadRequest(UNSTORABLE)
        case ExceptionGroup():  # the framework's, where the end of a transaction failed on top of what ended it
            return translate(exception.exceptions[0])
        case _ if isinstance(exception, PASSING):
            return errors.Unavailable(retry_after=2)
        case _:
            return errors.FestivalError()


def _of_framework(exception: HTTPException) -> errors.FestivalError:
    match exception:
        case ValidationException():
            fields = _fields(exception.extra)
            return errors.BadRequest(exception.detail, fields=fields) if fields else errors.BadRequest(exception.detail)
        case NotFoundException():
            return errors.NotFound()
        case MethodNotAllowedException():
            return errors.MethodNotAllowed()
        case HTTPException(status_code=413):
            return errors.TooLarge()
        case ClientException():
            return errors.BadRequest(exception.detail)
        case _:
            return errors.FestivalError()


def answer(request: Request[Any, Any, Any], exception: Exception) -> Response[Problem]:
    error = translate(exception)
    if error.status >= 500:
        log.error("request failed", code=error.code, route=request.scope.get("path_template"), exc_info=exception)
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if isinstance(exception, storage.StorageError):
        STORAGE_FAILED.labels("full" if isinstance(exception, storage.StorageFull) else "away").inc()
    if isinstance(exception, MethodNotAllowedException) and exception.headers:
        headers["Allow"] = exception.headers["allow"]
    number = structlog.contextvars.get_contextvars().get("request_id")
    return Response(to_problem(error, number), status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def _fields(extra: Any) -> list[dict[str, str]]:
    """Which field is wrong and why, without echoing what was sent."""
    if not isinstance(extra, list):
        return []
    return [
        {"field": str(item.get("key", "")), "why": str(item.get("message", ""))}
        for item in extra
        if isinstance(item, dict)
    ]
