"""What a section asks for: set at the desk, told to producers, and written down when it changes."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
RULES: dict[str, Any] = {
    "opens_at": "2026-09-01T00:00:00Z",
    "closes_at": "2026-12-24T18:00:00Z",
    "min_seconds": 60,
    "max_seconds": 180,
    "min_episodes": 10,
    "max_episodes": 80,
    "subtitle_langs": ["en", "ru"],
    "ai_rule": "refuse",
    "min_total_seconds": 600,
    "max_total_seconds": 6000,
    "ai_parts": ["voice", "script"],
}


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def a_section(organiser: httpx.AsyncClient, slug: str, **rules: Any) -> httpx.Response:
    return await organiser.post("/api/desk/sections", json={"slug": slug, "name": {"en": slug}, **rules})


async def test_rules_of_a_new_section_are_told_to_producers(organiser: httpx.AsyncClient, house: House) -> None:
    made = (await a_section(organiser, "shorts", **RULES)).json()

    producer = await house.signed_in("producer")
    told = (await producer.get("/api/studio/sections")).json()

    assert {name: made[name] for name in RULES} == RULES
    assert made in told


async def test_rules_change_and_the_log_says_what_they_were(
    organiser: httpx.AsyncClient, house: House, rows: Connection
) -> None:
    made = (await a_section(organiser, "moved", **RULES)).json()
    later = {**RULES, "name": {"en": "moved"}, "closes_at": "2026-12-31T18:00:00Z", "subtitle_langs": ["en"]}

    answer = await organiser.put(f"/api/desk/sections/{made['id']}", json=later)
    again = await organiser.put(f"/api/desk/sections/{made['id']}", json=later)

    logged = await rows.fetch("SELECT action, detail FROM audit_event WHERE object = $1", f"section:{made['id']}")
    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json() == {**made, "closes_at": "2026-12-31T18:00:00Z", "subtitle_langs": ["en"]}
    assert [tuple(row) for row in logged] == [
        ("create", {"slug": "moved", "landscape": "refuse"}),
        (
            "change",
            {
                "closes_at": {"was": "2026-12-24T18:00:00Z", "is": "2026-12-31T18:00:00Z"},
                "subtitle_langs": {"was": ["en", "ru"], "is": ["en"]},
            },
        ),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"closes_at": RULES["opens_at"]}, "closes_at"),
        ({"min_seconds": 181}, "max_seconds"),
        ({"min_episodes": 81}, "max_episodes"),
        ({"min_total_seconds": 6001}, "max_total_seconds"),
        ({"ai_rule": "disclose"}, "ai_parts"),
    ],
)
async def test_rules_nobody_could_meet_are_refused(
    organiser: httpx.AsyncClient, changed: dict[str, Any], field: str
) -> None:
    made = (await a_section(organiser, f"kept-{field.replace('_', '-')}", **RULES)).json()

    added = await a_section(organiser, "never", **{**RULES, **changed})
    answer = await organiser.put(f"/api/desk/sections/{made['id']}", json={**RULES, "name": {"en": "X"}, **changed})

    for refused in (added, answer):
        assert (code_of(refused), refused.json()["values"]) == ((422, "invalid-value"), {"field": field})
    listed = (await organiser.get("/api/studio/sections")).json()
    assert made in listed
    assert "never" not in [section["slug"] for section in listed]


@pytest.mark.parametrize(
    "changed",
    [
        {"opens_at": "2026-09-01T00:00:00"},
        {"min_seconds": 0},
        {"subtitle_langs": ["english"]},
        {"ai_rule": "maybe"},
        {"ai_parts": ["acting"]},
    ],
)
async def test_a_rule_of_the_wrong_kind_is_refused(organiser: httpx.AsyncClient, changed: dict[str, Any]) -> None:
    assert code_of(await a_section(organiser, "wrong", **{**RULES, **changed})) == (400, "bad-request")


async def test_a_section_that_is_not_there_is_not_changed(organiser: httpx.AsyncClient) -> None:
    answer = await organiser.put("/api/desk/sections/999999", json={"name": {"en": "X"}})

    assert code_of(answer) == (404, "not-found")
