"""A confidential film, and a juror it is assigned to: `pytest_plugins = ("tests.housing", "tests.playback.booth")`."""

from pathlib import Path

import httpx
import pytest

from api.db import Connection
from tests.house import House
from tests.journeys.playable import make_film
from tests.playback.screeners import Screener, a_screener, an_assigned


@pytest.fixture(scope="module")
async def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    await make_film(folder)
    return folder


@pytest.fixture
async def screener(house: House, rows: Connection, film: Path) -> Screener:
    return await a_screener(rows, film, house.folder)


@pytest.fixture
async def juror(house: House, rows: Connection, screener: Screener) -> httpx.AsyncClient:
    return await an_assigned(house, rows, screener)
