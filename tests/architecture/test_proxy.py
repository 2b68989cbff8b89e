"""The proxy of the production shape, where there is an nginx: what it remembers of one package opens no other."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from api import embedded
from api.db import Pool
from loadtest.bench import serve
from tests import builders
from tests.conftest import TestServer

NGINX = os.environ.get("TALLSCREEN_NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="there is no nginx")
SEGMENT = "v360/000.m4s"


@pytest.fixture
async def proxy(server: TestServer, tmp_path: Path) -> AsyncIterator[int]:
    """The port of the template's proxy in front of the server."""
    port, home = embedded.free_port(), tmp_path / "nginx"
    (tmp_path / "ours").mkdir()
    async with contextlib.AsyncExitStack() as stack:
        conf = serve.proxy_conf(tmp_path, port, int(server.url.rsplit(":", 1)[1]))
        await serve.start_nginx(stack, NGINX or "", tmp_path, "nginx", conf)
        for _ in range(100):
            with contextlib.suppress(OSError):
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError((home / "error.log").read_text())
        yield port


async def ask(port: int, path: str) -> tuple[int, bytes]:
    """The path as it is written here: clients would tidy it up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


async def a_film(pool: Pool, folder: Path, *, released: bool) -> UUID:
    async with pool.acquire() as db:
        series = await builders.a_series(db, released=released)
        package = await builders.a_package(db, await builders.an_episode(db, series))
    place = folder / "storage" / "media" / str(package) / SEGMENT
    place.parent.mkdir(parents=True)
    place.write_bytes(f"film of {package}".encode())
    return package


async def test_right_to_a_released_package_opens_no_other(proxy: int, pool: Pool, tmp_path: Path) -> None:
    shown, hidden = [await a_film(pool, tmp_path, released=released) for released in (True, False)]
    tricks = [
        f"/media/{shown}/../{hidden}/{SEGMENT}",
        f"/media/{shown}/..%2f{hidden}/{SEGMENT}",
        f"/media/{shown}/%2e%2e/{hidden}/{SEGMENT}",
        f"/media/{shown}/v360/../../{hidden}/{SEGMENT}",
        f"/media/{shown}/v360/..%2f..%2f{hidden}/{SEGMENT}",
        f"/media/{hidden}/{SEGMENT}",
    ]

    assert await ask(proxy, f"/media/{shown}/{SEGMENT}") == (200, f"film of {shown}".encode())
    assert [(await ask(proxy, trick))[0] for trick in tricks] == [404] * len(tricks)
    assert await ask(proxy, f"/media/{shown}/{SEGMENT}") == (200, f"film of {shown}".encode())


async def test_log_names_no_person_no_signature_and_no_page_they_came_from(proxy: int, tmp_path: Path) -> None:
    canary, address = "canary-4711", "198.51.100.77"
    headers = (
        f"Host: 127.0.0.1:{proxy}\r\nX-Forwarded-For: {address}\r\nUser-Agent: {canary}\r\nReferer: http://{canary}/"
    )
    headers += f"\r\nCookie: sid={canary}\r\nAuthorization: Bearer {canary}\r\nBallot: {canary}\r\nConnection: close"
    paths = [
        f"/api/access/me?email={canary}", f"/b/{canary}", f"/h/{canary}", f"/wall/screening/{canary}", f"/api/screenings/{canary}/code",
        f"/bucket/originals/x?X-Amz-Signature={canary}", f"/api/screeners/{canary}/key", f"/desk?{canary}", f"/assets/none?{canary}",
    ]  # fmt: skip
    for path in paths:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy)
        writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode())
        await reader.read()
        writer.close()

    logs = {
        path.name: path.read_text(errors="replace")
        for path in tmp_path.rglob("*.log")
        if path.parent.name in ("ours", "nginx")
    }
    assert '"GET /api/access/me" 200' in logs["access.log"]
    planted = (canary, address, "127.0.0.1")
    assert [(name, secret) for name, text in logs.items() for secret in planted if secret in text] == []
