"""A screen whose own clock is a day off, before it starts or over a power cut: what it says of a vote's time is true."""

from datetime import UTC, datetime, timedelta

import pytest

from api.db import Connection
from tests.hall_screen import MINUTE, HallScreen
from tests.halls import NewScreen
from tests.journeys.conftest import House

pytest_plugins = ("tests.journeys.conftest", "tests.halls")

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


async def sent(screen: HallScreen, db: Connection, count: int) -> None:
    screen.line.mend()
    await screen.page.wait_for_function(
        f"() => document.querySelector('[data-received]')?.dataset.received === '{count}'", timeout=MINUTE
    )


async def told_and_true(db: Connection, counter: int, true: datetime) -> tuple[timedelta, timedelta]:
    """How wrong the record's time is, and how wrong it says it may be."""
    record = "SELECT array[cast_at, cast_at + uncertainty_ms * interval '1 ms'] FROM kiosk_vote WHERE counter = $1"
    at, latest = await db.fetchval(record, counter)
    return abs(at - true), latest - at


@pytest.mark.timeout(240)
@pytest.mark.parametrize("set_by", [DAY, -DAY])
async def test_clock_that_is_a_day_off_moves_no_vote(
    new_screen: NewScreen, house: House, db: Connection, set_by: int
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
    await sent(screen, db, 1)

    error, uncertainty = await told_and_true(db, 1, before + (after - before) / 2)
    assert error <= (after - before) / 2 + uncertainty
    assert uncertainty < timedelta(seconds=5)
    assert await db.fetchval("SELECT outcome FROM kiosk_vote WHERE counter = 1") == "counted"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("set_by", [DAY, -DAY])
async def test_clock_that_was_set_while_the_power_was_off_is_not_believed_beyond_what_is_said(
    screen: HallScreen, house: House, db: Connection, set_by: int
) -> None:
    closes = datetime.now(UTC) + timedelta(hours=3)
    await db.execute("UPDATE award SET closes_at = $2 WHERE id = $1", house.award, closes)
    await screen.offline()
    await screen.power_cut()
    set_clock(screen, set_by)
    await screen.switch_on()
    await screen.plays()

    before = datetime.now(UTC)
    if set_by < 0:
        assert await screen.vote("night-bus", 5) == "saved"
    else:
        # By the only clock it has, voting is over: nothing is offered that may not count.
        await screen.page.get_by_test_id("start").tap()
        await screen.page.get_by_test_id("film-night-bus").tap()
        assert await screen.page.get_by_test_id("vote").count() == 0
        return
    await sent(screen, db, 1)

    error, uncertainty = await told_and_true(db, 1, before)
    assert error <= uncertainty
    # It may have been cast after closing, as far as the screen can tell: a person looks at it.
    assert await db.fetchval("SELECT outcome FROM kiosk_vote WHERE counter = 1") in ("counted", "review")
    assert uncertainty > timedelta(hours=24)
