"""Two servers that take votes and are not exact, so that the judge has something to find."""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.settings import Settings
from api.voting import rules
from api.voting.schemas import VoteIn
from tests.faults.chaos_history import Row
from tests.faults.chaos_servers import Stage

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
#: Keys: none. Arguments: id of the vote, key of its question, the line as JSON, its receipt, whether an id counts once.
STORE = """
local known = redis.call('HGET', 'receipts', ARGV[1])
if known and ARGV[5] == '1' then return known end
local revision = redis.call('HINCRBY', 'revisions', ARGV[2], 1)
redis.call('RPUSH', 'ledger', revision .. ' ' .. (known or ARGV[4]) .. ' ' .. ARGV[3])
redis.call('HSET', 'receipts', ARGV[1], known or ARGV[4])
return known or ARGV[4]
"""


class RedisOnly:
    """Confirms a vote as soon as Redis has it. Without `once`, a repetition is one more vote."""

    def __init__(self, *, once: bool) -> None:
        self._once = once
        self._redis: Redis | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http" and scope["method"] == "POST":
            await self._vote(dict(scope["headers"]), receive, send)
        else:
            await _answer(send, 200, {})

    async def _vote(self, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        message = await receive()
        vote = msgspec.json.decode(message["body"], type=VoteIn)
        award, ballot, _ = headers[b"ballot"].decode().split(".", 2)
        key = f"{award}:{ballot}:{vote.entry or 0}"
        line = msgspec.json.encode([vote.id, key, vote.value, vote.choices]).decode()
        try:
            receipt = await self._store(str(vote.id), key, line)
        except (RedisError, OSError, TimeoutError):
            await _answer(send, 503, {"code": "unavailable"})
            return
        said = {name: getattr(vote, name) for name in ("id", "entry", "value", "choices")}
        await _answer(send, 200, {**said, "receipt": receipt})

    async def _store(self, vote: str, key: str, line: str) -> str:
        if self._redis is None:
            self._redis = Redis.from_url(Settings.from_env().redis_url, decode_responses=True, socket_timeout=2)
        asked = self._redis.eval(STORE, 0, vote, key, line, rules.new_receipt(), str(int(self._once)))
        return str(await cast("Awaitable[str]", asked))


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(send: Any, status: int, body: dict[str, object]) -> None:
    encoded = msgspec.json.encode(body)
    length = (b"content-length", str(len(encoded)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length]})
    await send({"type": "http.response.body", "body": encoded, "more_body": False})


async def read_list(stage: Stage) -> list[Row]:
    """The ledger of these servers."""
    redis = Redis.from_url(stage.redis_url, decode_responses=True)
    lines = await cast("Awaitable[list[str]]", redis.lrange("ledger", 0, -1))
    await redis.aclose()
    return [_row(line) for line in lines]


def _row(line: str) -> Row:
    revision, receipt, rest = line.split(" ", 2)
    vote, key, value, choices = msgspec.json.decode(rest)
    award, ballot, question = (int(part) for part in key.split(":"))
    content = (value, None if choices is None else tuple(choices))
    return Row(id=UUID(vote), key=(award, ballot, question), revision=int(revision), content=content, receipt=receipt)


redis_only = RedisOnly(once=True)
counts_twice = RedisOnly(once=False)
