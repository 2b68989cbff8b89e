"""A juror's notes at rest. Pure.

The key is made of this installation's secret and of one that is the juror's own and lies in the database: a copy of
either alone opens nothing, and without its row nobody reads that juror's notes again.
"""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Envelope:
    """Seals for one juror. A sealed text opens only as the note it was written as."""

    def __init__(self, secret: bytes, own: bytes) -> None:
        made = HKDF(algorithm=SHA256(), length=32, salt=own, info=b"tallscreen juror notes").derive(secret)
        self._cipher = AESGCM(made)

    def seal(self, note: UUID, revision: int, text: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), _bound(note, revision))

    def open(self, note: UUID, revision: int, sealed: bytes) -> str:
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(note, revision)).decode()


def new_secret() -> bytes:
    return secrets.token_bytes(32)


def _bound(note: UUID, revision: int) -> bytes:
    return note.bytes + revision.to_bytes(8)
