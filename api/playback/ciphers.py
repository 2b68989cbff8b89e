"""AES-128 of HLS (RFC 8216, 4.3.2.4) for the films of jurors, and how its keys are kept. No I/O."""

import hashlib
import hmac
import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

KEY_BYTES = 16
_NONCE = 12


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def seal_key(secret: bytes, package: UUID, key: bytes) -> bytes:
    """For the database: opened only with the server's secret, and only as the key of this package."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _box(secret).encrypt(nonce, key, package.bytes)


def open_key(secret: bytes, package: UUID, sealed: bytes) -> bytes:
    return _box(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], package.bytes)


def iv_of(package: UUID, name: str) -> bytes:
    """One for every segment: a playlist says it, so it need not be secret, only not used twice with a key."""
    return hashlib.sha256(f"{package}/{name}".encode()).digest()[:16]


def encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    """A whole segment in one piece."""
    padder, cipher = PKCS7(128).padder(), Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()


def _box(secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(secret, b"screener keys", hashlib.sha256))
