"""What a worker checks before it trusts an original, and what ends its work."""

import asyncio
import hashlib
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from transcoder.arrival import check_parts, check_room, digest_of
from transcoder.bench import ScratchFull
from transcoder.contract import Rejected
from transcoder.job import Stopped, accompanied, uninterrupted
from transcoder.rows import PartDigest

FILM = bytes(range(256)) * 10
PART = 1000
GIB = 1024**3
Disk = namedtuple("Disk", "total used free")  # noqa: PYI024 (as shutil.disk_usage gives it)


def parts_of(film: bytes) -> list[PartDigest]:
    pieces = [film[start : start + PART] for start in range(0, len(film), PART)]
    return [
        PartDigest(number=number, size=len(piece), sha256=hashlib.sha256(piece).hexdigest())
        for number, piece in enumerate(pieces, 1)
    ]


def test_a_film_that_is_what_was_announced(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(FILM)

    check_parts(tmp_path / "film", parts_of(FILM))

    assert digest_of(tmp_path / "film") == hashlib.sha256(FILM).hexdigest()


@pytest.mark.parametrize("arrived", [FILM[:-1], FILM + b"?", FILM[:1500] + b"?" + FILM[1501:], b""])
def test_a_film_that_is_not(tmp_path: Path, arrived: bytes) -> None:
    (tmp_path / "film").write_bytes(arrived)

    with pytest.raises(Rejected) as refused:
        check_parts(tmp_path / "film", parts_of(FILM))

    assert refused.value.code == "checksum-mismatch"


@pytest.mark.parametrize(
    ("total", "free", "size", "enough"),
    [
        (50 * GIB, 12 * GIB, 2 * GIB, True),  # a tenth and three times the film
        (50 * GIB, 10 * GIB, 2 * GIB, False),
        (5000 * GIB, 17 * GIB, 2 * GIB, True),  # of a large disk ten GiB are enough
        (5000 * GIB, 15 * GIB, 2 * GIB, False),
        (10 * GIB, 2 * GIB, 1000, True),
        (10 * GIB, GIB, 1000, False),
    ],
)
def test_no_job_begins_that_would_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int, free: int, size: int, enough: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(total, total - free, free))

    if enough:
        check_room(tmp_path, size)
    else:
        with pytest.raises(ScratchFull):
            check_room(tmp_path, size)


async def forever(ended: list[str]) -> None:
    try:
        await asyncio.sleep(3600)
    finally:
        ended.append("work")


async def test_a_companion_that_raises_ends_the_work() -> None:
    ended: list[str] = []

    async def companion() -> None:
        await asyncio.sleep(0)
        raise Stopped

    with pytest.raises(Stopped):
        await accompanied(forever(ended), companion())

    assert ended == ["work"]


async def test_a_companion_that_ends_does_not_end_the_work() -> None:
    async def work() -> str:
        await asyncio.sleep(0.01)
        return "made"

    assert await accompanied(work(), asyncio.sleep(0), forever([])) == "made"


async def test_what_is_being_written_is_written_before_anything_follows() -> None:
    written: list[str] = []

    async def write() -> None:
        await asyncio.sleep(0.05)
        written.append("all of it")

    writing = asyncio.create_task(uninterrupted(write()))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait({writing})

    assert writing.cancelled()
    assert written == ["all of it"]
