"""The audit log at the desk: paged, filtered, searched, and taken along as a file, which is itself a line."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.access.audit import note
from api.access.schemas import Account
from api.db import Pool
from tests import builders


async def fill(pool: Pool, client: httpx.AsyncClient, count: int = 3) -> Account:
    """Somebody signed in who has done a few things, and one that the house did."""
    async with pool.acquire() as db, db.transaction():
        number = await builders.sign_in(client, db, "auditor")
        organiser = await builders.an_account(db)
        await db.execute("UPDATE account SET name = 'Aigerim S.' WHERE id = $1", organiser)
        account = Account(id=organiser, email="a@festival.example", name="Aigerim S.", role="organiser", company=None)
        series = await builders.a_series(db, slug="window-43")
        award = await builders.an_award(db)
        for _ in range(count):
            await note(db, account, "release", f"series:{series}", {})
        await note(db, account, "create", f"award:{award}", {"slug": "audience"})
        await note(db, None, "destroy-secret", f"award:{award}", {"origins": 0})
        assert number
    return account


async def lines(client: httpx.AsyncClient, **asked: object) -> list[str]:
    answer = await client.get("/api/desk/audit", params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    return [line["action"] for line in answer.json()["lines"]]


async def test_newest_come_first_with_who_and_what_in_names(client: httpx.AsyncClient, pool: Pool) -> None:
    await fill(pool, client, 1)

    page = (await client.get("/api/desk/audit")).json()

    house, created, released = page["lines"]
    assert (house["action"], house["by"], house["title"]["en"]) == ("destroy-secret", None, "Audience award")
    assert (created["by"]["name"], created["by"]["role"], created["detail"]) == (
        "Aigerim S.",
        "organiser",
        {"slug": "audience"},
    )
    assert (released["kind"], released["title"]["zh"]) == ("series", "window-43 中")
    assert all(len(line["hash"]) == 64 for line in page["lines"])
    assert page["next"] is None


async def test_pages_follow_each_other_without_gaps(client: httpx.AsyncClient, pool: Pool) -> None:
    await fill(pool, client, 118)
    seen: list[int] = []
    after: int | None = None
    while True:
        page = (await client.get("/api/desk/audit", params={} if after is None else {"after": after})).json()
        seen += [line["id"] for line in page["lines"]]
        after = page["next"]
        if after is None:
            break

    assert (len(seen), seen == sorted(seen, reverse=True), len(set(seen))) == (120, True, 120)


async def test_filters_and_search_leave_what_fits(client: httpx.AsyncClient, pool: Pool) -> None:
    account = await fill(pool, client)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()

    assert await lines(client, who=account.id) == ["create", "release", "release", "release"]
    assert await lines(client, action="destroy-secret") == ["destroy-secret"]
    assert await lines(client, kind="award") == ["destroy-secret", "create"]
    assert await lines(client, kind="award", action="release") == []
    assert await lines(client, find="WINDOW") == ["release"] * 3
    assert await lines(client, find="aigerim") == ["create", "release", "release", "release"]
    assert await lines(client, find="audience") == ["destroy-secret", "create"]  # in its name and in a detail
    assert await lines(client, since=tomorrow) == []
    assert len(await lines(client, until=tomorrow)) == 5
    assert await lines(client, find="100%_") == []


async def test_filters_offer_what_there_is(client: httpx.AsyncClient, pool: Pool) -> None:
    account = await fill(pool, client)

    found = (await client.get("/api/desk/audit/filters")).json()

    assert [each["id"] for each in found["people"]] == [account.id]
    assert (found["actions"], found["kinds"]) == (["create", "destroy-secret", "release"], ["award", "series"])


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_export_is_whole_and_is_noted_itself(client: httpx.AsyncClient, pool: Pool, form: str) -> None:
    await fill(pool, client, 5)

    answer = await client.post(f"/api/desk/audit/export/{form}", json={"action": "release"})

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="audit.{form}"'
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [(row["by"], row["action"], row["object"].split(":")[0]) for row in rows] == [
            ("Aigerim S.", "release", "series")
        ] * 5
    else:
        assert [json.loads(line)["action"] for line in answer.text.splitlines()] == ["release"] * 5
    assert (await lines(client))[0] == "export"
    assert (await client.get("/api/desk/audit")).json()["lines"][0]["detail"] == {"as": form, "action": "release"}


async def test_export_gives_a_spreadsheet_no_formula(client: httpx.AsyncClient, pool: Pool) -> None:
    account = await fill(pool, client, 1)
    await pool.execute("UPDATE account SET name = '=HYPERLINK(1)' WHERE id = $1", account.id)

    rows = list(csv.DictReader(io.StringIO((await client.post("/api/desk/audit/export/csv", json={})).text)))

    assert "'=HYPERLINK(1)" in {row["by"] for row in rows}
