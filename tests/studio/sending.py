"""A producer's browser on its way through an upload: open, announce, put, complete."""

import hashlib
from typing import Any

import httpx

PART = 1000
#: Two parts and a rest.
FILM = bytes(number % 251 for number in range(2 * PART + 345))


def part_of(content: bytes, number: int, size: int = PART) -> bytes:
    return content[(number - 1) * size : number * size]


def announced(content: bytes, number: int, size: int = PART) -> dict[str, Any]:
    piece = part_of(content, number, size)
    return {"number": number, "size": len(piece), "sha256": hashlib.sha256(piece).hexdigest()}


class Sender:
    def __init__(self, browser: httpx.AsyncClient, episode: int, company: int) -> None:
        self.browser, self.episode, self.company = browser, episode, company

    async def start(self, content: bytes = FILM, file_name: str = "e01.mp4") -> httpx.Response:
        body = {"file_name": file_name, "size": len(content)}
        return await self.browser.post(f"/api/studio/episodes/{self.episode}/uploads", json=body)

    async def started(self, content: bytes = FILM) -> str:
        """The id of an upload of this file."""
        answer = await self.start(content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def announce(self, upload: str, *parts: dict[str, Any]) -> httpx.Response:
        return await self.browser.post(f"/api/studio/uploads/{upload}/parts", json={"parts": list(parts)})

    async def address(self, upload: str, number: int, content: bytes = FILM) -> str:
        answer = await self.announce(upload, announced(content, number))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["parts"][0]["url"])

    async def put(self, upload: str, *numbers: int, content: bytes = FILM) -> None:
        """Send these parts as they are."""
        for number in numbers:
            answer = await self.browser.put(
                await self.address(upload, number, content), content=part_of(content, number)
            )
            assert answer.status_code == 200, answer.text

    async def sent(self, content: bytes = FILM) -> str:
        """The id of an upload all parts of which have arrived."""
        upload = await self.started(content)
        await self.put(upload, *range(1, -(-len(content) // PART) + 1), content=content)
        return upload

    async def show(self, upload: str) -> httpx.Response:
        return await self.browser.get(f"/api/studio/uploads/{upload}")

    async def stored(self, upload: str) -> list[int]:
        return [part["number"] for part in (await self.show(upload)).json()["stored"]]

    async def complete(self, upload: str) -> httpx.Response:
        return await self.browser.post(f"/api/studio/uploads/{upload}/complete")

    async def cancel(self, upload: str) -> httpx.Response:
        return await self.browser.delete(f"/api/studio/uploads/{upload}")

    async def state(self) -> Any:
        """The episode as its producer sees it."""
        series = (await self.browser.get("/api/studio/series")).json()
        return next(episode for each in series for episode in each["episodes"] if episode["id"] == self.episode)
