"""Real worker processes on a real database: done, refused, killed, asked to leave, cut off from PostgreSQL."""

import asyncio
import hashlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from tests.transcoder.hall import PATIENCE, VTT, Hall, is_running, opened_hall
from tests.transcoder.media import make_clip
from transcoder.contract import Descriptor, Preview, failure

#: A worker on a machine where nothing could hold a hostile file.
UNPROTECTED = """
from transcoder import worker
from transcoder.sandbox import SandboxMissing

async def find_none(*_args, **_options):
    raise SandboxMissing("There is no sandbox here.")

worker.find_sandbox = find_none
worker.main()
"""


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


@pytest.fixture(scope="session")
def short_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("short") / "clip.mp4", seconds=1, width=180, height=320).read_bytes()


@pytest.fixture(scope="session")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Long enough to be caught in the middle of its encode."""
    return make_clip(tmp_path_factory.mktemp("long") / "clip.mp4", seconds=12, width=360, height=640).read_bytes()


async def test_an_upload_becomes_a_package_that_viewers_get(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.start_worker()

    row = await hall.is_at_rest(episode)

    assert (row["state"], row["progress"]) == ("ready", 100)
    assert await hall.tiers(episode) == dict.fromkeys(("start", "ladder", "av1"), ("done", 1))
    descriptor = msgspec.convert(row["descriptor"], Descriptor)
    home = hall.store / "media" / str(episode.package)
    last = home / str(descriptor.edition)
    assert msgspec.json.decode((last / "package.json").read_bytes(), type=Descriptor) == descriptor
    assert (last / "en.vtt").read_text() == VTT
    assert {path for path in hall.files(episode) if not path.startswith("start/")} == await hall.named_files(episode)
    digest = await hall.db.fetchval("SELECT sha256 FROM original WHERE id = $1", episode.original)
    assert digest == hashlib.sha256(short_film).hexdigest()
    assert [path.name for path in hall.work.glob("worker-*/*")] == ["lock"]


async def test_files_are_what_their_digests_say(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.start_worker()

    row = await hall.is_at_rest(episode)

    home = hall.store / "media" / str(episode.package)
    digests = msgspec.convert(row["descriptor"], Descriptor).files
    assert {path: hashlib.sha256((home / path).read_bytes()).hexdigest() for path in digests} == digests


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


async def test_the_producer_sees_the_beginning_before_the_end_is_encoded(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    await hall.start_worker()

    shown: list[Preview] = []
    while not shown or not shown[-1].complete:
        row = await hall.until(
            episode, lambda row: row["preview"] is not None and len(row["preview"]["segments"]) > len(shown)
        )
        shown.append(msgspec.convert(row["preview"], Preview))
        names = {"init.mp4", *(f"{number:03d}.m4s" for number in range(len(shown[-1].segments)))}
        assert {f"start/{name}" for name in names} <= hall.files(episode)

    assert sum(shown[-1].segments) == pytest.approx(12, abs=0.1)
    assert len({len(preview.segments) for preview in shown}) >= 2


async def test_a_file_that_is_no_film_is_refused_with_a_reason(hall: Hall) -> None:
    episode = await hall.submit(b"#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n")
    await hall.start_worker()

    row = await hall.is_at_rest(episode)

    assert row["state"] == "failed"
    assert failure(row["failure_code"], row["failure_detail"]).code == "playlist-not-video"
    assert await hall.tiers(episode) == {"start": ("failed", 1), "ladder": ("queued", 0)}
    assert not (hall.store / "media").exists()


@pytest.mark.parametrize(("rule", "state"), [("refuse", "failed"), ("letterbox", "ready")])
async def test_a_landscape_film_is_treated_as_its_section_says(
    hall: Hall, tmp_path: Path, rule: str, state: str
) -> None:
    film = make_clip(tmp_path / "clip.mp4", seconds=1, width=320, height=180).read_bytes()
    episode = await hall.submit(film)
    await hall.db.execute("UPDATE section SET landscape = $1", rule)
    await hall.start_worker()

    row = await hall.is_concluded(episode)

    assert row["state"] == state
    if state == "failed":
        told = failure(row["failure_code"], row["failure_detail"])
        assert told.happened == "The picture is 320 wide and 180 high, so it is not upright."


async def test_bytes_that_changed_on_the_way_are_noticed_before_anything_is_shown(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    (hall.store / episode.key).write_bytes(long_film[:-1] + b"?")
    await hall.start_worker()

    row = await hall.is_at_rest(episode)

    assert (row["state"], row["failure_code"]) == ("failed", "checksum-mismatch")
    assert await hall.db.fetchval("SELECT sha256 FROM original") is None
    assert not (hall.store / "media").exists()


async def test_a_store_that_cannot_be_read_is_tried_three_times_for_each_tier(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    (hall.store / episode.key).unlink()
    await hall.start_worker()

    row = await hall.is_at_rest(episode)

    assert (row["state"], row["failure_code"]) == ("failed", "storage-failed")
    assert await hall.tiers(episode) == {"start": ("failed", 3), "ladder": ("failed", 3)}


async def test_a_killed_worker_is_taken_over_in_the_middle_of_its_encode(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    killed = await hall.start_worker()
    await hall.is_encoding(episode)
    encoders = await hall.has_encoders(killed.pid)
    killed.kill()
    await killed.wait()

    await hall.start_worker()
    row = await hall.is_at_rest(episode)

    assert row["state"] == "ready"
    assert await hall.tiers(episode) == {"start": ("done", 1), "ladder": ("done", 2), "av1": ("done", 1)}
    assert encoders
    assert not [pid for pid in encoders if is_running(pid)]
    assert len(list(hall.work.glob("worker-*"))) == 1
    assert [path.name for path in (hall.store / "media").iterdir()] == [str(episode.package)]


async def test_a_job_that_took_its_worker_down_three_times_is_given_up(hall: Hall, short_film: bytes) -> None:
    episode = await hall.submit(short_film)
    await hall.db.execute("UPDATE tier SET state = 'working', attempts = 3")
    await hall.start_worker()

    row = await hall.is_at_rest(episode)

    assert (row["state"], row["failure_code"]) == ("failed", "worker-lost")


async def test_a_worker_asked_to_leave_gives_its_job_back_at_once(hall: Hall, long_film: bytes) -> None:
    episode = await hall.submit(long_film)
    leaving = await hall.start_worker()
    await hall.is_encoding(episode)
    encoders = await hall.has_encoders(leaving.pid)

    leaving.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(leaving.wait(), PATIENCE) == 0

    row = await hall.row(episode)
    assert (row["state"], row["progress"]) == ("queued", 5)
    assert (await hall.tiers(episode))["ladder"] == ("queued", 0)
    assert await hall.db.fetchval("SELECT status::text FROM pgqueuer") == "queued"
    assert await hall.db.fetchval("SELECT count(*) FROM worker") == 0
    assert not [pid for pid in encoders if is_running(pid)]
    assert not list(hall.work.glob("worker-*"))


async def test_a_worker_asked_to_leave_gives_back_what_is_in_both_lanes(hall: Hall, long_film: bytes) -> None:
    first, second = [await hall.submit(long_film) for _ in range(2)]
    leaving = await hall.start_worker()
    await hall.eventually(
        lambda: hall.db.fetchval("SELECT 1 WHERE 2 = (SELECT count(*) FROM tier WHERE state = 'working')")
    )

    leaving.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(leaving.wait(), PATIENCE) == 0

    assert (await hall.tiers(first))["ladder"] == ("queued", 0)
    assert (await hall.tiers(second))["start"] == ("queued", 0)
    await hall.start_worker()
    assert [(await hall.is_at_rest(episode))["state"] for episode in (first, second)] == ["ready", "ready"]


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
    assert first["state"] == "ready"
    assert (await hall.tiers(episode))["ladder"] == ("done", 1)
    assert second["state"] == "failed"


async def test_two_workers_share_the_work_and_do_nothing_twice(hall: Hall, short_film: bytes) -> None:
    episodes = [await hall.submit(short_film) for _ in range(4)]
    await hall.start_worker()
    await hall.start_worker(TALLSCREEN_SLOTS="2")

    rows = [await hall.is_at_rest(episode) for episode in episodes]

    assert [row["state"] for row in rows] == ["ready"] * 4
    for episode in episodes:
        assert await hall.tiers(episode) == dict.fromkeys(("start", "ladder", "av1"), ("done", 1))


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

    assert [event["event"] for event in hall.events()][:2] == ["ready", "begun"]
    assert "great" not in hall.log
    assert "postgresql://" not in hall.log


async def complaint_of(worker: asyncio.subprocess.Process, hall: Hall) -> str:
    assert await asyncio.wait_for(worker.wait(), PATIENCE) == 1
    return hall.log


async def test_a_worker_without_settings_says_which_one(hall: Hall) -> None:
    told = await complaint_of(await hall.start_worker(TALLSCREEN_DATABASE_URL=""), hall)

    assert told == "Set TALLSCREEN_DATABASE_URL; the README lists the settings of a worker.\n"


async def test_a_worker_whose_ffmpeg_does_not_run_says_so(hall: Hall) -> None:
    told = await complaint_of(await hall.start_worker(TALLSCREEN_FFMPEG="/bin/false"), hall)

    assert told.startswith("/bin/false does not run here")
    assert "Traceback" not in told
    assert not list(hall.work.glob("worker-*"))


async def test_a_worker_without_a_sandbox_ends_with_a_sentence(hall: Hall) -> None:
    told = await complaint_of(await hall.start_worker(program=UNPROTECTED), hall)

    assert told == "There is no sandbox here.\n"
    assert not list(hall.work.glob("worker-*"))
