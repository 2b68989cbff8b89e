"""A producer's series and episodes: made once, seen by their company, refused whole when anything is wrong."""

import asyncio
from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


class Studio:
    """A producer, their company and a section to enter a series in."""

    def __init__(self, browser: httpx.AsyncClient, company: int, section: int, name: str) -> None:
        self.browser, self.company, self.section, self.name = browser, company, section, name

    def body(self, **changed: Any) -> dict[str, Any]:
        return {
            "section": self.section,
            "slug": self.name,
            "title": {"en": "The Last Trolleybus", "ru": "Последний троллейбус"},
            "country": "BY",
            **changed,
        }

    async def create(self, **changed: Any) -> httpx.Response:
        return await self.browser.post("/api/studio/series", json=self.body(**changed))

    async def series(self) -> Any:
        return (await self.browser.get("/api/studio/series")).json()

    async def add(self, series: int, body: Any) -> httpx.Response:
        return await self.browser.post(f"/api/studio/series/{series}/episodes", json=body)


@pytest.fixture
async def studio(house: House, rows: Connection) -> Studio:
    company = await builders.a_company(rows)
    name = f"trolleybus-{company}"
    return Studio(await house.signed_in("producer", company), company, await builders.a_section(rows), name)


async def test_sections_to_choose_from_are_shown(studio: Studio) -> None:
    answer = await studio.browser.get("/api/studio/sections")

    assert answer.json() == [
        {
            "id": studio.section,
            "slug": "main",
            "name": builders.words("Main competition"),
            "landscape": "refuse",
            **builders.NO_RULES,
        }
    ]


async def test_series_is_made_for_the_company_of_its_producer(studio: Studio, rows: Connection) -> None:
    answer = await studio.create()

    company = await rows.fetchval("SELECT name FROM company WHERE id = $1", studio.company)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "id": answer.json()["id"],
            "slug": studio.name,
            "title": {"en": "The Last Trolleybus", "ru": "Последний троллейбус"},
            "country": "BY",
            "section": {
                "id": studio.section,
                "slug": "main",
                "name": builders.words("Main competition"),
                "landscape": "refuse",
                **builders.NO_RULES,
            },
            "company": {"id": studio.company, "name": company},
            "released": False,
            "keeping": {"allowed": True, "until": None},
            "submission": None,
            "poster": None,
            "episodes": [],
        },
    )


async def test_words_about_a_series_are_stored(studio: Studio, rows: Connection) -> None:
    words = {"synopsis": {"en": "Night."}, "genre": {"en": "Drama"}, "notes": {"en": "Strobe"}, "rating": "16+"}

    made = await studio.create(**words)

    row = await rows.fetchrow("SELECT synopsis, genre, notes, rating FROM series WHERE id = $1", made.json()["id"])
    assert row is not None
    assert dict(row) == words


async def test_series_is_found_again(studio: Studio) -> None:
    made = (await studio.create()).json()

    one = (await studio.browser.get(f"/api/studio/series/{made['id']}")).json()

    assert (one, await studio.series()) == (made, [made])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"slug": 7}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "The Last"}, "slug"),
        ({"slug": "-last"}, "slug"),
        ({"slug": "last--one"}, "slug"),
        ({"slug": "last\n"}, "slug"),
        ({"slug": "a" * 81}, "slug"),
        ({"title": {}}, "title"),
        ({"title": "The Last"}, "title"),
        ({"title": {"english": "The Last"}}, "title"),
        ({"title": {"en\n": "The Last"}}, "title"),
        ({"title": {"en": ""}}, "title"),
        ({"title": {"en": 7}}, "title"),
        ({"title": {"en": "a" * 2001}}, "title"),
        ({"title": dict.fromkeys((f"a{letter}" for letter in "abcdefghijklmnopqrstu"), "x")}, "title"),
        ({"country": "by"}, "country"),
        ({"country": "BYN"}, "country"),
        ({"country": "BY\n"}, "country"),
        ({"rating": "13+"}, "rating"),
        ({"section": "main"}, "section"),
        ({"section": None}, "section"),
        ({"synopsis": {"en": "a" * 2001}}, "synopsis"),
    ],
)
async def test_wrong_field_is_named_and_nothing_is_stored(studio: Studio, changed: dict[str, Any], field: str) -> None:
    answer = await studio.create(**changed)

    [wrong] = answer.json()["values"]["fields"]
    assert (code_of(answer), wrong["field"].split("[")[0], await studio.series()) == (
        (400, "bad-request"),
        field,
        [],
    )


@pytest.mark.parametrize("left_out", ["section", "slug", "title", "country"])
async def test_missing_field_is_named_and_nothing_is_stored(studio: Studio, left_out: str) -> None:
    body = {name: value for name, value in studio.body().items() if name != left_out}

    answer = await studio.browser.post("/api/studio/series", json=body)

    [wrong] = answer.json()["values"]["fields"]
    assert (code_of(answer), wrong["why"], await studio.series()) == (
        (400, "bad-request"),
        f"Object missing required field `{left_out}`",
        [],
    )


@pytest.mark.parametrize("unknown", ["released", "company_id", "id", "Slug"])
async def test_unknown_field_is_named_and_nothing_is_stored(studio: Studio, unknown: str) -> None:
    answer = await studio.create(**{unknown: 1})

    [wrong] = answer.json()["values"]["fields"]
    assert (code_of(answer), wrong["why"], await studio.series()) == (
        (400, "bad-request"),
        f"Object contains unknown field `{unknown}`",
        [],
    )


async def test_section_that_is_not_there_is_refused(studio: Studio) -> None:
    answer = await studio.create(section=4711)

    assert (code_of(answer), answer.json()["values"], await studio.series()) == (
        (422, "invalid-value"),
        {"field": "section"},
        [],
    )


async def test_address_of_a_series_is_given_once(studio: Studio) -> None:
    made = (await studio.create()).json()

    answer = await studio.create(title={"en": "Another"})

    assert (code_of(answer), await studio.series()) == ((409, "already-there"), [made])


async def test_address_taken_by_another_company_is_taken(house: House, rows: Connection, studio: Studio) -> None:
    await builders.a_series(rows, slug=studio.name)

    answer = await studio.create()

    assert (code_of(answer), await studio.series()) == ((409, "already-there"), [])


async def test_series_made_twice_at_the_same_moment_is_made_once(studio: Studio) -> None:
    answers = await asyncio.gather(*(studio.create() for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await studio.series()) == 1


async def test_series_of_another_company_is_not_found(rows: Connection, studio: Studio) -> None:
    theirs = await builders.a_series(rows)

    answers = [
        await studio.browser.get(f"/api/studio/series/{theirs}"),
        await studio.add(theirs, {"number": 1}),
    ]

    assert [code_of(answer) for answer in answers] == [(404, "not-found")] * 2
    assert await rows.fetchval("SELECT count(*) FROM episode WHERE series_id = $1", theirs) == 0


async def test_series_that_is_not_there_answers_the_same(rows: Connection, studio: Studio) -> None:
    theirs = await builders.a_series(rows)

    answers = [await studio.browser.get(f"/api/studio/series/{number}") for number in (theirs, 4711)]

    assert ballots.said(answers[0]) == ballots.said(answers[1])


async def test_organiser_sees_the_series_of_all_companies(house: House, rows: Connection, studio: Studio) -> None:
    theirs = await builders.a_series(rows)
    mine = (await studio.create()).json()["id"]

    seen = (await (await house.signed_in("organiser")).get("/api/studio/series")).json()

    assert {theirs, mine} - {series["id"] for series in seen} == set()


async def test_organiser_has_no_company_to_make_a_series_for(house: House, studio: Studio) -> None:
    organiser = await house.signed_in("organiser")

    answer = await organiser.post("/api/studio/series", json=studio.body())

    assert (code_of(answer), await studio.series()) == ((403, "not-allowed"), [])


async def test_episode_is_added_and_waits_for_its_file(studio: Studio) -> None:
    series = (await studio.create()).json()["id"]

    answer = await studio.add(series, {"number": 2, "title": {"en": "The depot"}})

    told = answer.json()
    assert (answer.status_code, told["series"], told["number"], told["title"], told["state"]) == (
        201,
        series,
        2,
        {"en": "The depot"},
        "awaiting_upload",
    )


async def test_episodes_are_shown_by_number(studio: Studio) -> None:
    series = (await studio.create()).json()["id"]
    for number in (3, 1, 2):
        await studio.add(series, {"number": number})

    [seen] = await studio.series()

    assert [episode["number"] for episode in seen["episodes"]] == [1, 2, 3]


async def test_number_of_an_episode_is_given_once(studio: Studio) -> None:
    series = (await studio.create()).json()["id"]
    await studio.add(series, {"number": 1, "title": {"en": "First"}})

    answer = await studio.add(series, {"number": 1, "title": {"en": "Again"}})

    [seen] = await studio.series()
    assert (code_of(answer), [episode["title"] for episode in seen["episodes"]]) == (
        (409, "already-there"),
        [{"en": "First"}],
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"number": 0},
        {"number": 1000},
        {"number": 1.5},
        {"number": "1"},
        {"number": None},
        {"number": True},
        {"number": 1, "title": "First"},
        {"number": 1, "title": {"en": "a" * 2001}},
        {"number": 1, "state": "ready"},
        [],
        None,
    ],
)
async def test_episode_that_is_not_described_rightly_is_refused(studio: Studio, body: Any) -> None:
    series = (await studio.create()).json()["id"]

    answer = await studio.add(series, body)

    [seen] = await studio.series()
    assert (code_of(answer), seen["episodes"]) == ((400, "bad-request"), [])
