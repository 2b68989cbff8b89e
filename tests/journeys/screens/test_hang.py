"""A page that hangs cannot help itself: what the computer's own watch goes by is there as long as it lives, and no longer."""

import asyncio

import pytest

from tests.journeys.screens.hall_screen import HallScreen

#: The page writes the time every ten seconds, and each film that was shown.
PATIENCE = 15


def last_written(screen: HallScreen) -> float:
    """As `kiosk-watch.sh` looks for it."""
    folder = screen.profile / "Default" / "IndexedDB"
    return max(path.stat().st_mtime for path in folder.rglob("*") if path.is_file())


async def writes(screen: HallScreen) -> bool:
    before = last_written(screen)
    for _ in range(PATIENCE * 5):
        await asyncio.sleep(0.2)
        if last_written(screen) > before:
            return True
    return False


@pytest.mark.timeout(240)
async def test_screen_writes_while_it_lives_and_not_when_it_hangs(screen: HallScreen) -> None:
    assert await writes(screen)

    await screen.page.evaluate("setTimeout(() => { for (;;); }, 0)")
    await writes(screen)  # what was on its way

    assert not await writes(screen)
    await screen.power_cut()
    await screen.switch_on()
    await screen.plays()
    assert await writes(screen)
