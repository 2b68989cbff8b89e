"""What all requests have in common: refusal of other sites, security headers, a request id, one log line."""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
import structlog
import uuid_utils
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api import errors, problems, tracing
from api.draining import Drain
from api.metrics import REQUESTS

log = structlog.get_logger("request")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
#: What pages may ask a device for. Screens read badges with a camera; nothing else is needed by any of them.
PERMISSIONS = ", ".join(
    ["camera=(self)"]
    + [
        f"{name}=()"
        for name in (
            "accelerometer",
            "bluetooth",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
        )
    ]
)
HEADERS = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-site",
    b"permissions-policy": PERMISSIONS.encode(),
}
#: Nobody keeps an answer unless the route says that it may be kept.
NOT_KEPT = (b"cache-control", b"no-store")
METHODS = SAFE_METHODS | {"POST", "PUT", "DELETE"}
MOUNTS = frozenset({"/media", "/assets"})
QUIET = MOUNTS | {"/livez", "/readyz", "/metrics"}


def is_cross_site(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser says that another site sent this unsafe request.

    Sec-Fetch-Site where the browser sends it, else the host of Origin; a caller with neither is no browser and
    carries no cookie of ours by accident (the rule of Go 1.25's CrossOriginProtection).
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    return origin is not None and _host_of(origin) != headers.get(b"host")


def _host_of(origin: bytes) -> bytes | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def headers(*, secure: bool) -> list[tuple[bytes, bytes]]:
    """What every answer carries."""
    extra = [(b"strict-transport-security", b"max-age=31536000")] if secure else []
    return [*HEADERS.items(), *extra]


class Edge:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, secure: bool, drain: Drain | None = None) -> None:
        self._app, self._drain = app, drain or Drain()
        self._headers = headers(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started, request_id, status = time.perf_counter(), str(uuid_utils.uuid7()), 500
        mount = "/" + scope["path"].lstrip("/").split("/", 1)[0]

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [*self._headers, NOT_KEPT, (b"x-request-id", request_id.encode()), *self._drain.headers]
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((name, value) for name, value in own if name not in given)]
            await send(message)

        with tracing.request_span(request_id) as span:
            structlog.contextvars.bind_contextvars(request_id=request_id, **tracing.trace_of(span))
            try:
                if is_cross_site(scope["method"], dict(scope["headers"])):
                    await _refuse(errors.CrossSiteRefused(), request_id, send_with_headers)
                else:
                    await self._app(scope, receive, send_with_headers)
            finally:
                # The pattern an address met and nothing somebody made up: neither secrets nor endless labels.
                route = mount if mount in MOUNTS else str(scope.get("path_template", "unknown"))
                method = scope["method"] if scope["method"] in METHODS else "other"
                took = time.perf_counter() - started
                REQUESTS.labels(method, route, str(status)).observe(took)
                tracing.describe(span, method, route, status)
                if route not in QUIET:
                    log.info("answered", method=method, route=route, status=status, ms=round(took * 1000, 1))
                structlog.contextvars.clear_contextvars()


async def _refuse(error: errors.FestivalError, request_id: str, send: Send) -> None:
    body = msgspec.json.encode(problems.to_problem(error, request_id))
    headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
