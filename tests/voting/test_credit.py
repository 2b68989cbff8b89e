"""Watch before vote: seconds are credited once and never faster than the clock, and enough is a fact that stays."""

import asyncio
import itertools
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uuid_utils.compat as uuids
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from api.access.rules import device_key
from api.db import Connection
from api.live import RedisLive
from api.playback.rules import HEARTBEAT_LIMIT, whole_seconds
from api.voting.credit import EpisodeSeconds, Watchable, credit_of
from api.voting.schemas import WatchRule
from tests import ballots, builders
from tests.builders import code_of
from tests.house import House

pytest_plugins = ("tests.housing",)


async def beat(browser: httpx.AsyncClient, episode: int, *spans: tuple[float, float], **more: Any) -> int:
    answer = await browser.post("/api/playback/heartbeats", json=ballots.heartbeat(episode, *spans, **more))
    assert answer.status_code == 200, answer.text
    return int(answer.json()["seconds"])


async def an_entry(rows: Connection, award: int, *, episodes: int = 1, released: bool = True) -> tuple[int, list[int]]:
    """An entry and its episodes, 12 seconds each."""
    series = await builders.a_series(rows, released=released)
    numbers = [await builders.an_episode(rows, series, number) for number in range(1, episodes + 1)]
    for episode in numbers:
        await builders.a_package(rows, episode)
    return await builders.an_entry(rows, award, series), numbers


async def a_ballot(browser: httpx.AsyncClient, award: int, **proof: str) -> dict[str, str]:
    answer = await browser.post(f"/api/awards/{award}/ballot", json=proof)
    assert answer.status_code == 200, answer.text
    return {"Ballot": answer.json()["ballot"]}


async def shown_credit(browser: httpx.AsyncClient, award: int, headers: dict[str, str] | None = None) -> list[Any]:
    answer = await browser.get(f"/api/awards/{award}/credit", headers=headers)
    assert answer.status_code == 200, answer.text
    entries: list[Any] = answer.json()["entries"]
    return entries


async def note(browser: httpx.AsyncClient, award: int, entry: int, ballot: dict[str, str]) -> httpx.Response:
    return await browser.post(f"/api/awards/{award}/credit", json={"entry": entry}, headers=ballot)


async def test_sped_up_heartbeats_credit_no_more_than_the_clock(house: House) -> None:
    phone, session, started = house.browser(), str(uuid4()), time.monotonic()

    for number in range(30):
        seconds = await beat(phone, 1, (number * 10, number * 10 + 10), session=session, speed=4)
        await asyncio.sleep(0.1)

    assert 15 <= seconds <= 15 + (time.monotonic() - started)


async def test_sessions_side_by_side_share_one_clock(house: House) -> None:
    phone, started = house.browser(), time.monotonic()
    await beat(phone, 1, (0, 1))

    await asyncio.gather(*(beat(phone, episode, (0, 60)) for episode in range(2, 22)))

    watched = await house.app.state.live.watched(device_key(phone.cookies["device"]))
    assert sum(watched.values()) <= 15 + (time.monotonic() - started)


async def test_second_counts_once_however_often_it_is_watched(house: House) -> None:
    phone, session = house.browser(), str(uuid4())

    counted = [await beat(phone, 1, (0, 5), (2, 5), session=session) for _ in range(5)]

    assert counted == [5] * 5


async def test_skipped_seconds_are_not_counted(house: House) -> None:
    assert await beat(house.browser(), 1, (0, 3), (10, 12)) == 5


async def test_devices_do_not_share_what_they_watched(house: House) -> None:
    await beat(house.browser(), 1, (0, 10))

    assert await beat(house.browser(), 1, (0, 2)) == 2


async def an_hour_passes(house: House, phone: httpx.AsyncClient) -> None:
    """Since the last heartbeat of this phone."""
    state = f"watch:{{{device_key(phone.cookies['device'])}}}"
    async with Redis.from_url(house.settings.redis_url) as redis:
        await redis.hset(state, "at", int(await redis.hget(state, "at") or 0) - 3_600_000)


async def test_pause_is_not_saved_up_for_another_session(house: House) -> None:
    phone = house.browser()
    await beat(phone, 1, (0, 10))
    await an_hour_passes(house, phone)

    assert await beat(phone, 2, (0, 200)) <= 16


async def test_lost_heartbeats_of_a_minute_are_made_up_for_and_no_more(house: House) -> None:
    phone, session = house.browser(), str(uuid4())
    await beat(phone, 1, (0, 10), session=session)
    await an_hour_passes(house, phone)

    assert await beat(phone, 1, (10, 200), session=session) == 70


@pytest.mark.parametrize(
    "changed",
    [
        {"session": "x"}, {"episode": 0}, {"spans": [[0, -1]]}, {"spans": [[0, 20_000]]}, {"spans": [[0]]},
        {"spans": [[0, 1]] * 21}, {"speed": 9}, {"more": 1},
    ],
)  # fmt: skip
async def test_heartbeat_of_the_wrong_shape_is_refused(house: House, changed: dict[str, Any]) -> None:
    answer = await house.browser().post("/api/playback/heartbeats", json=ballots.heartbeat(1, (0, 1)) | changed)

    assert code_of(answer) == (400, "bad-request")


async def test_episode_watched_to_four_fifths_is_enough_and_is_written_down(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, watch={"episodes": 1}), house.browser()
    entry, [episode] = await an_entry(rows, award)
    ballot = await a_ballot(phone, award)

    await beat(phone, episode, (0, 9))
    assert await shown_credit(phone, award) == [
        {"entry": entry, "enough": False, "episodes_have": 0, "episodes_needed": 1, "seconds_have": 9, "seconds_needed": None}
    ]  # fmt: skip
    refused = await note(phone, award, entry, ballot)
    assert (code_of(refused), refused.json()["values"]["episodes_needed"]) == ((403, "not-watched"), 1)

    await beat(phone, episode, (9, 10))
    noted = [await note(phone, award, entry, ballot) for _ in range(2)]

    assert [answer.json()["enough"] for answer in noted] == [True, True]
    assert await rows.fetchval("SELECT count(*) FROM watched WHERE entry = $1", entry) == 1


async def test_vote_is_taken_once_enough_was_watched_and_still_after_the_loss_of_redis(
    house: House, rows: Connection
) -> None:
    award, phone = await ballots.an_award(rows, watch={"episodes": 1}), house.browser()
    entry, [episode] = await an_entry(rows, award)
    ballot = await a_ballot(phone, award)

    async def vote(value: int) -> httpx.Response:
        body = {"id": str(uuids.uuid7()), "entry": entry, "value": value}
        return await phone.post(f"/api/awards/{award}/votes", json=body, headers=ballot)

    assert code_of(await vote(3)) == (403, "not-watched")
    await beat(phone, episode, (0, 12))
    assert code_of(await vote(3)) == (403, "not-watched")
    await note(phone, award, entry, ballot)
    assert (await vote(4)).status_code == 200
    await house.app.state.live.forget()
    assert (await vote(5)).status_code == 200


async def test_what_was_enough_outlives_the_loss_of_redis(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, watch={"share": 0.5}), house.browser()
    entry, [episode] = await an_entry(rows, award)
    ballot = await a_ballot(phone, award)
    await beat(phone, episode, (0, 6))
    await note(phone, award, entry, ballot)

    await house.app.state.live.forget()

    [kept] = await shown_credit(phone, award, ballot)
    [without] = await shown_credit(phone, award)
    assert (kept["enough"], kept["seconds_have"], without["enough"]) == (True, 0, False)
    assert (await note(phone, award, entry, ballot)).status_code == 200
    assert await rows.fetchval("SELECT count(*) FROM watched WHERE entry = $1", entry) == 1


async def test_one_device_cannot_watch_for_the_ballots_of_others(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, "device", "badge", watch={"episodes": 1}), house.browser()
    entry, [episode] = await an_entry(rows, award)
    await beat(phone, episode, (0, 12))
    strange, own = await a_ballot(house.browser(), award), await a_ballot(phone, award)
    badge = await a_ballot(house.browser(), award, badge=await ballots.a_badge(rows))

    assert code_of(await note(phone, award, entry, strange)) == (401, "ballot-invalid")
    assert [(await note(phone, award, entry, ballot)).status_code for ballot in (own, badge)] == [200, 200]


async def test_hall_ballot_need_not_watch(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, "hall", watch={"episodes": 3}), house.browser()
    await an_entry(rows, award)
    _, secret = await ballots.a_screening(rows)
    ballot = await a_ballot(phone, award, hall=await ballots.code_now(secret))

    assert [each["enough"] for each in await shown_credit(phone, award, ballot)] == [True]


async def test_award_without_a_rule_asks_for_nothing(house: House, rows: Connection) -> None:
    award = await ballots.an_award(rows)
    await an_entry(rows, award)

    answer = (await house.browser().get(f"/api/awards/{award}/credit")).json()

    assert (answer["rule"], answer["source"], [each["enough"] for each in answer["entries"]]) == (None, "live", [True])


async def test_entry_of_an_episode_asks_for_that_episode(house: House, rows: Connection) -> None:
    award, phone = await ballots.an_award(rows, watch={"episodes": 3, "share": 0.4}), house.browser()
    entry, [first, second] = await an_entry(rows, award, episodes=2)
    await rows.execute("UPDATE entry SET episode_id = $2 WHERE id = $1", entry, second)

    await beat(phone, first, (0, 12))
    [before] = await shown_credit(phone, award)
    await house.app.state.live.forget()
    await beat(phone, second, (0, 10))
    [after] = await shown_credit(phone, award)

    assert (before["enough"], before["episodes_needed"], before["seconds_needed"]) == (False, 1, 10)
    assert (after["enough"], after["seconds_have"]) == (True, 10)


async def test_entries_of_unreleased_series_and_other_awards_are_not_found(house: House, rows: Connection) -> None:
    award, other, phone = await ballots.an_award(rows), await ballots.an_award(rows), house.browser()
    hidden, _ = await an_entry(rows, award, released=False)
    strange, _ = await an_entry(rows, other)
    ballot = await a_ballot(phone, award)

    for entry in (hidden, strange):
        assert code_of(await note(phone, award, entry, ballot)) == (404, "entry-not-found")
    assert code_of(await note(phone, other, strange, ballot)) == (401, "ballot-invalid")
    assert await shown_credit(phone, award) == []


async def test_without_redis_watching_is_not_known_and_the_player_plays_on() -> None:
    live = RedisLive("redis://127.0.0.1:1/0")

    assert await live.watch("device", 1, "session", [(0, 5)]) is None
    assert await live.watched("device") is None
    await live.close()


def watchable(*seconds: int, single: bool = False) -> Watchable:
    episodes = [EpisodeSeconds(number, each) for number, each in enumerate(seconds, start=1)]
    return Watchable(entry=1, single=single, episodes=episodes)


@pytest.mark.parametrize(
    ("rule", "seconds", "enough"),
    [
        (WatchRule(episodes=2), {1: 80, 2: 80}, True),
        (WatchRule(episodes=2), {1: 80, 2: 79, 3: 79}, False),
        (WatchRule(episodes=9), {1: 100, 2: 100, 3: 100}, True),
        (WatchRule(share=0.4), {1: 100, 2: 20}, True),
        (WatchRule(share=0.4), {1: 100, 2: 19}, False),
        (WatchRule(share=0.4), {1: 9999}, False),
        (WatchRule(share=0.07), {1: 21}, True),
        (WatchRule(episodes=3, share=0.4), {1: 60, 2: 60}, True),
        (WatchRule(episodes=1, share=0.4), {1: 80}, True),
        (WatchRule(episodes=1), {9: 100}, False),
        (WatchRule(), {}, True),
        (None, {}, True),
    ],
)
def test_rule_is_met_by_episodes_or_by_share(rule: WatchRule | None, seconds: dict[int, int], enough: bool) -> None:
    assert credit_of(rule, watchable(100, 100, 100), seconds).enough is enough


def test_entry_with_nothing_to_watch_asks_for_nothing() -> None:
    assert credit_of(WatchRule(episodes=3, share=0.4), watchable(), {}).enough


@given(st.lists(st.floats(0, 100), min_size=2, max_size=12))
def test_spans_that_meet_name_each_second_once(borders: list[float]) -> None:
    borders = sorted(borders)

    named = [second for first, last in whole_seconds(itertools.pairwise(borders)) for second in range(first, last + 1)]

    assert named == list(range(round(borders[0]), round(borders[-1])))


@given(st.lists(st.tuples(st.floats(0, 14_400), st.floats(0, 14_400)), max_size=20))
def test_heartbeat_names_no_more_seconds_than_its_limit(spans: list[tuple[float, float]]) -> None:
    whole = whole_seconds(spans)

    assert sum(last - first + 1 for first, last in whole) <= HEARTBEAT_LIMIT
    assert all(0 <= first <= last < 14_400 for first, last in whole)
