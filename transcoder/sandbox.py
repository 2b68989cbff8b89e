"""Turns an argument list into a confined start. Everything that reads an upload is started through a `Sandbox`."""

import asyncio
import os
import shutil
import socket
import stat
import sys
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from transcoder.reach import Reach, bubblewrap_args, landlock_rules
from transcoder.run import Start, TooSlow, run

Kind = Literal["bubblewrap", "landlock", "none"]

_LAUNCHER: Final = str(Path(__file__).with_name("launch.py"))
_TRIAL: Final = str(Path(__file__).with_name("trial_child.py"))
_TRIAL_SECONDS: Final = 20
#: The launcher leaves the filter of system calls there.
_FILTER_DESCRIPTOR: Final = 9
#: All that must work in a sandbox; everything else the trial tries must fail.
_NEEDED: Final = frozenset({"home", "job", "thread"})


class SandboxMissing(Exception):
    """There is nothing here that could hold a hostile file; the message says what to install or set."""


class Limits(Struct, frozen=True, kw_only=True):
    """`memory_bytes` counts address space, of which encoders with many threads take more than they use."""

    cpu_seconds: int
    memory_bytes: int = 4 * 1024**3
    file_bytes: int = 2 * 1024**3
    open_files: int = 64


class Sandbox(Struct, frozen=True, kw_only=True):
    """`program` is bubblewrap's path where `kind` says so.

    `niceness` is above zero: encoding must not take the processor from voting when both live on one machine.
    """

    kind: Kind
    program: str = ""
    niceness: int = 5

    def confine(self, args: list[str], folder: Path, limits: Limits) -> Start:
        """`args` at home in `folder`, which alone it may write to; `../in` and `../package` can be read there.

        Limited in memory, processor and files, without network and our environment, dying with us. A sandbox of the
        kind `none` has the limits only.
        """
        numbers = (limits.memory_bytes, limits.cpu_seconds, limits.file_bytes, limits.open_files)
        launcher = [sys.executable, "-I", "-S", _LAUNCHER, str(os.getpid()), self.kind]
        launcher += map(str, (self.niceness, *numbers))
        if self.kind == "landlock":
            launcher += landlock_rules(Reach.of(args[0], folder))
        elif self.kind == "bubblewrap":
            reach = Reach.of(args[0], folder)
            args = [self.program, *bubblewrap_args(args[0], reach, _FILTER_DESCRIPTOR), *args]
        return Start(args=[*launcher, "--", *args], folder=folder, wrapped=self.kind == "bubblewrap")


async def find_sandbox(folder: Path, *, allow_none: bool, only: Kind | None = None) -> Sandbox:
    """The best there is here, tried out in `folder`; raises SandboxMissing unless `allow_none`."""
    reasons = []
    for sandbox in _candidates():
        if only not in (None, sandbox.kind):
            continue
        reason = await _try(sandbox, folder)
        if reason is None:
            return sandbox
        reasons.append(f"{sandbox.kind}: {reason}")
    if allow_none and only in (None, "none"):
        return Sandbox(kind="none")
    raise SandboxMissing(
        "Uploads would be opened here without a sandbox. Install bubblewrap (Debian, Ubuntu: apt install bubblewrap) "
        "or use a Linux with Landlock (5.13 or newer); on a machine that only gets your own files, set "
        f"TALLSCREEN_ALLOW_UNSANDBOXED_MEDIA=1. ({'; '.join(reasons) or 'nothing to try'})"
    )


def _candidates() -> list[Sandbox]:
    """A bubblewrap that is setuid would itself be a way to become root, so it does not count."""
    found = shutil.which("bwrap")
    usable = found is not None and not Path(found).stat().st_mode & stat.S_ISUID
    return [*([Sandbox(kind="bubblewrap", program=str(found))] if usable else []), Sandbox(kind="landlock")]


async def _try(sandbox: Sandbox, folder: Path) -> str | None:
    """Why this sandbox does not hold, or None."""
    place = folder / f"trial-{sandbox.kind}-{os.getpid()}"
    out, original, sibling = place / "a" / "out", place / "a" / "in" / "original", place / "b" / "original"
    for path in (out, original.parent, sibling.parent):
        path.mkdir(parents=True, exist_ok=True)
    for path in (original, sibling):
        path.write_text("trial")
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            args = [port, str(sibling), str(place / "outside"), str(os.getpid())]
            return await _judge(sandbox.confine([sys.executable, "-I", _TRIAL, *args], out, _limits()))
    finally:
        await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


async def _judge(start: Start) -> str | None:
    try:
        outcome = await run(start, _TRIAL_SECONDS)
    except TooSlow:
        return "did not answer"
    try:
        worked = msgspec.json.decode(outcome.output, type=set[str])
    except msgspec.DecodeError:
        return " ".join(outcome.last_words.split())[-200:] or f"ended with {outcome.code}"
    if worked == _NEEDED:
        return None
    return f"let through {sorted(worked - _NEEDED)}, refused {sorted(_NEEDED - worked)}"


def _limits() -> Limits:
    return Limits(cpu_seconds=_TRIAL_SECONDS)
