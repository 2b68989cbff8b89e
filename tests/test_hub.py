"""Fan-out: one load per topic however many listen, the latest state wins, and a loss is only a delay."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import asyncpg
import pytest
from msgspec import structs

from api import embedded, errors, hub
from api.settings import Settings
from tests.apps import running_app

PATIENCE = 20


class Thing:
    """Something whose state is loaded, and how often it was."""

    def __init__(self, state: bytes = b"0") -> None:
        self.state, self.loads = state, 0
        self.failures: list[Exception] = []

    async def load(self, topic: str) -> bytes:
        self.loads += 1
        if self.failures:
            raise self.failures.pop()
        return topic.encode() + b"=" + self.state


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SOONEST", 0.02)


@pytest.fixture
def thing() -> Thing:
    return Thing()


@pytest.fixture
async def running_hub(thing: Thing) -> AsyncIterator[hub.Hub]:
    opened = hub.Hub({"board": thing.load, "turnout": thing.load})
    opened.start()
    yield opened
    await opened.close()


async def until(states: AsyncIterator[dict[str, hub.State]], wanted: dict[str, bytes]) -> None:
    """Read on until all of `wanted` has come."""
    missing = dict(wanted)
    async with asyncio.timeout(PATIENCE):
        while missing:
            for topic, state in (await anext(states)).items():
                if missing.get(topic) == state:
                    del missing[topic]


async def first(states: AsyncIterator[dict[str, hub.State]]) -> dict[str, hub.State]:
    async with asyncio.timeout(PATIENCE):
        return await anext(states)


async def leave(states: AsyncIterator[dict[str, hub.State]]) -> None:
    assert isinstance(states, AsyncGenerator)
    await states.aclose()


def test_slow_listener_holds_one_slot_per_topic() -> None:
    stream = hub.Stream(frozenset({"award:1:board", "award:2:board"}))

    for number in range(1000):
        stream.put("award:1:board", b"%d" % number)
        stream.put("award:2:board", b"%d" % -number)

    assert stream.take() == {"award:1:board": b"999", "award:2:board": b"-999"}


def test_taken_states_are_gone() -> None:
    stream = hub.Stream(frozenset({"award:1:board"}))
    stream.put("award:1:board", b"1")

    taken = [stream.take(), stream.take()]

    assert (taken, stream.wake.is_set()) == ([{"award:1:board": b"1"}, {}], False)


async def test_present_states_of_all_topics_come_first(running_hub: hub.Hub) -> None:
    states = await running_hub.listen(frozenset({"award:1:board", "award:1:turnout"}))

    assert await first(states) == {"award:1:board": b"award:1:board=0", "award:1:turnout": b"award:1:turnout=0"}


async def test_change_that_was_told_arrives(running_hub: hub.Hub, thing: Thing) -> None:
    states = await running_hub.listen(frozenset({"award:1:board"}))
    await first(states)

    thing.state = b"1"
    running_hub.tell("award:1")

    await until(states, {"award:1:board": b"award:1:board=1"})


async def test_change_nobody_told_arrives_too(
    running_hub: hub.Hub, thing: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LATEST", 0.05)
    states = await running_hub.listen(frozenset({"award:1:board"}))
    await first(states)

    thing.state = b"1"

    await until(states, {"award:1:board": b"award:1:board=1"})


async def test_all_listeners_share_one_load(thing: Thing) -> None:
    listening = hub.Hub({"board": thing.load})
    streams = [await listening.listen(frozenset({"award:1:board"})) for _ in range(50)]
    following = [asyncio.ensure_future(until(states, {"award:1:board": b"award:1:board=1"})) for states in streams]
    await asyncio.sleep(0)
    before = thing.loads
    thing.state = b"1"

    await listening._refresh("award:1:board", 0.0)
    await asyncio.gather(*following)

    assert thing.loads - before == 1


async def test_news_of_one_award_load_nothing_of_another(thing: Thing) -> None:
    listening = hub.Hub({"board": thing.load})
    states = await listening.listen(frozenset({"award:1:board", "award:11:board"}))
    following = asyncio.ensure_future(until(states, {}))
    await first(states)
    await following

    listening.tell("award:1")

    assert listening._stale == {"award:1:board"}


async def test_failed_load_is_made_up_for(running_hub: hub.Hub, thing: Thing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LATEST", 0.05)
    states = await running_hub.listen(frozenset({"award:1:board"}))
    await first(states)

    thing.failures = [asyncpg.ConnectionDoesNotExistError(), ConnectionRefusedError(), errors.NotFound()]
    thing.state = b"1"

    await until(states, {"award:1:board": b"award:1:board=1"})


@pytest.mark.parametrize("topic", ["award:1:nothing", "nothing", "", "board\n"])
async def test_unknown_topic_is_not_found(running_hub: hub.Hub, topic: str) -> None:
    with pytest.raises(errors.NotFound):
        await running_hub.listen(frozenset({topic}))


async def test_refusal_of_a_source_comes_before_anything_else(running_hub: hub.Hub, thing: Thing) -> None:
    thing.failures = [errors.NotFound()]

    with pytest.raises(errors.NotFound):
        await running_hub.listen(frozenset({"award:1:board"}))


async def test_stream_that_is_left_is_forgotten(thing: Thing) -> None:
    listening = hub.Hub({"board": thing.load})
    states = await listening.listen(frozenset({"award:1:board"}))
    await first(states)

    await leave(states)

    assert (dict(listening._streams), listening._state, listening._loaded, len(listening._open)) == ({}, {}, {}, 0)


async def test_topic_is_kept_while_another_listens(thing: Thing) -> None:
    listening = hub.Hub({"board": thing.load})
    leaving, staying = [await listening.listen(frozenset({"award:1:board"})) for _ in range(2)]
    await first(leaving)
    await first(staying)

    await leave(leaving)

    assert ([len(streams) for streams in listening._streams.values()], len(listening._open)) == ([1], 1)


async def test_streams_beyond_the_limit_are_asked_to_come_again(thing: Thing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "STREAM_LIMIT", 1)
    listening = hub.Hub({"board": thing.load})
    await first(await listening.listen(frozenset({"award:1:board"})))

    with pytest.raises(errors.Unavailable) as refused:
        await listening.listen(frozenset({"award:1:board"}))

    assert refused.value.retry_after == 5


async def test_limit_holds_where_many_come_at_once(thing: Thing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "STREAM_LIMIT", 3)
    listening = hub.Hub({"board": thing.load})

    async def come() -> object:
        try:
            return await listening.listen(frozenset({"award:1:board"}))
        except errors.Unavailable as error:
            return error.retry_after

    came = await asyncio.gather(*(come() for _ in range(10)))
    turned_away = [each for each in came if each == 5]
    assert len(turned_away) == 7

    came.clear()  # nobody has ever read from these
    await asyncio.sleep(0)
    assert len(listening._open) == 0


@pytest.mark.parametrize("steps", [0, 5, 50])
async def test_application_that_is_stopped_while_it_connects_ends(settings: Settings, steps: int) -> None:
    """The Redis client swallows a cancellation that meets it while connecting; a stop must not hang on that."""
    async with asyncio.timeout(60):
        async with running_app(settings):
            for _ in range(steps):
                await asyncio.sleep(0)


async def test_application_runs_and_ends_without_redis(settings: Settings) -> None:
    lonely = structs.replace(settings, redis_url=f"redis://127.0.0.1:{embedded.free_port()}/0")

    async with asyncio.timeout(60):
        async with running_app(lonely):
            await asyncio.sleep(0)


class Things:
    """Many things under one topic, each with a state of its own."""

    def __init__(self) -> None:
        self.states = {"episode:1": b"a", "episode:2": b"b"}
        self.loads = 0

    async def load(self, topic: str) -> dict[str, bytes]:
        self.loads += 1
        return dict(self.states)


@pytest.fixture
async def things() -> AsyncIterator[tuple[hub.Hub, Things]]:
    many = Things()
    opened = hub.Hub({"states": many.load})
    opened.start()
    yield opened, many
    await opened.close()


async def test_of_many_things_all_come_first_and_then_those_that_change(things: tuple[hub.Hub, Things]) -> None:
    opened, many = things
    states = await opened.listen(frozenset({"series:1:states"}))
    assert await first(states) == {"series:1:states": {"episode:1": b"a", "episode:2": b"b"}}
    await first(states)  # the hub's own first look, which every listener is told of

    many.states["episode:2"] = b"c"
    opened.tell("episode:2")

    assert await first(states) == {"series:1:states": {"episode:2": b"c"}}
    await leave(states)


async def test_news_of_one_of_many_things_do_not_wait_for_the_next_look(
    things: tuple[hub.Hub, Things], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LATEST", 3600.0)
    opened, many = things
    states = await opened.listen(frozenset({"series:1:states"}))
    await first(states)
    await first(states)

    opened.tell("episode:7")
    many.states["episode:1"] = b"d"
    opened.tell("episode:1")

    assert await first(states) == {"series:1:states": {"episode:1": b"d"}}
    await leave(states)


def test_slow_listener_to_many_things_holds_the_latest_state_of_each() -> None:
    stream = hub.Stream(frozenset({"series:1:states"}))

    for number in range(1000):
        stream.put("series:1:states", {f"episode:{number % 3}": b"%d" % number})

    assert stream.take() == {"series:1:states": {"episode:0": b"999", "episode:1": b"997", "episode:2": b"998"}}
