"""Continue on another device: a code that works once and not for long."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.access.rules import CLEAR_ALPHABET
from api.db import Connection
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
SEEN = [
    {
        "series": "the-well",
        "last": 2,
        "at": 1_795_000_000_000,
        "episodes": [
            {"number": 1, "seconds": 88.5, "duration": 90.0, "done": True},
            {"number": 2, "seconds": 43.2, "duration": 90.0, "done": False},
        ],
    }
]


async def a_code(browser: httpx.AsyncClient) -> str:
    answer = await browser.post("/api/handovers", json={"progress": SEEN})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["code"])


async def take(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    return await browser.post("/api/handovers/take", json={"code": code})


async def test_other_device_gets_what_this_one_has_seen_and_only_once(house: House) -> None:
    code = await a_code(house.browser())
    other = house.browser()

    first, second = await take(other, f" {code[:3].lower()}-{code[3:]} "), await take(other, code)

    assert (len(code), set(code) <= set(CLEAR_ALPHABET)) == (6, True)
    assert (first.status_code, first.json()) == (200, {"progress": SEEN})
    assert first.headers["cache-control"] == "no-store"
    assert code_of(second) == (401, "code-refused")


async def test_of_two_devices_at_once_one_gets_it(house: House) -> None:
    code = await a_code(house.browser())

    answers = await asyncio.gather(*(take(house.browser(), code) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_code_is_refused_after_ten_minutes_and_its_row_goes_with_the_next(house: House, rows: Connection) -> None:
    code = await a_code(house.browser())
    await rows.execute("UPDATE handover SET expires_at = expires_at - $1::interval", timedelta(minutes=10))

    assert code_of(await take(house.browser(), code)) == (401, "code-refused")
    await a_code(house.browser())
    assert await rows.fetchval("SELECT count(*) FROM handover WHERE expires_at <= now()") == 0


async def test_database_holds_neither_the_code_nor_whose_it_is(house: House, rows: Connection) -> None:
    code = await a_code(house.browser())

    kept = await rows.fetch("SELECT * FROM handover")

    assert code not in str([dict(row) for row in kept])
    assert sorted(kept[0].keys()) == ["code_hash", "expires_at", "progress"]


async def test_guesses_are_slowed_down(house: House) -> None:
    browser = house.browser()

    answers = [await take(browser, f"GUESS{sign}") for sign in CLEAR_ALPHABET for _ in range(12)]

    assert {answer.status_code for answer in answers} == {401, 429}
    assert next(a for a in answers if a.status_code == 429).headers["retry-after"]


@pytest.mark.parametrize(
    "body",
    [
        {"progress": []},
        {"progress": SEEN, "name": "me"},
        {"progress": [SEEN[0] | {"series": "../x"}]},
        {"progress": [SEEN[0] | {"episodes": [{"number": 1, "seconds": -1, "duration": 1, "done": False}]}]},
    ],
)
async def test_nothing_else_is_kept(house: House, body: dict[str, Any]) -> None:
    assert code_of(await house.browser().post("/api/handovers", json=body))[0] == 400
