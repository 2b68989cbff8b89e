"""One juror, one film at a time, on three devices at most; and who was given what is on record."""

import csv
import io
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from api import embedded
from api.db import Connection
from api.settings import Settings
from tests import builders
from tests.builders import code_of
from tests.house import House, opened_house
from tests.playback.screeners import (
    Screener,
    a_screener,
    account_of,
    an_assigned,
    another_device,
    read,
    tracks_of,
)

pytest_plugins = ("tests.housing", "tests.playback.booth")
ELSEWHERE = (409, "watching-elsewhere")


async def segment_of(browser: httpx.AsyncClient, screener: Screener) -> str:
    return (await tracks_of(browser, screener))["v360"].segments[0][0]


async def test_second_device_is_told_where_the_film_plays(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    await read(juror, screener.master)
    second = await another_device(house, rows, juror)

    answers = [await second.get(address) for address in (screener.master, screener.key)]

    assert [code_of(answer) for answer in answers] == [ELSEWHERE] * 2
    assert answers[0].json()["next"] == "Stop it there, or watch here instead."


async def test_device_that_takes_over_plays_and_stops_the_other(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    first = await segment_of(juror, screener)
    second = await another_device(house, rows, juror)

    assert (await second.post("/api/screeners/take-over")).status_code == 204
    assert (await second.get(await segment_of(second, screener))).status_code == 200
    assert [code_of(await juror.get(address)) for address in (first, screener.master, screener.key)] == [ELSEWHERE] * 3


async def test_jurors_do_not_stand_in_each_others_way(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    await read(juror, screener.master)
    colleague = await an_assigned(house, rows, screener)

    assert (await colleague.get(screener.master)).status_code == 200


async def test_stills_and_lists_are_read_on_any_device(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    await read(juror, screener.master)
    second = await another_device(house, rows, juror)
    [shortlist] = (await second.get("/api/jury/shortlists")).json()

    assert (await second.get(shortlist["series"][0]["poster"]["avif"])).status_code == 200


async def test_keys_are_given_sixty_times_a_minute(juror: httpx.AsyncClient, screener: Screener) -> None:
    answers = [await juror.get(screener.key) for _ in range(70)]

    assert [answer.status_code for answer in answers[:60]] == [200] * 60
    assert code_of(answers[-1]) == (429, "too-many-requests")
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_without_redis_films_go_on_and_every_right_is_still_asked_for(
    house_settings: Settings, rows: Connection, film: Path
) -> None:
    away = msgspec.structs.replace(house_settings, redis_url=f"redis://127.0.0.1:{embedded.free_port()}/0")
    async with opened_house(away) as house:
        screener = await a_screener(rows, film, house.folder)
        juror = await an_assigned(house, rows, screener)
        other = await house.signed_in("juror")

        segment = await segment_of(juror, screener)
        assert [(await juror.get(address)).status_code for address in (segment, screener.key)] == [200, 200]
        assert [code_of(await other.get(each))[0] for each in (screener.master, screener.key, segment)] == [404] * 3


async def signed_in(house: House, rows: Connection, account: int) -> httpx.AsyncClient:
    """As people do it: by a mailed code."""
    email, browser = await rows.fetchval("SELECT email FROM account WHERE id = $1", account), house.browser()
    request = (await browser.post("/api/access/codes", json={"email": email})).json()["request"]
    code = next(mail.text.split()[3].rstrip(".") for mail in house.mailbox.mails if mail.to == email)
    assert (await browser.post("/api/access/sessions", json={"request": request, "code": code})).status_code == 200
    return browser


async def test_fourth_device_of_a_juror_ends_the_oldest_with_a_sentence(house: House, rows: Connection) -> None:
    account = await builders.an_account(rows, "juror")
    devices = [await signed_in(house, rows, account) for _ in range(4)]

    answers = [await device.get("/api/jury/shortlists") for device in devices]

    assert [answer.status_code for answer in answers] == [401, 200, 200, 200]
    assert code_of(answers[0]) == (401, "too-many-devices")
    assert (
        answers[0].json()["title"] == "You have signed in on another device, and this one was the oldest of too many."
    )


async def test_device_that_is_used_no_more_goes_before_one_that_is(house: House, rows: Connection) -> None:
    account = await builders.an_account(rows, "juror")
    devices = [await signed_in(house, rows, account) for _ in range(3)]
    await rows.execute(
        "UPDATE session SET last_seen_at = now() - interval '3 hours' WHERE account_id = $1"
        " AND created_at = (SELECT max(created_at) FROM session WHERE account_id = $1)",
        account,
    )
    devices.append(await signed_in(house, rows, account))

    answers = [await device.get("/api/jury/shortlists") for device in devices]

    assert [answer.status_code for answer in answers] == [200, 200, 401, 200]


async def test_other_roles_keep_as_many_devices_as_they_sign_in_on(house: House, rows: Connection) -> None:
    account = await builders.an_account(rows, "organiser")
    devices = [await signed_in(house, rows, account) for _ in range(4)]

    assert [(await device.get("/api/jury/shortlists")).status_code for device in devices] == [200] * 4


async def log_of(house: House, query: str) -> Any:
    return (await (await house.signed_in("organiser")).get(f"/api/desk/juries/access-log?{query}")).json()


async def test_log_tells_who_was_given_what_and_when(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    await read(juror, screener.master)
    await read(juror, screener.key)
    account = await account_of(juror)

    page = await log_of(house, f"juror={account}")

    told = [(line["what"], line["part"], line["series"], line["episode"]) for line in page["lines"]]
    assert told == [("key", "", screener.series, 1), ("playlist", "1/master.m3u8", screener.series, 1)]
    assert {line["juror_name"] for line in page["lines"]} == {
        await rows.fetchval("SELECT name FROM account WHERE id = $1", account)
    }
    assert account in [each["id"] for each in page["jurors"]]


async def test_log_comes_in_pages_and_by_title(house: House, juror: httpx.AsyncClient, screener: Screener) -> None:
    for _ in range(5):
        await read(juror, screener.key)

    first = await log_of(house, f"series={screener.series}&limit=3")
    second = await log_of(house, f"series={screener.series}&limit=3&after={first['next']}")

    ids = [line["id"] for page in (first, second) for line in page["lines"]]
    assert (len(first["lines"]), len(second["lines"]), second["next"]) == (3, 2, None)
    assert ids == sorted(ids, reverse=True)


async def test_log_is_a_file_that_no_spreadsheet_takes_for_formulas(
    house: House, rows: Connection, juror: httpx.AsyncClient, screener: Screener
) -> None:
    await rows.execute("UPDATE account SET name = '=1+1' WHERE id = $1", await account_of(juror))
    await read(juror, screener.key)

    answer = await (await house.signed_in("organiser")).get(f"/api/desk/juries/access-log.csv?series={screener.series}")

    [line] = csv.DictReader(io.StringIO(answer.text))
    assert (line["juror_name"], line["series"], line["what"], answer.headers["cache-control"]) == (
        "'=1+1",
        str(screener.series),
        "key",
        "no-store",
    )


async def test_log_cannot_be_altered(rows: Connection, juror: httpx.AsyncClient, screener: Screener) -> None:
    await read(juror, screener.key)

    for statement in ("DELETE FROM screener_access", "UPDATE screener_access SET session = '00000000'"):
        with pytest.raises(asyncpg.PostgresError):
            await rows.execute(statement)


async def test_refusals_leave_no_line(house: House, screener: Screener) -> None:
    other = await house.signed_in("juror")
    await other.get(screener.master)
    await other.get(screener.key)

    assert (await log_of(house, f"series={screener.series}"))["lines"] == []
