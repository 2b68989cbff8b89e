"""The subtitle tool as its page asks for it: bytes in any encoding, what was noticed, changes by two at a time."""

import base64
import io
import zipfile
from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.studio.test_encodings import TEXTS, srt
from tests.studio.test_subtitles import an_episode, stored, vtt

pytest_plugins = ("tests.housing",)


class Desk:
    """A producer with one episode."""

    def __init__(self, browser: httpx.AsyncClient, episode: int, series: int) -> None:
        self.browser, self.episode, self.series = browser, episode, series

    def address(self, lang: str) -> str:
        return f"/api/studio/episodes/{self.episode}/subtitles/{lang}"

    async def put(self, lang: str = "en", **body: Any) -> httpx.Response:
        return await self.browser.put(self.address(lang), json=body)

    async def send(self, content: bytes, lang: str, **body: Any) -> httpx.Response:
        return await self.put(lang, content=base64.b64encode(content).decode(), **body)

    async def cells(self) -> Any:
        return (await self.browser.get(f"/api/studio/series/{self.series}/subtitles")).json()


@pytest.fixture
async def desk(house: House, rows: Connection) -> Desk:
    company = await builders.a_company(rows)
    episode = await an_episode(rows, company, "ready")
    series = await rows.fetchval("SELECT series_id FROM episode WHERE id = $1", episode)
    return Desk(await house.signed_in("producer", company), episode, series)


async def test_bytes_are_read_and_the_answer_says_how(desk: Desk, rows: Connection) -> None:
    answer = await desk.send(srt(TEXTS["ru"]).encode("koi8-r", errors="ignore"), "ru")

    body = answer.json()
    assert (answer.status_code, body["encoding"], body["subtitles"], body["saved"]["version"]) == (
        200,
        "koi8-r",
        ["ru"],
        1,
    )
    assert body["saved"]["cues"][0]["text"] == TEXTS["ru"][0]
    assert TEXTS["ru"][0] in (await stored(rows, desk.episode))["ru"]


async def test_a_file_that_can_be_read_in_two_ways_is_a_question(desk: Desk, rows: Connection) -> None:
    content = srt(TEXTS["ru"]).encode("windows-1251")

    asked = await desk.send(content, "zh")
    answered = await desk.send(content, "zh", encoding="windows-1251")

    assert code_of(asked) == (422, "encoding-unsure")
    assert {"encoding": "windows-1251", "lines": list(TEXTS["ru"])} in asked.json()["values"]["candidates"]
    assert (answered.status_code, answered.json()["saved"]["findings"][0]["fault"]) == (
        200,
        "script",
    )


@pytest.mark.parametrize("body", [{}, {"encoding": "utf-8"}, {"text": None, "content": None}])
async def test_nothing_at_all_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert code_of(await desk.put("en", **body)) == (422, "invalid-value")


async def test_whoever_saves_an_older_version_is_told(desk: Desk, rows: Connection) -> None:
    first = (await desk.put(text=vtt("One"))).json()["saved"]["version"]
    second = (await desk.put(text=vtt("Two"), version=first)).json()["saved"]["version"]

    late = await desk.put(text=vtt("Three"), version=first)

    assert (first, second, code_of(late)) == (1, 2, (409, "subtitle-changed"))
    assert await stored(rows, desk.episode) == {"en": vtt("Two")}
    assert (await desk.put(text=vtt("Three"))).json()["saved"]["version"] == 3


async def test_what_is_there_can_be_read_again(desk: Desk) -> None:
    await desk.put(text=vtt("Tom &amp; Jerry\nagain"))

    shown = (await desk.browser.get(desk.address("en"))).json()

    assert shown["cues"] == [{"start": 1000, "end": 2500, "text": "Tom & Jerry\nagain"}]
    assert (shown["film_ms"], shown["findings"]) == (12_000, [])


async def test_what_stands_beyond_the_film_is_noticed_with_what_was_measured(desk: Desk) -> None:
    answer = await desk.put(text=vtt("Hello").replace("02.500", "13.000"))

    found = {"fault": "beyond", "cue": 0, "value": 13.0, "limit": 12.0, "mend": True}
    assert (answer.json()["saved"]["findings"], (await desk.cells())[0]["warned"]) == ([found], 1)


async def test_work_in_progress_is_looked_over_and_not_kept(desk: Desk, rows: Connection) -> None:
    cues = [{"start": 0, "end": 300, "text": "Hi"}, {"start": 200, "end": 900, "text": ""}]

    answer = await desk.browser.post(f"{desk.address('en')}/check", json={"cues": cues})

    assert [(each["fault"], each["cue"]) for each in answer.json()] == [("short", 0), ("overlap", 0), ("empty", 1)]
    assert await stored(rows, desk.episode) == {}


async def test_the_matrix_counts_what_was_noticed(desk: Desk, rows: Connection) -> None:
    await desk.put("en", text=vtt("Fine").replace("02.500", "01.900"))
    await desk.put("ru", text=vtt("Слишком длинная строка для телефона, увы"))

    assert {cell["lang"]: (cell["cues"], cell["warned"]) for cell in await desk.cells()} == {"en": (1, 0), "ru": (1, 2)}


async def test_subtitles_of_an_earlier_version_are_looked_over_when_asked_for(desk: Desk, rows: Connection) -> None:
    text = vtt("Fine").replace("02.500", "01.200")
    await rows.execute("INSERT INTO subtitle (episode_id, lang, vtt) VALUES ($1, 'en', $2)", desk.episode, text)

    assert [(cell["cues"], cell["warned"]) for cell in await desk.cells()] == [(1, 1)]
    assert await rows.fetchval("SELECT warned FROM subtitle WHERE episode_id = $1", desk.episode) == 1


async def test_removed_subtitles_are_gone_from_the_next_edition_on(desk: Desk, rows: Connection) -> None:
    await desk.put(text=vtt("Hello"))
    package = await rows.fetchval("SELECT id FROM package WHERE episode_id = $1", desk.episode)
    await rows.execute("UPDATE tier SET state = 'done' WHERE package_id = $1 AND name = 'edition'", package)

    answer = await desk.browser.delete(desk.address("en"))

    assert (answer.status_code, answer.json()["subtitles"], await stored(rows, desk.episode)) == (200, [], {})
    query = "SELECT state FROM tier WHERE package_id = $1 AND name = 'edition'"
    assert await rows.fetchval(query, package) == "queued"
    assert code_of(await desk.browser.delete(desk.address("en"))) == (404, "not-found")


async def test_all_files_come_as_one(desk: Desk) -> None:
    await desk.put("en", text=vtt("Hello"))
    await desk.put("ru", text=vtt("Привет"))

    whole = await desk.browser.get(f"/api/studio/series/{desk.series}/subtitles.zip")
    one = await desk.browser.get(f"/api/studio/series/{desk.series}/subtitles.zip?lang=ru")

    def names(answer: httpx.Response) -> list[str]:
        return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()

    assert (names(whole), names(one)) == (["en/E01.en.vtt", "ru/E01.ru.vtt"], ["ru/E01.ru.vtt"])
    assert zipfile.ZipFile(io.BytesIO(one.content)).read("ru/E01.ru.vtt").decode() == vtt("Привет")


async def test_another_companys_subtitles_are_not_there(desk: Desk, house: House, rows: Connection) -> None:
    await desk.put(text=vtt("Hello"))
    stranger = await house.signed_in("producer", await builders.a_company(rows))

    answers = [
        await stranger.get(desk.address("en")),
        await stranger.post(f"{desk.address('en')}/check", json={"cues": []}),
        await stranger.delete(desk.address("en")),
        await stranger.get(f"/api/studio/series/{desk.series}/subtitles"),
        await stranger.get(f"/api/studio/series/{desk.series}/subtitles.zip"),
    ]

    assert [code_of(answer) for answer in answers] == [(404, "not-found")] * 5
