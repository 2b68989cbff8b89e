"""Further sounds as their producer sends them: beside the film, one per language, and never mistaken for it."""

from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.studio.sending import FILM, Sender

pytest_plugins = ("tests.housing",)


class SoundSender(Sender):
    """The same calls, with a language."""

    lang = "ru"

    async def start(self, content: bytes = FILM, file_name: str = "e01.ru.wav") -> httpx.Response:
        body = {"file_name": file_name, "size": len(content), "lang": self.lang}
        return await self.browser.post(f"/api/studio/episodes/{self.episode}/uploads", json=body)

    async def told(self) -> Any:
        return [(sound["lang"], sound["state"], sound["file_name"]) for sound in (await self.state())["sounds"]]


@pytest.fixture
async def dubber(sender: Sender) -> SoundSender:
    return SoundSender(sender.browser, sender.episode, sender.company)


async def jobs(rows: Connection, episode: int) -> int:
    """How many times the sounds of this episode stand in the queue."""
    found = await rows.fetch("SELECT id FROM package WHERE episode_id = $1", episode)
    keys = [f"{row['id']}:sound" for row in found]
    return int(await rows.fetchval("SELECT count(*) FROM pgqueuer WHERE dedupe_key = ANY($1)", keys))


async def test_sound_of_a_film_that_is_ready_is_queued(dubber: SoundSender, rows: Connection) -> None:
    package = await builders.a_package(rows, dubber.episode)
    upload = await dubber.sent()
    before = await dubber.told()

    answer = await dubber.complete(upload)

    assert before == [("ru", "uploading", "e01.ru.wav")]
    assert (answer.status_code, answer.json()["state"], await dubber.told()) == (
        200,
        "ready",
        [("ru", "queued", "e01.ru.wav")],
    )
    assert await rows.fetchval("SELECT state FROM tier WHERE package_id = $1 AND name = 'sound'", package) == "queued"
    assert await jobs(rows, dubber.episode) == 1


async def test_sound_alone_is_no_film(dubber: SoundSender, rows: Connection) -> None:
    await dubber.complete(await dubber.sent())

    state = await dubber.state()
    assert (state["state"], state["file_name"], state["upload"]) == ("awaiting_upload", None, None)
    assert (await dubber.told(), await jobs(rows, dubber.episode)) == ([("ru", "queued", "e01.ru.wav")], 0)
    assert await rows.fetchval("SELECT count(*) FROM package WHERE episode_id = $1", dubber.episode) == 0


async def test_newer_sound_takes_the_place_of_the_older(dubber: SoundSender, rows: Connection) -> None:
    await builders.a_package(rows, dubber.episode)
    await dubber.complete(await dubber.sent())
    await rows.execute(
        "UPDATE sound SET state = 'failed', failure_code = 'not-a-sound', silent = true WHERE episode_id = $1",
        dubber.episode,
    )
    newer = await dubber.sent(FILM[:1500])

    await dubber.complete(newer)

    query = "SELECT original_id::text, state, failure_code, silent FROM sound WHERE episode_id = $1"
    assert [tuple(row) for row in await rows.fetch(query, dubber.episode)] == [(newer, "queued", None, False)]


async def test_film_and_sounds_are_sent_side_by_side(sender: Sender, dubber: SoundSender) -> None:
    film, sound = await sender.started(), await dubber.started()
    again = await dubber.start()

    assert film != sound
    assert (code_of(again), again.json()["values"]["upload"]) == ((409, "upload-under-way"), sound)
    state = await sender.state()
    assert (state["state"], state["upload"], await dubber.told()) == (
        "uploading",
        film,
        [("ru", "uploading", "e01.ru.wav")],
    )


@pytest.mark.parametrize("lang", ["english", "EN", "e", "r1", ""])
async def test_unknown_language_is_refused(dubber: SoundSender, lang: str) -> None:
    dubber.lang = lang

    assert (await dubber.start()).status_code in (400, 422)


async def test_given_up_upload_leaves_what_was_there(dubber: SoundSender, rows: Connection) -> None:
    await builders.a_package(rows, dubber.episode)
    await dubber.complete(await dubber.sent())
    await dubber.cancel(await dubber.started())

    assert await dubber.told() == [("ru", "queued", "e01.ru.wav")]


async def test_removed_sound_is_gone_with_a_new_edition(dubber: SoundSender, rows: Connection) -> None:
    package = await builders.a_package(rows, dubber.episode)
    await dubber.complete(await dubber.sent())
    updated = (await dubber.state())["updated_at"]
    address = f"/api/studio/episodes/{dubber.episode}/sounds/ru"

    answer = await dubber.browser.delete(address)

    assert (answer.status_code, answer.json()["sounds"]) == (200, [])
    assert answer.json()["updated_at"] > updated
    assert await rows.fetchval("SELECT state FROM tier WHERE package_id = $1 AND name = 'edition'", package) == "queued"
    assert code_of(await dubber.browser.delete(address)) == (404, "not-found")


async def test_failed_sound_says_why_and_may_be_tried_again(dubber: SoundSender, rows: Connection) -> None:
    await builders.a_package(rows, dubber.episode)
    await dubber.complete(await dubber.sent())
    await rows.execute("UPDATE tier SET state = 'done' WHERE name = 'sound'")  # nobody else works here
    detail = '{"length": "1:02.0", "film": "1:00.0"}'
    query = (
        "UPDATE sound SET state = 'failed', failure_code = 'sound-length', failure_detail = $1 WHERE episode_id = $2"
    )
    await rows.execute(query, detail, dubber.episode)
    [sound] = (await dubber.state())["sounds"]
    address = f"/api/studio/episodes/{dubber.episode}/sounds/ru/retry"

    answers = [await dubber.browser.post(address), await dubber.browser.post(address)]

    assert (
        sound["failure"]["happened"] == "This sound lasts 1:02.0 and the film 1:00.0; they may differ by half a second."
    )
    assert (answers[0].status_code, answers[0].json()["sounds"][0]["state"]) == (200, "queued")
    assert code_of(answers[1]) == (409, "not-retryable")


async def test_another_companys_sounds_cannot_be_touched(dubber: SoundSender, house: House, rows: Connection) -> None:
    await dubber.complete(await dubber.sent())
    stranger = await house.signed_in("producer", await builders.a_company(rows))
    address = f"/api/studio/episodes/{dubber.episode}/sounds/ru"

    assert code_of(await stranger.delete(address)) == (404, "not-found")
    assert code_of(await stranger.post(f"{address}/retry")) == (404, "not-found")
    assert code_of(await SoundSender(stranger, dubber.episode, 0).start()) == (404, "not-found")
