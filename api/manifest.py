"""What a phone needs to put the festival among its apps, under the festival's own name."""

from typing import Final

import msgspec
from litestar import Response, get
from msgspec import Struct

from api import errors
from api.access.guards import PUBLIC, AnyRequest
from api.catalog import service as catalog
from api.db import Connection
from api.given import Given
from api.words import choose_language, pick

_HALL: Final = "#0B0A10"
_SHORT: Final = 12
_PRODUCT: Final = "Tallscreen"


class Icon(Struct, frozen=True, kw_only=True):
    src: str
    sizes: str
    type: str = "image/png"
    purpose: str = "any"


class Manifest(Struct, frozen=True, kw_only=True):
    """A web app manifest (w3.org/TR/appmanifest)."""

    id: str = "/"
    name: str
    short_name: str
    lang: str
    start_url: str = "/"
    scope: str = "/"
    display: str = "standalone"
    orientation: str = "portrait"
    background_color: str = _HALL
    theme_color: str = _HALL
    icons: tuple[Icon, ...] = (
        Icon(src="/icon-192.png", sizes="192x192"),
        Icon(src="/icon-512.png", sizes="512x512"),
        Icon(src="/icon-maskable.png", sizes="512x512", purpose="maskable"),
    )


def to_manifest(name: str, lang: str) -> Manifest:
    return Manifest(name=name, short_name=name if len(name) <= _SHORT else name[:_SHORT].rstrip(), lang=lang)


@get("/manifest.webmanifest", guards=[PUBLIC], include_in_schema=False)
async def manifest(request: AnyRequest, tx: Given[Connection]) -> Response[bytes]:
    """In the reader's language where the festival is named in it."""
    try:
        names = (await catalog.festival(tx)).name
    except errors.NotFound:
        names = {"en": _PRODUCT}
    lang = choose_language(None, request.headers.get("accept-language", ""), names)
    body = msgspec.json.encode(to_manifest(pick(names, lang), lang))
    headers = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}
    return Response(body, media_type="application/manifest+json", headers=headers)
