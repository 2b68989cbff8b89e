"""What a store of bytes must do, whether it is a folder or S3, and how it fails."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from msgspec import Struct

PART_SIZE: Final = 8 * 1024 * 1024
READ_LIMIT: Final = 8 * 1024 * 1024
CACHE_FOREVER: Final = "public, max-age=31536000, immutable"
# Written last: whoever finds these finds everything they name.
PUBLISHED_LAST: Final = ("package.json", "master.m3u8")

_CONTENT_TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".vtt": "text/vtt; charset=utf-8",
    ".json": "application/json",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
}


class StorageError(Exception):
    """The store could not do what was asked."""


class StorageFull(StorageError):
    """There is no room left."""


class ObjectMissing(StorageError):
    """There is nothing under this key."""


class UploadMissing(StorageError):
    """This upload was never started, was given up, or is finished."""


class PartsMissing(StorageError):
    """The upload cannot be finished: these parts are not stored as promised."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(f"{len(numbers)} parts are missing")
        self.numbers = list(numbers)


class PartMismatch(StorageError):
    """The bytes of this part are not those that were announced."""


class GrantRefused(StorageError):
    """The signed address is not ours, was changed, or has expired."""


class PartGrant(Struct, frozen=True, kw_only=True):
    key: str
    upload_id: str
    number: int
    size: int
    sha256: str
    expires: datetime


class PartUrl(Struct, frozen=True, kw_only=True):
    url: str
    headers: dict[str, str]


class StoredPart(Struct, frozen=True, kw_only=True):
    number: int
    size: int
    sha256: str | None


class Storage(Protocol):
    @property
    def part_size(self) -> int: ...
    async def start_upload(self, key: str) -> str: ...
    async def part_url(self, grant: PartGrant) -> PartUrl: ...
    async def stored_parts(self, key: str, upload_id: str) -> list[StoredPart]: ...
    async def finish_upload(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> None: ...
    async def abort_upload(self, key: str, upload_id: str) -> None: ...
    async def fetch(self, key: str, destination: Path) -> None:
        """A copy of one's own: whoever gets to write to it changes nothing that is stored."""
        ...

    async def publish(self, folder: Path, prefix: str) -> None:
        """The whole folder, in place of what was under this prefix."""
        ...

    async def put(self, path: Path, key: str) -> None:
        """One file: under its key there is all of it or nothing, and later changes of `path` do not reach it."""
        ...

    async def read(self, key: str, limit: int = READ_LIMIT) -> bytes: ...
    async def open_path(self, key: str) -> Path | None: ...
    async def presign_get(self, key: str, seconds: int) -> str: ...
    async def delete(self, prefix: str) -> None: ...
    async def close(self) -> None: ...


def content_type(name: str) -> str:
    return _CONTENT_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def publishing_order(folder: Path) -> list[tuple[str, Path]]:
    """Every file of a package with its name inside the package, those that name others last."""
    files = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    return sorted(files, key=lambda file: (file[0] in PUBLISHED_LAST, file[0]))
