"""The programme as everyone sees it: what is released and can be watched, and nothing else."""

from datetime import date
from typing import Any

import httpx
import pytest

from api.db import Connection, Pool
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def festival(browser: httpx.AsyncClient) -> Any:
    answer = await browser.get("/api/festival")
    assert answer.status_code == 200, answer.text
    return answer.json()


def slugs(page: Any) -> list[str]:
    return [series["slug"] for section in page["sections"] for series in section["series"]]


def poster(package: object, name: str = "a") -> dict[str, str]:
    return {kind: f"/media/{package}/posters/{name}.{kind}" for kind in ("avif", "webp", "jpg")}


async def test_house_without_a_festival_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/festival")

    assert (code_of(answer), answer.json()["detail"]) == ((404, "not-found"), "There is no festival here yet.")


async def test_festival_page_holds_sections_series_and_languages(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.acquire() as db:
        series = await builders.a_series(db, slug="the-well")
        packages = [await builders.a_package(db, await builders.an_episode(db, series, number)) for number in (1, 2)]
        entry = await builders.an_entry(db, award := await builders.an_award(db), series)
        await db.execute("INSERT INTO subtitle SELECT min(id), 'ru', 'WEBVTT' FROM episode")
        section, house = await builders.a_section(db), await builders.a_festival(db)

    page = await festival(client)

    assert page == {
        "id": house,
        "slug": "meridian",
        "name": builders.words("Meridian"),
        "starts_on": "2026-11-06",
        "ends_on": "2026-11-14",
        "time_zone": "Asia/Almaty",
        "double_tap": "like",
        "place": {},
        "offered": [],
        "result_languages": [],
        "contact": {},
        "privacy": {},
        "theme": {"shades": None, "logo": None, "sponsor": None},
        "languages": ["ru"],
        "sections": [
            {
                "id": section,
                "slug": "main",
                "name": builders.words("Main competition"),
                "landscape": "refuse",
                **builders.NO_RULES,
                "series": [
                    {
                        "id": series,
                        "slug": "the-well",
                        "title": builders.words("the-well"),
                        "country": "KZ",
                        "rating": "12+",
                        "episode_count": 2,
                        "duration_ms": 24000,
                        "package": str(packages[0]),
                        "poster": poster(packages[0]),
                        "card": poster(packages[0], "a-card"),
                        "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
                        "entries": [{"award": award, "entry": entry}],
                    }
                ],
            }
        ],
    }


async def test_credits_are_told_in_the_producers_order_once_a_series_is_released(
    house: House, rows: Connection
) -> None:
    people = [{"part": "director", "name": "Alesia Kavalenka"}, {"part": "Stunts", "name": "شهرام"}]
    companies = [{"part": "production", "name": "Salt & Sons"}]
    for slug, released in (("the-ferry", True), ("the-vault", False)):
        series = await builders.a_series(rows, slug=slug, released=released)
        await rows.execute("UPDATE series SET credits = $2, companies = $3 WHERE id = $1", series, people, companies)

    shown = await house.browser().get("/api/series/the-ferry/credits")
    hidden = await house.browser().get("/api/series/the-vault/credits")

    assert shown.json() == {"credits": people, "companies": companies}
    assert code_of(hidden) == (404, "not-found")


async def test_series_page_holds_words_and_episodes(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="steppe")
    episodes = [await builders.an_episode(rows, series, number) for number in (1, 2)]
    packages = [await builders.a_package(rows, episode) for episode in episodes]
    await rows.execute(
        "UPDATE series SET synopsis = $2, genre = $3, notes = $4, rating = '16+' WHERE id = $1",
        series,
        builders.words("A night ride."),
        builders.words("Drama"),
        builders.words("Flashing light."),
    )

    page = (await house.browser().get("/api/series/steppe")).json()

    assert page == {
        "id": series,
        "slug": "steppe",
        "title": builders.words("steppe"),
        "country": "KZ",
        "episode_count": 2,
        "duration_ms": 24000,
        "package": str(packages[0]),
        "poster": poster(packages[0]),
        "card": poster(packages[0], "a-card"),
        "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
        "entries": [],
        "synopsis": builders.words("A night ride."),
        "genre": builders.words("Drama"),
        "notes": builders.words("Flashing light."),
        "rating": "16+",
        "section": {
            "id": 1,
            "slug": "main",
            "name": builders.words("Main competition"),
            "landscape": "refuse",
            **builders.NO_RULES,
        },
        "episodes": [
            {
                "id": episode,
                "number": number,
                "title": builders.words(f"Episode {number}"),
                "duration_ms": 12000,
                "bytes": {"saver": 36900, "full": 54900},
                "rating": None,
                "notes": {},
            }
            for number, episode in enumerate(episodes, start=1)
        ],
        # Until the end of the festival's last day in its own time zone.
        "keep_until": "2026-11-14T19:00:00Z",
    }


async def test_bytes_of_an_episode_are_those_a_phone_may_load(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="bytes")
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    told = builders.descriptor(package)
    rungs = {
        "v360": (360, "avc1.64001e", 36000),
        "v720": (720, "avc1.64001f", 72000),
        "v1080": (1080, "avc1.640028", 99000),
    }
    told["video"] = [
        {**told["video"][0], "name": name, "width": side, "height": side * 16 // 9, "codec": codec, "bytes": size}
        for name, (side, codec, size) in {**rungs, "av1-540": (540, "av01.0.04M.08", 20000)}.items()
    ]
    told["audio"] = [told["audio"][0], {**told["audio"][0], "name": "a64-ru", "lang": "ru"}]
    await rows.execute("UPDATE package SET descriptor = $2 WHERE id = $1", package, told)

    [episode] = (await house.browser().get("/api/series/bytes")).json()["episodes"]

    assert episode["bytes"] == {"saver": 36000 + 900, "full": 72000 + 900}


async def test_bytes_of_a_film_larger_than_any_phone_wants_are_its_smallest(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="wide")
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    told = builders.descriptor(package)
    told["video"] = [{**told["video"][0], "width": 1080, "height": 1920, "bytes": 5000}]
    await rows.execute("UPDATE package SET descriptor = $2 WHERE id = $1", package, told)

    [episode] = (await house.browser().get("/api/series/wide")).json()["episodes"]

    assert episode["bytes"] == {"saver": 5900, "full": 5900}


async def test_unreleased_series_is_not_on_the_festival_page(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="hidden", released=False)
    await builders.a_package(rows, await builders.an_episode(rows, series))

    assert "hidden" not in slugs(await festival(house.browser()))


async def test_unreleased_series_is_not_found(house: House, rows: Connection) -> None:
    await builders.a_series(rows, slug="secret", released=False)

    answer = await house.browser().get("/api/series/secret")

    assert code_of(answer) == (404, "not-found")


async def test_unreleased_series_is_not_found_by_an_organiser_either(house: House, rows: Connection) -> None:
    await builders.a_series(rows, slug="secret-too", released=False)

    answer = await (await house.signed_in("organiser")).get("/api/series/secret-too")

    assert code_of(answer) == (404, "not-found")


@pytest.mark.parametrize("slug", ["nobody-made-this", "%F0%9F%8E%AC", "a" * 3000, "STEPPE"])
async def test_unknown_series_is_not_found(house: House, slug: str) -> None:
    answer = await house.browser().get(f"/api/series/{slug}")

    assert code_of(answer) == (404, "not-found")


async def test_released_series_without_an_episode_to_watch_is_not_on_the_festival_page(
    house: House, rows: Connection
) -> None:
    series = await builders.a_series(rows, slug="nothing-yet")
    await builders.a_package(rows, await builders.an_episode(rows, series), state="encoding")

    assert "nothing-yet" not in slugs(await festival(house.browser()))


async def test_released_series_without_an_episode_to_watch_has_an_empty_page(house: House, rows: Connection) -> None:
    await builders.a_series(rows, slug="empty")

    page = (await house.browser().get("/api/series/empty")).json()

    assert (page["episode_count"], page["duration_ms"], page["poster"], page["thumbhash"], page["episodes"]) == (
        0,
        0,
        None,
        None,
        [],
    )


async def test_card_counts_only_what_can_be_watched_now(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="half")
    await builders.an_episode(rows, series, 1)
    second = await builders.a_package(rows, await builders.an_episode(rows, series, 2))
    await builders.a_package(rows, await builders.an_episode(rows, series, 3), state="failed")

    page = (await house.browser().get("/api/series/half")).json()

    assert (page["episode_count"], [episode["number"] for episode in page["episodes"]], page["poster"]) == (
        1,
        [2],
        poster(second),
    )


async def test_subtitles_of_unreleased_series_are_no_language_of_the_festival(house: House, rows: Connection) -> None:
    episode = await builders.an_episode(rows, await builders.a_series(rows, released=False))
    await rows.execute("INSERT INTO subtitle (episode_id, lang, vtt) VALUES ($1, 'kk', 'WEBVTT')", episode)

    assert (await festival(house.browser()))["languages"] == []


async def test_sections_come_in_their_order(house: House, rows: Connection) -> None:
    house_id = await builders.a_festival(rows)
    for position, slug in ((5, "late"), (-1, "early")):
        await rows.execute(
            "INSERT INTO section (festival_id, slug, name, position) VALUES ($1, $2, $3, $4)",
            house_id,
            slug,
            builders.words(slug),
            position,
        )

    page = await festival(house.browser())

    assert [section["slug"] for section in page["sections"]] == ["early", "main", "late"]


async def test_dates_of_the_festival_are_days(house: House, rows: Connection) -> None:
    await builders.a_festival(rows)

    page = await festival(house.browser())

    assert (date.fromisoformat(page["starts_on"]), date.fromisoformat(page["ends_on"])) == (
        date(2026, 11, 6),
        date(2026, 11, 14),
    )
