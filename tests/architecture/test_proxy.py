"""The proxy of the production shape, where there is an nginx: what it remembers of one package opens no other."""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from api import embedded
from api.app import JSON_LIMIT
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


def long_bodies(app: Litestar) -> list[tuple[str, str, int]]:
    """Method, address and the most bytes of every route that takes more than the others do."""
    return [
        (method, re.sub(r"\{(\w+):(\w+)\}", lambda part: "logo" if part[2] == "str" else "1", route.path), most)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if isinstance(most := handler.resolve_request_max_body_size(), int) and most > JSON_LIMIT
    ]


async def send(port: int, method: str, path: str, size: int) -> str:
    """Who refused it, as the kind of the answer says: the proxy writes pages, the API problems."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        answer = await client.request(method, path, content=bytes(size), headers={"Content-Type": "application/json"})
    return answer.headers["content-type"].partition(";")[0]


async def test_bodies_that_the_api_takes_pass_the_proxy_and_no_others(proxy: int, app: Litestar) -> None:
    routes = long_bodies(app)

    assert len(routes) >= 10
    for method, path, most in routes:
        assert await send(proxy, method, path, most) == "application/problem+json", (method, path)
    assert await send(proxy, "POST", "/api/desk/awards", JSON_LIMIT) == "application/problem+json"
    assert await send(proxy, "POST", "/api/desk/awards", JSON_LIMIT + 1) == "text/html"


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
