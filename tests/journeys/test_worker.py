"""What a worker makes of bad files, and what its death costs."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from loadtest.client import Person
from tests.conftest import start_process, stop_process
from tests.journeys.conftest import House, footage
from tests.transcoder.hall import family, is_running
from tests.transcoder.media import make_clip

#: Real bad files and the code each must end in; without them, generated ones of the same kinds.
BAD = {
    "x1_no_moov.mp4": {"unreadable-file"},
    "x2_playlist_named_mp4.mp4": {"playlist-not-video"},
    "x3_audio_only.mp4": {"no-video-track"},
    "x4_photo.mp4": {"image-not-video"},
    "x5_pdf.mp4": {"not-a-video"},
    "x6_zeroed_hole_in_mdat.mp4": {"damaged-file"},
}


def bad_files(folder: Path) -> dict[Path, set[str]]:
    real = footage()
    if real is not None:
        return {real / "bad" / name: codes for name, codes in BAD.items()}
    return {
        make_clip(folder / "cut.mp4", fault="cut"): {"unreadable-file"},
        make_clip(folder / "playlist.mp4", fault="playlist"): {"playlist-not-video"},
        make_clip(folder / "sound.mp4", fault="no-video"): {"no-video-track"},
        make_clip(folder / "photo.mp4", fault="image"): {"image-not-video"},
        make_clip(folder / "text.mp4", fault="text"): {"not-a-video"},
    }


async def until(house: House, number: int, *states: str) -> Any:
    for _ in range(1_200):
        state = await house.state(number)
        if state["state"] in states:
            return state
        await asyncio.sleep(0.1)
    raise AssertionError(f"{state} {(house.folder / 'worker.log').read_text()[-2000:]}")


@pytest.mark.timeout(300)
async def test_each_bad_file_fails_with_its_reason_and_the_next_job_goes_on(
    house: House, worker: None, clip: Path, tmp_path: Path
) -> None:
    files = bad_files(tmp_path)
    for number, path in enumerate(files, start=1):
        await house.send(number, path)
    await house.send(len(files) + 1, clip)

    for number, (path, codes) in enumerate(files.items(), start=1):
        failure = (await until(house, number, "failed", "ready"))["failure"]
        assert failure is not None, path.name
        assert failure["code"] in codes, path.name
        assert all(failure[part].endswith(".") for part in ("happened", "kept", "next"))
    assert (await until(house, len(files) + 1, "failed", "ready"))["state"] == "ready"
    storage = Path(house.server.env["TALLSCREEN_STORAGE_URL"].removeprefix("file://"))
    assert len(list((storage / "media").iterdir())) == 1


@pytest.mark.timeout(300)
async def test_killed_worker_costs_no_episode(house: House, tmp_path: Path) -> None:
    env = {**house.server.env, "TALLSCREEN_HEARTBEAT_SECONDS": "3", "TALLSCREEN_PROFILE": "quick"}
    long_film = make_clip(tmp_path / "long.mp4", seconds=16, width=720, height=1280, fps=30)
    first = await start_process(["-m", "transcoder.worker"], env, house.folder / "worker.log")
    await house.send(1, long_film)
    await until_encoding(house)
    children = await until_children(first.pid)

    os.kill(first.pid, signal.SIGKILL)
    await first.wait()
    killed = await house.sql("SELECT now()")
    second = await start_process(["-m", "transcoder.worker"], env, house.folder / "worker.log")
    state = await until(house, 1, "ready", "failed")
    taken_over = await house.sql("SELECT started_at FROM tier WHERE name = 'ladder'")
    await stop_process(second)

    assert state["state"] == "ready"
    assert await house.sql("SELECT attempts FROM tier WHERE name = 'ladder'") == 2
    assert await house.sql("SELECT count(*) FROM package WHERE state = 'ready'") == 1
    assert taken_over > killed
    assert children != []
    assert [child for child in children if is_running(child)] == []


@pytest.mark.timeout(300)
async def test_worker_that_is_asked_to_leave_hands_its_episode_to_another(house: House, tmp_path: Path) -> None:
    """With the leases of a festival: nobody waits for one to run out."""
    env = {**house.server.env, "TALLSCREEN_PROFILE": "quick"}
    film = make_clip(tmp_path / "film.mp4", seconds=12, width=720, height=1280, fps=30)
    first = await start_process(["-m", "transcoder.worker"], env, house.folder / "worker.log")
    await house.send(1, film)
    await until_encoding(house)

    first.terminate()
    assert await asyncio.wait_for(first.wait(), 20) == 0
    given_back = await house.state(1)
    second = await start_process(["-m", "transcoder.worker"], env, house.folder / "worker.log")
    state = await until(house, 1, "ready", "failed")
    await stop_process(second)

    assert given_back["state"] == "queued"
    assert state["state"] == "ready"
    assert await house.sql("SELECT attempts FROM tier WHERE name = 'ladder'") == 1


async def until_children(pid: int) -> list[int]:
    """Between two encodes a worker has none."""
    for _ in range(200):
        if found := family(pid):
            return found
        await asyncio.sleep(0.02)
    return []


async def until_encoding(house: House) -> None:
    """In the middle of what viewers wait for."""
    for _ in range(1_200):
        if any(rung["progress"] > 1 for rung in (await house.state(1))["rungs"]):
            return
        await asyncio.sleep(0.1)
    raise AssertionError((house.folder / "worker.log").read_text()[-2000:])


@pytest.mark.timeout(120)
async def test_other_companies_see_nothing_of_it(house: House, clip: Path) -> None:
    episode = await house.send(1, clip)
    account = {"email": "other@films.example", "name": "Other", "role": "producer", "company": "Others"}
    await house.organiser.post("/api/desk/accounts", account)
    other = Person(house.server.url)
    await other.sign_in_by_mail("other@films.example")

    assert await other.get("/api/studio/series") == []
    for path in (f"/api/studio/series/{house.series}", f"/api/live?topic=episode:{episode}:state"):
        assert (await other.http.get(path)).status_code == 404
    await other.close()
