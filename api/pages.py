"""The five pages and their assets, for one machine without a reverse proxy."""

from pathlib import Path

from litestar import asgi, route
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from api import errors, files, link_pages
from api.access.guards import PUBLIC, AnyRequest

DIST = Path(__file__).parent.parent / "web" / "dist"
PAGES = {
    "studio": "studio.html",
    "jury": "jury.html",
    "desk": "desk.html",
    "kiosk": "kiosk.html",
    "wall": "kiosk.html",
    "ceremony": "kiosk.html",
}
PACKED = tuple(files.CODINGS.values())
PHONE = ("", "s", "ballots", "receipt", "kept", "schedule", "c", "b", "h")
LINKS = ["/", "/s/{slug:str}"]
ADDRESSES = ["/{name:str}"]
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


def page(name: str, *, status: int = 200) -> ASGIApp:
    """Answers with one of the built files."""

    async def send_page(scope: Scope, receive: Receive, send: Send) -> None:
        await _send(name, scope, send, status=status)

    return send_page


@route(LINKS, http_method=[HttpMethod.GET, HttpMethod.HEAD], guards=[PUBLIC], include_in_schema=False)
async def links(request: AnyRequest) -> ASGIApp:
    """The phone page where a link leads: with its preview and first screen. Also behind a proxy, which keeps it."""

    async def send_link(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            raise errors.MethodNotAllowed
        state = scope["app"].state
        try:
            if state.front and await link_pages.answer(state.front, state.pool, state.settings, scope, send):
                return
        except errors.NotFound:
            # The page itself says that nothing is there.
            await _send("phone.html", scope, send, status=404)
            return
        await _send("phone.html", scope, send)

    return send_link


@asgi("/assets", is_mount=True, copy_scope=True, guards=[PUBLIC])
async def assets(scope: Scope, receive: Receive, send: Send) -> None:
    """Built files with a hash in their names."""
    await _send("assets/" + scope["path"].removeprefix("/assets").strip("/"), scope, send)


async def _send(name: str, scope: Scope, send: Send, *, status: int = 200) -> None:
    if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
        raise errors.MethodNotAllowed
    built = scope["app"].state.assets
    if name not in built or name.endswith(PACKED):
        raise errors.NotFound
    cache = files.IMMUTABLE if name.startswith("assets/") else "no-cache"
    await files.send_file(DIST / files.smallest(name, scope, built), scope, send, cache=cache, status=status)


def list_assets() -> frozenset[str]:
    """Every built file by its path, listed once at start: a request never walks the disk."""
    if not DIST.is_dir():
        return frozenset()
    return frozenset(path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file())
