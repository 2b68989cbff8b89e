"""A worker on a real queue, with work that takes no time: in what order, what follows what, and what is left of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest
from pgqueuer.queries import Queries

from tests import builders
from tests.transcoder.hall import Hall, opened_hall
from tests.transcoder.quickly import TOOLS, make_quickly, work_for
from transcoder.bench import EncodeFailed
from transcoder.contract import Descriptor, Rejected, TranscodeJob
from transcoder.making import Made, Make, Order
from transcoder.publication import leftovers
from transcoder.rows import Pool, Rows, enqueue, read_jsonb
from transcoder.settings import ProfileName, Settings
from transcoder.storage import LocalStorage
from transcoder.upkeep import sweep
from transcoder.worker import Worker

FILM = b"not looked at"


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


@contextlib.asynccontextmanager
async def a_worker(hall: Hall, make: Make = make_quickly, profile: ProfileName = "quick") -> AsyncIterator[Worker]:
    settings = Settings(
        database_url=hall.url,
        storage_url="",
        ffmpeg="",
        work_dir=hall.work,
        heartbeat_seconds=1,
        retry_seconds=0.1,
        profile=profile,
    )
    hall.work.mkdir(exist_ok=True)
    worker = Worker(settings, LocalStorage(hall.store, ""), TOOLS, hall.work, make)
    serving = asyncio.create_task(worker.serve())
    try:
        yield worker
    finally:
        worker.stop()
        await serving


@contextlib.asynccontextmanager
async def open_rows(hall: Hall) -> AsyncIterator[Rows]:
    pool: Pool = await asyncpg.create_pool(hall.url, init=read_jsonb, min_size=1, max_size=4)
    yield Rows(pool)
    await pool.close()


def failing(tier: str, error: Exception) -> Make:
    async def make(order: Order) -> Made:
        made = await make_quickly(order)
        if order.claim.tier == tier:
            raise error
        return made

    return make


async def test_tiers_follow_each_other_and_each_is_an_edition(hall: Hall) -> None:
    episode = await hall.submit(FILM)

    async with a_worker(hall, profile="festival"):
        row = await hall.is_at_rest(episode)

    assert await hall.tiers(episode) == dict.fromkeys(("start", "ladder", "av1", "refine"), ("done", 1))
    descriptor = msgspec.convert(row["descriptor"], Descriptor)
    assert (row["state"], row["progress"], descriptor.edition) == ("ready", 100, 3)
    assert [track.name for track in descriptor.video] == ["v360", "av1-540", "v360s"]
    assert await hall.named_files(episode) | {f"start/{name}" for name in ("init.mp4", "000.m4s", "001.m4s")} == (
        hall.files(episode)
    )
    assert row["preview"]["complete"]


async def test_eighty_episodes_of_one_company_do_not_delay_one_of_another(hall: Hall) -> None:
    served: list[tuple[str, int]] = []
    going = asyncio.Event()

    async def make(order: Order) -> Made:
        served.append((order.claim.tier, order.claim.episode))
        if len(served) == 1:
            await going.wait()  # the first is being served when all the others come
        return await make_quickly(order)

    large, small = await builders.a_company(hall.db), await builders.a_company(hall.db)
    many = [await hall.submit(FILM, large)]
    async with a_worker(hall, make):
        await hall.eventually(lambda: asyncio.sleep(0, served))
        many += [await hall.submit(FILM, large) for _ in range(79)]
        one = await hall.submit(FILM, small)
        going.set()
        await hall.is_concluded(one)
        for episode in many:
            await hall.is_concluded(episode)
        await hall.queue_is_empty()

    order = {tier: [episode for name, episode in served if name == tier] for tier in ("start", "ladder")}
    assert order["start"].index(one.id) <= 2
    assert order["ladder"].index(one.id) <= 2
    assert [episode for episode in order["ladder"] if episode != one.id] == [episode.id for episode in many]


async def test_a_preview_does_not_wait_behind_an_encode(hall: Hall) -> None:
    first_started = asyncio.Event()

    async def make(order: Order) -> Made:
        if order.claim.tier != "ladder":
            return await make_quickly(order)
        first_started.set()
        return await work_for(order, 3600, 10)

    await hall.submit(FILM)
    async with a_worker(hall, make):
        await first_started.wait()
        second = await hall.submit(FILM)
        row = await hall.until(second, lambda row: row["state"] == "queued" and row["progress"] == 5)

    assert row["preview"]["complete"]
    assert (await hall.tiers(second))["ladder"] == ("queued", 0)


async def test_refining_gives_way_and_is_done_in_the_end(hall: Hall) -> None:
    begun: list[str] = []

    async def make(order: Order) -> Made:
        begun.append(f"{order.claim.tier} {order.claim.episode}")
        interrupted = order.claim.tier == "refine" and len(begun) == 4
        return await (work_for(order, 3600, 49) if interrupted else make_quickly(order))

    first = await hall.submit(FILM)
    async with a_worker(hall, make, "festival"):
        await hall.is_working(first, "refine")
        second = await hall.submit(FILM)
        await hall.is_at_rest(second)

    assert begun.index(f"ladder {second.id}") < len(begun) - 1 - begun[::-1].index(f"refine {first.id}")
    assert (await hall.tiers(first))["refine"] == ("done", 1)


async def test_refining_that_is_half_done_is_finished(hall: Hall) -> None:
    begun: list[str] = []

    async def make(order: Order) -> Made:
        begun.append(f"{order.claim.tier} {order.claim.episode}")
        return await (work_for(order, 2, 50) if order.claim.tier == "refine" else make_quickly(order))

    first = await hall.submit(FILM)
    async with a_worker(hall, make, "festival"):
        await hall.is_working(first, "refine")
        second = await hall.submit(FILM)
        await hall.is_at_rest(second)

    assert begun.count(f"refine {first.id}") == 1


async def test_new_subtitles_make_a_new_edition_as_often_as_they_come(hall: Hall) -> None:
    episode = await hall.submit(FILM)
    async with a_worker(hall):
        await hall.is_at_rest(episode)
        for number in range(5):
            vtt = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{number}\n"
            async with hall.db.transaction():
                await hall.db.execute("UPDATE subtitle SET vtt = $2 WHERE episode_id = $1", episode.id, vtt)
                await builders.a_tier(hall.db, episode.package, "edition")
                await enqueue(hall.db, TranscodeJob(package=episode.package, tier="edition"), 1)
            row = await hall.is_at_rest(episode)
            edition = msgspec.convert(row["descriptor"], Descriptor).edition
            home = hall.store / "media" / str(episode.package)
            assert (home / str(edition) / "en.vtt").read_text() == vtt

    assert edition == 7
    assert (await hall.tiers(episode))["edition"] == ("done", 0)


@pytest.mark.parametrize(
    ("tier", "error", "attempts"),
    [
        ("start", EncodeFailed("words"), 2),
        ("av1", EncodeFailed("words"), 2),
        ("av1", Rejected("damaged-file", at="0:01"), 1),
    ],
)
async def test_what_is_not_needed_may_fail(hall: Hall, tier: str, error: Exception, attempts: int) -> None:
    episode = await hall.submit(FILM)

    async with a_worker(hall, failing(tier, error)):
        row = await hall.is_at_rest(episode)

    assert (row["state"], row["failure_code"]) == ("ready", None)
    assert (await hall.tiers(episode))[tier] == ("failed", attempts)
    kept = {path for path in hall.files(episode) if path.startswith("start/")} if tier != "start" else set()
    assert hall.files(episode) - kept == await hall.named_files(episode)


@pytest.mark.parametrize(
    ("tier", "error", "code"),
    [
        ("start", Rejected("not-vertical", width=4, height=3), "not-vertical"),
        ("ladder", Rejected("damaged-file", at="0:01"), "damaged-file"),
        ("ladder", EncodeFailed("words"), "encode-failed"),
        ("ladder", ValueError("a mistake of ours"), "worker-lost"),
    ],
)
async def test_a_package_that_fails_leaves_no_files(hall: Hall, tier: str, error: Exception, code: str) -> None:
    episode = await hall.submit(FILM)

    async with a_worker(hall, failing(tier, error)):
        row = await hall.is_at_rest(episode)

    assert (row["state"], row["failure_code"], row["preview"]) == ("failed", code, None)
    assert (await hall.tiers(episode))[tier][0] == "failed"
    assert hall.files(episode) == set()


async def test_a_package_that_was_superseded_leaves_no_files(hall: Hall) -> None:
    async def make(order: Order) -> Made:
        made = await make_quickly(order)
        return made if order.claim.tier == "start" else await work_for(order, 3600, 10)

    episode = await hall.submit(FILM)
    async with a_worker(hall, make):
        await hall.is_working(episode, "ladder")
        assert hall.files(episode) != set()
        await hall.db.execute(
            "UPDATE package SET state = 'failed', failure_code = 'superseded' WHERE id = $1", episode.package
        )
        await hall.queue_is_empty()

    assert hall.files(episode) == set()
    assert (await hall.row(episode))["failure_code"] == "superseded"


async def test_a_package_that_viewers_no_longer_get_is_not_improved(hall: Hall) -> None:
    episode = await hall.submit(FILM)
    begun: list[str] = []

    async def make(order: Order) -> Made:
        begun.append(order.claim.tier)
        if order.claim.tier == "av1":
            async with hall.connected() as db:
                newer = await builders.a_package(db, episode.id)
                await db.execute("UPDATE package SET ready_at = now() WHERE id = $1", newer)
            return await work_for(order, 3600, 10)
        return await make_quickly(order)

    async with a_worker(hall, make):
        await hall.eventually(lambda: asyncio.sleep(0, "av1" in begun))
        await hall.eventually(
            lambda: hall.db.fetchval("SELECT 1 FROM tier WHERE failure_code = 'superseded' AND name = 'av1'")
        )

    assert begun == ["start", "ladder", "av1"]
    assert (await hall.row(episode))["state"] == "ready"


async def test_who_was_given_up_publishes_nothing(hall: Hall) -> None:
    taken_over = asyncio.Event()

    async def make(order: Order) -> Made:
        made = await make_quickly(order)
        if order.claim.tier == "ladder" and order.claim.attempt == 1:
            async with hall.connected() as db:
                await db.execute("UPDATE tier SET attempts = 2 WHERE name = 'ladder'")
            taken_over.set()
        return made

    episode = await hall.submit(FILM)
    async with a_worker(hall, make):
        await taken_over.wait()
        await hall.queue_is_empty()

    assert (await hall.row(episode))["state"] == "encoding"
    assert {path.split("/")[0] for path in hall.files(episode)} == {"start"}


async def test_tiers_the_queue_has_forgotten_are_found_again(hall: Hall) -> None:
    episodes = [await hall.submit(FILM) for _ in range(3)]
    await hall.db.execute(
        "UPDATE tier SET state = 'done' WHERE package_id = $1 AND name = 'start'", episodes[1].package
    )
    await hall.db.execute(
        "UPDATE tier SET state = 'working' WHERE package_id = $1 AND name = 'start'", episodes[2].package
    )
    await hall.db.execute("DELETE FROM pgqueuer")

    async with a_worker(hall):
        rows = [await hall.is_concluded(episode) for episode in episodes]

    assert [row["state"] for row in rows] == ["ready"] * 3


async def test_a_preview_goes_when_the_episode_has_long_been_ready(hall: Hall) -> None:
    episode = await hall.submit(FILM)
    async with a_worker(hall), open_rows(hall) as rows:
        await hall.is_at_rest(episode)
        await sweep(rows, LocalStorage(hall.store, ""), timedelta(seconds=1))
        kept = hall.files(episode)
        await hall.db.execute("UPDATE package SET ready_at = now() - interval '61 min'")

        await sweep(rows, LocalStorage(hall.store, ""), timedelta(seconds=1))

    assert "start/init.mp4" in kept
    assert hall.files(episode) == await hall.named_files(episode)
    assert (await hall.row(episode))["preview"] is None


async def test_a_worker_says_that_it_is_there(hall: Hall) -> None:
    await builders.a_worker(hall.db, "of-the-dead")
    await hall.db.execute("UPDATE worker SET seen_at = now() - interval '1 day'")

    async def make(order: Order) -> Made:
        return await (work_for(order, 3600, 10) if order.claim.tier == "ladder" else make_quickly(order))

    episode = await hall.submit(FILM)
    async with a_worker(hall, make):
        await hall.is_working(episode, "ladder")
        await hall.eventually(lambda: hall.db.fetchval("SELECT 1 FROM worker WHERE busy = 1"))
        await hall.eventually(
            lambda: hall.db.fetchval("SELECT 1 WHERE NOT EXISTS (SELECT FROM worker WHERE host = 'of-the-dead')")
        )
        row: Any = await hall.db.fetchrow("SELECT * FROM worker")

    assert (row["sandbox"], row["ffmpeg"], row["slots"], row["leaving"]) == ("none", "ffmpeg 0", 1, False)
    assert await hall.db.fetchval("SELECT count(*) FROM worker") == 0


async def test_a_queue_that_stands_still_is_opened_again(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    dequeue, asked = Queries.dequeue, 0

    async def dequeue_or_hang(*args: Any, **options: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 2:
            await asyncio.sleep(3600)
        return await dequeue(*args, **options)

    monkeypatch.setattr(Queries, "dequeue", dequeue_or_hang)
    async with a_worker(hall):
        await hall.eventually(lambda: asyncio.sleep(0, asked == 2))
        episode = await hall.submit(FILM)
        row = await hall.is_concluded(episode)

    assert row["state"] == "ready"


def test_only_what_no_edition_names_is_left_over() -> None:
    current = msgspec.convert(builders.descriptor(uuid4()), Descriptor)
    refined = msgspec.structs.replace(current, files={"av1-540/000.m4s": "", "v360/000.m4s": ""})

    assert leftovers("av1", refined) == ["av1-360", "av1-720", "2"]
    assert leftovers("refine", refined) == ["v360s", "v540s", "v720s", "2"]
    assert leftovers("edition", refined) == ["2"]
