"""Nobody who gets a ballot leaves a trace of who they are: not in the database, in Redis or in the log."""

import io
import sys
from collections.abc import Iterator

import pytest
import uuid_utils.compat as uuids

from api import logs
from api.db import Connection
from tests import ballots, builders
from tests.house import House
from tests.traces import dump_database, dump_redis, spellings

pytest_plugins = ("tests.housing",)
ADDRESS, SPOOFED = "93.184.216.34", "93.184.217.35"
EMAIL = "Canary.Voter+festival@secret-mailbox.example"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written from here on."""
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", written)
        logs.configure()
    yield written
    logs.configure()


async def vote_in_every_way(house: House, rows: Connection) -> set[str]:
    """Ballots of four tiers by one phone, with a vote each; what must not be found afterwards."""
    badge, (_, hall) = await ballots.a_badge(rows), await ballots.a_screening(rows)
    award = await ballots.an_award(rows, "badge", "hall", "email", "device", watch={"episodes": 1})
    episode = await builders.an_episode(rows, series := await builders.a_series(rows))
    await builders.a_package(rows, episode)
    entry = await builders.an_entry(rows, award, series)
    async with ballots.phone_at(house.app, ADDRESS) as phone:
        phone.headers["X-Forwarded-For"] = SPOOFED
        asked = (await phone.post(f"/api/awards/{award}/ballot-codes", json={"email": EMAIL})).json()
        digits, shown = house.mail_to(EMAIL).text.split()[3].rstrip("."), await ballots.code_now(hall)
        await phone.post("/api/playback/heartbeats", json=ballots.heartbeat(episode, (0, 12)))
        proofs = [{}, {"badge": badge}, {"hall": shown}, {"email_request": asked["request"], "code": digits}]
        for proof in proofs:
            held = (await phone.post(f"/api/awards/{award}/ballot", json=proof)).json()["ballot"]
            noted = await phone.post(f"/api/awards/{award}/credit", json={"entry": entry}, headers={"Ballot": held})
            assert noted.status_code == 200, noted.text
            vote = {"id": str(uuids.uuid7()), "entry": entry, "value": 4}
            cast = await phone.post(f"/api/awards/{award}/votes", json=vote, headers={"Ballot": held})
            assert cast.status_code == 200, cast.text
        wrong = await phone.post(f"/api/awards/{award}/ballot", json={"badge": "2" * 27})
        assert wrong.status_code == 401
        plain = "canary.voter@secret-mailbox.example"
        return {
            ADDRESS,
            SPOOFED,
            ADDRESS.rpartition(".")[0],
            EMAIL,
            plain,
            badge,
            shown,
            digits,
            phone.cookies["device"],
        }


async def test_ballots_of_all_tiers_leave_no_address_mail_or_token_anywhere(
    house: House, rows: Connection, log: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = await vote_in_every_way(house, rows)

    written = log.getvalue() + caplog.text
    kept = {"database": await dump_database(rows), "redis": await dump_redis(house), "log": written}
    assert all(len(text) > 1000 for text in kept.values())
    found = [
        (place, secret)
        for place, text in kept.items()
        for secret in secrets
        for each in spellings(secret)
        if each in text
    ]
    assert found == []


async def test_tokens_made_at_the_desk_are_kept_as_hashes_only(
    house: House, rows: Connection, log: io.StringIO
) -> None:
    await builders.a_festival(rows)
    desk, brought = await house.signed_in("organiser"), "TICKETOFFICE" + "7" * 20

    made = (await desk.post("/api/desk/badges", json={"count": 3})).json()["badges"]
    await desk.post("/api/desk/badges/import", json={"csv": f"Row 7,{brought}\nbroken,line\n"})
    await desk.post("/api/desk/badges/import?as=csv", json={"csv": f"Row 7,{brought}\n"})

    secrets = {brought, *(badge["token"] for badge in made)}
    kept = await dump_database(rows) + await dump_redis(house) + log.getvalue()
    assert len(secrets) == 4
    assert [secret for secret in secrets for each in spellings(secret) if each in kept] == []


async def test_what_is_searched_would_be_found(house: House, rows: Connection) -> None:
    await builders.an_account(rows, "organiser")
    await house.app.state.live.limit(f"{ADDRESS}", burst=1, per_seconds=60, fail_open=False)

    assert "@festival.example" in await dump_database(rows)
    assert ADDRESS in await dump_redis(house)
