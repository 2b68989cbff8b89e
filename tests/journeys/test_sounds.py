"""A dub on a phone: chosen while the film plays, remembered for the next one, and never forced on anybody."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import House
from tests.journeys.test_upload_to_tally import until_ready
from tests.transcoder.media import call_ffmpeg, make_clip

#: Runs until the film is beyond this second and moving; gives where it is. Tells what is wrong where that takes a minute.
BEYOND = """(video, seconds) => new Promise((resolve, reject) => {
  const begun = Date.now();
  const spans = ranges => Array.from({length: ranges.length}, (_, at) => [ranges.start(at), ranges.end(at)]);
  const look = () => {
    const {currentTime, paused, readyState, ended, isConnected} = video;
    if (currentTime > seconds && !paused && readyState > 2) resolve(currentTime);
    else if (Date.now() - begun < 60_000) setTimeout(look, 50);
    else reject(new Error(JSON.stringify({seconds, currentTime, paused, readyState, ended, isConnected,
      error: video.error?.message, buffered: spans(video.buffered)})));
  };
  look();
})"""


class Segments:
    """Which sounds a page has asked for since it was last asked, and of which films ever."""

    def __init__(self, page: Page) -> None:
        self.names: list[str] = []
        self.films: set[str] = set()
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        found = re.search(r"/media/([^/]+)/(a64[^/]*)/\d+\.m4s", url)
        if found:
            self.films.add(found[1])
            self.names.append(found[2])

    async def of_films(self, count: int) -> None:
        """Until so many have been asked for."""
        for _ in range(600):
            if len(self.films) >= count:
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"sounds of {count} films were never asked for, only of {self.films}")

    def take(self) -> set[str]:
        names, self.names = self.names, []
        return set(names)


async def dubbed(house: House, folder: Path) -> str:
    """Episodes 1 and 2, the first in Russian too; the folder of that sound."""
    for number in (1, 2):
        episode = await house.send(
            number, make_clip(folder / f"e{number}.mp4", seconds=24, width=360, height=640, fps=12)
        )
        await until_ready(house, number)
        sound = folder / f"e{number}.wav"
        call_ffmpeg("-f", "lavfi", "-i", "sine=880:r=48000:d=24", str(sound))
        await house.producer.upload(episode, sound, "ru")
    for number in (1, 2):
        for _ in range(300):
            [sound_state] = (await house.state(number))["sounds"]
            if sound_state["state"] == "ready":
                break
            await asyncio.sleep(0.1)
        assert (sound_state["state"], sound_state["failure"]) == ("ready", None)
    query = "SELECT t->>'name' FROM current_package c, jsonb_array_elements(c.descriptor->'audio') t WHERE t->>'lang' = 'ru'"
    return str(await house.sql(query))


async def choose(page: Page, testid: str) -> None:
    """Over the controls, which hide while the film plays."""
    await page.evaluate("document.querySelector('[data-testid=speed]').click()")
    await page.get_by_test_id(testid).click()
    await expect(page.get_by_test_id(testid)).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Escape")


@pytest.mark.timeout(240)
async def test_sound_is_switched_while_the_picture_goes_on(
    house: House, worker: None, phone: Page, tmp_path: Path
) -> None:
    name = await dubbed(house, tmp_path)
    asked = Segments(phone)
    await phone.goto("/s/night-bus/e/1?lang=ru")
    film = phone.get_by_test_id("film")
    await film.evaluate(BEYOND, 1)
    # The next one lies ready, and changes as well.
    await asked.of_films(2)
    # Whoever has not asked for a dub hears the film's own sound, also where the page speaks the dub's language.
    assert asked.take() == {"a64"}
    await film.evaluate("video => { window.went = []; video.addEventListener('seeking', () => went.push('sought'));"
                        " video.addEventListener('emptied', () => went.push('emptied')); }")  # fmt: skip

    await choose(phone, "sound-ru")
    before = float(await film.evaluate("video => video.currentTime"))
    after = float(await film.evaluate(BEYOND, before + 1.5))

    assert asked.take() >= {name}
    assert after > before
    assert await phone.evaluate("went") == []
    assert await film.evaluate("video => video.error") is None
    await film.evaluate(BEYOND, before + 6)
    assert asked.take() <= {name}

    # The next episode, and the next visit, begin with it.
    await phone.goto("/s/night-bus/e/2?lang=en")
    await phone.get_by_test_id("film").evaluate(BEYOND, 1)
    heard = asked.take()
    assert {sound.rsplit("-", 1)[0] for sound in heard} == {"a64-ru"}

    await choose(phone, "sound-own")
    now = float(await phone.get_by_test_id("film").evaluate("video => video.currentTime"))
    await phone.get_by_test_id("film").evaluate(BEYOND, now + 1.5)
    assert "a64" in asked.take()
