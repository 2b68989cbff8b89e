"""What everyone may read of a jury's decision: the results page, the protocol, and what a ceremony's screen loads."""

import asyncio

from litestar import MediaType, Response, Router, get
from litestar.params import FromPath, FromQuery

from api import errors
from api.access.guards import PUBLIC
from api.db import Connection
from api.described import StoredDocument
from api.given import Given
from api.jury import told
from api.jury.told_html import JuryTelling, page_of
from api.jury.told_paper import print_protocol
from api.jury.told_schemas import JuryCeremony
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.voting.told_routes import HEADERS, NOT_YET
from api.words import Lang


@get("/{jury:int}/ceremony", guards=[PUBLIC], responses=NOT_YET)
async def show_ceremony(
    tx: Given[Connection], settings: Given[Settings], jury: FromPath[int]
) -> Response[JuryCeremony]:
    """Everything a ceremony's screen needs; the decision is in an envelope until its second has come."""
    shown = await told.show_ceremony(tx, jury, settings.public_url)
    return Response(shown, headers={"Cache-Control": "no-store"})


@get(
    "/{jury:int}/protocol",
    guards=[PUBLIC],
    responses=NOT_YET,
    media_type=MediaType.JSON,
    operation_class=StoredDocument,
)
async def show_protocol(tx: Given[Connection], jury: FromPath[int]) -> Response[bytes]:
    """How the jury decided, word for word as it was published; no juror's score is in it."""
    return Response((await told.find_protocol(tx, jury)).encode(), media_type=MediaType.JSON)


@get(
    "/{jury:int}/protocol.pdf",
    guards=[PUBLIC],
    responses=problems(errors.NotFound, errors.ResultNotPublished, errors.TooManyRequests),
    media_type="application/pdf",
)
async def print_paper(
    tx: Given[Connection], live: Given[Live], jury: FromPath[int], lang: FromQuery[Lang] = "en"
) -> Response[bytes]:
    """The same facts on paper, in one of the eleven languages."""
    await live.limit(f"jury-protocol:{jury}", burst=60, per_seconds=60, fail_open=True)
    text = await told.find_protocol(tx, jury)
    paper = await asyncio.to_thread(print_protocol, text, lang)
    return Response(paper, media_type="application/pdf", headers={"Cache-Control": "public, max-age=300"})


@get("/results/jury/{jury:int}", guards=[PUBLIC], include_in_schema=False, media_type=MediaType.HTML)
async def show_results(tx: Given[Connection], settings: Given[Settings], jury: FromPath[int]) -> Response[str]:
    """The public page of a jury's award, without a script, in the languages the festival chose."""
    about, result = await told.find_told(tx, jury), await told.result_of(tx, jury)
    entries = await told.titles_of(tx, jury, [prize.entry for prize in result.prizes])
    telling = JuryTelling(jury=about, entries=entries, result=result, public_url=settings.public_url)
    return Response(page_of(telling), media_type=MediaType.HTML, headers=HEADERS)


router = Router("/api/juries", route_handlers=[show_ceremony, show_protocol, print_paper], tags=["results"])
results = Router("/", route_handlers=[show_results])
