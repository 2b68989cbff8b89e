"""Where a request comes from, whom that is believed of, and how a network is slowed down."""

import asyncio
import time
from ipaddress import ip_network

import httpx
import pytest
from redis.asyncio import Redis

from api import errors
from api.access.callers import Caller, caller_of, pass_breaker
from api.db import Connection
from api.live import RedisLive
from api.settings import Networks
from tests import ballots
from tests.house import House

pytest_plugins = ("tests.housing",)
PROXIES: Networks = (ip_network("172.16.0.0/12"), ip_network("2001:db8:ffff::/48"))
VENUE: Networks = (ip_network("198.51.100.0/24"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("203.0.114.7", [], "203.0.114.0/24"),
        ("203.0.114.7", ["8.8.8.8"], "203.0.114.0/24"),
        ("172.18.0.5", ["8.8.4.4"], "8.8.4.0/24"),
        ("172.18.0.5", ["1.1.1.1, 8.8.4.4"], "8.8.4.0/24"),
        ("172.18.0.5", ["1.1.1.1", "8.8.4.4, 172.18.0.9"], "8.8.4.0/24"),
        ("172.18.0.5", ["8.8.8.8, nonsense"], None),
        ("172.18.0.5", [], None),
        ("172.18.0.5", [""], None),
        (None, ["8.8.8.8"], None),
        ("::ffff:8.8.8.8", [], "8.8.8.0/24"),
        ("2606:4700:1:2::3", [], "2606:4700:1::/48"),
        ("127.0.0.1", ["8.8.8.8"], None),
    ],
)
def test_caller_is_the_nearest_address_that_is_no_proxy_of_ours(
    peer: str | None, forwarded: list[str], network: str | None
) -> None:
    assert caller_of(peer, forwarded, trusted=PROXIES, venue=()).network == network


@pytest.mark.parametrize(
    ("peer", "venue"),
    [("198.51.100.7", True), ("8.8.8.8", False), ("10.1.2.3", True), ("fd00::1", True), ("2606:4700::1", False)],
)
def test_venue_is_what_is_configured_and_private_networks(peer: str, venue: bool) -> None:
    assert caller_of(peer, [], trusted=(), venue=VENUE).venue is venue


async def guess(phone: httpx.AsyncClient, award: int) -> httpx.Response:
    return await phone.post(f"/api/awards/{award}/ballot", json={"hall": "ABCD2345"})


async def test_guessing_of_hall_codes_is_slowed_down_for_that_network_only(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "hall")
    async with ballots.phone_at(house.app, "8.8.8.8") as guesser, ballots.phone_at(house.app, "9.9.9.9") as other:
        started = time.monotonic()
        answers = [await guess(guesser, award) for _ in range(400)]
        took = time.monotonic() - started
        statuses = [answer.status_code for answer in answers]
        waits = {int(answer.headers["retry-after"]) for answer in answers if answer.status_code == 429}

        assert statuses[:300] == [401] * 300
        assert statuses.count(401) <= 301 + took * 5
        assert waits == {1}
        assert (await guess(other, award)).status_code == 401


async def test_made_up_forwarded_addresses_do_not_get_round_the_breaker(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "device")
    async with ballots.phone_at(house.app, "8.8.4.4") as phone:
        answers = []
        for number in range(400):
            phone.cookies.clear()
            spoofed = {"X-Forwarded-For": f"100.{number}.1.1"}
            answers.append(await phone.post(f"/api/awards/{award}/ballot", headers=spoofed))

    assert {answer.status_code for answer in answers} == {200, 429}
    assert 300 <= await rows.fetchval("SELECT count(*) FROM ballot WHERE award_id = $1", award) < 400


async def test_venue_gets_ten_times_as_much(house: House) -> None:
    live = house.app.state.live

    async def passed(caller: Caller) -> int:
        done = 0
        for _ in range(60):
            try:
                await pass_breaker(live, caller, "tests", per_minute=5, fail_open=True)
                done += 1
            except errors.TooManyRequests:
                pass
        return done

    assert 5 <= await passed(Caller("8.8.1.0/24", venue=False)) <= 6
    assert 50 <= await passed(Caller("8.8.2.0/24", venue=True)) <= 51


async def test_key_for_networks_is_the_same_for_everyone_and_gone_within_a_day(redis_url: str) -> None:
    first, second = RedisLive(redis_url), RedisLive(redis_url)

    keys = await asyncio.gather(*(live.daily_key() for live in (first, second) for _ in range(20)))

    assert len(set(keys)) == 1
    assert len(keys[0] or b"") == 32
    async with Redis.from_url(redis_url) as redis:
        assert 0 < await redis.ttl("daily-key") <= 86_400
    await first.close()
    await second.close()


async def test_redis_sees_no_address(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows, "device")
    async with ballots.phone_at(house.app, "93.184.216.34") as phone:
        await phone.post(f"/api/awards/{award}/ballot")

    async with Redis.from_url(house.settings.redis_url) as redis:
        keys = [key.decode() async for key in redis.scan_iter()]
    assert any(key.startswith("limit:issue-device:") for key in keys)
    assert [key for key in keys if "93.184" in key or "216" in key.split(":")] == []
