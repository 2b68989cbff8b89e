"""Files of real size: cut as in a festival, sent to a server of its own, never held in memory."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from api.db import Pool
from tests import builders
from tests.conftest import TestServer
from tests.studio.sending import announced, part_of

MIB = 1024 * 1024
PART = 8 * MIB


async def a_producer(pool: Pool, browser: httpx.AsyncClient) -> int:
    """Sign a producer in and give them an episode to fill."""
    async with pool.acquire() as db:
        company = await builders.a_company(db)
        await builders.sign_in(browser, db, "producer", company)
        return await builders.an_episode(db, await builders.a_series(db, company=company))


async def open_upload(browser: httpx.AsyncClient, episode: int, size: int) -> Any:
    answer = await browser.post(f"/api/studio/episodes/{episode}/uploads", json={"file_name": "e01.mov", "size": size})
    return answer.json()


async def address_of(browser: httpx.AsyncClient, upload: str, part: dict[str, Any]) -> str:
    answer = await browser.post(f"/api/studio/uploads/{upload}/parts", json={"parts": [part]})
    return str(answer.json()["parts"][0]["url"])


async def test_file_of_twenty_mebibytes_arrives_in_three_parts_as_it_was(
    client: httpx.AsyncClient, pool: Pool, tmp_path: Path
) -> None:
    film = random.Random(7).randbytes(20 * MIB)
    upload = await open_upload(client, await a_producer(pool, client), len(film))

    for number in (3, 1, 2):
        url = await address_of(client, upload["id"], announced(film, number, PART))
        await client.put(url, content=part_of(film, number, PART))
    await client.post(f"/api/studio/uploads/{upload['id']}/complete")

    stored = (tmp_path / "storage" / "originals" / upload["id"]).read_bytes()
    assert (upload["part_size"], upload["part_count"]) == (PART, 3)
    assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(film).hexdigest()


@pytest.fixture
async def browser(server: TestServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        yield client


async def test_line_cut_in_the_middle_of_a_part_leaves_nothing_and_the_part_can_be_sent_again(
    server: TestServer, browser: httpx.AsyncClient, pool: Pool
) -> None:
    film = random.Random(8).randbytes(3 * MIB)
    upload = await open_upload(browser, await a_producer(pool, browser), len(film))
    url = await address_of(browser, upload["id"], announced(film, 1, PART))

    await cut_off(server.url, url, film)
    stored = (await browser.get(f"/api/studio/uploads/{upload['id']}")).json()["stored"]
    again = await browser.put(url, content=film)
    done = await browser.post(f"/api/studio/uploads/{upload['id']}/complete")

    assert (stored, again.status_code, done.json()["state"]) == ([], 200, "queued")


async def cut_off(server: str, path: str, film: bytes) -> None:
    """Send half of a part and hang up."""
    place = urlsplit(server)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"PUT {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {len(film)}\r\n\r\n"
    writer.write(head.encode() + film[: len(film) // 2])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await reader.read()


def peak_memory(process: int) -> int:
    """The most memory this process or one below it ever held, in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    own = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return max(own, *(peak_memory(int(child)) for child in below), 0)


@pytest.mark.long
async def test_server_takes_two_hundred_mebibytes_without_holding_them(
    server: TestServer, browser: httpx.AsyncClient, pool: Pool
) -> None:
    piece = random.Random(9).randbytes(PART)
    count = 25
    sha256 = hashlib.sha256(piece).hexdigest()
    upload = await open_upload(browser, await a_producer(pool, browser), PART * count)
    before = peak_memory(server.process.pid)

    async def send(number: int) -> int:
        part = {"number": number, "size": PART, "sha256": sha256}
        return (await browser.put(await address_of(browser, upload["id"], part), content=piece)).status_code

    for start in range(1, count + 1, 5):
        assert await asyncio.gather(*(send(number) for number in range(start, start + 5))) == [200] * 5
    done = await browser.post(f"/api/studio/uploads/{upload['id']}/complete")

    assert done.json()["state"] == "queued"
    assert peak_memory(server.process.pid) - before < 64 * MIB
