"""The festival's settings: what is set is seen everywhere, written down, and refused where nobody could read it."""

import base64
import hashlib
import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
SETTINGS: dict[str, Any] = {
    "name": {"en": "Meridian 2026", "fa": "نصف‌النهار"},
    "starts_on": "2026-11-06",
    "ends_on": "2026-11-15",
    "time_zone": "Asia/Bishkek",
    "place": {"en": "Almaty, Dom Kino"},
    "offered": ["ru", "kk"],
    "result_languages": ["kk", "ru", "en"],
    "contact": {"en": "desk@meridian.example"},
    "privacy": {"en": "No names are kept."},
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def a_mark(rows: Connection, kind: str = "logo") -> UUID:
    """As a worker leaves it."""
    mark = uuid4()
    await rows.execute(
        "INSERT INTO mark (id, festival_id, kind, state, webp, width, height) "
        "SELECT $1, id, $2, 'ready', 'RIFF picture', 40, 20 FROM festival WHERE state = 'current'",
        mark, kind,
    )  # fmt: skip
    column = {"logo": "logo_id", "sponsor": "sponsor_id"}[kind]
    await rows.execute(f"UPDATE festival SET {column} = $1 WHERE state = 'current'", mark)  # noqa: S608
    return mark


async def test_what_is_set_is_told_to_everyone(organiser: httpx.AsyncClient, house: House) -> None:
    answer = await organiser.put("/api/desk/festival/settings", json=SETTINGS)

    told = (await house.browser().get("/api/festival")).json()
    assert answer.status_code == 200, answer.text
    assert {name: told[name] for name in SETTINGS} == SETTINGS
    assert (await organiser.get("/api/desk/festival/settings")).json()["festival"]["name"] == SETTINGS["name"]


async def test_the_log_says_what_was_and_what_is_and_nothing_of_what_stayed(
    organiser: httpx.AsyncClient, rows: Connection
) -> None:
    await organiser.put("/api/desk/festival/settings", json=SETTINGS)
    later = {**SETTINGS, "ends_on": "2026-11-16"}

    for _ in range(2):
        assert (await organiser.put("/api/desk/festival/settings", json=later)).status_code == 200

    found = await rows.fetch("SELECT detail FROM audit_event WHERE object ~ '^festival:' ORDER BY id DESC LIMIT 2")
    assert found[0]["detail"] == {"ends_on": {"was": "2026-11-15", "is": "2026-11-16"}}
    assert found[1]["detail"] != found[0]["detail"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": "2026-11-05"}, "ends_on"),
        ({"time_zone": "Asia/Nowhere"}, "time_zone"),
        ({"offered": ["ru", "ru"]}, "offered"),
    ],
)
async def test_settings_that_cannot_be_are_refused(
    organiser: httpx.AsyncClient, changed: dict[str, Any], field: str
) -> None:
    answer = await organiser.put("/api/desk/festival/settings", json={**SETTINGS, **changed})

    assert (code_of(answer), answer.json()["values"]) == ((422, "invalid-value"), {"field": field})


async def test_colour_that_cannot_be_read_is_refused_with_the_nearest(
    organiser: httpx.AsyncClient, house: House
) -> None:
    answer = await organiser.put("/api/desk/festival/theme", json={"accent": "#8a1538", "sponsor": {}})

    values = answer.json()["values"]
    assert code_of(answer) == (422, "accent-unreadable")
    assert values == {"contrast": 1.81, "suggestion": "#d55f75"}
    taken = await organiser.put("/api/desk/festival/theme", json={"accent": values["suggestion"], "sponsor": {}})
    told = (await house.browser().get("/api/festival")).json()["theme"]["shades"]
    assert (taken.status_code, told["lamp"]) == (200, "#d55f75")
    assert (await organiser.post("/api/desk/festival/accent", json={"accent": "#8a1538"})).json()["readable"] is False


async def test_first_page_is_written_in_the_colours_and_its_policy_allows_exactly_them(
    organiser: httpx.AsyncClient, house: House
) -> None:
    await organiser.put("/api/desk/festival/theme", json={"accent": "#4a84e9", "sponsor": {}})

    page = await house.browser().get("/")

    style = re.search(r"<style>(html:root\{.*?\})</style>", page.text)
    assert style is not None
    assert "--lamp:#4a84e9" in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = page.headers["content-security-policy"]
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe-inline" not in policy
    await organiser.put("/api/desk/festival/theme", json={"accent": None, "sponsor": {}})
    again = await house.browser().get("/")
    assert "<style>html:root" not in again.text
    assert "sha256" not in again.headers["content-security-policy"]


async def test_pages_come_in_languages_that_are_offered(organiser: httpx.AsyncClient, house: House) -> None:
    await organiser.put("/api/desk/festival/settings", json=SETTINGS)

    page = await house.browser().get("/", headers={"Accept-Language": "zh, en"})

    assert page.headers["content-language"] == "ru"
    assert 'data-languages="ru kk"' in page.text
    await organiser.put("/api/desk/festival/settings", json={**SETTINGS, "offered": []})
    assert (await house.browser().get("/", headers={"Accept-Language": "zh"})).headers["content-language"] == "zh"


async def test_picture_is_kept_as_it_came_until_a_worker_has_made_it(
    organiser: httpx.AsyncClient, rows: Connection
) -> None:
    answer = await organiser.post("/api/desk/festival/marks/logo", content=PNG)

    mark = answer.json()["logo"]
    row = await rows.fetchrow("SELECT state, source, webp FROM mark WHERE id = $1", UUID(mark["id"]))
    assert row is not None
    assert (mark["state"], answer.json()["festival"]["theme"]["logo"]) == ("queued", None)
    assert tuple(row) == ("queued", PNG, None)
    assert await rows.fetchval("SELECT count(*) FROM pgqueuer WHERE dedupe_key = $1", f"{mark['id']}:poster") == 1
    assert code_of(await organiser.get(f"/api/marks/{mark['id']}")) == (404, "not-found")


async def test_drawing_with_a_program_in_it_is_no_picture(organiser: httpx.AsyncClient) -> None:
    answer = await organiser.post("/api/desk/festival/marks/logo", content=b"<svg onload='alert(1)'/>")

    assert code_of(answer) == (422, "picture-unreadable")
    assert code_of(await organiser.post("/api/desk/festival/marks/flag", content=PNG))[0] == 400


async def test_logo_and_card_are_shown_to_everyone_until_they_are_removed(
    organiser: httpx.AsyncClient, house: House, rows: Connection
) -> None:
    logo, card = await a_mark(rows), await a_mark(rows, "sponsor")
    await organiser.put("/api/desk/festival/theme", json={"accent": None, "sponsor": {"en": "Steppe Bank"}})

    theme = (await house.browser().get("/api/festival")).json()["theme"]
    picture = await house.browser().get(theme["logo"]["address"])
    assert theme["logo"] == {"address": f"/api/marks/{logo}", "width": 40, "height": 20}
    assert theme["sponsor"]["card"]["address"] == f"/api/marks/{card}"
    assert theme["sponsor"]["name"] == {"en": "Steppe Bank"}
    assert (picture.content, picture.headers["content-type"]) == (b"RIFF picture", "image/webp")
    assert "immutable" in picture.headers["cache-control"]
    assert (await organiser.delete("/api/desk/festival/marks/logo")).json()["festival"]["theme"]["logo"] is None
