"""The whole festival at a glance."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.db import Connection, Pool
from api.live import RedisLive
from api.voting.alone import alone
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)


async def counted(client: httpx.AsyncClient) -> Any:
    """The overview, once the board that Redis forgot is there again or nobody else reads the ledger."""
    for _ in range(100):
        told = (await client.get("/api/desk/overview")).json()
        if all(each["rows"] is not None for each in told["awards"]):
            return told
        await asyncio.sleep(0.1)
    pytest.fail("nobody counted")


@pytest.mark.parametrize("role", ["organiser", "auditor"])
async def test_house_with_nothing_in_it(client: httpx.AsyncClient, pool: Pool, role: str) -> None:
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "auditor" if role == "auditor" else "organiser")

    answer = await client.get("/api/desk/overview")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "festival": None,
            "sections": [],
            "series": 0,
            "released": 0,
            "episodes": {},
            "awards": [],
            "next_award": None,
            "accounts": 1,
            "workers": [],
            "waiting": 0,
            "late": [],
        },
    )


async def test_overview_counts_series_episodes_votes_and_accounts(
    client: httpx.AsyncClient, pool: Pool, valkey: str
) -> None:
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "organiser")
        series = await builders.a_series(db)
        await builders.a_series(db, released=False)
        for number, state in enumerate(("ready", "ready", "failed", "queued"), start=1):
            await builders.a_package(db, await builders.an_episode(db, series, number), state=state)
        await builders.an_episode(db, series, 5)
        await builders.an_original(db, await builders.an_episode(db, series, 6), state="open")
        disabled = await builders.an_account(db)
        await db.execute("UPDATE account SET disabled_at = now() WHERE id = $1", disabled)
        accounts = await db.fetchval("SELECT count(*) - 1 FROM account")
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award, series)
    ballot = (await client.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    vote = {"id": "01970000-0000-7000-8000-000000000001", "entry": entry, "value": 4}
    await client.post(f"/api/awards/{award}/votes", json=vote, headers={"Ballot": ballot})
    live = RedisLive(valkey)
    await live.forget()  # the count comes from the ledger, whether the board has heard of the vote yet or not
    await live.close()

    told = await counted(client)

    [card] = (await client.get("/api/awards")).json()
    assert {name: told[name] for name in ("series", "released", "episodes", "accounts")} == {
        "series": 2,
        "released": 1,
        "episodes": {"ready": 2, "failed": 1, "queued": 1, "awaiting_upload": 1, "uploading": 1},
        "accounts": accounts,
    }
    assert told["awards"] == [{"award": card, "rows": 1, "ballots": 1}]
    assert told["festival"]["slug"] == "meridian"
    assert [(section["slug"], section["landscape"]) for section in told["sections"]] == [("main", "refuse")]


async def test_overview_is_told_while_others_read_the_ledger(
    client: httpx.AsyncClient, pool: Pool, valkey: str
) -> None:
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "organiser")
        series = await builders.a_series(db)
        award = await builders.an_award(db)
        entry = await builders.an_entry(db, award, series)
    ballot = (await client.post(f"/api/awards/{award}/ballot")).json()["ballot"]
    vote = {"id": "01970000-0000-7000-8000-000000000002", "entry": entry, "value": 4}
    await client.post(f"/api/awards/{award}/votes", json=vote, headers={"Ballot": ballot})
    live = RedisLive(valkey)
    async with pool.acquire() as other, other.transaction():
        await alone(other)
        await live.forget()

        waiting = await client.get("/api/desk/overview")

    told = await counted(client)
    await live.close()
    assert waiting.status_code == 200
    assert [(each["rows"], each["ballots"]) for each in waiting.json()["awards"]] == [(None, None)]
    assert [(each["rows"], each["ballots"]) for each in told["awards"]] == [(1, 1)]


async def test_overview_shows_the_workers_that_are_there_and_what_waits_for_them(
    house: House, rows: Connection
) -> None:
    await builders.a_worker(rows, "render-1", sandbox="landlock", slots=2, busy=1)
    await builders.a_worker(rows, "laptop", sandbox="none", leaving=True)
    await builders.a_worker(rows, "gone", seen=timedelta(minutes=-5))
    series = await builders.a_series(rows)
    await builders.a_package(rows, await builders.an_episode(rows, series, 1), state="queued")
    ready = await builders.a_package(rows, await builders.an_episode(rows, series, 2))
    await builders.a_tier(rows, ready, "av1")
    before = await builders.a_package(rows, await builders.an_episode(rows, series, 3), state="queued")
    await rows.execute("UPDATE package SET state = 'failed', failure_code = 'superseded' WHERE id = $1", before)

    told = (await (await house.signed_in("auditor")).get("/api/desk/overview")).json()

    assert [
        (each["host"], each["sandbox"], each["busy"], each["slots"], each["leaving"]) for each in told["workers"]
    ] == [
        ("laptop", "none", 0, 1, True),
        ("render-1", "landlock", 1, 2, False),
    ]
    assert told["waiting"] == 3  # start and ladder of the first, the improvement of the second


async def test_series_of_all_companies_are_listed_with_their_company(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows, "Steppe Films")
    series = await builders.a_series(rows, company=company, released=False)
    await builders.an_episode(rows, series)

    listed = (await (await house.signed_in("organiser")).get("/api/desk/series")).json()

    [own] = [each for each in listed["series"] if each["id"] == series]
    assert (own["company"], own["stage"], own["episodes"], own["ready"]) == (
        {"id": company, "name": "Steppe Films"},
        "draft",
        1,
        0,
    )


async def test_pages_are_told_what_waits_for_somebody(client: httpx.AsyncClient, pool: Pool) -> None:
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "auditor")
        award = await builders.an_award(db)
        flag = "INSERT INTO flag (award_id, what, subject, ballots, numbers) VALUES ($1, 'one_network', $2, '{}', '{}')"
        await db.execute(flag, award, "network:01")
        await db.execute(flag, award, "network:02")
        organiser = await builders.an_account(db)
        await builders.a_submission(db, await builders.a_series(db))
        settled = (
            "UPDATE flag SET settled_at = now(), settled_by = $1, outcome = 'dismissed' WHERE subject = 'network:02'"
        )
        await db.execute(settled, organiser)

    answer = await client.get("/api/desk/counts")
    listed = (await client.get("/api/desk/flags?limit=1")).json()

    assert ([(each["award"], each["what"]) for each in listed["flags"]], listed["next"]) == (
        [(award, "one_network")],
        None,
    )
    assert (answer.status_code, answer.json()) == (200, {"review": 1, "flags": 1, "kiosks": 0})
