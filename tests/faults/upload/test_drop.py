"""A drop of many files arrives byte for byte and once, however often the network is cut and the API is killed meanwhile."""

import contextlib
import hashlib
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec import Struct, structs

from api import embedded
from api.db import Pool
from api.settings import Settings
from loadtest.proxy import Proxy
from tests import builders
from tests.conftest import ROOT
from tests.faults.chaos_servers import Backend
from tests.faults.upload.network import Weather, plan
from tests.faults.upload.sender import Sender, send_all

PART = 65536
KIB = 1024


class Drop(Struct):
    """What was sent and what fell on it."""

    senders: list[Sender]
    weather: Weather
    series: int
    http: httpx.AsyncClient

    @property
    def report(self) -> str:
        kinds = [blow.kind for blow in self.weather.done]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
        size = sum(len(sender.content) for sender in self.senders)
        return f"{len(self.senders)} files, {size // KIB} KiB, {counts}, {sum(each.tries for each in self.senders)} attempts"


def a_seed() -> int:
    """Another one each time, unless CHAOS_SEED names one; the report says which it was."""
    return int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(10**6))


async def an_api(settings: Settings, folder: Path) -> tuple[Backend, int]:
    port = embedded.free_port()
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TALLSCREEN_DATABASE_URL": settings.database_url,
        "TALLSCREEN_REDIS_URL": settings.redis_url,
        "TALLSCREEN_STORAGE_URL": settings.storage_url,
        "TALLSCREEN_SECRET": settings.secret,
        "TALLSCREEN_PUBLIC_URL": "http://studio.festival.example",
        "TALLSCREEN_SERVE_FILES": "0",
        "TALLSCREEN_WORK_DIR": str(folder),
    }
    options = ["--interface", "asgi", "--port", str(port), "--no-ws", "--log-level", "warning", "api.main:app"]
    return Backend("api", [sys.executable, "-m", "granian", *options], folder / "api.log", env), port


@contextlib.asynccontextmanager
async def dropped(
    settings: Settings, pool: Pool, folder: Path, *, files: int, cuts: int, kills: int, seed: int
) -> AsyncIterator[Drop]:
    """Send a drop through bad weather, to its end."""
    dice = random.Random(seed)
    contents = [dice.randbytes(dice.randrange(1, 5 * PART)) for _ in range(files)]
    settings = structs.replace(settings, storage_url=f"{settings.storage_url}?part={PART}")
    api, port = await an_api(settings, folder)
    proxy = Proxy([port])
    blows = plan(dice, sum(map(len, contents)), cuts=cuts, kills=kills)
    weather = Weather(api, proxy, blows, dice)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{await proxy.start()}", timeout=10) as http:
        try:
            series, senders = await a_series(pool, http, contents)
            await api.start()
            await send_all(senders, dice)
            await weather.over()
            await api.until(lambda: answers(port))
            yield Drop(senders, weather, series, http)
        finally:
            await proxy.close()
            await api.kill()


async def answers(port: int) -> bool:
    async with httpx.AsyncClient() as probe:
        try:
            return (await probe.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        except httpx.TransportError:
            return False


async def a_series(pool: Pool, http: httpx.AsyncClient, contents: list[bytes]) -> tuple[int, list[Sender]]:
    async with pool.acquire() as db:
        company = await builders.a_company(db)
        await builders.sign_in(http, db, "producer", company)
        series = await builders.a_series(db, company=company, released=False)
        episodes = [await builders.an_episode(db, series, number) for number in range(1, len(contents) + 1)]
    names = [f"E{number:02d}.mov" for number in range(1, len(contents) + 1)]
    return series, [Sender(http, *each) for each in zip(episodes, names, contents, strict=True)]


async def check(drop: Drop, pool: Pool, storage: Path) -> None:
    """Every file is there as it was, none twice, and every episode says so."""
    found = await pool.fetch(
        "SELECT o.episode_id, o.id, o.state FROM original o JOIN episode e ON e.id = o.episode_id WHERE e.series_id = $1"
        " ORDER BY e.number",
        drop.series,
    )
    sent = [(sender.episode, "received", sender.sha256) for sender in drop.senders]
    stored = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (storage / "originals").iterdir()}
    assert [(row["episode_id"], row["state"], stored.get(str(row["id"]))) for row in found] == sent
    assert len(stored) == len(sent)

    queued = await pool.fetch(
        "SELECT e.id, count(p.id) AS packages, count(q.id) AS jobs FROM episode e LEFT JOIN package p ON p.episode_id = e.id"
        " LEFT JOIN pgqueuer q ON q.entrypoint = 'preview' AND convert_from(q.payload, 'utf8')::jsonb->>'package' = p.id::text"
        " WHERE e.series_id = $1 GROUP BY e.id ORDER BY e.id",
        drop.series,
    )
    assert [tuple(row) for row in queued] == [(sender.episode, 1, 1) for sender in drop.senders]

    shown = (await drop.http.get(f"/api/studio/series/{drop.series}")).json()["episodes"]
    assert [(each["id"], each["state"], each["size"]) for each in shown] == [
        (sender.episode, "queued", len(sender.content)) for sender in drop.senders
    ]


async def prove(
    settings: Settings,
    pool: Pool,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    files: int,
    cuts: int,
    kills: int,
) -> None:
    seed = a_seed()
    storage = Path(settings.storage_url.removeprefix("file://"))
    async with dropped(settings, pool, folder, files=files, cuts=cuts, kills=kills, seed=seed) as drop:
        with capsys.disabled():
            sys.stdout.write(f"\nseed {seed}: {drop.report}\n")

        await check(drop, pool, storage)

        struck = [blow.kind for blow in drop.weather.done]
        assert (len(struck) - struck.count("kill"), struck.count("kill")) == (cuts, kills)
        assert sum(sender.tries for sender in drop.senders) > files


@pytest.mark.timeout(120)
async def test_twelve_files_arrive_once_and_whole_through_cuts_and_kills(
    settings: Settings, pool: Pool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await prove(settings, pool, tmp_path, capsys, files=12, cuts=8, kills=2)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_eighty_files_arrive_once_and_whole_through_37_cuts_and_ten_kills(
    settings: Settings, pool: Pool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await prove(settings, pool, tmp_path, capsys, files=80, cuts=37, kills=10)
