"""Real worker processes on a real database: done, refused, killed, asked to leave, cut off from PostgreSQL."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec import Struct
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from api.db import prepare_connection
from tests import builders
from tests.transcoder.media import make_clip
from transcoder.contract import QUEUE, Descriptor, TranscodeJob, failure
from transcoder.rows import Q

VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning\n"
PART_SIZE = 8 * 1024 * 1024
PATIENCE = 60.0


class Episode(Struct, frozen=True):
    package: UUID
    original: UUID
    key: str


class Hall:
    """A database, a store and the workers of one test."""

    def __init__(self, url: str, db: "asyncpg.Connection[asyncpg.Record]", folder: Path, repository: Path) -> None:
        self.db = db
        self.store = folder / "store"
        self.work = folder / "work"
        self._log = folder / "worker.log"
        self._workers: list[asyncio.subprocess.Process] = []
        self._env = {
            **os.environ,
            "PYTHONPATH": str(repository),
            "TALLSCREEN_DATABASE_URL": url,
            "TALLSCREEN_STORAGE_URL": f"file://{self.store}",
            "TALLSCREEN_WORK_DIR": str(self.work),
            "TALLSCREEN_HEARTBEAT_SECONDS": "1",
            "TALLSCREEN_RETRY_SECONDS": "0.1",
        }

    async def start_worker(self, **env: str) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "transcoder.worker", env=self._env | env, stdout=log, stderr=log
            )
        self._workers.append(worker)
        return worker

    async def submit(self, film: bytes) -> Episode:
        """An uploaded film with its queued package, as the API leaves them."""
        series = await builders.a_series(self.db)
        episode = await builders.an_episode(self.db, series)
        original = await builders.an_original(self.db, episode)
        key = f"originals/{original}"
        (self.store / "originals").mkdir(parents=True, exist_ok=True)
        (self.store / key).write_bytes(film)
        await self.db.execute("UPDATE original SET size = $2 WHERE id = $1", original, len(film))
        for number, start in enumerate(range(0, len(film), PART_SIZE), 1):
            part = film[start : start + PART_SIZE]
            values = (original, number, len(part), hashlib.sha256(part).hexdigest())
            await self.db.execute("INSERT INTO original_part VALUES ($1, $2, $3, $4)", *values)
        await self.db.execute("INSERT INTO subtitle (episode_id, lang, vtt) VALUES ($1, 'en', $2)", episode, VTT)
        package = await builders.a_package(self.db, episode, state="queued", original=original)
        await self.enqueue(package)
        return Episode(package, original, key)

    async def enqueue(self, package: UUID) -> None:
        queue = Queries(AsyncpgDriver(self.db))
        await queue.enqueue(QUEUE, TranscodeJob(package=package).encode(), dedupe_key=str(package))

    async def row(self, episode: Episode) -> asyncpg.Record:
        row = await self.db.fetchrow("SELECT * FROM package WHERE id = $1", episode.package)
        assert row is not None
        return row

    async def until(self, episode: Episode, is_so: Callable[[asyncpg.Record], bool]) -> asyncpg.Record:
        async def holds() -> asyncpg.Record | None:
            row = await self.row(episode)
            return row if is_so(row) else None

        return await self.eventually(holds)

    async def eventually(self, find: Callable[[], Awaitable[asyncpg.Record | None]]) -> asyncpg.Record:
        for _ in range(int(PATIENCE / 0.05)):
            if (found := await find()) is not None:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(self.log[-4000:])

    async def is_concluded(self, episode: Episode) -> asyncpg.Record:
        return await self.until(episode, lambda row: row["state"] in ("ready", "failed"))

    async def is_encoding(self, episode: Episode) -> asyncpg.Record:
        return await self.until(episode, lambda row: row["progress"] > 5)

    async def queue_is_empty(self) -> None:
        await self.eventually(lambda: self.db.fetchrow("SELECT 1 WHERE NOT EXISTS (SELECT FROM pgqueuer)"))

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def close(self) -> None:
        for worker in self._workers:
            if worker.returncode is None:
                worker.kill()
            await worker.wait()


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    hall = Hall(database_url, connection, tmp_path, repository)
    yield hall
    await hall.close()
    await connection.close()


@pytest.fixture(scope="session")
def short_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("short") / "clip.mp4", seconds=1, width=180, height=320).read_bytes()


@pytest.fixture(scope="session")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Long enough to be caught in the middle of its encode."""
    return make_clip(tmp_path_factory.mktemp("long") / "clip.mp4", seconds=16).read_bytes()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def test_an_upload_becomes_a_package_that_viewers_get(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert (row["state"], row["progress"], row["attempts"], row["rung"]) == ("ready", 100, 1, None)
    published = hall.store / "media" / str(episode.package)
    descriptor = msgspec.json.decode((published / "package.json").read_bytes(), type=Descriptor)
    assert msgspec.convert(row["descriptor"], Descriptor) == descriptor
    assert (published / "subs" / "en.vtt").read_text() == VTT
    digest = await hall.db.fetchval("SELECT sha256 FROM original WHERE id = $1", episode.original)
    assert digest == hashlib.sha256(short_film).hexdigest()
    await hall.queue_is_empty()
    assert [path.name for path in hall.work.glob("worker-*/*")] == ["lock"]


async def test_people_hear_of_progress_and_of_the_end(hall: Hall, long_film: bytes, database_url: str) -> None:
    heard: list[tuple[str, int]] = []
    listener = await asyncpg.connect(database_url)
    news = asyncio.Event()
    await listener.add_listener("episode_state", lambda *_args: news.set())
    episode = await hall.submit(long_film)
    await hall.start_worker()

    while not heard or heard[-1][0] != "ready":
        await asyncio.wait_for(news.wait(), PATIENCE)
        news.clear()
        row = await hall.row(episode)
        heard.append((row["state"], row["progress"]))

    await listener.close()
    assert [progress for _, progress in heard] == sorted(progress for _, progress in heard)
    assert len({progress for state, progress in heard if state == "encoding"}) >= 3


async def test_a_file_that_is_no_film_is_refused_with_a_reason(hall: Hall) -> None:
    episode = await hall.submit(b"#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n")
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert (row["state"], row["attempts"]) == ("failed", 1)
    assert failure(row["failure_code"], row["failure_detail"]).code == "playlist-not-video"
    await hall.queue_is_empty()
    assert not (hall.store / "media").exists()


async def test_a_landscape_film_is_refused_with_its_size(hall: Hall, tmp_path: Path) -> None:
    film = make_clip(tmp_path / "clip.mp4", seconds=1, width=320, height=180).read_bytes()
    episode = await hall.submit(film)
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    told = failure(row["failure_code"], row["failure_detail"])
    assert told.happened == "The picture is 320 wide and 180 high, so it is not upright."


async def test_bytes_that_changed_on_the_way_are_noticed(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    (hall.store / episode.key).write_bytes(short_film[:-1] + b"?")
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert (row["state"], row["failure_code"], row["attempts"]) == ("failed", "checksum-mismatch", 1)


async def test_a_store_that_does_not_answer_is_asked_three_times(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    (hall.store / episode.key).unlink()
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert (row["state"], row["failure_code"], row["attempts"]) == ("failed", "storage-failed", 3)
    await hall.queue_is_empty()


async def test_an_encode_that_fails_is_tried_twice(hall: Hall, short_film: bytes, tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text(f"#!{sys.executable} -I\nimport sys\nif '-version' in sys.argv: print('ffmpeg 0')\n"
                      "elif '-filters' in sys.argv: print('.. scale V->V')\nelse: sys.exit(1)\n")  # fmt: skip
    broken.chmod(0o755)
    episode = await hall.submit(short_film)
    await hall.start_worker(TALLSCREEN_FFMPEG=str(broken))

    row = await hall.is_concluded(episode)

    assert (row["state"], row["failure_code"], row["attempts"]) == ("failed", "encode-failed", 2)


async def test_a_killed_worker_is_taken_over_in_the_middle_of_its_encode(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    killed = await hall.start_worker()
    await hall.is_encoding(episode)
    encoders = children(killed.pid)
    killed.kill()
    await killed.wait()

    await hall.start_worker()
    row = await hall.is_concluded(episode)

    assert (row["state"], row["attempts"]) == ("ready", 2)
    assert encoders
    assert not [pid for pid in encoders if Path(f"/proc/{pid}").exists()]
    await hall.queue_is_empty()
    assert len(list(hall.work.glob("worker-*"))) == 1
    assert [path.name for path in (hall.store / "media").iterdir()] == [str(episode.package)]


async def test_a_job_that_took_its_worker_down_three_times_is_given_up(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.db.execute("UPDATE package SET state = 'encoding', attempts = 3 WHERE id = $1", episode.package)
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert (row["state"], row["failure_code"]) == ("failed", "worker-lost")
    await hall.queue_is_empty()


async def test_a_worker_asked_to_leave_gives_its_job_back_at_once(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    leaving = await hall.start_worker()
    await hall.is_encoding(episode)
    encoders = children(leaving.pid)

    leaving.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(leaving.wait(), PATIENCE) == 0

    row = await hall.row(episode)
    assert (row["state"], row["progress"], row["attempts"]) == ("queued", 0, 0)
    assert await hall.db.fetchval("SELECT status::text FROM pgqueuer") == "queued"
    assert not [pid for pid in encoders if Path(f"/proc/{pid}").exists()]
    assert not list(hall.work.glob("worker-*"))


async def test_a_cut_connection_costs_no_encode(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    await hall.start_worker()
    await hall.is_encoding(episode)

    cut = await hall.db.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'tallscreen-worker'"
    )
    first = await hall.is_concluded(episode)
    second = await hall.is_concluded(await hall.submit(b"no film"))

    assert cut
    assert (first["state"], first["attempts"]) == ("ready", 1)
    assert second["state"] == "failed"


async def test_a_package_that_was_superseded_is_left_alone(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    await hall.start_worker()
    await hall.is_encoding(episode)

    await hall.db.execute(
        "UPDATE package SET state = 'failed', failure_code = 'superseded' WHERE id = $1", episode.package
    )
    await hall.queue_is_empty()

    row = await hall.row(episode)
    assert (row["state"], row["failure_code"]) == ("failed", "superseded")
    assert not (hall.store / "media").exists()


async def test_a_package_the_queue_has_forgotten_is_found_again(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.db.execute("DELETE FROM pgqueuer")
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert row["state"] == "ready"


async def test_two_workers_share_the_work_and_do_nothing_twice(hall: Hall, short_film: bytes) -> None:
    episodes = [await hall.submit(short_film) for _ in range(6)]
    await hall.start_worker()
    await hall.start_worker()

    rows = [await hall.is_concluded(episode) for episode in episodes]

    assert [(row["state"], row["attempts"]) for row in rows] == [("ready", 1)] * 6


async def test_an_idle_worker_is_small(hall: Hall) -> None:
    episode = await hall.submit(b"no film")
    worker = await hall.start_worker()
    await hall.is_concluded(episode)

    status = Path(f"/proc/{worker.pid}/status").read_text()

    resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    assert resident < 100_000


async def test_the_log_holds_no_key_and_no_address(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.start_worker(AWS_SECRET_ACCESS_KEY="of great value", TALLSCREEN_SECRET="of greater value")
    await hall.is_concluded(episode)

    events = [msgspec.json.decode(line) for line in hall.log.splitlines()]

    assert [event["event"] for event in events][:2] == ["ready", "begun"]
    assert "great" not in hall.log
    assert "postgresql://" not in hall.log


@pytest.mark.parametrize("name", sorted(Q))
async def test_every_statement_fits_the_schema(hall: Hall, name: str) -> None:
    await hall.db.prepare(Q[name])


async def test_a_worker_without_settings_says_which_one(repository: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "transcoder.worker"),
        env={"PYTHONPATH": str(repository), "PATH": os.environ["PATH"]},
        stderr=asyncio.subprocess.PIPE,
    )
    _, error = await process.communicate()

    assert (process.returncode, error) == (
        1,
        b"Set TALLSCREEN_DATABASE_URL; the README lists the settings of a worker.\n",
    )
