"""A screen as its page behaves: a key of its own, a journal with a chain, and the same words to the server."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.db import Connection
from api.voting.journal_rules import from_base64url, to_base64url
from tests import ballots, builders
from tests.house import House

CURVE = ec.SECP256R1()
MANY = 500


def raw_public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def sign(key: ec.EllipticCurvePrivateKey, text: str) -> str:
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return to_base64url(r.to_bytes(32) + s.to_bytes(32))


def seal(house_point: str, token: str) -> str:
    """As the page does it with WebCrypto."""
    once, nonce = ec.generate_private_key(CURVE), os.urandom(12)
    point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64url(house_point))
    shared = once.exchange(ec.ECDH(), point)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"tallscreen kiosk badge").derive(shared)
    return to_base64url(raw_public(once) + nonce + AESGCM(key).encrypt(nonce, token.encode(), None))


class Screen:
    """`browser` is its page's connection; `id` is there once it is paired."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser, self.key = browser, ec.generate_private_key(CURVE)
        self.id, self.counter, self.prev = 0, 0, to_base64url(bytes(32))
        self.seal_key = self.house_key = ""
        self.user_code = self.device_code = ""

    async def ask(self) -> httpx.Response:
        asked = await self.browser.post(
            "/api/kiosk/pairings", json={"public_key": to_base64url(raw_public(self.key)), "version": "test"}
        )
        if asked.status_code == 200:
            self.user_code, self.device_code = asked.json()["user_code"], asked.json()["device_code"]
        return asked

    async def poll(self) -> dict[str, Any]:
        answer = await self.browser.post("/api/kiosk/pairings/poll", json={"device_code": self.device_code})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def sign_in(self) -> httpx.Response:
        asked = (await self.browser.post("/api/kiosk/challenges", json={"kiosk": self.id})).json()["challenge"]
        signature = sign(self.key, f"tallscreen kiosk session\n{asked}")
        body = {"kiosk": self.id, "challenge": asked, "signature": signature}
        opened = await self.browser.post("/api/kiosk/sessions", json=body)
        if opened.status_code == 200:
            told = opened.json()
            self.browser.headers["authorization"] = f"Bearer {told['token']}"
            self.seal_key, self.house_key = told["seal_key"], told["house_key"]
        return opened

    def record(self, award: int, entry: int | None, value: int | None = 5, **other: Any) -> dict[str, str]:
        """The next record of the journal, signed. `badge` is a token; without one it is a visitor's of their own."""
        at = other.pop("at", datetime.now(UTC))
        badge = other.pop("badge", None)
        body: dict[str, Any] = {
            "v": 1, "kiosk": self.id, "counter": self.counter + 1, "prev": self.prev, "id": str(uuid4()),
            "award": award, "entry": entry, "value": value, "choices": None,
            "visitor": None if badge else str(uuid4()), "badge": seal(self.seal_key, badge) if badge else None,
            "at": at if isinstance(at, str) else at.isoformat(), "uncertainty_ms": 100,
        } | other  # fmt: skip
        text = msgspec.json.encode(body).decode()
        self.counter, self.prev = body["counter"], to_base64url(hashlib.sha256(text.encode()).digest())
        return {"body": text, "signature": sign(self.key, f"tallscreen kiosk vote\n{text}")}

    async def post(self, records: list[dict[str, str]]) -> httpx.Response:
        return await self.browser.post("/api/kiosk/votes", json={"counter": self.counter, "records": records})

    async def send(self, *records: dict[str, str]) -> dict[str, Any]:
        """All of them, in requests as large as may be; the last answer, with the votes of all."""
        votes, told = [], {}
        for start in range(0, len(records), MANY):
            answer = await self.post(list(records[start : start + MANY]))
            assert answer.status_code == 200, answer.text
            told = answer.json()
            votes += told["votes"]
        return told | {"votes": votes}

    async def beat(self, **other: Any) -> dict[str, Any]:
        body = {
            "state": "loop", "cached": 100, "stored_bytes": 1000, "persisted": True, "skew_ms": 3, "uncertainty_ms": 40,
            "votes_waiting": 0, "plays_waiting": 0, "counter": self.counter, "version": "test",
        } | other  # fmt: skip
        answer = await self.browser.post("/api/kiosk/heartbeats", json=body)
        assert answer.status_code == 200, answer.text
        heard: dict[str, Any] = answer.json()
        return heard


async def a_screen(house: House, organiser: httpx.AsyncClient, name: str | None = None, **other: Any) -> Screen:
    """A screen that is paired and signed in."""
    screen = Screen(house.browser())
    await screen.ask()
    body = {"name": name or f"Screen {screen.user_code}"} | other
    paired = await organiser.post(f"/api/desk/kiosks/pairings/{screen.user_code}/approve", json=body)
    assert paired.status_code == 200, paired.text
    screen.id = paired.json()["kiosk"]
    assert (await screen.sign_in()).status_code == 200
    # Two days ago: no vote is believed to be older than the screen's pairing.
    await house.pool.execute(
        "UPDATE kiosk_journal SET reported_at = reported_at - interval '2 days' WHERE kiosk_id = $1", screen.id
    )
    return screen


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


async def an_award(rows: Connection, *tiers: str, closed: float = -3600, **columns: object) -> tuple[int, int]:
    """An award and an entry; voting ended so many seconds ago."""
    award = await ballots.an_award(rows, *(tiers or ("kiosk", "badge")))
    now = datetime.now(UTC)
    await rows.execute(
        "UPDATE award SET opens_at = $2, closes_at = $3 WHERE id = $1",
        award, now - timedelta(hours=8), now - timedelta(seconds=closed),
    )  # fmt: skip
    for column, value in columns.items():
        await rows.execute(f"UPDATE award SET {column} = $2 WHERE id = $1", award, value)  # noqa: S608
    return award, await builders.an_entry(rows, award)


def paced(screen: Screen, award: int, entry: int, count: int, **other: Any) -> list[dict[str, str]]:
    """Visitors one after another, six seconds apart, the last one a second ago."""
    return [
        screen.record(award, entry, 1 + number % 5, at=ago(seconds=1 + 6 * (count - number)), **other)
        for number in range(count)
    ]


async def ledger(rows: Connection, award: int) -> list[Any]:
    return await rows.fetch(
        "SELECT v.*, b.tier, b.quarantined_at FROM vote_event v JOIN ballot b ON b.id = v.ballot"
        " WHERE v.award_id = $1 ORDER BY v.idem",
        award,
    )


def outcomes(told: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(vote["outcome"], vote["reason"]) for vote in told["votes"]]
