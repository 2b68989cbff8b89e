"""The demo's juries meet through the public API, and end where the demo wants them."""

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from api.settings import Settings
from loadtest import juries
from loadtest.client import Person
from tests import builders
from tests.house import House, opened_house
from tests.jury.rooms import a_title

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def demo(house_settings: Settings) -> AsyncIterator[House]:
    """A house whose mail can be read."""
    async with opened_house(msgspec.structs.replace(house_settings, demo=True)) as opened:
        yield opened


def person_in(house: House, browser: httpx.AsyncClient) -> Person:
    person = Person(house.settings.public_url)
    person.http = browser
    return person


async def test_one_jury_is_half_way_one_deliberates_over_a_disputed_winner_and_one_has_decided(demo: House) -> None:
    async with demo.pool.acquire() as rows:
        await builders.a_festival(rows)
        titles = [await a_title(rows) for _ in range(6)]
        organiser = person_in(demo, await demo.signed_in("organiser"))
        await rows.execute("UPDATE series SET slug = $2 WHERE id = $1", titles[2], juries.CONFLICT[1])
        for _ in range(2):
            await juries.call(organiser)
            await juries.found(organiser, titles)
        await rows.execute(
            "INSERT INTO juror_watched SELECT a.id, e.id, '\\xffff' FROM account a, episode e WHERE a.role = 'juror'"
        )

        assert await juries.meet(lambda: person_in(demo, demo.browser()))
        assert not await juries.meet(lambda: person_in(demo, demo.browser()))

    cards = {card["name"]["en"]: card for card in await organiser.get("/api/desk/juries")}
    main, young, critics = [
        await organiser.get(f"/api/desk/juries/{cards[plan.name['en']]['id']}/protocol") for plan in juries.PLANS
    ]
    assert (main["rounds"][0]["phase"], [each["reason"] for each in main["recusals"]]) == ("scoring", [juries.WHY])
    [prize] = critics["rounds"][0]["decision"]["prizes"]
    assert (critics["rounds"][0]["phase"], prize["series"], prize["kind"]) == ("decided", titles[3], "winner")
    assert (young["rounds"][0]["phase"], len(young["rounds"][0]["locks"])) == ("deliberation", 3)
    assert young["rounds"][0]["disputed"] is True
    assert young["rounds"][0]["winners"] == {"raw": titles[:1], "levelled": titles[1:2], "pairwise": titles[1:2]}
