"""Turns an argument list into a confined start. Everything that reads an upload is started through `confine`."""

import os
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

_LAUNCHER: Final = str(Path(__file__).with_name("launch.py"))


class Limits(Struct, frozen=True, kw_only=True):
    cpu_seconds: int
    memory_bytes: int = 4 * 1024**3
    file_bytes: int = 2 * 1024**3
    open_files: int = 64


class Start(Struct, frozen=True, kw_only=True):
    """What `run` needs to know and nothing else; the environment of such a process is empty."""

    args: list[str]
    folder: Path


def confine(args: list[str], folder: Path, limits: Limits) -> Start:
    """`args` limited in memory, processor and files, without environment, at home in `folder`, dying with us."""
    launcher = [sys.executable, "-I", "-S", _LAUNCHER, str(os.getpid())]
    numbers = (limits.memory_bytes, limits.cpu_seconds, limits.file_bytes, limits.open_files)
    return Start(args=[*launcher, *map(str, numbers), "--", *args], folder=folder)
