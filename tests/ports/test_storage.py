"""One contract, two stores: the local folder and S3 (a server that speaks S3's protocol on a loopback port)."""

import contextlib
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer
from msgspec import Struct

from transcoder.storage import (
    CACHE_FOREVER,
    PART_SIZE,
    GrantRefused,
    LocalStorage,
    ObjectMissing,
    PartGrant,
    PartMismatch,
    PartsMissing,
    PartUrl,
    Storage,
    StorageError,
    StorageFull,
    StoredPart,
    UploadMissing,
    make_storage,
    verify_get,
    verify_part,
)

SECRET = "a secret of the tests"
FIRST = os.urandom(PART_SIZE)
LAST = os.urandom(300_001)
#: Sends bytes to where a part goes, as a browser would; tells whether they were taken.
Sender = Callable[[PartUrl, bytes], Awaitable[bool]]


class Store(Struct, frozen=True):
    storage: Storage
    send: Sender


async def in_pieces(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def a_grant(key: str, upload_id: str, number: int, content: bytes) -> PartGrant:
    digest = hashlib.sha256(content).hexdigest()
    expires = datetime.now(UTC) + timedelta(hours=1)
    return PartGrant(key=key, upload_id=upload_id, number=number, size=len(content), sha256=digest, expires=expires)


def grant_of(url: str, now: datetime | None = None, secret: str = SECRET) -> PartGrant:
    key, number = urlsplit(url).path.removeprefix("/storage/parts/").rsplit("/", 1)
    return verify_part(secret, key, int(number), dict(parse_qsl(urlsplit(url).query)), now or datetime.now(UTC))


@pytest.fixture
def local(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "store", SECRET)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@contextlib.contextmanager
def a_bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    name = f"bucket-{uuid4().hex[:8]}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=name)
    yield name
    client.close()


@pytest.fixture(params=["local", "s3"])
async def store(
    request: pytest.FixtureRequest, local: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Store]:
    async def put_local(target: PartUrl, content: bytes) -> bool:
        try:
            await local.put_part(grant_of(target.url), in_pieces(content))
        except StorageError:
            return False
        return True

    async def put_remote(target: PartUrl, content: bytes) -> bool:
        async with httpx.AsyncClient() as browser:
            return (await browser.put(target.url, content=content, headers=target.headers)).is_success

    if request.param == "local":
        yield Store(local, put_local)
        return
    endpoint: str = request.getfixturevalue("s3_endpoint")
    with a_bucket(endpoint, monkeypatch) as bucket:
        storage = make_storage(f"s3://{bucket}?endpoint={endpoint}&style=path", SECRET)
        yield Store(storage, put_remote)
        await storage.close()


async def send_whole(store: Store, key: str) -> tuple[str, list[StoredPart]]:
    upload_id = await store.storage.start_upload(key)
    for number, content in ((2, LAST), (1, FIRST)):
        target = await store.storage.part_url(a_grant(key, upload_id, number, content))
        assert await store.send(target, content)
    return upload_id, await store.storage.stored_parts(key, upload_id)


def a_key() -> str:
    return f"originals/{uuid4()}"


async def test_parts_sent_in_any_order_become_one_file(store: Store, tmp_path: Path) -> None:
    key = a_key()
    upload_id, parts = await send_whole(store, key)

    await store.storage.finish_upload(key, upload_id, parts)

    await store.storage.fetch(key, tmp_path / "back")
    assert [(part.number, part.size) for part in parts] == [(1, len(FIRST)), (2, len(LAST))]
    assert (tmp_path / "back").read_bytes() == FIRST + LAST


async def test_finishing_twice_is_finishing_once(store: Store) -> None:
    key = a_key()
    upload_id, parts = await send_whole(store, key)

    await store.storage.finish_upload(key, upload_id, parts)
    await store.storage.finish_upload(key, upload_id, parts)

    assert len(await store.storage.read(key, limit=2 * PART_SIZE)) == len(FIRST) + len(LAST)


async def test_a_part_that_was_never_sent_is_named(store: Store) -> None:
    key = a_key()
    upload_id, parts = await send_whole(store, key)
    third = StoredPart(number=3, size=5, sha256="0" * 64)

    with pytest.raises(PartsMissing) as refused:
        await store.storage.finish_upload(key, upload_id, [*parts, third])

    assert refused.value.numbers == [3]


async def test_a_part_sent_again_after_a_cut_counts_once(store: Store) -> None:
    key = a_key()
    upload_id, parts = await send_whole(store, key)
    target = await store.storage.part_url(a_grant(key, upload_id, 1, FIRST))

    assert await store.send(target, FIRST)

    assert await store.storage.stored_parts(key, upload_id) == parts


async def test_an_aborted_upload_is_gone_and_may_be_aborted_again(store: Store) -> None:
    key = a_key()
    upload_id, parts = await send_whole(store, key)

    await store.storage.abort_upload(key, upload_id)
    await store.storage.abort_upload(key, upload_id)

    with pytest.raises(UploadMissing):
        await store.storage.stored_parts(key, upload_id)
    with pytest.raises(UploadMissing):
        await store.storage.finish_upload(key, upload_id, parts)


async def test_what_is_not_there_is_said_to_be_missing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        await store.storage.read("originals/none")
    with pytest.raises(ObjectMissing):
        await store.storage.fetch("originals/none", tmp_path / "none")
    with pytest.raises(UploadMissing):
        await store.storage.stored_parts(a_key(), "no-such-upload")


def a_package(folder: Path, word: str) -> Path:
    (folder / "v360").mkdir(parents=True)
    for name in ("master.m3u8", "package.json", "v360/init.mp4", "v360/000.m4s"):
        (folder / name).write_text(f"{word} {name}")
    return folder


async def test_a_package_is_published_whole(store: Store, tmp_path: Path) -> None:
    await store.storage.publish(a_package(tmp_path / "made", "first"), "media/one")

    assert await store.storage.read("media/one/v360/000.m4s") == b"first v360/000.m4s"
    assert await store.storage.read("media/one/master.m3u8") == b"first master.m3u8"


async def test_publishing_again_replaces_what_a_dead_worker_left(store: Store, tmp_path: Path) -> None:
    left = a_package(tmp_path / "left", "left")
    (left / "v360" / "001.m4s").write_text("one too many")
    await store.storage.publish(left, "media/one")

    await store.storage.publish(a_package(tmp_path / "made", "made"), "media/one")

    assert await store.storage.read("media/one/package.json") == b"made package.json"
    with pytest.raises(ObjectMissing):
        await store.storage.read("media/one/v360/001.m4s")


async def test_one_file_is_put_beside_others_and_replaces_an_older_one(store: Store, tmp_path: Path) -> None:
    await store.storage.publish(a_package(tmp_path / "made", "made"), "media/one")
    for word in ("old", "new"):
        (tmp_path / "segment").write_text(word)
        await store.storage.put(tmp_path / "segment", "media/one/start/000.m4s")
    (tmp_path / "segment").write_text("changed by who made it")

    assert await store.storage.read("media/one/start/000.m4s") == b"new"
    assert await store.storage.read("media/one/master.m3u8") == b"made master.m3u8"


async def test_what_was_fetched_can_be_changed_without_harm_to_what_is_stored(store: Store, tmp_path: Path) -> None:
    (tmp_path / "film").write_text("a film")
    await store.storage.put(tmp_path / "film", "originals/film")

    await store.storage.fetch("originals/film", tmp_path / "back")
    with (tmp_path / "back").open("r+") as file:
        file.write("EVIL")

    assert await store.storage.read("originals/film") == b"a film"


async def test_nobody_sees_half_of_a_file(local: LocalStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "segment").write_text("whole")

    def full(_source: Path, destination: Path) -> None:
        destination.write_text("ha")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(StorageFull):
        await local.put(tmp_path / "segment", "media/one/start/000.m4s")

    assert await local.open_path("media/one/start/000.m4s") is None
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


async def test_what_a_killed_worker_left_half_way_is_removed_in_time(local: LocalStorage, tmp_path: Path) -> None:
    staging = tmp_path / "store" / "staging"
    (staging / "of-the-dead" / "new").mkdir(parents=True)
    (staging / "of-the-living").mkdir()
    (staging / "segment-of-the-dead").write_text("ha")
    for left in ("of-the-dead", "segment-of-the-dead"):
        os.utime(staging / left, (0, 0))

    await local.publish(a_package(tmp_path / "made", "made"), "media/one")

    assert [path.name for path in staging.iterdir()] == ["of-the-living"]


async def test_deleting_takes_this_package_and_no_other(store: Store, tmp_path: Path) -> None:
    made = a_package(tmp_path / "made", "made")
    await store.storage.publish(made, "media/one")
    await store.storage.publish(made, "media/one-more")

    await store.storage.delete("media/one")
    await store.storage.delete("media/one")

    assert await store.storage.read("media/one-more/master.m3u8") == b"made master.m3u8"
    with pytest.raises(ObjectMissing):
        await store.storage.read("media/one/master.m3u8")


async def test_reading_is_bounded(store: Store, tmp_path: Path) -> None:
    await store.storage.publish(a_package(tmp_path / "made", "made"), "media/one")

    with pytest.raises(StorageError):
        await store.storage.read("media/one/master.m3u8", limit=3)


async def test_the_bucket_hears_what_players_and_caches_need(
    s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with a_bucket(s3_endpoint, monkeypatch) as bucket:
        storage = make_storage(f"s3://{bucket}?endpoint={s3_endpoint}&style=path", SECRET)
        await storage.publish(a_package(tmp_path / "made", "made"), "media/one")

        async with httpx.AsyncClient() as viewer:
            answer = await viewer.get(await storage.presign_get("media/one/master.m3u8", 60))

        await storage.close()
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["cache-control"] == CACHE_FOREVER


async def test_an_address_of_the_bucket_binds_size_and_digest(
    s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_bucket(s3_endpoint, monkeypatch) as bucket:
        storage = make_storage(f"s3://{bucket}?endpoint={s3_endpoint}&style=path", SECRET)
        upload_id = await storage.start_upload("originals/x")

        target = await storage.part_url(a_grant("originals/x", upload_id, 1, LAST))

        await storage.close()
    signed = dict(parse_qsl(urlsplit(target.url).query))["X-Amz-SignedHeaders"].split(";")
    assert signed == ["content-length", "host", "x-amz-checksum-sha256"]
    assert list(target.headers) == ["x-amz-checksum-sha256"]


async def test_a_file_that_the_bucket_refuses_is_an_error_of_the_store(
    s3_endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Uploads of the library have an error of their own, which hides the bucket's."""
    with a_bucket(s3_endpoint, monkeypatch) as bucket:
        storage = make_storage(f"s3://{bucket}-gone?endpoint={s3_endpoint}&style=path", SECRET)
        (tmp_path / "poster.webp").write_bytes(b"x")
        with pytest.raises(StorageError, match="NoSuchBucket"):
            await storage.put(tmp_path / "poster.webp", "media/poster.webp")
        await storage.close()


async def test_virtual_style_puts_the_bucket_into_the_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    storage = make_storage("s3://films?endpoint=https://s3.example.org&region=eu-1&style=virtual", SECRET)

    url = await storage.presign_get("media/one/master.m3u8", 60)

    await storage.close()
    assert urlsplit(url).netloc == "films.s3.example.org"


async def test_wrong_bytes_leave_no_part_behind(local: LocalStorage) -> None:
    key = a_key()
    upload_id = await local.start_upload(key)
    grant = a_grant(key, upload_id, 1, LAST)

    for wrong in (LAST[:-1], LAST[:-1] + b"?", LAST + b"?"):
        with pytest.raises(PartMismatch):
            await local.put_part(grant, in_pieces(wrong))

    assert await local.stored_parts(key, upload_id) == []


async def test_no_more_than_was_granted_is_read(local: LocalStorage) -> None:
    key = a_key()
    grant = a_grant(key, await local.start_upload(key), 1, b"x" * 1000)
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 600
            yield b"x" * 600

    with pytest.raises(PartMismatch):
        await local.put_part(grant, endless())

    assert read == 1200


async def test_a_finished_part_is_answered_without_reading_it_again(local: LocalStorage) -> None:
    key = a_key()
    grant = a_grant(key, await local.start_upload(key), 1, LAST)
    stored = await local.put_part(grant, in_pieces(LAST))

    async def unread() -> AsyncIterator[bytes]:
        yield b""
        raise AssertionError("was read")

    assert await local.put_part(grant, unread()) == stored


async def test_a_sender_who_leaves_in_the_middle_leaves_no_part(local: LocalStorage) -> None:
    key = a_key()
    upload_id = await local.start_upload(key)

    async def cut_off() -> AsyncIterator[bytes]:
        yield LAST[:1000]
        raise ConnectionResetError(errno.ECONNRESET, "gone")

    with pytest.raises(ConnectionResetError):
        await local.put_part(a_grant(key, upload_id, 1, LAST), cut_off())

    assert await local.stored_parts(key, upload_id) == []


async def test_a_full_disk_has_an_error_of_its_own(local: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    key = a_key()
    upload_id = await local.start_upload(key)

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StorageFull):
        await local.put_part(a_grant(key, upload_id, 1, LAST), in_pieces(LAST))

    assert await local.stored_parts(key, upload_id) == []


async def test_a_changed_or_late_address_is_refused(local: LocalStorage) -> None:
    key = a_key()
    grant = a_grant(key, await local.start_upload(key), 1, LAST)
    url = (await local.part_url(grant)).url

    assert grant_of(url) == PartGrant(
        key=key,
        upload_id=grant.upload_id,
        number=1,
        size=grant.size,
        sha256=grant.sha256,
        expires=grant.expires.replace(microsecond=0),
    )
    for changed in (url.replace("size=", "size=1"), url.replace("/1?", "/2?"), url.split("&sig")[0], f"{url}0"):
        with pytest.raises(GrantRefused):
            grant_of(changed)
    with pytest.raises(GrantRefused):
        grant_of(url, now=grant.expires + timedelta(seconds=1))
    with pytest.raises(GrantRefused):
        grant_of(url, secret="another")


async def test_a_signed_reading_address_names_one_file(local: LocalStorage) -> None:
    url = urlsplit(await local.presign_get("media/one/master.m3u8", 60))
    query = dict(parse_qsl(url.query))

    verify_get(SECRET, "media/one/master.m3u8", query, datetime.now(UTC))

    with pytest.raises(GrantRefused):
        verify_get(SECRET, "media/two/master.m3u8", query, datetime.now(UTC))
    with pytest.raises(GrantRefused):
        verify_get(SECRET, "media/one/master.m3u8", query, datetime.now(UTC) + timedelta(seconds=61))


@pytest.mark.parametrize(
    "key", ["../secret", "media/../../secret", "/etc/passwd", "media/.hidden", "media//x", "", "a\0b"]
)
async def test_a_key_never_leads_out_of_the_store(local: LocalStorage, tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("secret")

    assert await local.open_path(key) is None
    with pytest.raises(StorageError):
        await local.read(key)


async def test_a_published_file_can_be_sent_from_its_path(local: LocalStorage, tmp_path: Path) -> None:
    await local.publish(a_package(tmp_path / "made", "made"), "media/one")

    path = await local.open_path("media/one/v360/000.m4s")

    assert path is not None
    assert path.read_text() == "made v360/000.m4s"
    assert await local.open_path("media/one/v360") is None


def test_a_storage_address_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="file://"):
        make_storage("http://example.org", SECRET)


def test_parts_of_a_folder_are_as_large_as_its_address_says(tmp_path: Path) -> None:
    addresses = [f"file://{tmp_path}", f"file://{tmp_path}?part=65536"]

    assert [make_storage(address, SECRET).part_size for address in addresses] == [PART_SIZE, 65536]
