"""How two transcoders share what one did alone: which jobs were done at the same time, and what that cost in all."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from msgspec import Struct

from tests.transcoder.hall import Hall, opened_hall
from tests.transcoder.media import make_clip

FILMS = int(os.environ.get("SHARED_FILMS") or 4)
#: What a slot is taken for; previews have a place of their own.
ENCODES = {"ladder", "av1", "refine"}
Span = tuple[float, float]


class Share(Struct):
    """Of one run: each encode from its claim to its end, and the processor time of each worker with its encoders."""

    spans: list[Span]
    cpu: list[float]

    @property
    def overlap(self) -> float:
        """How many encodes ran at a time, on average, while any did."""
        return sum(end - begin for begin, end in self.spans) / union(self.spans)

    def line(self) -> str:
        each = " + ".join(f"{seconds:.0f}" for seconds in self.cpu)
        return (
            f"{len(self.spans)} encodes, {each} CPU s, overlap {self.overlap:.2f}, over after {union(self.spans):.0f} s"
        )


def union(spans: list[Span]) -> float:
    """Seconds in which at least one is under way."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def test_time_in_which_something_is_done_counts_once() -> None:
    assert union([(0, 4), (1, 2), (3, 6), (8, 9)]) == 7


@pytest.fixture
async def hall(database_url: str, tmp_path: Path, repository: Path) -> AsyncIterator[Hall]:
    async with opened_hall(database_url, tmp_path, repository) as hall:
        yield hall


async def share(hall: Hall, film: bytes, workers: int) -> Share:
    episodes = [await hall.submit(film) for _ in range(FILMS)]
    started = [await hall.start_worker(TALLSCREEN_HEARTBEAT_SECONDS="30") for _ in range(workers)]
    for episode in episodes:
        await hall.is_at_rest(episode)
    cpu = [spent(psutil.Process(worker.pid)) for worker in started]
    for worker in started:
        worker.terminate()
        await asyncio.wait_for(worker.wait(), 60)
    packages = {str(episode.package) for episode in episodes}
    return Share(spans_of([each for each in hall.events() if each.get("package") in packages]), cpu)


def spans_of(events: list[dict[str, Any]]) -> list[Span]:
    """Each encode was begun once and done once."""
    times: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for each in events:
        if each["event"] in ("begun", "done") and each["tier"] in ENCODES:
            at = datetime.fromisoformat(each["at"]).timestamp()
            times.setdefault((each["package"], each["tier"]), []).append((each["event"], at))
    assert {tuple(name for name, _ in found) for found in times.values()} == {("begun", "done")}
    return [(begun, done) for (_, begun), (_, done) in times.values()]


def spent(process: psutil.Process) -> float:
    """Its own, and that of the children it has waited for."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(3600)
async def test_two_workers_do_at_the_same_time_what_one_does_in_turn(
    hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=6, width=540, height=960).read_bytes()

    alone, together = await share(hall, film, 1), await share(hall, film, 2)

    with capsys.disabled():
        sys.stdout.write(f"\none worker: {alone.line()}\ntwo: {together.line()}\n")
    assert len(alone.spans) == len(together.spans)
    assert alone.overlap == pytest.approx(1, abs=0.05)
    assert together.overlap > 1.3
