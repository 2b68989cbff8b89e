"""The festival among a phone's apps."""

import httpx

from api import manifest
from api.db import Connection
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)


async def manifest_of(browser: httpx.AsyncClient, accepted: str) -> tuple[str, str, str]:
    answer = await browser.get("/manifest.webmanifest", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/manifest+json")
    told = answer.json()
    return told["name"], told["lang"], told["display"]


async def test_app_has_the_festivals_name_in_the_readers_language(house: House, rows: Connection) -> None:
    before = await manifest_of(house.browser(), "ru")
    await builders.a_festival(rows)

    assert before == ("Tallscreen", "en", "standalone")
    assert await manifest_of(house.browser(), "ru-RU, en;q=0.5") == ("Meridian ру", "ru", "standalone")
    assert await manifest_of(house.browser(), "fa") == ("Meridian", "en", "standalone")


def test_long_name_is_short_under_the_icon() -> None:
    assert manifest.to_manifest("International Festival of Short Series", "en").short_name == "Internationa"
