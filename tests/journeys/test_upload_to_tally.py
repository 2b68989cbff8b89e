"""The main job: a film is uploaded, watched on a phone, voted for, and the tally moves on the wall."""

import asyncio
from pathlib import Path

import pytest
import uuid_utils.compat as uuids
from playwright.async_api import Browser, Page, expect

from api.live import RedisLive
from loadtest.client import Person, Refused
from tests.journeys.conftest import House, footage, watch
from tests.transcoder.media import make_clip

SUBTITLES = {
    "en": "1\n00:00:00,200 --> 00:00:06,000\nNobody takes the last one\n",
    "ru": "1\n00:00:00,200 --> 00:00:06,000\nНа последнем никто не ездит\n",
    "zh": "1\n00:00:00,200 --> 00:00:06,000\n末班车没有人坐\n",
}
MINUTE = 60_000
#: Runs until a frame of the film has been presented; gives how far into the film it lies, in seconds.
PRESENTED = """video => new Promise(resolve => {
  const look = (_, frame) => frame.mediaTime > 0.2 ? resolve(frame.mediaTime) : video.requestVideoFrameCallback(look);
  video.requestVideoFrameCallback(look);
})"""


def films(folder: Path) -> list[Path]:
    """As phones record them; every other form is tests/transcoder/test_media.py's."""
    real = footage()
    if real is None:
        return [make_clip(folder / f"e0{number}.mp4", seconds=4) for number in (1, 2)]
    clips = real / "clips"
    return [
        clips / "c07_phone_hdr10_av1_native_720x1280.mp4",
        clips / "c06_phone_hlg_hevc10_rot90_vfr_editlist.mp4",
    ]


async def until_ready(house: House, number: int) -> None:
    for _ in range(900):
        state = await house.state(number)
        assert state["state"] != "failed", state["failure"]
        if state["state"] == "ready":
            return
        await asyncio.sleep(0.2)
    raise AssertionError((house.folder / "worker.log").read_text()[-3000:])


@pytest.mark.timeout(420)
async def test_uploaded_film_is_watched_voted_for_and_counted(
    house: House, worker: None, phone: Page, chromium: Browser, tmp_path: Path
) -> None:
    for number, film in enumerate(films(tmp_path), start=1):
        await house.send(number, film, SUBTITLES if number == 1 else None)
    for number in range(1, len(films(tmp_path)) + 1):
        await until_ready(house, number)

    # The award asks for two episodes: the vote counts only if the player has told the server what it played.
    await house.sql("""UPDATE award SET watch = '{"episodes": 2}'""")
    await phone.goto("/")
    await phone.get_by_test_id("series-night-bus").click()
    await phone.get_by_test_id("watch").click()
    assert await phone.get_by_test_id("film").evaluate(PRESENTED) > 0.2
    await expect(phone.get_by_test_id("subtitle")).to_contain_text("Nobody takes the last one")

    hall = await chromium.new_context(viewport={"width": 1920, "height": 1080}, base_url=house.server.url)
    wall = await hall.new_page()
    complaints = watch(wall, house.server.url)
    await wall.goto("/wall?lang=en")
    await expect(wall.get_by_text("Night bus").first).to_be_visible(timeout=MINUTE)

    await expect(phone).to_have_url(f"{house.server.url}/s/night-bus/e/2", timeout=MINUTE)
    assert await phone.get_by_test_id("film").evaluate(PRESENTED) > 0.2
    await expect(phone.get_by_test_id("ballot")).to_be_visible(timeout=MINUTE)
    await phone.get_by_test_id("star-4").click()
    await expect(phone.get_by_test_id("vote-toast").or_(phone.get_by_test_id("receipt-code")).first).to_be_visible()

    assert await house.sql("SELECT value FROM vote_event") == 4
    await expect(wall.get_by_text("4.00").or_(wall.get_by_text("4.0")).first).to_be_visible(timeout=MINUTE)
    assert complaints == []
    await hall.close()


async def test_board_comes_back_from_the_ledger_after_redis_has_lost_all(
    house: House, worker: None, clip: Path
) -> None:
    await house.send(1, clip)
    await until_ready(house, 1)
    await vote(house, 5)
    live = RedisLive(house.server.redis_url)

    await live.forget()
    await live.close()

    await until_board(house, [(1, 5)])
    await vote(house, 3)
    await until_board(house, [(2, 8)])


async def until_board(house: House, wanted: list[tuple[int, int]]) -> None:
    """The board follows the votes, and asks to wait (503) while somebody reads much of the ledger: never for long."""
    found: object = None
    for _ in range(60):
        try:
            board = await house.organiser.get(f"/api/awards/{house.award}/board")
        except Refused as refused:
            if refused.status != 503:
                raise
            found = refused
        else:
            found = [(entry["votes"], entry["sum"]) for entry in board["entries"]]
            if found == wanted:
                return
        await asyncio.sleep(0.5)
    raise AssertionError(found)


async def vote(house: House, value: int) -> None:
    voter = Person(house.server.url)
    ballot = (await voter.post(f"/api/awards/{house.award}/ballot"))["ballot"]
    entry = (await voter.get(f"/api/awards/{house.award}"))["entries"][0]["id"]
    await voter.post(
        f"/api/awards/{house.award}/votes",
        {"id": str(uuids.uuid7()), "entry": entry, "value": value},
        {"Ballot": ballot},
    )
    await voter.close()
