"""The store as a folder: uploads in one sparse file each, packages published by one rename."""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from transcoder.storage.port import (
    PART_SIZE,
    READ_LIMIT,
    ObjectMissing,
    PartGrant,
    PartMismatch,
    PartsMissing,
    PartUrl,
    StorageError,
    StorageFull,
    StoredPart,
    UploadMissing,
    publishing_order,
)
from transcoder.storage.signing import sign_get, sign_part

_WRITE_SIZE: Final = 1024 * 1024
_FICLONE: Final = 0x40049409
_STAGING_SECONDS: Final = 3600
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class LocalStorage:
    def __init__(self, root: Path, secret: str, part_size: int = PART_SIZE) -> None:
        self._root = root
        self._secret = secret
        self._part_size = part_size

    @property
    def part_size(self) -> int:
        return self._part_size

    @property
    def secret(self) -> str:
        """What the addresses of `part_url` and `presign_get` are signed with."""
        return self._secret

    async def start_upload(self, key: str) -> str:
        upload_id = key.rsplit("/", 1)[-1]
        with _typed_errors():
            self._incoming(upload_id).mkdir(parents=True, exist_ok=True)
            (self._incoming(upload_id) / "data").touch()
        return upload_id

    async def part_url(self, grant: PartGrant) -> PartUrl:
        return PartUrl(url=sign_part(self._secret, grant), headers={})

    async def put_part(self, grant: PartGrant, chunks: AsyncIterator[bytes]) -> StoredPart:
        """Stores one part while it arrives. A part that is here already is answered without reading the bytes again."""
        folder = self._incoming(grant.upload_id)
        part = StoredPart(number=grant.number, size=grant.size, sha256=grant.sha256)
        marker = folder / f"{grant.number}.part"
        if not (folder / "data").exists():
            raise UploadMissing
        if _read_marker(marker) == part:
            return part
        if not 0 < grant.size <= self._part_size or grant.number < 1:
            raise PartMismatch
        with _typed_errors():
            marker.unlink(missing_ok=True)
            await self._write_part(folder / "data", grant, chunks)
            await asyncio.to_thread(_write_durably, marker, msgspec.json.encode(part))
        return part

    async def _write_part(self, data: Path, grant: PartGrant, chunks: AsyncIterator[bytes]) -> None:
        offset = (grant.number - 1) * self._part_size
        digest = hashlib.sha256()
        received = 0
        file = os.open(data, os.O_WRONLY)
        try:
            async for piece in _in_larger_pieces(chunks, grant.size):
                await asyncio.to_thread(_hash_and_write, file, piece, offset + received, digest)
                received += len(piece)
            if received != grant.size or digest.hexdigest() != grant.sha256:
                raise PartMismatch
            await asyncio.to_thread(os.fdatasync, file)
        finally:
            os.close(file)

    async def stored_parts(self, key: str, upload_id: str) -> list[StoredPart]:
        folder = self._incoming(upload_id)
        if not folder.is_dir():
            raise UploadMissing
        found = [_read_marker(marker) for marker in folder.glob("*.part")]
        return sorted((part for part in found if part), key=lambda part: part.number)

    async def finish_upload(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> None:
        folder, target = self._incoming(upload_id), self._path(key)
        size = sum(part.size for part in parts)
        try:
            with _typed_errors():
                await self._finish(key, upload_id, parts)
        except StorageError:  # finished before, or by another call while this one was looking
            if not target.is_file() or target.stat().st_size != size:
                raise
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _finish(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> None:
        folder = self._incoming(upload_id)
        if not (folder / "data").exists():
            raise UploadMissing
        stored = {part.number: part for part in await self.stored_parts(key, upload_id)}
        missing = [part.number for part in parts if not _same(stored.get(part.number), part)]
        if missing:
            raise PartsMissing(missing)
        if (folder / "data").stat().st_size != sum(part.size for part in parts):
            raise PartMismatch
        await asyncio.to_thread(_move_durably, folder / "data", self._path(key))

    async def abort_upload(self, key: str, upload_id: str) -> None:
        await asyncio.to_thread(shutil.rmtree, self._incoming(upload_id), ignore_errors=True)

    async def fetch(self, key: str, destination: Path) -> None:
        source = self._path(key)
        if not source.is_file():
            raise ObjectMissing(key)
        with _typed_errors():
            await asyncio.to_thread(_clone, source, destination)

    async def publish(self, folder: Path, prefix: str) -> None:
        with _typed_errors():
            await asyncio.to_thread(self._publish, folder, self._path(prefix))

    def _publish(self, folder: Path, target: Path) -> None:
        self._forget_unfinished()
        staging = self._root / "staging" / secrets.token_hex(8)
        try:
            for name, path in publishing_order(folder):
                copy = staging / "new" / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                _copy(path, copy)
                _sync(copy)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():  # left by a worker that died before it could say so; nobody was told of it
                target.rename(staging / "old")
            (staging / "new").rename(target)
            _sync(target.parent)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    async def put(self, path: Path, key: str) -> None:
        with _typed_errors():
            await asyncio.to_thread(self._put, path, self._path(key))

    def _put(self, path: Path, target: Path) -> None:
        staging = self._root / "staging" / secrets.token_hex(8)
        try:
            staging.parent.mkdir(parents=True, exist_ok=True)
            _clone(path, staging)
            _move_durably(staging, target)
        finally:
            staging.unlink(missing_ok=True)

    def _forget_unfinished(self) -> None:
        """What workers left in the middle of a publication, as soon as it is certain that they are no more."""
        for left in (self._root / "staging").glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _STAGING_SECONDS:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()

    async def read(self, key: str, limit: int = READ_LIMIT) -> bytes:
        path = self._path(key)
        if not path.is_file():
            raise ObjectMissing(key)
        if path.stat().st_size > limit:
            raise StorageError(f"{key} is larger than {limit} bytes")
        return await asyncio.to_thread(path.read_bytes)

    async def open_path(self, key: str) -> Path | None:
        """Where a finished file lies, for a web server to send; None for a key that is not there or not clean."""
        if not _KEY.fullmatch(key):
            return None
        path = self._root / key
        return path if path.is_file() else None

    async def presign_get(self, key: str, seconds: int) -> str:
        return sign_get(self._secret, key, int(time.time()) + seconds)

    async def delete(self, prefix: str) -> None:
        path = self._path(prefix)
        with _typed_errors():
            if path.is_dir():
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
            path.unlink(missing_ok=True)

    async def close(self) -> None:
        """Nothing is held open."""

    def _incoming(self, upload_id: str) -> Path:
        return self._path(f"incoming/{upload_id}")

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise StorageError("not a storage key")
        return self._root / key


@contextlib.contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise  # the sender's, not the disk's
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from error
        raise StorageError(os.strerror(error.errno or 0)) from error


async def _in_larger_pieces(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Fewer hops to a thread; stops reading as soon as more than `size` bytes have come."""
    waiting = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > size:
            raise PartMismatch
        waiting += chunk
        if len(waiting) >= _WRITE_SIZE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _hash_and_write(file: int, piece: bytes, offset: int, digest: "hashlib._Hash") -> None:
    digest.update(piece)
    view = memoryview(piece)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written


def _same(stored: StoredPart | None, wanted: StoredPart) -> bool:
    if stored is None or stored.size != wanted.size:
        return False
    return wanted.sha256 is None or stored.sha256 == wanted.sha256


def _read_marker(marker: Path) -> StoredPart | None:
    try:
        return msgspec.json.decode(marker.read_bytes(), type=StoredPart)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _write_durably(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
    _sync(path)


def _move_durably(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    _sync(source)
    source.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy(source: Path, destination: Path) -> None:
    """A copy that shares its blocks where the disk can do that, else a second name for the file, else a copy."""
    if _reflink(source, destination):
        return
    destination.unlink()
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)


def _clone(source: Path, destination: Path) -> None:
    """A copy, never a second name."""
    if not _reflink(source, destination):
        shutil.copyfile(source, destination)


def _reflink(source: Path, destination: Path) -> bool:
    destination.unlink(missing_ok=True)
    with source.open("rb") as original, destination.open("wb") as clone:
        try:
            fcntl.ioctl(clone, _FICLONE, original.fileno())
        except OSError:
            return False
    return True
