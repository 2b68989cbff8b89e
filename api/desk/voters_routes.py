"""The desk's badges and screenings."""

import asyncio
from typing import Annotated, Literal, TypeAlias

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from api import errors, qr
from api.access.guards import ORGANISER
from api.access.schemas import Account
from api.db import Connection, Pool
from api.described import kinds
from api.desk import voters
from api.desk.paging_params import AFTER
from api.given import Given
from api.letters import Letters
from api.problems import problems
from api.settings import Settings
from api.voting import badge_lists, badge_pdf, badges, screenings
from api.voting.voter_schemas import (
    Badge,
    BadgeListIn,
    BadgePage,
    BadgesWanted,
    PrintedBadges,
    Screening,
    ScreeningIn,
)

Form: TypeAlias = Annotated[
    Literal["json", "csv", "sheet", "a4", "a6", "labels"],
    QueryParameter(
        name="as",
        description="json, a CSV file, a page of QR codes, or a PDF: 15 codes a sheet, A6 badges, 24 labels a sheet",
    ),
]
Names: TypeAlias = Annotated[bool, QueryParameter(description="whether labels are printed beside the codes of a PDF")]
LIST_LIMIT = 2 * 1024 * 1024
REFUSALS = (errors.SignInNeeded, errors.NotAllowed)
PRINTED = kinds("text/csv", "text/html", "application/pdf")
LIST_PROBLEMS = problems(*REFUSALS, errors.NotFound, errors.TooLarge, errors.BadLines, errors.Unprocessable)


async def printed(
    badges: PrintedBadges, form: str, letters: Letters, *, names: bool
) -> Response[PrintedBadges | str | bytes]:
    """The one answer that holds the tokens, in the form asked for. No cache keeps it."""
    headers = {"Cache-Control": "no-store", **_headers_of(form)}
    if form == "csv":
        return Response(badge_lists.write_csv(badges.badges), media_type="text/csv", headers=headers)
    if form == "sheet":
        sheet = await asyncio.to_thread(badge_lists.write_sheet, badges.badges)
        return Response(sheet, media_type="text/html", headers=headers)
    if form in badge_pdf.PDF_FORMS:
        pdf = await voters.print_badges(badges.badges, form, letters.lang, names=names)
        return Response(pdf, media_type="application/pdf", headers=headers)
    return Response(badges, media_type="application/json", headers=headers)


def _headers_of(form: str) -> dict[str, str]:
    if form == "sheet":
        return {"Content-Security-Policy": qr.BADGES.policy}
    name = "badges.csv" if form == "csv" else "badges.pdf"
    return {} if form == "json" else {"Content-Disposition": f'attachment; filename="{name}"'}


@get("/badges", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_badges(tx: Given[Connection], after: AFTER = 0) -> BadgePage:
    return await badges.list_badges(tx, after=after)


@post("/badges", guards=[ORGANISER], status_code=HTTP_200_OK, operation_class=PRINTED, responses=LIST_PROBLEMS)
async def make_badges(
    pool: Given[Pool],
    account: Given[Account],
    settings: Given[Settings],
    data: JSONBody[BadgesWanted],
    letters: Given[Letters],
    form: Form = "json",
    names: Names = True,
) -> Response[PrintedBadges | str | bytes]:
    """New badges. Their tokens are in this answer and nowhere else."""
    badge_lists.require_printable(data.count, form)
    async with pool.acquire() as tx, tx.transaction():
        made = await voters.make_badges(tx, account, data, public_url=settings.public_url)
    return await printed(made, form, letters, names=names)


@post(
    "/badges/import",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    request_max_body_size=LIST_LIMIT,
    operation_class=PRINTED,
    responses=LIST_PROBLEMS,
)
async def import_badges(
    pool: Given[Pool],
    account: Given[Account],
    settings: Given[Settings],
    data: JSONBody[BadgeListIn],
    letters: Given[Letters],
    form: Form = "json",
    names: Names = True,
) -> Response[PrintedBadges | str | bytes]:
    """A list of tokens, or of labels that get tokens. A list sent again with its tokens can be printed again."""
    async with pool.acquire() as tx, tx.transaction():
        imported = await voters.import_badges(tx, account, data, public_url=settings.public_url)
        badge_lists.require_printable(len(imported.badges), form)
    return await printed(imported, form, letters, names=names)


@post(
    "/badges/{badge:int}/revoke",
    guards=[ORGANISER],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.NotFound),
)
async def revoke_badge(tx: Given[Connection], account: Given[Account], badge: FromPath[int]) -> Badge:
    return await voters.revoke_badge(tx, account, badge)


@get("/screenings", guards=[ORGANISER], responses=problems(*REFUSALS))
async def list_screenings(tx: Given[Connection], settings: Given[Settings]) -> list[Screening]:
    return await screenings.list_screenings(tx, key=settings.key, public_url=settings.public_url)


@post("/screenings", guards=[ORGANISER], responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable))
async def create_screening(
    tx: Given[Connection], account: Given[Account], settings: Given[Settings], data: JSONBody[ScreeningIn]
) -> Screening:
    return await voters.save_screening(tx, account, data, key=settings.key, public_url=settings.public_url)


@put(
    "/screenings/{screening:int}",
    guards=[ORGANISER],
    responses=problems(*REFUSALS, errors.NotFound, errors.Unprocessable),
)
async def change_screening(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    screening: FromPath[int],
    data: JSONBody[ScreeningIn],
) -> Screening:
    return await voters.save_screening(tx, account, data, screening, key=settings.key, public_url=settings.public_url)


router = Router(
    "/api/desk",
    route_handlers=[
        list_badges,
        make_badges,
        import_badges,
        revoke_badge,
        list_screenings,
        create_screening,
        change_screening,
    ],
    tags=["desk"],
)
