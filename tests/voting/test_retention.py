"""Thirty days after the result nothing can be traced any more, and codes go sooner; what was published stays as it is."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.db import Connection
from api.desk import keeping
from api.desk.keeping import destroy_secrets
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House
from tests.voting.papers import PaperDesk
from tests.voting.test_issuing import ask, ask_mail
from transcoder.storage.local import LocalStorage

pytest_plugins = ("tests.housing",)
NOW = datetime.now(UTC)


async def a_published_award(house: House, rows: Connection, phone: httpx.AsyncClient, *, ago: timedelta) -> int:
    award = await ballots.an_award(rows, "email", "device")
    await phone.post(f"/api/awards/{award}/ballot")
    await rows.execute(
        "INSERT INTO flag (award_id, what, subject, ballots, numbers) VALUES ($1, 'one_network', 'network:abcd', '{}', '{}')",
        award,
    )
    await rows.execute("UPDATE award SET published_at = $2 WHERE id = $1", award, NOW - ago)
    return award


async def kept(rows: Connection, award: int) -> dict[str, int]:
    tables = ("award_secret", "ballot_origin", "ballot")
    return {
        table: await rows.fetchval(f"SELECT count(*) FROM {table} WHERE award_id = $1", award)  # noqa: S608
        for table in tables
    }


async def test_secret_and_hashes_go_after_thirty_days_and_not_before(house: House, rows: Connection) -> None:
    phone = house.browser()
    old = await a_published_award(house, rows, phone, ago=timedelta(days=20))
    young = await a_published_award(house, rows, phone, ago=timedelta(days=10))
    running = await ballots.an_award(rows, "device")
    everything = {"award_secret": 1, "ballot_origin": 1, "ballot": 1}

    assert await destroy_secrets(house.pool, now=NOW + timedelta(days=9)) == 0
    assert await destroy_secrets(house.pool, now=NOW + timedelta(days=11)) == 1
    assert await destroy_secrets(house.pool, now=NOW + timedelta(days=11)) == 0

    assert await kept(rows, old) == {"award_secret": 0, "ballot_origin": 0, "ballot": 1}
    assert await kept(rows, young) == everything
    assert (await kept(rows, running))["award_secret"] == 1
    assert await rows.fetchval("SELECT subject FROM flag WHERE award_id = $1", old) != "network:abcd"
    [line] = await rows.fetch("SELECT account_id, action, detail FROM audit_event WHERE object = $1", f"award:{old}")
    assert tuple(line) == (None, "destroy-secret", {"origins": 1})


@pytest.mark.parametrize("proof", [{}, {"email_request": "00000000-0000-4000-8000-000000000000", "code": "12345678"}])
async def test_issuing_answers_closed_afterwards(house: House, rows: Connection, proof: dict[str, str]) -> None:
    phone = house.browser()
    award = await a_published_award(house, rows, phone, ago=timedelta(days=31))
    await destroy_secrets(house.pool, now=NOW)

    assert code_of(await phone.post(f"/api/awards/{award}/ballot", json=proof)) == (410, "voting-closed")


async def test_hashes_a_late_request_left_behind_go_the_next_time(house: House, rows: Connection) -> None:
    award = await a_published_award(house, rows, house.browser(), ago=timedelta(days=31))
    await destroy_secrets(house.pool, now=NOW)
    ballot = await builders.a_ballot(rows, award)
    await rows.execute(
        "INSERT INTO ballot_origin (ballot, device, award_id, venue) VALUES ($1, $2, $3, false)",
        ballot,
        b"d" * 16,
        award,
    )

    await destroy_secrets(house.pool, now=NOW)

    assert (await kept(rows, award))["ballot_origin"] == 0


async def test_codes_that_ended_are_swept_and_those_that_run_still_open(house: House, rows: Connection) -> None:
    phone = house.browser()
    award = await ballots.an_award(rows, "email")
    used, ended, running = [
        await ask_mail(house, phone, award, f"{who}@mail.example") for who in ("used", "ended", "runs")
    ]
    await ask(phone, award, **used)
    await rows.execute(
        "UPDATE ballot_code SET expires_at = now() - interval '1 second' WHERE id = ANY ($1::uuid[])",
        [used["email_request"], ended["email_request"]],
    )

    await keeping.sweep(house.pool, LocalStorage(house.folder, "secret"), now=NOW)

    kept_codes = await rows.fetch("SELECT id FROM ballot_code WHERE award_id = $1", award)
    assert [str(row["id"]) for row in kept_codes] == [running["email_request"]]
    for gone in (used, ended):
        assert code_of(await ask(phone, award, **gone)) == (401, "code-refused")
    opened = await ask(phone, award, **running)
    assert (opened.status_code, opened.json()["tier"]) == (200, "email")
    assert await rows.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award) == 2


async def test_photos_of_paper_go_after_thirty_days_and_not_before(house: House, rows: Connection) -> None:
    organiser, storage = await house.signed_in("organiser"), LocalStorage(house.folder, "secret")
    picture, kept = b"\x89PNG\r\n\x1a\n" + bytes(20), {}
    for days in (20, 10):
        desk = await PaperDesk.open(house.pool)
        kept[days] = await desk.batch(1)
        assert (await organiser.post(f"/api/desk/paper/{kept[days]}/photo", content=picture)).status_code == 200
        published = NOW - timedelta(days=days)
        await rows.execute("UPDATE award SET published_at = $2 WHERE id = $1", desk.award, published)
        if days == 20:
            old = desk.award
    photo = await rows.fetchval("SELECT photo FROM paper_batch WHERE id = $1", kept[20])

    gone = [await keeping.delete_photos(house.pool, storage, now=NOW + timedelta(days=later)) for later in (9, 11, 11)]

    shown = [(await organiser.get(f"/api/desk/paper/{kept[days]}/photo")).status_code for days in (20, 10)]
    lines = await rows.fetch(
        "SELECT detail FROM audit_event WHERE action = 'delete-photos' AND object = $1", f"award:{old}"
    )
    assert (gone, shown) == ([0, 1, 0], [404, 200])
    assert not (house.folder / "paper" / str(photo)).exists()
    assert [line["detail"] for line in lines] == [{"photos": 1}]
