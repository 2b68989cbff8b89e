from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from api.db import Connection
from api.settings import Settings
from tests import builders
from tests.conftest import SECRET
from tests.house import House, opened_house
from tests.studio.sending import PART, Sender
from transcoder.storage import LocalStorage


@pytest.fixture(scope="module")
async def house(house_settings: Settings) -> AsyncGenerator[House, None]:
    """A house whose store cuts files into parts of a thousand bytes."""
    folder = house_settings.storage_url.removeprefix("file://")
    store = LocalStorage(Path(folder), SECRET, part_size=PART)
    async with opened_house(house_settings, store) as opened:
        yield opened


@pytest.fixture
async def sender(house: House, rows: Connection) -> Sender:
    """A producer with an episode that waits for its file."""
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company, released=False))
    return Sender(await house.signed_in("producer", company), episode, company)
