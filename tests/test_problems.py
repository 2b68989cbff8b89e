"""Every error becomes one shape, and says nothing of what is behind it."""

from typing import Any

import asyncpg
import pytest
from litestar.exceptions import (
    ClientException,
    HTTPException,
    ImproperlyConfiguredException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from api import errors, problems
from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from transcoder import storage

pytest_plugins = ("tests.housing",)


def test_problem_holds_title_detail_code_and_values() -> None:
    problem = problems.to_problem(errors.PartConflict("Part 3 was announced differently.", parts=[3]), "7")

    assert problem == problems.Problem(
        type="/problems/part-conflict",
        title=errors.PartConflict.title(),
        status=409,
        detail="Part 3 was announced differently.",
        code="part-conflict",
        kept=errors.PartConflict.kept,
        next=errors.PartConflict.next,
        values={"parts": [3]},
        request_id="7",
    )


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        (errors.VotingClosed(), "voting-closed"),
        (ValidationException("bad"), "bad-request"),
        (ClientException("bad"), "bad-request"),
        (NotFoundException(), "not-found"),
        (MethodNotAllowedException(), "method-not-allowed"),
        (HTTPException(status_code=413), "too-large"),
        (ImproperlyConfiguredException(), "error"),
        (storage.StorageFull(), "storage-full"),
        (storage.StorageError(), "unavailable"),
        (storage.ObjectMissing(), "unavailable"),
        (asyncpg.ConnectionDoesNotExistError(), "unavailable"),
        (asyncpg.CannotConnectNowError(), "unavailable"),
        (asyncpg.InterfaceError("connection is closed"), "unavailable"),
        (asyncpg.InternalClientError(), "unavailable"),
        (asyncpg.DiskFullError(), "unavailable"),
        (asyncpg.TooManyConnectionsError(), "unavailable"),
        (asyncpg.DeadlockDetectedError(), "unavailable"),
        (asyncpg.SerializationError(), "unavailable"),
        (asyncpg.AdminShutdownError(), "unavailable"),
        (asyncpg.ReadOnlySQLTransactionError(), "unavailable"),
        (asyncpg.PostgresIOError(), "unavailable"),
        (ConnectionRefusedError(), "unavailable"),
        (ExceptionGroup("cleanup", [asyncpg.InterfaceError("connection is closed")]), "unavailable"),
        (ExceptionGroup("cleanup", [KeyError("secret")]), "error"),
        (TimeoutError(), "unavailable"),
        (asyncpg.UniqueViolationError(), "error"),
        (KeyError("secret"), "error"),
        (ValueError("secret"), "error"),
    ],
)
def test_exception_is_translated(exception: Exception, code: str) -> None:
    assert problems.translate(exception).code == code


def test_unknown_exception_tells_nothing_of_itself() -> None:
    problem = problems.to_problem(problems.translate(RuntimeError("postgresql://user:secret@host")), None)

    assert (problem.detail, problem.values) == ("Something went wrong.", None)


def test_wrong_fields_are_named() -> None:
    exception = ValidationException("No", extra=[{"key": "slug", "message": "Expected `str`", "source": "body"}])

    assert problems.translate(exception).extra == {"fields": [{"field": "slug", "why": "Expected `str`"}]}


@pytest.mark.parametrize("extra", [None, [], {"key": "slug"}, ["slug"]])
def test_unknown_details_of_the_framework_are_left_out(extra: Any) -> None:
    exception = ValidationException("No", extra=extra)

    assert problems.translate(exception).extra == {}


def test_documented_refusals_name_every_code_of_a_status() -> None:
    documented = problems.problems(errors.VotingClosed, errors.UploadGone, errors.NotFound)

    assert {status: spec.description for status, spec in documented.items()} == {
        400: f"`bad-request` {errors.BadRequest.title()}",
        404: f"`not-found` {errors.NotFound.title()}",
        410: f"`voting-closed` {errors.VotingClosed.title()} `upload-gone` {errors.UploadGone.title()}",
    }


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
async def test_number_too_large_for_the_database_is_a_bad_request(house: House, rows: Connection, number: int) -> None:
    await builders.a_festival(rows)
    organiser = await house.signed_in("organiser")

    answer = await organiser.post(
        "/api/desk/sections", json={"slug": "large", "name": {"en": "Large"}, "position": number}
    )

    assert code_of(answer) == (400, "bad-request")


@pytest.mark.parametrize("path", ["/api/awards/{}", "/api/awards/{}/board", "/api/media-access?x={}"])
async def test_address_with_a_number_too_large_is_no_error_of_ours(house: House, path: str) -> None:
    answer = await house.browser().get(path.format(10**40))

    assert code_of(answer) == (400, "bad-request")


async def test_sign_that_text_cannot_hold_is_a_bad_request(house: House) -> None:
    answer = await house.browser().get("/api/series/a%00b")

    assert code_of(answer) == (400, "bad-request")


async def test_refused_body_stores_nothing(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)
    organiser = await house.signed_in("organiser")

    answer = await organiser.post("/api/desk/sections", json={"slug": "nul", "name": {"en": "a\u0000b"}})

    assert (code_of(answer)[0], await rows.fetchval("SELECT count(*) FROM section WHERE slug = 'nul'")) == (400, 0)
