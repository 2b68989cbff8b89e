"""A worker's disk is full, its encoder is killed for the memory it takes: the job ends with a code, the worker does not."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.small_disk import SmallDisk, a_small_disk
from tests.transcoder.hall import Episode, Hall, family, opened_hall
from tests.transcoder.media import make_clip

pytestmark = pytest.mark.timeout(300)
#: Runs the worker behind what it is given as arguments.
BEHIND = "import os, sys; os.execvp(sys.argv[1], [*sys.argv[1:], sys.executable, '-m', 'transcoder.worker'])"


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, Path(__file__).parents[2]) as hall:
        yield hall


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=4, width=360, height=640).read_bytes()


async def start_on(hall: Hall, disk: SmallDisk) -> asyncio.subprocess.Process:
    """A worker whose scratch folder lies on this disk."""
    return await hall.start_worker(BEHIND, *disk.enter)


def left_over(folder: Path) -> list[str]:
    """What of jobs lies in the scratch folders."""
    return [path.name for path in folder.glob("worker-*/*-*") if path.is_dir()]


async def is_failed_cleanly(hall: Hall, episode: Episode, worker: asyncio.subprocess.Process, scratch: Path) -> str:
    """The code of the end; nothing is left of the job and its worker is there."""
    row = await hall.is_at_rest(episode)
    assert row["state"] == "failed", hall.log[-3000:]
    assert hall.files(episode) == set()
    assert left_over(scratch) == []
    assert worker.returncode is None
    return str(row["failure_code"])


async def test_full_disk_of_a_worker_ends_the_job_and_the_next_one_goes_well(hall: Hall, film: bytes) -> None:
    hall.work.mkdir()
    async with a_small_disk(hall.work, "256m") as disk:
        worker = await start_on(hall, disk)
        await hall.eventually(lambda: is_ready(hall))
        await asyncio.to_thread(disk.fill)
        episode = await hall.submit(film)
        assert await is_failed_cleanly(hall, episode, worker, disk.folder) == "storage-failed"

        disk.clear()
        row = await hall.is_at_rest(await hall.submit(film))

        assert row["state"] == "ready"
        assert worker.returncode is None


async def is_ready(hall: Hall) -> bool:
    return any(event["event"] == "ready" for event in hall.events())


async def test_encoder_that_is_killed_each_time_ends_the_job_and_the_next_one_goes_well(
    hall: Hall, film: bytes
) -> None:
    """As the kernel does where memory ends: by the signal that nothing can answer."""
    worker = await hall.start_worker()
    await hall.eventually(lambda: is_ready(hall))
    episode = await hall.submit(film)
    killing = asyncio.create_task(kill_encoders(worker.pid))
    code = await is_failed_cleanly(hall, episode, worker, hall.work)
    killing.cancel()
    killed = (await asyncio.gather(killing, return_exceptions=True))[0]
    assert isinstance(killed, asyncio.CancelledError)

    row = await hall.is_at_rest(await hall.submit(film))

    assert code == "encode-failed"
    assert row["state"] == "ready"
    assert worker.returncode is None


async def kill_encoders(worker: int) -> None:
    while True:
        for pid in family(worker):
            with contextlib.suppress(OSError):
                if "ffmpeg" in Path(f"/proc/{pid}/comm").read_text():
                    os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.005)
