"""Builders for who may vote: awards that admit tiers, badges, screenings, and what a device has watched."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from litestar import Litestar

from api.access.rules import digest, new_clear_code
from api.db import Connection
from api.edge import Edge
from api.voting import proofs
from tests import builders

#: What is changed of a good vote, the headers it is sent with, and the status every way in answers.
VOTES: list[tuple[dict[str, Any], dict[str, str], int]] = [
    ({}, {}, 200),
    ({"value": 9}, {}, 422),
    ({"value": "4"}, {}, 400),
    ({"extra": 1}, {}, 400),
    ({"id": "x"}, {}, 400),
    ({"entry": 0}, {}, 400),
    ({}, {"Ballot": "1.1.0.forged"}, 401),
    ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
    ({}, {"Origin": "https://elsewhere.example"}, 403),
    ({"entry": 999_999}, {}, 404),
    ({}, {"Ballot": ""}, 401),
]


async def an_award(db: Connection, *tiers: str, watch: dict[str, Any] | None = None) -> int:
    """An award that admits these tiers, the device where none is named, with a secret of its own."""
    award = await builders.an_award(db, tiers=tiers or ("device",), watch=watch)
    await db.execute("UPDATE award_secret SET secret = $2 WHERE award_id = $1", award, secrets.token_bytes(32))
    return award


async def a_badge(db: Connection, *, revoked: bool = False) -> str:
    """The token of a new badge."""
    token = new_clear_code(proofs.BADGE_LENGTH)
    await db.execute(
        "INSERT INTO badge (festival_id, token_hash, label, revoked_at) VALUES ($1, $2, $3, $4)",
        await builders.a_festival(db),
        digest(token),
        f"badge {token[:4].lower()}",
        datetime.now(UTC) if revoked else None,
    )
    return token


async def a_screening(
    db: Connection,
    *,
    starts: timedelta = timedelta(minutes=-30),
    ends: timedelta = timedelta(minutes=30),
    head_count: int | None = None,
) -> tuple[int, bytes]:
    """A screening that runs now, and its secret."""
    secret, now = secrets.token_bytes(32), datetime.now(UTC)
    screening = await db.fetchval(
        "INSERT INTO screening (festival_id, name, starts_at, ends_at, head_count, secret)"
        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        await builders.a_festival(db),
        builders.words("Evening"),
        now + starts,
        now + ends,
        head_count,
        secret,
    )
    return int(screening), secret


async def code_now(secret: bytes, *, back: int = 0) -> str:
    """The code of so many windows ago, early enough in this window not to be one older on arrival."""
    left = proofs.HALL_WINDOW - datetime.now(UTC).timestamp() % proofs.HALL_WINDOW
    if left < 2:
        await asyncio.sleep(left)
    return proofs.hall_code(secret, proofs.window_of(datetime.now(UTC)) - back)


def heartbeat(episode: int, *spans: Sequence[float], session: str | None = None, speed: float = 1.0) -> dict[str, Any]:
    return {
        "session": session or str(uuid4()),
        "episode": episode,
        "spans": [list(span) for span in spans],
        "speed": speed,
    }


def phone_at(app: Litestar, address: str) -> httpx.AsyncClient:
    """A browser that connects from this address."""
    edge: Any = Edge(app, secure=False)
    transport = httpx.ASGITransport(app=edge, raise_app_exceptions=False, client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver.local")


def said(answer: httpx.Response) -> dict[str, Any]:
    """Without the id of the request, which is that of the header where it is said."""
    body: dict[str, Any] = answer.json()
    assert body.pop("request_id", answer.headers["x-request-id"]) == answer.headers["x-request-id"]
    return body
