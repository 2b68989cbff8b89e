"""A folder on a disk of a few megabytes, which a test fills up and clears: a file system in memory, in a mount namespace
that only its processes are in and that ends with them.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api import embedded

_LAY = """
set -e; mkdir -p "$1.room"; mount -t tmpfs -o "size=$2" none "$1.room"; cp -a "$1/." "$1.room"
chown --reference="$1" "$1.room"; chmod --reference="$1" "$1.room"; mount --bind "$1.room" "$1"; exec sleep infinity
"""
_PATIENCE = 60.0


class SmallDisk:
    """`enter` goes before the command of a process that is to see it; `folder` is how others get at it."""

    def __init__(self, holder: asyncio.subprocess.Process, folder: Path) -> None:
        self.enter = ["nsenter", f"--mount=/proc/{holder.pid}/ns/mnt"]
        self.folder = Path(f"/proc/{holder.pid}/root{folder}")

    def fill(self) -> None:
        """To the last byte."""
        for name, piece in (("ballast", 65_536), ("crumbs", 512)):
            with (self.folder / name).open("ab", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(piece))

    def clear(self) -> None:
        for name in ("ballast", "crumbs"):
            (self.folder / name).unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def a_small_disk(folder: Path, size: str) -> AsyncIterator[SmallDisk]:
    """In place of `folder`, with what is in it. The test is skipped where this may not be made: it takes root."""
    if os.geteuid() != 0 or not all(shutil.which(name) for name in ("unshare", "nsenter", "mount")):
        pytest.skip("only root may make a small file system here")
    log = folder.with_name(f"{folder.name}.disk-log")
    holder = await embedded.spawn(["unshare", "--mount", "sh", "-c", _LAY, "sh", str(folder), size], log)
    disk = SmallDisk(holder, folder)
    try:
        async with asyncio.timeout(_PATIENCE):
            while not disk.folder.is_mount():
                if holder.returncode is not None:
                    pytest.skip(f"no small file system can be made here: {log.read_text()}")
                await asyncio.sleep(0.05)
        yield disk
    finally:
        if holder.returncode is None:
            holder.kill()
        await holder.wait()
