"""The proxy of the production shape, where there is an nginx: what it remembers of one package opens no other."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from api import embedded
from api.db import Pool
from loadtest.bench import serve
from loadtest.nginx import find_nginx
from tests import builders
from tests.conftest import TestServer

NGINX = find_nginx()
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
