"""Screens in the hall: what plays while nobody touches them, and a way to the phone."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import httpx
import pytest

from api.access import guards
from api.db import Pool
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def test_house_without_a_festival_has_no_programme(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/kiosk/programme")

    assert code_of(answer) == (404, "not-found")


async def test_programme_is_the_first_episode_of_each_released_series(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.acquire() as db:
        await builders.a_watchable_series(db, episodes=3, slug="first")
        gap = await builders.a_series(db, slug="second")
        for number, state in ((1, "failed"), (2, "ready"), (3, "ready")):
            await builders.a_package(db, await builders.an_episode(db, gap, number), state=state)
        hidden = await builders.a_series(db, slug="hidden", released=False)
        await builders.a_package(db, await builders.an_episode(db, hidden))
        await builders.a_series(db, slug="empty")

    programme = (await client.get("/api/kiosk/programme")).json()
    feed = [(await client.get(f"/api/feed?series={slug}&limit=1")).json()["items"][0] for slug in ("first", "second")]

    assert programme == {
        "festival": builders.words("Meridian"),
        "items": feed,
        "phone_url": "http://testserver.local",
        "qr": "/api/kiosk/qr.svg?path=/",
        "languages": [],
        "theme": {"shades": None, "logo": None, "sponsor": None},
    }
    assert [(item["series"]["slug"], item["episode"]["number"]) for item in feed] == [("first", 1), ("second", 2)]


async def test_item_tells_how_long_the_series_is(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.acquire() as db:
        await builders.a_watchable_series(db, episodes=3)

    [item] = (await client.get("/api/kiosk/programme")).json()["items"]

    assert (item["series"]["duration_ms"], item["series"]["episode_count"]) == (36000, 3)


@pytest.mark.parametrize("path", ["/", "/s/the-well", "/s/the-well/e/3?from=hall", "/ballots", "/ж"])
async def test_qr_code_leads_to_a_path_of_this_festival(house: House, path: str) -> None:
    answer = await house.browser().get("/api/kiosk/qr.svg", params={"path": path})

    shown = (answer.status_code, answer.headers["content-type"], answer.text[:27], answer.headers["cache-control"])
    assert shown == (200, "image/svg+xml", '<svg xmlns="http://www.w3.o', "public, max-age=3600")


async def test_qr_code_of_nothing_named_leads_to_the_first_page(house: House) -> None:
    browser = house.browser()

    answers = [await browser.get("/api/kiosk/qr.svg"), await browser.get("/api/kiosk/qr.svg?path=/")]

    assert answers[0].content == answers[1].content


async def test_qr_codes_of_two_paths_differ(house: House) -> None:
    browser = house.browser()

    answers = [await browser.get("/api/kiosk/qr.svg?path=/a"), await browser.get("/api/kiosk/qr.svg?path=/b")]

    assert answers[0].content != answers[1].content


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "@evil.example/",
        ".evil.example/",
        ":80@evil.example/",
        "javascript:alert(1)",
        "s/the-well",
        "/a\nb",
        "/a\x00",
        "/" + "a" * 120,
    ],
)
async def test_no_qr_code_leads_anywhere_else(house: House, path: str) -> None:
    answer = await house.browser().get("/api/kiosk/qr.svg", params={"path": path})

    assert (code_of(answer), answer.json()["values"]) == ((422, "invalid-value"), {"field": "path"})


async def test_qr_code_is_a_picture_without_a_script(house: House) -> None:
    picture = (await house.browser().get("/api/kiosk/qr.svg", params={"path": "/<script>alert(1)</script>"})).text

    assert "script" not in picture


class Ahead(datetime):
    """The clock of a process that is eleven minutes ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(minutes=11)


async def test_time_is_told_by_the_clock_that_decides_about_votes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "datetime", Ahead)
    before = datetime.now(UTC)

    answer = await house.browser().get("/api/kiosk/time")

    assert before <= datetime.fromisoformat(answer.json()["now"]) <= datetime.now(UTC)
    assert answer.headers["cache-control"] == "no-store"
