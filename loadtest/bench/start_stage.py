"""The festival `make bench-start` plays: many episodes on a few packages, and the rivals' pages beside them."""

import asyncio
import contextlib
import gzip
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import asyncpg
from msgspec import Struct

from api.db import prepare_connection
from loadtest.bench.report import give_up
from loadtest.bench.stage import Stage, open_stage
from loadtest.film.render import ffmpeg

_PAGES: Final = Path(__file__).parent / "pages"
_MODULES: Final = Path(__file__).parents[2] / "web" / "node_modules"
_LIBRARIES: Final = {
    "hls.min.js": "hls.js/dist/hls.min.js",
    "video.min.js": "video.js/dist/video.min.js",
    "video-js.min.css": "video.js/dist/video-js.min.css",
}
#: Upright films of about a phone's size, with sound.
_CLIPS: Final = (
    "c01_conf_crowd_native_404x720_30fps.mp4",
    "c05_tos_battle_crop_406x724_24fps.mp4",
    "c02_conf_keynote_native_404x720_30fps.mp4",
)
_SLUG: Final = "night-bus"
_PATIENCE: Final = 3600
_SETTLE: Final = 2.0


class Cinema(Struct, frozen=True, kw_only=True):
    """`url` serves our pages at their addresses and the rivals' under /rival/. Films are `seconds` long."""

    url: str
    seconds: int
    episodes: int

    @property
    def pages(self) -> dict[str, str]:
        return {
            "ours": f"{self.url}/s/{_SLUG}/e/1",
            "plain": f"{self.url}/rival/plain.html",
            "video.js": f"{self.url}/rival/videojs.html",
        }


@contextlib.asynccontextmanager
async def open_cinema(
    folder: Path, *, films: int, seconds: int, episodes: int, profile: str
) -> AsyncGenerator[Cinema, None]:
    rivals = folder / "rivals"
    rivals.mkdir(parents=True)
    made = [_make_film(name, seconds, folder) for name in _CLIPS[:films]]
    extra = {"BENCH_RIVALS": str(rivals)}
    async with open_stage(folder / "stage", profile=profile, app="loadtest.bench.start_app:app", extra=extra) as stage:
        await stage.organiser.post(f"/api/desk/series/{stage.series}/release?anyway=true")
        for number, film in enumerate(made, 1):
            await stage.producer.upload(await stage.enter(number), film)
        await _until_quiet(stage)
        await _multiply(stage, episodes)
        await _lay_out(stage, rivals, episodes)
        await asyncio.sleep(_SETTLE)
        yield Cinema(url=stage.url, seconds=seconds, episodes=episodes)


def _make_film(name: str, seconds: int, folder: Path) -> Path:
    media = os.environ.get("TEST_MEDIA")
    source = Path(media or "") / "clips" / name
    if media is None or not source.is_file():
        give_up(f"This bench plays real footage: name the folder that holds clips/{name} in TEST_MEDIA.")
    made = folder / name
    picture = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"]
    looped = ["-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i", str(source), "-t", str(seconds)]
    subprocess.run([ffmpeg(), *looped, *picture, "-c:a", "aac", str(made)], check=True, timeout=1800)
    return made


async def _until_quiet(stage: Stage) -> None:
    """Until nothing is encoded any more: what is measured then has the processor."""
    connection = await asyncpg.connect(stage.database_url)
    try:
        async with asyncio.timeout(_PATIENCE):
            while await connection.fetchval("SELECT count(*) FROM tier WHERE state IN ('queued', 'working')"):  # noqa: ASYNC110
                await asyncio.sleep(1)
    finally:
        await connection.close()


async def _multiply(stage: Stage, episodes: int) -> None:
    """More episodes on copies of the same packages: addresses of their own, so that no cache helps."""
    connection = await asyncpg.connect(stage.database_url)
    await prepare_connection(connection)
    try:
        made = await connection.fetch(
            "SELECT c.id FROM episode e JOIN current_package c ON c.episode_id = e.id ORDER BY e.number"
        )
        for number in range(len(made) + 1, episodes + 1):
            await _copy_package(stage, connection, made[(number - 1) % len(made)]["id"], await stage.enter(number))
    finally:
        await connection.close()


async def _copy_package(stage: Stage, connection: asyncpg.Connection, package: uuid.UUID, episode: int) -> None:
    fresh = uuid.uuid4()
    media = stage.folder / "storage" / "media"
    shutil.copytree(media / str(package), media / str(fresh), copy_function=os.link)
    row = await connection.fetchrow("SELECT * FROM package WHERE id = $1", package)
    assert row is not None  # noqa: S101
    values = {**dict(row), "id": fresh, "episode_id": episode}
    values["descriptor"] = json.loads(json.dumps(values["descriptor"]).replace(str(package), str(fresh)))
    names = ", ".join(values)
    marks = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO package ({names}) VALUES ({marks})", *values.values())  # noqa: S608


async def _lay_out(stage: Stage, rivals: Path, episodes: int) -> None:
    """The rivals' pages know their films; their libraries lie packed beside them as ours do."""
    masters: list[str] = []
    poster = ""
    while len(masters) < episodes:
        feed = await stage.producer.get(f"/api/feed?series={_SLUG}&from={len(masters) + 1}&limit=20")
        masters += [item["stream"]["master"] for item in feed["items"]]
        poster = poster or feed["items"][0]["stream"]["poster"]["jpg"]
    for name in ("plain.html", "plain.js", "videojs.html", "videojs.js"):
        text = (_PAGES / name).read_text(encoding="utf-8")
        text = text.replace(">[]<", f">{json.dumps(masters)}<").replace("/rival/poster.jpg", poster)
        (rivals / name).write_text(text, encoding="utf-8")
    for name, source in _LIBRARIES.items():
        if not (_MODULES / source).is_file():
            give_up("The rivals are not installed: make web")
        shutil.copyfile(_MODULES / source, rivals / name)
    for file in list(rivals.iterdir()):
        (rivals / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9))
