"""Submitting a series, and the files its episodes had."""

from datetime import datetime

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from api.access.guards import PRODUCER
from api.access.schemas import Account
from api.db import Connection
from api.given import Given
from api.problems import problems
from api.studio import submission
from api.studio.doors import SIGNED_IN
from api.studio.refusals import (
    NothingAsked,
    SeriesReleased,
    SubmissionClosed,
    SubmissionIncomplete,
    SubmissionLocked,
    SubmissionNotOpen,
)
from api.studio.submission_schemas import AnswerIn, Submission, Version


@get("/series/{series:int}/submission", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def show_submission(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime]
) -> Submission:
    return await submission.show(tx, account, series, now=now)


@post(
    "/series/{series:int}/submission",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, SubmissionIncomplete, SubmissionNotOpen, SubmissionClosed),
)
async def submit(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime]
) -> Submission:
    await submission.submit(tx, account, series, now=now)
    return await submission.show(tx, account, series, now=now)


@delete(
    "/series/{series:int}/submission",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, SubmissionLocked, SeriesReleased),
)
async def withdraw(
    tx: Given[Connection], account: Given[Account], series: FromPath[int], now: Given[datetime]
) -> Submission:
    """The series becomes a draft again; it can be submitted anew until the deadline."""
    await submission.withdraw(tx, account, series, now=now)
    return await submission.show(tx, account, series, now=now)


@post(
    "/series/{series:int}/submission/answer",
    guards=[PRODUCER],
    status_code=HTTP_200_OK,
    responses=problems(*SIGNED_IN, NothingAsked, SubmissionLocked),
)
async def answer(
    tx: Given[Connection],
    account: Given[Account],
    series: FromPath[int],
    data: JSONBody[AnswerIn],
    now: Given[datetime],
) -> Submission:
    """What the festival asked about a submission; it decides with the answer at hand."""
    await submission.answer(tx, account, series, data, now=now)
    return await submission.show(tx, account, series, now=now)


@get("/episodes/{episode:int}/versions", guards=[PRODUCER], responses=problems(*SIGNED_IN))
async def list_versions(tx: Given[Connection], account: Given[Account], episode: FromPath[int]) -> list[Version]:
    """The files that arrived for an episode, the newest first, and which of them viewers see."""
    return await submission.versions(tx, account, episode)


HANDLERS = (show_submission, submit, withdraw, answer, list_versions)
