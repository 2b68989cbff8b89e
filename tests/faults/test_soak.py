"""Half an hour of an ordinary evening: memory, files and connections stay where they are. SOAK_MINUTES shortens it."""

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from redis.asyncio import Redis

from tests.conftest import ROOT
from tests.faults.standing import Service, standing
from tests.faults.steady import Growth, Sample, growth, slope
from tests.transcoder.hall import Hall, opened_hall
from tests.transcoder.media import make_clip

MINUTES = float(os.environ.get("SOAK_MINUTES") or 30)
EVERY = 2.0
MIB = 1024.0**2
#: What each may gain while it is judged: a share of its middle, and no less than so much.
ALLOWED = {
    "api memory, MiB": (0.05, 8.0),
    "api files": (0.05, 4.0),
    "worker memory, MiB": (0.05, 8.0),
    "worker files": (0.05, 4.0),
    "postgres connections": (0.05, 3.0),
    "redis connections": (0.05, 3.0),
}
VOTERS, READERS, LISTENERS = 20, 5, 5


def line(per_second: float, noise: float) -> list[Sample]:
    dice = random.Random(1)
    return [Sample(at, {"x": 100 + per_second * at + dice.uniform(-noise, noise)}) for at in range(0, 600, 5)]


def test_leak_is_found_in_noise_and_noise_is_no_leak() -> None:
    steady, leaking = line(0.0, 20.0), line(0.1, 20.0)

    assert growth(steady, {"x": (0.05, 8.0)})[0].steady
    assert not growth(leaking, {"x": (0.05, 8.0)})[0].steady


def test_what_is_gained_while_warming_up_and_a_few_outliers_do_not_count() -> None:
    samples = [Sample(at, {"x": min(at, 100.0) * 10 + (500 if at % 50 == 0 else 0)}) for at in range(0, 600, 5)]

    assert growth(samples, {"x": (0.0, 1.0)})[0].gained == 0
    assert slope([(0, 0.0), (1, 2.0), (2, 4.0)]) == 2


class Evening:
    """People who come and go, at a pace that one machine carries with ease."""

    def __init__(self, service: Service, hall: Hall, film: bytes) -> None:
        self._service, self._hall, self._film = service, hall, film
        self.acts = 0

    def come(self) -> list[asyncio.Task[None]]:
        doing: list[tuple[int, Callable[[], Awaitable[None]], float]] = [
            (VOTERS, self._vote, 1.0), (READERS, self._read, 1.0), (LISTENERS, self._listen, 0.5), (1, self._upload, 20.0),
        ]  # fmt: skip
        return [asyncio.create_task(self._again(act, pause)) for amount, act, pause in doing for _ in range(amount)]

    async def _again(self, act: Callable[[], Awaitable[None]], pause: float) -> None:
        while True:
            await act()
            self.acts += 1
            await asyncio.sleep(pause)

    async def _vote(self) -> None:
        await self._service.tap().insist()

    async def _read(self) -> None:
        for path in ("/api/festival", f"/api/awards/{self._service.award}/board", "/", "/readyz"):
            answer = await self._service.browser.get(path)
            # A machine that has other things to do may ask people to come again; nothing else may go wrong.
            assert answer.status_code in (200, 404, 503), f"{path}: {answer.text} {self._service.log[-6000:]}"

    async def _listen(self) -> None:
        """A page that is open for a while."""
        topic = f"award:{self._service.award}:board"
        async with (
            httpx.AsyncClient(base_url=self._service.stage.url, timeout=60) as page,
            page.stream("GET", f"/api/live?topic={topic}") as events,
        ):
            async for _ in events.aiter_lines():
                break
            await asyncio.sleep(5)

    async def _upload(self) -> None:
        await self._hall.is_at_rest(await self._hall.submit(self._film))


def family(root: int) -> list[psutil.Process]:
    """A server with its own workers; not the encoders, which come and go."""
    process = psutil.Process(root)
    return [process, *process.children(recursive=True)]


def of(name: str, processes: Iterable[psutil.Process]) -> dict[str, float]:
    known = list(processes)
    return {
        f"{name} memory, MiB": sum(each.memory_info().rss for each in known) / MIB,
        f"{name} files": float(sum(each.num_fds() for each in known)),
    }


async def sample(
    service: Service, worker: int, redis: "Redis", db: "asyncpg.Connection[asyncpg.Record]"
) -> dict[str, float]:
    assert service.api.process is not None
    ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tallscreen%'"
    clients = await redis.info("clients")
    return {
        **of("api", family(service.api.process.pid)),
        **of("worker", [psutil.Process(worker)]),
        "postgres connections": float(await db.fetchval(ours)),
        "redis connections": float(clients["connected_clients"]),
    }


async def watch(service: Service, worker: int, minutes: float) -> list[Sample]:
    clock = asyncio.get_running_loop().time
    began, samples = clock(), []
    async with service.database() as db, Redis.from_url(service.stage.redis_url) as redis:
        while clock() - began < minutes * 60:
            samples.append(Sample(clock() - began, await sample(service, worker, redis, db)))
            await asyncio.sleep(EVERY)
    return samples


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(int(MINUTES * 60) + 600)
async def test_nothing_grows_through_an_evening(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = make_clip(tmp_path / "clip.mp4", seconds=1, width=180, height=320).read_bytes()
    (tmp_path / "hall").mkdir()
    async with (
        standing(tmp_path / "service") as service,
        opened_hall(service.stage.database_url, tmp_path / "hall", ROOT) as hall,
    ):
        worker = await hall.start_worker()
        evening = Evening(service, hall, film)
        people = evening.come()
        samples = await watch(service, worker.pid, MINUTES)
        ended = [task for task in people if task.done()]
        for task in people:
            task.cancel()
        said = await asyncio.gather(*people, return_exceptions=True)
        found = growth(samples, ALLOWED)
        with capsys.disabled():
            sys.stdout.write(f"\n{told(found, len(samples), evening.acts)}\n")

        assert ended == [], [each for each in said if isinstance(each, Exception)]
        assert [each for each in found if not each.steady] == []
        assert await service.is_as_confirmed()


def told(found: list[Growth], samples: int, acts: int) -> str:
    head = f"soak: {MINUTES:g} minutes, {samples} samples, {acts} acts of the crowd; judged is the last two thirds"
    names = f"{'what':<28} {'usual':>14} {'gained':>12} {'allowed':>12}"
    return "\n".join([head, names, *map(str, found)])
