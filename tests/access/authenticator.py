"""A passkey's device as a program: ES256, no attestation, with a counter. Each lie it can tell is an argument."""

import hashlib
import json
import os
from typing import Any

import cbor2
import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from api.voting.journal_rules import from_base64url, to_base64url

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    def __init__(self, *, counts: bool = True) -> None:
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.count = 1 if counts else 0
        self.handle = b""
        self._counts = counts

    def make(self, options: Any, *, origin: str = ORIGIN, site: str | None = None, flags: int = 0) -> dict[str, Any]:
        """What the browser sends after `navigator.credentials.create`."""
        self.handle = from_base64url(options["user"]["id"])
        data = self._data(site or options["rp"]["id"], flags or PRESENT | VERIFIED | ATTESTED) + self._key_data()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", options["challenge"], origin)
        return self._credential({"clientDataJSON": _text(client), "attestationObject": _text(attestation)})

    def answer(
        self,
        options: Any,
        *,
        origin: str = ORIGIN,
        site: str | None = None,
        flags: int = PRESENT | VERIFIED,
        challenge: str | None = None,
    ) -> dict[str, Any]:
        """What the browser sends after `navigator.credentials.get`."""
        self.count += 1 if self._counts else 0
        data = self._data(site or options["rpId"], flags)
        client = _client("webauthn.get", options["challenge"] if challenge is None else challenge, origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self._credential({name: _text(value) for name, value in said.items()})

    def _data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _key_data(self) -> bytes:
        point = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        return bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(key)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        more = {"clientExtensionResults": {}, "authenticatorAttachment": "platform"}
        return {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response, **more}


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def _text(value: bytes) -> str:
    return to_base64url(value)


async def options_of(browser: httpx.AsyncClient, what: str) -> Any:
    """A challenge: of "passkeys" to make one, of "passkeys/sign-in" or "proof" to answer."""
    asked = await browser.post(f"/api/access/{what}/challenge")
    assert asked.status_code == 200, asked.text
    return asked.json()["options"]


async def enrol(browser: httpx.AsyncClient, device: Authenticator | None = None, name: str = "Phone") -> Authenticator:
    """A passkey for whoever is signed in in this browser."""
    device = device or Authenticator()
    credential = device.make(await options_of(browser, "passkeys"))
    made = await browser.post("/api/access/passkeys", json={"name": name, "credential": credential})
    assert made.status_code == 201, made.text
    return device


async def sign_in(browser: httpx.AsyncClient, device: Authenticator, **lies: Any) -> httpx.Response:
    credential = device.answer(await options_of(browser, "passkeys/sign-in"), **lies)
    return await browser.post("/api/access/passkeys/sign-in", json={"credential": credential})


async def prove(browser: httpx.AsyncClient, device: Authenticator, **lies: Any) -> httpx.Response:
    credential = device.answer(await options_of(browser, "proof"), **lies)
    return await browser.post("/api/access/proof", json={"credential": credential})
