"""The votes' own door says what the route behind it says, to the letter."""

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
import uuid_utils.compat as uuids
from litestar import Litestar

from api.db import Pool
from api.edge import Edge
from tests import ballots, builders

SAME = ("content-type", "content-security-policy", "x-content-type-options", "referrer-policy", "retry-after")


@pytest.fixture
async def behind(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that comes in by the framework."""
    transport = httpx.ASGITransport(app=cast("Any", Edge(app, secure=False)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver.local") as client:
        yield client


@pytest.mark.parametrize(("changed", "headers", "status"), ballots.VOTES)
async def test_both_ways_in_answer_alike(
    client: httpx.AsyncClient,
    behind: httpx.AsyncClient,
    pool: Pool,
    changed: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    async with pool.acquire() as db:
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award)
    ballot = (await client.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    body = {"id": str(uuids.uuid7()), "entry": entry, "value": 4} | changed
    sent = {"Ballot": ballot, **headers}

    fast = await client.post(f"/api/awards/{award}/votes", json=body, headers=sent)
    slow = await behind.post(f"/api/awards/{award}/votes", json=body, headers=sent)

    assert (fast.status_code, slow.status_code) == (status, status)
    assert ballots.said(fast) == ballots.said(slow)
    assert {name: fast.headers.get(name) for name in SAME} == {name: slow.headers.get(name) for name in SAME}
    assert fast.headers["x-request-id"] != slow.headers["x-request-id"]


async def test_body_without_end_is_cut_off(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/awards/1/votes", content=b"[" + b"1," * 5000)

    assert builders.code_of(answer) == (413, "too-large")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"vote"'])
async def test_what_is_not_a_vote_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    assert builders.code_of(await client.post("/api/awards/1/votes", content=body)) == (400, "bad-request")


@pytest.mark.parametrize("path", ["/api/awards/x/votes", "/api/awards/-1/votes", f"/api/awards/{'9' * 40}/votes"])
async def test_address_that_is_no_award_is_left_to_the_framework(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.post(path, json={})).status_code in (400, 404)


async def test_other_methods_are_left_to_the_framework(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/awards/1/votes")).status_code == 405
