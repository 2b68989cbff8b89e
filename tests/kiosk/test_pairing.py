"""A screen is paired by a short code, speaks by its key, and is unknown at once when it is revoked."""

from datetime import timedelta

import httpx
import pytest

from api.access.rules import digest
from api.db import Connection
from api.kiosk import pairing, sessions
from api.kiosk.house import House as KioskHouse
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.kiosk.screens import Screen, a_screen, sign

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def organiser(house: House, rows: Connection) -> httpx.AsyncClient:
    await builders.a_festival(rows)
    return await house.signed_in("organiser")


async def test_screen_is_paired_by_its_code(house: House, organiser: httpx.AsyncClient) -> None:
    screen = Screen(house.browser())
    asked = (await screen.ask()).json()

    waiting = await screen.poll()
    seen = await organiser.get(f"/api/desk/kiosks/pairings/{screen.user_code.lower().replace('-', ' ')}")
    approved = await organiser.post(
        f"/api/desk/kiosks/pairings/{screen.user_code}/approve", json={"name": "Foyer left", "place": "By the stairs"}
    )

    assert (waiting["state"], asked["expires_in"], asked["interval"]) == ("pending", 600, 2)
    assert asked["verification_uri_complete"].endswith(f"/desk/kiosks?code={screen.user_code}")
    assert (seen.json()["code"], seen.json()["version"], seen.json()["decided"]) == (screen.user_code, "test", False)
    assert approved.status_code == 200


async def test_code_has_eight_of_twenty_consonants(house: House, organiser: httpx.AsyncClient) -> None:
    screen = Screen(house.browser())
    await screen.ask()

    signs = screen.user_code.replace("-", "")

    assert (len(signs), set(signs) <= set("BCDFGHJKLMNPQRSTVWXZ")) == (8, True)


async def test_picture_of_the_code_leads_to_the_desk(house: House, organiser: httpx.AsyncClient) -> None:
    screen = Screen(house.browser())
    asked = (await screen.ask()).json()

    picture = await screen.browser.get(asked["qr"])

    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")


async def test_approved_screen_learns_who_it_is_and_whom_to_trust(house: House, organiser: httpx.AsyncClient) -> None:
    screen = Screen(house.browser())
    await screen.ask()
    path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"
    first, again = [(await organiser.post(path, json={"name": "Foyer right"})).json() for _ in range(2)]

    told = await screen.poll()

    assert (told["state"], told["kiosk"], told["name"]) == ("approved", first["kiosk"], "Foyer right")
    assert told["house_key"].startswith("tallscreen/meridian/kiosks+")
    assert first == again


async def test_refused_screen_is_told_so(house: House, organiser: httpx.AsyncClient) -> None:
    screen = Screen(house.browser())
    await screen.ask()
    path = f"/api/desk/kiosks/pairings/{screen.user_code}"

    denied = [(await organiser.post(f"{path}/deny")).status_code for _ in range(2)]
    late = await organiser.post(f"{path}/approve", json={"name": "Too late"})

    assert (denied, (await screen.poll())["state"]) == ([204, 204], "denied")
    assert code_of(late) == (409, "pairing-decided")


async def test_codes_are_stored_as_hashes(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen = Screen(house.browser())
    await screen.ask()

    stored = await rows.fetchrow("SELECT * FROM kiosk_pairing WHERE device_hash = $1", digest(screen.device_code))

    assert stored is not None
    assert stored["user_hash"] == pairing.user_hash(house.settings.key, screen.user_code)
    assert not {screen.user_code, screen.device_code} & {str(value) for value in stored.values()}


async def test_old_code_opens_nothing(house: House, organiser: httpx.AsyncClient, rows: Connection) -> None:
    screen = Screen(house.browser())
    await screen.ask()
    await rows.execute("UPDATE kiosk_pairing SET expires_at = now() - interval '1 second'")

    looked = await organiser.get(f"/api/desk/kiosks/pairings/{screen.user_code}")

    assert (code_of(looked), (await screen.poll())["state"]) == ((404, "not-found"), "expired")


async def test_screen_that_asks_too_often_is_slowed_down(house: House, organiser: httpx.AsyncClient) -> None:
    screen = Screen(house.browser())
    await screen.ask()
    await screen.poll()

    hasty = await screen.browser.post("/api/kiosk/pairings/poll", json={"device_code": screen.device_code})

    assert (code_of(hasty), hasty.headers["retry-after"]) == ((429, "too-many-requests"), "2")


async def test_two_screens_cannot_have_one_name(house: House, organiser: httpx.AsyncClient) -> None:
    await a_screen(house, organiser, "Library")
    other = Screen(house.browser())
    await other.ask()

    refused = await organiser.post(f"/api/desk/kiosks/pairings/{other.user_code}/approve", json={"name": "library"})

    assert code_of(refused) == (409, "already-there")


async def test_screen_that_never_heard_of_its_pairing_is_the_same_again(
    house: House, organiser: httpx.AsyncClient
) -> None:
    screen = await a_screen(house, organiser, "Twice")
    await screen.ask()
    path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"

    again = await organiser.post(path, json={"name": "Twice, said again"})

    assert (again.status_code, again.json(), (await screen.poll())["kiosk"]) == (200, {"kiosk": screen.id}, screen.id)


async def test_screen_that_was_revoked_may_be_paired_anew_with_its_key(
    house: House, organiser: httpx.AsyncClient
) -> None:
    screen = await a_screen(house, organiser, "Back again")
    await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")
    await screen.ask()
    path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"

    again = await organiser.post(path, json={"name": "Back again"})

    assert (again.status_code, again.json()["kiosk"] > screen.id) == (200, True)
    assert code_of(await screen.sign_in()) == (401, "kiosk-unknown")


async def test_screen_is_not_paired_with_a_programme_that_is_not_there(
    house: House, organiser: httpx.AsyncClient
) -> None:
    screen = Screen(house.browser())
    await screen.ask()
    path = f"/api/desk/kiosks/pairings/{screen.user_code}/approve"

    refused = await organiser.post(path, json={"name": "No programme", "programme": 999_999})

    assert code_of(refused) == (422, "invalid-value")


@pytest.mark.parametrize("key", ["A" * 87, "BA" + "A" * 85])
async def test_what_is_no_key_is_refused(house: House, organiser: httpx.AsyncClient, key: str) -> None:
    answer = await house.browser().post("/api/kiosk/pairings", json={"public_key": key, "version": "x"})

    assert code_of(answer) == (422, "invalid-value")


async def test_revoked_screen_is_unknown_at_once(house: House, organiser: httpx.AsyncClient) -> None:
    screen = await a_screen(house, organiser)
    before = (await screen.browser.get("/api/kiosk/manifest")).status_code

    revoked = [(await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")).status_code for _ in range(2)]
    after = await screen.browser.get("/api/kiosk/manifest")

    assert (before, revoked) == (200, [204, 204])
    assert code_of(after) == (401, "kiosk-unknown")
    assert code_of(await screen.sign_in()) == (401, "kiosk-unknown")


async def test_session_needs_the_screens_own_key(house: House, organiser: httpx.AsyncClient) -> None:
    screen, thief = await a_screen(house, organiser), Screen(house.browser())
    thief.id = screen.id

    assert code_of(await thief.sign_in()) == (401, "kiosk-unknown")


async def test_challenge_is_for_one_screen_and_a_minute(house: House, organiser: httpx.AsyncClient) -> None:
    screen, other = await a_screen(house, organiser), await a_screen(house, organiser)
    now = builders.NOW
    asked = sessions._made(house.settings.key, "challenge", other.id, now + timedelta(days=1), "x")
    old = sessions._made(house.settings.key, "challenge", screen.id, now - timedelta(days=1), "x")

    answers = [
        await screen.browser.post(
            "/api/kiosk/sessions",
            json={
                "kiosk": screen.id,
                "challenge": challenge,
                "signature": sign(screen.key, f"tallscreen kiosk session\n{challenge}"),
            },
        )
        for challenge in (asked, old, "1.2.3.4", "nonsense")
    ]

    assert [code_of(answer) for answer in answers] == [(401, "kiosk-unknown")] * 4


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer 1.99999999999.1.00", "Basic abc"])
async def test_made_up_sessions_open_nothing(house: House, organiser: httpx.AsyncClient, header: str) -> None:
    answer = await house.browser().get("/api/kiosk/manifest", headers={"authorization": header})

    assert code_of(answer) == (401, "kiosk-unknown")


async def test_pairing_leaves_a_line_in_the_audit_log(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    screen = await a_screen(house, organiser)
    await organiser.post(f"/api/desk/kiosks/{screen.id}/revoke")

    lines = await rows.fetch("SELECT action FROM audit_event WHERE object = $1 ORDER BY id", f"kiosk:{screen.id}")

    assert [line["action"] for line in lines] == ["pair", "revoke"]


def test_keys_of_a_house_come_from_its_secret_alone() -> None:
    one, same, other = (KioskHouse(key, "http://x") for key in (b"a", b"a", b"b"))

    assert (one.seal_key == same.seal_key, one.seal_key == other.seal_key) == (True, False)
