"""The desk's audit log: read a page at a time, filtered and searched, or taken along as a file."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from api import bodies, errors
from api.access.guards import DESK, FRESH
from api.access.refusals import PasskeyNeeded
from api.access.schemas import Account
from api.db import Connection, Pool
from api.described import kinds
from api.desk import audit
from api.desk.audit_schemas import AuditAsked, AuditFilters, AuditPage
from api.given import Given
from api.problems import problems

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)
Number = Annotated[int | None, QueryParameter(ge=1, le=2**53)]
#: Read as bodies are: the framework would take a number for a time.
Moment = Annotated[str | None, QueryParameter(max_length=40)]
Text = Annotated[str | None, QueryParameter(max_length=100)]
TYPES: dict[audit.FileKind, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}


@get("/audit", guards=[DESK], responses=problems(*REFUSALS))
async def show_log(
    tx: Given[Connection],
    after: Number = None,
    who: Number = None,
    action: Text = None,
    kind: Text = None,
    number: Number = None,
    since: Moment = None,
    until: Moment = None,
    find: Text = None,
) -> AuditPage:
    """What was done, the newest first. `after` asks for the lines before that one."""
    asked = bodies.convert(
        {"who": who, "action": action, "kind": kind, "number": number, "since": since, "until": until, "find": find},
        AuditAsked,
    )
    return await audit.show_log(tx, asked, after=after)


@get("/audit/filters", guards=[DESK], responses=problems(*REFUSALS))
async def show_filters(tx: Given[Connection]) -> AuditFilters:
    return await audit.show_filters(tx)


@post(
    "/audit/export/{form:str}",
    guards=[DESK, FRESH],
    status_code=HTTP_200_OK,
    media_type=TYPES["csv"],
    operation_class=kinds(TYPES["jsonl"]),
    responses=problems(*REFUSALS, PasskeyNeeded),
)
async def export_log(
    tx: Given[Connection], pool: Given[Pool], account: Given[Account], form: FromPath[str], data: JSONBody[AuditAsked]
) -> Stream:
    """The lines that are asked for as a CSV file or as lines of JSON. That it was taken is a line as well."""
    kind: audit.FileKind = "csv" if form == "csv" else "jsonl"
    await audit.note_export(tx, account, data, kind)
    headers = {"Content-Disposition": f'attachment; filename="audit.{kind}"', "Cache-Control": "no-store"}
    return Stream(audit.export(pool, data, kind), media_type=TYPES[kind], headers=headers)


router = Router("/api/desk", route_handlers=[show_log, show_filters, export_log], tags=["desk"])
