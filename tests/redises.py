"""Redis as festivals run it: a cluster, and a primary with a replica that a Sentinel watches. Real servers, each a process
of its own that can be killed and started again.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.crc import key_slot

from api import embedded
from api.live import CHANNEL

PATIENCE = 30
SLOTS = 16_384


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it, looking five times a second; TimeoutError where it never comes."""
    async with asyncio.timeout(PATIENCE):
        while not await what():  # noqa: ASYNC110 - servers ring no bell
            await asyncio.sleep(0.2)


class Node:
    """One Valkey on a port and in a folder of its own."""

    def __init__(self, folder: Path, password: str, **options: str) -> None:
        self._folder, self.port = folder, embedded.free_port()
        own = {"port": str(self.port), "requirepass": password, "masterauth": password, "repl-diskless-sync-delay": "0"}
        self._options = {**own, **{name.replace("_", "-"): value for name, value in options.items()}}
        self._server: embedded.Server | None = None

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await embedded.start_valkey(self._folder, self._options)

    async def kill(self) -> None:
        """By the signal that nothing can answer."""
        assert self._server is not None
        self._server.process.kill()
        await self._server.process.wait()

    async def stop(self) -> None:
        if self._server is not None and self._server.process.returncode is None:
            await self.kill()

    async def do(self, *command: Any) -> Any:
        assert self._server is not None
        client: Any = Redis.from_url(self._server.url, decode_responses=True)
        async with client:
            return await client.execute_command(*command)

    async def follows(self) -> bool:
        """Whether this is a replica that has all of its primary."""
        known = await self.do("INFO", "replication")
        return bool(known["role"] == "slave" and known["master_link_status"] == "up")


class Cluster:
    """Three primaries with a third of the slots each; the one that hears of news has a replica."""

    def __init__(self, folder: Path) -> None:
        self._password = secrets.token_urlsafe(12)
        self.primaries = [self._node(folder, f"primary-{number}") for number in range(3)]
        self.replica = self._node(folder, "replica")
        self.nodes = [*self.primaries, self.replica]
        self.mirrored = self._holder(CHANNEL)
        #: One that has no replica.
        self.lonely = (self.mirrored + 1) % 3

    def _node(self, folder: Path, name: str) -> Node:
        return Node(
            folder / name, self._password, cluster_enabled="yes", cluster_config_file="nodes.conf",
            cluster_port=str(embedded.free_port()), cluster_node_timeout="1000",
            cluster_require_full_coverage="no", cluster_replica_validity_factor="0",
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"redis+cluster://:{self._password}@{','.join(node.place for node in self.nodes)}"

    def _holder(self, key: str) -> int:
        return key_slot(key.encode()) * 3 // SLOTS

    def holder(self, award: int) -> int:
        """Which of the primaries had the keys of this award at first."""
        return self._holder(f"{{{award}}}")

    async def start(self) -> None:
        await asyncio.gather(*(node.start() for node in self.nodes))
        for number, node in enumerate(self.primaries):
            first, last = -(-SLOTS * number // 3), -(-SLOTS * (number + 1) // 3) - 1
            await node.do("CLUSTER", "ADDSLOTSRANGE", first, last)
            await node.do("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in self.nodes[1:]:
            await self.nodes[0].do("CLUSTER", "MEET", "127.0.0.1", node.port, node._options["cluster-port"])
        await until(self._is_whole)
        await self.replica.do("CLUSTER", "REPLICATE", await self.primaries[self.mirrored].do("CLUSTER", "MYID"))
        await until(self.replica.follows)
        await until(self._know_the_replica)

    async def _is_whole(self) -> bool:
        known = [await node.do("CLUSTER INFO") for node in self.nodes]
        return all(each["cluster_state"] == "ok" and each["cluster_known_nodes"] == "4" for each in known)

    async def _know_the_replica(self) -> bool:
        known = [str(await node.do("CLUSTER", "NODES")) for node in self.primaries]
        return all("slave" in each for each in known)

    async def stop(self) -> None:
        for node in self.nodes:
            await node.stop()


class Watched:
    """A primary and its replica, and a Sentinel that makes the one the other's heir."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._password, self._secret = folder, secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        self.primary, self.replica = Node(folder / "first", self._password), Node(folder / "second", self._password)
        self._port = embedded.free_port()
        self._sentinel: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """The first Sentinel named is never there."""
        places = f"127.0.0.1:{embedded.free_port()},127.0.0.1:{self._port}"
        return f"redis+sentinel://:{self._password}@{places}/festival/0?sentinel_password={self._secret}"

    async def start(self) -> None:
        await self.primary.start()
        await self.replica.start()
        await self.replica.do("REPLICAOF", "127.0.0.1", self.primary.port)
        await until(self.replica.follows)
        folder = self._folder / "sentinel"
        folder.mkdir()
        config = [
            "bind 127.0.0.1", f"port {self._port}", f"requirepass {self._secret}", f"dir {folder}",
            f"sentinel monitor festival 127.0.0.1 {self.primary.port} 1",
            f"sentinel auth-pass festival {self._password}",
            "sentinel down-after-milliseconds festival 800",
            "sentinel failover-timeout festival 5000",
        ]  # fmt: skip
        (folder / "sentinel.conf").write_text("\n".join([*config, ""]))
        command = [str(embedded.valkey_binary()), str(folder / "sentinel.conf"), "--sentinel"]
        self._sentinel = await embedded.spawn(command, folder / "log")
        await until(self._sees_the_replica)

    async def _sees_the_replica(self) -> bool:
        if not await embedded._accepts_connections(self._port):
            return False
        client: Any = Redis(port=self._port, password=self._secret, decode_responses=True)
        async with client:
            known = await client.execute_command("SENTINEL MASTERS")
        return bool(known["festival"]["num-slaves"] == 1)

    async def stop(self) -> None:
        for node in (self.primary, self.replica):
            await node.stop()
        if self._sentinel is not None and self._sentinel.returncode is None:
            self._sentinel.kill()
            await self._sentinel.wait()


@asynccontextmanager
async def running_redis(servers: Cluster | Watched) -> AsyncIterator[None]:
    try:
        await servers.start()
        yield
    finally:
        await servers.stop()
