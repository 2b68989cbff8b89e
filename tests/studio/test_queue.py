"""Whose turn it is, and subtitles that are never lost on the way to viewers."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest

from api.access.schemas import Account
from api.db import Connection
from api.studio import service, subtitles
from api.studio.subtitle_schemas import SubtitleIn
from tests import builders
from tests.house import House
from transcoder.contract import TranscodeJob, priority

pytest_plugins = ("tests.housing",)
ORGANISER = Account(id=1, email="o@festival.example", name="O", role="organiser", company=None)
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"


async def queued(db: Connection, company: int, number: int = 1) -> UUID:
    """A package of a new episode of this company."""
    episode = await builders.an_episode(db, await builders.a_series(db, company=company), number)
    await builders.an_original(db, episode)
    assert await service.queue_package(db, episode)
    return UUID(str(await db.fetchval("SELECT id FROM package WHERE episode_id = $1", episode)))


async def turns(db: Connection, *packages: UUID) -> list[int]:
    return [await db.fetchval("SELECT turn FROM package WHERE id = $1", package) for package in packages]


async def tiers(db: Connection, package: UUID) -> dict[str, str]:
    return {
        row["name"]: row["state"]
        for row in await db.fetch("SELECT name, state FROM tier WHERE package_id = $1", package)
    }


async def jobs(db: Connection, package: UUID) -> list[tuple[TranscodeJob, str, int, str | None]]:
    """What the queue holds for this package: job, entry point, priority and key."""
    rows = await db.fetch("SELECT payload, entrypoint, priority, dedupe_key FROM pgqueuer ORDER BY id")
    found = [(msgspec.json.decode(row["payload"], type=TranscodeJob), *row[1:]) for row in rows]
    return [each for each in found if each[0].package == package]


async def set_tier(db: Connection, package: UUID, state: str, name: str = "ladder") -> None:
    await db.execute("UPDATE tier SET state = $2 WHERE package_id = $1 AND name = $3", package, state, name)


async def subtitle(db: Connection, episode: int, lang: str = "en") -> None:
    await subtitles.save(db, ORGANISER, episode, lang, SubtitleIn(text=SRT), now=builders.NOW)


# Turns


async def test_package_begins_with_its_start_rung_and_its_ladder_planned(db: Connection) -> None:
    package = await queued(db, await builders.a_company(db))

    [turn] = await turns(db, package)
    job = TranscodeJob(package=package, tier="start")
    assert await tiers(db, package) == {"start": "queued", "ladder": "queued"}
    assert await jobs(db, package) == [(job, "preview", priority("start", turn), job.key)]


async def test_episodes_of_one_company_follow_each_other(db: Connection) -> None:
    company = await builders.a_company(db)

    first, second, third = [await queued(db, company) for _ in range(3)]

    [a, b, c] = await turns(db, first, second, third)
    assert (b - a, c - b) == (1, 1)


async def test_single_episode_of_another_company_does_not_wait_behind_a_whole_series(db: Connection) -> None:
    many, few = await builders.a_company(db), await builders.a_company(db)
    series = [await queued(db, many) for _ in range(5)]
    await set_tier(db, series[0], "working")

    single = await queued(db, few)

    [*others, own] = await turns(db, *series, single)
    assert others[0] < own <= others[1]


async def test_company_that_was_away_has_saved_nothing_up(db: Connection) -> None:
    busy, quiet = await builders.a_company(db), await builders.a_company(db)
    done = [await queued(db, busy) for _ in range(4)]
    for package in done:
        await set_tier(db, package, "done")

    late = await queued(db, quiet)

    [*before, own] = await turns(db, *done, late)
    assert own == max(before) + 1


async def test_replaced_files_use_up_no_turn(db: Connection) -> None:
    company = await builders.a_company(db)
    episode = await builders.an_episode(db, await builders.a_series(db, company=company))
    for _ in range(4):
        await builders.an_original(db, episode)
        await service.replace_package(db, episode)

    found = await db.fetch("SELECT turn, state FROM package WHERE episode_id = $1 ORDER BY state DESC", episode)

    assert {row["turn"] for row in found} == {found[0]["turn"]}
    assert sorted(row["state"] for row in found) == ["failed", "failed", "failed", "queued"]


async def test_files_that_arrive_together_get_turns_of_their_own(house: House, rows: Connection) -> None:
    company = await builders.a_company(rows)
    episodes = [await builders.an_episode(rows, await builders.a_series(rows, company=company)) for _ in range(4)]
    for episode in episodes:
        await builders.an_original(rows, episode)

    async def queue(episode: int) -> None:
        async with house.pool.acquire() as db, db.transaction():
            assert await service.queue_package(db, episode)
            await asyncio.sleep(0.05)  # long enough for the others to look meanwhile

    await asyncio.gather(*(queue(episode) for episode in episodes[:3]))

    found = await rows.fetch("SELECT turn FROM package WHERE episode_id = ANY($1)", episodes)
    assert len({row["turn"] for row in found}) == 3


# Subtitles


@pytest.mark.parametrize("state", ["queued", "encoding", "failed"])
async def test_package_that_is_not_published_yet_will_read_the_words_itself(db: Connection, state: str) -> None:
    episode = await builders.an_episode(db, await builders.a_series(db))
    package = await builders.a_package(db, episode, state=state)

    await subtitle(db, episode)

    assert ("edition" in await tiers(db, package), await jobs(db, package)) == (False, [])


async def test_package_that_is_ready_gets_a_new_edition_and_no_encode(db: Connection) -> None:
    episode = await builders.an_episode(db, await builders.a_series(db))
    package = await builders.a_package(db, episode)
    await db.execute("UPDATE package SET turn = 7 WHERE id = $1", package)

    await subtitle(db, episode)

    job = TranscodeJob(package=package, tier="edition")
    assert await tiers(db, package) == {"start": "done", "ladder": "done", "edition": "queued"}
    assert await jobs(db, package) == [(job, "preview", priority("edition", 7), job.key)]


async def test_watched_package_gets_the_words_also_while_a_newer_one_is_made(db: Connection) -> None:
    episode = await builders.an_episode(db, await builders.a_series(db))
    ready = await builders.a_package(db, episode)
    newer = await builders.a_package(db, episode, state="encoding")

    await subtitle(db, episode)

    assert (await tiers(db, ready))["edition"] == "queued"
    assert "edition" not in await tiers(db, newer)


async def test_many_languages_at_once_make_one_edition(db: Connection) -> None:
    episode = await builders.an_episode(db, await builders.a_series(db))
    package = await builders.a_package(db, episode)

    for lang in ("en", "ru", "zh"):
        await subtitle(db, episode, lang)

    assert len(await jobs(db, package)) == 1


@pytest.mark.parametrize("state", ["done", "failed"])
async def test_edition_after_an_edition_is_made_even_while_the_last_job_ends(db: Connection, state: str) -> None:
    episode = await builders.an_episode(db, await builders.a_series(db))
    package = await builders.a_package(db, episode)
    await subtitle(db, episode)
    await db.execute("UPDATE pgqueuer SET status = 'picked' WHERE dedupe_key = $1", f"{package}:edition")
    await set_tier(db, package, state, "edition")

    await subtitle(db, episode, "ru")

    found = await jobs(db, package)
    assert ((await tiers(db, package))["edition"], [key for *_, key in found]) == (
        "queued",
        [f"{package}:edition", None],
    )


async def test_words_that_come_during_the_publication_are_published_after_it(house: House, rows: Connection) -> None:
    """The worker holds the row, has read the subtitles and writes the manifest: whoever comes now waits for it."""
    company = await builders.a_company(rows)
    episode = await builders.an_episode(rows, await builders.a_series(rows, company=company))
    package = await builders.a_package(rows, episode, state="encoding")
    producer = await house.signed_in("producer", company)
    publication = rows.transaction()
    await publication.start()
    await rows.execute("SELECT 1 FROM package WHERE id = $1 FOR NO KEY UPDATE", package)
    assert await rows.fetchval("SELECT count(*) FROM subtitle WHERE episode_id = $1", episode) == 0

    sending = asyncio.create_task(producer.put(f"/api/studio/episodes/{episode}/subtitles/en", json={"text": SRT}))
    await asyncio.sleep(0.3)
    assert not sending.done()
    await rows.execute(
        "UPDATE package SET state = 'ready', ready_at = now(), descriptor = $2 WHERE id = $1",
        package,
        builders.descriptor(package),
    )
    await publication.commit()

    answer: Any = await sending
    assert (answer.status_code, (await tiers(rows, package)).get("edition")) == (200, "queued")


async def test_places_in_line_are_the_same_in_the_list_and_for_each_episode(db: Connection) -> None:
    """The list counts the line once for all, the view for one episode at a time."""
    company = await builders.a_company(db)
    packages = [await queued(db, company) for _ in range(4)]
    await db.execute("UPDATE tier SET state = 'working' WHERE package_id = $1 AND name = 'ladder'", packages[1])
    replaced = await db.fetchval("SELECT episode_id FROM package WHERE id = $1", packages[2])
    newer = await builders.an_original(db, replaced, state="open")
    await db.execute("UPDATE original SET created_at = now() + interval '1 second' WHERE id = $1", newer)
    rows = await db.fetch(
        "SELECT e.id, e.series_id FROM episode e JOIN series s ON s.id = e.series_id WHERE s.company_id = $1", company
    )

    listed = {
        state.id: state.queue_position for state in await service.states_of(db, [row["series_id"] for row in rows])
    }

    assert listed == {row["id"]: (await service.state_of(db, row["id"])).queue_position for row in rows}
    assert [place is None for _, place in sorted(listed.items())] == [False, True, True, False]
