"""A festival for a bench: real servers, API and worker as processes of their own, one producer with one series."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from msgspec import Struct

from api import embedded
from api.access.operators import issue_code
from api.db import migrate_database
from loadtest.client import Person

_ROOT: Final = Path(__file__).parents[2]
_ORGANISER: Final = "organiser@bench.example"
_PRODUCER: Final = "producer@bench.example"
_START_SECONDS: Final = 300


class Stage(Struct, frozen=True, kw_only=True):
    url: str
    folder: Path
    organiser: Person
    producer: Person
    series: int
    database_url: str

    async def enter(self, number: int) -> int:
        """A new episode without a film; its id."""
        body = {"number": number, "title": {"en": f"Episode {number}"}}
        return int((await self.producer.post(f"/api/studio/series/{self.series}/episodes", body))["id"])

    async def state(self, episode: int) -> Any:
        series = await self.producer.get(f"/api/studio/series/{self.series}")
        return next(each for each in series["episodes"] if each["id"] == episode)


@contextlib.asynccontextmanager
async def open_stage(
    folder: Path, *, profile: str = "festival", app: str = "api.main:app", extra: Mapping[str, str] | None = None
) -> AsyncGenerator[Stage, None]:
    """Everything below `folder`; whatever was started has ended when this is left. `app` is what answers requests,
    `extra` what its environment has besides."""
    async with contextlib.AsyncExitStack() as stack:
        env = {**await _start_servers(stack, folder, profile), **(extra or {})}
        url = env["TALLSCREEN_PUBLIC_URL"]
        options = ["--interface", "asgi", "--port", url.rsplit(":", 1)[1], "--no-ws", "--log-level", "warning"]
        await _start(stack, ["-m", "granian", *options, app], env, folder / "api.log")
        await _until_ready(url)
        await _start(stack, ["-m", "transcoder.worker"], env, folder / "worker.log")
        organiser, producer = Person(url), Person(url)
        stack.push_async_callback(organiser.close)
        stack.push_async_callback(producer.close)
        series = await _found(organiser, producer, env["TALLSCREEN_DATABASE_URL"])
        yield Stage(
            url=url,
            folder=folder,
            organiser=organiser,
            producer=producer,
            series=series,
            database_url=env["TALLSCREEN_DATABASE_URL"],
        )


async def _start_servers(stack: contextlib.AsyncExitStack, folder: Path, profile: str) -> dict[str, str]:
    logging.getLogger("pogo_core").setLevel(logging.ERROR)
    postgres = await embedded.start_postgres(folder / "postgres")
    stack.push_async_callback(postgres.stop)
    valkey = await embedded.start_valkey(folder / "valkey")
    stack.push_async_callback(valkey.stop)
    await migrate_database(postgres.url)
    for name in ("storage", "work"):
        (folder / name).mkdir()
    return {
        **os.environ,
        "PYTHONPATH": str(_ROOT),
        "TALLSCREEN_DATABASE_URL": postgres.url,
        "TALLSCREEN_REDIS_URL": valkey.url,
        "TALLSCREEN_STORAGE_URL": f"file://{folder / 'storage'}",
        "TALLSCREEN_WORK_DIR": str(folder / "work"),
        "TALLSCREEN_SECRET": secrets.token_urlsafe(48),
        "TALLSCREEN_PUBLIC_URL": f"http://127.0.0.1:{embedded.free_port()}",
        "TALLSCREEN_PROFILE": profile,
        "TALLSCREEN_DEMO": "1",
    }


async def _start(stack: contextlib.AsyncExitStack, arguments: list[str], env: dict[str, str], log: Path) -> None:
    process = await embedded.spawn([sys.executable, *arguments], log, env)
    stack.push_async_callback(embedded.Server("", process, signal.SIGTERM).stop)


async def _until_ready(url: str) -> None:
    async with httpx.AsyncClient() as probe:
        for _ in range(_START_SECONDS * 10):
            with contextlib.suppress(httpx.TransportError):
                if (await probe.get(f"{url}/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise TimeoutError("the API did not start")


async def _found(organiser: Person, producer: Person, database_url: str) -> int:
    await organiser.sign_in(await issue_code(database_url, _ORGANISER, organiser="Organiser"))
    dates = {"starts_on": "2026-11-06", "ends_on": "2026-11-30", "time_zone": "Asia/Almaty"}
    await organiser.post("/api/desk/festival", {"slug": "bench", "name": {"en": "Bench"}, **dates})
    section = await organiser.post("/api/desk/sections", {"slug": "main", "name": {"en": "Main competition"}})
    account = {"email": _PRODUCER, "name": "Producer", "role": "producer", "company": "Films"}
    await organiser.post("/api/desk/accounts", account)
    await producer.sign_in_by_mail(_PRODUCER)
    body = {"section": section["id"], "slug": "night-bus", "title": {"en": "Night bus"}, "country": "BY"}
    return int((await producer.post("/api/studio/series", body))["id"])
