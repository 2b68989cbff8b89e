"""What the house is towards its screens: its keys and its address."""

from typing import Final

from api.catalog import service as catalog
from api.db import Connection
from api.voting.journal_rules import to_base64url
from api.voting.notes import Key
from api.voting.seals import SealKey
from api.voting.signing import Signer

_LOG: Final = "kiosks"


class House:
    """Keys are made from the secret of this installation; screens pin them when they are paired."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self.key, self.public_url = key, public_url
        self.signer, self.seal = Signer(key), SealKey(key)

    @property
    def seal_key(self) -> str:
        return to_base64url(self.seal.public)

    async def verifier_key(self, db: Connection) -> Key:
        """What manifests are checked with, under the festival's name."""
        return self.signer.key(f"tallscreen/{(await catalog.festival(db)).slug}/{_LOG}")
