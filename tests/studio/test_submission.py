"""A series is submitted while its section is open, withdrawn until the deadline, and locked after it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.db import Connection
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.studio.sending import FILM, Sender

pytest_plugins = ("tests.housing",)
HOUR = timedelta(hours=1)
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"


def now() -> datetime:
    return datetime.now(UTC)


class Draft:
    """A complete series of one episode, its producer and an organiser."""

    def __init__(self, browser: httpx.AsyncClient, organiser: httpx.AsyncClient, rows: Connection) -> None:
        self.browser, self.organiser, self.rows = browser, organiser, rows
        self.company = self.series = self.episode = self.section = 0

    @property
    def address(self) -> str:
        return f"/api/studio/series/{self.series}/submission"

    async def show(self) -> Any:
        return (await self.browser.get(self.address)).json()

    async def submit(self) -> httpx.Response:
        return await self.browser.post(self.address)

    async def withdraw(self) -> httpx.Response:
        return await self.browser.delete(self.address)

    async def close_section(self, ago: timedelta = HOUR) -> None:
        await self.rows.execute("UPDATE section SET closes_at = $2 WHERE id = $1", self.section, now() - ago)

    async def give_time(self, until: datetime | None) -> httpx.Response:
        body = {"until": None if until is None else until.isoformat()}
        return await self.organiser.put(f"/api/desk/series/{self.series}/changes", json=body)

    async def log(self) -> list[tuple[str, Any]]:
        query = "SELECT action, detail FROM audit_event WHERE object = ANY($1::text[]) ORDER BY id"
        found = await self.rows.fetch(query, [f"series:{self.series}", f"episode:{self.episode}"])
        return [(row["action"], row["detail"]) for row in found]


@pytest.fixture
async def draft(house: House, rows: Connection) -> Draft:
    company = await builders.a_company(rows)
    made = Draft(await house.signed_in("producer", company), await house.signed_in("organiser"), rows)
    made.company = company
    made.section = await builders.a_section_that(rows, closes_at=now() + HOUR, subtitle_langs=["en"])
    made.series = await builders.a_series(rows, company=company, released=False, section=made.section)
    made.episode = await builders.an_episode(rows, made.series)
    await builders.a_package(rows, made.episode)
    await builders.say_all(rows, made.series)
    await rows.execute("INSERT INTO subtitle (episode_id, lang, vtt) VALUES ($1, 'en', 'WEBVTT')", made.episode)
    return made


async def test_complete_series_is_submitted_once(draft: Draft) -> None:
    before = await draft.show()

    answer, again = await draft.submit(), await draft.submit()

    told = answer.json()
    assert (before["complete"], before["window"], before["standing"]) == (True, "open", None)
    assert (answer.status_code, again.status_code) == (200, 200)
    assert told["standing"] == again.json()["standing"]
    assert (told["standing"]["locked"], told["standing"]["changes_until"]) == (False, None)
    assert [each["withdrawn_at"] for each in told["history"]] == [None]
    assert await draft.log() == [("submit", {"section": draft.section})]


async def test_everybody_who_lists_the_series_sees_that_it_is_submitted(draft: Draft) -> None:
    standing = (await draft.submit()).json()["standing"]

    listed = (await draft.browser.get("/api/studio/series")).json()
    queue = (await draft.organiser.get("/api/desk/submissions?limit=100")).json()["submissions"]

    [told] = [each["submission"] for each in listed if each["id"] == draft.series]
    [row] = [each for each in queue if each["series"] == draft.series]
    assert (told, row["submitted_at"], row["tray"]) == (standing, standing["submitted_at"], "waiting")


async def test_incomplete_series_is_not_submitted_and_the_answer_names_what_is_missing(draft: Draft) -> None:
    await draft.rows.execute("UPDATE series SET synopsis = '{}', credits = '[]' WHERE id = $1", draft.series)
    await draft.rows.execute("DELETE FROM subtitle WHERE episode_id = $1", draft.episode)

    answer = await draft.submit()

    assert code_of(answer) == (409, "submission-incomplete")
    assert answer.json()["values"] == {"missing": ["synopsis", "credits", "subtitles"]}
    assert (await draft.show())["standing"] is None


async def test_nothing_is_submitted_before_the_section_opens_or_after_its_deadline(draft: Draft) -> None:
    await draft.rows.execute(
        "UPDATE section SET opens_at = $2, closes_at = $3 WHERE id = $1", draft.section, now() + HOUR, now() + 2 * HOUR
    )
    early = await draft.submit()
    await draft.rows.execute("UPDATE section SET opens_at = NULL WHERE id = $1", draft.section)
    await draft.close_section()

    late = await draft.submit()

    assert code_of(early) == (409, "submission-not-open")
    assert code_of(late) == (409, "submission-closed")
    assert await draft.log() == []


async def test_organiser_hands_a_late_series_in(draft: Draft) -> None:
    await draft.close_section()

    answer = await draft.organiser.post(draft.address)

    assert answer.json()["standing"]["locked"] is True


async def test_withdrawn_series_is_a_draft_that_may_be_submitted_again(draft: Draft) -> None:
    await draft.submit()

    gone, again = await draft.withdraw(), await draft.withdraw()
    anew = await draft.submit()

    assert (gone.status_code, again.status_code, gone.json()["standing"]) == (200, 200, None)
    assert [each["withdrawn_at"] is None for each in anew.json()["history"]] == [True, False]
    assert [action for action, _ in await draft.log()] == ["submit", "withdraw", "submit"]


async def test_nothing_is_withdrawn_after_the_deadline_or_once_it_is_released(draft: Draft) -> None:
    await draft.submit()
    await draft.rows.execute("UPDATE series SET released_at = now() WHERE id = $1", draft.series)
    released = await draft.withdraw()
    await draft.rows.execute("UPDATE series SET released_at = NULL WHERE id = $1", draft.series)
    await draft.close_section()

    late = await draft.withdraw()

    assert code_of(released) == (409, "series-released")
    assert code_of(late) == (409, "submission-locked")
    assert (await draft.organiser.delete(draft.address)).json()["standing"] is None


async def test_submitted_series_changes_until_the_deadline_but_stays_complete(draft: Draft) -> None:
    await draft.submit()
    about = f"/api/studio/series/{draft.series}/about"
    said = (await draft.browser.get(about)).json()

    well = await draft.browser.put(
        about, json={**said["fields"], "genre": {"en": "Comedy"}, "version": 1, "episodes": []}
    )
    less = await draft.browser.put(about, json={**said["fields"], "genre": {}, "version": 2, "episodes": []})

    assert well.status_code == 200
    assert (code_of(less), less.json()["values"]) == ((409, "submission-incomplete"), {"missing": ["genre"]})
    assert (await draft.browser.get(about)).json()["fields"]["genre"] == {"en": "Comedy"}


async def every_change(draft: Draft, browser: httpx.AsyncClient, number: int) -> dict[str, int]:
    """What each way to change the series answers, by its name."""
    sender = Sender(browser, draft.episode, draft.company)
    about = f"/api/studio/series/{draft.series}/about"
    said = (await browser.get(about)).json()
    body = {**said["fields"], "notes": {"en": f"Note {number}"}, "version": said["version"], "episodes": []}
    answers = {
        "say": await browser.put(about, json=body),
        "undo": await browser.post(f"{about}/undo", json={"version": said["version"] + 1}),
        "episode": await browser.post(f"/api/studio/series/{draft.series}/episodes", json={"number": number}),
        "subtitle": await browser.put(f"/api/studio/episodes/{draft.episode}/subtitles/ru", json={"text": SRT}),
        "no_subtitle": await browser.delete(f"/api/studio/episodes/{draft.episode}/subtitles/ru"),
        "upload": await sender.start(),
        "dub": await browser.post(
            f"/api/studio/episodes/{draft.episode}/uploads", json={"file_name": "a.wav", "size": 9, "lang": "kk"}
        ),
        "no_dub": await browser.delete(f"/api/studio/episodes/{draft.episode}/sounds/{await a_dub(draft)}"),
    }
    for upload in ("upload", "dub"):
        if answers[upload].status_code == 201:
            await sender.cancel(answers[upload].json()["id"])
    return {name: answer.status_code for name, answer in answers.items()}


async def a_dub(draft: Draft) -> str:
    """One that can be removed; its language."""
    await draft.rows.execute(
        "INSERT INTO sound (episode_id, lang, original_id, state) VALUES ($1, 'be', $2, 'ready')"
        " ON CONFLICT (episode_id, lang) DO UPDATE SET state = 'ready'",
        draft.episode,
        await builders.an_original(draft.rows, draft.episode),
    )
    return "be"


OPEN = {
    "say": 200,
    "undo": 200,
    "episode": 201,
    "subtitle": 200,
    "no_subtitle": 200,
    "upload": 201,
    "dub": 201,
    "no_dub": 200,
}
LOCKED = dict.fromkeys(OPEN, 409)


async def test_lock_matrix(draft: Draft) -> None:
    assert await every_change(draft, draft.browser, 2) == OPEN
    await draft.close_section()
    assert await every_change(draft, draft.browser, 3) == OPEN  # not submitted: uploads go on after the deadline
    await builders.a_submission(draft.rows, draft.series)
    assert await every_change(draft, draft.browser, 4) == LOCKED
    assert await every_change(draft, draft.organiser, 5) == OPEN
    assert (await draft.give_time(now() + HOUR)).status_code == 204
    assert await every_change(draft, draft.browser, 6) == OPEN
    assert (await draft.give_time(None)).status_code == 204
    assert await every_change(draft, draft.browser, 7) == LOCKED


async def test_upload_under_way_at_the_deadline_of_a_submitted_series_is_kept_and_refused(draft: Draft) -> None:
    sender = Sender(draft.browser, draft.episode, draft.company)
    upload = await sender.sent()
    await builders.a_submission(draft.rows, draft.series)
    await draft.close_section()

    refused = await sender.complete(upload)

    assert code_of(refused) == (409, "submission-locked")
    assert await sender.stored(upload)
    await draft.give_time(now() + HOUR)
    assert (await sender.complete(upload)).status_code == 200


async def test_upload_under_way_at_the_deadline_of_a_draft_is_received_and_the_submission_refused(draft: Draft) -> None:
    sender = Sender(draft.browser, draft.episode, draft.company)
    upload = await sender.sent()
    await draft.close_section()

    received = await sender.complete(upload)

    assert received.status_code == 200
    assert code_of(await draft.submit()) == (409, "submission-closed")


async def test_time_for_corrections_is_given_at_the_desk_and_written_down(draft: Draft) -> None:
    none_yet = await draft.give_time(now() + HOUR)
    await draft.submit()
    until = now() + HOUR

    past = await draft.give_time(now() - HOUR)
    given = await draft.give_time(until)

    assert code_of(none_yet) == (409, "not-submitted")
    assert (code_of(past), past.json()["values"]) == ((422, "invalid-value"), {"field": "until"})
    assert given.status_code == 204
    assert datetime.fromisoformat((await draft.show())["standing"]["changes_until"]) == until
    assert (await draft.log())[-1] == ("give-time", {"until": until.isoformat()})


async def test_replaced_file_is_a_version_that_is_written_down_where_others_rely_on_it(draft: Draft) -> None:
    sender = Sender(draft.browser, draft.episode, draft.company)
    await sender.complete(await sender.sent())
    assert await draft.log() == []
    await draft.submit()

    upload = (await sender.start(FILM, "e01 final.mp4")).json()["id"]
    await sender.put(upload, 1, 2, 3)
    await sender.complete(upload)

    versions = (await draft.browser.get(f"/api/studio/episodes/{draft.episode}/versions")).json()
    told = [(version["file_name"], version["state"], version["playing"]) for version in versions]
    assert told[0] == ("e01 final.mp4", "queued", False)
    assert told[2] == ("e01.mp4", "ready", True)
    assert (await draft.log())[-1] == (
        "replace-file",
        {"series": draft.series, "number": 1, "file": "e01 final.mp4", "replaced": "e01.mp4"},
    )


async def test_a_sound_of_an_episode_is_no_version_of_its_film(draft: Draft) -> None:
    sound = await builders.an_original(draft.rows, draft.episode)
    await draft.rows.execute("UPDATE original SET lang = 'fa', file_name = 'e01.fa.m4a' WHERE id = $1", sound)

    versions = (await draft.browser.get(f"/api/studio/episodes/{draft.episode}/versions")).json()

    assert [version["file_name"] for version in versions] == ["e01.mp4"]


async def test_organisers_read_what_was_done_to_a_series(draft: Draft, house: House) -> None:
    await draft.submit()
    await draft.give_time(now() + HOUR)
    sender = Sender(draft.browser, draft.episode, draft.company)
    await sender.complete(await sender.sent())
    path = f"/api/desk/series/{draft.series}/log"
    producer = (await draft.browser.get("/api/access/me")).json()["account"]["name"]

    told = (await draft.organiser.get(path)).json()

    assert [line["action"] for line in told] == ["replace-file", "give-time", "submit"]
    assert (told[0]["by"], told[0]["detail"]["number"]) == (producer, 1)
    assert code_of(await draft.browser.get(path)) == (403, "not-allowed")
    assert code_of(await draft.organiser.get("/api/desk/series/999999/log")) == (404, "not-found")


async def test_another_companys_submission_does_not_exist(draft: Draft, house: House) -> None:
    stranger = await house.signed_in("producer")

    answers = [
        await stranger.get(draft.address),
        await stranger.post(draft.address),
        await stranger.delete(draft.address),
        await stranger.get(f"/api/studio/episodes/{draft.episode}/versions"),
    ]

    assert {code_of(answer) for answer in answers} == {(404, "not-found")}
