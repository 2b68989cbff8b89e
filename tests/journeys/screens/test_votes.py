"""Votes that waited in a screen: its browser killed and its line cut while it hands them over, and each is here once."""

import asyncio
import random

import pytest

from api.db import Connection
from tests.journeys.screens.hall_screen import MINUTE, HallScreen

#: So slow that a request with hundreds of votes is on its way for seconds, and most faults hit it there.
SLOW = 60_000
SEED = 7


async def hand_over_under_faults(screen: HallScreen, rows: Connection, *, votes: int, kills: int, cuts: int) -> None:
    chance = random.Random(SEED)
    await screen.offline()
    for number in range(votes):
        assert await screen.vote("night-bus", number % 5 + 1) == "saved"
    assert await rows.fetchval("SELECT count(*) FROM kiosk_vote") == 0

    faults = ["kill"] * kills + ["cut"] * cuts
    chance.shuffle(faults)
    for fault in faults:
        screen.line.mend(rate=SLOW)
        await asyncio.sleep(chance.uniform(0.3, 3.5))
        if fault == "cut":
            screen.line.cut()
            await asyncio.sleep(0.3)
        else:
            await screen.power_cut()
            await screen.switch_on()

    screen.line.mend()
    page = screen.page
    await page.wait_for_function(
        "() => document.querySelector('[data-waiting]')?.dataset.waiting === '0'", timeout=3 * MINUTE
    )
    await page.wait_for_function(
        f"() => document.querySelector('[data-received]')?.dataset.received === '{votes}'", timeout=MINUTE
    )
    counters = await rows.fetchval("SELECT array_agg(counter ORDER BY counter) FROM kiosk_vote")
    assert counters == list(range(1, votes + 1)), f"seed {SEED}"
    assert await rows.fetchval("SELECT count(DISTINCT idem) FROM kiosk_vote") == votes
    assert await rows.fetchval("SELECT (counter, received) = ($1, $1) FROM kiosk_journal", votes)
    assert await rows.fetchval("SELECT count(*) FROM kiosk_finding") == 0
    # Every record that counts is one line of the ledger, and no line has another record.
    lines = await rows.fetchval("SELECT count(*) FROM vote_event")
    assert lines == await rows.fetchval("SELECT count(*) FROM kiosk_vote WHERE outcome IN ('counted', 'review')")
    # A chain without a gap: each holds the hash of the one before.
    broken = await rows.fetchval(
        "SELECT count(*) FROM kiosk_vote v JOIN kiosk_vote p ON p.kiosk_id = v.kiosk_id AND p.counter = v.counter - 1"
        " WHERE v.prev <> p.hash"
    )
    assert broken == 0


@pytest.mark.timeout(300)
async def test_waiting_votes_arrive_once_through_kills_and_cuts(screen: HallScreen, rows: Connection) -> None:
    await hand_over_under_faults(screen, rows, votes=25, kills=2, cuts=3)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_five_hundred_waiting_votes_arrive_once_through_twenty_kills_and_twenty_cuts(
    screen: HallScreen, rows: Connection
) -> None:
    await hand_over_under_faults(screen, rows, votes=500, kills=20, cuts=20)
