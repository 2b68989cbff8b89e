"""Pages, their assets and how files leave: whole, by the server's own hand where it can."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar.types import HTTPScope, Message

from api import errors, files, pages
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
PAGE_FILES = ("phone.html", "kiosk.html", "studio.html", "jury.html", "desk.html")


class Sent:
    """What an ASGI server is told to send."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(cast("dict[str, Any]", message))

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


def a_scope(method: str = "GET", extensions: dict[str, Any] | None = None) -> HTTPScope:
    return cast("HTTPScope", {"type": "http", "method": method, "extensions": extensions})


@pytest.fixture(scope="module", autouse=True)
def dist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A built front of a few small files, which the application lists when it is made."""
    built = tmp_path_factory.mktemp("front") / "dist"
    (built / "assets").mkdir(parents=True)
    for name in PAGE_FILES:
        (built / name).write_text(f"<title>{name}</title>")
    (built / "assets" / "phone-1a2b3c.js").write_text("go()")
    (built / "assets" / "gone-4d5e6f.js").write_text("gone()")
    (built.parent / "secret.txt").write_text("not for anyone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "DIST", built)
        yield built


@pytest.fixture
def site(house: House) -> httpx.AsyncClient:
    return house.browser()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/", "phone.html"),
        ("/ballots", "phone.html"),
        ("/receipt", "phone.html"),
        ("/b", "phone.html"),
        ("/b/K7Q2M4XW9TGHJ3BCDN5PRSVYZ68", "phone.html"),
        ("/h/K7Q2M4XW", "phone.html"),
        ("/s/last-trolleybus", "phone.html"),
        ("/s/last-trolleybus/e/3", "phone.html"),
        ("/kiosk", "kiosk.html"),
        ("/wall", "kiosk.html"),
        ("/wall/screening/7-mfrggzdfmztwq2lk", "kiosk.html"),
        ("/studio", "studio.html"),
        ("/studio/series/4", "studio.html"),
        ("/jury", "jury.html"),
        ("/desk", "desk.html"),
    ],
)
async def test_address_shows_its_page_and_asks_again_each_time(
    site: httpx.AsyncClient, address: str, page: str
) -> None:
    answer = await site.get(address)

    shown = (answer.status_code, answer.text, answer.headers["content-type"], answer.headers["cache-control"])
    assert shown == (200, f"<title>{page}</title>", "text/html; charset=utf-8", "no-cache")


async def test_asset_is_kept_for_ever(site: httpx.AsyncClient) -> None:
    answer = await site.get("/assets/phone-1a2b3c.js")

    shown = (answer.status_code, answer.text, answer.headers["content-type"], answer.headers["cache-control"])
    assert shown == (200, "go()", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/assets/",
        "/assets/nothing.js",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets//etc/passwd",
        "/..%2fsecret.txt",
        "/%2fetc%2fpasswd",
    ],
)
async def test_address_of_nothing_built_is_not_found(site: httpx.AsyncClient, address: str) -> None:
    answer = await site.get(address)

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize("address", ["/studio", "/anything", "/assets/phone-1a2b3c.js"])
async def test_page_takes_no_other_method(site: httpx.AsyncClient, address: str) -> None:
    answer = await site.post(address)

    assert code_of(answer) == (405, "method-not-allowed")


async def test_head_of_a_page_has_its_size_and_no_body(site: httpx.AsyncClient) -> None:
    answer = await site.head("/studio")

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "26", b"")


async def test_built_file_that_has_vanished_is_not_found(site: httpx.AsyncClient, dist: Path) -> None:
    (dist / "assets" / "gone-4d5e6f.js").unlink()

    answer = await site.get("/assets/gone-4d5e6f.js")

    assert code_of(answer) == (404, "not-found")


async def test_large_file_is_sent_whole_in_chunks(tmp_path: Path) -> None:
    content = bytes(range(256)) * 2048
    (tmp_path / "000.m4s").write_bytes(content)
    sent = Sent()

    await files.send_file(tmp_path / "000.m4s", a_scope(), sent, cache="no-store")

    assert (sent.body, len(sent.messages), sent.messages[-1]["more_body"]) == (content, 4, False)


async def test_headers_name_type_size_and_life_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "master.m3u8").write_bytes(b"#EXTM3U\n")
    sent = Sent()

    await files.send_file(tmp_path / "master.m3u8", a_scope(), sent, cache="no-store", extra=[(b"x-more", b"1")])

    kept = {name: value for name, value in sent.headers.items() if name != b"last-modified"}
    assert kept == {
        b"content-type": b"application/vnd.apple.mpegurl",
        b"content-length": b"8",
        b"cache-control": b"no-store",
        b"x-more": b"1",
    }


async def test_server_that_can_send_a_file_itself_is_given_its_path(tmp_path: Path) -> None:
    (tmp_path / "000.m4s").write_bytes(b"segment")
    sent = Sent()

    await files.send_file(tmp_path / "000.m4s", a_scope(extensions={"http.response.pathsend": {}}), sent, cache="x")

    assert sent.messages[1:] == [{"type": "http.response.pathsend", "path": str(tmp_path / "000.m4s")}]


async def test_nothing_is_sent_of_a_folder(tmp_path: Path) -> None:
    sent = Sent()

    with pytest.raises(errors.NotFound):
        await files.send_file(tmp_path, a_scope(), sent, cache="x")

    assert sent.messages == []


async def test_nothing_is_sent_of_a_missing_file(tmp_path: Path) -> None:
    sent = Sent()

    with pytest.raises(errors.NotFound):
        await files.send_file(tmp_path / "gone.m4s", a_scope(), sent, cache="x")

    assert sent.messages == []
