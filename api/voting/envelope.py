"""A ceremony's result in an envelope: it lies on the screen of the hall before it may be read. Pure.

A code of ten signs, stretched, is the key. Whoever has the envelope and not the code learns nothing, not even how long
the result is. Hashes only, because a hall's network is often plain http, where browsers have no cipher of their own:
SHAKE256 of key and salt is what the text is masked with, HMAC-SHA256 says that it is whole.
"""

import hashlib
import hmac
import secrets
from typing import Any, Final

import msgspec

from api.access.rules import CLEAR_ALPHABET

SIGNS: Final = 10
SALT: Final = 16
#: To try one code costs as much as so many hashes.
ROUNDS: Final = 300_000
#: Texts are filled up to a multiple of this.
BLOCK: Final = 8192
_TAG: Final = 32


def new_code() -> str:
    return "".join(secrets.choice(CLEAR_ALPHABET) for _ in range(SIGNS))


def close_envelope(content: Any, code: str, salt: bytes) -> bytes:
    text = msgspec.json.encode(content)
    text += b" " * (-len(text) % BLOCK)
    masking, checking = _keys(code, salt)
    masked = _mask(text, masking)
    return masked + hmac.digest(checking, masked, "sha256")


def open_envelope(envelope: bytes, code: str, salt: bytes) -> Any:
    """ValueError where the code is another one, or anything was changed."""
    masking, checking = _keys(code, salt)
    masked, tag = envelope[:-_TAG], envelope[-_TAG:]
    if not hmac.compare_digest(hmac.digest(checking, masked, "sha256"), tag):
        raise ValueError("the code does not open this envelope")
    return msgspec.json.decode(_mask(masked, masking))


def _keys(code: str, salt: bytes) -> tuple[bytes, bytes]:
    keys = hashlib.pbkdf2_hmac("sha256", code.encode(), salt, ROUNDS, 64)
    return keys[:32], keys[32:]


def _mask(text: bytes, key: bytes) -> bytes:
    """The key is made with a salt of its own and masks one text only."""
    stream = hashlib.shake_256(b"tallscreen ceremony" + key).digest(len(text))
    return (int.from_bytes(text) ^ int.from_bytes(stream)).to_bytes(len(text))
