"""A result waits for every screen that may hold votes, or for somebody who says why it does not."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.db import Connection
from api.voting.logbook import LogBook
from api.voting.sealer import Sealer
from api.voting.signing import Signer
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import a_screen, ago

pytest_plugins = ("tests.housing",)
LOST = {"reason": "lost", "words": "Stolen from the foyer."}


@pytest.fixture(autouse=True)
async def _no_other_screens(rows: Connection) -> None:
    await builders.a_festival(rows)
    account = await builders.an_account(rows)
    await rows.execute("UPDATE kiosk SET revoked_at = '2026-01-01', revoked_by = $1 WHERE revoked_at IS NULL", account)
    await rows.execute("UPDATE kiosk SET revoked_at = '2026-01-01'")


@pytest.fixture
async def organiser(house: House) -> httpx.AsyncClient:
    return await house.signed_in("organiser")


async def a_closed_award(house: House, rows: Connection, *tiers: str) -> tuple[int, int]:
    """Voting ended ten minutes ago; its rules are frozen."""
    now = datetime.now(UTC)
    award = await ballots.an_award(rows, *(tiers or ("kiosk", "badge")))
    entry = await builders.an_entry(rows, award)
    await rows.execute(
        "UPDATE award SET opens_at = $2, closes_at = $3 WHERE id = $1", award, now - timedelta(hours=8),
        now - timedelta(minutes=10),
    )  # fmt: skip
    await Sealer(house.pool, LogBook(Signer(house.settings.key)), house.mailbox).look()
    return award, entry


async def prove(house: House, award: int) -> None:
    await house.app.state.prover.prove(award)


async def gate(organiser: httpx.AsyncClient, award: int) -> list[tuple[str, str, int]]:
    shown = await organiser.get(f"/api/desk/awards/{award}/kiosks")
    return [(each["name"], each["state"], each["held"]) for each in shown.json()]


async def paired_before(rows: Connection, kiosk: int) -> None:
    await rows.execute("UPDATE kiosk SET paired_at = now() - interval '1 day' WHERE id = $1", kiosk)


async def test_publication_waits_for_a_silent_screen(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Foyer")
    await paired_before(rows, screen.id)
    award, entry = await a_closed_award(house, rows)
    held = screen.record(award, entry, at=ago(minutes=20))

    before = await gate(organiser, award)
    refused = await organiser.post(f"/api/desk/awards/{award}/publish")
    await screen.send(held)
    after = await gate(organiser, award)
    await prove(house, award)
    asked = await organiser.post(f"/api/desk/awards/{award}/publish")

    assert (before, after) == ([("Foyer", "waiting", 0)], [("Foyer", "empty", 0)])
    assert code_of(refused) == (409, "kiosks-hold-votes")
    assert refused.json()["values"] == {"kiosks": [{"kiosk": screen.id, "name": "Foyer"}]}
    assert asked.status_code == 200, asked.text


async def test_second_person_is_refused_as_well_while_votes_are_missing(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Hall")
    await paired_before(rows, screen.id)
    award, _ = await a_closed_award(house, rows)
    await screen.beat()
    await prove(house, award)
    assert (await organiser.post(f"/api/desk/awards/{award}/publish")).status_code == 200

    await screen.beat(counter=3, votes_waiting=3)
    refused = await (await house.signed_in("organiser")).post(f"/api/desk/awards/{award}/publish/agree")

    assert (code_of(refused), await gate(organiser, award)) == (
        (409, "kiosks-hold-votes"), [("Hall", "waiting", 3)],
    )  # fmt: skip


async def test_screen_is_written_off_with_a_reason(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Café")
    await paired_before(rows, screen.id)
    award, entry = await a_closed_award(house, rows)
    held = [screen.record(award, entry, at=ago(minutes=20 - number)) for number in range(2)]
    await screen.beat(votes_waiting=2)
    path = f"/api/desk/awards/{award}/kiosks/{screen.id}/write-off"

    answers = [(await organiser.post(path, json=LOST)).json() for _ in range(2)]
    lines = await rows.fetch(
        "SELECT detail FROM audit_event WHERE action = 'write-off' AND object = $1", f"award:{award}"
    )
    late = await screen.send(*held)
    await prove(house, award)

    assert [(each["state"], each["reason"], each["held"]) for each in answers] == [("written_off", "lost", 2)] * 2
    assert [line["detail"] for line in lines] == [{"kiosk": screen.id, "held": 2} | LOST]
    assert (await organiser.post(f"/api/desk/awards/{award}/publish")).status_code == 200
    assert late["votes"][0]["outcome"] == "counted"


async def test_what_a_screen_said_before_closing_is_not_enough(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Library")
    await paired_before(rows, screen.id)
    award, _ = await a_closed_award(house, rows)
    await screen.beat()
    await rows.execute("UPDATE kiosk_journal SET empty_at = now() - interval '10 minutes'")

    assert await gate(organiser, award) == [("Library", "waiting", 0)]


async def test_screen_holds_a_vote_whose_place_was_taken(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Copied")
    await paired_before(rows, screen.id)
    award, entry = await a_closed_award(house, rows)
    before, prev = screen.counter, screen.prev
    await screen.send(screen.record(award, entry, at=ago(minutes=30)))
    screen.counter, screen.prev = before, prev
    again = screen.record(award, entry, at=ago(minutes=20))

    told = await screen.send(again)

    assert [vote["outcome"] for vote in told["votes"]] == ["conflict"]
    assert await gate(organiser, award) == [("Copied", "waiting", 1)]


async def test_screen_that_was_empty_when_it_was_revoked_holds_nothing(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    empty, full = await a_screen(house, organiser, "A"), await a_screen(house, organiser, "B")
    for screen in (empty, full):
        await paired_before(rows, screen.id)
    award, _ = await a_closed_award(house, rows)
    await empty.beat()
    await full.beat(counter=1, votes_waiting=1)

    for screen in (empty, full):
        await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")

    assert await gate(organiser, award) == [("A", "empty", 0), ("B", "waiting", 1)]


async def test_screen_that_was_silent_before_it_was_revoked_may_hold_votes(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser, "Silent")
    await paired_before(rows, screen.id)
    award, _ = await a_closed_award(house, rows)
    await rows.execute("UPDATE award SET closes_at = now() + interval '1 hour' WHERE id = $1", award)
    await screen.beat()
    await rows.execute("UPDATE kiosk_journal SET empty_at = now() - interval '40 seconds'")

    await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")

    assert await gate(organiser, award) == [("Silent", "waiting", 0)]


async def test_screens_that_took_no_part_hold_up_nothing(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    later = await a_screen(house, organiser, "Later")
    await rows.execute("UPDATE kiosk SET paired_at = now() WHERE id = $1", later.id)
    award, _ = await a_closed_award(house, rows)
    phones_only, _ = await a_closed_award(house, rows, "device")
    await paired_before(rows, (await a_screen(house, organiser, "Old")).id)

    assert await gate(organiser, phones_only) == []
    assert [name for name, *_ in await gate(organiser, award)] == ["Old"]


async def test_only_organisers_write_off(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    award, _ = await a_closed_award(house, rows)
    auditor = await house.signed_in("auditor")

    assert (await auditor.get(f"/api/desk/awards/{award}/kiosks")).status_code == 200
    assert code_of(await auditor.post(f"/api/desk/awards/{award}/kiosks/1/write-off", json=LOST)) == (
        403,
        "not-allowed",
    )
    assert code_of(await organiser.post(f"/api/desk/awards/{award}/kiosks/999999/write-off", json=LOST)) == (
        404, "not-found",
    )  # fmt: skip
