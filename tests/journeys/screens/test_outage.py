"""Three days without a network, told in minutes: what a screen says it has played is what it has played."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.db import Connection
from tests.journeys.conftest import House
from tests.journeys.screens.hall_screen import HallScreen, NewScreen

HALL = ZoneInfo("Asia/Almaty")
OUTAGE = timedelta(hours=72)
SLEEP = timedelta(hours=6)
#: The device's clocks run so many times as fast from a moment on, which `hurry` brings, and whatever ends in the loop is
#: told to the test.
FAST = """(() => {
  const times = %d;
  let from = %s;
  window.hurry = moment => { from = moment; };
  const real = Date, steady = performance.now.bind(performance), now = () => real.now() < from ? real.now() : from + (real.now() - from) * times;
  const fast = times, begun = steady(), ahead = real.now();
  window.Date = class extends real {
    constructor(...given) { if (given.length === 0) super(now()); else super(...given); }
    static now() { return now(); }
  };
  performance.now = () => { const passed = steady() - begun, slow = Math.max(0, Math.min(passed, from - ahead)); return begun + slow + (passed - slow) * fast; };
  document.addEventListener("ended", () => window.tell(Number(document.querySelector("[data-testid=loop]")?.dataset.episode ?? 0)), true);
})()"""


async def an_outage(screen: HallScreen, house: House, rows: Connection, *, minutes: float, power_cuts: int) -> None:
    """72 hours in so many minutes, with the power gone in between."""
    times = OUTAGE / timedelta(minutes=minutes)
    # Far from now, whenever now is: a screen that sleeps shows nothing that could be seen to be ready.
    evening = datetime.now(HALL) + timedelta(hours=9)
    sleep = [{"starts": f"{evening:%H}:00", "ends": f"{evening + SLEEP:%H}:00"}]
    blocks = [{"starts": "00:00", "ends": "00:00", "items": [{"kind": "all", "episodes": "all"}]}]
    body = {"name": "Day and night", "plan": {"blocks": blocks, "ratings": [], "sleep": sleep}}
    programme = (await house.organiser.post("/api/desk/programmes", body))["id"]
    screen.script = FAST % (times, "Infinity")
    page = await screen.switch_on()
    await screen.pair(house.organiser, programme=programme)
    await screen.stored()
    before = await rows.fetchval("SELECT count(*) FROM kiosk_play")
    screen.line.cut()
    begins = datetime.now(UTC)
    screen.script = FAST % (times, int(begins.timestamp() * 1000))
    await page.evaluate("moment => hurry(moment)", begins.timestamp() * 1000)
    for _ in range(power_cuts):
        await asyncio.sleep(minutes * 60 / (power_cuts + 1))
        await between_two_films(screen)
        await screen.power_cut()
        await screen.switch_on()
    await asyncio.sleep(minutes * 60 / (power_cuts + 1))
    await between_two_films(screen)
    told = list(screen.told)
    screen.line.mend()

    page = screen.page
    for _ in range(240):
        if await rows.fetchval("SELECT count(*) FROM kiosk_play WHERE whole") >= len(told):
            break
        await page.wait_for_timeout(250)
    counters = await rows.fetchval("SELECT array_agg(counter ORDER BY counter) FROM kiosk_play")
    assert counters == list(range(1, len(counters) + 1))
    assert before < len(counters)
    plays = await compare(rows, told, begins)
    asleep = {(evening + timedelta(hours=hour)).hour for hour in range(1, 5)}
    assert [play for play in plays if play > begins and play.astimezone(HALL).hour in asleep] == []


async def between_two_films(screen: HallScreen) -> None:
    """A moment after a film has ended, so that it is clear what was played; while it is awake."""
    for _ in range(1200):
        heard = len(screen.told)
        await asyncio.sleep(0.05)
        if len(screen.told) > heard:
            await asyncio.sleep(0.6)
            return


async def compare(rows: Connection, told: list[Any], begins: datetime) -> list[datetime]:
    """What the service knows is what was shown; when each was."""
    plays = await rows.fetch(
        "SELECT episode_id, started_at, uncertainty_ms FROM kiosk_play WHERE whole ORDER BY counter"
    )
    assert Counter(play["episode_id"] for play in plays[: len(told)]) == Counter(told)
    times = [play["started_at"] for play in plays[: len(told)]]
    assert times == sorted(times)
    assert times[-1] - begins > OUTAGE / 2
    return times


@pytest.mark.timeout(300)
async def test_plays_of_an_outage_are_all_told_with_their_times(
    new_screen: NewScreen, house: House, rows: Connection
) -> None:
    await an_outage(await new_screen(), house, rows, minutes=0.7, power_cuts=1)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_plays_of_three_days_without_a_network_equal_what_was_shown(
    new_screen: NewScreen, house: House, rows: Connection
) -> None:
    await an_outage(await new_screen(), house, rows, minutes=10, power_cuts=4)
