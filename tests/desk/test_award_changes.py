"""An award can be changed until it opens; turnout is seen by the hour, never for whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests import builders
from tests.house import House
from tests.voting.urn import Urn

pytest_plugins = ("tests.housing",)


def body(slug: str, **fields: Any) -> dict[str, Any]:
    opens = datetime.now(UTC) + timedelta(days=1)
    times = {"opens_at": opens.isoformat(), "closes_at": (opens + timedelta(hours=3)).isoformat()}
    return {"slug": slug, "name": {"en": slug}, **times, **fields}


@pytest.fixture
async def organiser(house: House) -> httpx.AsyncClient:
    return await house.signed_in("organiser")


async def test_everything_of_an_award_can_be_changed_before_it_opens(
    house: House, organiser: httpx.AsyncClient
) -> None:
    async with house.pool.acquire() as db:
        await builders.a_series(db)
    made = (await organiser.post("/api/desk/awards", json=body("first-prize"))).json()
    draft = f"/api/desk/awards/{made['id']}/draft"
    asked = body(
        "grand-prize", kind="ranking", method="schulze", choices=3, tiers=["badge", "kiosk"], weights={"badge": 2},
        minimum={"rule": "count", "votes": 20}, watch={"episodes": 3, "share": None}, board="hidden", receipts=False,
    )  # fmt: skip

    changed = await organiser.put(draft, json=asked)
    again = await organiser.put(draft, json=asked)

    assert changed.status_code == again.status_code == 200, changed.text
    read = (await organiser.get(draft)).json()
    assert {name: read[name] for name in asked if name not in ("opens_at", "closes_at")} == {
        name: value for name, value in asked.items() if name not in ("opens_at", "closes_at")
    }
    lines = await house.pool.fetch(
        "SELECT detail FROM audit_event WHERE action = 'change' AND object = $1", f"award:{made['id']}"
    )
    assert len(lines) == 1
    assert lines[0]["detail"]["kind"] == {"was": "stars", "is": "ranking"}


async def test_episodes_may_compete_instead_of_series(house: House, organiser: httpx.AsyncClient) -> None:
    async with house.pool.acquire() as db:
        series = await builders.a_watchable_series(db, slug="changing")
    made = (await organiser.post("/api/desk/awards", json=body("episodes"))).json()

    await organiser.put(f"/api/desk/awards/{made['id']}/draft", json=body("episodes", entries="episode"))

    kinds = await house.pool.fetch(
        "SELECT DISTINCT episode_id IS NULL AS whole FROM entry WHERE award_id = $1", made["id"]
    )
    assert [row["whole"] for row in kinds] == [False]
    assert series


async def test_nothing_can_be_changed_once_voting_has_opened(house: House, organiser: httpx.AsyncClient) -> None:
    urn = await Urn.open(house.pool)
    refused = await organiser.put(f"/api/desk/awards/{urn.award}/draft", json=body("too-late"))

    assert (refused.status_code, refused.json()["code"]) == (409, "rules-frozen")


async def test_rules_that_lack_something_are_refused(organiser: httpx.AsyncClient) -> None:
    made = (await organiser.post("/api/desk/awards", json=body("lacking"))).json()

    refused = await organiser.put(
        f"/api/desk/awards/{made['id']}/draft", json=body("lacking", minimum={"rule": "count"})
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-value")


async def test_turnout_is_told_by_hour_and_way_and_nothing_else(house: House, organiser: httpx.AsyncClient) -> None:
    urn = await Urn.open(house.pool)
    await urn.vote(20)

    shown = (await organiser.get(f"/api/desk/awards/{urn.award}/turnout/hours")).json()

    assert set(shown) == {"award", "visitors", "target", "hours"}
    assert all(set(hour) == {"hour", "tier", "ballots"} for hour in shown["hours"])
    voted = await house.pool.fetchval("SELECT count(DISTINCT ballot) FROM vote_event WHERE award_id = $1", urn.award)
    assert sum(hour["ballots"] for hour in shown["hours"]) == voted
