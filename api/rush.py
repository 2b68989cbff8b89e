"""The way to Redis, as its address says: one server, a cluster, or whichever server the Sentinels name as primary.

A call goes to the server that holds its key, is bounded in time, and is made once more where the first one met a
server that had just gone or had stopped being the primary. What is lost for longer is for the caller to bear.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct
from redis import exceptions
from redis.asyncio import ConnectionPool, Redis, RedisCluster
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel
from redis.backoff import NoBackoff

from api.errors import SettingsError
from api.metrics import REDIS_BUSY, REDIS_LOST, REDIS_SECONDS

#: What a call raises when it did not arrive; the library's cluster errors are no kind of its others.
LOST = (exceptions.RedisError, exceptions.RedisClusterException, OSError, TimeoutError)
_GONE: Final = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ClusterDownError,
    exceptions.SlotNotCoveredError,
)
#: Seconds until one server is given up, until a Sentinel is, and until a call is, whatever it met.
TIMEOUT, ASKING, DEADLINE = 2.0, 1.0, 4.0
#: Calls under way at once; further ones wait for one of them.
AT_ONCE: Final = 16
_FORMS: Final = (
    "TALLSCREEN_REDIS_URL is redis://host:port/0, redis+cluster://host:port,host:port or"
    " redis+sentinel://host:port,host:port/service, each with user:password@ before the hosts where there is one,"
    " and rediss for TLS."
)


class Address(Struct, frozen=True, kw_only=True):
    """Where Redis is. `options` are for its servers, `asking` for the Sentinels; both as the library names them."""

    kind: Literal["server", "cluster", "sentinel"]
    hosts: tuple[tuple[str, int], ...] = ()
    service: str = ""
    options: dict[str, Any] = {}
    asking: dict[str, Any] = {}


def read_url(url: str) -> Address:
    """SettingsError where it is none of the forms."""
    scheme, kind, rest = _split(url)
    if kind == "server":
        return Address(kind="server", options=_options(url))
    # By hand: a library that knows one host only may take the colons of several for a broken IPv6 address.
    rest, _, query = rest.partition("?")
    netloc, *path = [part for part in rest.split("/") if part] or [""]
    credentials, at, hosts = netloc.rpartition("@")
    if kind == "sentinel" and not path:
        raise SettingsError(f"{_FORMS} The name of the service is missing.")
    database = path[-1] if len(path) == (2 if kind == "sentinel" else 1) else "0"
    found = tuple(_host(host, 26379 if kind == "sentinel" else 6379) for host in hosts.split(","))
    options = _options(f"{scheme}://{credentials}{at}{hosts.split(',')[0]}/{database}?{query}")
    asking = {name: options.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    del options["host"]
    options.pop("port", None)
    if options.pop("connection_class", None) is SSLConnection:
        options["ssl"] = True
    if kind == "cluster":
        if options["db"]:
            raise SettingsError(f"{_FORMS} A cluster has no databases with numbers.")
        return Address(kind="cluster", hosts=found, options=options)
    asking |= {name: value for name, value in options.items() if name.startswith("ssl")}
    return Address(kind="sentinel", hosts=found, service=path[0], options=options, asking=asking)


def _split(url: str) -> tuple[str, Literal["server", "cluster", "sentinel"], str]:
    scheme, _, rest = url.partition("://")
    match scheme.split("+"):
        case ["redis" | "rediss" | "unix"]:
            return scheme, "server", rest
        case ["redis" | "rediss" as secure, "cluster"]:
            return secure, "cluster", rest
        case ["redis" | "rediss" as secure, "sentinel"]:
            return secure, "sentinel", rest
    raise SettingsError(_FORMS)


def _host(text: str, port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port or port
    except ValueError as error:
        raise SettingsError(_FORMS) from error
    if not host:
        raise SettingsError(_FORMS)
    return host, port


def _options(url: str) -> dict[str, Any]:
    try:
        return dict(parse_url(url))
    except ValueError as error:
        raise SettingsError(_FORMS) from error


class Rush(ABC):
    """Redis, however many servers it is. Every method raises one of LOST where it did not arrive."""

    def __init__(self) -> None:
        # A pool of the library's would call a full house a lost Redis.
        self._room = asyncio.Semaphore(AT_ONCE)

    async def call(self, key: str, *command: Any, **options: Any) -> Any:
        """One command on the server that holds `key`, which stands for all of its keys."""
        try:
            with REDIS_SECONDS.time(), REDIS_BUSY.track_inprogress():
                async with asyncio.timeout(DEADLINE), self._room:
                    return await self._call(key, *command, **options)
        except exceptions.ResponseError:
            raise  # an answer
        except LOST:
            REDIS_LOST.inc()
            raise

    async def load(self, library: str) -> None:
        """Give the functions to every server that answers."""
        async with asyncio.timeout(DEADLINE), self._room:
            await self._load(library)

    @abstractmethod
    async def _call(self, key: str, *command: Any, **options: Any) -> Any: ...

    @abstractmethod
    async def _load(self, library: str) -> None: ...

    @abstractmethod
    async def empty(self) -> None:
        """Lose everything, functions too."""

    @abstractmethod
    async def check(self) -> None:
        """Ask every server that holds keys, and the cluster whether all are there."""

    @abstractmethod
    async def close(self) -> None: ...


def open_rush(url: str) -> Rush:
    address = read_url(url)
    return _Cluster(address) if address.kind == "cluster" else _Server(address)


class _Server(Rush):
    """One server: the one of the address, or the primary that the Sentinels name at each connection."""

    def __init__(self, address: Address) -> None:
        super().__init__()
        self._redis: Any  # its types do not know every command
        self._sentinel, self._redis = _single(address, retries=1)

    async def _call(self, key: str, *command: Any, **options: Any) -> Any:
        try:
            return await self._redis.execute_command(*command, **options)
        except exceptions.ReadOnlyError:
            # A failover left us with a replica: the next connection asks the name again who is the primary.
            await self._redis.connection_pool.disconnect()
            return await self._redis.execute_command(*command, **options)

    async def _load(self, library: str) -> None:
        await self._call("", "FUNCTION LOAD", "REPLACE", library)

    async def empty(self) -> None:
        await self._redis.flushall()
        await self._redis.function_flush()

    async def check(self) -> None:
        try:
            await self._redis.execute_command("PING")
        except MasterNotFoundError:  # says it with all that is known of the Sentinels, passwords too
            raise exceptions.ConnectionError("no Sentinel names a primary that is there") from None

    async def close(self) -> None:
        await self._redis.aclose()
        if self._sentinel is not None:
            await self._sentinel.aclose()


def _single(address: Address, *, retries: int) -> tuple[Any, Redis]:
    known: dict[str, Any] = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": TIMEOUT,
        "retry": Retry(NoBackoff(), retries),
        "max_connections": AT_ONCE,
        **address.options,
    }
    if address.kind == "server":
        return None, Redis.from_pool(ConnectionPool(**known))
    # A Sentinel that is away must not cost the time in which the next one would have answered.
    asking = {"socket_timeout": ASKING, "socket_connect_timeout": ASKING, "retry": Retry(NoBackoff(), 0)}
    sentinels: Any = Sentinel  # has no types
    sentinel = sentinels(address.hosts, sentinel_kwargs={**asking, **address.asking})
    return sentinel, sentinel.master_for(address.service, **known)


class _Cluster(Rush):
    """Many servers that share the slots of the keys. A call names its server itself: for a Function the library would
    send all of its arguments to a server first, to be told which of them are keys.
    """

    def __init__(self, address: Address) -> None:
        super().__init__()
        self._redis: Any = _cluster(address)

    async def _call(self, key: str, *command: Any, **options: Any) -> Any:
        try:
            return await self._at(key, *command, **options)
        except _GONE:
            await self._redis.aclose()  # where the slots are is asked again
            return await self._at(key, *command, **options)

    async def _at(self, key: str, *command: Any, **options: Any) -> Any:
        await self._redis.initialize()
        node = self._redis.get_node_from_key(key)
        return await self._redis.execute_command(*command, target_nodes=node, **options)

    async def _load(self, library: str) -> None:
        """A server that is away will say that it lacks them when it is back."""
        await self._each("FUNCTION LOAD", "REPLACE", library, strict=False)

    async def empty(self) -> None:
        await self._each("FLUSHALL")
        await self._each("FUNCTION FLUSH")

    async def check(self) -> None:
        await self._redis.initialize()
        known = await self._redis.execute_command("CLUSTER INFO", target_nodes=self._redis.get_random_node())
        if known.get("cluster_state") != "ok":
            raise exceptions.ClusterDownError("the cluster does not serve all of its slots")
        await self._each("PING")

    async def _each(self, *command: Any, strict: bool = True) -> None:
        await self._redis.initialize()
        done = await asyncio.gather(
            *(self._redis.execute_command(*command, target_nodes=node) for node in self._redis.get_primaries()),
            return_exceptions=True,
        )
        failed = [each for each in done if isinstance(each, BaseException)]
        if failed and (strict or len(failed) == len(done)):
            raise failed[0]

    async def close(self) -> None:
        await _close_cluster(self._redis)


def _cluster(address: Address) -> RedisCluster:
    return RedisCluster(
        startup_nodes=[ClusterNode(host, port) for host, port in address.hosts],
        require_full_coverage=False,  # a cluster may be told to serve the slots it has
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 1),
        max_connections=2 * AT_ONCE,  # some may be on their way out
        **address.options,
    )


async def _close_cluster(cluster: RedisCluster) -> None:
    """The library closes only what it takes to be in order, and leaves connections open after a loss."""
    with suppress(*LOST):
        async with asyncio.timeout(TIMEOUT):
            await cluster.initialize()
    await cluster.aclose()


@asynccontextmanager
async def listening(url: str, channel: str) -> AsyncIterator[PubSub]:
    """Subscribed to a channel of the whole Redis, until it is lost: connections of their own, made anew each time, so
    that who is the primary and where the slots are is asked anew too.
    """
    address = read_url(url)
    async with AsyncExitStack() as stack:
        if address.kind == "cluster":
            cluster = _cluster(address)
            stack.push_async_callback(_close_cluster, cluster)
            await cluster.initialize()
            heard: PubSub = cluster.pubsub()
        else:
            sentinel, redis = _single(address, retries=0)
            if sentinel is not None:
                stack.push_async_callback(sentinel.aclose)
            stack.push_async_callback(redis.aclose)
            heard = redis.pubsub()
        await stack.enter_async_context(heard)
        await heard.subscribe(channel)
        yield heard
