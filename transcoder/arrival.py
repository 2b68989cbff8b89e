"""Before work on a file begins: is there room for it, and are its bytes those that were announced."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from transcoder.bench import ScratchFull
from transcoder.contract import Rejected
from transcoder.rows import PartDigest

_READ_SIZE: Final = 1024 * 1024
# An original and what is made of it: never more than three times its size, as measured over the corpus.
_TIMES_ORIGINAL: Final = 3
_FLOOR: Final = 10 * 1024**3
_FLOOR_SHARE: Final = 10


def check_parts(original: Path, parts: Sequence[PartDigest]) -> None:
    """Compares every part with what its sender announced."""
    with original.open("rb") as file:
        for part in parts:
            digest = hashlib.sha256()
            left = part.size
            while left and (chunk := file.read(min(_READ_SIZE, left))):
                digest.update(chunk)
                left -= len(chunk)
            if left or digest.hexdigest() != part.sha256:
                raise Rejected("checksum-mismatch")
        if file.read(1):
            raise Rejected("checksum-mismatch")


def digest_of(original: Path) -> str:
    with original.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_room(folder: Path, size: int) -> None:
    """Better to say so before an hour of work than after it. A tenth of the disk stays free for everybody else, of a
    large one ten GiB."""
    disk = shutil.disk_usage(folder)
    if disk.free < _TIMES_ORIGINAL * size + min(disk.total // _FLOOR_SHARE, _FLOOR):
        raise ScratchFull
