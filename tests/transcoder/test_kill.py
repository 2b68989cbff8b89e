"""`kill -9` of a worker in every stage of a package: the next one brings it to its end, and nothing is left over."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests import builders
from tests.transcoder.bucket import Bucket, an_open_bucket, compare
from tests.transcoder.dubs import a_sound, dub, queue_tier
from tests.transcoder.hall import Episode, Hall, family, is_running, opened_hall
from tests.transcoder.media import make_clip
from transcoder.contract import TranscodeJob
from transcoder.rows import enqueue

ROUNDS = 20


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    yield from an_open_bucket()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Large enough for AV1, and long enough for two segments."""
    return make_clip(tmp_path_factory.mktemp("kill") / "clip.mp4", seconds=2.2, width=540, height=960).read_bytes()


class Crime:
    """One worker that is to be killed in one stage, and what it had started by then."""

    def __init__(
        self,
        hall: Hall,
        bucket: Bucket,
        worker: asyncio.subprocess.Process,
        dice: random.Random,
        episode: Episode,
    ) -> None:
        self.hall, self.bucket, self.worker, self.dice, self.package = hall, bucket, worker, dice, episode.package
        self.done = Event()
        self.family: list[int] = []

    def kill(self) -> None:
        if self.done.is_set():
            return
        self.family = family(self.worker.pid)
        os.kill(self.worker.pid, signal.SIGKILL)
        self.done.set()

    def at_request(self, method: str, words: str, number: int) -> None:
        """At the given request for a key with these words in it; by chance before or after it is carried out."""
        count = 0

        def hear(asked: str, key: str) -> None:
            nonlocal count
            if asked == method and words in key:
                count += 1
                if count == number:
                    self.kill()

        if self.dice.random() < 0.5:
            self.bucket.before = hear
        else:
            self.bucket.after = hear

    async def when(self, is_so: Callable[[], Coroutine[Any, Any, object]], within: float) -> None:
        """At a random moment of the time such a stage lasts, from when it is seen to have begun."""
        while True:
            if await is_so():
                break
            await asyncio.sleep(0.001)
        await asyncio.sleep(self.dice.uniform(0, within))
        self.kill()

    async def is_working(self, tier: str) -> bool:
        query = "SELECT 1 FROM tier WHERE package_id = $1 AND name = $2 AND state = 'working'"
        return await self.hall.db.fetchval(query, self.package, tier) is not None

    def job(self, tier: str) -> Path | None:
        return next(self.hall.work.glob(f"worker-*/{self.package}-{tier}"), None)


async def in_fetch(crime: Crime) -> None:
    crime.at_request("GET", "originals/", 1)


async def in_probe(crime: Crime) -> None:
    async def fetched() -> bool:
        job = crime.job("start")
        return job is not None and (job / "in" / "original").exists()

    await crime.when(fetched, 0.3)


async def in_start(crime: Crime) -> None:
    async def encoding() -> bool:
        job = crime.job("start")
        return job is not None and any((job / "out").rglob("*.m*"))

    await crime.when(encoding, 0.1)


async def in_half_a_preview(crime: Crime) -> None:
    crime.at_request("PUT", "/start/", crime.dice.randint(1, 3))


async def in_ladder(crime: Crime) -> None:
    await crime.when(lambda: crime.is_working("ladder"), 1.5)


async def in_publishing_the_ladder(crime: Crime) -> None:
    words = crime.dice.choice(["/v360/", "/v540/", "/a64/", "/posters/", "/1/"])
    crime.at_request("PUT", words, crime.dice.randint(1, 3))


async def in_av1(crime: Crime) -> None:
    await crime.when(lambda: crime.is_working("av1"), 1.0)


async def in_publishing_av1(crime: Crime) -> None:
    words = crime.dice.choice(["/av1-540/", "/2/"])
    crime.at_request("PUT", words, crime.dice.randint(1, 3))


async def in_an_edition(crime: Crime) -> None:
    crime.at_request("PUT", "/3/", crime.dice.randint(1, 4))


async def in_a_sound(crime: Crime) -> None:
    await crime.when(lambda: crime.is_working("sound"), 1.0)


async def in_publishing_a_sound(crime: Crime) -> None:
    crime.at_request("PUT", crime.dice.choice(["/a64-ru-", "/3/"]), crime.dice.randint(1, 3))


STAGES = [
    in_fetch,
    in_probe,
    in_start,
    in_half_a_preview,
    in_ladder,
    in_publishing_the_ladder,
    in_av1,
    in_publishing_av1,
    in_an_edition,
    in_a_sound,
    in_publishing_a_sound,
]
Stage = Callable[[Crime], Coroutine[Any, Any, None]]


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


async def is_at_rest(hall: Hall, episode: Episode) -> None:
    await hall.is_concluded(episode)
    await hall.queue_is_empty()


async def ask_for_an_edition(hall: Hall, episode: Episode) -> None:
    async with hall.db.transaction():
        await builders.a_tier(hall.db, episode.package, "edition")
        await enqueue(hall.db, TranscodeJob(package=episode.package, tier="edition"), 1)


async def kill(
    hall: Hall, bucket: Bucket, film: bytes, stage: Stage, dice: random.Random, victim: asyncio.subprocess.Process
) -> asyncio.subprocess.Process:
    """Kills the worker in this stage of a new episode; returns its heir, which has brought the episode to its end."""
    episode = await hall.submit(film)
    bucket.put(episode.key, film)
    crime = Crime(hall, bucket, victim, dice, episode)
    if stage is in_an_edition:
        await is_at_rest(hall, episode)
        await ask_for_an_edition(hall, episode)
    if stage in (in_a_sound, in_publishing_a_sound):
        await is_at_rest(hall, episode)
        content = a_sound(hall.work, seconds=2.2)
        bucket.put(f"originals/{await dub(hall, episode, content)}", content)
        await queue_tier(hall, episode)
    await stage(crime)
    assert await asyncio.to_thread(crime.done.wait, 90), hall.log[-2000:]
    await victim.wait()
    bucket.before = bucket.after = lambda _method, _key: None
    state = await hall.tiers(episode)

    heir = await hall.start_worker(TALLSCREEN_STORAGE_URL=bucket.url)
    await is_at_rest(hall, episode)

    assert [pid for pid in crime.family if is_running(pid)] == []
    assert (await hall.row(episode))["state"] == "ready", (state, hall.log[-2000:])
    assert await hall.db.fetchval("SELECT count(*) FROM package WHERE episode_id = $1", episode.id) == 1
    assert {tier[0] for tier in (await hall.tiers(episode)).values()} == {"done"}
    assert await orphans(hall, bucket, episode) == (set(), set())
    assert [path.name for path in hall.work.glob("worker-*/*")] == ["lock"]
    return heir


async def orphans(hall: Hall, bucket: Bucket, episode: Episode) -> tuple[set[str], set[str]]:
    row = await hall.row(episode)
    return compare(f"media/{episode.package}/", row["preview"], row["descriptor"], bucket)


@pytest.mark.parametrize("stage", STAGES, ids=[stage.__name__ for stage in STAGES])
async def test_a_worker_killed(hall: Hall, bucket: Bucket, film: bytes, stage: Stage) -> None:
    victim = await hall.start_worker(TALLSCREEN_STORAGE_URL=bucket.url)

    await kill(hall, bucket, film, stage, random.Random(stage.__name__), victim)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("stage", STAGES, ids=[stage.__name__ for stage in STAGES])
async def test_a_worker_killed_twenty_times(hall: Hall, bucket: Bucket, film: bytes, stage: Stage) -> None:
    """Who has taken over is the next to be killed."""
    worker = await hall.start_worker(TALLSCREEN_STORAGE_URL=bucket.url)
    for number in range(ROUNDS):
        worker = await kill(hall, bucket, film, stage, random.Random(f"{stage.__name__} {number}"), worker)
