"""QR codes for posters: one for each series that can be watched, with its titles, and nothing that runs."""

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.house import House

pytest_plugins = ("tests.housing",)


@pytest.fixture
async def organiser(house: House) -> httpx.AsyncClient:
    return await house.signed_in("organiser")


async def test_sheet_has_a_code_for_each_series_that_can_be_watched(
    house: House, organiser: httpx.AsyncClient, rows: Connection
) -> None:
    shown = await builders.a_watchable_series(rows, episodes=1)
    await builders.a_series(rows, slug="not-yet", released=False)
    await rows.execute(
        "UPDATE series SET slug = 'ferry', title = $2 WHERE id = $1", shown, {"en": "<b>Ferry</b>", "ru": "Паром"}
    )

    answer = await organiser.get("/api/desk/series/codes")

    address = f"{house.settings.public_url}/s/ferry"
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"<bdi>&lt;b&gt;Ferry&lt;/b&gt;</bdi><bdi>Паром</bdi><bdi>{address}</bdi>" in answer.text
    assert "not-yet" not in answer.text
    assert answer.text.count("<svg") == answer.text.count("<figure>") >= 1
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
