"""The room a company has: counted over what is here or on its way, and settled where two ask at once."""

import asyncio
from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.studio.sending import FILM, Sender

pytest_plugins = ("tests.housing",)
GIB = 1024**3


async def allow(rows: Connection, company: int, limit: int) -> None:
    await rows.execute("UPDATE company SET quota_bytes = $2 WHERE id = $1", company, limit)


async def another(house: House, rows: Connection, sender: Sender, number: int = 2) -> Sender:
    """The same producer with another episode."""
    series = await rows.fetchval("SELECT series_id FROM episode WHERE id = $1", sender.episode)
    return Sender(sender.browser, await builders.an_episode(rows, series, number), sender.company)


async def shown(browser: httpx.AsyncClient, rows: Connection, episode: int) -> Any:
    series = await rows.fetchval("SELECT series_id FROM episode WHERE id = $1", episode)
    return (await browser.get(f"/api/studio/series/{series}/space")).json()


async def test_company_without_a_number_of_its_own_has_what_the_house_gives(sender: Sender, rows: Connection) -> None:
    assert await shown(sender.browser, rows, sender.episode) == {"used": 0, "limit": 200 * GIB}


async def test_file_on_its_way_counts_in_full(sender: Sender, rows: Connection) -> None:
    await allow(rows, sender.company, 5000)

    await sender.started()

    assert await shown(sender.browser, rows, sender.episode) == {"used": len(FILM), "limit": 5000}


async def test_file_that_arrived_counts_too(sender: Sender, rows: Connection) -> None:
    await sender.complete(await sender.sent())

    assert (await shown(sender.browser, rows, sender.episode))["used"] == len(FILM)


async def test_file_that_does_not_fit_is_refused_with_the_numbers(
    house: House, sender: Sender, rows: Connection
) -> None:
    await allow(rows, sender.company, len(FILM) - 1)
    before = {path.name for path in house.folder.glob("incoming/*")}

    answer = await sender.start()

    assert (code_of(answer), answer.json()["values"]) == (
        (413, "quota-exceeded"),
        {"used": 0, "limit": len(FILM) - 1, "size": len(FILM)},
    )
    assert {path.name for path in house.folder.glob("incoming/*")} == before
    assert (await sender.state())["state"] == "awaiting_upload"


async def test_file_that_fits_to_the_last_byte_is_taken(sender: Sender, rows: Connection) -> None:
    await allow(rows, sender.company, len(FILM))

    assert (await sender.start()).status_code == 201


async def test_upload_that_is_cancelled_makes_room(house: House, sender: Sender, rows: Connection) -> None:
    await allow(rows, sender.company, len(FILM))
    other = await another(house, rows, sender)
    upload = await sender.started()
    refused = await other.start()

    await sender.cancel(upload)
    taken = await other.start()

    assert (refused.status_code, taken.status_code) == (413, 201)


async def test_upload_under_way_goes_on_when_the_room_has_become_smaller(
    house: House, sender: Sender, rows: Connection
) -> None:
    upload = await sender.started()
    await allow(rows, sender.company, 1)

    await sender.put(upload, 1, 2, 3)
    answer = await sender.complete(upload)

    assert answer.json()["state"] == "queued"


async def test_two_that_ask_for_the_last_room_at_the_same_moment_do_not_both_get_it(
    house: House, sender: Sender, rows: Connection
) -> None:
    await allow(rows, sender.company, len(FILM))
    senders = [sender, *[await another(house, rows, sender, number) for number in range(2, 7)]]

    answers = await asyncio.gather(*(each.start() for each in senders))

    assert sorted(answer.status_code for answer in answers) == [201, 413, 413, 413, 413, 413]


async def test_other_companies_have_room_of_their_own(house: House, sender: Sender, rows: Connection) -> None:
    await sender.started()
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    browser = await house.signed_in("producer", company)

    assert (await shown(browser, rows, episode))["used"] == 0


@pytest.mark.parametrize(("role", "status"), [("producer", 404), ("organiser", 200)])
async def test_only_the_company_and_organisers_see_it(
    house: House, sender: Sender, rows: Connection, role: Any, status: int
) -> None:
    browser = await house.signed_in(role)
    series = await rows.fetchval("SELECT series_id FROM episode WHERE id = $1", sender.episode)

    answer = await browser.get(f"/api/studio/series/{series}/space")

    assert answer.status_code == status


async def test_organisers_see_the_fullest_first_and_give_room_with_a_line_in_the_log(
    house: House, sender: Sender, rows: Connection
) -> None:
    await sender.complete(await sender.sent())
    other = await builders.a_company(rows, "Roomy Films")
    desk = await house.signed_in("organiser")

    told = (await desk.get("/api/desk/rooms")).json()
    assert told["standard"] == 200 * GIB
    here = [room for room in told["rooms"] if room["company"] in (other, sender.company)]
    assert [(room["company"], room["used"], room["own"]) for room in here] == [
        (sender.company, len(FILM), False),
        (other, 0, False),
    ]
    shares = [room["used"] / room["limit"] for room in told["rooms"]]
    assert shares == sorted(shares, reverse=True)

    assert (await desk.put(f"/api/desk/rooms/{sender.company}", json={"limit": 10**9})).status_code == 204
    assert (await shown(sender.browser, rows, sender.episode))["limit"] == 10**9
    assert (await desk.put(f"/api/desk/rooms/{sender.company}", json={"limit": None})).status_code == 204
    assert (await shown(sender.browser, rows, sender.episode))["limit"] == 200 * GIB
    lines = await rows.fetch("SELECT object, detail FROM audit_event WHERE action = 'set-room' ORDER BY id")
    assert [(line["object"], line["detail"]) for line in lines] == [
        (f"company:{sender.company}", {"limit": 10**9}),
        (f"company:{sender.company}", {"limit": None}),
    ]


async def test_room_is_given_by_organisers_alone_within_bounds_to_companies_that_are_there(
    house: House, sender: Sender
) -> None:
    desk = await house.signed_in("organiser")
    address = f"/api/desk/rooms/{sender.company}"

    assert code_of(await sender.browser.get("/api/desk/rooms")) == (403, "not-allowed")
    assert code_of(await sender.browser.put(address, json={"limit": 10**12})) == (403, "not-allowed")
    assert (await desk.put(address, json={"limit": 10**9 - 1})).status_code == 400
    assert (await desk.put(address, json={})).status_code == 400
    assert code_of(await desk.put("/api/desk/rooms/999999", json={"limit": None})) == (404, "not-found")
