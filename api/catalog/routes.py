"""The programme, for everyone."""

from litestar import Router, get
from litestar.params import FromPath

from api import errors
from api.access.guards import PUBLIC
from api.catalog import service
from api.catalog.schemas import Credits, FestivalPage, SeriesPage
from api.db import Connection
from api.given import Given
from api.problems import problems


@get("/festival", guards=[PUBLIC], responses=problems(errors.NotFound))
async def festival(tx: Given[Connection], country: Given[str | None]) -> FestivalPage:
    return await service.festival_page(tx, country)


@get("/series/{slug:str}", guards=[PUBLIC], responses=problems(errors.NotFound))
async def series(tx: Given[Connection], country: Given[str | None], slug: FromPath[str]) -> SeriesPage:
    return await service.series_page(tx, slug, country)


@get("/series/{slug:str}/credits", guards=[PUBLIC], responses=problems(errors.NotFound))
async def series_credits(tx: Given[Connection], country: Given[str | None], slug: FromPath[str]) -> Credits:
    return await service.series_credits(tx, slug, country)


router = Router("/api", route_handlers=[festival, series, series_credits], tags=["catalogue"])
