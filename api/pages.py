"""The five pages and their assets, for one machine without a reverse proxy."""

from pathlib import Path

from litestar import asgi
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from api import errors, files
from api.access.guards import PUBLIC

DIST = Path(__file__).parent.parent / "web" / "dist"
PAGES = {"studio": "studio.html", "jury": "jury.html", "desk": "desk.html", "kiosk": "kiosk.html", "wall": "kiosk.html"}
PHONE = ("", "s", "ballots")


def page_of(path: str) -> str | None:
    """The html file for an address; None where no page lives there. Deeper addresses are the page's own business."""
    first = path.strip("/").split("/", 1)[0]
    return "phone.html" if first in PHONE else PAGES.get(first)


@asgi("/", is_mount=True, guards=[PUBLIC])
async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """A page, or one of the built files; nothing else of the disk has an address."""
    if scope["type"] != ScopeType.HTTP or scope["method"] not in ("GET", "HEAD"):
        raise errors.MethodNotAllowed
    path = scope["path"].strip("/")
    page = page_of(path)
    try:
        if page is not None:
            await files.send_file(DIST / page, scope, send, cache="no-cache")
        elif path in state_assets(scope):
            cache = files.IMMUTABLE if path.startswith("assets/") else "public, max-age=3600"
            await files.send_file(DIST / path, scope, send, cache=cache)
        else:
            raise errors.NotFound
    except FileNotFoundError as error:
        raise errors.NotFound("The pages are not built; run `make web`.") from error


def state_assets(scope: Scope) -> frozenset[str]:
    assets: frozenset[str] = scope["app"].state.assets
    return assets


def list_assets() -> frozenset[str]:
    """Every built file by its path below the address root, listed once at start: a request never walks the disk."""
    if not DIST.is_dir():
        return frozenset()
    return frozenset(path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file())
