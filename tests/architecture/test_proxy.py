"""The proxy of the production shape, where there is an nginx: what it remembers of one package opens no other."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from litestar import Litestar
from litestar.routes import HTTPRoute

from api import embedded
from api.app import JSON_LIMIT
from api.db import Pool
from loadtest import nginx
from loadtest.bench import serve
from tests import builders
from tests.conftest import TestServer

NGINX = nginx.find_nginx()
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
        await until_open(port, home)
        yield port


async def until_open(port: int, home: Path) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError):
            (await asyncio.open_connection("127.0.0.1", port))[1].close()
            return
        await asyncio.sleep(0.05)
    raise AssertionError((home / "error.log").read_text())


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
        for _ in range(10):
            answer = await client.request(
                method, path, content=bytes(size), headers={"Content-Type": "application/json"}
            )
            if answer.status_code != HTTPStatus.BAD_GATEWAY:
                break  # who is not signed in is refused before the body is read, and the proxy may fail to hear of it
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

    for _ in range(300):  # lines are written in blocks, a second apart at most
        if "/assets/none" in (tmp_path / "ours" / "access.log").read_text():
            break
        await asyncio.sleep(0.1)
    logs = {
        path.name: path.read_text(errors="replace")
        for path in tmp_path.rglob("*.log")
        if path.parent.name in ("ours", "nginx")
    }
    assert '"GET /api/access/me" 200' in logs["access.log"]
    planted = (canary, address, "127.0.0.1")
    assert [(name, secret) for name, text in logs.items() for secret in planted if secret in text] == []


def a_certificate(folder: Path) -> Path:
    """Its own authority; the folder."""
    folder.mkdir()
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    form = serialization.PrivateFormat.PKCS8
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    return folder


async def test_proxy_with_a_certificate_speaks_tls_and_http2(tmp_path: Path) -> None:
    port, tls = embedded.free_port(), a_certificate(tmp_path / "tls")
    nowhere = (f"127.0.0.1:{embedded.free_port()}",)
    places = nginx.Places(
        home=tmp_path, listen=f"127.0.0.1:{port}", api=nowhere, votes=nowhere, storage=nowhere, tls=tls
    )
    trusting = ssl.create_default_context(cafile=tls / "fullchain.pem")
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    async with contextlib.AsyncExitStack() as stack:
        await serve.start_nginx(stack, NGINX or "", tmp_path, "nginx", nginx.site(places))
        await until_open(port, tmp_path / "nginx")
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname="localhost")
        line = writer.get_extra_info("ssl_object")
        spoken = (line.selected_alpn_protocol(), line.version())
        writer.close()

    assert spoken == ("h2", "TLSv1.3")
