"""The generators of the overload against a server that answers as it is told."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncGenerator, Callable

import pytest

from loadtest.bench.flood import Flood
from loadtest.bench.rush import post

GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\n\r\n"
GONE = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


@contextlib.asynccontextmanager
async def answering(reply: Callable[[int], bytes | None]) -> AsyncGenerator[str, None]:
    """`reply` makes the answer to the n-th request, or None to hang up."""
    numbers = itertools.count()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n{}"):
                answer = reply(next(numbers))
                if answer is None:
                    break
                writer.write(answer[:9])
                await asyncio.sleep(0)
                writer.write(answer[9:])
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_an_open_loop_sends_everything_once_and_when_it_is_due() -> None:
    async with answering(lambda number: GOOD if number % 3 else BUSY) as url, Flood(url, 8) as flood:
        answers = await flood.fire([post(url, "/", b"{}")] * 90, 300)

    assert [each.good for each in answers].count(True) == 60
    assert [each.refused for each in answers].count(True) == 30
    assert sorted(each.due for each in answers) == [number / 300 for number in range(90)]
    assert all(each.answered >= each.sent for each in answers)


async def test_a_request_that_finds_no_connection_waits_from_the_moment_it_was_due() -> None:
    async with answering(lambda _: GOOD) as url, Flood(url, 1) as flood:
        answers = await flood.fire([post(url, "/", b"{}")] * 50, 1e6)

    assert len(answers) == 50
    assert [each.due for each in answers] == [number / 1e6 for number in range(50)]
    assert all(later.sent >= earlier.answered for earlier, later in itertools.pairwise(answers))


async def test_a_closed_loop_ends_with_every_request_answered() -> None:
    asked = list[int]()

    def reply(number: int) -> bytes:
        asked.append(number)
        return GOOD

    async with answering(reply) as url, Flood(url, 4) as flood:
        answers = await flood.keep_busy(itertools.repeat(post(url, "/", b"{}")), 0.2)

    assert len(answers) == len(asked) > 4
    assert all(each.good for each in answers)


@pytest.mark.parametrize(("reply", "status"), [(None, 0), (GONE, 503)], ids=["hung up", "no word when to come back"])
async def test_what_is_no_deliberate_refusal_is_not_taken_for_one(reply: bytes | None, status: int) -> None:
    async with answering(lambda _: reply) as url, Flood(url, 2) as flood:
        answers = await flood.fire([post(url, "/", b"{}")] * 2, 1e6)

    assert [(each.status, each.good, each.refused) for each in answers] == [(status, False, False)] * 2
