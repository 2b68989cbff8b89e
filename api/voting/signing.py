"""The key that signs checkpoints: made from the secret of this installation, so there is nothing further to keep."""

import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.voting.notes import Checkpoint, Key, sign_with


class Signer:
    """Signs for every award with one Ed25519 key; the key's name is the origin of the award's log."""

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"checkpoint key", "sha256"))
        self._public = self._private.public_key().public_bytes_raw()

    def key(self, origin: str) -> Key:
        return Key(origin, self._public)

    def sign(self, checkpoint: Checkpoint) -> str:
        text = checkpoint.text()
        return sign_with(text, self.key(checkpoint.origin), self._private.sign(text.encode()))

    def sign_text(self, text: str) -> bytes:
        """The signature of a text whose first line says what it is; checkpoints begin with the origin of a log."""
        return self._private.sign(text.encode())
