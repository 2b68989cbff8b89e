"""Fan-out of live news to the open streams of this process: one load per topic, however many listen.

A stream holds one slot per topic and the latest state wins, so a slow phone costs no memory. News comes from Redis
and PostgreSQL; every topic somebody listens to is also loaded again every few seconds, so the loss of either only
makes the picture a little older.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from math import inf
from time import monotonic
from typing import TypeAlias
from weakref import WeakSet

import structlog

from api import errors
from api.db import GONE
from api.live import LOST, end
from api.metrics import STREAMS

log = structlog.get_logger("hub")
#: Seconds between two loads of one topic, at least and at most.
SOONEST, LATEST = 0.5, 3.0
STREAM_LIMIT = 2_000
TOPIC_LIMIT = 40
#: The state of one thing as JSON, or of many under one topic, each by its name ("episode:5").
State: TypeAlias = bytes | Mapping[str, bytes]
#: Loads the present state of one topic; raises FestivalError where it may not be seen.
Source = Callable[[str], Awaitable[State]]


class Stream:
    """One listener: the latest unsent state of each of its topics."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.waiting: dict[str, State] = {}
        self.wake = asyncio.Event()
        self.ended = False

    def put(self, topic: str, state: State) -> None:
        """Of many things under one topic, those that changed; each keeps its own latest state."""
        held = self.waiting.get(topic)
        if isinstance(held, Mapping) and isinstance(state, Mapping):
            state = {**held, **state}
        self.waiting[topic] = state
        self.wake.set()

    def end(self) -> None:
        self.ended = True
        self.wake.set()

    def take(self) -> dict[str, State]:
        self.wake.clear()
        taken, self.waiting = self.waiting, {}
        return taken


class Hub:
    """`sources` maps the last word of a topic ("board" of "award:1:board") to what loads it."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._state: dict[str, State] = {}
        self._loaded: dict[str, float] = {}
        self._stale: set[str] = set()
        self._loading: dict[str, asyncio.Task[State]] = {}
        self._task: asyncio.Task[None] | None = None
        self._leaving = False
        #: From the moment it is let in, and as long as anybody holds it: also where nobody ever reads it.
        self._open: WeakSet[Stream] = WeakSet()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="hub")

    async def close(self) -> None:
        if self._task is not None:
            await end([self._task, *self._loading.values()])

    def leave(self) -> None:
        """End every stream in order and open no other: this process is about to end, and another one serves them."""
        self._leaving = True
        for stream in {each for streams in self._streams.values() for each in streams}:
            stream.end()

    def tell(self, thing: str) -> None:
        """Something of `thing` ("award:1") has changed: its topics are loaded again soon."""
        self._stale |= {topic for topic in self._streams if self._is_about(topic, thing)}

    def _is_about(self, topic: str, thing: str) -> bool:
        state = self._state.get(topic)
        return topic == thing or topic.startswith(f"{thing}:") or (isinstance(state, Mapping) and thing in state)

    async def listen(self, topics: frozenset[str]) -> AsyncIterator[dict[str, State]]:
        """States as they come, the present ones first. Raises what the sources raise before anything is sent."""
        if self._leaving:
            raise errors.Unavailable("This server is about to restart.", retry_after=2)
        if len(self._open) >= STREAM_LIMIT:
            raise errors.Unavailable("Too many live pages are open here.", retry_after=5)
        stream = Stream(topics)
        self._open.add(stream)
        for topic in topics:
            stream.put(topic, await self._present(topic))
        return self._follow(stream)

    async def _present(self, topic: str) -> State:
        """Of one load, which all who come while it is under way share."""
        loading = self._loading.get(topic)
        if loading is None:
            loading = self._loading[topic] = asyncio.create_task(self._load(topic), name=f"load-{topic}")
            loading.add_done_callback(lambda done: self._loaded_for_all(topic, done))
        return await asyncio.shield(loading)

    def _loaded_for_all(self, topic: str, done: asyncio.Task[State]) -> None:
        del self._loading[topic]
        if not done.cancelled():
            done.exception()  # those who wait for it are told; where all have left, nobody is

    async def _follow(self, stream: Stream) -> AsyncIterator[dict[str, State]]:
        STREAMS.inc()
        for topic in stream.topics:
            self._streams[topic].add(stream)
        try:
            while not (stream.ended or self._leaving):
                await stream.wake.wait()
                yield stream.take()
        finally:
            self._open.discard(stream)
            STREAMS.dec()
            for topic in stream.topics:
                self._streams[topic].discard(stream)
                if not self._streams[topic]:
                    self._forget(topic)

    def _forget(self, topic: str) -> None:
        del self._streams[topic]
        self._state.pop(topic, None)
        self._loaded.pop(topic, None)
        self._stale.discard(topic)

    async def _load(self, topic: str) -> State:
        source = self._sources.get(topic.rsplit(":", 1)[-1])
        if source is None:
            raise errors.NotFound("There is no such live topic.")
        return await source(topic)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(SOONEST / 2)
            now = monotonic()
            for topic in list(self._streams):
                age = now - self._loaded.get(topic, -inf)
                if age >= LATEST or (topic in self._stale and age >= SOONEST):
                    await self._refresh(topic, now)

    async def _refresh(self, topic: str, now: float) -> None:
        self._loaded[topic] = now
        self._stale.discard(topic)
        try:
            state = await self._load(topic)
        except (*LOST, *GONE, errors.FestivalError) as error:
            log.warning("topic not loaded", topic=topic, error=type(error).__name__)
            return
        news = _news(self._state.get(topic), state)
        if news and topic in self._streams:
            self._state[topic] = state
            for stream in self._streams[topic]:
                stream.put(topic, news)


def _news(known: State | None, state: State) -> State | None:
    """What of a state nobody has been told yet."""
    if isinstance(state, Mapping) and isinstance(known, Mapping):
        return {name: each for name, each in state.items() if known.get(name) != each}
    return None if state == known else state
