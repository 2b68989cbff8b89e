"""A screen in the hall as a program: a key of its own, a chained journal of votes, and the words its page says."""

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils.compat as uuids
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from loadtest.client import Person, Refused

_CURVE = ec.SECP256R1()
_ASK_AGAIN = 429
MANY = 500


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


class Screen:
    """`person` is its browser, `kept` what its disk would hold: changed in place, for whoever made it to save."""

    def __init__(self, person: Person, kept: dict[str, Any]) -> None:
        self.person, self.kept = person, kept
        if "key" not in kept:
            number = ec.generate_private_key(_CURVE).private_numbers().private_value
            kept |= {"key": f"{number:064x}", "kiosk": 0, "counter": 0, "plays": 0, "prev": _b64(bytes(32))}
            kept["unsent"] = []
        self._key = ec.derive_private_key(int(kept["key"], 16), _CURVE)

    @property
    def unsent(self) -> list[dict[str, str]]:
        waiting: list[dict[str, str]] = self.kept["unsent"]
        return waiting

    async def ask(self) -> str:
        """The code it shows."""
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        asked = await self._patiently("/api/kiosk/pairings", {"public_key": _b64(point), "version": "demo"})
        return str(asked["user_code"])

    async def pair(self, organiser: Person, **named: Any) -> None:
        """Ask for a code and let the organiser approve it, as two people would do it."""
        paired = await organiser.post(f"/api/desk/kiosks/pairings/{await self.ask()}/approve", named)
        self.kept["kiosk"] = paired["kiosk"]

    async def _patiently(self, path: str, body: object) -> Any:
        """All of these screens call from one address, which only so many may do in a minute."""
        while True:
            try:
                return await self.person.post(path, body)
            except Refused as refused:
                if refused.status != _ASK_AGAIN:
                    raise
                await asyncio.sleep(2)

    async def sign_in(self) -> None:
        kiosk = self.kept["kiosk"]
        asked = await self._patiently("/api/kiosk/challenges", {"kiosk": kiosk})
        signature = self._sign(f"tallscreen kiosk session\n{asked['challenge']}")
        body = {"kiosk": kiosk, "challenge": asked["challenge"], "signature": signature}
        told = await self._patiently("/api/kiosk/sessions", body)
        self.person.http.headers["authorization"] = f"Bearer {told['token']}"

    async def manifest(self) -> dict[str, Any]:
        told = await self.person.get("/api/kiosk/manifest")
        manifest: dict[str, Any] = json.loads(told["text"].split("\n")[1])
        return manifest

    async def beat(self, **said: Any) -> dict[str, Any]:
        body = {
            "state": "loop", "cached": 100, "stored_bytes": 0, "persisted": True, "skew_ms": 12, "uncertainty_ms": 40,
            "votes_waiting": len(self.unsent), "plays_waiting": 0, "counter": self.kept["counter"], "version": "demo",
        } | said  # fmt: skip
        heard: dict[str, Any] = await self.person.post("/api/kiosk/heartbeats", body)
        return heard

    def vote(self, award: int, entry: int, value: int) -> None:
        """Into the journal; `send` brings it home."""
        body = {
            "v": 1, "kiosk": self.kept["kiosk"], "counter": self.kept["counter"] + 1, "prev": self.kept["prev"],
            "id": str(uuids.uuid7()), "award": award, "entry": entry, "value": value, "choices": None,
            "visitor": str(uuids.uuid7()), "badge": None, "at": moment(datetime.now(UTC)), "uncertainty_ms": 40,
        }  # fmt: skip
        text = json.dumps(body)
        self.kept |= {"counter": body["counter"], "prev": _b64(hashlib.sha256(text.encode()).digest())}
        self.unsent.append({"body": text, "signature": self._sign(f"tallscreen kiosk vote\n{text}")})

    async def send(self) -> None:
        if self.unsent:
            body = {"counter": self.kept["counter"], "records": self.unsent[:MANY]}
            await self.person.post("/api/kiosk/votes", body)
            self.kept["unsent"] = self.unsent[MANY:]

    async def played(self, films: list[tuple[dict[str, Any], datetime, str]]) -> None:
        """Films with the moment each began, and whether it was the loop or a visitor's choice."""
        plays = []
        for film, at, how in films:
            self.kept["plays"] += 1
            whole = how == "loop" or self.kept["plays"] % 3 > 0
            seconds = film["seconds"] if whole else film["seconds"] / 2
            named = {"kind": "film", "series": film["series"], "episode": film["episode"], "how": how}
            times = {"started_at": moment(at), "uncertainty_ms": 40, "seconds": seconds, "whole": whole}
            plays.append({"counter": self.kept["plays"], **named, **times})
        for start in range(0, len(plays), MANY):
            await self.person.post("/api/kiosk/plays", {"plays": plays[start : start + MANY]})

    def _sign(self, text: str) -> str:
        r, s = decode_dss_signature(self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return _b64(r.to_bytes(32) + s.to_bytes(32))


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)
