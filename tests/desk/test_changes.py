"""What organisers change: made once, refused whole, and written down in a log nobody can alter."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest

from api.db import Connection, Pool
from tests import builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
FESTIVAL = {
    "slug": "meridian",
    "name": {"en": "Meridian", "ru": "Меридиан"},
    "starts_on": "2026-11-06",
    "ends_on": "2026-11-14",
    "time_zone": "Asia/Almaty",
}
AWARD = {
    "slug": "audience",
    "name": {"en": "Audience award"},
    "opens_at": "2026-11-06T10:00:00Z",
    "closes_at": "2026-11-14T20:00:00+05:00",
}


class Desk:
    """An organiser at work, and the lines they leave in the log."""

    def __init__(self, browser: httpx.AsyncClient, pool: Pool, account: int) -> None:
        self.browser, self.pool, self.account = browser, pool, account

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.browser.post(f"/api/desk/{path}", json=body)

    async def log(self) -> list[tuple[str, str, Any]]:
        query = "SELECT action, object, detail FROM audit_event WHERE account_id = $1 ORDER BY id"
        async with self.pool.acquire() as db:
            return [(row["action"], row["object"], row["detail"]) for row in await db.fetch(query, self.account)]


async def at_desk(browser: httpx.AsyncClient, pool: Pool) -> Desk:
    account = (await browser.get("/api/access/me")).json()["account"]["id"]
    return Desk(browser, pool, account)


@pytest.fixture
async def empty(client: httpx.AsyncClient, pool: Pool) -> Desk:
    """The desk of a house with nothing in it."""
    async with pool.acquire() as db:
        await builders.sign_in(client, db, "organiser")
    return await at_desk(client, pool)


@pytest.fixture
async def desk(house: House, rows: Connection) -> Desk:
    """A desk in a house with a festival and its main section."""
    await builders.a_section(rows)
    return await at_desk(await house.signed_in("organiser"), house.pool)


# Festival and sections


async def test_festival_is_made_and_written_down(empty: Desk) -> None:
    answer = await empty.post("festival", FESTIVAL)

    made = answer.json()
    taken = {name: made[name] for name in FESTIVAL}
    assert (answer.status_code, taken, made["double_tap"]) == (201, FESTIVAL, "like")
    assert await empty.log() == [("create", f"festival:{made['id']}", {"slug": "meridian"})]


async def test_what_two_taps_do_is_the_festivals_choice(empty: Desk) -> None:
    nowhere = await empty.browser.put("/api/desk/festival/player", json={"double_tap": "seek"})
    await empty.post("festival", FESTIVAL)

    answers = [
        await empty.browser.put("/api/desk/festival/player", json={"double_tap": each}) for each in ("seek", "no")
    ]

    assert code_of(nowhere) == (404, "not-found")
    assert [answer.status_code for answer in answers] == [204, 400]
    assert (await empty.browser.get("/api/festival")).json()["double_tap"] == "seek"
    assert ("set-player", "festival", {"double_tap": "seek"}) in await empty.log()


async def test_second_festival_is_refused(empty: Desk) -> None:
    await empty.post("festival", FESTIVAL)

    answer = await empty.post("festival", {**FESTIVAL, "slug": "another"})

    assert (code_of(answer), len(await empty.log())) == ((409, "already-there"), 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": "2026-11-05"}, "ends_on"),
        ({"time_zone": "Almaty"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "Asia"}, "time_zone"),
        ({"time_zone": "Asia/Almaty\u0000"}, "time_zone"),
    ],
)
async def test_festival_that_cannot_be_is_refused(empty: Desk, changed: dict[str, str], field: str) -> None:
    answer = await empty.post("festival", {**FESTIVAL, **changed})

    assert (code_of(answer), answer.json()["values"], await empty.log()) == (
        (422, "invalid-value"),
        {"field": field},
        [],
    )


@pytest.mark.parametrize("path", ["sections", "awards", "shortlists"])
async def test_nothing_is_made_before_there_is_a_festival(empty: Desk, path: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "sections": {"slug": "main", "name": {"en": "Main"}},
        "awards": AWARD,
        "shortlists": {"name": {"en": "Main"}, "series": [1], "jurors": []},
    }

    answer = await empty.post(path, bodies[path])

    assert (code_of(answer), await empty.log()) == ((404, "not-found"), [])


async def test_section_is_made_and_written_down(desk: Desk) -> None:
    answer = await desk.post("sections", {"slug": "night", "name": {"en": "Night"}, "position": 2})

    made = answer.json()
    assert (answer.status_code, made) == (
        201,
        {"id": made["id"], "slug": "night", "name": {"en": "Night"}, "landscape": "refuse", **builders.NO_RULES},
    )
    assert await desk.log() == [("create", f"section:{made['id']}", {"slug": "night", "landscape": "refuse"})]


async def test_section_may_show_landscape_files_with_bars(desk: Desk) -> None:
    answer = await desk.post("sections", {"slug": "archive", "name": {"en": "Archive"}, "landscape": "letterbox"})

    assert answer.json()["landscape"] == "letterbox"


async def test_rule_for_landscape_files_nobody_knows_is_refused(desk: Desk) -> None:
    answer = await desk.post("sections", {"slug": "crop", "name": {"en": "Crop"}, "landscape": "crop"})

    assert (code_of(answer), await desk.log()) == ((400, "bad-request"), [])


async def test_name_of_a_section_is_given_once(desk: Desk) -> None:
    answer = await desk.post("sections", {"slug": "main", "name": {"en": "Again"}})

    assert (code_of(answer), await desk.log()) == ((409, "already-there"), [])


# Accounts


async def test_account_is_made_and_written_down_without_its_address(desk: Desk) -> None:
    body = {"email": "Juror@Festival.example", "name": "A juror", "role": "juror"}

    answer = await desk.post("accounts", body)

    made = answer.json()
    assert (answer.status_code, made) == (
        201,
        {"id": made["id"], "email": "juror@festival.example", "name": "A juror", "role": "juror", "company": None},
    )
    assert await desk.log() == [("create", f"account:{made['id']}", {"role": "juror"})]


async def test_address_of_an_account_is_given_once(desk: Desk) -> None:
    body = {"email": "twice@festival.example", "name": "A", "role": "juror"}
    await desk.post("accounts", body)

    answer = await desk.post("accounts", {**body, "email": "TWICE@festival.example"})

    assert (code_of(answer), len(await desk.log())) == ((409, "already-there"), 1)


async def test_producer_without_a_company_is_refused(desk: Desk) -> None:
    answer = await desk.post("accounts", {"email": "p@festival.example", "name": "P", "role": "producer"})

    assert (code_of(answer), answer.json()["values"], await desk.log()) == (
        (422, "invalid-value"),
        {"field": "company"},
        [],
    )


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody", "name": "A", "role": "juror"},
        {"email": "a@b.example\n", "name": "A", "role": "juror"},
        {"email": "a@b.example", "name": "", "role": "juror"},
        {"email": "a@b.example", "name": "A", "role": "king"},
        {"email": "a@b.example", "name": "A"},
        {"email": "a@b.example", "name": "A", "role": "juror", "disabled": False},
    ],
)
async def test_account_that_is_not_described_rightly_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    answer = await desk.post("accounts", body)

    assert (code_of(answer), await desk.log()) == ((400, "bad-request"), [])


# Awards


async def test_award_is_made_with_its_entries_and_written_down(empty: Desk, pool: Pool) -> None:
    async with pool.acquire() as db:
        series = [await builders.a_series(db) for _ in range(2)]

    answer = await empty.post("awards", {**AWARD, "board": "open"})

    made = answer.json()
    entries = await pool.fetch("SELECT series_id FROM entry WHERE award_id = $1 ORDER BY id", made["id"])
    assert (answer.status_code, made) == (
        201,
        {
            "id": made["id"],
            "slug": "audience",
            "name": {"en": "Audience award"},
            "kind": "stars",
            "min": 1,
            "max": 5,
            "opens_at": "2026-11-06T10:00:00Z",
            "closes_at": "2026-11-14T15:00:00Z",
            "grace_seconds": 60,
            "state": made["state"],
            "board": "open",
            "tiers": ["device"],
            "watch": None,
            "receipts": True,
            "method": "mean",
            "published_at": None,
            "paper_until": None,
        },
    )
    assert [row["series_id"] for row in entries] == series
    assert await pool.fetchval("SELECT minimum FROM award WHERE id = $1", made["id"]) == {"rule": "none"}
    assert await empty.log() == [("create", f"award:{made['id']}", {"slug": "audience"})]


async def test_award_of_a_section_takes_its_series_only(desk: Desk, rows: Connection) -> None:
    await builders.a_series(rows)
    night = (await desk.post("sections", {"slug": "late-night", "name": {"en": "Night"}})).json()["id"]
    own = await builders.a_series(rows)
    await rows.execute("UPDATE series SET section_id = $2 WHERE id = $1", own, night)

    made = (await desk.post("awards", {**AWARD, "slug": "of-the-night", "section": "late-night"})).json()

    entries = await rows.fetch("SELECT series_id FROM entry WHERE award_id = $1", made["id"])
    assert [row["series_id"] for row in entries] == [own]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"closes_at": AWARD["opens_at"]}, (422, "invalid-value")),
        ({"section": "nowhere"}, (422, "invalid-value")),
        ({"opens_at": "2026-11-06T10:00:00"}, (400, "bad-request")),
        ({"closes_at": "2026-11-14T20:00:00"}, (400, "bad-request")),
        ({"opens_at": 1793959200}, (400, "bad-request")),
        ({"grace_seconds": 601}, (400, "bad-request")),
        ({"grace_seconds": -1}, (400, "bad-request")),
        ({"board": "secret"}, (400, "bad-request")),
        ({"minimum": {"votes": 3}}, (400, "bad-request")),
    ],
)
async def test_award_that_cannot_be_is_refused(desk: Desk, changed: dict[str, Any], refusal: tuple[int, str]) -> None:
    answer = await desk.post("awards", {**AWARD, "slug": "refused", **changed})

    assert (code_of(answer), await desk.log()) == (refusal, [])


async def test_minimum_of_an_award_is_kept_as_it_was_said(desk: Desk, rows: Connection) -> None:
    minimum = {"rule": "count", "votes": 3}

    made = (await desk.post("awards", {**AWARD, "slug": "for-many", "minimum": minimum})).json()

    assert await rows.fetchval("SELECT minimum FROM award WHERE id = $1", made["id"]) == minimum


async def test_name_of_an_award_is_given_once(desk: Desk) -> None:
    await desk.post("awards", {**AWARD, "slug": "once"})

    answer = await desk.post("awards", {**AWARD, "slug": "once"})

    assert (code_of(answer), len(await desk.log())) == ((409, "already-there"), 1)


async def test_database_that_forgets_what_it_confirms_takes_no_award(empty: Desk, pool: Pool) -> None:
    await empty.post("festival", FESTIVAL)
    name = await pool.fetchval("SELECT current_database()")
    await pool.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await pool.fetch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()", name)  # fmt: skip

    answer = await answered(empty)

    assert (code_of(answer), len(await empty.log())) == ((503, "unavailable"), 1)


async def answered(desk: Desk) -> httpx.Response:
    """The answer of connections made since; one of the old ones may still be noticed as lost."""
    answers = [await desk.post("awards", {**AWARD, "slug": f"forgotten-{number}"}) for number in range(4)]
    return answers[-1]


# Shortlists


async def test_shortlist_is_made_for_its_jurors_and_written_down(house: House, rows: Connection, desk: Desk) -> None:
    juror = await house.signed_in("juror")
    email = (await juror.get("/api/access/me")).json()["account"]["email"]
    series = await builders.a_series(rows, released=False)

    answer = await desk.post("shortlists", {"name": {"en": "Main"}, "series": [series], "jurors": [email.upper()]})

    made = answer.json()["id"]
    [seen] = (await juror.get("/api/jury/shortlists")).json()
    assert (answer.status_code, seen["id"], [card["id"] for card in seen["series"]]) == (201, made, [series])
    assert await desk.log() == [("create", f"shortlist:{made}", {"series": [series]})]


async def test_shortlist_names_each_series_once(rows: Connection, desk: Desk) -> None:
    series = await builders.a_series(rows)

    answer = await desk.post("shortlists", {"name": {"en": "Main"}, "series": [series, series], "jurors": []})

    listed = await rows.fetchval("SELECT count(*) FROM shortlist_series WHERE shortlist_id = $1", answer.json()["id"])
    assert (answer.status_code, listed) == (201, 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"series": [4711]}, "series"),
        ({"jurors": ["nobody@nowhere.example"]}, "jurors"),
        ({"jurors": ["producer@shortlist.example"]}, "jurors"),
    ],
)
async def test_shortlist_of_nobody_or_nothing_is_refused_whole(
    rows: Connection, desk: Desk, changed: dict[str, Any], field: str
) -> None:
    series = await builders.a_series(rows)
    await rows.execute(
        "INSERT INTO account (email, name, role) VALUES ('producer@shortlist.example', 'P', 'auditor') ON CONFLICT DO NOTHING"
    )
    before = await rows.fetchval("SELECT count(*) FROM shortlist")

    answer = await desk.post("shortlists", {"name": {"en": "Main"}, "series": [series], "jurors": [], **changed})

    assert (code_of(answer), answer.json()["values"]) == ((422, "invalid-value"), {"field": field})
    assert (await rows.fetchval("SELECT count(*) FROM shortlist"), await desk.log()) == (before, [])


# Release


async def test_release_shows_a_series_to_everyone_and_is_written_down(
    house: House, rows: Connection, desk: Desk
) -> None:
    series = await builders.a_series(rows, slug="to-be-released", released=False)

    answer = await desk.post(f"series/{series}/release?anyway=true")

    released = datetime.fromisoformat(answer.json()["released_at"])
    seen = await house.browser().get("/api/series/to-be-released")
    assert (answer.status_code, answer.json()["series"], released <= datetime.now(UTC)) == (200, series, True)
    assert (seen.status_code, await desk.log()) == (
        200,
        [("release", f"series:{series}", {"although": ["not-submitted", "incomplete", "no-film"]})],
    )


async def test_second_release_keeps_the_first_time(rows: Connection, desk: Desk) -> None:
    series = await builders.a_series(rows, released=False)

    answers = [await desk.post(f"series/{series}/release?anyway=true") for _ in range(2)]

    assert answers[0].json() == answers[1].json()


async def test_releases_at_the_same_moment_agree(rows: Connection, desk: Desk) -> None:
    series = await builders.a_series(rows, released=False)

    answers = await asyncio.gather(*(desk.post(f"series/{series}/release?anyway=true") for _ in range(4)))

    assert [answer.json() for answer in answers] == [answers[0].json()] * 4


async def test_series_that_is_not_there_is_not_released(desk: Desk) -> None:
    answer = await desk.post("series/4711/release")

    assert (code_of(answer), await desk.log()) == ((404, "not-found"), [])


@pytest.mark.parametrize("role", ["producer", "juror", "auditor"])
async def test_others_change_nothing(house: House, rows: Connection, role: Any) -> None:
    series = await builders.a_series(rows, released=False)
    desk = await at_desk(await house.signed_in(role), house.pool)

    answer = await desk.post(f"series/{series}/release?anyway=true")

    released = await rows.fetchval("SELECT released_at FROM series WHERE id = $1", series)
    assert (code_of(answer), released, await desk.log()) == ((403, "not-allowed"), None, [])


# The log


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'nothing'",
        "UPDATE audit_event SET action = 'nothing' WHERE false",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
    ],
)
async def test_log_takes_no_change(house: House, desk: Desk, statement: str) -> None:
    await desk.post("sections", {"slug": f"log-{desk.account}", "name": {"en": "Log"}})

    with pytest.raises(asyncpg.RestrictViolationError):
        await house.pool.execute(statement)

    assert len(await desk.log()) == 1


async def test_line_of_the_log_belongs_to_an_account_that_cannot_be_deleted(house: House, desk: Desk) -> None:
    await desk.post("sections", {"slug": f"log-{desk.account}", "name": {"en": "Log"}})

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await house.pool.execute("DELETE FROM account WHERE id = $1", desk.account)
