"""A person's browser as a program: signs in, uploads and votes through the public API, as the pages do."""

import asyncio
import hashlib
import re
from pathlib import Path
from typing import Any

import httpx

TRIES = 5
_MAILED_CODE = re.compile(r"\b[0-9]{8}\b")


class Refused(Exception):
    """The API said no; `code` is its stable code."""

    def __init__(self, answer: httpx.Response) -> None:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        self.code: str = problem.get("code", "")
        self.status = answer.status_code
        super().__init__(
            f"{answer.request.method} {answer.request.url.path}: {problem.get('detail', answer.text[:200])}"
        )


class Person:
    """One browser with its own cookies. Answers are JSON values; refusals raise Refused."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.http = httpx.AsyncClient(base_url=url, timeout=60, transport=transport)

    async def close(self) -> None:
        await self.http.aclose()

    async def get(self, path: str) -> Any:
        return _value(await self.http.get(path))

    async def post(self, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        return _value(await self.http.post(path, json=body, headers=headers))

    async def put(self, path: str, body: object) -> Any:
        return _value(await self.http.put(path, json=body))

    async def post_bytes(self, path: str, content: bytes) -> Any:
        return _value(await self.http.post(path, content=content))

    async def sign_in(self, code: str) -> Any:
        """With a code an operator issued."""
        return await self.post("/api/access/sign-in", {"code": code})

    async def sign_in_by_mail(self, email: str) -> Any:
        """With a mailed code, read from the captured mail of a demo on this machine."""
        asked = await self.post("/api/access/codes", {"email": email})
        mails = await self.get("/dev/mail")
        text = next(mail["text"] for mail in mails if mail["to"] == email)
        code = next(iter(_MAILED_CODE.findall(text)))
        return await self.post("/api/access/sessions", {"request": asked["request"], "code": code})

    async def upload(self, episode: int, path: Path, lang: str | None = None) -> Any:
        """Send a file in parts and finish; the episode's state. An upload cut off earlier is taken up again. With a
        language it is a further sound of the film."""
        return await self.finish(await self.send(episode, path, lang))

    async def send(self, episode: int, path: Path, lang: str | None = None) -> str:
        """Every byte of a file, but not yet the word that this was all; the upload's id."""
        upload = await self._open_upload(episode, path, lang)
        stored = {part["number"] for part in upload["stored"]}
        for number in range(1, upload["part_count"] + 1):
            if number not in stored:
                await self._send_part(upload, number, path)
        return str(upload["id"])

    async def finish(self, upload: str) -> Any:
        return await self.post(f"/api/studio/uploads/{upload}/complete")

    async def _open_upload(self, episode: int, path: Path, lang: str | None) -> Any:
        body = {"file_name": path.name, "size": path.stat().st_size, "lang": lang}
        answer = await self.http.post(f"/api/studio/episodes/{episode}/uploads", json=body)
        if answer.status_code == 409 and answer.json().get("values", {}).get("upload"):
            return await self.get(f"/api/studio/uploads/{answer.json()['values']['upload']}")
        return _value(answer)

    async def _send_part(self, upload: Any, number: int, path: Path) -> None:
        data = await asyncio.to_thread(_read, path, (number - 1) * upload["part_size"], upload["part_size"])
        part = {"number": number, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        told = await self.post(f"/api/studio/uploads/{upload['id']}/parts", {"parts": [part]})
        address = told["parts"][0]
        for attempt in range(TRIES):
            try:
                answer = await self.http.put(address["url"], content=data, headers=address["headers"])
            except httpx.TransportError:
                await asyncio.sleep(2**attempt)
                continue
            if answer.status_code >= 400:
                raise Refused(answer)
            return
        raise ConnectionError(f"part {number} of {path.name} could not be sent")


def _read(path: Path, offset: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(size)


def _value(answer: httpx.Response) -> Any:
    if answer.status_code >= 400:
        raise Refused(answer)
    return answer.json() if answer.content else None
