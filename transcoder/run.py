"""The only file that starts a process: a time limit, its output line by line, its last words, and a certain end."""

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

_CHUNK: Final = 8192
_LONGEST_LINE: Final = 4096
_OUTPUT_LIMIT: Final = 64 * 1024
_LAST_WORDS: Final = 2000
_BY_SIGNAL: Final = 128
_LAST_BREATH_SECONDS: Final = 5.0

#: Called with each line; what it raises ends the process and reaches the caller of `run`.
Listener = Callable[[str], None]


class Start(Struct, frozen=True, kw_only=True):
    """Such a process gets nothing of our environment, and its home is `folder`.

    One that is `wrapped` reports the signal that ended it as a shell does: 128 and the signal.
    """

    args: list[str]
    folder: Path
    wrapped: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    code: int
    output: str
    last_words: str


class TooSlow(Exception):
    """The process was ended because its time was over."""


def ignore(_line: str) -> None:
    """For those who only want to know how it ended."""


async def run(start: Start, seconds: float, on_output: Listener = ignore, on_complaint: Listener = ignore) -> Outcome:
    process = await asyncio.create_subprocess_exec(
        *start.args,
        cwd=start.folder,
        env={},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    said, complained = _Tail(_OUTPUT_LIMIT), _Tail(_LAST_WORDS)
    readers = [
        asyncio.create_task(_follow(process.stdout, said, on_output)),
        asyncio.create_task(_follow(process.stderr, complained, on_complaint)),
    ]
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*readers)
            code = await process.wait()
    except TimeoutError as error:
        raise TooSlow from error
    finally:
        await _end(process, readers)
    if start.wrapped and code > _BY_SIGNAL:
        code = _BY_SIGNAL - code
    return Outcome(code=code, output=said.text, last_words=complained.text)


async def _end(process: asyncio.subprocess.Process, readers: list[asyncio.Task[None]]) -> None:
    """The whole group, because a process that was asked to leave might have left others behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_BREATH_SECONDS):
            await asyncio.gather(_silence(process.stdout), _silence(process.stderr))
    await process.wait()


async def _silence(stream: asyncio.StreamReader | None) -> None:
    """What runs in a sandbox dies after the sandbox itself; until it lets go of its output it may write files."""
    while stream is not None and await stream.read(_CHUNK):
        pass


async def _follow(stream: asyncio.StreamReader | None, tail: "_Tail", listener: Listener) -> None:
    if stream is None:
        return
    async for line in _lines(stream):
        tail.add(line)
        listener(line)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines, cut where they are longer than any sane line: a hostile file may have a say in what is read here."""
    rest = b""
    while chunk := await stream.read(_CHUNK):
        *complete, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        for line in complete:
            yield line[:_LONGEST_LINE].decode("utf-8", "replace")
        rest = rest[:_LONGEST_LINE] if len(rest) > _OUTPUT_LIMIT else rest
    if rest:
        yield rest.decode("utf-8", "replace")


class _Tail:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lines: deque[str] = deque()
        self._length = 0

    def add(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1
        while self._length > self._limit and len(self._lines) > 1:
            self._length -= len(self._lines.popleft()) + 1

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)[-self._limit :]
