"""The public proof of an award: log, rules, checkpoints, receipts, result, and the file with all of it."""

from litestar import MediaType, Response, Router, get
from litestar.params import FromPath
from litestar.response import Stream

from api import errors
from api.access.guards import PUBLIC
from api.db import Connection, Pool
from api.described import StoredDocument
from api.given import Given
from api.live import Live
from api.problems import problems
from api.voting import proof
from api.voting.bundle import stream_bundle
from api.voting.logbook import LogBook, find_log
from api.voting.notes import join_notes
from api.voting.one_file import one_file
from api.voting.proof_schemas import LogOut, ReceiptOut, ResultOut
from api.voting.publishing import find_result

NO_LOG = (errors.NotFound, errors.LogNotStarted)


@get("/{award:int}/log", guards=[PUBLIC], responses=problems(*NO_LOG))
async def show_log(tx: Given[Connection], award: FromPath[int], logbook: Given[LogBook]) -> LogOut:
    return await proof.show_log(tx, award, logbook)


@get(
    "/{award:int}/rules",
    guards=[PUBLIC],
    responses=problems(*NO_LOG),
    media_type=MediaType.JSON,
    operation_class=StoredDocument,
)
async def show_rules(tx: Given[Connection], award: FromPath[int]) -> Response[bytes]:
    """The rules as they were published, byte for byte: their SHA-256 is in the log."""
    return Response((await proof.show_rules(tx, award)).encode(), media_type=MediaType.JSON)


@get("/{award:int}/checkpoints", guards=[PUBLIC], responses=problems(*NO_LOG), media_type=MediaType.TEXT)
async def show_checkpoints(tx: Given[Connection], award: FromPath[int]) -> str:
    """Every checkpoint so far, as C2SP signed notes."""
    return join_notes(await proof.show_notes(tx, award))


@get(
    "/{award:int}/receipts/{code:str}",
    guards=[PUBLIC],
    responses=problems(*NO_LOG, errors.ReceiptsOff, errors.TooManyRequests),
)
async def find_receipt(
    tx: Given[Connection], award: FromPath[int], code: FromPath[str], logbook: Given[LogBook], live: Given[Live]
) -> ReceiptOut:
    return await proof.find_receipt(tx, award, code, logbook, live)


@get("/{award:int}/result", guards=[PUBLIC], responses=problems(*NO_LOG, errors.ResultNotPublished))
async def show_result(tx: Given[Connection], award: FromPath[int]) -> ResultOut:
    return await proof.show_result(tx, award)


@get(
    "/{award:int}/bundle",
    guards=[PUBLIC],
    responses=problems(*NO_LOG, errors.ResultNotPublished, errors.TooManyRequests),
    media_type="application/zip",
)
async def download_bundle(
    pool: Given[Pool], award: FromPath[int], logbook: Given[LogBook], live: Given[Live]
) -> Stream:
    await live.limit(f"bundle:{award}", burst=60, per_seconds=60, fail_open=True)
    async with pool.acquire() as db:
        log, result = await find_log(db, award), await find_result(db, award)
    name = f"{log.festival}-{log.slug}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "public, max-age=300"}
    return Stream(stream_bundle(pool, log, logbook, result), media_type="application/zip", headers=headers)


@get("/verify.py", guards=[PUBLIC], include_in_schema=False, sync_to_thread=False)
def download_verifier() -> Response[str]:
    """The verifier as one file."""
    return Response(one_file(), media_type="text/x-python", headers={"Cache-Control": "no-cache"})


router = Router(
    "/api/awards",
    route_handlers=[show_log, show_rules, show_checkpoints, find_receipt, show_result, download_bundle],
    tags=["proof"],
)
