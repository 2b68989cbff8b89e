"""A screen whose own clock is a day off, before it starts or over a power cut: what it says of a vote's time is true."""

from datetime import UTC, datetime, timedelta

import pytest

from api.db import Connection
from tests.journeys.conftest import House
from tests.journeys.screens.hall_screen import MINUTE, HallScreen, NewScreen

DAY = 86_400_000
#: The device's clock as the page sees it.
SET_CLOCK = """(() => {
  const real = Date;
  window.Date = class extends real {
    constructor(...given) { if (given.length === 0) super(real.now() + %d); else super(...given); }
    static now() { return real.now() + %d; }
  };
})()"""


def set_clock(screen: HallScreen, ms: int) -> None:
    screen.script = SET_CLOCK % (ms, ms)


async def sent(screen: HallScreen, rows: Connection, count: int) -> None:
    screen.line.mend()
    await screen.page.wait_for_function(
        f"() => document.querySelector('[data-received]')?.dataset.received === '{count}'", timeout=MINUTE
    )


async def told_and_true(rows: Connection, counter: int, true: datetime) -> tuple[timedelta, timedelta]:
    """How wrong the record's time is, and how wrong it says it may be."""
    record = "SELECT array[cast_at, cast_at + uncertainty_ms * interval '1 ms'] FROM kiosk_vote WHERE counter = $1"
    at, latest = await rows.fetchval(record, counter)
    return abs(at - true), latest - at


@pytest.mark.timeout(240)
@pytest.mark.parametrize("set_by", [DAY, pytest.param(-DAY, marks=pytest.mark.long)])
async def test_clock_that_is_a_day_off_moves_no_vote(
    new_screen: NewScreen, house: House, rows: Connection, set_by: int
) -> None:
    screen = await new_screen()
    set_clock(screen, set_by)
    await screen.switch_on()
    await screen.pair(house.organiser)
    await screen.stored()

    before = datetime.now(UTC)
    await screen.offline()
    await screen.vote("night-bus", 5)
    after = datetime.now(UTC)
    await sent(screen, rows, 1)

    error, uncertainty = await told_and_true(rows, 1, before + (after - before) / 2)
    assert error <= (after - before) / 2 + uncertainty
    assert uncertainty < timedelta(seconds=5)
    assert await rows.fetchval("SELECT outcome FROM kiosk_vote WHERE counter = 1") == "counted"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("set_by", [DAY, pytest.param(-DAY, marks=pytest.mark.long)])
async def test_clock_that_was_set_while_the_power_was_off_is_not_believed_beyond_what_is_said(
    new_screen: NewScreen, house: House, rows: Connection, set_by: int
) -> None:
    closes = datetime.now(UTC) + timedelta(hours=3)
    await rows.execute("UPDATE award SET closes_at = $2 WHERE id = $1", house.award, closes)
    screen = await new_screen()
    await screen.switch_on()
    await screen.pair(house.organiser)
    await screen.stored()
    await screen.offline()
    await screen.power_cut()
    set_clock(screen, set_by)
    await screen.switch_on()
    await screen.plays()

    # Also where voting would be over by the only clock it has: it is not sure, and refuses nobody.
    before = datetime.now(UTC)
    assert await screen.vote("night-bus", 5) == "saved"
    await sent(screen, rows, 1)

    error, uncertainty = await told_and_true(rows, 1, before)
    assert error <= uncertainty
    assert uncertainty > timedelta(hours=24)
    assert await rows.fetchval("SELECT outcome FROM kiosk_vote WHERE counter = 1") in ("counted", "review")


@pytest.mark.timeout(240)
async def test_vote_that_may_be_late_is_looked_at_by_a_person(
    new_screen: NewScreen, house: House, rows: Connection
) -> None:
    """The screen came back without a network and a clock a day behind: by it voting was open, and it had closed."""
    screen = await new_screen()
    await screen.switch_on()
    await screen.pair(house.organiser)
    await screen.stored()
    await screen.offline()
    await screen.power_cut()
    set_clock(screen, -DAY)
    await screen.switch_on()
    await screen.plays()
    assert await screen.vote("night-bus", 5) == "saved"

    closed = datetime.now(UTC) - timedelta(minutes=5)
    await rows.execute("UPDATE award SET closes_at = $2 WHERE id = $1", house.award, closed)
    # As if it had been heard of last two days ago; of what it said a minute ago the festival would know more.
    await rows.execute("UPDATE kiosk_journal SET reported_at = reported_at - interval '2 days'")
    await rows.execute("UPDATE kiosk_mark SET after = after - interval '2 days'")
    await sent(screen, rows, 1)

    assert await rows.fetchval("SELECT outcome FROM kiosk_vote WHERE counter = 1") == "review"
