"""The five pages and their assets, for one machine without a reverse proxy."""

from pathlib import Path

from litestar import asgi, route
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from api import errors, files
from api.access.guards import PUBLIC, AnyRequest

DIST = Path(__file__).parent.parent / "web" / "dist"
PAGES = {"studio": "studio.html", "jury": "jury.html", "desk": "desk.html", "kiosk": "kiosk.html", "wall": "kiosk.html"}
PACKED = tuple(f".{suffix}" for suffix in files.CODINGS.values())
PHONE = ("", "s", "ballots", "receipt", "b", "h")
ADDRESSES = ["/", "/s/{slug:str}", "/{name:str}"]
ADDRESSES += ["/b", "/b/{token:str}", "/h", "/h/{code:str}"]
ADDRESSES += [address for name in PAGES for address in (f"/{name}", f"/{name}/{{rest:path}}")]


def page_of(path: str) -> str | None:
    """The html file for an address; None where no page lives there. Deeper addresses are the page's own business."""
    first = path.split("/", 1)[0]
    return "phone.html" if first in PHONE else PAGES.get(first)


@route(
    ADDRESSES,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    guards=[PUBLIC],
    include_in_schema=False,
)
async def pages(request: AnyRequest) -> ASGIApp:
    """A page, or one of the built files beside them; nothing else of the disk has an address."""
    path = request.scope["path"].strip("/")
    return page(page_of(path) or path)


def page(name: str) -> ASGIApp:
    """Answers with one of the built files."""

    async def send_page(scope: Scope, receive: Receive, send: Send) -> None:
        await _send(name, scope, send)

    return send_page


@asgi("/assets", is_mount=True, copy_scope=True, guards=[PUBLIC])
async def assets(scope: Scope, receive: Receive, send: Send) -> None:
    """Built files with a hash in their names."""
    await _send("assets/" + scope["path"].removeprefix("/assets").strip("/"), scope, send)


async def _send(name: str, scope: Scope, send: Send) -> None:
    if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
        raise errors.MethodNotAllowed
    built = scope["app"].state.assets
    if name not in built or name.endswith(PACKED):
        raise errors.NotFound
    cache = files.IMMUTABLE if name.startswith("assets/") else "no-cache"
    coding = next((each for each in files.codings(scope) if f"{name}.{each}" in built), None)
    await files.send_file(DIST / name, scope, send, cache=cache, coding=coding)


def list_assets() -> frozenset[str]:
    """Every built file by its path, listed once at start: a request never walks the disk."""
    if not DIST.is_dir():
        return frozenset()
    return frozenset(path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file())
