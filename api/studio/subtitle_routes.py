"""Subtitles: one of an episode, and what a series has of them."""

from datetime import datetime
from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from api import errors
from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.studio import subtitles
from api.studio.doors import SIGNED_IN
from api.studio.refusals import EncodingUnsure, SubmissionIncomplete, SubmissionLocked, SubtitleChanged
from api.studio.schemas import EpisodeState
from api.studio.subtitle_schemas import CuesIn, Finding, SubtitleCell, SubtitleFile, SubtitleIn, SubtitleSaved

_ONE = "/episodes/{episode:int}/subtitles/{lang:str}"
_TWO_MIB = 2 * 1024 * 1024


@get("/series/{series:int}/subtitles", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def list_subtitles(tx: Given[Connection], account: Given[Account], series: FromPath[int]) -> list[SubtitleCell]:
    return await subtitles.cells(tx, account, series)


@get(
    "/series/{series:int}/subtitles.zip",
    guards=[PRODUCER],
    media_type="application/zip",
    responses=problems(*SIGNED_IN),
)
async def download_subtitles(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    lang: Annotated[str | None, QueryParameter(max_length=3)] = None,
) -> Response[bytes]:
    """All files, or those of one language, as a ZIP."""
    content = await subtitles.bundle(tx, account, series, lang)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="subtitles-{series}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


@get(_ONE, guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def show_subtitle(
    tx: Given[Connection], account: Given[Account], episode: FromPath[int], lang: FromPath[str]
) -> SubtitleFile:
    return await subtitles.show(tx, account, episode, lang)


@put(
    _ONE,
    guards=[PRODUCER],
    request_max_body_size=_TWO_MIB,
    responses=problems(*SIGNED_IN, errors.SubtitleUnreadable, EncodingUnsure, SubtitleChanged, SubmissionLocked),
)
async def set_subtitle(
    tx: Given[Connection],
    account: Given[Account],
    episode: FromPath[int],
    lang: FromPath[str],
    data: JSONBody[SubtitleIn],
    now: Given[datetime],
) -> SubtitleSaved:
    return await subtitles.save(tx, account, episode, lang, data, now=now)


@post(
    f"{_ONE}/check",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    request_max_body_size=_TWO_MIB,
    responses=problems(*SIGNED_IN, errors.Unprocessable),
)
async def check_subtitle(
    tx: Given[Connection],
    account: Given[Account],
    episode: FromPath[int],
    lang: FromPath[str],
    data: JSONBody[CuesIn],
) -> list[Finding]:
    """What would be noticed in these cues. Nothing is kept."""
    return await subtitles.check(tx, account, episode, lang, data)


@delete(
    _ONE,
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, SubmissionLocked, SubmissionIncomplete),
)
async def remove_subtitle(
    tx: Given[Connection],
    account: Given[Account],
    episode: FromPath[int],
    lang: FromPath[str],
    now: Given[datetime],
) -> EpisodeState:
    return await subtitles.remove(tx, account, episode, lang, now=now)


HANDLERS = (
    list_subtitles,
    download_subtitles,
    show_subtitle,
    set_subtitle,
    check_subtitle,
    remove_subtitle,
)
