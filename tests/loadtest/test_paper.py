"""The demo's paper: one batch counts, one waits, and a second start adds nothing."""

from datetime import timedelta

from api.access.operators import issue_code
from loadtest.client import Person
from loadtest.paper import BATCHES, key_paper
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)


async def somebody(house: House, email: str) -> Person:
    person = Person(house.settings.public_url, house.browser()._transport)
    await person.sign_in(await issue_code(house.settings.database_url, email, organiser=email))
    return person


async def test_one_batch_counts_and_one_waits_for_its_second_person(house: House) -> None:
    async with house.pool.acquire() as db, db.transaction():
        award = await builders.an_award(db, tiers=["device", "paper"])
        await db.execute("UPDATE award SET paper_until = $2 WHERE id = $1", award, builders.NOW + timedelta(days=2))
        for _ in range(4):
            await builders.an_entry(db, award)
    first, second = await somebody(house, "a@festival.example"), await somebody(house, "b@festival.example")

    keyed, again = await key_paper(first, second, award), await key_paper(first, second, award)

    batches = (await first.get(f"/api/desk/awards/{award}/paper"))["batches"]
    assert (keyed, again) == (sum(count for count, *_ in BATCHES), 0)
    assert [(each["number"], each["state"]) for each in batches] == [(2, "waiting"), (1, "counted")]
    await first.close()
    await second.close()
