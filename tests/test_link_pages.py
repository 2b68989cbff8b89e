"""What a link shows before any script: preview, first screen, language; and nothing that is not released."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from api import link_html, pages
from api.db import Connection
from tests import builders, front
from tests.house import House

pytest_plugins = ("tests.housing",)


@pytest.fixture(scope="module", autouse=True)
def dist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "DIST", front.build(tmp_path_factory.mktemp("front")))
        yield


@pytest.fixture
def site(house: House) -> httpx.AsyncClient:
    return house.browser()


def metas(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


async def a_film(rows: Connection, slug: str, *, released: bool = True) -> str:
    """A series with a synopsis and one episode that is ready; the package's id."""
    series = await builders.a_series(rows, slug=slug, released=released)
    await rows.execute("UPDATE series SET synopsis = $2 WHERE id = $1", series, builders.words(f"About {slug}."))
    return str(await builders.a_package(rows, await builders.an_episode(rows, series)))


async def test_series_is_told_in_the_readers_language(site: httpx.AsyncClient, rows: Connection) -> None:
    package = await a_film(rows, "the-well")

    answer = await site.get("/s/the-well", headers={"Accept-Language": "de, ru-RU;q=0.8, en;q=0.5"})

    assert answer.text.startswith('<!doctype html><html lang="ru" dir="ltr"')
    assert "<title>the-well ру</title>" in answer.text
    assert metas(answer.text) == {
        "description": "About the-well. ру",
        "twitter:card": "summary_large_image",
        "og:site_name": "Meridian ру",
        "og:type": "video.tv_show",
        "og:title": "the-well ру",
        "og:description": "About the-well. ру",
        "og:url": "http://testserver.local/s/the-well",
        "og:locale": "ru",
        "og:image": f"http://testserver.local/media/{package}/posters/a.jpg",
        "og:image:alt": "the-well ру",
    }
    assert (
        '<a href="/s/the-well/e/1"><span><bdi>Серия 1 · Episode 1 ру</bdi></span><small><bdi>0:12</bdi>' in answer.text
    )
    assert answer.text.endswith('</main><div id="app"></div></body></html>')


async def test_episode_has_its_own_title_picture_and_film(site: httpx.AsyncClient, rows: Connection) -> None:
    package = await a_film(rows, "kites")

    answer = await site.get("/s/kites/e/1?lang=fa&t=43", headers={"Accept-Language": "ru"})

    assert answer.text.startswith('<!doctype html><html lang="fa" dir="rtl"')
    assert metas(answer.text)["og:title"] == "kites · قسمت ۱"
    assert metas(answer.text)["og:url"] == "http://testserver.local/s/kites/e/1"
    assert metas(answer.text)["og:image"] == f"http://testserver.local/media/{package}/posters/a.jpg"
    assert f'<noscript><video controls playsinline preload="none" src="/media/{package}/1/master.m3u8"' in answer.text


async def test_festival_lists_its_sections(site: httpx.AsyncClient, rows: Connection) -> None:
    await a_film(rows, "steppe")

    answer = await site.get("/")

    assert metas(answer.text)["og:title"] == "Meridian"
    assert "<h2><bdi>Main competition</bdi></h2>" in answer.text
    assert '<a href="/s/steppe">' in answer.text


async def test_what_people_have_typed_is_text_and_never_markup(site: httpx.AsyncClient, rows: Connection) -> None:
    await a_film(rows, "hostile")
    evil = {"en": '"><script>alert(1)</script><img src=x onerror=alert(1)>'}
    await rows.execute(
        "UPDATE series SET title = $1, synopsis = $1, genre = $1, notes = $1 WHERE slug = 'hostile'", evil
    )
    await rows.execute(
        "UPDATE episode e SET title = $1 FROM series s WHERE s.id = e.series_id AND s.slug = 'hostile'", evil
    )

    for address in ("/s/hostile", "/s/hostile/e/1", "/"):
        answer = await site.get(address)
        assert "<script>alert" not in answer.text
        assert "onerror=alert(1)&gt;" in answer.text
        assert re.search(r"<img src=x", answer.text) is None
        assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_unreleased_series_answers_like_one_that_never_was(site: httpx.AsyncClient, rows: Connection) -> None:
    package = await a_film(rows, "secret-one", released=False)
    waiting = await builders.an_episode(rows, await builders.a_series(rows, slug="half"), 7)
    await builders.a_package(rows, waiting, state="encoding")

    answers = [
        await site.get(address)
        for address in ("/s/secret-one", "/s/secret-one/e/1", "/s/never-was", "/s/never-was/e/1", "/s/half/e/7")
    ]

    assert {(answer.status_code, answer.text, answer.headers["cache-control"]) for answer in answers} == {
        (404, front.SHELL, "no-cache")
    }
    assert [name for name in ("secret-one", package) if name in (await site.get("/")).text] == []


async def test_page_is_kept_by_caches_and_asked_for_again_by_browsers(
    site: httpx.AsyncClient, rows: Connection
) -> None:
    await a_film(rows, "kept")

    first = await site.get("/s/kept")
    again = await site.get("/s/kept", headers={"If-None-Match": first.headers["etag"]})
    await rows.execute("UPDATE series SET synopsis = $1 WHERE slug = 'kept'", builders.words("New."))
    changed = await site.get("/s/kept", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=30, stale-while-revalidate=60"
    assert (first.headers["vary"], "set-cookie" in first.headers) == ("Accept-Language", False)
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Two\n lines.", "Two lines."),
        ("word " * 60, "word " * 38 + "word…"),
        ("字" * 300, "字" * 199 + "…"),
    ],
)
def test_description_is_cut_between_words(text: str, short: str) -> None:
    assert link_html.shorten(text) == short
    assert len(link_html.shorten(text)) <= link_html.DESCRIPTION_LENGTH
