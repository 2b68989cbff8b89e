"""The jury room. What is not a juror's own does not exist for them: every route answers 404."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from api import errors
from api.access.guards import JUROR
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.jury import notes, refusals, service, sheets, standing, watching
from api.jury.schemas import (
    JurorWatched,
    Lock,
    LockIn,
    Note,
    NoteIn,
    NoteSaved,
    RecusalIn,
    RoundCard,
    RoundPage,
    SheetIn,
    SheetSaved,
    Shortlist,
    TitlePage,
    WatchIn,
)
from api.live import Live
from api.playback.grants import Grants
from api.problems import problems
from api.settings import Settings

REFUSALS = (errors.SignInNeeded, errors.NotAllowed)
AcceptLanguage = Annotated[str, HeaderParameter(name="Accept-Language", max_length=500)]


@get("/shortlists", guards=[JUROR], responses=problems(*REFUSALS))
async def shortlists(tx: Given[Connection], account: Given[Account], grants: Given[Grants]) -> list[Shortlist]:
    return await service.shortlists(tx, account, grants)


@get("/rounds", guards=[JUROR], responses=problems(*REFUSALS))
async def list_rounds(tx: Given[Connection], account: Given[Account]) -> list[RoundCard]:
    """The rounds this juror is in."""
    return await service.round_cards(tx, account)


@get("/rounds/{round_id:int}", guards=[JUROR], responses=problems(*REFUSALS, errors.NotFound))
async def show_round(
    tx: Given[Connection], account: Given[Account], grants: Given[Grants], round_id: FromPath[int]
) -> RoundPage:
    return await service.round_page(tx, account, round_id, grants)


@get("/rounds/{round_id:int}/titles/{series:int}", guards=[JUROR], responses=problems(*REFUSALS, errors.NotFound))
async def show_title(
    tx: Given[Connection],
    account: Given[Account],
    grants: Given[Grants],
    round_id: FromPath[int],
    series: FromPath[int],
) -> TitlePage:
    return await service.title_page(tx, account, round_id, series, grants)


@put(
    "/rounds/{round_id:int}/titles/{series:int}/sheet",
    guards=[JUROR],
    responses=problems(
        *REFUSALS,
        errors.NotFound,
        refusals.WrongPhase,
        refusals.ScoresLocked,
        refusals.RecusedHere,
        refusals.ScoreConflict,
        errors.Unprocessable,
    ),
)
async def save_sheet(
    tx: Given[Connection],
    account: Given[Account],
    round_id: FromPath[int],
    series: FromPath[int],
    data: JSONBody[SheetIn],
) -> SheetSaved:
    """Sent twice, late or in another order, sheets come to the same."""
    return await sheets.save(tx, account, round_id, series, data)


@post(
    "/watched",
    guards=[JUROR],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.NotFound, errors.TooManyRequests),
)
async def hear_watched(
    tx: Given[Connection], live: Given[Live], account: Given[Account], data: JSONBody[WatchIn]
) -> JurorWatched:
    """What was played, every ten seconds; seconds are credited once each and no faster than they pass."""
    return await watching.hear(tx, live, account, data)


@post(
    "/rounds/{round_id:int}/recusals",
    guards=[JUROR],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS, errors.NotFound, refusals.ChairNeeded, refusals.WrongPhase, refusals.ScoresLocked),
)
async def recuse(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[RecusalIn]
) -> None:
    await standing.recuse(tx, account, round_id, data)


@post(
    "/rounds/{round_id:int}/recusals/withdraw",
    guards=[JUROR],
    status_code=HTTP_204_NO_CONTENT,
    responses=problems(*REFUSALS, errors.NotFound, refusals.ChairNeeded, refusals.WrongPhase, refusals.ScoresLocked),
)
async def withdraw_recusal(
    tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[RecusalIn]
) -> None:
    """What was said stays in the protocol."""
    await standing.withdraw(tx, account, round_id, data)


@get("/notes", guards=[JUROR], responses=problems(*REFUSALS))
async def list_notes(
    tx: Given[Connection], account: Given[Account], settings: Given[Settings], series: FromQuery[int | None] = None
) -> list[Note]:
    """This juror's own, which nobody else can read."""
    return await notes.notes(tx, account, settings.key, series)


@put("/notes/{note:uuid}", guards=[JUROR], responses=problems(*REFUSALS, errors.NotFound))
async def save_note(
    tx: Given[Connection],
    account: Given[Account],
    settings: Given[Settings],
    note: FromPath[UUID],
    data: JSONBody[NoteIn],
) -> NoteSaved:
    return await notes.save(tx, account, settings.key, note, data)


@get("/notes.txt", guards=[JUROR], responses=problems(*REFUSALS), media_type="text/plain")
async def download_notes(
    tx: Given[Connection], account: Given[Account], settings: Given[Settings], accept_language: AcceptLanguage = ""
) -> Response[str]:
    """To keep, and to read without us."""
    text = await notes.as_text(tx, account, settings.key, accept_language)
    return Response(text, media_type="text/plain", headers=_as_file("notes.txt"))


@get("/notes.csv", guards=[JUROR], responses=problems(*REFUSALS), media_type="text/csv")
async def download_notes_csv(
    tx: Given[Connection], account: Given[Account], settings: Given[Settings], accept_language: AcceptLanguage = ""
) -> Response[str]:
    text = await notes.as_csv(tx, account, settings.key, accept_language)
    return Response(text, media_type="text/csv", headers=_as_file("notes.csv"))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


@post(
    "/rounds/{round_id:int}/lock",
    guards=[JUROR],
    status_code=HTTP_200_OK,
    responses=problems(*REFUSALS, errors.NotFound, refusals.WrongPhase, refusals.TitlesMissing),
)
async def lock(tx: Given[Connection], account: Given[Account], round_id: FromPath[int], data: JSONBody[LockIn]) -> Lock:
    """Only when every title is seen and scored, skipped or recused; the refusal names what is missing."""
    return await standing.lock(tx, account, round_id)


router = Router(
    "/api/jury",
    route_handlers=[
        shortlists,
        list_rounds,
        show_round,
        show_title,
        save_sheet,
        hear_watched,
        recuse,
        withdraw_recusal,
        list_notes,
        save_note,
        download_notes,
        download_notes_csv,
        lock,
    ],
    tags=["jury"],
)
