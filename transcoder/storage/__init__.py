"""Where originals and packages lie: a local folder (default) or any S3. The API and the workers share it."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from transcoder.storage.local import LocalStorage
from transcoder.storage.port import (
    CACHE_FOREVER,
    PART_SIZE,
    GrantRefused,
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
    content_type,
)
from transcoder.storage.signing import verify_get, verify_part

__all__ = [
    "CACHE_FOREVER",
    "PART_SIZE",
    "GrantRefused",
    "LocalStorage",
    "ObjectMissing",
    "PartGrant",
    "PartMismatch",
    "PartUrl",
    "PartsMissing",
    "Storage",
    "StorageError",
    "StorageFull",
    "StoredPart",
    "UploadMissing",
    "content_type",
    "make_storage",
    "verify_get",
    "verify_part",
]


def make_storage(url: str, secret: str) -> Storage:
    """`file:///folder?part=BYTES` or `s3://bucket?endpoint=…&public=…&region=…&style=path|virtual`."""
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme == "file":
        return LocalStorage(Path(unquote(parts.path)), secret, int(options.get("part", PART_SIZE)))
    if parts.scheme != "s3":
        raise ValueError("a storage URL begins with file:// or s3://")
    from transcoder.storage.s3 import S3Storage  # boto3 is a big import that a local folder does not need

    endpoint = options.get("endpoint")
    style = options.get("style", "path" if endpoint else "virtual")
    return S3Storage(parts.netloc, endpoint, options.get("region"), style, options.get("public"))
