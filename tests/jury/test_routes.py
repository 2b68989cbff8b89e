"""The jury room: each juror sees the lists they are assigned to, also before anything is released."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def a_shortlist(rows: Connection, *series: int, name: str = "Round", number: int = 1) -> int:
    made = await rows.fetchval(
        "INSERT INTO shortlist (festival_id, name, round) VALUES ($1, $2, $3) RETURNING id",
        await builders.a_festival(rows),
        builders.words(name),
        number,
    )
    await rows.executemany("INSERT INTO shortlist_series VALUES ($1, $2)", [(made, each) for each in series])
    return int(made)


async def assign(rows: Connection, browser: httpx.AsyncClient, *shortlists: int) -> None:
    account = (await browser.get("/api/access/me")).json()["account"]["id"]
    await rows.executemany(
        "INSERT INTO assignment (shortlist_id, account_id) VALUES ($1, $2)", [(each, account) for each in shortlists]
    )


async def seen(browser: httpx.AsyncClient) -> Any:
    answer = await browser.get("/api/jury/shortlists")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def juror(house: House) -> httpx.AsyncClient:
    return await house.signed_in("juror")


async def test_juror_sees_the_unreleased_series_of_an_assigned_list(rows: Connection, juror: httpx.AsyncClient) -> None:
    series = await builders.a_series(rows, slug="before-release", released=False)
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    shortlist = await a_shortlist(rows, series, name="Main competition")
    await assign(rows, juror, shortlist)

    [found] = await seen(juror)
    [card] = found["series"]
    stills = card.pop("poster"), card.pop("card")

    assert [found] == [
        {
            "id": shortlist,
            "name": builders.words("Main competition"),
            "round": 1,
            "series": [
                {
                    "id": series,
                    "slug": "before-release",
                    "title": builders.words("before-release"),
                    "country": "KZ",
                    "rating": "12+",
                    "episode_count": 1,
                    "duration_ms": 12000,
                    "package": str(package),
                    "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
                    "entries": [],
                }
            ],
        }
    ]
    signed = [{kind: address.split("?")[0] for kind, address in still.items()} for still in stills]
    assert signed == [
        {kind: f"/api/screeners/{package}/files/posters/{name}.{kind}" for kind in ("avif", "webp", "jpg")}
        for name in ("a", "a-card")
    ]


async def test_juror_does_not_see_the_lists_of_others(house: House, rows: Connection, juror: httpx.AsyncClient) -> None:
    other = await house.signed_in("juror")
    await assign(rows, other, await a_shortlist(rows, await builders.a_series(rows)))

    assert await seen(juror) == []


async def test_lists_come_by_round(rows: Connection, juror: httpx.AsyncClient) -> None:
    second = await a_shortlist(rows, number=2)
    first = await a_shortlist(rows, number=1)
    await assign(rows, juror, second, first)

    assert [(each["id"], each["round"], each["series"]) for each in await seen(juror)] == [
        (first, 1, []),
        (second, 2, []),
    ]


async def test_juror_taken_off_a_list_sees_it_no_more(rows: Connection, juror: httpx.AsyncClient) -> None:
    shortlist = await a_shortlist(rows)
    await assign(rows, juror, shortlist)
    await rows.execute("DELETE FROM assignment WHERE shortlist_id = $1", shortlist)

    assert await seen(juror) == []


async def test_organiser_sees_all_lists(house: House, rows: Connection) -> None:
    shortlist = await a_shortlist(rows)

    lists = await seen(await house.signed_in("organiser"))

    assert [each["id"] for each in lists if each["id"] == shortlist] == [shortlist]


async def test_nobody_is_asked_to_sign_in(house: House) -> None:
    answer = await house.browser().get("/api/jury/shortlists")

    assert code_of(answer) == (401, "sign-in-needed")
