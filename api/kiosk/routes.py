"""Screens in the hall."""

from litestar import Response, Router, get
from litestar.params import FromQuery

from api import errors
from api.access.guards import PUBLIC
from api.db import Connection
from api.given import Given
from api.kiosk import service
from api.kiosk.schemas import Programme
from api.problems import problems
from api.settings import Settings


@get("/programme", guards=[PUBLIC], responses=problems(errors.NotFound))
async def programme(tx: Given[Connection], settings: Given[Settings], country: Given[str | None]) -> Programme:
    return await service.programme(tx, country, public_url=settings.public_url)


@get(
    "/qr.svg",
    guards=[PUBLIC],
    responses=problems(errors.Unprocessable),
    media_type="image/svg+xml",
    sync_to_thread=False,
)
def qr(settings: Given[Settings], path: FromQuery[str] = "/") -> Response[str]:
    picture = service.qr_svg(settings.public_url, path)
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})


router = Router("/api/kiosk", route_handlers=[programme, qr], tags=["kiosk"])
