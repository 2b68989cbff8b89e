"""What all requests have in common: other sites refused, the same headers, one quiet log line."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, get

from api import edge, problems
from api.access.guards import PUBLIC
from api.db import Connection
from api.files import FILE_POLICY
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
HOST = "testserver.local"
SECURITY = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-site",
}
CODE_REQUEST = {"email": "someone@festival.example"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def security_of(answer: httpx.Response) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in SECURITY}


@get("/broken", guards=[PUBLIC])
async def broken() -> None:
    raise RuntimeError("postgresql://festival:hunter2@db/tallscreen")


@pytest.fixture
async def breaking() -> AsyncIterator[httpx.AsyncClient]:
    """An application with one route, which fails in a way nobody foresaw."""
    app = Litestar([broken], exception_handlers={Exception: problems.answer}, logging_config=None)
    transport = httpx.ASGITransport(app=cast("Any", edge.Edge(app, secure=False)))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        yield client


@pytest.fixture
async def package(house: House, rows: Connection) -> str:
    """A released package with one file on disk."""
    series = await builders.a_series(rows)
    name = str(await builders.a_package(rows, await builders.an_episode(rows, series)))
    path = house.folder / "media" / name / "master.m3u8"
    path.parent.mkdir(parents=True)
    path.write_text("#EXTM3U\n")
    return name


# Other sites


@pytest.mark.parametrize(
    ("headers", "cross"),
    [
        ({}, False),
        ({b"sec-fetch-site": b"same-origin"}, False),
        ({b"sec-fetch-site": b"none"}, False),
        ({b"sec-fetch-site": b"same-site"}, True),
        ({b"sec-fetch-site": b"cross-site"}, True),
        ({b"sec-fetch-site": b""}, True),
        ({b"sec-fetch-site": b"something-new"}, True),
        ({b"sec-fetch-site": b"same-origin", b"origin": b"https://evil.example"}, False),
        ({b"sec-fetch-site": b"cross-site", b"origin": b"http://festival.example"}, True),
        ({b"origin": b"http://festival.example"}, False),
        ({b"origin": b"https://festival.example"}, False),
        ({b"origin": b"http://festival.example:8000"}, True),
        ({b"origin": b"http://festival.example.evil.example"}, True),
        ({b"origin": b"http://evil.example"}, True),
        ({b"origin": b"http://festival.example@evil.example"}, True),
        ({b"origin": b"null"}, True),
        ({b"origin": b""}, True),
        ({b"origin": b"http://[::1"}, True),
        ({b"origin": b"\xff\xfe"}, True),
    ],
)
@pytest.mark.parametrize("method", sorted(UNSAFE))
def test_unsafe_request_of_another_site_is_recognised(method: str, headers: dict[bytes, bytes], cross: bool) -> None:
    assert edge.is_cross_site(method, {b"host": b"festival.example", **headers}) is cross


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_safe_request_of_another_site_is_let_in(method: str) -> None:
    assert not edge.is_cross_site(method, {b"host": b"festival.example", b"sec-fetch-site": b"cross-site"})


def test_request_without_a_host_cannot_prove_its_origin() -> None:
    assert edge.is_cross_site("POST", {b"origin": b"http://festival.example"})


async def test_every_unsafe_route_refuses_another_site(house: House) -> None:
    organiser = await house.signed_in("organiser")
    targets = [(method, route.path_format) for route in house.app.routes for method in UNSAFE & methods_of(route)]

    answers = [
        await organiser.request(method, fill(path, "1"), headers={"Sec-Fetch-Site": "cross-site"})
        for method, path in targets
    ]

    assert len(targets) > 20
    assert {code_of(answer) for answer in answers} == {(403, "cross-site-refused")}


async def test_refused_request_of_another_site_changes_nothing(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)
    organiser = await house.signed_in("organiser")

    await organiser.post(
        "/api/desk/sections", json={"slug": "evil", "name": {"en": "E"}}, headers={"Origin": "http://evil.example"}
    )

    assert await rows.fetchval("SELECT count(*) FROM section WHERE slug = 'evil'") == 0


async def test_malformed_origin_is_refused_and_no_error_of_ours(house: House) -> None:
    answer = await house.browser().post("/api/access/codes", json=CODE_REQUEST, headers={"Origin": "http://[::1"})

    assert code_of(answer) == (403, "cross-site-refused")


# Headers


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/access/me", 200),
        ("DELETE", "/api/access/session", 204),
        ("OPTIONS", "/api/access/me", 204),
        ("GET", "/api/kiosk/qr.svg", 200),
        ("GET", "/livez", 200),
        ("GET", "/metrics", 404),
        ("GET", "/schema/openapi.json", 200),
        ("GET", "/media/{package}/master.m3u8", 200),
        ("HEAD", "/media/{package}/master.m3u8", 200),
        ("GET", "/media/{package}/nothing.mp4", 404),
        ("GET", "/assets/nothing.js", 404),
        ("GET", "/nothing/at/all", 404),
        ("POST", "/api/access/codes", 400),
        ("GET", "/api/studio/series", 401),
        ("PATCH", "/api/access/me", 405),
    ],
)
async def test_every_answer_carries_the_security_headers(
    house: House, package: str, method: str, address: str, status: int
) -> None:
    answer = await house.browser().request(method, address.format(package=package))

    file = address.startswith("/media/") and status == 200
    wanted = {**SECURITY, "content-security-policy": FILE_POLICY} if file else SECURITY
    assert (answer.status_code, security_of(answer)) == (status, wanted)


async def test_refusal_at_the_edge_carries_the_security_headers(house: House) -> None:
    answer = await house.browser().post("/api/access/codes", headers={"Sec-Fetch-Site": "cross-site"})

    assert security_of(answer) == SECURITY


async def test_unforeseen_error_carries_the_security_headers(breaking: httpx.AsyncClient) -> None:
    answer = await breaking.get("/broken")

    assert security_of(answer) == SECURITY


async def test_browsers_are_told_to_stay_with_https_where_the_site_has_it(house: House) -> None:
    secure = httpx.ASGITransport(app=cast("Any", edge.Edge(house.app, secure=True)))

    async with httpx.AsyncClient(transport=secure, base_url=f"https://{HOST}") as browser:
        answer = await browser.get("/livez")

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_browsers_are_not_told_so_where_it_has_not(house: House) -> None:
    answer = await house.browser().get("/livez")

    assert answer.headers.get("strict-transport-security") is None


async def test_every_request_has_an_id_of_its_own(house: House) -> None:
    browser = house.browser()

    ids = [uuid.UUID((await browser.get("/livez")).headers["x-request-id"]) for _ in range(3)]

    assert len(set(ids)) == 3


async def test_id_sent_by_the_caller_is_not_taken_over(house: House) -> None:
    answer = await house.browser().get("/livez", headers={"X-Request-ID": "planted"})

    assert uuid.UUID(answer.headers["x-request-id"]).version == 7


# Refusals


@pytest.mark.parametrize("path", ["/api/nothing", "/nothing/at/all", "/nothing", "/api/access", "/api/series/a/b"])
async def test_unknown_address_is_a_problem(house: House, path: str) -> None:
    answer = await house.browser().get(path)

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/festival"), ("GET", "/api/access/codes"), ("BREW", "/api/access/me"), ("POST", "/nothing")],
)
async def test_wrong_method_is_a_problem(house: House, method: str, path: str) -> None:
    answer = await house.browser().request(method, path)

    assert code_of(answer) == (405, "method-not-allowed")


async def test_unforeseen_error_is_a_problem_without_a_word_of_its_cause(breaking: httpx.AsyncClient) -> None:
    answer = await breaking.get("/broken")

    assert (code_of(answer), answer.json()) == (
        (500, "error"),
        {
            "type": "/problems/error",
            "title": "Something went wrong.",
            "status": 500,
            "detail": "Something went wrong.",
            "code": "error",
            "kept": "Nothing was changed.",
            "next": "Try again; if it happens again, tell the festival.",
            "values": None,
            "request_id": answer.headers["x-request-id"],
        },
    )


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024


@pytest.mark.parametrize(
    "path",
    ["/api/access/codes", "/api/access/sessions", "/api/access/sign-in", "/api/awards/1/votes", "/api/desk/sections"],
)
async def test_body_over_64_kib_is_too_large(house: House, path: str) -> None:
    organiser = await house.signed_in("organiser")

    answer = await organiser.post(path, content=b" " * (64 * 1024 + 1))

    assert code_of(answer) == (413, "too-large")


async def test_body_of_unknown_length_is_cut_off_at_64_kib(house: House) -> None:
    answer = await house.browser().post("/api/access/codes", content=chunks(128 * 1024))

    assert code_of(answer) == (413, "too-large")


async def test_body_of_64_kib_is_read(house: House) -> None:
    body = json.dumps(CODE_REQUEST).encode()

    answer = await house.browser().post("/api/access/codes", content=body + b" " * (64 * 1024 - len(body)))

    assert answer.status_code == 202


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b'{"email":"\\ud800"}', b'{"email":1}', b"[" * 9999]
)
async def test_body_that_is_no_request_is_a_problem(house: House, body: bytes) -> None:
    answer = await house.browser().post("/api/access/codes", content=body)

    assert code_of(answer) == (400, "bad-request")


def methods_of(route: Any) -> set[str]:
    return set(getattr(route, "methods", ()))


def fill(path: str, value: str) -> str:
    """An address of this pattern, with `value` wherever it asks for text."""
    parts = (part if not part.startswith("{") else filled(part, value) for part in path.split("/"))
    return "/".join(parts)


def filled(part: str, value: str) -> str:
    if part in ("{upload}", "{upload:uuid}"):
        return "0b9f2c1e-5f0a-4b7e-9a51-0c8d1e2f3a4b"
    return "1" if part.strip("{}").split(":")[0] in ("series", "award", "episode", "number") else value
