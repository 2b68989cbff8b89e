"""Programmes at the desk: made, changed, tried out before they are saved, and kept while a screen plays them."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import a_screen

pytest_plugins = ("tests.housing",)
PLAN: dict[str, Any] = {
    "blocks": [
        {"starts": "18:00", "ends": "02:00", "items": [{"kind": "all"}, {"kind": "wall", "id": 7, "seconds": 30}]}
    ],
    "ratings": [{"starts": "06:00", "ends": "21:00", "max": "6+"}],
    "sleep": [{"starts": "02:00", "ends": "08:00"}],
}


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def test_programme_is_made_changed_and_removed(house: House, organiser: httpx.AsyncClient) -> None:
    made = (await organiser.post("/api/desk/programmes", json={"name": "Evenings", "plan": PLAN})).json()
    path = f"/api/desk/programmes/{made['id']}"

    changed = (await organiser.put(path, json={"name": "Late evenings", "plan": PLAN | {"sleep": []}})).json()
    removed = await organiser.delete(path)

    assert (made["plan"]["sleep"], made["kiosks"]) == (PLAN["sleep"], 0)
    assert (changed["name"], changed["plan"]["sleep"], removed.status_code) == ("Late evenings", [], 204)
    assert made["id"] not in [each["id"] for each in (await organiser.get("/api/desk/programmes")).json()]


async def test_names_are_used_once(house: House, organiser: httpx.AsyncClient) -> None:
    await organiser.post("/api/desk/programmes", json={"name": "Foyer", "plan": {}})
    other = (await organiser.post("/api/desk/programmes", json={"name": "Café", "plan": {}})).json()

    made = await organiser.post("/api/desk/programmes", json={"name": "FOYER", "plan": {}})
    changed = await organiser.put(f"/api/desk/programmes/{other['id']}", json={"name": "foyer", "plan": {}})

    assert (code_of(made), code_of(changed)) == ((409, "already-there"), (409, "already-there"))


async def test_programme_that_a_screen_plays_stays(house: House, organiser: httpx.AsyncClient) -> None:
    made = (await organiser.post("/api/desk/programmes", json={"name": "Kept", "plan": {}})).json()
    screen = await a_screen(house, organiser, "Player", programme=made["id"])

    kept = await organiser.delete(f"/api/desk/programmes/{made['id']}")
    await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")
    removed = await organiser.delete(f"/api/desk/programmes/{made['id']}")

    assert (code_of(kept), removed.status_code) == ((409, "already-there"), 204)


async def test_preview_says_what_plays_at_five_past_seven(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    await rows.execute("UPDATE series SET released_at = NULL")
    young = await builders.a_watchable_series(rows, episodes=1)
    await rows.execute("UPDATE series SET rating = '6+' WHERE id = $1", young)
    await builders.a_watchable_series(rows, episodes=1)

    shown = (
        await organiser.post("/api/desk/programmes/preview", json={"plan": PLAN, "at": "2026-11-26T19:05:00"})
    ).json()

    assert (shown["asleep"], shown["block"], shown["limit"], shown["left_out"]) == (False, 0, "6+", 1)
    assert [(item["series"], item["award"], item["seconds"]) for item in shown["items"]] == [
        (young, None, 12.0), (None, 7, 30.0),
    ]  # fmt: skip
    assert shown["seconds"] == 42.0


@pytest.mark.parametrize(
    "plan",
    [
        {"blocks": [{"starts": "25:00", "ends": "02:00", "items": [{"kind": "all"}]}]},
        {"blocks": [{"starts": "10:00", "ends": "12:00", "items": []}]},
        {"blocks": [{"starts": "10:00", "ends": "12:00", "items": [{"kind": "all"}], "days": [8]}]},
        {"sleep": [{"starts": "10:00", "ends": "12:00", "more": 1}]},
    ],
)
async def test_plans_are_read_strictly(house: House, organiser: httpx.AsyncClient, plan: dict[str, Any]) -> None:
    answer = await organiser.post("/api/desk/programmes", json={"name": "Wrong", "plan": plan})

    assert code_of(answer) == (400, "bad-request")


async def test_auditors_look_and_change_nothing(house: House, organiser: httpx.AsyncClient) -> None:
    auditor = await house.signed_in("auditor")

    assert (await auditor.get("/api/desk/programmes")).status_code == 200
    assert code_of(await auditor.post("/api/desk/programmes", json={"name": "X", "plan": {}})) == (403, "not-allowed")
