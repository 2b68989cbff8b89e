"""The desk's ballots of paper: organisers key them, a second person from the desk reads them again."""

import asyncio

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import DESK, FRESH, ORGANISER, AnyRequest
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account
from api.db import Connection, Pool
from api.described import kinds
from api.desk import paper as desk
from api.files import FILE_POLICY
from api.given import Given
from api.live import Live
from api.problems import problems
from api.studio.posters import MOST_BYTES
from api.studio.refusals import PictureUnreadable
from api.voting import paper
from api.voting.blank_ballot import print_ballot
from api.voting.paper_schemas import (
    Batch,
    BatchChange,
    BatchIn,
    BatchPage,
    PaperPage,
    RefuseIn,
    SheetsIn,
)
from api.voting.refusals import BatchMoved, PaperClosed, SheetsMissing, SheetTaken
from api.words import Lang
from transcoder.storage import Storage

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)
CHANGES = (*REFUSALS, BatchMoved, errors.ResultPublished, errors.Unprocessable)
KEY_PROBLEMS = problems(*CHANGES, SheetTaken, PaperClosed, errors.EntryNotFound, errors.ValueOutOfRange)
READ_PROBLEMS = problems(*CHANGES, SheetTaken, errors.SecondPersonNeeded, errors.EntryNotFound, errors.ValueOutOfRange)


@get("/awards/{award:int}/paper", guards=[DESK], responses=problems(*REFUSALS, errors.TierNotAdmitted))
async def show_paper(tx: Given[Connection], account: Given[Account], award: FromPath[int]) -> PaperPage:
    """What sheets of this award may say, and its batches."""
    return await paper.paper_of(tx, award, account.id)


@get(
    "/awards/{award:int}/paper.pdf",
    guards=[DESK],
    responses=problems(*REFUSALS, errors.TierNotAdmitted),
    media_type="application/pdf",
)
async def print_blank(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], lang: FromQuery[Lang] = "en"
) -> Response[bytes]:
    """A ballot to fill in by hand, in one of the eleven languages; to be copied as often as it is needed."""
    page = await paper.paper_of(tx, award, account.id)
    pdf = await asyncio.to_thread(print_ballot, page, lang)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="ballot-{award}-{lang}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@post(
    "/awards/{award:int}/paper",
    guards=[ORGANISER],
    responses=problems(*CHANGES, errors.TierNotAdmitted, errors.VotingNotOpen, PaperClosed),
)
async def open_batch(
    tx: Given[Connection], account: Given[Account], award: FromPath[int], data: JSONBody[BatchIn]
) -> Batch:
    """A pile of sheets to key. The same request again opens no second one."""
    return await desk.open_batch(tx, account, award, data)


@get("/paper/{batch:int}", guards=[DESK], responses=problems(*REFUSALS))
async def show_batch(tx: Given[Connection], account: Given[Account], batch: FromPath[int]) -> BatchPage:
    """The batch with the caller's own reading. Who is the second person does not see the first reading."""
    return await paper.show_batch(tx, batch, account.id)


@put("/paper/{batch:int}", guards=[ORGANISER], responses=problems(*CHANGES))
async def change_batch(
    tx: Given[Connection], account: Given[Account], batch: FromPath[int], data: JSONBody[BatchChange]
) -> Batch:
    return await desk.change_batch(tx, account, batch, data)


@put("/paper/{batch:int}/sheets", guards=[ORGANISER], responses=KEY_PROBLEMS)
async def key_sheets(
    tx: Given[Connection], account: Given[Account], batch: FromPath[int], data: JSONBody[SheetsIn]
) -> Batch:
    """The first reading, in pieces of any size; sent again it changes nothing."""
    return await paper.key_sheets(tx, batch, account.id, data.sheets)


@post(
    "/paper/{batch:int}/keyed",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, BatchMoved, SheetsMissing),
)
async def end_keying(tx: Given[Connection], account: Given[Account], batch: FromPath[int]) -> Batch:
    """All sheets are keyed; the batch waits for a second person."""
    return await desk.end_keying(tx, account, batch)


@put("/paper/{batch:int}/second", guards=[DESK], responses=READ_PROBLEMS)
async def read_again(
    tx: Given[Connection], account: Given[Account], batch: FromPath[int], data: JSONBody[SheetsIn]
) -> Batch:
    """The second reading, by another account than those of the first."""
    return await paper.read_again(tx, batch, account.id, data.sheets)


@put("/paper/{batch:int}/differences", guards=[DESK], responses=READ_PROBLEMS)
async def settle_differences(
    tx: Given[Connection], account: Given[Account], batch: FromPath[int], data: JSONBody[SheetsIn]
) -> BatchPage:
    """What the sheet really says where two readings differ."""
    return await paper.settle(tx, batch, account.id, data.sheets)


@post(
    "/paper/{batch:int}/check",
    guards=[DESK],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, BatchMoved, SheetsMissing, errors.SecondPersonNeeded, errors.ResultPublished),
)
async def check_batch(tx: Given[Connection], account: Given[Account], batch: FromPath[int]) -> Batch:
    """The second person's yes: equal readings count, others are shown side by side."""
    return await desk.check_batch(tx, account, batch)


@post(
    "/paper/{batch:int}/refuse",
    guards=[DESK, FRESH],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, PasskeyNeeded, BatchMoved, errors.SecondPersonNeeded, errors.ResultPublished),
)
async def refuse_batch(
    tx: Given[Connection], account: Given[Account], batch: FromPath[int], data: JSONBody[RefuseIn]
) -> Batch:
    """The second person's no, with a reason: nothing of this batch counts."""
    return await desk.refuse_batch(tx, account, batch, data)


@post(
    "/paper/{batch:int}/photo",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    request_max_body_size=MOST_BYTES,
    responses=problems(*REFUSALS, errors.TooLarge, PictureUnreadable, errors.TooManyRequests, errors.StorageFull),
)
async def send_photo(
    request: AnyRequest,
    pool: Given[Pool],
    storage: Given[Storage],
    live: Given[Live],
    account: Given[Account],
    batch: FromPath[int],
) -> Batch:
    """The bytes of a JPEG, PNG, WebP or AVIF as the body."""
    await live.limit(f"photo:{account.id}", burst=60, per_seconds=3600, fail_open=True)
    return await desk.keep_photo(pool, storage, account, batch, request.stream())


@get(
    "/paper/{batch:int}/photo",
    guards=[DESK],
    media_type="image/jpeg",
    operation_class=kinds("image/png", "image/webp", "image/avif"),
    responses=problems(*REFUSALS),
)
async def show_photo(tx: Given[Connection], storage: Given[Storage], batch: FromPath[int]) -> Response[bytes]:
    content, kind = await desk.read_photo(tx, storage, batch)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": FILE_POLICY}
    return Response(content, media_type=kind, headers=headers)


router = Router(
    "/api/desk",
    route_handlers=[
        show_paper,
        print_blank,
        open_batch,
        show_batch,
        change_batch,
        key_sheets,
        end_keying,
        read_again,
        settle_differences,
        check_batch,
        refuse_batch,
        send_photo,
        show_photo,
    ],
    tags=["desk"],
)
