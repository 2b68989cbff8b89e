"""Real servers for every test: PostgreSQL and Valkey from their wheels, started once, ended by their own process id."""

import asyncio
import itertools
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from litestar import Litestar
from msgspec import Struct

from api import embedded, logs
from api.app import in_front
from api.db import Connection, Pool, migrate_database, open_pool, prepare_connection
from api.live import RedisLive
from api.mail import CapturedMail
from api.settings import Settings
from tests import nursery
from tests.apps import running_app

TEMPLATE = "tallscreen_template"
SECRET = "a secret of the tests, long enough to be one"
METRICS_TOKEN = "what Prometheus says in tests"
SCRAPER = {"Authorization": f"Bearer {METRICS_TOKEN}"}
ROOT = Path(__file__).parent.parent
_numbers = itertools.count(1)
_nursery = nursery.Nursery()
Process = asyncio.subprocess.Process | nursery.Server


#: What takes minutes begins first, so that side by side one does not wait for the other at the end.
LONGEST_FIRST = ("tests/journeys/", "tests/operations/", "tests/faults/", "tests/transcoder/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((place for place, folder in enumerate(LONGEST_FIRST) if item.nodeid.startswith(folder)), 9)

    items.sort(key=place)


class TestServer(Struct, frozen=True):
    """A server process of its own on a database of its own."""

    __test__ = False
    url: str
    database_url: str
    redis_url: str
    env: dict[str, str]
    process: Process


def to_database(url: str, name: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(scope="session", autouse=True)
def _quiet_logs() -> None:
    logs.configure()


@pytest.fixture(scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[str, None]:
    """The server's URL with the migrated template database."""
    server = await embedded.start_postgres(tmp_path_factory.mktemp("postgres"), database=TEMPLATE)
    await migrate_database(server.url)
    yield server.url
    await server.stop()


@pytest.fixture(scope="session")
async def valkey(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[str, None]:
    server = await embedded.start_valkey(tmp_path_factory.mktemp("valkey"))
    yield server.url
    await server.stop()


async def copy_database(postgres: str) -> str:
    """A fresh migrated database: 20 to 60 ms."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    connection = await asyncpg.connect(to_database(postgres, "postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    finally:
        await connection.close()
    return to_database(postgres, name)


async def drop_database(url: str) -> None:
    connection = await asyncpg.connect(to_database(url, "postgres"))
    try:
        await connection.execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture
async def database_url(postgres: str) -> AsyncGenerator[str, None]:
    """A database of its own, for tests whose subject opens its own connections."""
    url = await copy_database(postgres)
    yield url
    await drop_database(url)


@pytest.fixture(scope="session")
async def shared_database(postgres: str) -> AsyncGenerator[str, None]:
    url = await copy_database(postgres)
    yield url
    await drop_database(url)


@pytest.fixture
async def db(shared_database: str) -> AsyncIterator[Connection]:
    """One transaction, rolled back at the end: about a millisecond."""
    connection = await asyncpg.connect(shared_database)
    await prepare_connection(connection)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


@pytest.fixture
async def redis_url(valkey: str) -> str:
    """The Valkey server, emptied, functions included."""
    live = RedisLive(valkey)
    await live.forget()
    await live.close()
    return valkey


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    storage = tmp_path / "storage"
    storage.mkdir()
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        storage_url=f"file://{storage}",
        secret=SECRET,
        public_url="http://testserver.local",
        metrics_token=METRICS_TOKEN,
    )


@pytest.fixture
def mailbox() -> CapturedMail:
    return CapturedMail()


@pytest.fixture
async def app(settings: Settings, mailbox: CapturedMail) -> AsyncIterator[Litestar]:
    async with running_app(settings, mailer=mailbox) as app:
        yield app


NewClient = Callable[[], httpx.AsyncClient]


@pytest.fixture
async def new_client(app: Litestar, settings: Settings) -> AsyncIterator[NewClient]:
    """Makes browsers: each with its own cookies, all to the same application."""
    clients: list[httpx.AsyncClient] = []

    def make() -> httpx.AsyncClient:
        edge = cast("Any", in_front(app, settings))  # the two libraries spell the same ASGI types differently
        transport = httpx.ASGITransport(app=edge, raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://testserver.local"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(new_client: NewClient) -> httpx.AsyncClient:
    return new_client()


@pytest.fixture
async def server(settings: Settings, tmp_path: Path) -> AsyncGenerator[TestServer, None]:
    """The API as it runs in a festival: its own process, its own port."""
    started = await start_server(settings, tmp_path)
    yield started
    await stop_process(started.process)


@pytest.fixture(scope="session", autouse=True)
async def _nursery_ends() -> AsyncGenerator[None, None]:
    yield
    await _nursery.close()


async def start_server(
    settings: Settings, folder: Path, *, host: str = "127.0.0.1", workers: int = 1, **more: str
) -> TestServer:
    """`more` are further settings by their names."""
    port = embedded.free_port()
    url = f"http://{host}:{port}"
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TALLSCREEN_DATABASE_URL": settings.database_url,
        "TALLSCREEN_REDIS_URL": settings.redis_url,
        "TALLSCREEN_STORAGE_URL": settings.storage_url,
        "TALLSCREEN_SECRET": settings.secret,
        "TALLSCREEN_PUBLIC_URL": url,
        "TALLSCREEN_WORK_DIR": str(folder / "work"),
        "TALLSCREEN_DEMO": "1",
        "TALLSCREEN_METRICS_TOKEN": METRICS_TOKEN,
        **more,
    }
    (folder / "work").mkdir(exist_ok=True)
    log = folder / "api.log"
    if more or workers > 1:
        options = ["--port", str(port), "--workers", str(workers), "--drain", "0"]
        process: Process = await start_process(["-m", "api.serve", *options], env, log)
    else:
        process = await _nursery.fork(port, env, log)
    async with httpx.AsyncClient() as probe:
        for _ in range(1200):
            try:
                if (await probe.get(f"{url}/readyz")).status_code == 200:
                    return TestServer(url, settings.database_url, settings.redis_url, env, process)
            except httpx.TransportError:
                pass
            if process.returncode is not None:
                break
            await asyncio.sleep(0.1)
    await stop_process(process)
    raise RuntimeError(log.read_text()[-4000:])


async def start_process(arguments: list[str], env: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    return await embedded.spawn([sys.executable, *arguments], log, env)


async def stop_process(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
