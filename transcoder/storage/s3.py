"""The store as a bucket. boto3 speaks in threads of its own, so that a slow bucket holds up nothing else."""

import asyncio
import base64
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import boto3
from boto3.exceptions import Boto3Error, S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from transcoder.storage.port import (
    CACHE_FOREVER,
    PART_SIZE,
    PUBLISHED_LAST,
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
    content_type,
    publishing_order,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, PartTypeDef

T = TypeVar("T")
_THREADS: Final = 8
_ERRORS: Final[dict[str, type[StorageError]]] = {
    "NoSuchUpload": UploadMissing,
    "NoSuchKey": ObjectMissing,
    "404": ObjectMissing,
    "InvalidPart": PartMismatch,
    "QuotaExceeded": StorageFull,
    "XMinioStorageFull": StorageFull,
    "InsufficientCapacity": StorageFull,
}


class S3Storage:
    def __init__(
        self, bucket: str, endpoint: str | None, region: str | None, style: str, public: str | None = None
    ) -> None:
        """`public` is where browsers reach the bucket, if that is not `endpoint`; signed addresses name it."""
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")
        self._transfer = TransferConfig(multipart_threshold=PART_SIZE, multipart_chunksize=PART_SIZE, use_threads=False)
        # Somebody waits for an original, and a bucket sends parts side by side faster than one after the other.
        self._fetching = TransferConfig(
            multipart_threshold=PART_SIZE, multipart_chunksize=PART_SIZE, max_concurrency=_THREADS
        )
        self._client = self._connect(endpoint, region, style)
        self._signer = self._client if public is None else self._connect(public, region, style)

    @staticmethod
    def _connect(endpoint: str | None, region: str | None, style: str) -> "S3Client":
        client: S3Client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region or "us-east-1",
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if style == "path" else "virtual"},
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "max_attempts": 3},
                max_pool_connections=_THREADS,
                # Other makers' stores do not all know the newer default checksums; ours are asked for by name.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        return client

    @property
    def part_size(self) -> int:
        return PART_SIZE

    async def start_upload(self, key: str) -> str:
        answer = await self._call(
            lambda: self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ChecksumAlgorithm="SHA256")
        )
        return answer["UploadId"]

    async def part_url(self, grant: PartGrant) -> PartUrl:
        checksum = base64.b64encode(bytes.fromhex(grant.sha256)).decode()
        seconds = max(1, int((grant.expires - datetime.now(UTC)).total_seconds()))
        params = {
            "Bucket": self._bucket,
            "Key": grant.key,
            "UploadId": grant.upload_id,
            "PartNumber": grant.number,
            "ContentLength": grant.size,
            "ChecksumSHA256": checksum,
        }
        url = await self._call(
            lambda: self._signer.generate_presigned_url("upload_part", Params=params, ExpiresIn=seconds)
        )
        return PartUrl(url=url, headers={"x-amz-checksum-sha256": checksum})

    async def stored_parts(self, key: str, upload_id: str) -> list[StoredPart]:
        return await self._call(lambda: [_stored(part) for part in self._list_parts(key, upload_id)])

    def _list_parts(self, key: str, upload_id: str) -> Iterator["PartTypeDef"]:
        pages = self._client.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
        for page in pages:
            yield from page.get("Parts", [])

    async def finish_upload(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> None:
        try:
            await self._call(lambda: self._finish(key, upload_id, parts))
        except UploadMissing:
            if await self._size(key) != sum(part.size for part in parts):
                raise

    def _finish(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> None:
        listed = {part["PartNumber"]: part for part in self._list_parts(key, upload_id)}
        wanted = sorted(parts, key=lambda part: part.number)
        missing = [part.number for part in wanted if not _same(listed.get(part.number), part)]
        if missing:
            raise PartsMissing(missing)
        self._client.complete_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            UploadId=upload_id,
            MultipartUpload={"Parts": [_completed(listed[part.number]) for part in wanted]},
        )

    async def _size(self, key: str) -> int | None:
        try:
            return (await self._call(lambda: self._client.head_object(Bucket=self._bucket, Key=key)))["ContentLength"]
        except ObjectMissing:
            return None

    async def abort_upload(self, key: str, upload_id: str) -> None:
        try:
            await self._call(
                lambda: self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
            )
        except UploadMissing:
            return

    async def fetch(self, key: str, destination: Path) -> None:
        await self._call(lambda: self._client.download_file(self._bucket, key, str(destination), Config=self._fetching))

    async def publish(self, folder: Path, prefix: str) -> None:
        await self.delete(prefix)  # what a worker left that died before it could say so
        files = await asyncio.to_thread(publishing_order, folder)
        together = [file for file in files if file[0] not in PUBLISHED_LAST]
        await asyncio.gather(*(self._upload(path, f"{prefix}/{name}") for name, path in together))
        for name, path in files[len(together) :]:
            await self._upload(path, f"{prefix}/{name}")

    async def put(self, path: Path, key: str) -> None:
        await self._upload(path, key)

    async def _upload(self, path: Path, key: str) -> None:
        extra = {"ContentType": content_type(key), "CacheControl": CACHE_FOREVER}
        await self._call(
            lambda: self._client.upload_file(str(path), self._bucket, key, ExtraArgs=extra, Config=self._transfer)
        )

    async def read(self, key: str, limit: int = READ_LIMIT) -> bytes:
        content = await self._call(lambda: self._read(key, limit))
        if len(content) > limit:
            raise StorageError(f"{key} is larger than {limit} bytes")
        return content

    def _read(self, key: str, limit: int) -> bytes:
        with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
            return body.read(limit + 1)

    async def open_path(self, key: str) -> Path | None:
        """A bucket has no paths; viewers go to it or to its CDN."""
        return None

    async def presign_get(self, key: str, seconds: int) -> str:
        params = {"Bucket": self._bucket, "Key": key}
        return await self._call(
            lambda: self._signer.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
        )

    async def delete(self, prefix: str) -> None:
        await self._call(lambda: self._delete(prefix))

    def _delete(self, prefix: str) -> None:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            keys = [entry["Key"] for entry in page.get("Contents", [])]
            mine = [key for key in keys if key == prefix or key.startswith(f"{prefix.rstrip('/')}/")]
            if mine:
                self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in mine], "Quiet": True}
                )

    async def close(self) -> None:
        self._client.close()
        self._threads.shutdown(wait=False)

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except ClientError as error:
            raise _typed(error) from error
        except (BotoCoreError, Boto3Error, OSError) as error:
            # An upload of a whole file wraps the bucket's own refusal into one of boto3's.
            raise _typed(error.__context__ if isinstance(error, S3UploadFailedError) else error) from error


def _typed(error: BaseException | None) -> StorageError:
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        return _ERRORS.get(code, StorageError)(code)
    return StorageError(type(error).__name__)


def _stored(part: "PartTypeDef") -> StoredPart:
    checksum = part.get("ChecksumSHA256")
    sha256 = base64.b64decode(checksum).hex() if checksum else None
    return StoredPart(number=part["PartNumber"], size=part["Size"], sha256=sha256)


def _same(listed: "PartTypeDef | None", wanted: StoredPart) -> bool:
    """Stores that list no checksums are believed here; the worker compares every part before it encodes."""
    if listed is None or listed["Size"] != wanted.size:
        return False
    return None in (wanted.sha256, _stored(listed).sha256) or _stored(listed).sha256 == wanted.sha256


def _completed(part: "PartTypeDef") -> "CompletedPartTypeDef":
    """S3 asks for the checksums again where the upload was started with them."""
    completed: CompletedPartTypeDef = {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}
    if "ChecksumSHA256" in part:
        completed["ChecksumSHA256"] = part["ChecksumSHA256"]
    return completed
