"""The programme: a time and a place for each series, released by the server's clock, and many at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.db import Connection
from api.desk import scheduling
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)


def soon(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**(ahead or {"hours": 1}))).isoformat()


async def an_accepted(rows: Connection, *, section: int | None = None, film: bool = True) -> int:
    """A series with all a section can ask for, submitted and accepted."""
    series = await builders.a_series(rows, released=False, section=section)
    await builders.say_all(rows, series)
    episode = await builders.an_episode(rows, series)
    if film:
        await builders.a_package(rows, episode)
    await builders.a_submission(rows, series)
    await rows.execute("UPDATE submission SET state = 'accepted' WHERE series_id = $1", series)
    return series


@pytest.fixture
async def desk(house: House) -> httpx.AsyncClient:
    return await house.signed_in("organiser")


async def its_time_comes(house: House, rows: Connection, series: int) -> None:
    await rows.execute("UPDATE series SET release_at = clock_timestamp() - interval '1 second' WHERE id = $1", series)
    await scheduling.release_due(house.pool, now=datetime.now(UTC))


async def released_at(rows: Connection, series: int) -> datetime | None:
    found: datetime | None = await rows.fetchval("SELECT released_at FROM series WHERE id = $1", series)
    return found


async def test_scheduled_series_is_released_when_its_time_has_come(
    house: House, rows: Connection, desk: httpx.AsyncClient
) -> None:
    series = await an_accepted(rows)

    answer = await desk.put(f"/api/desk/series/{series}/schedule", json={"at": soon()})
    await scheduling.release_due(house.pool, now=datetime.now(UTC))
    before = await released_at(rows, series)
    await its_time_comes(house, rows, series)

    assert (answer.status_code, before) == (204, None)
    assert await released_at(rows, series) is not None
    lines = await rows.fetch(
        "SELECT action, account_id IS NULL AS by_itself FROM audit_event WHERE object = $1 ORDER BY id",
        f"series:{series}",
    )
    assert [tuple(line.values()) for line in lines] == [("schedule", False), ("release", True)]


async def test_two_machines_release_a_series_once(house: House, rows: Connection) -> None:
    series = await an_accepted(rows)
    await rows.execute("UPDATE series SET release_at = clock_timestamp() WHERE id = $1", series)

    await asyncio.gather(*(scheduling.release_due(house.pool, now=datetime.now(UTC)) for _ in range(3)))

    assert await rows.fetchval("SELECT count(*) FROM audit_event WHERE object = $1", f"series:{series}") == 1


async def test_series_that_is_not_ready_waits_says_why_and_follows_when_it_is(
    house: House, rows: Connection, desk: httpx.AsyncClient
) -> None:
    series = await an_accepted(rows, film=False)
    await desk.put(f"/api/desk/series/{series}/schedule", json={"at": soon()})
    await its_time_comes(house, rows, series)
    slug = await rows.fetchval("SELECT slug FROM series WHERE id = $1", series)
    listed = (await desk.get(f"/api/desk/series?q={slug}")).json()["series"]

    assert await released_at(rows, series) is None
    assert set(listed[0]["missed"]) == {"incomplete", "no-film"}

    await builders.a_package(rows, await rows.fetchval("SELECT id FROM episode WHERE series_id = $1", series))
    await scheduling.release_due(house.pool, now=datetime.now(UTC))
    assert await released_at(rows, series) is None  # it is looked at once a minute
    await rows.execute("UPDATE series SET missed_at = now() - interval '2 minutes' WHERE id = $1", series)
    await scheduling.release_due(house.pool, now=datetime.now(UTC))

    assert await released_at(rows, series) is not None
    assert (
        await rows.fetchval(
            "SELECT count(*) FROM audit_event WHERE object = $1 AND action = 'miss-release'", f"series:{series}"
        )
        == 1
    )


@pytest.mark.parametrize(
    ("state", "reason"),
    [(None, "not-submitted"), ("new", "not-accepted"), ("asked", "not-accepted"), ("declined", "declined")],
    ids=["draft", "new", "asked", "declined"],
)
async def test_only_what_is_accepted_gets_a_time(
    rows: Connection, desk: httpx.AsyncClient, state: str | None, reason: str
) -> None:
    series = await builders.a_series(rows, released=False)
    if state is not None:
        await builders.a_submission(rows, series)
        await rows.execute("UPDATE submission SET state = $2 WHERE series_id = $1", series, state)

    answer = await desk.put(f"/api/desk/series/{series}/schedule", json={"at": soon()})

    assert (answer.status_code, answer.json()["code"], answer.json()["values"]["reasons"]) == (
        409,
        "series-not-ready",
        [reason],
    )


async def test_release_of_what_is_not_ready_is_refused_with_reasons_and_done_knowingly(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    series = await builders.a_series(rows, released=False)

    refused = await desk.post(f"/api/desk/series/{series}/release")
    done = await desk.post(f"/api/desk/series/{series}/release?anyway=true")

    assert (refused.status_code, refused.json()["code"]) == (409, "series-not-ready")
    assert refused.json()["values"]["reasons"] == ["not-submitted", "incomplete", "no-film"]
    assert done.status_code == 200
    detail = await rows.fetchval("SELECT detail FROM audit_event WHERE object = $1", f"series:{series}")
    assert detail == {"although": ["not-submitted", "incomplete", "no-film"]}


async def test_time_that_is_over_and_series_that_are_shown_are_refused(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    accepted, shown = await an_accepted(rows), await builders.a_series(rows)

    past = await desk.put(f"/api/desk/series/{accepted}/schedule", json={"at": "2020-01-01T00:00:00Z"})
    late = await desk.put(f"/api/desk/series/{shown}/schedule", json={"at": soon()})

    assert (past.status_code, past.json()["values"]) == (422, {"field": "at"})
    assert (late.status_code, late.json()["code"]) == (409, "already-released")


async def test_refusal_takes_a_series_off_the_schedule(rows: Connection, desk: httpx.AsyncClient) -> None:
    series = await an_accepted(rows)
    await desk.put(f"/api/desk/series/{series}/schedule", json={"at": soon()})
    submission = await rows.fetchval("SELECT id FROM submission WHERE series_id = $1", series)

    body = {"id": str(uuid4()), "kind": "decline", "seen": 1}
    answer = await desk.post(f"/api/desk/submissions/{submission}/decisions", json=body)

    assert answer.status_code == 200
    assert await rows.fetchval("SELECT release_at FROM series WHERE id = $1", series) is None


async def test_order_of_a_section_is_the_organisers_here_and_for_the_audience(
    house: House, rows: Connection, desk: httpx.AsyncClient
) -> None:
    section = await builders.a_section_that(rows)
    first, second, third = [await builders.a_series(rows, section=section) for _ in range(3)]
    for series in (first, second, third):
        await builders.a_package(rows, await builders.an_episode(rows, series))

    await desk.put(f"/api/desk/series/{third}/place", json={"after": 0})
    await desk.put(f"/api/desk/series/{first}/place", json={"after": second})

    listed = (await desk.get(f"/api/desk/series?section={section}")).json()["series"]
    sections = (await house.browser().get("/api/festival")).json()["sections"]
    [shown] = [each["series"] for each in sections if each["id"] == section]
    assert [each["id"] for each in listed] == [third, second, first]
    assert [each["id"] for each in shown] == [third, second, first]


async def test_series_moves_within_its_own_section_only(rows: Connection, desk: httpx.AsyncClient) -> None:
    here, there = (
        await builders.a_series(rows),
        await builders.a_series(rows, section=await builders.a_section_that(rows)),
    )

    answer = await desk.put(f"/api/desk/series/{here}/place", json={"after": there})

    assert (answer.status_code, answer.json()["values"]) == (422, {"field": "after"})


async def bulk(desk: httpx.AsyncClient, action: str, *series: int, **more: Any) -> list[dict[str, Any]]:
    body = {"id": str(uuid4()), "action": action, "series": list(series), **more}
    answer = await desk.post("/api/desk/bulk", json=body)
    assert answer.status_code == 200, answer.text
    lines: list[dict[str, Any]] = answer.json()["lines"]
    return lines


async def test_many_are_accepted_scheduled_and_released_with_a_word_about_each(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    ready, empty = await an_accepted(rows), await an_accepted(rows, film=False)
    draft = await builders.a_series(rows, released=False)
    await rows.execute("UPDATE submission SET state = 'new' WHERE series_id = $1", ready)

    accepted = await bulk(desk, "accept", ready, empty, draft)
    scheduled = await bulk(desk, "schedule", ready, draft, at=soon())
    released = await bulk(desk, "release", ready, empty, 999_999)

    assert [(line["done"], line["changed"], line["code"]) for line in accepted] == [
        (True, True, None), (True, False, None), (False, False, "not-submitted"),
    ]  # fmt: skip
    assert [(line["done"], line["reasons"]) for line in scheduled] == [(True, []), (False, ["not-submitted"])]
    assert [(line["done"], line["code"]) for line in released] == [
        (True, None), (False, "series-not-ready"), (False, "not-found"),
    ]  # fmt: skip
    assert await released_at(rows, ready) is not None


async def test_same_bulk_request_again_writes_no_second_letter(rows: Connection, desk: httpx.AsyncClient) -> None:
    series = await an_accepted(rows)
    await rows.execute("UPDATE submission SET state = 'new' WHERE series_id = $1", series)
    body = {"id": str(uuid4()), "action": "decline", "series": [series], "words": "Thank you."}

    answers = await asyncio.gather(*(desk.post("/api/desk/bulk", json=body) for _ in range(2)))

    assert [answer.json()["lines"][0]["done"] for answer in answers] == [True, True]
    letters = "SELECT count(*) FROM letter l JOIN decision d ON d.id = l.decision_id JOIN submission b ON b.id = d.submission_id WHERE b.series_id = $1"
    assert await rows.fetchval(letters, series) == 1


async def test_timetable_has_what_is_shown_and_what_will_be_page_by_page(
    rows: Connection, desk: httpx.AsyncClient
) -> None:
    series = [await an_accepted(rows) for _ in range(3)]
    start = datetime(2031, 5, 1, tzinfo=UTC)
    for number, each in enumerate(series):
        await rows.execute(
            "UPDATE series SET release_at = $2 WHERE id = $1", each, start + timedelta(hours=number // 2)
        )
    days = {"first": start.isoformat(), "last": (start + timedelta(days=1)).isoformat(), "limit": "2"}

    page = (await desk.get("/api/desk/timetable", params=days)).json()
    rest = (await desk.get("/api/desk/timetable", params={**days, "after": page["next"]})).json()

    assert [each["id"] for each in page["shown"] + rest["shown"]] == series
    assert rest["next"] is None


@pytest.mark.parametrize("after", ["nonsense", "2031-05-01T00:00:00~5", "2031-05-01T00:00:00Z~x"])
async def test_timetable_goes_on_only_after_what_it_gave(desk: httpx.AsyncClient, after: str) -> None:
    days = {"first": "2031-05-01T00:00:00Z", "last": "2031-05-02T00:00:00Z", "after": after}

    answer = await desk.get("/api/desk/timetable", params=days)

    assert (answer.status_code, answer.json()["values"]) == (422, {"field": "after"})
