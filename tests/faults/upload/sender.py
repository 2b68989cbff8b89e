"""A producer's page without the page: it follows the contract of uploads and never gives up on what passes."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable
from typing import Any

import httpx

from tests.studio.sending import announced, part_of

PARTS_AT_ONCE = 3
FILES_AT_ONCE = 4


class Passing(Exception):
    """Nothing was decided; the same may be asked again."""


class Sender:
    """One file of a drop. It remembers its upload from the first answer on, as the page does."""

    def __init__(self, http: httpx.AsyncClient, episode: int, name: str, content: bytes) -> None:
        self._http, self.episode, self._name, self.content = http, episode, name, content
        self._upload: str | None = None
        self.tries = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    async def run(self, dice: random.Random) -> None:
        while True:
            self.tries += 1
            try:
                await self._attempt()
            except Passing:
                await asyncio.sleep(dice.uniform(0.02, 0.3))
            else:
                return

    async def _attempt(self) -> None:
        upload = await self._open()
        if upload["state"] == "open":
            stored = {part["number"] for part in upload["stored"]}
            missing = [number for number in range(1, upload["part_count"] + 1) if number not in stored]
            lanes = asyncio.Semaphore(PARTS_AT_ONCE)
            results = await asyncio.gather(
                *(self._send(upload, number, lanes) for number in missing), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException):
                    raise result
        await _answer(self._http.post(f"/api/studio/uploads/{upload['id']}/complete"))

    async def _open(self) -> Any:
        if self._upload is None:
            body = {"file_name": self._name, "size": len(self.content)}
            told = await _answer(self._http.post(f"/api/studio/episodes/{self.episode}/uploads", json=body), 409)
            self._upload = str(told["values"]["upload"] if "values" in told else told["id"])
        return await _answer(self._http.get(f"/api/studio/uploads/{self._upload}"))

    async def _send(self, upload: Any, number: int, lanes: asyncio.Semaphore) -> None:
        async with lanes:
            part = announced(self.content, number, upload["part_size"])
            told = await _answer(self._http.post(f"/api/studio/uploads/{upload['id']}/parts", json={"parts": [part]}))
            address = told["parts"][0]
            content = part_of(self.content, number, upload["part_size"])
            await _answer(self._http.put(address["url"], content=content, headers=address["headers"]))


async def _answer(asked: Awaitable[httpx.Response], *also: int) -> Any:
    try:
        answer = await asked
    except httpx.TransportError as error:
        raise Passing from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Passing
    if answer.status_code >= 400 and answer.status_code not in also:
        raise AssertionError(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
    return answer.json()


async def send_all(senders: list[Sender], dice: random.Random) -> None:
    """All files of a drop, some side by side."""
    places = asyncio.Semaphore(FILES_AT_ONCE)

    async def send(sender: Sender) -> None:
        async with places:
            await sender.run(dice)

    await asyncio.gather(*(send(sender) for sender in senders))
