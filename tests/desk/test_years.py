"""Next year's festival from this one: rules go on, people's things do not, and last year stays as it was."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from api import cli
from api.db import Connection
from api.settings import Settings
from tests import builders
from tests.builders import code_of

NEXT = {"slug": "meridian-2027", "name": {"en": "Meridian 2027"}, "starts_on": "2027-11-05"}
#: Of each table, what is the row's own and never taken over.
OWN = {
    "festival": {"id", "slug", "name", "starts_on", "ends_on", "state", "made_from", "created_at", "changed_at"},
    "section": {"id", "festival_id", "opens_at", "closes_at"},
    "award": {"id", "festival_id", "opens_at", "closes_at", "created_at", "published_at"},
    "jury": {"id", "festival_id", "section_id", "created_at"},
    "programme": {"id", "festival_id", "plan", "updated_at"},
}


async def a_whole_festival(db: Connection) -> int:
    festival = await builders.a_festival(db)
    await db.execute(
        "UPDATE festival SET languages = '{ru,kk}', place = $1, accent = '#4a84e9', privacy = $1, double_tap = 'seek'",
        {"en": "Almaty"},
    )
    section = await builders.a_section_that(
        db, slug="main", closes_at=datetime(2026, 3, 20, 18, tzinfo=ZoneInfo("Asia/Almaty")), max_seconds=180,
        subtitle_langs=["en"], ai_rule="refuse", ai_parts=["voice"], max_total_seconds=6000,
    )  # fmt: skip
    series = await builders.a_series(db, section=section, slug="the-last-trolleybus")
    await builders.a_package(db, await builders.an_episode(db, series))
    award = await builders.an_award(
        db, opens=timedelta(days=-9), closes=timedelta(days=-1), kind="ranking", max_value=3, method="schulze",
        tiers=["device", "badge"], weights={"badge": 2}, slug="audience",
    )  # fmt: skip
    await builders.an_entry(db, award, series)
    await builders.a_ballot(db, award)
    await db.execute("INSERT INTO badge (festival_id, token_hash, label) VALUES ($1, $2, 'M1')", festival, b"x" * 32)
    await db.execute(
        "INSERT INTO shortlist (festival_id, name, round) VALUES ($1, $2, 1)", festival, builders.words("Round one")
    )
    jury = await db.fetchval(
        "INSERT INTO jury (festival_id, name, award, section_id, visibility, blind, must_see, rubric)"
        " VALUES ($1, $2, $2, $3, 'after_mine', '{scoring}', 2, $4) RETURNING id",
        festival, builders.words("Main jury"), section, {"least": 1, "most": 6, "criteria": []},
    )  # fmt: skip
    await db.execute(
        "INSERT INTO jury_member (jury_id, account_id) VALUES ($1, $2)", jury, await builders.an_account(db, "juror")
    )
    await db.execute(
        "INSERT INTO shortlist (festival_id, name, round, jury_id, phase) VALUES ($1, $2, 1, $3, 'decided')",
        festival, builders.words("Of the jury"), jury,
    )  # fmt: skip
    plan = {
        "blocks": [{"starts": "09:00", "ends": "20:00", "items": [
            {"kind": "section", "id": section}, {"kind": "wall", "id": award}, {"kind": "series", "id": series}]}],
        "ratings": [], "sleep": [{"starts": "23:00", "ends": "08:00"}],
    }  # fmt: skip
    await db.execute("INSERT INTO programme (festival_id, name, plan) VALUES ($1, 'Foyer', $2)", festival, plan)
    return festival


@pytest.fixture
async def last(pool: Any) -> int:
    async with pool.acquire() as db:
        return await a_whole_festival(db)


@pytest.fixture
async def organiser(client: httpx.AsyncClient, pool: Any, last: int) -> httpx.AsyncClient:
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "organiser")
    return client


async def rules_of(db: Connection, table: str, festival: int) -> list[dict[str, Any]]:
    """Every column that is no row's own: one added tomorrow is compared as well."""
    key = "id" if table == "festival" else "festival_id"
    rows = await db.fetch(f"SELECT * FROM {table} WHERE {key} = $1 ORDER BY id", festival)  # noqa: S608
    return [{name: value for name, value in dict(row).items() if name not in OWN[table]} for row in rows]


async def test_what_is_made_has_the_rules_of_the_one_before(organiser: httpx.AsyncClient, pool: Any, last: int) -> None:
    made = (await organiser.post("/api/desk/festivals", json=NEXT)).json()

    festival = made["year"]["id"]
    async with pool.acquire() as db:
        for table in OWN:
            assert await rules_of(db, table, festival) == await rules_of(db, table, last), table
        for table in ("badge", "screening", "kiosk"):
            assert await db.fetchval(f"SELECT count(*) FROM {table} WHERE festival_id = $1", festival) == 0  # noqa: S608
        award = await db.fetchrow("SELECT * FROM award WHERE festival_id = $1", festival)
        before = await db.fetchrow("SELECT * FROM award WHERE festival_id = $1", last)
        secrets = await db.fetch(
            "SELECT secret FROM award_secret WHERE award_id = ANY($1)", [award["id"], before["id"]]
        )
        assert await db.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award["id"]) == 0
        plan = await db.fetchval("SELECT plan FROM programme WHERE festival_id = $1", festival)
        section = await db.fetchval("SELECT id FROM section WHERE festival_id = $1", festival)
        jury = await db.fetchrow("SELECT id, section_id FROM jury WHERE festival_id = $1", festival)
        rounds = await db.fetch(
            "SELECT name, phase, jury_id FROM shortlist WHERE festival_id = $1 ORDER BY id", festival
        )
        seats = await db.fetchval("SELECT count(*) FROM jury_member WHERE jury_id = $1", jury["id"])
    assert (jury["section_id"], seats) == (section, 0)
    assert [(row["name"]["en"], row["phase"], row["jury_id"]) for row in rounds] == [
        ("Round one", "scoring", None),
        ("Of the jury", "preparing", jury["id"]),
    ]
    assert award["closes_at"] - before["closes_at"] == timedelta(days=made["days"])
    assert len({row["secret"] for row in secrets}) == 2
    assert [(item["kind"], item["id"]) for item in plan["blocks"][0]["items"]] == [
        ("section", section),
        ("wall", award["id"]),
    ]
    assert made["theme"] is True
    assert {each["what"]: each["count"] for each in made["left"]} == {
        "series": 1, "entries": 1, "badges": 1, "jurors": 1, "programme_series": 1,
    }  # fmt: skip


async def test_deadlines_move_to_the_same_hour_of_the_festivals_clocks(
    organiser: httpx.AsyncClient, pool: Any, last: int
) -> None:
    async with pool.acquire() as db:
        await db.execute(
            "UPDATE festival SET time_zone = 'Europe/Berlin', starts_on = '2026-03-01', ends_on = '2026-03-08'"
        )
        await db.execute(
            "UPDATE section SET closes_at = $1", datetime(2026, 3, 20, 18, tzinfo=ZoneInfo("Europe/Berlin"))
        )

    made = (await organiser.post("/api/desk/festivals", json={**NEXT, "starts_on": "2027-04-01"})).json()

    closes = datetime.fromisoformat(made["sections"][0]["closes_at"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert (closes.date(), closes.hour) == (date(2026, 3, 20) + timedelta(days=made["days"]), 18)
    assert (made["year"]["starts_on"], made["year"]["ends_on"]) == ("2027-04-01", "2027-04-08")


async def test_preview_is_what_is_made_and_makes_nothing(organiser: httpx.AsyncClient, pool: Any) -> None:
    shown = (await organiser.post("/api/desk/festivals/preview", json=NEXT)).json()

    async with pool.acquire() as db:
        assert await db.fetchval("SELECT count(*) FROM festival") == 1
        assert await db.fetchval("SELECT count(*) FROM programme") == 1
    made = (await organiser.post("/api/desk/festivals", json=NEXT)).json()
    for each in (shown, made):
        each["year"].pop("id")
        for award in each["year"]["awards"]:
            award.pop("id")
    assert shown == made


async def published(pool: Any) -> None:
    async with pool.acquire() as db:
        await db.execute("UPDATE award SET published_at = now()")


async def test_last_year_stays_to_be_read_and_this_year_is_what_everybody_sees(
    organiser: httpx.AsyncClient, pool: Any, last: int
) -> None:
    async with pool.acquire() as db:
        award = await db.fetchval("SELECT id FROM award")
    await published(pool)
    addresses = ["/api/series/the-last-trolleybus", f"/api/awards/{award}", "/api/series/the-last-trolleybus/credits"]
    before = [(await organiser.get(address)).json() for address in addresses]
    report = (await organiser.get("/api/desk/report")).json()
    made = (await organiser.post("/api/desk/festivals", json=NEXT)).json()

    begun = await organiser.post(f"/api/desk/festivals/{made['year']['id']}/begin")

    again = await organiser.post(f"/api/desk/festivals/{made['year']['id']}/begin")
    assert (begun.status_code, again.status_code, begun.json()["state"]) == (200, 200, "current")
    page = (await organiser.get("/api/festival")).json()
    assert (page["slug"], [section["series"] for section in page["sections"]]) == ("meridian-2027", [[]])
    after = [(await organiser.get(address)).json() for address in addresses]
    assert [without_now(each) for each in after] == [without_now(each) for each in before]
    earlier = (await organiser.get("/api/festivals")).json()
    assert [(year["slug"], [each["id"] for each in year["awards"]]) for year in earlier] == [("meridian", [award])]
    assert without_now((await organiser.get(f"/api/desk/report?festival={last}")).json()) == without_now(report)
    assert [each["slug"] for each in (await organiser.get("/api/awards")).json()] == ["audience"]
    assert (await organiser.get("/api/awards")).json()[0]["id"] != award


def without_now(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in ("now", "made_at")}


async def test_festival_does_not_begin_while_people_vote_in_the_one_before(
    organiser: httpx.AsyncClient, pool: Any
) -> None:
    async with pool.acquire() as db:
        await db.execute("UPDATE award SET closes_at = now() + interval '1 hour'")
    made = (await organiser.post("/api/desk/festivals", json=NEXT)).json()

    answer = await organiser.post(f"/api/desk/festivals/{made['year']['id']}/begin")

    assert code_of(answer) == (409, "festival-under-way")
    assert answer.json()["values"] == {"awards": ["audience"]}
    assert (await organiser.get("/api/festival")).json()["slug"] == "meridian"


async def test_one_draft_at_a_time_which_can_be_discarded(organiser: httpx.AsyncClient, pool: Any, last: int) -> None:
    made = (await organiser.post("/api/desk/festivals", json=NEXT)).json()

    second = await organiser.post("/api/desk/festivals", json={**NEXT, "slug": "another"})
    gone = await organiser.delete(f"/api/desk/festivals/{made['year']['id']}")
    current = await organiser.delete(f"/api/desk/festivals/{last}")

    assert code_of(second) == (409, "already-there")
    assert (gone.status_code, code_of(current)) == (204, (404, "not-found"))
    assert [year["slug"] for year in (await organiser.get("/api/desk/festivals")).json()] == ["meridian"]
    assert (await organiser.post("/api/desk/festivals", json=NEXT)).status_code == 201


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"starts_on": "2026-11-06"}, (422, "invalid-value")), ({"slug": "meridian"}, (409, "already-there"))],
)
async def test_festival_that_cannot_follow_is_refused(
    organiser: httpx.AsyncClient, changed: dict[str, Any], code: tuple[int, str]
) -> None:
    assert code_of(await organiser.post("/api/desk/festivals/preview", json={**NEXT, **changed})) == code


async def test_award_of_the_new_festival_takes_in_its_series_until_its_rules_are_published(
    organiser: httpx.AsyncClient, pool: Any
) -> None:
    await published(pool)
    made = (await organiser.post("/api/desk/festivals", json=NEXT)).json()
    await organiser.post(f"/api/desk/festivals/{made['year']['id']}/begin")
    async with pool.acquire() as db:
        section = await db.fetchval("SELECT id FROM section WHERE festival_id = $1", made["year"]["id"])
        await builders.a_series(db, section=section, slug="new-one")
    award = made["year"]["awards"][0]["id"]

    taken = await organiser.post(f"/api/desk/awards/{award}/entries", json={"section": "main"})
    again = await organiser.post(f"/api/desk/awards/{award}/entries", json={})

    assert (taken.json(), again.json()) == ({"award": award, "entries": 1},) * 2
    async with pool.acquire() as db:
        await db.execute("INSERT INTO award_rules (award_id, text, sha256) VALUES ($1, '{}', $2)", award, b"x" * 32)
    assert code_of(await organiser.post(f"/api/desk/awards/{award}/entries", json={})) == (409, "rules-frozen")


async def test_command_shows_and_makes_the_next_festival(
    settings: Settings, pool: Any, last: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["next-festival", "meridian-2027", "--starts", "2027-11-05", "--name", "en=Meridian 2027"]

    await cli.next_festival(cli.read_arguments([*arguments, "--preview"]), settings.database_url)
    shown = capsys.readouterr().out
    await cli.next_festival(cli.read_arguments(arguments), settings.database_url)

    assert "main" in shown
    assert "votes" not in shown
    assert "series: 1" in shown
    async with pool.acquire() as db:
        assert await db.fetchval("SELECT state FROM festival WHERE slug = 'meridian-2027'") == "draft"
