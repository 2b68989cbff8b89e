"""The programme of a screen, and its QR codes."""

from pathlib import Path

from api import errors, qr
from api.catalog import service as catalog
from api.db import Connection, read_queries
from api.kiosk.schemas import Programme
from api.playback import service as playback

Q = read_queries(Path(__file__).parent)
QR_PATH_LIMIT = 120


async def programme(db: Connection, country: str | None, *, public_url: str) -> Programme:
    festival = await catalog.festival(db)
    items = await playback.loop(db, country)
    return Programme(
        festival=festival.name,
        items=items,
        phone_url=public_url,
        qr="/api/kiosk/qr.svg?path=/",
        languages=festival.offered,
        theme=festival.theme,
    )


def qr_svg(public_url: str, path: str) -> str:
    """A QR code of an address of this festival; of no other site, so that nobody can print one in its name."""
    if not path.startswith("/") or path.startswith("//") or len(path) > QR_PATH_LIMIT or not path.isprintable():
        raise errors.Unprocessable(
            "A QR code leads to a path of this festival, beginning with one slash.", field="path"
        )
    return qr.svg(public_url + path)
