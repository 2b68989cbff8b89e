"""The votes' own listener: it says what the door says, and nothing that is sent to it breaks it or waits for ever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uuid_utils.compat as uuids
from litestar import Litestar

from api.db import Pool
from api.settings import Settings
from api.voting import line as lines
from api.voting.batcher import Batcher
from api.voting.line import VoteListener
from tests import ballots, builders

SAME = ("content-type", "cache-control", "content-security-policy", "x-content-type-options", "referrer-policy")


@pytest.fixture
async def listener(app: Litestar, settings: Settings) -> AsyncIterator[VoteListener]:
    listener = VoteListener(app.state.batcher, key=settings.key, secure=False)
    await listener.open("127.0.0.1:0")
    yield listener
    await listener.close()


@pytest.fixture
async def direct(listener: VoteListener) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.port}") as client:
        yield client


async def a_vote(client: httpx.AsyncClient, pool: Pool) -> tuple[int, dict[str, Any], dict[str, str]]:
    """An open award, the body of a vote in it and its headers."""
    async with pool.acquire() as db:
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award)
    ballot = (await client.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    return award, {"id": str(uuids.uuid7()), "entry": entry, "value": 4}, {"Ballot": ballot}


def as_bytes(award: int, body: bytes, *headers: str) -> bytes:
    head = [f"POST /api/awards/{award}/votes HTTP/1.1", "Host: hall", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def ask(listener: VoteListener, request: bytes) -> bytes:
    """Everything that comes back until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@pytest.mark.parametrize(("changed", "headers", "status"), ballots.VOTES)
async def test_listener_answers_as_the_door_does(
    client: httpx.AsyncClient,
    direct: httpx.AsyncClient,
    pool: Pool,
    changed: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    award, body, own = await a_vote(client, pool)

    door = await client.post(f"/api/awards/{award}/votes", json=body | changed, headers=own | headers)
    fast = await direct.post(f"/api/awards/{award}/votes", json=body | changed, headers=own | headers)

    assert (fast.status_code, door.status_code) == (status, status)
    assert ballots.said(fast) == ballots.said(door)
    assert {name: fast.headers.get(name) for name in SAME} == {name: door.headers.get(name) for name in SAME}


async def test_connection_is_kept_and_each_vote_is_stored(
    client: httpx.AsyncClient, direct: httpx.AsyncClient, listener: VoteListener, pool: Pool
) -> None:
    award, body, headers = await a_vote(client, pool)

    for value in (1, 2, 5):
        again = body | {"id": str(uuids.uuid7()), "value": value}
        assert (await direct.post(f"/api/awards/{award}/votes", json=again, headers=headers)).status_code == 200

    assert len(listener.lines) == 1
    assert await pool.fetchval("SELECT value FROM vote_event ORDER BY revision DESC LIMIT 1") == 5


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/awards/1/votes", 404),
        ("PUT", "/api/awards/1/votes", 404),
        ("POST", "/api/awards/x/votes", 404),
        ("POST", f"/api/awards/{'9' * 40}/votes", 404),
        ("POST", "/api/awards/1/votes/", 404),
        ("POST", "/api/awards/1/votes%3F", 404),
        ("GET", "/", 404),
    ],
)
async def test_everything_else_is_not_there(direct: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await direct.request(method, path)

    assert builders.code_of(answer) == (status, "not-found")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"vote"'])
async def test_what_is_not_a_vote_is_refused(direct: httpx.AsyncClient, body: bytes) -> None:
    assert builders.code_of(await direct.post("/api/awards/1/votes", content=body)) == (400, "bad-request")


async def test_body_in_pieces_is_one_vote(
    client: httpx.AsyncClient, listener: VoteListener, pool: Pool, direct: httpx.AsyncClient
) -> None:
    award, body, headers = await a_vote(client, pool)
    request = direct.build_request("POST", f"/api/awards/{award}/votes", json=body, headers=headers)
    whole = as_bytes(award, request.content, f"Ballot: {headers['Ballot']}", "Connection: close")
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)

    for position in range(0, len(whole), 7):
        writer.write(whole[position : position + 7])
        await writer.drain()
        await asyncio.sleep(0)

    assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 200 OK\r\n")
    writer.close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),  # TLS where none is spoken
        (b"VOTE FOR ME\r\n\r\n", b"400"),
        (b"POST /api/awards/1/votes HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde", b"400"),
        (b"POST /api/awards/1/votes HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", b"400"),
        (b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", b"404"),
        (b"POST /api/awards/1/votes HTTP/1.1\r\nX: " + b"a" * 20_000, b"413"),
        (as_bytes(1, b"[" + b"1," * 20_000), b"413"),
        (as_bytes(1, b"[" + b"1," * 3_000, "Connection: close"), b"413"),
    ],
)
async def test_what_cannot_be_read_is_refused_and_the_connection_closed(
    listener: VoteListener, request_: bytes, status: bytes
) -> None:
    answer = await ask(listener, request_)

    assert answer.split(b" ", 2)[1] == status
    assert b"application/problem+json" in answer


async def test_request_before_the_answer_to_the_last_closes_the_connection(
    client: httpx.AsyncClient, listener: VoteListener, pool: Pool, direct: httpx.AsyncClient
) -> None:
    award, body, headers = await a_vote(client, pool)
    content = direct.build_request("POST", "/", json=body).content
    one = as_bytes(award, content, f"Ballot: {headers['Ballot']}")

    assert (await ask(listener, one + one)).count(b"HTTP/1.1") <= 1
    assert await pool.fetchval("SELECT count(*) FROM vote_event") <= 1
    answer = await direct.post(f"/api/awards/{award}/votes", content=content, headers=headers)
    assert answer.status_code == 200  # the same vote again, on a line that keeps the order


async def test_voter_who_leaves_takes_nobody_along(client: httpx.AsyncClient, pool: Pool, settings: Settings) -> None:
    award, body, headers = await a_vote(client, pool)
    batcher = Batcher(pool, lambda changes: None)  # started below, when the first voter has gone
    listener = VoteListener(batcher, key=settings.key, secure=False)
    await listener.open("127.0.0.1:0")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.port}") as direct:
        path, other = f"/api/awards/{award}/votes", {**body, "id": str(uuids.uuid7()), "value": 1}
        with contextlib.suppress(httpx.TimeoutException):
            await direct.post(path, json=body, headers=headers, timeout=0.2)
        stays = asyncio.create_task(direct.post(path, json=other, headers=headers))
        await asyncio.sleep(0.1)
        batcher.start()

        assert (await stays).status_code == 200
        await batcher.close()
        await listener.close()
    assert await pool.fetchval("SELECT count(*) FROM vote_event") == 2


async def test_silent_connections_are_closed_and_waiting_voters_are_not(
    listener: VoteListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"POST /api/awards/1/votes HTTP/1.1\r\n")
    await asyncio.sleep(0.05)
    assert len(listener.lines) == 1

    listener.sweep()
    assert not next(iter(listener.lines)).is_silent(0)
    monkeypatch.setattr(lines, "SILENCE_LIMIT", -1.0)
    listener.sweep()

    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_too_many_connections_are_turned_away(listener: VoteListener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CONNECTIONS_LIMIT", 1)
    _, first = await asyncio.open_connection("127.0.0.1", listener.port)
    await asyncio.sleep(0.05)

    reader, second = await asyncio.open_connection("127.0.0.1", listener.port)
    with contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(), 5) == b""

    assert len(listener.lines) == 1
    for writer in (first, second):
        writer.close()
