"""How a result is told to everyone: the results page, the protocol, and what a ceremony's screen loads."""

import asyncio

from litestar import MediaType, Response, Router, get
from litestar.params import FromPath, FromQuery

from api import errors
from api.access.guards import PUBLIC
from api.db import Connection
from api.described import StoredDocument
from api.given import Given
from api.live import Live
from api.problems import problems
from api.settings import Settings
from api.voting import protocol, told
from api.voting.protocol_paper import print_protocol
from api.voting.told_html import Telling, list_of, page_of
from api.voting.told_parts import POLICY
from api.voting.told_schemas import ShownCeremony
from api.voting.told_words import Teller
from api.words import Lang

NOT_YET = problems(errors.NotFound, errors.ResultNotPublished)
#: A result does not change once it is told, but the way to it does until then.
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "public, max-age=0, s-maxage=30"}


@get("/{award:int}/ceremony", guards=[PUBLIC], responses=problems(errors.NotFound))
async def show_ceremony(
    tx: Given[Connection], settings: Given[Settings], award: FromPath[int]
) -> Response[ShownCeremony]:
    """Everything a ceremony's screen needs; the result is in an envelope until its second has come."""
    shown = await told.show_ceremony(tx, award, settings.public_url)
    return Response(shown, headers={"Cache-Control": "no-store"})


@get(
    "/{award:int}/protocol",
    guards=[PUBLIC],
    responses=NOT_YET,
    media_type=MediaType.JSON,
    operation_class=StoredDocument,
)
async def show_protocol(tx: Given[Connection], award: FromPath[int]) -> Response[bytes]:
    """Everything a notary would ask for, word for word as it was published."""
    return Response((await protocol.find_protocol(tx, award)).encode(), media_type=MediaType.JSON)


@get(
    "/{award:int}/protocol.pdf",
    guards=[PUBLIC],
    responses=problems(errors.NotFound, errors.ResultNotPublished, errors.TooManyRequests),
    media_type="application/pdf",
)
async def print_paper(
    tx: Given[Connection], live: Given[Live], award: FromPath[int], lang: FromQuery[Lang] = "en"
) -> Response[bytes]:
    """The same facts on paper, in one of the eleven languages."""
    await live.limit(f"protocol:{award}", burst=60, per_seconds=60, fail_open=True)
    text = await protocol.find_protocol(tx, award)
    paper = await asyncio.to_thread(print_protocol, text, lang)
    return Response(paper, media_type="application/pdf", headers={"Cache-Control": "public, max-age=300"})


@get("/results/{slug:str}", guards=[PUBLIC], include_in_schema=False, media_type=MediaType.HTML)
async def show_results(tx: Given[Connection], settings: Given[Settings], slug: FromPath[str]) -> Response[str]:
    """The public page of a result, without a script, in the languages the festival chose."""
    award = await told.find_told(tx, slug=slug)
    result = await told.result_of(tx, award.award)
    entries = await told.entries_of(tx, award.award)
    telling = Telling(award=award, entries=entries, result=result, public_url=settings.public_url)
    return Response(page_of(telling), media_type=MediaType.HTML, headers=HEADERS)


@get("/results", guards=[PUBLIC], include_in_schema=False, media_type=MediaType.HTML)
async def list_results(tx: Given[Connection]) -> Response[str]:
    """Every result that is told."""
    awards, langs, zone = await told.list_told(tx)
    return Response(list_of(awards, [Teller(lang, zone) for lang in langs]), media_type=MediaType.HTML, headers=HEADERS)


router = Router("/api/awards", route_handlers=[show_ceremony, show_protocol, print_paper], tags=["results"])
results = Router("/", route_handlers=[show_results, list_results])
