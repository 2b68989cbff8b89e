"""Signed relative addresses of the local store. Pure; the API's routes call the two `verify_` functions."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from transcoder.storage.port import GrantRefused, PartGrant


def _sign(secret: str, *fields: object) -> str:
    message = "\n".join(str(field) for field in fields)
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def sign_part(secret: str, grant: PartGrant) -> str:
    expires = int(grant.expires.timestamp())
    signature = _sign(secret, "part", grant.key, grant.number, grant.size, grant.sha256, expires)
    query = {"size": grant.size, "sha256": grant.sha256, "expires": expires, "sig": signature}
    return f"/storage/parts/{quote(grant.key)}/{grant.number}?{urlencode(query)}"


def verify_part(secret: str, key: str, number: int, query: Mapping[str, str], now: datetime) -> PartGrant:
    """The grant that `/storage/parts/<key>/<number>?<query>` carries, or GrantRefused."""
    try:
        size, sha256, expires = int(query["size"]), query["sha256"], int(query["expires"])
        signature = query["sig"]
    except (KeyError, ValueError) as error:
        raise GrantRefused from error
    _check(signature, _sign(secret, "part", key, number, size, sha256, expires), expires, now)
    return PartGrant(
        key=key,
        upload_id=key.rsplit("/", 1)[-1],
        number=number,
        size=size,
        sha256=sha256,
        expires=datetime.fromtimestamp(expires, UTC),
    )


def sign_get(secret: str, key: str, expires: int) -> str:
    return f"/storage/objects/{quote(key)}?{urlencode({'expires': expires, 'sig': _sign(secret, 'get', key, expires)})}"


def verify_get(secret: str, key: str, query: Mapping[str, str], now: datetime) -> None:
    try:
        expires, signature = int(query["expires"]), query["sig"]
    except (KeyError, ValueError) as error:
        raise GrantRefused from error
    _check(signature, _sign(secret, "get", key, expires), expires, now)


def _check(given: str, wanted: str, expires: int, now: datetime) -> None:
    if not hmac.compare_digest(given.encode(), wanted.encode()) or now.timestamp() >= expires:
        raise GrantRefused
