"""Badges in a kiosk's queue: sealed to the house, so that whoever takes the screen home finds no badge in it.

ECIES with what browsers have: P-256, HKDF-SHA256, AES-256-GCM. The kiosk's own signatures are checked here as well.
"""

import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.voting.journal_rules import from_base64url

_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_POINT, _NONCE = 65, 12
_INFO: Final = b"tallscreen kiosk badge"
PublicKey = ec.EllipticCurvePublicKey


class SealKey:
    """Made from the secret of this installation, so there is nothing further to keep."""

    def __init__(self, secret: bytes) -> None:
        drawn = int.from_bytes(hmac.digest(secret, b"kiosk seal key", hashlib.sha512))
        self._private = ec.derive_private_key(drawn % (_ORDER - 1) + 1, _CURVE)

    @property
    def public(self) -> bytes:
        """The point as browsers import it, uncompressed."""
        return self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def open(self, sealed: str) -> str | None:
        """The badge's token; None for anything that was not sealed to this house."""
        try:
            raw = from_base64url(sealed)
            point, nonce, rest = raw[:_POINT], raw[_POINT : _POINT + _NONCE], raw[_POINT + _NONCE :]
            shared = self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point))
            return AESGCM(_derive(shared)).decrypt(nonce, rest, None).decode()
        except (ValueError, InvalidTag):
            return None


def _derive(shared: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INFO).derive(shared)


def read_public(point: bytes) -> PublicKey | None:
    """The key at this point; None where that is none of the curve."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return None


def is_signed(key: PublicKey, text: bytes, signature: bytes) -> bool:
    """Whether `signature`, r and s as browsers write them, is the key's for `text`."""
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    try:
        key.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
