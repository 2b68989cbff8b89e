"""Phones that stream: each asks for one segment after the other, at the pace at which a film plays.

`python -m loadtest.phones --url URL --phones 200 --report FILE` goes on until it is told to end (SIGTERM) and then
writes what came of it. Films are those that the festival's page shows first.
"""

import argparse
import asyncio
import contextlib
import random
import signal
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

#: Seconds after which a phone asks again for what did not come.
_AGAIN: Final = 1.0
#: Phones that begin at once, in a second.
_ARRIVE: Final = 50


class Segment(Struct, frozen=True):
    path: str
    seconds: float


class Watched(Struct):
    """`late` segments took longer to come than they play: a phone without a store of them would have stopped."""

    segments: int = 0
    bytes: int = 0
    late: int = 0
    failed: int = 0


def segments_of(stream: dict[str, Any]) -> list[Segment]:
    """Of the first rendition of a film, in order."""
    video = stream["video"][0]
    names = [f"{stream['base']}{video['name']}/{number:03d}.m4s" for number in range(len(video["segments"]))]
    return [Segment(name, seconds) for name, seconds in zip(names, video["segments"], strict=True)]


async def find_films(client: httpx.AsyncClient) -> list[list[Segment]]:
    sections = (await client.get("/api/festival")).json()["sections"]
    films = []
    for slug in [card["slug"] for section in sections for card in section["series"]]:
        items = (await client.get(f"/api/feed?series={slug}&limit=3")).json()["items"]
        films += [segments_of(item["stream"]) for item in items if item.get("stream")]
    return films


async def watch(client: httpx.AsyncClient, film: list[Segment], watched: Watched) -> None:
    """Over and over."""
    clock = asyncio.get_running_loop().time
    while True:
        for segment in film:
            began = clock()
            try:
                answer = await client.get(segment.path)
                answer.raise_for_status()
            except httpx.HTTPError:
                watched.failed += 1
                await asyncio.sleep(_AGAIN)
                continue
            watched.segments += 1
            watched.bytes += len(answer.content)
            left = began + segment.seconds - clock()
            watched.late += left < 0
            await asyncio.sleep(max(0.0, left))


async def run(url: str, phones: int, report: Path) -> None:
    ended, watched, dice = asyncio.Event(), Watched(), random.Random(1)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    limits = httpx.Limits(max_connections=phones, max_keepalive_connections=phones)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        films = await find_films(client)
        watching = []
        for _ in range(phones):
            watching.append(asyncio.create_task(watch(client, dice.choice(films), watched)))
            await asyncio.sleep(1 / _ARRIVE)
        await ended.wait()
        for phone in watching:
            phone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*watching, return_exceptions=True)
    report.write_bytes(msgspec.json.encode(watched))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--phones", type=int, required=True)
    parser.add_argument("--report", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(run(given.url, given.phones, given.report))
