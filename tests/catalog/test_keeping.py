"""What phones may keep: the organisers' switch, and the end of the rights."""

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def test_organiser_ends_and_forbids_keeping(house: House, rows: Connection) -> None:
    series = await builders.a_watchable_series(rows, slug="lent")
    organiser, viewer = await house.signed_in("organiser"), house.browser()
    address = f"/api/desk/series/{series}/keeping"

    async def told() -> str | None:
        until: str | None = (await viewer.get("/api/series/lent")).json()["keep_until"]
        return until

    ended = await organiser.put(address, json={"allowed": True, "until": "2027-01-01T12:00:00Z"})
    assert (ended.status_code, await told()) == (204, "2027-01-01T12:00:00Z")
    await organiser.put(address, json={"allowed": False})
    assert await told() is None
    noted = await rows.fetchval(
        "SELECT count(*) FROM audit_event WHERE action = 'set-keeping' AND object = $1", f"series:{series}"
    )
    assert noted == 2


async def test_series_that_is_not_there_cannot_be_kept(house: House) -> None:
    organiser = await house.signed_in("organiser")

    assert code_of(await organiser.put("/api/desk/series/999999/keeping", json={"allowed": True})) == (404, "not-found")


async def test_episode_says_where_it_differs_from_its_series(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    series = await builders.a_series(rows, slug="mixed", company=company)
    producer = await house.signed_in("producer", company)
    body = {"number": 4, "rating": "16+", "notes": {"en": "Flashing light."}}
    made = await producer.post(f"/api/studio/series/{series}/episodes", json=body)
    await builders.a_package(rows, made.json()["id"])

    [cell] = (await house.browser().get("/api/series/mixed")).json()["episodes"]

    assert (cell["rating"], cell["notes"]) == ("16+", {"en": "Flashing light."})
