"""The words that server and page both have to say alike: signatures, hashes, seals (vectors.json is read by both)."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from api.kiosk.house import House
from api.kiosk.sessions import LABEL
from api.voting.ed25519 import is_signed as is_signed_by_house
from api.voting.journal_rules import VOTE_LABEL, from_base64url, to_base64url
from api.voting.notes import read_key
from api.voting.seals import is_signed, read_public

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
KEY = read_public(from_base64url(VECTORS["public_key"]))
SIGNED = [(VOTE_LABEL.decode() + vote["body"], vote["signature"]) for vote in VECTORS["votes"]]
SIGNED.append((LABEL.decode() + VECTORS["session"]["challenge"], VECTORS["session"]["signature"]))
HOUSE = House(VECTORS["seal"]["house_secret"].encode(), "https://festival.example")


@pytest.mark.parametrize(("text", "signature"), SIGNED)
def test_screen_signs_label_and_text(text: str, signature: str) -> None:
    assert KEY is not None
    assert is_signed(KEY, text.encode(), from_base64url(signature))
    assert not is_signed(KEY, text.partition("\n")[2].encode(), from_base64url(signature))


def test_records_are_chained_by_the_hash_of_their_text() -> None:
    first, second = VECTORS["votes"]

    assert to_base64url(hashlib.sha256(first["body"].encode()).digest()) == first["hash"]
    assert json.loads(second["body"])["prev"] == first["hash"]


def test_badge_is_opened_by_the_house_alone() -> None:
    seal = VECTORS["seal"]

    assert (HOUSE.seal_key, HOUSE.seal.open(seal["sealed"])) == (seal["seal_key"], seal["token"])
    assert House(b"another", "https://festival.example").seal.open(seal["sealed"]) is None


@pytest.mark.parametrize("sealed", ["", "AAAA", "A" * 160])
def test_what_is_no_seal_opens_nothing(sealed: str) -> None:
    assert HOUSE.seal.open(sealed) is None


def test_manifest_is_signed_by_the_key_it_names() -> None:
    manifest = VECTORS["manifest"]

    key = read_key(manifest["key"])

    assert manifest["text"].startswith(f"{key.name}\n")
    assert is_signed_by_house(key.public, manifest["text"].encode(), base64.b64decode(manifest["signature"]))
