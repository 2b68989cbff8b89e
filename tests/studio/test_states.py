"""The state a producer sees is derived from what happened, and cannot contradict it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.catalog.schemas import Poster
from api.db import Connection
from api.studio import service
from api.studio.schemas import EpisodeState, FailureOut
from tests import builders
from tests.builders import code_of
from tests.house import House
from tests.studio.sending import Sender
from transcoder.contract import FAILURES, RungProgress, failure

pytest_plugins = ("tests.housing",)
NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)


async def an_episode(db: Connection) -> int:
    return await builders.an_episode(db, await builders.a_series(db))


async def a_package(db: Connection, episode: int, state: str, *, minute: int = 0, **columns: Any) -> UUID:
    """A package of its own file, made this many minutes after noon."""
    package = await builders.a_package(db, episode, state=state)
    moment = NOON + timedelta(minutes=minute)
    await db.execute("UPDATE original SET created_at = $2 WHERE id = (SELECT original_id FROM package WHERE id = $1)", package, moment)  # fmt: skip
    await db.execute("UPDATE package SET created_at = $2 WHERE id = $1", package, moment)
    for name, value in columns.items():
        await db.execute(f"UPDATE package SET {name} = $2 WHERE id = $1", package, value)  # noqa: S608 - names of ours
    return package


async def an_original(db: Connection, episode: int, state: str, *, minute: int = 0) -> UUID:
    upload = await builders.an_original(db, episode, state=state)
    await db.execute("UPDATE original SET created_at = $2 WHERE id = $1", upload, NOON + timedelta(minutes=minute))
    return upload


def shown(state: EpisodeState, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in names)


async def test_new_episode_waits_for_its_file(db: Connection) -> None:
    series = await builders.a_series(db)
    episode = await builders.an_episode(db, series, 3)
    made = await db.fetchval("SELECT created_at FROM episode WHERE id = $1", episode)

    state = await service.state_of(db, episode)

    assert state == EpisodeState(
        id=episode,
        series=series,
        number=3,
        title=builders.words("Episode 3"),
        state="awaiting_upload",
        progress=0,
        rungs=[],
        seconds_left=None,
        improving=False,
        queue_position=None,
        file_name=None,
        size=None,
        duration_ms=None,
        poster=None,
        upload=None,
        failure=None,
        package=None,
        preview=None,
        subtitles=[],
        sounds=[],
        updated_at=made,
    )


async def test_open_upload_is_uploading(db: Connection) -> None:
    episode = await an_episode(db)
    upload = await an_original(db, episode, "open")

    state = await service.state_of(db, episode)

    assert shown(state, "state", "upload", "file_name", "size") == ("uploading", upload, "e01.mp4", 1000)


async def test_cancelled_upload_is_as_if_it_had_not_been(db: Connection) -> None:
    episode = await an_episode(db)
    await an_original(db, episode, "aborted")

    state = await service.state_of(db, episode)

    assert shown(state, "state", "upload", "file_name") == ("awaiting_upload", None, None)


async def test_file_without_a_package_is_received(db: Connection) -> None:
    episode = await an_episode(db)
    await an_original(db, episode, "received")

    state = await service.state_of(db, episode)

    assert shown(state, "state", "upload") == ("received", None)


async def test_waiting_package_is_queued_with_its_place(db: Connection) -> None:
    episode = await an_episode(db)
    await a_package(db, episode, "queued")

    state = await service.state_of(db, episode)

    assert shown(state, "state", "queue_position", "package") == ("queued", 1, None)


async def test_places_in_the_queue_follow_turn_and_time_of_arrival(db: Connection) -> None:
    episodes = [await an_episode(db) for _ in range(4)]
    for episode, (state, minute) in zip(
        episodes, [("queued", 3), ("encoding", 0), ("queued", 1), ("queued", 2)], strict=True
    ):
        await a_package(db, episode, state, minute=minute)

    places = [(await service.state_of(db, episode)).queue_position for episode in episodes]

    assert places == [3, None, 1, 2]

    await db.execute("UPDATE package SET turn = 7 WHERE episode_id = $1", episodes[2])

    assert [(await service.state_of(db, episode)).queue_position for episode in episodes] == [2, None, 3, 1]


async def test_package_at_work_shows_how_far_it_is(db: Connection) -> None:
    episode = await an_episode(db)
    package = await a_package(db, episode, "encoding", progress=42)
    await builders.a_tier(db, package, "ladder", state="working", rungs={"v360": 100, "v540": 43}, seconds_left=240)

    state = await service.state_of(db, episode)

    assert shown(state, "state", "progress", "rungs", "seconds_left", "queue_position") == (
        "encoding",
        42,
        [RungProgress(name="v360", progress=100), RungProgress(name="v540", progress=43)],
        240,
        None,
    )


async def test_package_whose_preview_is_there_waits_for_its_ladder_with_its_place(db: Connection) -> None:
    episode, other = await an_episode(db), await an_episode(db)
    await a_package(db, other, "queued")
    package = await a_package(db, episode, "encoding", minute=1, preview=builders.preview(1.0, 2.0))
    await builders.a_tier(db, package, "ladder", state="queued")

    state = await service.state_of(db, episode)

    assert shown(state, "state", "queue_position", "preview", "package") == (
        "encoding",
        2,
        f"/api/studio/previews/{package}",
        None,
    )


async def test_preview_is_forgotten_when_the_package_is_ready(db: Connection) -> None:
    episode = await an_episode(db)
    await a_package(db, episode, "ready", preview=builders.preview(12.0, complete=True))

    assert (await service.state_of(db, episode)).preview is None


async def test_preview_of_a_newer_file_stands_beside_the_package_that_can_be_watched(db: Connection) -> None:
    episode = await an_episode(db)
    ready = await a_package(db, episode, "ready")
    newer = await a_package(db, episode, "encoding", minute=1, preview=builders.preview(1.0))

    state = await service.state_of(db, episode)

    assert shown(state, "package", "preview") == (ready, f"/api/studio/previews/{newer}")


async def test_improvements_of_a_ready_package_are_shown_after_its_ladder(db: Connection) -> None:
    episode = await an_episode(db)
    package = await a_package(db, episode, "ready")
    await builders.a_tier(db, package, "ladder", state="done", rungs={"v360": 100})
    await builders.a_tier(db, package, "av1", state="working", rungs={"av1-540": 7}, seconds_left=100)

    state = await service.state_of(db, episode)

    assert [(rung.name, rung.progress) for rung in state.rungs] == [("v360", 100), ("av1-540", 7)]
    assert shown(state, "state", "seconds_left", "improving") == ("ready", None, True)

    await builders.a_tier(db, package, "av1", state="done", rungs={"av1-540": 100})

    assert not (await service.state_of(db, episode)).improving


async def test_ready_package_can_be_watched(db: Connection) -> None:
    episode = await an_episode(db)
    package = await a_package(db, episode, "ready", progress=100)
    base = f"/media/{package}/posters/a"

    state = await service.state_of(db, episode)

    assert shown(state, "state", "progress", "package", "duration_ms", "poster", "failure") == (
        "ready",
        100,
        package,
        12000,
        Poster(avif=f"{base}.avif", webp=f"{base}.webp", jpg=f"{base}.jpg"),
        None,
    )


async def test_failed_package_says_what_happened_what_is_kept_and_what_to_do(db: Connection) -> None:
    episode = await an_episode(db)
    await a_package(db, episode, "failed", failure_code="too-long", failure_detail='{"length": "12:30"}')

    state = await service.state_of(db, episode)

    assert shown(state, "state", "failure") == (
        "failed",
        FailureOut(
            code="too-long",
            happened="This file lasts 12:30. An episode may last 10 minutes at most.",
            kept=FAILURES["too-long"][1],
            next=FAILURES["too-long"][2],
            values={"length": "12:30"},
        ),
    )


async def test_failure_nobody_has_words_for_is_told_as_one_of_encoding(db: Connection) -> None:
    episode = await an_episode(db)
    await a_package(db, episode, "failed", failure_code="something-new")

    state = await service.state_of(db, episode)

    assert state.failure is not None
    assert (state.failure.code, state.failure.happened) == ("encode-failed", failure("encode-failed").happened)


async def test_new_upload_is_shown_over_a_ready_package_that_stays(db: Connection) -> None:
    episode = await an_episode(db)
    package = await a_package(db, episode, "ready")
    upload = await an_original(db, episode, "open", minute=1)

    state = await service.state_of(db, episode)

    assert shown(state, "state", "progress", "upload", "package") == ("uploading", 0, upload, package)


async def test_cancelled_new_upload_shows_the_ready_package_again(db: Connection) -> None:
    episode = await an_episode(db)
    package = await a_package(db, episode, "ready")
    await an_original(db, episode, "aborted", minute=1)

    state = await service.state_of(db, episode)

    assert shown(state, "state", "upload", "package") == ("ready", None, package)


async def test_new_upload_over_a_waiting_package_has_no_place_in_the_queue(db: Connection) -> None:
    episode = await an_episode(db)
    await a_package(db, episode, "queued")
    await an_original(db, episode, "open", minute=1)

    state = await service.state_of(db, episode)

    assert shown(state, "state", "queue_position") == ("uploading", None)


@pytest.mark.parametrize("newer", ["queued", "encoding", "failed"])
async def test_newer_package_is_shown_while_the_ready_one_stays(db: Connection, newer: str) -> None:
    episode = await an_episode(db)
    package = await a_package(db, episode, "ready")
    await a_package(db, episode, newer, minute=1)

    state = await service.state_of(db, episode)

    assert shown(state, "state", "package") == (newer, package)


async def test_older_failure_is_forgotten_with_the_next_package(db: Connection) -> None:
    episode = await an_episode(db)
    await a_package(db, episode, "failed")
    await a_package(db, episode, "encoding", minute=1)

    state = await service.state_of(db, episode)

    assert shown(state, "state", "failure") == ("encoding", None)


async def test_languages_of_the_subtitles_are_shown_in_order(db: Connection) -> None:
    episode = await an_episode(db)
    for lang in ("zh", "en", "ru"):
        await db.execute("INSERT INTO subtitle (episode_id, lang, vtt) VALUES ($1, $2, 'WEBVTT')", episode, lang)

    assert (await service.state_of(db, episode)).subtitles == ["en", "ru", "zh"]


async def test_episode_that_is_not_there_has_no_state(house: House) -> None:
    answer = await (await house.signed_in("producer")).post("/api/studio/episodes/4711/retry")

    assert code_of(answer) == (404, "not-found")


# Trying again


async def packages(rows: Connection, episode: int) -> list[str]:
    found = await rows.fetch("SELECT state FROM package WHERE episode_id = $1 ORDER BY created_at", episode)
    return [row["state"] for row in found]


async def retry(sender: Sender) -> Any:
    return await sender.browser.post(f"/api/studio/episodes/{sender.episode}/retry")


async def test_failed_episode_is_queued_again_with_a_job(sender: Sender, rows: Connection) -> None:
    failed = await builders.a_package(rows, sender.episode, state="failed")

    answer = await retry(sender)

    newest = await rows.fetchrow(
        "SELECT p.original_id = o.original_id AS same, (SELECT count(*) FROM pgqueuer q WHERE q.dedupe_key = p.id || ':start') AS jobs"
        " FROM package p, package o WHERE p.episode_id = $1 AND p.state = 'queued' AND o.id = $2",
        sender.episode,
        failed,
    )
    assert newest is not None
    assert (answer.status_code, answer.json()["state"], tuple(newest)) == (200, "queued", (True, 1))


@pytest.mark.parametrize("state", ["queued", "encoding", "ready"])
async def test_episode_that_did_not_fail_is_not_tried_again(sender: Sender, rows: Connection, state: str) -> None:
    await builders.a_package(rows, sender.episode, state=state)

    answer = await retry(sender)

    assert (code_of(answer), await packages(rows, sender.episode)) == ((409, "not-retryable"), [state])


async def test_episode_without_a_file_is_not_tried_again(sender: Sender, rows: Connection) -> None:
    answer = await retry(sender)

    assert (code_of(answer), await packages(rows, sender.episode)) == ((409, "not-retryable"), [])


async def test_episode_with_an_open_upload_is_not_tried_again(sender: Sender, rows: Connection) -> None:
    await builders.a_package(rows, sender.episode, state="failed")
    await sender.started()

    answer = await retry(sender)

    assert (code_of(answer), await packages(rows, sender.episode)) == ((409, "not-retryable"), ["failed"])


async def test_two_tries_at_the_same_moment_make_one_package(sender: Sender, rows: Connection) -> None:
    await builders.a_package(rows, sender.episode, state="failed")

    answers = await asyncio.gather(*(retry(sender) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await packages(rows, sender.episode) == ["failed", "queued"]


async def test_episode_of_another_company_is_not_tried_again(house: House, sender: Sender, rows: Connection) -> None:
    await builders.a_package(rows, sender.episode, state="failed")
    stranger = Sender(await house.signed_in("producer"), sender.episode, 0)

    answer = await retry(stranger)

    assert (code_of(answer), await packages(rows, sender.episode)) == ((404, "not-found"), ["failed"])
