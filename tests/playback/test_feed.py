"""Episodes of a series, page by page, with all that a player needs to start."""

import msgspec
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


def poster(stem: str) -> dict[str, str]:
    return {kind: f"{stem}.{kind}" for kind in ("avif", "webp", "jpg")}


async def numbers(house: House, query: str) -> tuple[list[int], int | None]:
    answer = await house.browser().get(f"/api/feed?{query}")
    assert answer.status_code == 200, answer.text
    page = answer.json()
    return [item["episode"]["number"] for item in page["items"]], page["next"]


async def test_feed_item_holds_episode_series_stream_and_entries(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="the-well")
    episode = await builders.an_episode(rows, series)
    package = await builders.a_package(rows, episode)
    award = await builders.an_award(rows)
    entry = await builders.an_entry(rows, award, series)
    told = builders.descriptor(package)
    base = f"/media/{package}/"

    answer = await house.browser().get("/api/feed?series=the-well")

    assert answer.json() == {
        "items": [
            {
                "episode": {
                    "id": episode,
                    "number": 1,
                    "title": builders.words("Episode 1"),
                    "duration_ms": 12000,
                },
                "series": {
                    "id": series,
                    "slug": "the-well",
                    "title": builders.words("the-well"),
                    "country": "KZ",
                    "episode_count": 1,
                    "duration_ms": 12000,
                    "poster": poster(f"{base}posters/a"),
                    "thumbhash": told["thumbhash"],
                },
                "stream": {
                    "base": base,
                    "master": f"{base}1/master.m3u8",
                    "duration": 12.0,
                    "fps": 24.0,
                    "width": 540,
                    "height": 960,
                    "thumbhash": told["thumbhash"],
                    "video": told["video"],
                    "audio": told["audio"],
                    "subtitles": [{"lang": "en", "url": f"{base}1/en.vtt"}],
                    "poster": poster(f"{base}posters/a"),
                    "posters": [
                        {"second": 1.5, "tall": poster(f"{base}posters/a"), "card": poster(f"{base}posters/a-card")}
                    ],
                    "sprite": {
                        "url": f"{base}board/sprite.webp",
                        "width": 90,
                        "height": 160,
                        "columns": 5,
                        "count": 6,
                        "seconds": 2.0,
                    },
                },
                "entries": [{"award": award, "entry": entry}],
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", ([1, 2, 3, 4, 5], 6)),
        ("&limit=7", ([1, 2, 3, 4, 5, 6, 7], None)),
        ("&from=6", ([6, 7], None)),
        ("&from=2&limit=2", ([2, 3], 4)),
        ("&from=8", ([], None)),
        ("&from=999&limit=20", ([], None)),
    ],
)
async def test_feed_comes_in_pages(
    house: House, rows: Connection, query: str, page: tuple[list[int], int | None]
) -> None:
    if await rows.fetchval("SELECT id FROM series WHERE slug = 'seven'") is None:
        await builders.a_watchable_series(rows, episodes=7, slug="seven")

    found = await numbers(house, f"series=seven{query}")

    assert found == page


async def test_feed_skips_episodes_that_cannot_be_watched_yet(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="gaps")
    for number, state in ((1, "failed"), (2, "ready"), (3, "encoding"), (4, "queued"), (9, "ready")):
        await builders.a_package(rows, await builders.an_episode(rows, series, number), state=state)
    await builders.an_episode(rows, series, 10)

    found = await numbers(house, "series=gaps&limit=1")

    assert found == ([2], 9)


async def test_feed_keeps_showing_the_ready_package_while_a_newer_one_is_made(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="again")
    episode = await builders.an_episode(rows, series)
    ready = await builders.a_package(rows, episode)
    await builders.a_package(rows, episode, state="encoding")

    answer = await house.browser().get("/api/feed?series=again")

    assert [item["stream"]["base"] for item in answer.json()["items"]] == [f"/media/{ready}/"]


async def test_feed_shows_the_newest_package_that_is_ready(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="newest")
    episode = await builders.an_episode(rows, series)
    await builders.a_package(rows, episode)
    newer = await builders.a_package(rows, episode)

    answer = await house.browser().get("/api/feed?series=newest")

    assert [item["stream"]["base"] for item in answer.json()["items"]] == [f"/media/{newer}/"]


async def test_feed_gives_the_newest_edition_of_a_package(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="edited")
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    edited = builders.descriptor(package, edition=2)
    await rows.execute("UPDATE package SET descriptor = $2 WHERE id = $1", package, edited)

    [item] = (await house.browser().get("/api/feed?series=edited")).json()["items"]

    assert (item["stream"]["master"], item["stream"]["subtitles"]) == (
        f"/media/{package}/2/master.m3u8",
        [{"lang": "en", "url": f"/media/{package}/2/en.vtt"}],
    )


async def test_feed_of_an_unreleased_series_is_not_found(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="not-yet", released=False)
    await builders.a_package(rows, await builders.an_episode(rows, series))

    answer = await house.browser().get("/api/feed?series=not-yet")

    assert code_of(answer) == (404, "not-found")


async def test_feed_of_an_unreleased_series_is_not_found_for_its_producer_either(
    house: House, rows: Connection
) -> None:
    company = await builders.a_company(rows)
    series = await builders.a_series(rows, slug="not-yet-ours", released=False, company=company)
    await builders.a_package(rows, await builders.an_episode(rows, series))
    producer = await house.signed_in("producer", company)

    answer = await producer.get("/api/feed?series=not-yet-ours")

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize("slug", ["nobody-made-this", "", "..", "%F0%9F%8E%AC", "a" * 3000])
async def test_feed_of_an_unknown_series_is_not_found(house: House, slug: str) -> None:
    answer = await house.browser().get(f"/api/feed?series={slug}")

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize(
    "query", ["", "series=seven&limit=21", "series=seven&limit=0", "series=seven&from=0", "series=seven&from=x"]
)
async def test_feed_refuses_what_is_outside_its_bounds(house: House, query: str) -> None:
    answer = await house.browser().get(f"/api/feed?{query}")

    assert code_of(answer) == (400, "bad-request")


async def test_descriptor_of_a_package_survives_its_way_to_the_player(house: House, rows: Connection) -> None:
    """What the transcoder wrote and what the player reads are the same numbers, inlined init segments included."""
    series = await builders.a_watchable_series(rows, episodes=1, slug="exact")
    stored = await rows.fetchval(
        "SELECT c.descriptor FROM current_package c JOIN episode e ON e.id = c.episode_id WHERE e.series_id = $1",
        series,
    )

    answer = await house.browser().get("/api/feed?series=exact")

    stream = msgspec.json.decode(answer.content)["items"][0]["stream"]
    assert (stream["video"], stream["audio"]) == (stored["video"], stored["audio"])
