"""The page of an episode with its film in it."""

import base64
import gzip
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from api import link_html, opening, pages
from api.db import Connection
from tests import builders, front
from tests.house import House

pytest_plugins = ("tests.housing",)
PICTURE, SOUND = bytes(range(256)) * 80, b"sound" * 100


@pytest.fixture(scope="module", autouse=True)
def dist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "DIST", front.build(tmp_path_factory.mktemp("front")))
        yield


async def an_episode(house: House, rows: Connection, slug: str, *, released: bool = True, files: bool = True) -> UUID:
    series = await builders.a_series(rows, slug=slug, released=released)
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    stored = {"v360": PICTURE, "a64": SOUND} if files else {}
    for track in builders.descriptor(package)["video"][:1] + builders.descriptor(package)["audio"]:
        kind = "a64" if track["name"].startswith("a") else "v360"
        for index in range(len(track["segments"])):
            path = house.folder / "media" / str(package) / track["name"] / f"{index:03d}.m4s"
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind in stored:
                path.write_bytes(bytes([index]) + stored[kind])
    return package


def data_of(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page)
    assert found is not None
    return msgspec.json.decode(found[1])


def brought(page: str, kind: str) -> bytes:
    return b"".join(base64.b64decode(text) for text in re.findall(rf'data-of="{kind}"[^>]*>([^<]*)<', page))


async def ask(house: House, path: str, **headers: str) -> httpx.Response:
    return await house.browser().get(path, headers=headers)


async def test_page_brings_the_first_segment_and_the_feed(house: House, rows: Connection) -> None:
    package = await an_episode(house, rows, "brought")

    page = (await ask(house, "/s/brought/e/1")).text

    told = data_of(page, "opening")
    assert (told["slug"], told["number"], told["base"], told["brought"]) == ("brought", 1, f"/media/{package}/", 0)
    assert brought(page, "video") == b"\x00" + PICTURE
    assert brought(page, "audio") == b"\x00" + SOUND
    assert data_of(page, "feed") == (await house.browser().get("/api/feed?series=brought&limit=5")).json()


async def test_every_block_is_followed_by_the_call_that_plays_it(house: House, rows: Connection) -> None:
    await an_episode(house, rows, "called")

    page = (await ask(house, "/s/called/e/1")).text

    blocks = page.count('<script type="text/plain"')
    assert blocks > 2
    assert page.count("</script><script>block()</script>") == blocks
    assert [page.count(f'data-of="{kind}" data-last') for kind in ("video", "audio")] == [1, 1]


async def test_link_to_a_second_brings_the_segment_that_holds_it(house: House, rows: Connection) -> None:
    await an_episode(house, rows, "later")

    pages_of = [(await ask(house, f"/s/later/e/1?t={second}")).text for second in ("0", "1", "5", "x")]

    assert [data_of(page, "opening")["brought"] for page in pages_of] == [0, 1, 2, 0]


async def test_policy_lets_exactly_the_inline_parts_of_the_page_run(house: House, rows: Connection) -> None:
    await an_episode(house, rows, "allowed")

    answer = await ask(house, "/s/allowed/e/1")

    policy = answer.headers["content-security-policy"]
    assert policy.count("'sha256-") == 3
    assert "unsafe" not in policy
    for text in ("begin()", "block()", "i{}"):
        assert link_html.digest(text) in policy


async def test_page_is_the_same_for_all_and_kept_by_caches_for_seconds(house: House, rows: Connection) -> None:
    await an_episode(house, rows, "shared")

    packed = await ask(house, "/s/shared/e/1", **{"accept-encoding": "gzip"})
    plain = await ask(house, "/s/shared/e/1", **{"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert "set-cookie" not in packed.headers
    assert packed.headers["cache-control"] == "public, max-age=0, s-maxage=10"


async def test_without_its_files_the_page_still_brings_the_feed(house: House, rows: Connection) -> None:
    await an_episode(house, rows, "fileless", files=False)

    page = (await ask(house, "/s/fileless/e/1")).text

    assert data_of(page, "opening")["brought"] == -1
    assert brought(page, "video") == b""
    assert data_of(page, "feed")["items"]


@pytest.mark.parametrize("path", ["/s/nowhere/e/1", "/s/secret/e/1", "/s/brought/e/99", "/s/brought/e/0"])
async def test_what_nobody_may_watch_gets_the_plain_page(house: House, rows: Connection, path: str) -> None:
    if "secret" in path:
        await an_episode(house, rows, "secret", released=False)

    answer = await ask(house, path)

    assert (answer.status_code, answer.text) == (404, front.SHELL)


async def test_titles_are_text_and_follow_the_reader(house: House, rows: Connection) -> None:
    await an_episode(house, rows, "titled")
    titles = {"en": "<b>Night</b> & bus", "fa": "اتوبوس"}
    await rows.execute("UPDATE series SET title = $1 WHERE slug = 'titled'", titles)

    english = (await ask(house, "/s/titled/e/1")).text
    persian = (await ask(house, "/s/titled/e/1", **{"accept-language": "fa-IR,en;q=0.5"})).text

    assert "<h1>&lt;b&gt;Night&lt;/b&gt; &amp; bus</h1>" in english
    assert "<b>Night" not in english
    assert '<html lang="fa" dir="rtl"' in persian
    assert "<h1>اتوبوس</h1>" in persian


def test_packed_page_is_made_once_for_a_crowd() -> None:
    template = opening.Template.of(front.FILM)
    assert template is not None
    kept = opening.OpeningPages(template, {}, "")
    wanted = opening.Wanted.of("s", 1, {"t": "7"}, "ru")

    assert wanted == opening.Wanted("s", 1, 7, "ru")
    assert kept.known(wanted) is None
    page = opening.Made(gzip.compress(b"page"), "default-src 'none'")
    kept.keep(wanted, page)
    assert kept.known(wanted) == page
