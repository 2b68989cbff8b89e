"""One's own sessions: where they are, how coarse what is kept of a device is, and how they end."""

import httpx
import pytest

from api.access.devices import device_of
from api.access.schemas import Device
from api.db import Connection
from tests import builders
from tests.access.test_sign_in import ask, enter, mailed, me
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (ANDROID, Device("Chrome", "Android")),
        (IPHONE, Device("Safari", "iPhone")),
        (MAC, Device("Safari", "macOS")),
        (EDGE, Device("Edge", "Windows")),
        (FIREFOX, Device("Firefox", "Linux")),
        ("curl/8.11", Device()),
        ("", Device()),
    ],
)
def test_a_device_is_two_words(agent: str, device: Device) -> None:
    assert device_of(agent) == device


async def signed_in_on(house: House, email: str, agent: str) -> httpx.AsyncClient:
    browser = house.browser()
    browser.headers["User-Agent"] = agent
    await enter(browser, await ask(browser, email), mailed(house, email)[0])
    return browser


async def two(house: House, rows: Connection) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    account = await builders.an_account(rows, "juror")
    email = await rows.fetchval("SELECT email FROM account WHERE id = $1", account)
    return await signed_in_on(house, email, ANDROID), await signed_in_on(house, email, MAC)


async def test_own_sessions_are_listed_and_this_one_is_marked(house: House, rows: Connection) -> None:
    phone, mac = await two(house, rows)

    seen = (await phone.get("/api/access/sessions")).json()

    told = [(each["browser"], each["system"], each["current"], each["by_passkey"]) for each in seen]
    assert told == [("Safari", "macOS", False, False), ("Chrome", "Android", True, False)]
    assert set(seen[0]) == {"id", "browser", "system", "began_at", "last_seen_at", "by_passkey", "current"}
    assert (await me(mac)) is not None


async def test_own_session_is_ended_elsewhere_at_once(house: House, rows: Connection) -> None:
    phone, mac = await two(house, rows)
    [other] = [each["id"] for each in (await phone.get("/api/access/sessions")).json() if not each["current"]]

    ended = await phone.delete(f"/api/access/sessions/{other}")

    assert (ended.status_code, await me(mac), (await me(phone)) is None) == (204, None, False)


async def test_all_others_end_and_this_one_stays(house: House, rows: Connection) -> None:
    phone, mac = await two(house, rows)

    await mac.delete("/api/access/sessions")

    assert (await me(phone), len((await mac.get("/api/access/sessions")).json())) == (None, 1)


async def test_sessions_of_others_do_not_exist(house: House, rows: Connection) -> None:
    phone, _ = await two(house, rows)
    stranger = await house.signed_in("organiser")
    [own] = [each["id"] for each in (await phone.get("/api/access/sessions")).json() if each["current"]]

    answer = await stranger.delete(f"/api/access/sessions/{own}")

    assert (code_of(answer), (await me(phone)) is None) == ((404, "not-found"), False)


async def test_idle_session_is_not_listed(house: House, rows: Connection) -> None:
    phone, mac = await two(house, rows)
    account = (await me(mac))["id"]
    await rows.execute(
        "UPDATE session SET last_seen_at = now() - interval '3 hours' WHERE account_id = $1 AND system = 'macOS'",
        account,
    )

    assert [each["system"] for each in (await phone.get("/api/access/sessions")).json()] == ["Android"]


async def test_signing_in_again_in_one_browser_ends_no_other_device(house: House, rows: Connection) -> None:
    account = await builders.an_account(rows, "juror")
    email = await rows.fetchval("SELECT email FROM account WHERE id = $1", account)
    phone, mac, edge = [await signed_in_on(house, email, agent) for agent in (ANDROID, MAC, EDGE)]

    await enter(edge, await ask(edge, email), mailed(house, email)[0])

    assert [(await me(each))["id"] for each in (phone, mac, edge)] == [account] * 3


@pytest.mark.parametrize(
    ("codes", "guesses"), [(1, 300), pytest.param(50, 200, marks=[pytest.mark.long, pytest.mark.timeout(3600)])]
)
async def test_guesses_meet_the_limiter_and_hit_nothing(
    house: House, rows: Connection, codes: int, guesses: int
) -> None:
    """300 at one live code; as a long proof 10,000 at fifty of them."""
    for _ in range(codes):
        account = await builders.an_account(rows)
        email = await rows.fetchval("SELECT email FROM account WHERE id = $1", account)
        browser = house.browser()
        request = await ask(browser, email)
        code = mailed(house, email)[0]
        wrong = [f"{(int(code) + step) % 10**8:08d}" for step in range(1, guesses + 1)]

        answers = [await enter(browser, request, guess) for guess in wrong]
        answers.append(await enter(browser, request, code))

        statuses = [answer.status_code for answer in answers]
        assert (set(statuses), statuses[:20], await me(browser)) == ({401, 429}, [401] * 20, None)
        assert int(answers[-1].headers["retry-after"]) > 0
