"""A festival on seven hosts: a proxy, two for the API, two that transcode, one with PostgreSQL, Valkey and S3, and us.

Nothing of it is built for this: the hosts differ from one machine in their environment only.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import boto3
import httpx
import msgspec
import psutil
from botocore.config import Config

from api import embedded
from api.db import migrate_database
from loadtest import nginx
from tests.conftest import ROOT, SECRET
from tests.faults.chaos_servers import Backend
from tests.faults.lan import Lan, laid

BUCKET: Final = "festival"
APIS: Final = ("api-1", "api-2")
WORKERS: Final = ("film-1", "film-2")
HOSTS: Final = ("proxy", *APIS, *WORKERS, "data")
API_PORT, VOTES_PORT, S3_PORT = 8000, 8001, 9000
KEYS: Final = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_START_SECONDS: Final = 600


class Venue:
    """The hosts and what runs on each. `heartbeat` is when a silent transcoder loses its job, in seconds."""

    def __init__(self, lan: Lan, folder: Path, heartbeat: float) -> None:
        self.lan, self.folder, self._heartbeat = lan, folder, heartbeat
        self.backends: list[Backend] = []
        self.database_url = self._redis_url = ""

    @property
    def proxy(self) -> tuple[str, int]:
        return self.lan.addresses["proxy"], 80

    @property
    def url(self) -> str:
        return f"http://{self.proxy[0]}"

    @property
    def _s3(self) -> str:
        return f"http://{self.lan.addresses['data']}:{S3_PORT}"

    async def open(self) -> None:
        """All hosts are there; of the servers, only those of the data."""
        for host in HOSTS:
            self.lan.add(host)
        await self._open_data()

    async def open_festival(self) -> None:
        await self.start("proxy", self._proxy_command())
        for host in APIS:
            options = ["--host", "0.0.0.0", "--port", str(API_PORT), "--no-ws", "--log-level", "warning"]  # noqa: S104
            await self.start(host, [sys.executable, "-m", "granian", "--interface", "asgi", *options, "api.main:app"])
        for host in WORKERS:
            await self.start(host, [sys.executable, "-m", "transcoder.worker"])
        for host in APIS:
            await self.until(partial(self.is_ready, host))
        await self.until(lambda: self._is_there(f"{self.url}/readyz"))

    async def _open_data(self) -> None:
        """Started where they always start, then moved to a host of their own."""
        address = self.lan.addresses["data"]
        folder = self.folder / "postgres"
        server = await embedded.start_postgres(folder)
        command = psutil.Process(server.process.pid).cmdline()
        await server.stop()
        with (folder / "data" / "pg_hba.conf").open("a") as known:
            known.write(f"host all all {self.lan.network} scram-sha-256\n")
        moved = [*embedded.as_owner(folder), *command, "-c", "listen_addresses=*"]
        self.database_url = server.url.replace("127.0.0.1", address)
        await self.start("data", moved, "postgres")
        valkey = await embedded.start_valkey(self.folder / "valkey")
        await valkey.stop()
        config = self.folder / "valkey" / "valkey.conf"
        config.write_text(config.read_text().replace('bind "127.0.0.1"', f"bind {address}"))
        self._redis_url = valkey.url.replace("127.0.0.1", address)
        await self.start("data", [str(embedded.valkey_binary()), str(config)], "valkey")
        await self.start("data", [sys.executable, "-m", "moto.server", "-H", address, "-p", str(S3_PORT)], "s3")
        await self.until(self._accepts_sql)
        await self.until(lambda: self._is_open(urlsplit(self._redis_url).port or 0))
        await self.until(lambda: self._is_open(S3_PORT))
        await migrate_database(self.database_url)
        await asyncio.to_thread(self._make_bucket)

    def _make_bucket(self) -> None:
        """The proxy signs nothing: the bucket knows it by its address."""
        reads = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/media/*",
            "Condition": {"IpAddress": {"aws:SourceIp": f"{self.proxy[0]}/32"}},
        }
        policy = {"Version": "2012-10-17", "Statement": [reads]}
        self.bucket().create_bucket(Bucket=BUCKET)
        self.bucket().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))

    def _proxy_command(self) -> list[str]:
        hosts = [self.lan.addresses[host] for host in APIS]
        home = self.folder / "proxy"
        places = nginx.Places(
            home=home,
            listen=f"{self.proxy[0]}:80",
            api=tuple(f"{host}:{API_PORT}" for host in hosts),
            votes=tuple(f"{host}:{VOTES_PORT}" for host in hosts),
            storage=(urlsplit(self._s3).netloc,),
            bucket=BUCKET,
        )
        return [nginx.find_nginx() or "nginx", "-p", str(home), "-c", str(nginx.write(places))]

    async def start(self, host: str, command: list[str], name: str | None = None) -> None:
        name = name or host
        env = self._env(host)
        Path(env["TALLSCREEN_WORK_DIR"]).mkdir(exist_ok=True)
        backend = Backend(name, [*self.lan.enter(host), *command], self.log_of(name), env)
        self.backends.append(backend)
        await backend.start()

    def signal(self, name: str, which: signal.Signals) -> None:
        [backend] = [each for each in self.backends if each.name == name]
        backend.signal(which)

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _env(self, host: str) -> dict[str, str]:
        """All that makes these hosts one festival."""
        return {
            **os.environ,
            **KEYS,
            "PYTHONPATH": str(ROOT),
            "TALLSCREEN_DATABASE_URL": self.database_url,
            "TALLSCREEN_REDIS_URL": self._redis_url,
            "TALLSCREEN_STORAGE_URL": f"s3://{BUCKET}?endpoint={self._s3}&public={self.url}&style=path",
            "TALLSCREEN_SECRET": SECRET,
            "TALLSCREEN_PUBLIC_URL": self.url,
            "TALLSCREEN_TRUSTED_PROXIES": self.proxy[0],
            "TALLSCREEN_SERVE_FILES": "0",
            "TALLSCREEN_VOTES_LISTEN": f"0.0.0.0:{VOTES_PORT}",
            "TALLSCREEN_PROFILE": "quick",
            "TALLSCREEN_HEARTBEAT_SECONDS": str(self._heartbeat),
            "TALLSCREEN_RETRY_SECONDS": "1",
            "TALLSCREEN_WORK_DIR": str(self.folder / f"work-{host}"),
        }

    async def close(self) -> None:
        for backend in reversed(self.backends):
            await backend.kill()

    async def is_ready(self, host: str) -> bool:
        """An API host, asked past the proxy."""
        return await self._is_there(f"http://{self.lan.addresses[host]}:{API_PORT}/readyz")

    async def _is_there(self, url: str) -> bool:
        try:
            async with httpx.AsyncClient(timeout=5) as probe:
                return (await probe.get(url)).status_code == 200
        except httpx.TransportError:
            return False

    async def _is_open(self, port: int) -> bool:
        try:
            async with asyncio.timeout(2):
                _, writer = await asyncio.open_connection(self.lan.addresses["data"], port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    async def _accepts_sql(self) -> bool:
        try:
            async with self.connected():
                return True
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False

    async def until(self, is_so: Callable[[], Awaitable[object]], seconds: float = _START_SECONDS) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not await is_so():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(self.told())
            await asyncio.sleep(0.1)

    def told(self) -> str:
        """The last words of everything that runs here."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.database_url, timeout=5)
        try:
            yield connection
        finally:
            await connection.close()

    def bucket(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self._s3,
            region_name="us-east-1",
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}),
        )

    def keys(self, prefix: str) -> set[str]:
        pages = self.bucket().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def events(self, worker: str) -> Iterator[dict[str, Any]]:
        """What a transcoder has logged so far."""
        for line in self.log_of(worker).read_text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                yield msgspec.json.decode(line)


@asynccontextmanager
async def opened_venue(folder: Path, heartbeat: float, *, bare: bool = False) -> AsyncIterator[Venue]:
    """With `bare`, nothing runs yet but PostgreSQL, Valkey and S3."""
    with laid() as lan:
        venue = Venue(lan, folder, heartbeat)
        try:
            await venue.open()
            if not bare:
                await venue.open_festival()
            yield venue
        finally:
            await venue.close()
