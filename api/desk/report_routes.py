"""The outcome of a festival: to be read, to be computed with, and to be printed."""

import asyncio
from datetime import datetime

from litestar import Response, Router, get
from litestar.params import FromQuery

from api import errors
from api.access.guards import DESK, AnyRequest
from api.db import Connection
from api.desk import report as reports
from api.desk import report_files as files
from api.desk.report_print import PAPER, Printer
from api.desk.report_schemas import Report
from api.given import Given
from api.letters import LETTERS
from api.paper import print_pdf
from api.problems import problems
from api.words import choose_language

REFUSALS = (errors.SignInNeeded, errors.NotAllowed, errors.NotFound)


@get("/report", guards=[DESK], responses=problems(*REFUSALS))
async def show_report(tx: Given[Connection], now: Given[datetime], festival: FromQuery[int | None] = None) -> Report:
    """Of the festival that is current, or of an earlier one."""
    return await reports.report(tx, festival, now=now)


@get("/report.csv", guards=[DESK], responses=problems(*REFUSALS), media_type="text/csv")
async def report_csv(
    request: AnyRequest,
    tx: Given[Connection],
    now: Given[datetime],
    festival: FromQuery[int | None] = None,
    lang: FromQuery[str] = "",
) -> Response[str]:
    """The same, one figure to a line; names in the language asked for, else in the browser's."""
    found = await reports.report(tx, festival, now=now)
    spoken = choose_language(lang or None, request.headers.get("accept-language", ""), LETTERS)
    name = f'attachment; filename="report-{found.festival}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(files.to_csv(found, spoken), media_type="text/csv; charset=utf-8", headers=headers)


@get("/report.pdf", guards=[DESK], responses=problems(*REFUSALS), media_type="application/pdf")
async def report_pdf(
    request: AnyRequest,
    tx: Given[Connection],
    now: Given[datetime],
    festival: FromQuery[int | None] = None,
    lang: FromQuery[str] = "",
) -> Response[bytes]:
    """The same to be printed, in any of the languages of the pages."""
    found = await reports.report(tx, festival, now=now)
    spoken = choose_language(lang or None, request.headers.get("accept-language", ""), LETTERS)
    pdf = await asyncio.to_thread(to_pdf, found, spoken)
    name = f'attachment; filename="report-{found.festival}-{spoken}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def to_pdf(report: Report, lang: str) -> bytes:
    printer, made_at = Printer(report, lang), report.made_at.replace(microsecond=0)
    return print_pdf(PAPER, printer.facts(), lang=lang, made_at=made_at, pictures=printer.pictures())


router = Router("/api/desk", route_handlers=[show_report, report_csv, report_pdf], tags=["desk"])
