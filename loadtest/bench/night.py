"""`make bench-night`: the closing minute while the hall also watches, and while the last series are being encoded.

The same evening as `make bench-closing`, with the same goals, on the one-machine shape: phones stream segments from the
API itself, not from a proxy or a CDN, and the worker encodes beside it. Everything shares the processors with the crowd
that is simulated, so that what is measured is a machine that does too much at once; the table says how many there are.
`night_late_share` is the share of segments that took longer to come than they play.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
import uvloop
from msgspec import Struct, structs

from api import embedded
from api.access.operators import issue_code
from loadtest.bench import closing, report
from loadtest.bench.closing import Hall
from loadtest.client import Person
from loadtest.crowd import evening_for
from loadtest.film.render import ffmpeg
from loadtest.phones import Watched

_ROOT: Final = Path(__file__).parents[2]
_SEED: Final = 1
_READY_SECONDS: Final = 600
_LATE: Final = report.Goal(name="night_late_share", goal=0.01, better="lower")


class Beside(Struct, kw_only=True):
    """What went on beside the vote; filled when it has ended."""

    watched: Watched
    episodes: int
    ready_before: int
    ready: int = 0


def make_film(path: Path, seconds: int) -> Path:
    """Upright, with a picture that moves all over, so that it costs what a film costs."""
    source = f"testsrc2=size=540x960:rate=25:duration={seconds},noise=alls=12:allf=t"
    sound = f"sine=frequency=330:duration={seconds}"
    command = [ffmpeg(), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", sound]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)]
    subprocess.run([*command, *coded], check=True, timeout=600)
    return path


class Producer:
    """Whose series are encoded."""

    def __init__(self, person: Person) -> None:
        self.person = person

    async def series(self) -> list[int]:
        return [each["id"] for each in await self.person.get("/api/studio/series")]

    async def send(self, series: int, number: int, film: Path) -> None:
        body = {"number": number, "title": {"en": f"Episode {number}"}}
        episode = (await self.person.post(f"/api/studio/series/{series}/episodes", body))["id"]
        await self.person.upload(int(episode), film)


async def count_ready(database_url: str) -> int:
    db = await asyncpg.connect(database_url)
    try:
        return int(await db.fetchval("SELECT count(*) FROM package WHERE state = 'ready'"))
    finally:
        await db.close()


async def until_ready(database_url: str, episodes: int) -> None:
    for _ in range(_READY_SECONDS):
        if await count_ready(database_url) >= episodes:
            return
        await asyncio.sleep(1)
    report.give_up("The films that the phones are to stream were not encoded in time.")


@contextlib.asynccontextmanager
async def busy(hall: Hall, folder: Path, given: argparse.Namespace) -> AsyncGenerator[Beside, None]:
    """Phones that stream what is ready, and series that are being encoded, until this is left."""
    async with contextlib.AsyncExitStack() as stack:
        producer = Producer(Person(hall.url))
        stack.push_async_callback(producer.person.close)
        await producer.person.sign_in(await issue_code(hall.database_url, closing.PRODUCER))
        await start(stack, ["-m", "transcoder.worker"], hall.env, folder / "worker.log")
        film = await asyncio.to_thread(make_film, folder / "film.mp4", given.length)
        first, *others = (await producer.series())[: given.series + 1]
        await producer.send(first, 1, film)
        await until_ready(hall.database_url, 1)
        for number in range(1, given.episodes + 1):
            for series in others:
                await producer.send(series, number, film)
        watched = folder / "watched.json"
        options = ["--url", hall.url, "--phones", str(given.phones), "--report", str(watched)]
        phones = await start(stack, ["-m", "loadtest.phones", *options], hall.env, folder / "phones.log")
        ready = await count_ready(hall.database_url)
        beside = Beside(watched=Watched(), episodes=1 + len(others) * given.episodes, ready_before=ready)
        yield beside
        phones.process.send_signal(signal.SIGTERM)
        await phones.process.wait()
        if not watched.exists():
            report.give_up(f"The phones did not come back: {(folder / 'phones.log').read_text()[-2000:]}")
        beside.watched = msgspec.json.decode(watched.read_bytes(), type=Watched)
        beside.ready = await count_ready(hall.database_url)


async def start(
    stack: contextlib.AsyncExitStack, arguments: list[str], env: dict[str, str], log: Path
) -> embedded.Server:
    process = await embedded.spawn([sys.executable, *arguments], log, env)
    server = embedded.Server("", process, signal.SIGTERM)
    stack.push_async_callback(server.stop)
    return server


def judge(told: closing.Told, beside: Beside) -> list[report.Verdict]:
    watched = beside.watched
    asked = watched.segments + watched.failed
    late = (watched.late + watched.failed) / asked if asked else 1.0
    ours = [structs.replace(each, name=f"night_{each.name}") for each in closing.judge(told)]
    return [*ours, report.judge(_LATE, report.exactly(late))]


def tell(beside: Beside, length: timedelta) -> None:
    watched = beside.watched
    print(
        f"\nBeside it: {watched.segments:,} segments ({watched.bytes / 1e6:,.0f} MB, {watched.late:,} of them late,"
        f" {watched.failed:,} refused) in {length.total_seconds():.0f} s; of {beside.episodes} episodes"
        f" {beside.ready_before} were ready before and {beside.ready} after. All of it, the crowd included, on"
        f" {os.cpu_count()} processors."
    )


async def run(given: argparse.Namespace) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tallscreen-night-"))
    evening = evening_for(
        given.rate, given.votes, doors=given.doors, film=given.film, closing=given.closing, plateau=given.plateau
    )
    clock = asyncio.get_running_loop().time
    try:
        async with closing.open_hall(folder) as hall, busy(hall, folder, given) as beside:
            began = clock()
            print(f"{evening.people:,} people, {evening.voters:,} of whom vote, {evening.rate:,.0f} votes a second.")
            told = await closing.hold(hall, evening, folder)
            length = timedelta(seconds=clock() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    closing.check_seats(told)
    closing.tell(told)
    tell(beside, length)
    report.finish("night", _SEED, judge(told, beside))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    closing.add_evening(parser)
    parser.add_argument("--phones", type=int, default=200, help="that stream meanwhile")
    parser.add_argument("--series", type=int, default=2, help="that are being encoded")
    parser.add_argument("--episodes", type=int, default=10, help="of each of them")
    parser.add_argument("--length", type=int, default=60, help="seconds of each episode")
    given = parser.parse_args()
    closing.allow_files(closing.FILES)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(given))


if __name__ == "__main__":
    main()
