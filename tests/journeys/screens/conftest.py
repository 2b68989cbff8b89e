"""Fixtures: a festival with films that really play, an award that screens take votes for, and screens."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import async_playwright

from api.db import Connection, prepare_connection
from tests.journeys.conftest import House
from tests.journeys.playable import a_playable_episode, make_film
from tests.journeys.screens.hall_screen import HallScreen, Line, NewScreen

#: Short, so that many of them fit into a test.
SECONDS = 2


@pytest.fixture
async def rows(house: House) -> AsyncIterator[Connection]:
    rows = await asyncpg.connect(house.server.database_url)
    await prepare_connection(rows)
    yield rows
    await rows.close()


@pytest.fixture
async def films(house: House, rows: Connection, tmp_path: Path) -> list[int]:
    """Three episodes of the house's series; their ids. Screens take votes for it, also without a badge."""
    await make_film(tmp_path / "film", SECONDS)
    for number in (1, 2, 3):
        await a_playable_episode(rows, tmp_path / "film", tmp_path / "storage", house.series, number, SECONDS)
    times = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"}
    award = {"slug": "hall", "name": {"en": "Hall Award"}, "board": "open", "tiers": ["kiosk", "badge"], **times}
    house.award = (await house.organiser.post("/api/desk/awards", award))["id"]
    found: list[int] = await rows.fetchval("SELECT array_agg(id ORDER BY number) FROM episode")
    return found


@pytest.fixture
async def new_screen(house: House, films: list[int], tmp_path: Path) -> AsyncIterator[NewScreen]:
    """Makes screens that are switched off and not paired."""
    screens: list[HallScreen] = []
    async with async_playwright() as playwright:

        async def make() -> HallScreen:
            line = Line(int(house.server.url.rsplit(":", 1)[1]))
            await line.lay()
            screens.append(HallScreen(playwright, line, tmp_path / f"screen{len(screens)}"))
            return screens[-1]

        yield make
        for screen in screens:
            await screen.switch_off()
            await screen.line.take_up()


@pytest.fixture
async def screen(new_screen: NewScreen, house: House) -> HallScreen:
    """Paired, playing, and with the whole programme on its disk."""
    screen = await new_screen()
    await screen.switch_on()
    await screen.pair(house.organiser)
    await screen.stored()
    return screen
