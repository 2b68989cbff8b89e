"""`/api/live`: server-sent events of the topics a page asks for."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Stream

from api import errors
from api.access.guards import PUBLIC, AnyRequest, account_of, utcnow
from api.db import Pool
from api.given import Given
from api.hub import TOPIC_LIMIT, Hub, Source, State
from api.kiosk import commands, fleet
from api.kiosk.guards import kiosk_with
from api.kiosk.refusals import KioskUnknown
from api.live import Live
from api.problems import problems
from api.studio import service as studio
from api.voting import board

KEEP_ALIVE = 15.0
TOPICS = re.compile(
    r"^(?:award:\d{1,15}:(?:board|turnout)|episode:\d{1,15}:state|series:\d{1,15}:states"
    r"|kiosk:\d{1,15}:commands|kiosks:fleet)$"
)
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def sources(pool: Pool, live: Live) -> dict[str, Source]:
    """What loads each kind of topic. Rights are checked when the stream is opened."""

    async def load_board(topic: str) -> bytes:
        async with pool.acquire() as db:
            return msgspec.json.encode(await board.shown_board(db, live, _id_of(topic)))

    async def load_turnout(topic: str) -> bytes:
        async with pool.acquire() as db:
            return msgspec.json.encode(await board.shown_turnout(db, live, _id_of(topic)))

    async def load_state(topic: str) -> bytes:
        async with pool.acquire() as db:
            return msgspec.json.encode(await studio.state_of(db, _id_of(topic)))

    async def load_states(topic: str) -> dict[str, bytes]:
        """Of every episode of a series; who listens is sent those that change."""
        async with pool.acquire() as db:
            states = await studio.states_of(db, [_id_of(topic)])
        return {f"episode:{state.id}": msgspec.json.encode(state) for state in states}

    async def load_commands(topic: str) -> bytes:
        async with pool.acquire() as db:
            return msgspec.json.encode(await commands.waiting(db, _id_of(topic)))

    async def load_fleet(_: str) -> bytes:
        async with pool.acquire() as db:
            return msgspec.json.encode(await fleet.fleet(db, live, now=utcnow()))

    return {
        "board": load_board,
        "turnout": load_turnout,
        "state": load_state,
        "states": load_states,
        "commands": load_commands,
        "fleet": load_fleet,
    }


def _id_of(topic: str) -> int:
    return int(topic.split(":")[1])


@get(
    "/api/live",
    guards=[PUBLIC],
    responses=problems(errors.NotFound, errors.SignInNeeded, errors.NotAllowed, KioskUnknown, errors.Unavailable),
    tags=["live"],
)
async def live_stream(
    request: AnyRequest,
    pool: Given[Pool],
    hub: Given[Hub],
    topic: Annotated[list[str], QueryParameter(min_items=1, max_items=TOPIC_LIMIT)],
) -> Stream:
    """Each event's name is its topic, its data the JSON of the matching GET; the present states come first.

    `series:{id}:states` brings a list: all episodes of the series first, then those that have changed.
    """
    for name in topic:
        if not TOPICS.match(name):
            raise errors.NotFound("There is no such live topic.")
    await _require_states(request, pool, [name for name in topic if name.startswith(("episode:", "series:"))])
    await _require_screens(request, topic)
    states = await hub.listen(frozenset(topic))
    return Stream(_events(states), media_type="text/event-stream", headers=HEADERS)


async def _require_states(request: AnyRequest, pool: Pool, topics: Sequence[str]) -> None:
    """The state of an episode is its company's and the organisers' business."""
    if not topics:
        return
    account = await account_of(request)
    if account is None:
        raise errors.SignInNeeded
    if account.role not in ("producer", "organiser"):
        raise errors.NotAllowed
    async with pool.acquire() as db:
        for topic in topics:
            require = studio.require_series if topic.startswith("series:") else studio.require_episode
            await require(db, account, _id_of(topic))


async def _require_screens(request: AnyRequest, topics: list[str]) -> None:
    """Commands are for the screen itself, which has a cookie for this stream alone; the fleet is the desk's."""
    if "kiosks:fleet" in topics:
        account = await account_of(request)
        if account is None:
            raise errors.SignInNeeded
        if account.role not in ("organiser", "auditor"):
            raise errors.NotAllowed
    commanded = {_id_of(name) for name in topics if name.startswith("kiosk:")}
    if commanded:
        token = request.cookies.get(request.app.state.cookie_names.kiosk, "")
        screen = await kiosk_with(request, token)
        if screen is None or commanded != {screen.id}:
            raise KioskUnknown


async def _events(states: AsyncIterator[dict[str, State]]) -> AsyncIterator[bytes]:
    """Server-sent events, with a comment now and then so that proxies and phones keep the line open."""
    yield f"retry: 2000\n: {utcnow().isoformat()}\n\n".encode()
    following = asyncio.ensure_future(anext(states))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=KEEP_ALIVE)
            if not done:
                yield b": still here\n\n"
                continue
            if isinstance(following.exception(), StopAsyncIteration):
                return  # this process is about to end: the page asks again, and another one answers
            for topic, state in following.result().items():
                data = state if isinstance(state, bytes) else b"[" + b",".join(state.values()) + b"]"
                yield b"event: " + topic.encode() + b"\ndata: " + data + b"\n\n"
            following = asyncio.ensure_future(anext(states))
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        if isinstance(states, AsyncGenerator):
            await states.aclose()
