"""The stream of one package, for those who may watch it before its release."""

from uuid import UUID

import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def a_package(rows: Connection, company: int, *, released: bool, state: str = "ready") -> UUID:
    series = await builders.a_series(rows, company=company, released=released)
    return await builders.a_package(rows, await builders.an_episode(rows, series), state=state)


async def test_stream_is_the_one_of_the_feed(house: House, rows: Connection) -> None:
    series = await builders.a_series(rows, slug="once")
    package = await builders.a_package(rows, await builders.an_episode(rows, series))
    browser = house.browser()

    [item] = (await browser.get("/api/feed?series=once")).json()["items"]

    assert (await browser.get(f"/api/streams/{package}")).json() == item["stream"]


async def test_stream_before_the_release_is_for_its_company_only(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    package = await a_package(rows, company, released=False)

    own = await (await house.signed_in("producer", company)).get(f"/api/streams/{package}")
    others = [
        await browser.get(f"/api/streams/{package}") for browser in (house.browser(), await house.signed_in("producer"))
    ]

    assert own.json()["base"] == f"/media/{package}/"
    assert [code_of(answer) for answer in others] == [(404, "not-found")] * 2


@pytest.mark.parametrize("state", ["queued", "encoding", "failed"])
async def test_package_that_is_not_ready_has_no_stream(house: House, rows: Connection, state: str) -> None:
    company = await builders.a_company(rows)
    package = await a_package(rows, company, released=True, state=state)

    answer = await (await house.signed_in("producer", company)).get(f"/api/streams/{package}")

    assert code_of(answer) == (404, "not-found")
